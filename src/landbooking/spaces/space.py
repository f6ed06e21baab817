"""A co-working space and what can be booked in it, as read from the database."""

from datetime import datetime
from typing import Any

import asyncpg
import msgspec

from landbooking.accounts.locks import PERSON_LOCK, lock_person
from landbooking.database import Connection, Pool
from landbooking.errors import NotFound
from landbooking.spaces.kinds import DISCREET, KINDS, Kind
from landbooking.spaces.opening_hours import Closure, Interval, OpeningRules
from landbooking.spaces.overrides import Override, effective_rules
from landbooking.spaces.tariffs.tariff import Tariff, effective_tariff


class Space(msgspec.Struct, frozen=True):
    """`features` are words of features.py; `version` rises when a host saves.

    `rules` are its hours and limits, which a kind or a resource may override: who judges a period asks `rules_of`.
    `checkin_minutes` after the start, the time of who has not come is freed (None: nobody checks in).
    """

    id: int
    name: str
    description: str
    street: str
    postal_code: str
    town: str
    lat: float
    lon: float
    municipality: str
    features: tuple[str, ...]
    published: bool
    version: int
    rules: OpeningRules
    overrides: tuple[Override, ...] = ()
    checkin_minutes: int | None = None
    tariffs: tuple[Tariff, ...] = ()

    @property
    def address(self) -> str:
        return f"{self.street}, {self.postal_code} {self.town}"

    def tariff_of(self, kind: Kind, resource_id: int | None = None) -> Tariff:
        """What a resource of this kind costs; without a resource what the kind does."""
        return effective_tariff(self.tariffs, kind, resource_id)

    def rules_of(self, kind: Kind, resource_id: int | None = None) -> OpeningRules:
        """Those by which a resource of this kind is booked; without a resource those of the kind."""
        if not self.overrides and kind != DISCREET:
            return self.rules
        return effective_rules(self.rules, self.overrides, kind, resource_id)


class Resource(msgspec.Struct, frozen=True):
    """Something that one party at a time can have. Alike units share the name of their `pool`."""

    id: int
    space_id: int
    kind: Kind
    name: str
    features: tuple[str, ...]
    pool: str | None
    retired_at: datetime | None


# A space with all its rules in one row, for a query that has `space`, `municipality` and `district`.
COLUMNS = """
    space.id, space.name, space.description, space.street, space.postal_code, space.town, space.lat, space.lon,
    space.features, space.published, space.version AS space_version, space.open_on_public_holidays,
    space.lead_minutes, space.horizon_days, space.shortest_minutes, space.longest_minutes, space.unit,
    space.step_minutes, space.buffer_before_minutes, space.buffer_after_minutes, space.weekly_minutes,
    space.cancel_minutes, space.hold_minutes, space.audience, space.approval, space.around_the_clock,
    space.checkin_minutes,
    municipality.name AS municipality, district.state, district.time_zone,
    ARRAY(SELECT ARRAY[weekday, opens, closes] FROM opening_hours
          WHERE space_id = space.id ORDER BY weekday, opens) AS intervals,
    ARRAY(SELECT (lower(days), upper(days) - 1, reason) FROM closure
          WHERE space_id = space.id AND upper(days) > current_date - 1 ORDER BY days) AS closures,
    (SELECT jsonb_agg(to_jsonb(rule_override)) FROM rule_override WHERE space_id = space.id) AS overrides,
    (SELECT jsonb_agg(to_jsonb(tariff)) FROM tariff WHERE space_id = space.id) AS tariffs
"""

# Of resources: by kind as everywhere, then by name as people count ("Tisch 2" before "Tisch 10").
IN_ORDER = f"""
    array_position('{{{",".join(KINDS)}}}', resource.kind), regexp_replace(resource.name, '\\d+', ''),
    length(resource.name), resource.name, resource.id
"""

TABLES = """
    space JOIN municipality ON municipality.id = space.municipality_id
          JOIN district ON district.id = municipality.district_id
"""


