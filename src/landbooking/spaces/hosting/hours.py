"""Opening hours of the weekdays."""

from collections.abc import Iterable

import msgspec

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.spaces.freed import time_freed
from landbooking.spaces.hosting.consequences import Decision, hit_by_rules, settle
from landbooking.spaces.hosting.versions import check_version
from landbooking.spaces.opening_hours import Interval
from landbooking.spaces.space import lock_for_change, space_by_id

MOST_A_DAY = 4  # intervals: as many as the page has fields for


class Hours(msgspec.Struct, frozen=True):
    """Intervals of one weekday must not overlap."""

    intervals: tuple[Interval, ...]
    open_on_public_holidays: bool


def overlap(one: Interval, other: Interval) -> bool:
    return one.weekday == other.weekday and one.opens < other.closes and other.opens < one.closes


def without_seams(intervals: Iterable[Interval]) -> tuple[Interval, ...]:
    """Those of a day that touch become one: 8 to 12 and 12 to 16 is open from 8 to 16."""
    result: list[Interval] = []
    for interval in sorted(intervals):
        if result and result[-1].weekday == interval.weekday and result[-1].closes == interval.opens:
            result[-1] = msgspec.structs.replace(result[-1], closes=interval.closes)
        else:
            result.append(interval)
    return tuple(result)


async def set_hours(
    connection: Connection, host: Person, space_id: int, hours: Hours, seen: str, decision: Decision
) -> None:
    """Bookings that are kept stay, as exceptions. `seen` is the space's version that the host saw, or empty.

    Raises NotFound, Stale, Undecided.
    """
    await lock_for_change(connection, space_id)
    space = await space_by_id(connection, space_id)
    rules = space.rules
    after = msgspec.structs.replace(
        rules, intervals=hours.intervals, open_on_public_holidays=hours.open_on_public_holidays
    )
    if after == rules:
        return
    check_version(seen, space.version)
    affected = await hit_by_rules(connection, space_id, rules, after)
    await settle(connection, host, affected, decision, space_id)
    await connection.execute("DELETE FROM opening_hours WHERE space_id = $1", space_id)
    await connection.executemany(
        "INSERT INTO opening_hours (space_id, weekday, opens, closes) VALUES ($1, $2, $3, $4)",
        [(space_id, interval.weekday, interval.opens, interval.closes) for interval in hours.intervals],
    )
    await connection.execute(
        "UPDATE space SET open_on_public_holidays = $2, version = version + 1 WHERE id = $1",
        space_id,
        hours.open_on_public_holidays,
    )
    await time_freed(connection, space_id)
