"""The mails of the waiting list. None has a calendar entry: what is only held is no appointment yet."""

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.notifications.outbox import Mail, enqueue, withdraw
from landbooking.spaces.bookings import Booking

OFFER = "spaces/emails/offer"


async def announce_offer(connection: Connection, person: Person, booking: Booking, wish_id: int) -> None:
    """Not sent once the hold is over."""
    await enqueue(connection, _mail(person, booking, OFFER, {"path": f"/waiting/{wish_id}"}))


async def withdraw_offer_mail(connection: Connection, booking: Booking) -> None:
    """After the person has answered, or can't any more."""
    await withdraw(connection, _topic(booking), OFFER)


async def announce_expired_offer(connection: Connection, person: Person, booking: Booking) -> None:
    await withdraw_offer_mail(connection, booking)
    await enqueue(connection, _mail(person, booking, "spaces/emails/offer_expired"))


async def announce_lost_offer(connection: Connection, person: Person, booking: Booking) -> None:
    """The host needs the time; the person waits on in the same place of the line."""
    await withdraw_offer_mail(connection, booking)
    await enqueue(connection, _mail(person, booking, "spaces/emails/offer_lost"))


def _topic(booking: Booking) -> str:
    return f"booking:{booking.id}"


def _mail(person: Person, booking: Booking, template: str, more: dict[str, object] | None = None) -> Mail:
    event = booking.event(person.email)
    return Mail(
        dedupe_key=f"{_topic(booking)}:{booking.version}:{template}",
        topic=_topic(booking),
        recipient=person.email,
        language=person.language,
        template=template,
        context={
            "summary": event.summary,
            "location": event.location,
            "start": event.start,
            "end": event.end,
            "zone": event.zone,
            "until": booking.until_at,
            **(more or {}),
        },
        useless_after=booking.until_at,
    )
