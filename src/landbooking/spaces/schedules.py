"""When each resource of a space is taken, and when it is free again."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from landbooking.database import Connection
from landbooking.spaces.kinds import Kind
from landbooking.spaces.opening_hours import OpeningRules, broken_rule, day_parts, next_step, open_periods
from landbooking.spaces.period import Period, gaps, joined
from landbooking.spaces.space import Space

SEARCH_DAYS = 14  # how far ahead the next free period is looked for


class Schedule(msgspec.Struct, frozen=True):
    """When a resource can't be had by somebody new, who needs buffers of their own beside those of the others."""

    resource_id: int
    kind: Kind
    rules: OpeningRules
    taken: list[Period]

    def has_free(self, period: Period) -> bool:
        return not any(map(period.overlaps, self.taken))

    def kept_from(self, start: datetime, end: datetime) -> Period:
        """What another's booking, with its buffers, keeps from new ones."""
        rules = self.rules
        if not (rules.buffer_before_minutes or rules.buffer_after_minutes):
            return Period(start, end)
        return Period(
            start - timedelta(minutes=rules.buffer_after_minutes), end + timedelta(minutes=rules.buffer_before_minutes)
        )


async def schedules_of(
    connection: Connection, spaces: Sequence[Space], within: Period, kind: Kind | None = None
) -> dict[int, list[Schedule]]:
    """By space: every resource (of the kind) that can be booked, with what is taken of it, blackouts included."""
    rows = await connection.fetch(
        """SELECT resource.space_id, resource.id, resource.kind,
                  lower(booking.blocked) AS starts_at, upper(booking.blocked) AS ends_at
           FROM resource LEFT JOIN booking ON booking.resource_id = resource.id
                AND booking.status <> 'cancelled' AND booking.blocked && $2
           WHERE resource.space_id = ANY($1) AND resource.retired_at IS NULL
                AND ($3::text IS NULL OR resource.kind = $3)
                AND NOT EXISTS (SELECT FROM vehicle WHERE resource_id = resource.id AND out_of_order)
           ORDER BY resource.id, starts_at""",
        [space.id for space in spaces],
        within.range,
        kind,
    )
    by_id = {space.id: space for space in spaces}
    schedules: dict[int, list[Schedule]] = {space.id: [] for space in spaces}
    last = None
    for space_id, resource_id, of_kind, starts_at, ends_at in rows:
        if last is None or last.resource_id != resource_id:
            last = Schedule(resource_id, of_kind, by_id[space_id].rules_of(of_kind, resource_id), [])
            schedules[space_id].append(last)
        if starts_at is not None:
            last.taken.append(last.kept_from(starts_at, ends_at))
    return schedules


def next_free(schedules: Sequence[Schedule], wish: Period, now: datetime) -> Period | None:
    """The first period as long as the wish, and not before it, that the rules allow and a resource is free in.

    Where one books by the day or half day, the first of those.
    """
    for number in range(SEARCH_DAYS + 1):
        found = [first for schedule in schedules if (first := _first_on(schedule, wish, number, now))]
        if found:
            return min(found)
    return None


def _first_on(schedule: Schedule, wish: Period, number: int, now: datetime) -> Period | None:
    """On the day that is so many days after the wish's."""
    rules = schedule.rules
    day = wish.start.astimezone(rules.time_zone).date() + timedelta(days=number)
    if rules.unit != "time":
        parts = sorted(day_parts(rules, day).values())
        return next((part for part in parts if schedule.has_free(part) and not broken_rule(rules, part, now)), None)
    for opened in joined(open_periods(rules, day)):
        if start := _first_start(rules, opened, schedule.taken, wish, now):
            return Period(start, start + wish.length)
    return None


def _first_start(
    rules: OpeningRules, opened: Period, taken: list[Period], wish: Period, now: datetime
) -> datetime | None:
    for gap in gaps(opened, taken):
        start = next_step(rules, max(gap.start, wish.start, now + timedelta(minutes=rules.lead_minutes)))
        candidate = Period(start, start + wish.length)
        if candidate.end <= gap.end and not broken_rule(rules, candidate, now):
            return start
    return None
