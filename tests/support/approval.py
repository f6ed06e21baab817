"""A desk that a host has to agree to, and requests for it."""

from typing import Any

from landbooking.accounts.person import Person
from landbooking.database import Connection, Pool
from landbooking.notifications.mail import OutboxRow, compose
from landbooking.period import Period
from landbooking.settings import Settings
from landbooking.spaces.booking import book_resource
from landbooking.spaces.bookings import Booking
from landbooking.spaces.hosting.blackouts import Wish, add_blackout
from landbooking.spaces.hosting.consequences import Decision, Undecided, mark_of
from support.hosting import Place
from support.spaces import day_after, make_override, period_on

DAY = day_after(5)
MORNING = period_on(DAY)
API = "/api/v1/bookings"


async def with_approval(connection: Connection, space_id: int, **rules: Any) -> None:
    """All desks of the space need approval from now on; `rules` are others of theirs."""
    await make_override(connection, space_id, "desk", approval=True, **rules)


async def ask_for(connection: Connection, person: Person, place: Place, period: Period) -> Booking:
    """A request for the place's first desk."""
    booking = await book_resource(connection, person, place.desk, period)
    assert booking.status == "requested"
    return booking


async def let_it_expire(connection: Connection | Pool, booking_id: int) -> None:
    """Nobody has answered in time."""
    await connection.execute("UPDATE booking SET until_at = now() - interval '1 second' WHERE id = $1", booking_id)


async def mails(connection: Connection) -> list[tuple[str, str]]:
    """Template and recipient of all that is to be sent, reminders left out."""
    rows = await connection.fetch(
        """SELECT template, recipient FROM outbox
           WHERE withdrawn_at IS NULL AND template NOT LIKE '%/reminder' ORDER BY id"""
    )
    return [(row["template"].rpartition("/")[2], row["recipient"]) for row in rows]


async def composed(connection: Connection, settings: Settings, template: str) -> Any:
    row = await connection.fetchrow(
        "SELECT id, recipient, language, template, context, attempts FROM outbox WHERE template LIKE '%/' || $1",
        template,
    )
    return compose(settings, OutboxRow(**dict(row or {})))


async def black_out_first_desk(connection: Connection, resident: Person, place: Place) -> None:
    """The request in its way is kept, for the host to answer."""
    wish = Wish(None, period_on(DAY, "08:00", "18:00"), "Umbau")
    try:
        await add_blackout(connection, place.host, place.space_id, wish, Decision())
    except Undecided as undecided:
        hit = [one.booking_id for one in undecided.affected]
        decision = Decision(mark_of(undecided.affected), dict.fromkeys(hit, "keep"))
        await add_blackout(connection, place.host, place.space_id, wish, decision)


async def retire_first_desk(connection: Connection, resident: Person, place: Place) -> None:
    await connection.execute("UPDATE resource SET retired_at = now()")
