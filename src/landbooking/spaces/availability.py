"""What is free: for a whole asked period, near a point; and when something becomes free again."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

import msgspec

from landbooking.database import Connection
from landbooking.period import Period
from landbooking.spaces.booking_rules import broken_rule
from landbooking.spaces.kinds import Kind
from landbooking.spaces.opening_hours import blocked_by
from landbooking.spaces.schedules import SEARCH_DAYS, Schedule, next_free, schedules_of
from landbooking.spaces.space import COLUMNS, TABLES, Space, space_from

MOST_SPACES = 50  # on a page of results
SPACES_AT_ONCE = 25  # are looked at for something free, at first


class FreeResource(msgspec.Struct, frozen=True):
    """A resource that is free for the whole asked period; `distance_km` from the asked point, None without one."""

    id: int
    name: str
    kind: Kind
    space_id: int
    space: str
    distance_km: float | None


class SpaceResult(msgspec.Struct, frozen=True):
    """A space near the asked point: `free` of its `total` resources of the asked kind for the whole period.

    `refusal` is the rule that the period breaks here, `next_free` the first period that works instead.
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
    # MATERIALIZED computes each distance once: put into every condition instead, they take 30 times as long. All that
    # makes a space is read for those only that are within the limit.
    rows = await connection.fetch(
        f"""WITH found AS MATERIALIZED (
                SELECT id AS space_id, municipality_id, CASE WHEN $1::float8 IS NULL THEN 0
                                                             ELSE distance_km($1, $2, lat, lon) END AS distance
                FROM space WHERE published
            ), nearest AS MATERIALIZED (
                SELECT space_id, distance FROM found
                WHERE distance <= $3 AND (distance, space_id) > ($5, $6)
                  AND ($4::text IS NULL OR municipality_id = (SELECT id FROM municipality WHERE ags = $4))
                ORDER BY distance, space_id LIMIT $7)
            SELECT {COLUMNS}, distance FROM {TABLES} JOIN nearest ON nearest.space_id = space.id
            ORDER BY distance, space.id""",  # noqa: S608
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
    connection: Connection, lat: float, lon: float, radius_km: float, kind: Kind, period: Period
) -> list[SpaceResult]:
    """Every space near the point that has this kind, nearest first, with what is free in it for the whole period."""
    near = await published_spaces(connection, (lat, lon), radius_km, None, None, MOST_SPACES)
    now = datetime.now(UTC)
    ahead = Period(max(period.start, now), max(period.end, now) + timedelta(days=SEARCH_DAYS + 1))
    schedules = await schedules_of(connection, [space for space, _ in near], ahead, kind)
    return [
        _result(space, distance or 0.0, schedules[space.id], period, now)
        for space, distance in near
        if schedules[space.id]
    ]


def _result(space: Space, distance: float, schedules: list[Schedule], period: Period, now: datetime) -> SpaceResult:
    rules = {id(schedule.rules): schedule.rules for schedule in schedules}  # mostly one and the same
    refusals = {key: broken_rule(each, period, now) for key, each in rules.items()}
    allowed = [schedule for schedule in schedules if not refusals[id(schedule.rules)]]
    free = sum(schedule.has_free(period) for schedule in allowed)
    following = None if free else next_free(schedules, period, now)
    refusal = None if allowed else refusals[id(schedules[0].rules)]
    return SpaceResult(space, distance, free, len(schedules), refusal.message if refusal else None, following)


async def free_resources(
    connection: Connection,
    period: Period,
    kind: Kind,
    point: tuple[float, float] | None,
    radius_km: float,
    after: tuple[float, int] | None,
    limit: int,
) -> list[FreeResource]:
    """Resources free for the whole period that the rules let be booked, nearest first (by space without a point).

    `after` is the distance and id of the last one already had. Spaces are looked at by and by, until there are enough:
    mostly the nearest few have more than is asked for.
    """
    now = datetime.now(UTC)
    had = await _had(connection, after) if after else None
    reached = (had.distance, had.space_id - 1) if had else None  # the last one's space may have more
    found: list[FreeResource] = []
    looked_at, at_once = 0, SPACES_AT_ONCE
    while True:
        near = await published_spaces(connection, point, radius_km, None, reached, at_once)
        found += await _free_in(connection, near, period, kind, now, had, limit - len(found))
        if len(found) == limit or len(near) < at_once:
            return found
        last, distance = near[-1]
        reached = (distance or 0.0, last.id)
        looked_at += at_once
        at_once = _next_spaces(looked_at, len(found), limit)


