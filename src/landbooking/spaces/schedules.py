"""When each resource of a space is taken, and when it is free again."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from landbooking.database import Connection
from landbooking.period import Period, gaps, joined
from landbooking.spaces.booking_rules import broken_rule
from landbooking.spaces.kinds import Kind
from landbooking.spaces.opening_hours import OpeningRules, day_parts, next_step, open_periods
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

    def kept_from(self, blocked: Period) -> Period:
        """What another's booking, with its buffers, keeps from new ones."""
        before, after = self.rules.buffer_before_minutes, self.rules.buffer_after_minutes
        if not (before or after):
            return blocked
        return Period(blocked.start - timedelta(minutes=after), blocked.end + timedelta(minutes=before))


async def schedules_of(
    connection: Connection, spaces: Sequence[Space], within: Period, kind: Kind | None = None
) -> dict[int, list[Schedule]]:
    """By space: every resource (of the kind) that can be booked, with what is taken of it, blackouts included.

    A row has all that are taken at the very same time, which many are; those that never are have one as well.
    """
    # Bookings of one resource never overlap, so of those that end later only the first can reach into the period: the
    # index booking_next has both at once, where the constraint's own would be searched for long.
    rows = await connection.fetch(
        """SELECT resource.space_id, resource.kind, lower(taken.blocked), upper(taken.blocked), array_agg(resource.id)
           FROM resource LEFT JOIN LATERAL (
                SELECT blocked FROM booking
                WHERE booking.resource_id = resource.id AND booking.status <> 'cancelled'
                  AND upper(blocked) > lower($2::tstzrange) AND upper(blocked) <= upper($2)
                UNION ALL
                (SELECT blocked FROM booking
                 WHERE booking.resource_id = resource.id AND booking.status <> 'cancelled'
                   AND upper(blocked) > upper($2)
                 ORDER BY upper(blocked) LIMIT 1)
           ) AS taken ON lower(taken.blocked) < upper($2)
           WHERE resource.space_id = ANY($1) AND resource.retired_at IS NULL
                AND ($3::text IS NULL OR resource.kind = $3)
                AND NOT EXISTS (SELECT FROM vehicle WHERE resource_id = resource.id AND out_of_order)
           GROUP BY 1, 2, 3, 4 ORDER BY 3""",
        [space.id for space in spaces],
        within.range,
        kind,
    )
    by_id = {space.id: space for space in spaces}
    schedules: dict[int, dict[int, Schedule]] = {space.id: {} for space in spaces}
    for space_id, of_kind, starts_at, ends_at, resource_ids in rows:
        listed = schedules[space_id]
        blocked = Period(starts_at, ends_at) if starts_at else None
        for resource_id in resource_ids:
            if resource_id not in listed:
                rules = by_id[space_id].rules_of(of_kind, resource_id)
                listed[resource_id] = Schedule(resource_id, of_kind, rules, [])
            if blocked:
                listed[resource_id].taken.append(listed[resource_id].kept_from(blocked))
    return {space_id: [listed[number] for number in sorted(listed)] for space_id, listed in schedules.items()}


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
