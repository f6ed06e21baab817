"""The mails to who stays away, and about bookings that end sooner than they were to."""

from datetime import datetime

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.notifications.outbox import Mail, enqueue, withdraw
from landbooking.spaces.bookings import Booking

ABSENT = "spaces/presence/emails/absent"


async def ask_whether_coming(connection: Connection, person: Person, booking: Booking, until: datetime) -> None:
    """`until` is when the time is given to others."""
    facts = {
        "place": f"{booking.space.name}: {booking.resource}",
        "start": booking.start,
        "end": booking.end,
        "zone": booking.space.rules.zone,
        "path": f"/bookings/{booking.id}",
        "until": until,
    }
    await enqueue(connection, _mail(person, booking, ABSENT, facts, useless_after=until))


async def announce_early_leave(connection: Connection, person: Person, booking: Booking) -> None:
    await _announce_end(connection, person, booking, "spaces/presence/emails/early_leave")


async def announce_release(connection: Connection, person: Person, booking: Booking) -> None:
    await _announce_end(connection, person, booking, "spaces/presence/emails/release")


async def withdraw_question(connection: Connection, booking: Booking) -> None:
    """Nobody has to be asked any more."""
    await withdraw(connection, _topic(booking), ABSENT)


async def _announce_end(connection: Connection, person: Person, booking: Booking, template: str) -> None:
    await withdraw_question(connection, booking)
    await enqueue(connection, _mail(person, booking, template, {"event": booking.event(person.email)}))


def _mail(
    person: Person, booking: Booking, template: str, context: dict[str, object], useless_after: datetime | None = None
) -> Mail:
    return Mail(
        dedupe_key=f"{_topic(booking)}:{booking.version}:{template}",
        topic=_topic(booking),
        recipient=person.email,
        language=person.language,
        template=template,
        context=context,
        useless_after=useless_after,
    )


def _topic(booking: Booking) -> str:
    return f"booking:{booking.id}"
