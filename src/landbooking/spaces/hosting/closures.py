"""Days on which a space stays closed although its weekday has hours."""

from datetime import date, timedelta

import msgspec
from asyncpg import Range

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.errors import NotFound
from landbooking.spaces.freed import time_freed
from landbooking.spaces.hosting.consequences import Decision, hit_by_rules, settle
from landbooking.spaces.opening_hours import Closure
from landbooking.spaces.space import lock_for_change, space_by_id


class StandingClosure(msgspec.Struct, frozen=True):
    """Closed from `first` to `last`, both included."""

    id: int
    first: date
    last: date
    reason: str


async def coming_closures(connection: Connection, space_id: int, today: date) -> list[StandingClosure]:
    """Those that are not over on `today`, the next one first."""
    rows = await connection.fetch(
        """SELECT id, lower(days) AS first, upper(days) - 1 AS last, reason FROM closure
           WHERE space_id = $1 AND upper(days) > $2 ORDER BY days, id""",
        space_id,
        today,
    )
    return [StandingClosure(**row) for row in rows]


async def close_days(connection: Connection, host: Person, space_id: int, closure: Closure, decision: Decision) -> None:
    """Bookings that are kept stay, as exceptions. The same closure twice is one. Raises NotFound, Undecided."""
    await lock_for_change(connection, space_id)
    rules = (await space_by_id(connection, space_id)).rules
    if closure in rules.closures:
        return
    after = msgspec.structs.replace(rules, closures=(*rules.closures, closure))
    await settle(connection, host, space_id, await hit_by_rules(connection, space_id, rules, after), decision)
    await connection.execute(
        "INSERT INTO closure (space_id, days, reason) VALUES ($1, $2, $3)",
        space_id,
        Range(closure.first, closure.last + timedelta(days=1)),
        closure.reason,
    )
    await time_freed(connection, space_id)


async def reopen_days(connection: Connection, space_id: int, closure_id: int) -> None:
    """Takes a closure back. Raises NotFound."""
    await lock_for_change(connection, space_id)
    removed = await connection.fetchval(
        "DELETE FROM closure WHERE id = $1 AND space_id = $2 RETURNING id", closure_id, space_id
    )
    if removed is None:
        raise NotFound
    await time_freed(connection, space_id)