def _next_spaces(looked_at: int, found: int, limit: int) -> int:
    """As many again as were looked at, or somewhat more than the rest needs if it goes on as so far."""
    return min(looked_at, 2 + looked_at * (limit - found) // max(found, 1))


class _Had(msgspec.Struct, frozen=True):
    """The resource with which the page before ended."""

    distance: float
    space_id: int
    resource_id: int


async def _had(connection: Connection, after: tuple[float, int]) -> _Had:
    distance, resource_id = after
    space_id = await connection.fetchval("SELECT space_id FROM resource WHERE id = $1", resource_id)
    return _Had(distance, space_id or 0, resource_id)


async def _free_in(
    connection: Connection,
    near: Sequence[tuple[Space, float | None]],
    period: Period,
    kind: Kind,
    now: datetime,
    had: _Had | None,
    limit: int,
) -> list[FreeResource]:
    """What of these spaces is free, in their order."""
    groups = [group for space, distance in near for group in _groups(space, distance, kind, period, now)]
    # Bookings of one resource never overlap, so the first to end after the asked start decides (index booking_next).
    rows = await connection.fetch(
        """SELECT resource.id, resource.name, resource.kind, resource.space_id
           FROM unnest($1::int[], $2::int[], $3::float8[], $4::timestamptz[], $5::timestamptz[])
                    AS wished (space_id, resource_id, distance, starts_at, ends_at)
                JOIN resource ON resource.space_id = wished.space_id AND resource.space_id = ANY($1)
                     AND (resource.id = wished.resource_id OR wished.resource_id IS NULL AND resource.id <> ALL($6))
           WHERE resource.retired_at IS NULL AND resource.kind = $7 AND (resource.space_id <> $8 OR resource.id > $9)
             AND ($7 <> 'vehicle' OR NOT EXISTS (SELECT FROM vehicle WHERE resource_id = resource.id AND out_of_order))
             AND coalesce((SELECT lower(booking.blocked) FROM booking
                           WHERE booking.resource_id = resource.id AND booking.status <> 'cancelled'
                             AND upper(booking.blocked) > wished.starts_at
                           ORDER BY upper(booking.blocked) LIMIT 1) >= wished.ends_at, true)
           ORDER BY wished.distance, resource.space_id, resource.id LIMIT $10""",
        [group.space_id for group in groups],
        [group.resource_id for group in groups],
        [group.distance for group in groups],
        [group.blocked.start for group in groups],
        [group.blocked.end for group in groups],
        [override.resource_id for space, _ in near for override in space.overrides if override.resource_id],
        kind,
        had.space_id if had else 0,
        had.resource_id if had else 0,
        limit,
    )
    by_id = {space.id: (space, distance) for space, distance in near}
    return [
        FreeResource(
            id=row["id"],
            name=row["name"],
            kind=row["kind"],
            space_id=row["space_id"],
            space=by_id[row["space_id"]][0].name,
            distance_km=by_id[row["space_id"]][1],
        )
        for row in rows
    ]


class _Group(msgspec.Struct, frozen=True):
    """Resources of a space that are booked by the same rules: one by itself, or all that have none of their own."""

    space_id: int
    resource_id: int | None
    distance: float
    blocked: Period


def _groups(space: Space, distance: float | None, kind: Kind, period: Period, now: datetime) -> Iterator[_Group]:
    """Those whose rules allow the period."""
    for resource_id in (None, *(override.resource_id for override in space.overrides if override.resource_id)):
        rules = space.rules_of(kind, resource_id)
        if not broken_rule(rules, period, now):
            yield _Group(space.id, resource_id, distance or 0.0, blocked_by(rules, period))
