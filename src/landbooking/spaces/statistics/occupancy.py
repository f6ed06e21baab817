"""How much of the bookable time was booked, in seconds, and by how many: by space, month, weekday, hour, and resource.

Booked time counts where the space stood open: a booking that a host kept on a day that was closed later is an exception
beside the hours. All is reckoned from the bookings as they are now, so late changes are in it; nothing is kept twice.
"""

from collections import Counter
from collections.abc import Iterator, Sequence, Set
from itertools import groupby
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from landbooking.database import Connection
from landbooking.disclosure import Counted
from landbooking.period import Period
from landbooking.spaces.statistics.ground import Ground, Unit
from landbooking.spaces.statistics.opening import Slot, Slots, bookable, slots_of
from landbooking.spaces.statistics.span import Span
from landbooking.spaces.statistics.stood import SOME, STOOD
from landbooking.spaces.statistics.timeline import Timeline

NOBODY = Counted(0, frozenset())


class Use(msgspec.Struct, frozen=True):
    """Of one space, month by month. `week` is of its places together, `units` by the number of each resource.

    `slots_of_units`: when in the week each place could be booked at all.
    """

    week: list[dict[Slot, Counted]]
    units: list[dict[int, Counted]]
    open_week: list[Slots]
    open_units: list[Counter[int]]
    slots_of_units: list[dict[int, Set[Slot]]]


class WeekdayUse(NamedTuple):
    """Of the places of one space, month by month: what was booked by weekday, and what could be booked."""

    booked: list[dict[int, Counted]]
    bookable: list[int]


async def use_of(connection: Connection, grounds: Sequence[Ground], span: Span) -> dict[int, Use]:
    """By the number of the space. All lie in one time zone."""
    uses = {
        ground.id: Use(
            week=[{} for _month in span.months],
            units=[{} for _month in span.months],
            open_week=[Counter() for _month in span.months],
            open_units=[Counter() for _month in span.months],
            slots_of_units=[{} for _month in span.months],
        )
        for ground in grounds
    }
    if not grounds:
        return uses
    line = Timeline(span, ZoneInfo(grounds[0].zone))
    for ground in grounds:
        _count_open(ground, line, uses[ground.id])
    units, arguments = _arguments(line)
    space_of = {unit.id: ground.id for ground in grounds for unit in ground.units}
    for unit_month, week_hours, bookings, starts, ends, some in await connection.fetch(_USE, *arguments):
        persons = frozenset(some)
        if unit_month is not None:
            number, month = divmod(unit_month, 100)
            unit = units[number - 1]
            uses[space_of[unit]].units[month][unit] = Counted(ends - starts, persons)
            continue
        week, hours = divmod(week_hours, 24 * 24)
        first, last = divmod(hours, 24)
        space_id, month, weekday = line.weeks[week]
        slots = uses[space_id].week[month]
        for hour in range(first, last + 1):
            until = ends if hour == last else (hour + 1) * 3600 * bookings
            since = starts if hour == first else hour * 3600 * bookings
            known = slots.get((weekday, hour), NOBODY)
            slots[weekday, hour] = Counted(known.amount + until - since, known.persons | persons)
    return uses


async def weekday_use_of(connection: Connection, grounds: Sequence[Ground], span: Span) -> dict[int, WeekdayUse]:
    """By the number of the space: as much of it as its total is made from, for half the time."""
    uses = {ground.id: WeekdayUse([{} for _ in span.months], [0 for _ in span.months]) for ground in grounds}
    if not grounds:
        return uses
    line = Timeline(span, ZoneInfo(grounds[0].zone))
    for ground in grounds:
        for units, month, periods in _bookable(ground, line):
            places = sum(unit.is_place for unit in units)
            uses[ground.id].bookable[month] += places * sum(_seconds(period) for period in periods)
    _units, arguments = _arguments(line)
    for week, seconds, some in await connection.fetch(_WEEKDAY_USE, *arguments):
        space_id, month, weekday = line.weeks[week]
        uses[space_id].booked[month][weekday] = Counted(seconds, frozenset(some))
    return uses


def _count_open(ground: Ground, line: Timeline, use: Use) -> None:
    """Adds up what could be booked."""
    for units, month, periods in _bookable(ground, line):
        length = sum(_seconds(period) for period in periods)
        for unit in units:
            use.open_units[month][unit.id] = length
        if places := [unit.id for unit in units if unit.is_place]:
            week, slots = use.open_week[month], set[Slot]()
            for period in periods:
                for slot, seconds in slots_of(period, line.zone).items():
                    week[slot] += seconds * len(places)
                    slots.add(slot)
            use.slots_of_units[month].update(dict.fromkeys(places, slots))


