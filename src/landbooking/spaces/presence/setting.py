"""How long a space waits for people, and the codes at its desks."""

from landbooking.database import Connection
from landbooking.spaces.hosting.versions import check_version
from landbooking.spaces.space import IN_ORDER, lock_for_change, space_by_id


async def set_patience(connection: Connection, space_id: int, minutes: int, seen: str) -> None:
    """0: nobody has to check in. `seen` is the space's version that the host saw, or empty. Raises NotFound, Stale."""
    await lock_for_change(connection, space_id)
    space = await space_by_id(connection, space_id)
    if (space.checkin_minutes or 0) == minutes:
        return
    check_version(seen, space.version)
    await connection.execute(
        "UPDATE space SET checkin_minutes = nullif($2, 0), version = version + 1 WHERE id = $1", space_id, minutes
    )


async def codes_of(connection: Connection, space_id: int) -> list[tuple[str, str]]:
    """Name and code of all that can be booked."""
    rows = await connection.fetch(
        f"SELECT name, code FROM resource WHERE space_id = $1 AND retired_at IS NULL ORDER BY {IN_ORDER}",  # noqa: S608
        space_id,
    )
    return [(row["name"], row["code"]) for row in rows]
