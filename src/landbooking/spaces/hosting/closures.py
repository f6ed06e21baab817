"""Days on which a space stays closed although its weekday has hours."""

from collections.abc import Collection
from datetime import date, timedelta

import msgspec
from asyncpg import Range

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.errors import NotFound
from landbooking.spaces.freed import time_freed
from landbooking.spaces.hosting.consequences import Affected, Decision, hit_by_rules, settle
from landbooking.spaces.opening_hours import Closure
from landbooking.spaces.space import Space, lock_for_change, space_by_id


class StandingClosure(msgspec.Struct, frozen=True):
    """Closed from `first` to `last`, both included."""

    id: int
    space_id: int
    first: date
    last: date
    reason: str


async def coming_closures(connection: Connection, space_id: int, today: date) -> list[StandingClosure]:
    """Those that are not over on `today`, the next one first."""
    rows = await connection.fetch(
        """SELECT id, space_id, lower(days) AS first, upper(days) - 1 AS last, reason FROM closure
           WHERE space_id = $1 AND upper(days) > $2 ORDER BY days, id""",
        space_id,
        today,
    )
    return [StandingClosure(**row) for row in rows]


async def standing_closures(
    connection: Connection, space_ids: Collection[int], closure: Closure
) -> list[StandingClosure]:
    """In which of these spaces just this closure stands, in the order of their ids."""
    rows = await connection.fetch(
        """SELECT id, space_id, lower(days) AS first, upper(days) - 1 AS last, reason FROM closure
           WHERE space_id = ANY($1) AND days = $2 AND reason = $3 ORDER BY space_id, id""",
        list(space_ids),
        _range(closure),
        closure.reason,
    )
    return [StandingClosure(**row) for row in rows]


async def close_days(
    connection: Connection, host: Person, space_ids: Collection[int], closure: Closure, decision: Decision
) -> None:
    """Closes all of these spaces, or none. Bookings that are kept stay, as exceptions. The same closure twice is one.

    Spaces are locked in the order of their ids, so that two who close several at once wait for one another. What is hit
    in several is named with its space. Raises NotFound, Undecided.
    """
    for space_id in in_order(space_ids):
        await lock_for_change(connection, space_id)
    spaces = [await space_by_id(connection, space_id) for space_id in in_order(space_ids)]
    closing = [space for space in spaces if closure not in space.rules.closures]
    affected = [one for space in closing for one in await _hit_by(connection, space, closure, named=len(spaces) > 1)]
    await settle(connection, host, affected, decision, *(space.id for space in closing))
    for space in closing:
        await connection.execute(
            "INSERT INTO closure (space_id, days, reason) VALUES ($1, $2, $3)",
            space.id,
            _range(closure),
            closure.reason,
        )
        await time_freed(connection, space.id)


def _range(closure: Closure) -> Range[date]:
    return Range(closure.first, closure.last + timedelta(days=1))


def in_order(space_ids: Collection[int]) -> list[int]:
    """In which they are locked, each once."""
    return sorted(set(space_ids))


async def _hit_by(connection: Connection, space: Space, closure: Closure, named: bool) -> list[Affected]:
    after = msgspec.structs.replace(space.rules, closures=(*space.rules.closures, closure))
    hit = await hit_by_rules(connection, space.id, space.rules, after)
    return [msgspec.structs.replace(one, resource=f"{space.name}, {one.resource}") for one in hit] if named else hit


async def reopen_days(connection: Connection, space_id: int, closure_id: int) -> None:
    """Takes a closure back. Raises NotFound."""
    await lock_for_change(connection, space_id)
    removed = await connection.fetchval(
        "DELETE FROM closure WHERE id = $1 AND space_id = $2 RETURNING id", closure_id, space_id
    )
    if removed is None:
        raise NotFound
    await time_freed(connection, space_id)
