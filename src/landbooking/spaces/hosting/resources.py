"""What can be booked in a space: adding, naming, retiring it and bringing it back."""

from itertools import count, islice
from typing import ClassVar

import asyncpg
import msgspec

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.errors import NotFound, Refusal
from landbooking.language import gettext as _
from landbooking.spaces.freed import time_freed
from landbooking.spaces.hosting.consequences import Decision, hit_by_retirement, settle
from landbooking.spaces.hosting.versions import check_version
from landbooking.spaces.kinds import Kind, is_fitting_name, one
from landbooking.spaces.space import IN_ORDER, Resource, lock_for_change, resource_from


class EditedResource(Resource, frozen=True, kw_only=True):
    """As its host's form shows it; `version` rises with every change of name, pool and features."""

    version: int


class NameTaken(Refusal):
    """Another resource of the space that can be booked goes by this name."""

    status: ClassVar[int] = 422
    code: ClassVar[str] = "name-taken"

    def __init__(self, name: str) -> None:
        super().__init__(_("Einen Platz mit dem Namen „%(name)s“ gibt es hier schon.") % {"name": name})

    @property
    def fields(self) -> dict[str, str]:
        return {"name": self.message}


class NameTells(Refusal):
    """Mails, calendars and boards show the name, and it says what the room is for."""

    status: ClassVar[int] = 422
    code: ClassVar[str] = "name-tells"

    def __init__(self) -> None:
        super().__init__(
            _("Dieser Raum braucht einen Namen, der nichts verrät: „Raum“ und eine Zahl, zum Beispiel Raum 3.")
        )

    @property
    def fields(self) -> dict[str, str]:
        return {"name": self.message}


class PoolTaken(Refusal):
    """Resources of another kind are a pool by this name."""

    status: ClassVar[int] = 422
    code: ClassVar[str] = "pool-taken"

    def __init__(self, pool: str, kind: Kind, field: str) -> None:
        sentence = _("„%(pool)s“ heißen hier schon gleiche Plätze einer anderen Art (%(kind)s).")
        super().__init__(sentence % {"pool": pool, "kind": one(kind)})
        self.field = field

    @property
    def fields(self) -> dict[str, str]:
        return {self.field: self.message}


async def all_resources(connection: Connection, space_id: int) -> list[EditedResource]:
    """With the retired ones, which come last."""
    rows = await connection.fetch(
        f"""SELECT id, space_id, kind, name, features, pool, retired_at, version FROM resource WHERE space_id = $1
            ORDER BY retired_at IS NOT NULL, {IN_ORDER}""",  # noqa: S608 our own constant
        space_id,
    )
    return [_edited_from(row) for row in rows]


async def resource_of(connection: Connection, space_id: int, resource_id: int) -> EditedResource:
    """Raises NotFound."""
    row = await connection.fetchrow(
        """SELECT id, space_id, kind, name, features, pool, retired_at, version FROM resource
           WHERE id = $1 AND space_id = $2""",
        resource_id,
        space_id,
    )
    if row is None:
        raise NotFound
    return _edited_from(row)


def _edited_from(row: asyncpg.Record) -> EditedResource:
    return EditedResource(**msgspec.structs.asdict(resource_from(row)), version=row["version"])


async def add_resource(connection: Connection, space_id: int, kind: Kind, name: str, features: list[str]) -> list[int]:
    """Its id. Raises NameTaken, NameTells."""
    await lock_for_change(connection, space_id)
    if name in await _names(connection, space_id):
        raise NameTaken(name)
    return await _insert(connection, space_id, kind, None, [name], features)


async def add_pool(
    connection: Connection, space_id: int, kind: Kind, name: str, number: int, features: list[str]
) -> list[int]:
    """So many alike units, "Tisch 1", "Tisch 2" …: the first numbers that nobody has. People book any one of them.

    Their ids. Raises PoolTaken, NameTells.
    """
    await lock_for_change(connection, space_id)
    await _check_pool(connection, space_id, kind, name, "name")
    taken = await _names(connection, space_id)
    fresh = (numbered for place in count(1) if (numbered := f"{name} {place}") not in taken)
    return await _insert(connection, space_id, kind, name, list(islice(fresh, number)), features)


