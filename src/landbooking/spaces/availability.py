"""What is free: for a whole asked period, near a point; and when something becomes free again."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta

import msgspec

from landbooking.database import Connection
from landbooking.spaces.opening_hours import OpeningRules, broken_rule, open_periods
from landbooking.spaces.period import STEP, Period, gaps, joined
from landbooking.spaces.space import COLUMNS, TABLES, Space, space_from

MOST_SPACES = 50  # on a page of results
SEARCH_DAYS = 14  # how far ahead the next free period is looked for


class FreeResource(msgspec.Struct, frozen=True):
    """A resource that is free for the whole asked period; `distance_km` from the asked point, None without one."""

    id: int
    name: str
    kind: str
    space_id: int
    space: str
    distance_km: float | None


class SpaceResult(msgspec.Struct, frozen=True):
    """A space near the asked point: `free` of its `total` resources for the whole period, or what keeps it from that.

    `refusal` is the rule that the period breaks here, `next_free` the first period of the same length that works.
    """

    space: Space
    distance_km: float
    free: int
    total: int
    refusal: str | None
    next_free: Period | None


async def published_spaces(
    connection: Connection,
    point: tuple[float, float] | None,
    radius_km: float,
    ags: str | None,
    after: tuple[float, int] | None,
    limit: int | None,
) -> list[tuple[Space, float | None]]:
    """Spaces within the radius of the point with their distance in km, nearest first (by id without a point).

    `ags` narrows to one municipality, `after` is the distance and id of the last one already had, `limit` None is all.
    """
    # MATERIALIZED computes each distance once: put into every condition instead, they take 30 times as long.
    rows = await connection.fetch(
        f"""WITH found AS MATERIALIZED (
                SELECT {COLUMNS}, municipality.ags,
                       CASE WHEN $1::float8 IS NULL THEN 0
                            ELSE distance_km($1, $2, space.lat, space.lon) END AS distance
                FROM {TABLES} WHERE space.published)
            SELECT * FROM found
            WHERE distance <= $3 AND ($4::text IS NULL OR ags = $4) AND (distance, id) > ($5, $6)
            ORDER BY distance, id LIMIT $7""",  # noqa: S608
        point[0] if point else None,
        point[1] if point else None,
        radius_km,
        ags,
        after[0] if after else -1.0,
        after[1] if after else 0,
        limit,
    )
    return [(space_from(row), row["distance"] if point else None) for row in rows]


async def search_spaces(
    connection: Connection, lat: float, lon: float, radius_km: float, period: Period
) -> list[SpaceResult]:
    """Every space near the point, nearest first, with what is free in it for the whole period."""
    near = await published_spaces(connection, (lat, lon), radius_km, None, None, MOST_SPACES)
    now = datetime.now(UTC)
    ahead = Period(max(period.start, now), max(period.end, now) + timedelta(days=SEARCH_DAYS + 1))
    busy = await busy_periods(connection, [space.id for space, _ in near], ahead)
    return [_result(space, distance or 0.0, busy[space.id], period, now) for space, distance in near]


def _result(space: Space, distance: float, busy: dict[int, list[Period]], period: Period, now: datetime) -> SpaceResult:
    broken = broken_rule(space.rules, period, now)
    free = 0 if broken else sum(not any(map(period.overlaps, taken)) for taken in busy.values())
    following = None if free else next_free(space.rules, list(busy.values()), period, now)
    return SpaceResult(space, distance, free, len(busy), broken.message if broken else None, following)


def next_free(rules: OpeningRules, busy: list[list[Period]], wish: Period, now: datetime) -> Period | None:
    """The first period as long as the wish, and not before it, that the rules allow and a resource is free in."""
    for number in range(SEARCH_DAYS + 1):
        day = wish.start.astimezone(rules.time_zone).date() + timedelta(days=number)
        for opened in joined(open_periods(rules, day)):
            starts = [start for taken in busy if (start := _first_start(rules, opened, taken, wish, now))]
            if starts:
                return Period(min(starts), min(starts) + wish.length)
    return None


def _first_start(
    rules: OpeningRules, opened: Period, taken: list[Period], wish: Period, now: datetime
) -> datetime | None:
    for gap in gaps(opened, taken):
        start = _next_step(max(gap.start, wish.start, now + timedelta(minutes=rules.lead_minutes)), opened.start)
        candidate = Period(start, start + wish.length)
        if candidate.end <= gap.end and not broken_rule(rules, candidate, now):
            return start
    return None


def _next_step(moment: datetime, origin: datetime) -> datetime:
    """The next quarter of an hour, counted from an opening, which is one itself."""
    return origin + -((origin - moment) // STEP) * STEP


async def busy_periods(
    connection: Connection, space_ids: list[int], within: Period
) -> dict[int, dict[int, list[Period]]]:
    """By space and resource (those with nothing booked too): when it is taken, blackouts included."""
    rows = await connection.fetch(
        """SELECT resource.space_id, resource.id, lower(booking.blocked) AS starts_at, upper(booking.blocked) AS ends_at
           FROM resource LEFT JOIN booking ON booking.resource_id = resource.id
                AND booking.status = 'confirmed' AND booking.blocked && $2
           WHERE resource.space_id = ANY($1) AND resource.retired_at IS NULL
           ORDER BY resource.id, starts_at""",
        space_ids,
        within.range,
    )
    busy: dict[int, dict[int, list[Period]]] = defaultdict(lambda: defaultdict(list))
    for space_id, resource_id, starts_at, ends_at in rows:
        taken = busy[space_id][resource_id]
        if starts_at is not None:
            taken.append(Period(starts_at, ends_at))
    return busy


async def free_resources(
    connection: Connection,
    period: Period,
    kind: str,
    point: tuple[float, float] | None,
    radius_km: float,
    after: tuple[float, int] | None,
    limit: int,
) -> list[FreeResource]:
    """Resources free for the whole period that the rules let be booked, nearest first (by id without a point).

    `after` is the distance and id of the last one already had.
    """
    now = datetime.now(UTC)
    near = await published_spaces(connection, point, radius_km, None, None, None)
    allowed = {space.id: (space, distance) for space, distance in near if not broken_rule(space.rules, period, now)}
    # Bookings of one resource never overlap, so the first to end after the asked start decides (index booking_next).
    rows = await connection.fetch(
        """SELECT resource.id, resource.name, resource.kind, resource.space_id
           FROM unnest($1::int[], $2::float8[]) AS near (space_id, distance)
                JOIN resource ON resource.space_id = near.space_id
           WHERE resource.retired_at IS NULL AND resource.kind = $3 AND (near.distance, resource.id) > ($5, $6)
             AND NOT EXISTS (SELECT FROM (SELECT blocked FROM booking
                                          WHERE booking.resource_id = resource.id AND booking.status = 'confirmed'
                                            AND upper(booking.blocked) > lower($4::tstzrange)
                                          ORDER BY upper(booking.blocked) LIMIT 1) AS next
                             WHERE next.blocked && $4)
           ORDER BY near.distance, resource.id LIMIT $7""",
        list(allowed),
        [distance or 0.0 for _space, distance in allowed.values()],
        kind,
        period.range,
        after[0] if after else -1.0,
        after[1] if after else 0,
        limit,
    )
    return [
        FreeResource(
            id=row["id"],
            name=row["name"],
            kind=row["kind"],
            space_id=row["space_id"],
            space=allowed[row["space_id"]][0].name,
            distance_km=allowed[row["space_id"]][1],
        )
        for row in rows
    ]