def _bookable(ground: Ground, line: Timeline) -> Iterator[tuple[list[Unit], int, list[Period]]]:
    """Of resources that are alike in it: a month (its place), and when they could be booked in it.

    Draws on the line when the space stood open.
    """
    alike: dict[tuple[bool, Period, tuple[Period, ...]], list[Unit]] = {}
    for unit in ground.units:
        alike.setdefault((unit.around_the_clock, unit.during, unit.blackouts), []).append(unit)
    opened = line.draw(ground)
    for (always, _during, _blackouts), units in alike.items():
        for month, days in groupby(line.days, lambda day: day[0]):
            yield units, month, [one for _month, day in days for one in bookable(units[0], opened[always][day])]


def _seconds(period: Period) -> int:
    return int(period.length.total_seconds())


def _arguments(line: Timeline) -> tuple[list[int], list[Any]]:
    """The resources in the order in which the statements number them, and what these are asked with."""
    units = sorted(line.begins)
    return units, [
        units,
        *line.period,
        [line.begins[unit] for unit in units],
        line.period.start.timestamp(),
        line.period.length.total_seconds(),
        line.since,
        line.month,
        line.week,
        line.clock,
    ]


# One pass over the bookings: resources and times are found in the arrays by binary search. Most bookings lie between
# two cuts of the line, the others are cut. OFFSET 0 keeps PostgreSQL from reckoning again, wherever it is used, what a
# step has reckoned.
#
# All who have no account, or no longer, are the person 0: nobody can tell them apart. Equipment that went with a room
# for video appointments tells of it, so it is left out.
_USED = f"""
    WITH timed AS (
        SELECT coalesce(person_id, 0) AS person, width_bucket(resource_id, $1) AS unit,
               greatest(date_part('epoch', lower(period)) - $5, 0) AS starts_at,
               least(date_part('epoch', upper(period)) - $5, $6) AS ends_at
        FROM ({STOOD}) AS booked
        WHERE blackout_id IS NULL AND (part_of IS NULL OR (
            SELECT resource.kind FROM booking AS main JOIN resource ON resource.id = main.resource_id
            WHERE main.id = booked.part_of) <> 'telemedicine')
        OFFSET 0
    ), lined AS (
        SELECT person, unit, ($4::float8[])[unit] + starts_at AS starts_at, ($4::float8[])[unit] + ends_at AS ends_at
        FROM timed OFFSET 0
    ), cut AS (
        SELECT *, generate_series(width_bucket(starts_at, $7::float8[]),
                                  width_bucket(ends_at - 1, $7::float8[])) AS place
        FROM lined
    ), clocked AS (
        SELECT person, unit * 100 + ($8::int[])[place] AS unit_month, ($9::int[])[place] AS week,
               (greatest(starts_at, ($7::float8[])[place]) - ($10::float8[])[place])::int AS starts_at,
               (least(ends_at, ($7::float8[])[place + 1]) - ($10::float8[])[place])::int AS ends_at
        FROM cut WHERE ($8::int[])[place] >= 0 OFFSET 0
    ), used AS (
        SELECT * FROM clocked WHERE starts_at < ends_at
    )
"""  # noqa: S608 our own constants
# Those of a month's weekday are alike but for the hours in which they begin and end; of these it is enough to know how
# many, and the sums of their starts and ends. Each booking is counted twice: of its resource and month, and of these
# hours. Either is one number, since of several PostgreSQL would expect too many groups for a hash.
_USE = f"""
    {_USED}, counted AS (
        SELECT *, (week * 24 + starts_at / 3600) * 24 + (ends_at - 1) / 3600 AS week_hours FROM used OFFSET 0
    ), grouped AS (
        SELECT unit_month, week_hours, count(*) AS bookings, sum(starts_at) AS starts, sum(ends_at) AS ends,
               array_agg(person) AS persons
        FROM counted GROUP BY GROUPING SETS (unit_month, week_hours)
    )
    SELECT unit_month, week_hours, bookings, starts, ends, {SOME}
    FROM grouped WHERE unit_month IS NOT NULL OR week_hours >= 0
"""  # noqa: S608 our own constants
_WEEKDAY_USE = f"""
    {_USED}, grouped AS (
        SELECT week, sum(ends_at - starts_at) AS seconds, array_agg(person) AS persons
        FROM used WHERE week >= 0 GROUP BY week
    )
    SELECT week, seconds, {SOME} FROM grouped
"""  # noqa: S608 our own constants