async def _check_pool(connection: Connection, space_id: int, kind: Kind, pool: str, field: str) -> None:
    """All of a pool are of one kind, for its name alone says what is booked. Raises PoolTaken, for that field."""
    other = await connection.fetchval(
        "SELECT kind FROM resource WHERE space_id = $1 AND pool = $2 AND kind <> $3 AND retired_at IS NULL LIMIT 1",
        space_id,
        pool,
        kind,
    )
    if other is not None:
        raise PoolTaken(pool, other, field)


async def _insert(
    connection: Connection, space_id: int, kind: Kind, pool: str | None, names: list[str], features: list[str]
) -> list[int]:
    """New ones are held by blackouts of the whole space like the others. Raises NameTells."""
    if not all(is_fitting_name(kind, name) for name in names):
        raise NameTells
    rows = await connection.fetch(
        """INSERT INTO resource (space_id, kind, pool, name, features)
           SELECT $1, $2, $3, name, $5 FROM unnest($4::text[]) AS name RETURNING id""",
        space_id,
        kind,
        pool,
        names,
        features,
    )
    await time_freed(connection, space_id)
    return [row["id"] for row in rows]


async def change_resource(
    connection: Connection,
    space_id: int,
    resource_id: int,
    name: str,
    pool: str | None,
    features: list[str],
    seen: str,
) -> None:
    """`seen` is the resource's version that the host saw, or empty.

    Raises NotFound, Stale, NameTaken, NameTells, PoolTaken.
    """
    await lock_for_change(connection, space_id)
    before = await resource_of(connection, space_id, resource_id)
    if (name, pool, features) == (before.name, before.pool, list(before.features)):
        return
    check_version(seen, before.version)
    if name != before.name and before.retired_at is None and name in await _names(connection, space_id):
        raise NameTaken(name)
    if not is_fitting_name(before.kind, name) or (pool and not is_fitting_name(before.kind, f"{pool} 1")):
        raise NameTells
    if pool is not None:
        await _check_pool(connection, space_id, before.kind, pool, "pool")
    await connection.execute(
        "UPDATE resource SET name = $2, pool = $3, features = $4, version = version + 1 WHERE id = $1",
        resource_id,
        name,
        pool,
        features,
    )


async def retire_resource(
    connection: Connection, host: Person, space_id: int, resource_id: int, decision: Decision
) -> None:
    """From now on it can't be booked. Kept bookings stay, as exceptions. Raises NotFound, Undecided."""
    await lock_for_change(connection, space_id)
    resource = await resource_of(connection, space_id, resource_id)
    if resource.retired_at is not None:
        return
    affected = await hit_by_retirement(connection, space_id, resource_id)
    await settle(connection, host, affected, decision, space_id)
    await connection.execute("UPDATE resource SET retired_at = clock_timestamp() WHERE id = $1", resource_id)
    await time_freed(connection, space_id)


async def bring_back(connection: Connection, space_id: int, resource_id: int) -> None:
    """It can be booked again. Raises NotFound, NameTaken, PoolTaken."""
    await lock_for_change(connection, space_id)
    resource = await resource_of(connection, space_id, resource_id)
    if resource.retired_at is None:
        return
    if resource.name in await _names(connection, space_id):
        raise NameTaken(resource.name)
    if resource.pool is not None:
        await _check_pool(connection, space_id, resource.kind, resource.pool, "pool")
    await connection.execute("UPDATE resource SET retired_at = NULL WHERE id = $1", resource_id)
    await time_freed(connection, space_id)


async def _names(connection: Connection, space_id: int) -> set[str]:
    rows = await connection.fetch("SELECT name FROM resource WHERE space_id = $1 AND retired_at IS NULL", space_id)
    return {row["name"] for row in rows}
