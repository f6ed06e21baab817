"""How much of the bookable time was booked, in seconds, and by how many: by space, month, weekday, hour, and resource.

Booked time counts where the space stood open: a booking that a host kept on a day that was closed later is an exception
beside the hours. All is reckoned from the bookings as they are now, so late changes are in it; nothing is kept twice.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import msgspec

from landbooking.database import Connection
from landbooking.disclosure import Counted
from landbooking.period import Period
from landbooking.spaces.statistics.ground import Ground, Unit
from landbooking.spaces.statistics.opening import Slot, Slots, bookable, opened_on, slots_of
from landbooking.spaces.statistics.span import Span


class Use(msgspec.Struct, frozen=True):
    """Of one space, month by month. `week` is of its places together, `units` by the number of each resource."""

    week: list[dict[Slot, Counted]]
    units: list[dict[int, Counted]]
    open_week: list[Slots]
    open_units: list[Counter[int]]


class _Opened(msgspec.Struct, frozen=True):
    key: int
    month: int
    day: date
    period: Period


async def use_of(connection: Connection, grounds: Sequence[Ground], span: Span) -> dict[int, Use]:
    """By the number of the space. All lie in one time zone."""
    uses = {
        ground.id: Use(
            week=[{} for _month in span.months],
            units=[{} for _month in span.months],
            open_week=[Counter() for _month in span.months],
            open_units=[Counter() for _month in span.months],
        )
        for ground in grounds
    }
    if not grounds:
        return uses
    opened: list[_Opened] = []
    for ground in grounds:
        opened += _count_open(ground, span, uses[ground.id])
    zone = ZoneInfo(grounds[0].zone)
    units = [(unit.id, _key(ground, unit), ground.id, unit.is_place) for ground in grounds for unit in ground.units]
    rows = await connection.fetch(
        _USED,
        *zip(*units, strict=True) if units else ([], [], [], []),
        [one.key for one in opened],
        [one.month for one in opened],
        [one.day for one in opened],
        [one.period.start for one in opened],
        [one.period.end for one in opened],
        *span.period(zone),
        zone.key,
    )
    for space_id, unit_id, month, weekday, hour, seconds, persons in rows:
        counted = Counted(seconds, frozenset(persons))
        if unit_id is None:
            uses[space_id].week[month][weekday, hour] = counted
        else:
            uses[space_id].units[month][unit_id] = counted
    return uses


def _key(ground: Ground, unit: Unit) -> int:
    """Resources with the same one stand open at the same times."""
    return ground.id * 2 + unit.around_the_clock


def _count_open(ground: Ground, span: Span, use: Use) -> Iterator[_Opened]:
    """Adds up what could be booked; tells when the space stood open."""
    zone = ZoneInfo(ground.zone)
    alike: dict[tuple[bool, Period, tuple[Period, ...]], list[Unit]] = {}
    for unit in ground.units:
        alike.setdefault((unit.around_the_clock, unit.during, unit.blackouts), []).append(unit)
    for month, first in enumerate(span.months):
        for day in _days(first):
            opened = {always: opened_on(ground, day, always) for always in {key[0] for key in alike}}
            for always, periods in opened.items():
                for period in periods:
                    yield _Opened(ground.id * 2 + always, month, day, period)
            for (always, _during, _blackouts), units in alike.items():
                _add(use, month, units, bookable(units[0], opened[always]), zone)


def _days(first: date) -> Iterator[date]:
    day = first
    while day.month == first.month:
        yield day
        day += timedelta(days=1)


def _add(use: Use, month: int, units: Sequence[Unit], periods: Iterable[Period], zone: ZoneInfo) -> None:
    places = sum(unit.is_place for unit in units)
    for period in periods:
        if places:
            week = use.open_week[month]
            for slot, seconds in slots_of(period, zone).items():
                week[slot] += seconds * places
        length = int(period.length.total_seconds())
        for unit in units:
            use.open_units[month][unit.id] += length


# Bookings of one resource never overlap, so of those that end after the span only the first can reach into it: the
# index `booking_next` has both at once. All who have no account, or no longer, are the person 0: nobody can tell them
# apart. Equipment that went with a room for video appointments tells of it, so it is left out. Nothing tells PostgreSQL
# how long the arrays are; for a few rows it would compare each booking with each day, but a full join it must hash.
_USED = """
    WITH listed AS (
        SELECT * FROM unnest($1::int[], $2::int[], $3::int[], $4::boolean[]) AS listed (unit, opening, space, is_place)
    ), opened AS MATERIALIZED (
        SELECT * FROM unnest($5::int[], $6::int[], $7::date[], $8::timestamptz[], $9::timestamptz[])
                 AS opened (opening, month, day, starts_at, ends_at)
    ), booked AS MATERIALIZED (
        SELECT listed.*, coalesce(booking.person_id, 0) AS person, lower(booking.period) AS starts_at,
               upper(booking.period) AS ends_at
        FROM listed CROSS JOIN LATERAL (
            SELECT booking.* FROM booking
            WHERE resource_id = listed.unit AND status <> 'cancelled'
              AND upper(blocked) > $10 AND upper(blocked) <= $11
            UNION ALL
            (SELECT booking.* FROM booking
             WHERE resource_id = listed.unit AND status <> 'cancelled' AND upper(blocked) > $11
             ORDER BY upper(blocked) LIMIT 1)
        ) AS booking
        WHERE booking.status = 'confirmed' AND booking.blackout_id IS NULL
          AND (booking.part_of IS NULL OR NOT EXISTS (
              SELECT FROM booking AS main JOIN resource ON resource.id = main.resource_id
              WHERE main.id = booking.part_of AND resource.kind = 'telemedicine'))
    ), by_day AS MATERIALIZED (
        SELECT booked.*, (booked.starts_at AT TIME ZONE $12)::date + later AS day
        FROM booked CROSS JOIN LATERAL generate_series(0, (booked.ends_at AT TIME ZONE $12)::date
                                                          - (booked.starts_at AT TIME ZONE $12)::date) AS later
    ), paired AS MATERIALIZED (
        SELECT by_day.unit, by_day.space, by_day.is_place, by_day.person, opened.month, opened.day,
               greatest(by_day.starts_at, opened.starts_at) AS starts_at,
               least(by_day.ends_at, opened.ends_at) AS ends_at,
               by_day.unit IS NOT NULL AND opened.opening IS NOT NULL AS is_pair
        FROM by_day FULL JOIN opened ON opened.opening = by_day.opening AND opened.day = by_day.day
    ), used AS MATERIALIZED (
        SELECT * FROM paired WHERE is_pair AND starts_at < ends_at
    ), by_hour AS (
        SELECT used.space, used.month, extract(isodow FROM used.day)::int AS weekday,
               extract(hour FROM hour AT TIME ZONE $12)::int AS hour, used.person,
               sum(extract(epoch FROM least(used.ends_at, hour + interval '1 hour')
                                      - greatest(used.starts_at, hour))::int) AS seconds
        FROM used CROSS JOIN LATERAL generate_series(
                 date_trunc('hour', used.starts_at), used.ends_at - interval '1 second', interval '1 hour') AS hour
        WHERE used.is_place
        GROUP BY 1, 2, 3, 4, 5
    ), by_unit AS (
        SELECT space, unit, month, person, sum(extract(epoch FROM ends_at - starts_at)::int) AS seconds
        FROM used GROUP BY 1, 2, 3, 4
    )
    SELECT space, NULL::int AS unit, month, weekday, hour, sum(seconds)::bigint, (array_agg(person))[1:5]
    FROM by_hour GROUP BY 1, 3, 4, 5
    UNION ALL
    SELECT space, unit, month, NULL, NULL, sum(seconds)::bigint, (array_agg(person))[1:5]
    FROM by_unit GROUP BY 1, 2, 3
"""
