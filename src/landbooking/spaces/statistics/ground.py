"""What could be booked in spaces in a time that is over: resources, and hours, closures and blackouts as they stood."""

from collections.abc import Sequence
from datetime import date

import msgspec

from landbooking.database import Connection
from landbooking.period import Period
from landbooking.spaces.kinds import DISCREET, Kind
from landbooking.spaces.opening_hours import Interval
from landbooking.spaces.space import IN_ORDER

# What people sit at or in. Vehicles, which are to be had day and night, and equipment count by themselves.
PLACES: tuple[Kind, ...] = ("desk", "meeting_room", "phone_booth")


class Stood(msgspec.Struct, frozen=True):
    """Opening hours of a weekday, in the instants of `during` only."""

    interval: Interval
    on_public_holidays: bool
    during: Period


class ClosedDays(msgspec.Struct, frozen=True):
    """Closed from `first` to `last`, both included, in the instants of `during` only."""

    first: date
    last: date
    during: Period


class Unit(msgspec.Struct, frozen=True):
    """A resource: there in the instants of `during`, and held by blackouts in those of `blackouts`.

    `is_place`: it counts among the places that make up the space's week. What is to be had around the clock beside
    places that aren't counts by itself: its own sum less the hours when nothing else is open would tell of the others.
    """

    id: int
    kind: Kind
    name: str
    around_the_clock: bool
    is_place: bool
    during: Period
    blackouts: tuple[Period, ...] = ()


class Ground(msgspec.Struct, frozen=True):
    """A space. Rooms for video appointments are not among its `units`: they stand in no figure."""

    id: int
    name: str
    municipality: str
    zone: str
    state: str
    hours: tuple[Stood, ...]
    closed: tuple[ClosedDays, ...]
    units: tuple[Unit, ...]


async def grounds_of(connection: Connection, space_ids: Sequence[int], within: Period) -> list[Ground]:
    """By name. Of what is to be had around the clock, and of resources that were brought back, only today is known."""
    spaces = await connection.fetch(
        """SELECT space.id, space.name, municipality.name AS municipality, district.time_zone, district.state
           FROM space JOIN municipality ON municipality.id = space.municipality_id
                      JOIN district ON district.id = municipality.district_id
           WHERE space.id = ANY($1) ORDER BY space.name, space.id""",
        space_ids,
    )
    hours = await _hours(connection, space_ids, within)
    closed = await _closed(connection, space_ids, within)
    units = await _units(connection, space_ids, within)
    return [
        Ground(
            id=row["id"],
            name=row["name"],
            municipality=row["municipality"],
            zone=row["time_zone"],
            state=row["state"],
            hours=tuple(hours.get(row["id"], ())),
            closed=tuple(closed.get(row["id"], ())),
            units=tuple(units.get(row["id"], ())),
        )
        for row in spaces
    ]


async def _hours(connection: Connection, space_ids: Sequence[int], within: Period) -> dict[int, list[Stood]]:
    rows = await connection.fetch(
        """SELECT space_id, weekday, opens, closes, on_holidays, greatest(lower(stood), $2) AS starts_at,
                  least(upper(stood), $3) AS ends_at
           FROM (SELECT space_id, weekday, opens, closes, open_on_public_holidays AS on_holidays,
                        tstzrange(since, NULL) AS stood
                 FROM opening_hours JOIN space ON space.id = space_id
                 UNION ALL
                 SELECT space_id, weekday, opens, closes, open_on_public_holidays, stood FROM former_opening_hours)
                AS ever
           WHERE space_id = ANY($1) AND stood && tstzrange($2, $3)""",
        space_ids,
        *within,
    )
    found: dict[int, list[Stood]] = {}
    for row in rows:
        stood = Stood(
            Interval(row["weekday"], row["opens"], row["closes"]),
            row["on_holidays"],
            Period(row["starts_at"], row["ends_at"]),
        )
        found.setdefault(row["space_id"], []).append(stood)
    return found


async def _closed(connection: Connection, space_ids: Sequence[int], within: Period) -> dict[int, list[ClosedDays]]:
    rows = await connection.fetch(
        """SELECT space_id, lower(days) AS first, upper(days) - 1 AS last, greatest(lower(stood), $2) AS starts_at,
                  least(upper(stood), $3) AS ends_at
           FROM (SELECT space_id, days, tstzrange(since, NULL) AS stood FROM closure
                 UNION ALL SELECT space_id, days, stood FROM former_closure) AS ever
           WHERE space_id = ANY($1) AND stood && tstzrange($2, $3)""",
        space_ids,
        *within,
    )
    found: dict[int, list[ClosedDays]] = {}
    for row in rows:
        closed = ClosedDays(row["first"], row["last"], Period(row["starts_at"], row["ends_at"]))
        found.setdefault(row["space_id"], []).append(closed)
    return found


async def _units(connection: Connection, space_ids: Sequence[int], within: Period) -> dict[int, list[Unit]]:
    """A blackout held what its rows in `booking` say, from when they were written until they were lifted."""
    rows = await connection.fetch(
        f"""SELECT resource.id, resource.space_id, resource.kind, resource.name,
                   coalesce(own.around_the_clock, of_kind.around_the_clock, space.around_the_clock) AS always,
                   greatest(resource.created_at, $2) AS starts_at, least(resource.retired_at, $3) AS ends_at
            FROM resource JOIN space ON space.id = resource.space_id
                 LEFT JOIN rule_override AS own ON own.resource_id = resource.id
                 LEFT JOIN rule_override AS of_kind ON of_kind.space_id = space.id AND of_kind.kind = resource.kind
            WHERE resource.space_id = ANY($1) AND resource.kind <> $4
              AND resource.created_at < $3 AND (resource.retired_at IS NULL OR resource.retired_at > $2)
            ORDER BY {IN_ORDER}""",  # noqa: S608 our own constant
        space_ids,
        *within,
        DISCREET,
    )
    held = await connection.fetch(
        """SELECT resource_id, greatest(lower(period), created_at, $2) AS starts_at,
                  least(upper(period), cancelled_at, $3) AS ends_at
           FROM booking
           WHERE resource_id = ANY($1) AND blackout_id IS NOT NULL AND period && tstzrange($2, $3)""",
        [row["id"] for row in rows],
        *within,
    )
    blackouts: dict[int, list[Period]] = {}
    for row in held:
        if row["starts_at"] < row["ends_at"]:
            blackouts.setdefault(row["resource_id"], []).append(Period(row["starts_at"], row["ends_at"]))
    by_hours = {row["space_id"] for row in rows if row["kind"] in PLACES and not row["always"]}
    found: dict[int, list[Unit]] = {}
    for row in rows:
        unit = Unit(
            id=row["id"],
            kind=row["kind"],
            name=row["name"],
            around_the_clock=row["always"],
            is_place=row["kind"] in PLACES and not (row["always"] and row["space_id"] in by_hours),
            during=Period(row["starts_at"], row["ends_at"]),
            blackouts=tuple(blackouts.get(row["id"], ())),
        )
        found.setdefault(row["space_id"], []).append(unit)
    return found
