"""A host's answer to a request. One that came too late, or twice, changes nothing."""

from datetime import UTC, datetime
from typing import ClassVar

from landbooking.accounts.person import Person, person_by_id
from landbooking.database import Connection
from landbooking.errors import NotFound, Refusal, Stale
from landbooking.language import gettext as _
from landbooking.spaces.announcements import announce_confirmation
from landbooking.spaces.approval.announcements import announce_refusal
from landbooking.spaces.booking import bookable, mark_cancelled
from landbooking.spaces.bookings import Booking, booking_by_id
from landbooking.spaces.eligibility import check_person
from landbooking.spaces.freed import time_freed
from landbooking.spaces.opening_hours import RuleBroken, check_period
from landbooking.spaces.period import Period
from landbooking.spaces.refusals import DeskGone
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


async def approve(connection: Connection, host: Person, booking_id: int, version: int | None) -> Booking:
    """Confirms the request as it was seen at `version` (None: whichever is).

    Raises NotFound for who is no host of its space, AlreadyAnswered, Stale, NotAllowedAnyMore.
    """
    booking = await _booking_for(connection, host, booking_id)
    await lock_against_changes(connection, booking.person_id or host.id, booking.resource_id)
    booking = await _open_request(connection, booking_id, version)
    person = await person_by_id(connection, booking.person_id) if booking.person_id else None
    if person is None:
        raise AlreadyAnswered(booking)
    await _check_still_allowed(connection, person, booking)
    changed = await connection.fetchval(
        """UPDATE booking SET status = 'confirmed', until_at = NULL, version = version + 1, changed_at = now()
           WHERE id = $1 AND version = $2 AND status = 'requested' RETURNING id""",
        booking_id,
        booking.version,
    )
    if changed is None:
        raise AlreadyAnswered(booking)
    confirmed = await booking_by_id(connection, booking_id)
    await announce_confirmation(connection, person, confirmed)
    return confirmed


async def refuse(connection: Connection, host: Person, booking_id: int, version: int | None, message: str) -> Booking:
    """Frees the time and tells the person, with the host's words where there are any.

    Raises NotFound for who is no host of its space, AlreadyAnswered, Stale.
    """
    booking = await _booking_for(connection, host, booking_id)
    await lock_to_free(connection, booking.person_id, booking.resource_id)
    booking = await _open_request(connection, booking_id, version)
    refused = await mark_cancelled(connection, booking, host, "declined")
    await time_freed(connection, booking.space.id)
    if booking.person_id:
        await announce_refusal(connection, await person_by_id(connection, booking.person_id), refused, message)
    return refused


async def _booking_for(connection: Connection, host: Person, booking_id: int) -> Booking:
    """Raises NotFound for who is no host of its space: that it exists is nobody else's business."""
    booking = await booking_by_id(connection, booking_id)
    if not host.acts_for(booking.space.id):
        raise NotFound
    return booking


async def _open_request(connection: Connection, booking_id: int, version: int | None) -> Booking:
    """As it stands now, and nobody changes it until commit."""
    await connection.execute("SELECT FROM booking WHERE id = $1 FOR NO KEY UPDATE", booking_id)
    booking = await booking_by_id(connection, booking_id)
    if booking.status != "requested" or booking.until_at is None or booking.until_at <= datetime.now(UTC):
        raise AlreadyAnswered(booking)
    if version is not None and version != booking.version:
        raise Stale(f"/host/spaces/{booking.space.id}/bookings/{booking_id}")
    return booking


async def _check_still_allowed(connection: Connection, person: Person, booking: Booking) -> None:
    """By the rules of now, but as asked for then: who asked in time is not late because the answer took its time."""
    period = Period(booking.start, booking.end)
    try:
        space, resource = await bookable(connection, booking.resource_id)
        check_period(space.rules_of(resource.kind, resource.id), period, booking.changed_at)
        await check_person(connection, person, space, resource, period, moved=booking.id)
    except DeskGone as gone:
        raise NotAllowedAnyMore(booking, gone.code, _("Diesen Platz kann man nicht mehr buchen.")) from None
    except RuleBroken as broken:
        raise NotAllowedAnyMore(booking, broken.code, _said_to_host(broken)) from None
    if await connection.fetchval(
        """SELECT EXISTS (SELECT FROM blackout WHERE space_id = $1 AND lifted_at IS NULL AND period && $3
                          AND (whole_space OR $2 = ANY(resource_ids)))""",
        space.id,
        resource.id,
        period.range,
    ):
        raise NotAllowedAnyMore(booking, "blackout", _("Für diese Zeit ist der Platz gesperrt."))


def _said_to_host(broken: RuleBroken) -> str:
    """Sentences about the person address the person."""
    about_person = {
        "rule-quota": _("Die Person hat in dieser Woche schon so viel gebucht, wie hier erlaubt ist."),
        "rule-audience": _("Die Person gehört nicht zu denen, die diesen Platz buchen dürfen."),
    }
    return about_person.get(broken.code) or broken.message
