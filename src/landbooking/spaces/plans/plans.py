"""The plan of a space: reading it, and saving it without undoing what somebody else has saved meanwhile."""

import msgspec

from landbooking.database import Connection
from landbooking.errors import NotFound, Stale
from landbooking.spaces.plans.drawing import Named
from landbooking.spaces.plans.plan import MOST_FLOORS, Element, Floor, Plan


async def plan_of(connection: Connection, space_id: int) -> Plan:
    """Without floors where nobody has drawn one."""
    rows = await connection.fetch(
        """SELECT version, floor.name, floor.width, floor.height,
                  (SELECT jsonb_agg(to_jsonb(floor_element) - '{space_id,floor,position}'::text[] ORDER BY position)
                   FROM floor_element WHERE floor_element.space_id = floor.space_id
                        AND floor_element.floor = floor.number) AS elements
           FROM floor_plan JOIN floor ON floor.space_id = floor_plan.space_id
           WHERE floor_plan.space_id = $1 ORDER BY number""",
        space_id,
    )
    if not rows:
        version = await connection.fetchval("SELECT version FROM floor_plan WHERE space_id = $1", space_id)
        return Plan(version or 0, ())
    floors = [
        Floor(row["name"], row["width"], row["height"], msgspec.convert(row["elements"] or (), tuple[Element, ...]))
        for row in rows
    ]
    return Plan(rows[0]["version"], tuple(floors))


async def spaces_with_plan(connection: Connection, space_ids: list[int]) -> set[int]:
    rows = await connection.fetch(
        "SELECT space_id FROM floor_element WHERE space_id = ANY($1) AND kind = 'place' GROUP BY 1", space_ids
    )
    return {row["space_id"] for row in rows}


async def names_of(connection: Connection, space_id: int) -> dict[int, Named]:
    """What can stand on a plan of this space, the retired with it, by id."""
    rows = await connection.fetch("SELECT id, name, kind, retired_at FROM resource WHERE space_id = $1", space_id)
    return {row["id"]: Named(row["name"], row["kind"], row["retired_at"] is not None) for row in rows}


async def save_plan(connection: Connection, space_id: int, floors: tuple[Floor, ...], seen: int | None) -> Plan:
    """Checked before. `seen` is the version that the host saw; None overwrites any. Raises Stale."""
    version = await _next_version(connection, space_id, seen)
    await _store(connection, space_id, floors)
    return Plan(version, floors)


async def save_floor(connection: Connection, space_id: int, number: int, floor: Floor, seen: int | None) -> None:
    """One of the floors, counted from 0; the others stay. Raises Stale, NotFound.

    Stale also where a place has come to stand on another floor since `floor` was checked.
    """
    await _next_version(connection, space_id, seen)
    floors = (await plan_of(connection, space_id)).floors
    if number > min(len(floors), MOST_FLOORS - 1):
        raise NotFound
    others = (*floors[:number], *floors[number + 1 :])
    if {one for other in others for one in other.resource_ids} & set(floor.resource_ids):
        raise Stale
    await _store(connection, space_id, (*floors[:number], floor, *floors[number + 1 :]))


async def remove_floor(connection: Connection, space_id: int, number: int, seen: int | None) -> None:
    """Raises Stale, NotFound."""
    await _next_version(connection, space_id, seen)
    floors = (await plan_of(connection, space_id)).floors
    if number >= len(floors):
        raise NotFound
    await _store(connection, space_id, (*floors[:number], *floors[number + 1 :]))


async def _next_version(connection: Connection, space_id: int, seen: int | None) -> int:
    """Whoever saves at the same time waits here, and is then told that the plan was changed. Raises Stale."""
    version: int | None = await connection.fetchval(
        """INSERT INTO floor_plan AS standing (space_id) VALUES ($1)
           ON CONFLICT (space_id) DO UPDATE SET version = standing.version + 1
               WHERE $2::int IS NULL OR standing.version = $2
           RETURNING version""",
        space_id,
        seen,
    )
    if version is None:
        raise Stale
    return version


async def _store(connection: Connection, space_id: int, floors: tuple[Floor, ...]) -> None:
    await connection.execute("DELETE FROM floor WHERE space_id = $1", space_id)
    await connection.executemany(
        "INSERT INTO floor (space_id, number, name, width, height) VALUES ($1, $2, $3, $4, $5)",
        [(space_id, number, floor.name, floor.width, floor.height) for number, floor in enumerate(floors, 1)],
    )
    await connection.executemany(
        """INSERT INTO floor_element
               (space_id, floor, position, kind, x, y, width, height, rotation, label, resource_id)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)""",
        [
            (space_id, number, position, *msgspec.structs.astuple(element))
            for number, floor in enumerate(floors, 1)
            for position, element in enumerate(floor.elements)
        ],
    )