def space_from(row: "asyncpg.Record | dict[str, Any]") -> Space:
    """The Space in a row that has COLUMNS."""
    return Space(
        id=row["id"],
        name=row["name"],
        description=row["description"],
        street=row["street"],
        postal_code=row["postal_code"],
        town=row["town"],
        lat=row["lat"],
        lon=row["lon"],
        municipality=row["municipality"],
        features=tuple(row["features"]),
        published=row["published"],
        version=row["space_version"],
        rules=OpeningRules(
            zone=row["time_zone"],
            state=row["state"],
            intervals=tuple(Interval(*interval) for interval in row["intervals"]),
            closures=tuple(Closure(*closure) for closure in row["closures"]),
            open_on_public_holidays=row["open_on_public_holidays"],
            lead_minutes=row["lead_minutes"],
            horizon_days=row["horizon_days"],
            shortest_minutes=row["shortest_minutes"],
            longest_minutes=row["longest_minutes"],
            unit=row["unit"],
            step_minutes=row["step_minutes"],
            buffer_before_minutes=row["buffer_before_minutes"],
            buffer_after_minutes=row["buffer_after_minutes"],
            weekly_minutes=row["weekly_minutes"],
            cancel_minutes=row["cancel_minutes"],
            hold_minutes=row["hold_minutes"],
            audience=row["audience"],
            approval=row["approval"],
            around_the_clock=row["around_the_clock"],
        ),
        overrides=msgspec.convert(row["overrides"] or (), tuple[Override, ...]),
        checkin_minutes=row["checkin_minutes"],
        tariffs=msgspec.convert(row["tariffs"] or (), tuple[Tariff, ...]),
    )


async def space_by_id(connection: Connection, space_id: int) -> Space:
    """Raises NotFound."""
    row = await connection.fetchrow(f"SELECT {COLUMNS} FROM {TABLES} WHERE space.id = $1", space_id)  # noqa: S608
    if row is None:
        raise NotFound
    return space_from(row)


async def published_space(connection: Connection, space_id: int) -> Space:
    """Raises NotFound, also for a space that is not shown to the public."""
    space = await space_by_id(connection, space_id)
    if not space.published:
        raise NotFound
    return space


async def published_among(pool: Pool, space_ids: set[int]) -> set[int]:
    """Those that are shown to the public at this moment."""
    rows = await pool.fetch("SELECT id FROM space WHERE id = ANY($1) AND published", list(space_ids))
    return {row["id"] for row in rows}


async def resources_of(connection: Connection, space_id: int) -> list[Resource]:
    """What can be booked in a space now."""
    rows = await connection.fetch(
        f"""SELECT id, space_id, kind, name, features, pool, retired_at FROM resource
            WHERE space_id = $1 AND retired_at IS NULL ORDER BY {IN_ORDER}""",  # noqa: S608 our own constant
        space_id,
    )
    return [resource_from(row) for row in rows]


def resource_from(row: asyncpg.Record) -> Resource:
    return Resource(
        id=row["id"],
        space_id=row["space_id"],
        kind=row["kind"],
        name=row["name"],
        features=tuple(row["features"]),
        pool=row["pool"],
        retired_at=row["retired_at"],
    )


# The first number of every advisory lock that guards a space, so that other uses of such locks can't collide.
SPACE_LOCK = 1


async def lock_against_changes(connection: Connection, person_id: int, *resource_ids: int) -> None:
    """Until commit nobody changes hours, closures, blackouts or resources of these resources' spaces.

    Bookings share this lock; those of one person wait for each other, so that no quota is overspent. It stands in a
    statement of its own: the next one then sees what was committed while we waited.
    """
    await connection.execute(
        """SELECT pg_advisory_xact_lock($3, ($4::bigint % 2147483647)::int), pg_advisory_xact_lock_shared($1, space_id)
           FROM (SELECT DISTINCT space_id FROM resource WHERE id = ANY($2) ORDER BY space_id) AS concerned""",
        SPACE_LOCK,
        resource_ids,
        PERSON_LOCK,
        person_id,
    )


async def lock_to_free(connection: Connection, person_id: int | None, *resource_ids: int) -> None:
    """Before time of these resources is freed: until commit nobody else books or changes anything in their spaces.

    What comes free is offered to the waiting list at once. Two who each free a part of what somebody waits for must not
    miss one another, and nobody may be in the midst of booking what is about to be offered.
    """
    if person_id is not None:
        await lock_person(connection, person_id)
    await connection.execute(
        """SELECT pg_advisory_xact_lock($1, space_id)
           FROM (SELECT DISTINCT space_id FROM resource WHERE id = ANY($2) ORDER BY space_id) AS concerned""",
        SPACE_LOCK,
        resource_ids,
    )


async def lock_for_change(connection: Connection, space_id: int) -> None:
    """Until commit nobody books in this space, and nobody else changes it."""
    await connection.execute("SELECT pg_advisory_xact_lock($1, $2)", SPACE_LOCK, space_id)


async def municipality_of(connection: Connection, space_id: int) -> int:
    """The id of the municipality in which it lies. Raises NotFound."""
    municipality_id: int | None = await connection.fetchval("SELECT municipality_id FROM space WHERE id = $1", space_id)
    if municipality_id is None:
        raise NotFound
    return municipality_id
