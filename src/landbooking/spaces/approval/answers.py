"""A host's answer to a request. One that came too late, or twice, changes nothing.

The dates of a series that were asked for together get one answer, whichever of them it is given to. Where some of them
break a rule by now, a host may confirm the others.
"""

from collections.abc import Collection, Sequence
from datetime import date

from landbooking.accounts.person import Person, person_by_id
from landbooking.database import Connection
from landbooking.errors import NotFound, Stale
from landbooking.language import use_language
from landbooking.spaces.announcements import announce_confirmation
from landbooking.spaces.approval.announcements import announce_refusal
from landbooking.spaces.approval.judgement import faults_of
from landbooking.spaces.approval.refusals import AlreadyAnswered, DatesNotAllowedAnyMore, NotAllowedAnyMore, day_of
from landbooking.spaces.approval.requests import asked_together, is_open, version_of
from landbooking.spaces.booking import mark_cancelled
from landbooking.spaces.bookings import Booking, booking_by_id, bookings_in_series
from landbooking.spaces.freed import time_freed
from landbooking.spaces.series.announcements import announce_series
from landbooking.spaces.series.series import series_of
from landbooking.spaces.space import lock_against_changes, lock_to_free


async def approve(
    connection: Connection, host: Person, booking_id: int, version: int | None, except_days: Collection[date] = ()
) -> Booking:
    """Confirms the request as it was seen at `version` (None: whichever is); of a series all dates, or none.

    `except_days` are those of its dates of which the host has seen that they break a rule by now: exactly these are
    refused for that reason, in the same mail. Raises NotFound for who is no host of its space, AlreadyAnswered, Stale,
    NotAllowedAnyMore.
    """
    asked = await _request_for(connection, host, booking_id)
    lock = lock_to_free if except_days else lock_against_changes
    await lock(connection, asked[0].person_id or host.id, *(one.resource_id for one in asked))
    asked = await _open_request(connection, booking_id, version)
    booking = asked[0]
    person = await person_by_id(connection, booking.person_id) if booking.person_id else None
    if person is None:
        raise AlreadyAnswered(booking)
    await _check_still_allowed(connection, person, asked, except_days)
    left_out = await _leave_out(connection, host, person, [one for one in asked if day_of(one) in except_days])
    changed = await connection.fetch(
        """UPDATE booking SET status = 'confirmed', until_at = NULL, version = version + 1, changed_at = now()
           WHERE id = ANY($1) AND status = 'requested' RETURNING id""",
        [one.id for one in asked],
    )
    if len(changed) + len(left_out) < len(asked):
        raise AlreadyAnswered(booking)
    if booking.series:
        series = await series_of(connection, person, booking.series.series_id)
        dates = await bookings_in_series(connection, series.id)
        confirmed = [one for one in dates if one.status == "confirmed"]
        await announce_series(connection, person, series, confirmed, left_out)
    else:
        await announce_confirmation(connection, person, await booking_by_id(connection, booking.id))
    return await booking_by_id(connection, booking_id)


async def _leave_out(
    connection: Connection, host: Person, person: Person, broken: Sequence[Booking]
) -> list[tuple[Booking, str]]:
    """Frees the time of dates that can't be, each with the reason in the person's words."""
    if not broken:
        return []
    with use_language(person.language):
        faults = await faults_of(connection, person, broken)
    left_out = [(await mark_cancelled(connection, one, host, "declined"), faults[one.id].told) for one in broken]
    await time_freed(connection, broken[0].space.id)
    return left_out


async def refuse(connection: Connection, host: Person, booking_id: int, version: int | None, message: str) -> Booking:
    """Frees the time, of a series all of it, and tells the person, with the host's words where there are any.

    Raises NotFound for who is no host of its space, AlreadyAnswered, Stale.
    """
    asked = await _request_for(connection, host, booking_id)
    await lock_to_free(connection, asked[0].person_id, *(one.resource_id for one in asked))
    asked = await _open_request(connection, booking_id, version)
    refused = [await mark_cancelled(connection, one, host, "declined") for one in asked]
    await time_freed(connection, asked[0].space.id)
    if asked[0].person_id:
        await announce_refusal(connection, await person_by_id(connection, asked[0].person_id), refused, message)
    return await booking_by_id(connection, booking_id)


async def _request_for(connection: Connection, host: Person, booking_id: int) -> list[Booking]:
    """Raises NotFound for who is no host of its space: that it exists is nobody else's business."""
    booking = await booking_by_id(connection, booking_id)
    if not host.acts_for(booking.space.id):
        raise NotFound
    return await asked_together(connection, booking)


async def _open_request(connection: Connection, booking_id: int, version: int | None) -> list[Booking]:
    """As it stands now, and nobody changes it until commit."""
    await connection.execute(
        """SELECT FROM booking
           WHERE id = $1 OR series_id = (SELECT series_id FROM booking WHERE id = $1) ORDER BY id FOR NO KEY UPDATE""",
        booking_id,
    )
    booking = await booking_by_id(connection, booking_id)
    asked = await asked_together(connection, booking)
    for one in (booking, *asked):
        if not is_open(one):
            raise AlreadyAnswered(one)
    if version is not None and version != version_of(booking):
        raise Stale(f"/host/spaces/{booking.space.id}/bookings/{booking_id}")
    return asked


async def _check_still_allowed(
    connection: Connection, person: Person, asked: Sequence[Booking], except_days: Collection[date]
) -> None:
    """All of it, or all but the days that the host has seen. Raises NotAllowedAnyMore, Stale."""
    faults = await faults_of(connection, person, asked)
    broken = [one for one in asked if one.id in faults]
    if len(broken) < len(asked) and set(except_days) == {day_of(one) for one in broken}:
        return
    if not broken:
        raise Stale(f"/host/spaces/{asked[0].space.id}/bookings/{asked[0].id}")
    if asked[0].series:
        raise DatesNotAllowedAnyMore(asked, faults)
    raise NotAllowedAnyMore(broken[0], faults[broken[0].id])
