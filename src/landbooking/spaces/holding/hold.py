"""What is held for who is just signing in: a booking of nobody's, for a quarter of an hour.

It has no person and tells of none. Who has its token may book instead of it; where nobody does, it ends like what is
held for the waiting list, and the first in line is served.
"""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.period import Period
from landbooking.settings import Settings
from landbooking.spaces.blackouts import fill_blackouts
from landbooking.spaces.booking import book_resource, bookable, taken
from landbooking.spaces.booking_rules import check_period
from landbooking.spaces.bookings import Booking
from landbooking.spaces.freed import time_freed
from landbooking.spaces.opening_hours import OpeningRules, blocked_by
from landbooking.spaces.pools import NoneLeft, Pool, free_units, refusal_of_pool
from landbooking.spaces.refusals import DeskTaken
from landbooking.spaces.space import Resource, Space, lock_to_free

LASTS = timedelta(minutes=15)  # a code is good for ten
MOST_IN_A_SPACE = 10  # at once: nobody empties a village's space without an account
_NOBODY = 0  # no person's number: who is not signed in waits for the others who are not, so that they are counted
_HELD = "status = 'held' AND person_id IS NULL"


async def hold_resource(
    connection: Connection, resource_id: int, period: Period, instead_of: int | None = None
) -> int | None:
    """The hold's id; None where nothing is held: the resource is for some only, or too much is held in its space.

    `instead_of` is what the same visitor had held before, which is given up. Raises DeskGone, RuleBroken, DeskTaken.
    """
    before = await _standing(connection, instead_of) if instead_of else None
    await lock_to_free(connection, _NOBODY, resource_id, *([before["resource_id"]] if before else []))
    space, resource = await bookable(connection, resource_id)
    rules = space.rules_of(resource.kind, resource.id)
    check_period(rules, period, datetime.now(UTC))
    if before:
        await _give_up(connection, before["id"], before["resource_id"])
    hold_id = None
    if rules.audience == "everyone" and await _held_in(connection, space.id) < MOST_IN_A_SPACE:
        hold_id = await _insert(connection, space, resource, rules, period)
    if before:
        await time_freed(connection, before["space_id"])
    return hold_id


async def hold_one_of(
    connection: Connection, pool: Pool, period: Period, instead_of: int | None = None
) -> tuple[int, int] | None:
    """The unit that is held, and the hold's id; None where nothing is held. Raises RuleBroken, NoneLeft."""
    if refusal := refusal_of_pool(pool, period):
        raise refusal
    before = await _standing(connection, instead_of) if instead_of else None
    own = [unit for unit in pool.units if before and unit.id == before["resource_id"]]
    for unit in (*await free_units(connection, pool, period), *own):
        try:
            async with connection.transaction():  # a savepoint: what was held before stays until something else is
                hold_id = await hold_resource(connection, unit.id, period, instead_of)
        except DeskTaken:  # by somebody quicker
            continue
        return (unit.id, hold_id) if hold_id else None
    raise NoneLeft(pool.name)


def minutes_held(rules: OpeningRules) -> int | None:
    """What a form may promise; None where nothing is held."""
    return int(LASTS.total_seconds()) // 60 if rules.audience == "everyone" else None


async def _standing(connection: Connection, hold_id: int) -> asyncpg.Record | None:
    return await connection.fetchrow(
        f"""SELECT booking.id, resource_id, space_id FROM booking JOIN resource ON resource.id = resource_id
            WHERE booking.id = $1 AND {_HELD}""",  # noqa: S608
        hold_id,
    )


async def _give_up(connection: Connection, hold_id: int, resource_id: int) -> None:
    """Where it still is held. What a host has blacked out meanwhile comes before what takes its place."""
    space_id: int | None = await connection.fetchval(
        f"""DELETE FROM booking WHERE id = $1 AND resource_id = $2 AND {_HELD}
            RETURNING (SELECT space_id FROM resource WHERE resource.id = booking.resource_id)""",  # noqa: S608
        hold_id,
        resource_id,
    )
    if space_id is not None:
        await fill_blackouts(connection, space_id)


async def _insert(connection: Connection, space: Space, resource: Resource, rules: OpeningRules, period: Period) -> int:
    """Raises DeskTaken."""
    hold_id: int | None = await connection.fetchval(
        """INSERT INTO booking (resource_id, period, blocked, status, until_at)
           VALUES ($1, $2, $3, 'held', now() + $4) ON CONFLICT DO NOTHING RETURNING id""",
        resource.id,
        period.range,
        blocked_by(rules, period).range,
        LASTS,
    )
    if hold_id is None:
        raise taken(space, resource, period)
    return hold_id


async def _held_in(connection: Connection, space_id: int) -> int:
    held: int = await connection.fetchval(
        f"""SELECT count(*) FROM booking JOIN resource ON resource.id = resource_id
            WHERE space_id = $1 AND until_at > now() AND {_HELD}""",  # noqa: S608
        space_id,
    )
    return held


async def held_until(connection: Connection, hold_id: int, resource_id: int) -> tuple[Period, datetime] | None:
    """What is still held of the resource, and until when."""
    row = await connection.fetchrow(
        f"""SELECT lower(period) AS starts_at, upper(period) AS ends_at, until_at FROM booking
            WHERE id = $1 AND resource_id = $2 AND until_at > now() AND {_HELD}""",  # noqa: S608
        hold_id,
        resource_id,
    )
    return (Period(row["starts_at"], row["ends_at"]), row["until_at"]) if row else None


async def book_held(
    connection: Connection, person: Person, resource_id: int, period: Period, *more: Any, hold_id: int
) -> Booking:
    """As `book_resource`, for which the hold makes room in the same transaction, so nobody comes in between.

    What the booking leaves of it goes to the first in line. A hold that is over changes nothing. Raises the same.
    """
    await lock_to_free(connection, person.id, resource_id)
    await _give_up(connection, hold_id, resource_id)
    booking = await book_resource(connection, person, resource_id, period, *more)
    await time_freed(connection, booking.space.id)
    return booking


def token_of(settings: Settings, hold_id: int) -> str:
    """What goes along through the mail: it says which hold, and that it is one of ours."""
    return f"{hold_id}-{_seal(settings, hold_id)}"


def hold_in(settings: Settings, token: str) -> int | None:
    """The hold's id; None where that is no token of ours."""
    number, _, seal = token.partition("-")
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        return None
    return int(number) if hmac.compare_digest(seal.encode(), _seal(settings, int(number)).encode()) else None


def _seal(settings: Settings, hold_id: int) -> str:
    return hmac.new(settings.secret.encode(), f"hold:{hold_id}".encode(), hashlib.sha256).hexdigest()[:32]
