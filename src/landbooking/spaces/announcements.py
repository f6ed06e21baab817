"""The mails of a booking: confirmation, change, cancellation, and the reminders that follow it around."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.language import use_language
from landbooking.notifications.outbox import Mail, enqueue, withdraw
from landbooking.period import opening_instant
from landbooking.spaces.bookings import Booking, lock_coming_bookings
from landbooking.spaces.tariffs.cost import spoken_cost

EVENING = 18 * 60  # minutes since midnight: when the reminder of the day before leaves
REMINDER = "spaces/emails/reminder"


async def announce_confirmation(connection: Connection, person: Person, booking: Booking) -> None:
    await enqueue(connection, _mail(person, booking, "confirmation"), *reminders(person, booking))


async def announce_move(connection: Connection, person: Person, before: Booking, after: Booking) -> None:
    await withdraw(connection, topic(after), REMINDER)
    old = {"old_start": before.start, "old_end": before.end, "old_place": before.event(person.email).summary}
    await enqueue(connection, _mail(person, after, "change", old), *reminders(person, after))


async def announce_cancellation(connection: Connection, person: Person, booking: Booking) -> None:
    await withdraw(connection, topic(booking), REMINDER)
    await enqueue(connection, _mail(person, booking, "cancellation"))


async def announce_cancellation_by_host(connection: Connection, person: Person, booking: Booking, reason: str) -> None:
    """The host had to call it off; `reason` is what the host wants to say about it, or empty."""
    await withdraw(connection, topic(booking), REMINDER)
    await enqueue(connection, _mail(person, booking, "cancellation_by_host", {"reason": reason}))


async def announce_missing_equipment(
    connection: Connection, person: Person, booking: Booking, piece: str, reason: str
) -> None:
    """The host had to take back a piece that went with the booking, which stands without it."""
    await withdraw(connection, topic(booking), REMINDER)
    mail = _mail(person, booking, "missing_equipment", {"piece": piece, "reason": reason})
    await enqueue(connection, mail, *reminders(person, booking))


async def reschedule_reminders(connection: Connection, person: Person) -> None:
    """After the person chose other reminders: those of coming bookings follow the choice."""
    for booking in await lock_coming_bookings(connection, person):
        await withdraw(connection, topic(booking), REMINDER)
        await enqueue(connection, *reminders(person, booking, revived=datetime.now(UTC)))


def topic(booking: Booking) -> str:
    return f"booking:{booking.id}"


def _mail(person: Person, booking: Booking, template: str, more: dict[str, object] | None = None) -> Mail:
    return Mail(
        dedupe_key=f"{topic(booking)}:{booking.version}:{template}",
        topic=topic(booking),
        recipient=person.email,
        language=person.language,
        template=f"spaces/emails/{template}",
        context={"event": booking.event(person.email), "cost": _cost(person, booking), **(more or {})},
    )


def _cost(person: Person, booking: Booking) -> str:
    """In the mail's language; empty where nothing was ever to be paid."""
    if booking.cost is None:
        return ""
    with use_language(person.language):
        return spoken_cost(booking.cost)


def reminders(person: Person, booking: Booking, revived: datetime | None = None) -> Iterator[Mail]:
    """Those that the person chose and whose time is still to come. `revived` tells them from ones taken back before."""
    zone = booking.space.rules.time_zone
    day_before = booking.start.astimezone(zone).date() - timedelta(days=1)
    due = {
        "day": opening_instant(day_before, EVENING, zone) if person.remind_day_before else None,
        "hour": booking.start - timedelta(hours=1) if person.remind_hour_before else None,
    }
    cause = f"{topic(booking)}:{booking.version}" + (f":{revived.isoformat()}" if revived else "")
    for name, due_at in due.items():
        if due_at and due_at > datetime.now(UTC):
            yield Mail(
                dedupe_key=f"{cause}:reminder:{name}",
                topic=topic(booking),
                recipient=person.email,
                language=person.language,
                template=REMINDER,
                context={"event": booking.event(person.email)},
                due_at=due_at,
                useless_after=booking.start,
            )
