"""The ledger of bookings: a charge when one is made, a counter-row when it is moved or called off. Nothing is changed.

Written in the booking's own transaction, under the lock on its space: what one card pays on one day in one space is
never looked at by two at once. Across spaces the card's own row decides.
"""

from datetime import UTC, date, datetime

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.spaces.bookings import Booking
from landbooking.spaces.kinds import DISCREET
from landbooking.spaces.period import Period
from landbooking.spaces.space import Resource, Space
from landbooking.spaces.tariffs import cards
from landbooking.spaces.tariffs.cost import Cost, Way
from landbooking.spaces.tariffs.tariff import price_of


async def charge_booking(
    connection: Connection, booking: Booking, by: Person | None, pay_with: int | None = None
) -> Cost | None:
    """What it costs; None where it is free. With a card (`pay_with`), else the person's pass, else at the counter.

    Raises CardRefused.
    """
    price = _price_of(booking)
    if not price:
        return None
    day = day_of(booking)
    visit: cards.Visit | None = None
    pass_id: int | None = None
    way: Way = "counter"
    if pay_with is not None:
        way, visit = "card", await cards.take_visit(connection, pay_with, booking.person_id, booking.space.id, day)
    elif booking.person_id is not None:
        pass_id = await cards.pass_on(connection, booking.person_id, booking.space.id, day)
        way = "pass" if pass_id is not None else "counter"
    cents = price if way == "counter" else 0
    await connection.execute(
        """INSERT INTO charge (what, way, space_id, person_id, booking_id, card_id, pass_id, day, counts_on, cents,
                               visits, worth_cents, made_by)
           VALUES ('booking', $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)""",
        way,
        booking.space.id,
        booking.person_id,
        booking.id,
        pay_with,
        pass_id,
        day,
        counts_on(booking.space, day),
        cents,
        visit.visits if visit else 0,
        visit.worth_cents if visit else 0,
        by.id if by else None,
    )
    return Cost(way, cents, pay_with)


async def write_waiver(connection: Connection, booking: Booking, by: Person | None, reason: str) -> None:
    """Nothing is to be paid, for a reason of the list."""
    day = day_of(booking)
    await connection.execute(
        """INSERT INTO charge (what, way, reason, space_id, person_id, booking_id, day, counts_on, cents, made_by)
           VALUES ('booking', 'waived', $1, $2, $3, $4, $5, $6, 0, $7)""",
        reason,
        booking.space.id,
        booking.person_id,
        booking.id,
        day,
        counts_on(booking.space, day),
        by.id if by else None,
    )


def price_in(space: Space, resource: Resource, period: Period) -> int:
    """In cents, by the tariff as it is now.

    Rooms for video appointments cost nothing: the ledger would keep who was in them.
    """
    if not space.tariffs or resource.kind == DISCREET:
        return 0
    tariff = space.tariff_of(resource.kind, resource.id)
    return price_of(tariff, space.rules_of(resource.kind, resource.id), period)


async def recharge_booking(connection: Connection, before: Booking, after: Booking, by: Person | None) -> None:
    """After a move: the old charge is taken back and a new one written, paid as before wherever that is possible."""
    had = await take_back(connection, before, by)
    if had and had.reason:
        await write_waiver(connection, after, by, had.reason)
    else:
        await charge_booking(connection, after, by, had.card_id if had else None)


async def take_back(connection: Connection, booking: Booking, by: Person | None) -> Cost | None:
    """Writes the counter-row and gives a card its visit back. Returns what was taken back; None where all was free."""
    if booking.cost is None:  # read under the space's lock, as `booking` was
        return None
    row = await connection.fetchrow(
        """INSERT INTO charge (what, way, space_id, person_id, booking_id, card_id, pass_id, voucher_id, reason, day,
                               counts_on, cents, visits, worth_cents, corrects, made_by)
           SELECT what, way, space_id, person_id, booking_id, card_id, pass_id, voucher_id, reason, day,
                  greatest(day, $2), -cents, -visits, -worth_cents, id, $3
           FROM charge WHERE booking_id = $1 AND corrects IS NULL
             AND NOT EXISTS (SELECT FROM charge AS counter WHERE counter.corrects = charge.id)
           RETURNING way, -cents AS cents, card_id, reason, space_id, day, -visits AS visits""",
        booking.id,
        _today(booking.space),
        by.id if by else None,
    )
    if row is None:
        return None
    if row["visits"]:
        await cards.give_visit_back(connection, row["card_id"], row["space_id"], row["day"], _today(booking.space))
    return Cost(row["way"], row["cents"], row["card_id"], row["reason"])


def _price_of(booking: Booking) -> int:
    resource = Resource(booking.resource_id, booking.space.id, booking.kind, booking.resource, (), None, None)
    return price_in(booking.space, resource, Period(booking.start, booking.end))


def day_of(booking: Booking) -> date:
    return booking.start.astimezone(booking.space.rules.time_zone).date()


def counts_on(space: Space, day: date) -> date:
    """A month that is over is settled: what is written later counts today."""
    return max(day, _today(space))


def _today(space: Space) -> date:
    return datetime.now(UTC).astimezone(space.rules.time_zone).date()
