"""A host's answer to a request. One that came too late, or twice, changes nothing.

The dates of a series that were asked for together get one answer, whichever of them it is given to.
"""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from landbooking.accounts.person import Person, person_by_id
from landbooking.database import Connection
from landbooking.errors import NotFound, Refusal, Stale
from landbooking.language import gettext as _
from landbooking.language import ngettext
from landbooking.spaces.announcements import announce_confirmation
from landbooking.spaces.approval.announcements import announce_refusal
from landbooking.spaces.approval.judgement import Fault, faults_of
from landbooking.spaces.approval.requests import asked_together, is_open, version_of
from landbooking.spaces.booking import mark_cancelled
from landbooking.spaces.bookings import Booking, booking_by_id, bookings_in_series
from landbooking.spaces.freed import time_freed
from landbooking.spaces.series.announcements import announce_series
from landbooking.spaces.series.series import series_of
from landbooking.spaces.space import lock_against_changes, lock_to_free


class AlreadyAnswered(Refusal):
    """It is confirmed, refused, withdrawn or expired by now."""

    code: ClassVar[str] = "answered"

    def __init__(self, booking: Booking) -> None:
        super().__init__(
            _("Diese Anfrage wartet nicht mehr auf eine Antwort: Sie ist beantwortet, zurückgezogen oder abgelaufen."),
            f"/host/spaces/{booking.space.id}/bookings/{booking.id}",
        )


class NotAllowedAnyMore(Refusal):
    """What was fine when it was asked for breaks a rule by now; `code` names the rule. The request stays open."""

    def __init__(self, booking: Booking, code: str, reason: str) -> None:
        super().__init__(
            _("So lässt sich die Anfrage nicht bestätigen. %(reason)s Sie können das ändern oder die Anfrage ablehnen.")
            % {"reason": reason},
            f"/host/spaces/{booking.space.id}/bookings/{booking.id}",
        )
        self.code = code  # type: ignore[misc]


class DatesNotAllowedAnyMore(NotAllowedAnyMore):
    """The same of a series: `faults` say by date what stands against it. All of it stays open."""

    def __init__(self, asked: Sequence[Booking], faults: Mapping[int, Fault]) -> None:
        broken = [one for one in asked if one.id in faults]
        count = ngettext("%(count)s Termin geht nicht mehr.", "%(count)s Termine gehen nicht mehr.", len(broken)) % {
            "count": len(broken)
        }
        super().__init__(broken[0], faults[broken[0].id].code, count)
        self.faults = {_day_of(one): faults[one.id].message for one in broken}

    @property
    def fields(self) -> dict[str, str]:
        return self.faults


async def approve(connection: Connection, host: Person, booking_id: int, version: int | None) -> Booking:
    """Confirms the request as it was seen at `version` (None: whichever is); of a series all dates, or none.

    Raises NotFound for who is no host of its space, AlreadyAnswered, Stale, NotAllowedAnyMore.
    """
    asked = await _request_for(connection, host, booking_id)
    await lock_against_changes(connection, asked[0].person_id or host.id, *(one.resource_id for one in asked))
    asked = await _open_request(connection, booking_id, version)
    booking = asked[0]
    person = await person_by_id(connection, booking.person_id) if booking.person_id else None
    if person is None:
        raise AlreadyAnswered(booking)
    await _check_still_allowed(connection, person, asked)
    changed = await connection.fetch(
        """UPDATE booking SET status = 'confirmed', until_at = NULL, version = version + 1, changed_at = now()
           WHERE id = ANY($1) AND status = 'requested' RETURNING id""",
        [one.id for one in asked],
    )
    if len(changed) < len(asked):
        raise AlreadyAnswered(booking)
    if booking.series:
        series = await series_of(connection, person, booking.series.series_id)
        dates = await bookings_in_series(connection, series.id)
        await announce_series(connection, person, series, [one for one in dates if one.status == "confirmed"])
    else:
        await announce_confirmation(connection, person, await booking_by_id(connection, booking.id))
    return await booking_by_id(connection, booking_id)


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
    if not all(is_open(one) for one in (booking, *asked)):
        raise AlreadyAnswered(booking)
    if version is not None and version != version_of(booking):
        raise Stale(f"/host/spaces/{booking.space.id}/bookings/{booking_id}")
    return asked


async def _check_still_allowed(connection: Connection, person: Person, asked: Sequence[Booking]) -> None:
    """Raises NotAllowedAnyMore."""
    faults = await faults_of(connection, person, asked)
    if faults and asked[0].series:
        raise DatesNotAllowedAnyMore(asked, faults)
    for one in asked:
        if one.id in faults:
            raise NotAllowedAnyMore(one, faults[one.id].code, faults[one.id].message)


def _day_of(booking: Booking) -> str:
    return f"{booking.start.astimezone(booking.space.rules.time_zone).date()}"
