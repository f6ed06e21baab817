"""The ledger of bookings: a charge when one is made, a counter-row when it is moved or called off. Nothing is changed.

Written in the booking's own transaction, under the lock on its space: what one card pays on one day in one space is
never looked at by two at once. Across spaces the card's own row decides. A booking has one charge that stands: for the
room and the equipment that goes with it together, so that a card or pass covers all of it.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.period import Period
from landbooking.spaces.bookings import Booking
from landbooking.spaces.kinds import DISCREET
from landbooking.spaces.space import Resource, Space, resource_from
from landbooking.spaces.tariffs import cards
from landbooking.spaces.tariffs.cost import Cost, Way
from landbooking.spaces.tariffs.tariff import price_of


async def charge_booking(
    connection: Connection, booking: Booking, by: Person | None, pay_with: int | None = None
) -> Cost | None:
    """What it costs; None where it is free. With a card (`pay_with`), else the person's pass, else at the counter.

    Raises CardRefused.
    """
    price = await price_of_booking(connection, booking)
    if not price:
        return None
    day = day_of(booking)
    visit = cards.NO_VISIT
    pass_id: int | None = None
    way: Way = "counter"
    if pay_with is not None:
        way, visit = "card", await cards.take_visit(connection, pay_with, booking.person_id, booking.space.id, day)
    elif booking.person_id is not None:
        pass_id = await cards.pass_on(connection, booking.person_id, booking.space.id, day)
        way = "pass" if pass_id is not None else "counter"
    cents = price if way == "counter" else 0
    await _write(connection, booking, by, way, cents, card_id=pay_with, pass_id=pass_id, visit=visit)
    return Cost(way, cents, pay_with)


async def write_waiver(connection: Connection, booking: Booking, by: Person | None, reason: str) -> None:
    """Nothing is to be paid, for a reason of the list."""
    await _write(connection, booking, by, "waived", 0, reason=reason)


async def write_voucher(
    connection: Connection, booking: Booking, by: Person | None, voucher_id: int, cents: int
) -> None:
    """`cents` are what the voucher leaves to be paid; also where that is nothing, so that it stays with the booking."""
    await _write(connection, booking, by, "voucher", cents, voucher_id=voucher_id)


async def _write(
    connection: Connection,
    booking: Booking,
    by: Person | None,
    way: Way,
    cents: int,
    *,
    card_id: int | None = None,
    pass_id: int | None = None,
    voucher_id: int | None = None,
    reason: str | None = None,
    visit: cards.Visit = cards.NO_VISIT,
) -> None:
    day = day_of(booking)
    await connection.execute(
        """INSERT INTO charge (what, way, space_id, person_id, booking_id, card_id, pass_id, voucher_id, reason, day,
                               counts_on, cents, visits, worth_cents, made_by)
           VALUES ('booking', $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)""",
        way,
        booking.space.id,
        booking.person_id,
        booking.id,
        card_id,
        pass_id,
        voucher_id,
        reason,
        day,
        counts_on(booking.space, day),
        cents,
        visit.visits,
        visit.worth_cents,
        by.id if by else None,
    )


def price_in(space: Space, resource: Resource, period: Period, pieces: Sequence[Resource] = ()) -> int:
    """In cents, by the tariff as it is now, with the equipment that goes along.

    Rooms for video appointments cost nothing: the ledger would keep who was in them.
    """
    if not space.tariffs or resource.kind == DISCREET:
        return 0
    return sum(
        price_of(space.tariff_of(one.kind, one.id), space.rules_of(one.kind, one.id), period)
        for one in (resource, *pieces)
    )


async def recharge_booking(connection: Connection, before: Booking, after: Booking, by: Person | None) -> None:
    """After a move: the old charge is taken back and a new one written, paid as before wherever that is possible."""
    had = await take_back(connection, before, by)
    if had and had.reason:
        await write_waiver(connection, after, by, had.reason)
    elif had and had.voucher_id:
        worth = await _redeem_again(connection, after, had.voucher_id)
        await write_voucher(
            connection, after, by, had.voucher_id, max(0, await price_of_booking(connection, after) - worth)
        )
    else:
        await charge_booking(connection, after, by, had.card_id if had else None)


async def lower_charge(connection: Connection, booking: Booking, cents: int, by: Person) -> None:
    """By what a piece of equipment costs that a host has taken away; all else keeps the price that was told."""
    if booking.cost is None or not booking.cost.cents or not cents:
        return
    left = max(0, booking.cost.cents - cents)
    had = await take_back(connection, booking, by)
    if had and had.voucher_id:
        await _redeem_again(connection, booking, had.voucher_id)
        await write_voucher(connection, booking, by, had.voucher_id, left)
    elif left:
        await _write(connection, booking, by, "counter", left)


async def _redeem_again(connection: Connection, booking: Booking, voucher_id: int) -> int:
    """What it is worth. It was given back in this transaction, so nobody else has seen it free."""
    worth: int = await connection.fetchval(
        "UPDATE voucher SET redeemed_at = now(), redeemed_by = $2 WHERE id = $1 RETURNING cents",
        voucher_id,
        booking.person_id,
    )
    return worth


async def take_back(connection: Connection, booking: Booking, by: Person | None) -> Cost | None:
    """Writes the counter-row, and gives a card its visit back, a voucher its worth.

    Returns what was taken back; None where all was free.
    """
    if booking.cost is None:  # read under the space's lock, as `booking` was
        return None
    row = await connection.fetchrow(
        """INSERT INTO charge (what, way, space_id, person_id, booking_id, card_id, pass_id, voucher_id, reason, day,
                               counts_on, cents, visits, worth_cents, corrects, made_by)
           SELECT what, way, space_id, person_id, booking_id, card_id, pass_id, voucher_id, reason, day,
                  greatest(day, $2), -cents, -visits, -worth_cents, id, $3
           FROM charge WHERE booking_id = $1 AND corrects IS NULL
             AND NOT EXISTS (SELECT FROM charge AS counter WHERE counter.corrects = charge.id)
           RETURNING way, -cents AS cents, card_id, reason, voucher_id, space_id, day, -visits AS visits""",
        booking.id,
        _today(booking.space),
        by.id if by else None,
    )
    if row is None:
        return None
    if row["visits"]:
        await cards.give_visit_back(connection, row["card_id"], row["space_id"], row["day"], _today(booking.space))
    if row["voucher_id"]:
        await connection.execute(
            "UPDATE voucher SET redeemed_at = NULL, redeemed_by = NULL WHERE id = $1", row["voucher_id"]
        )
    return Cost(row["way"], row["cents"], row["card_id"], row["reason"], row["voucher_id"])


async def price_of_booking(connection: Connection, booking: Booking) -> int:
    """In cents, by the tariff as it is now, with the equipment that goes along."""
    if not booking.space.tariffs:
        return 0
    resource = Resource(booking.resource_id, booking.space.id, booking.kind, booking.resource, (), None, None)
    rows = await connection.fetch(
        """SELECT resource.id, resource.space_id, resource.kind, resource.name, resource.features, resource.pool,
                  resource.retired_at
           FROM booking JOIN resource ON resource.id = booking.resource_id
           WHERE booking.part_of = $1 AND booking.status <> 'cancelled'""",
        booking.id,
    )
    return price_in(booking.space, resource, Period(booking.start, booking.end), [resource_from(row) for row in rows])


def day_of(booking: Booking) -> date:
    return booking.start.astimezone(booking.space.rules.time_zone).date()


def counts_on(space: Space, day: date) -> date:
    """A month that is over is settled: what is written later counts today."""
    return max(day, _today(space))


def _today(space: Space) -> date:
    return datetime.now(UTC).astimezone(space.rules.time_zone).date()
