"""What of a space is free at this moment, and when it opens next."""

from datetime import datetime, timedelta

import msgspec

from landbooking.database import Connection
from landbooking.period import STEP, Period, joined
from landbooking.spaces.kinds import KINDS, Kind
from landbooking.spaces.opening_hours import OpeningRules, is_open, open_periods
from landbooking.spaces.schedules import schedules_of
from landbooking.spaces.space import Space

LOOKED_AHEAD = 14  # days


class FreeNow(msgspec.Struct, frozen=True):
    """`free` of the `total` resources of this kind."""

    kind: Kind
    free: int
    total: int


async def free_now(connection: Connection, space: Space, now: datetime) -> list[FreeNow]:
    """By kind: how many can be had for this quarter of an hour, of those that are open. `now` in UTC."""
    start = now.replace(minute=now.minute // 15 * 15, second=0, microsecond=0)
    quarter = Period(start, start + STEP)
    schedules = (await schedules_of(connection, [space], quarter))[space.id]
    found = []
    for kind in KINDS:
        of_kind = [one for one in schedules if one.kind == kind and is_open(one.rules, quarter)]
        if of_kind:
            found.append(FreeNow(kind, sum(one.has_free(quarter) for one in of_kind), len(of_kind)))
    return found


def open_now(rules: OpeningRules, now: datetime) -> Period | None:
    """The stretch in which it is open now, up to midnight at most; None while it is closed."""
    today = now.astimezone(rules.time_zone).date()
    return next((one for one in joined(open_periods(rules, today)) if one.start <= now < one.end), None)


def next_opening(rules: OpeningRules, now: datetime) -> datetime | None:
    """None where it does not open within LOOKED_AHEAD days."""
    today = now.astimezone(rules.time_zone).date()
    days = (today + timedelta(days=number) for number in range(LOOKED_AHEAD + 1))
    return next((one.start for day in days for one in open_periods(rules, day) if one.start > now), None)
