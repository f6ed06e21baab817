"""What becomes of a wish: its person accepts what is held for it, declines or withdraws, or time runs out."""

from datetime import UTC, datetime
from typing import ClassVar

from landbooking.accounts.locks import lock_person
from landbooking.accounts.person import Person, person_by_id
from landbooking.database import Connection
from landbooking.errors import Refusal
from landbooking.language import gettext as _
from landbooking.spaces.announcements import announce_confirmation
from landbooking.spaces.approval.announcements import announce_request
from landbooking.spaces.approval.deadline import answer_due
from landbooking.spaces.booking import bookable, mark_cancelled
from landbooking.spaces.booking_rules import check_period
from landbooking.spaces.bookings import Booking, booking_by_id
from landbooking.spaces.eligibility import check_person
from landbooking.spaces.freed import time_freed
from landbooking.spaces.space import lock_against_changes, lock_to_free
from landbooking.spaces.tariffs.ledger import charge_booking
from landbooking.spaces.waiting.announcements import announce_expired_offer, withdraw_offer_mail
from landbooking.spaces.waiting.wishes import Wish, wish_of


class OfferGone(Refusal):
    """Nothing is held for the wish (any more)."""

    code: ClassVar[str] = "offer-gone"

    def __init__(self, wish_id: int) -> None:
        super().__init__(
            _("Dieser Platz wird nicht mehr für Sie freigehalten: Die Zeit ist abgelaufen."), f"/waiting/{wish_id}"
        )


async def accept_offer(connection: Connection, person: Person, wish_id: int, pay_with: int | None = None) -> Booking:
    """What is held becomes a booking, by the rules as they are now, or a request where a host has to agree.

    Accepted twice, it is accepted. `pay_with` is one of the person's cards.

    Raises NotFound, OfferGone, DeskGone, RuleBroken, CardRefused.
    """
    await lock_person(connection, person.id)
    wish = await wish_of(connection, person, wish_id)
    if wish.booking_id is None:
        raise OfferGone(wish_id)
    held = await booking_by_id(connection, wish.booking_id)
    await lock_against_changes(connection, person.id, held.resource_id)
    wish = await wish_of(connection, person, wish_id)
    if wish.state == "accepted":
        return await booking_by_id(connection, held.id)
    if wish.state != "offered":
        raise OfferGone(wish_id)
    space, resource = await bookable(connection, held.resource_id)
    check_period(held.rules, wish.period, datetime.now(UTC))
    await check_person(connection, person, space, resource, wish.period, [held.id])
    until_at = answer_due(person, space, held.rules, wish.period, datetime.now(UTC))
    # The clock decides, and not whether the worker has come by yet.
    accepted = await connection.fetchval(
        """UPDATE booking SET status = $2, until_at = $3, version = version + 1, changed_at = now()
           WHERE id = $1 AND status = 'held' AND until_at > clock_timestamp() RETURNING id""",
        held.id,
        "requested" if until_at else "confirmed",
        until_at,
    )
    if accepted is None:
        raise OfferGone(wish_id)
    await connection.execute(
        "UPDATE waiting SET state = 'accepted', version = version + 1, changed_at = now() WHERE id = $1", wish_id
    )
    await charge_booking(connection, held, person, pay_with)
    booking = await booking_by_id(connection, held.id)
    await withdraw_offer_mail(connection, booking)
    if until_at:
        await announce_request(connection, person, [booking])
    else:
        await announce_confirmation(connection, person, booking)
    return booking


async def withdraw_wish(connection: Connection, person: Person, wish_id: int) -> Wish:
    """The person leaves the line; what is held for them goes to the next. One that has ended stays as it is.

    Raises NotFound.
    """
    await lock_person(connection, person.id)
    wish = await wish_of(connection, person, wish_id)
    if wish.state == "offered" and wish.booking_id is not None:
        held = await booking_by_id(connection, wish.booking_id)
        await lock_to_free(connection, person.id, held.resource_id)
        held = await booking_by_id(connection, held.id)
        if held.status == "held":  # else its host, whom the person's lock does not stop, has just called it off
            cancelled = await mark_cancelled(connection, held, person, "declined")
            await withdraw_offer_mail(connection, cancelled)
            await time_freed(connection, cancelled.space.id)
    await connection.execute(
        """UPDATE waiting SET state = 'withdrawn', version = version + 1, changed_at = now()
           WHERE id = $1 AND state = 'waiting'""",
        wish_id,
    )
    return await wish_of(connection, person, wish_id)


async def withdraw_all(connection: Connection, person: Person) -> None:
    """For who leaves us: they must not be offered what they are about to give up. The caller has locked the person."""
    await connection.execute(
        """UPDATE waiting SET state = 'withdrawn', version = version + 1, changed_at = now()
           WHERE person_id = $1 AND state = 'waiting'""",
        person.id,
    )


async def expire_offer(connection: Connection, booking_id: int) -> bool:
    """Whether the hold, whose time is over, was ended by this call; then the next in line is served."""
    held = await connection.fetchrow("SELECT person_id, resource_id FROM booking WHERE id = $1", booking_id)
    if held is None:  # who was signing in has just booked instead of it
        return False
    await lock_to_free(connection, held["person_id"], held["resource_id"])
    is_over: bool | None = await connection.fetchval(
        "SELECT until_at <= clock_timestamp() FROM booking WHERE id = $1 AND status = 'held'",
        booking_id,
    )
    if not is_over:
        return False
    cancelled = await mark_cancelled(connection, await booking_by_id(connection, booking_id), None, "expired")
    if cancelled.person_id is not None:
        await announce_expired_offer(connection, await person_by_id(connection, cancelled.person_id), cancelled)
    await time_freed(connection, cancelled.space.id)
    return True
