"""Where shared vehicles stand, and when each is free: the spaces that have some."""

from datetime import date, datetime, timedelta

import msgspec

from landbooking.database import Connection
from landbooking.period import Period, gaps, joined
from landbooking.spaces.availability import published_spaces
from landbooking.spaces.opening_hours import day_parts, is_open, last_day, open_periods
from landbooking.spaces.schedules import Schedule, schedules_of
from landbooking.spaces.space import Space
from landbooking.spaces.vehicles import ParkedVehicle, parked_vehicles

SHOWN_DAYS = 28  # how far ahead it is told when they are free, as far as one can book


class Parked(msgspec.Struct, frozen=True):
    """A vehicle with when it is free."""

    parked: ParkedVehicle
    free: list[Period]


class Station(msgspec.Struct, frozen=True):
    """A space with its vehicles; `open` says whether one can come for any of them now, `always` whether at any time."""

    space: Space
    vehicles: list[Parked]
    open: bool
    always: bool


async def read_stations(connection: Connection, now: datetime) -> list[Station]:
    """Published spaces with vehicles that residents or members may book."""
    spaces = {space.id: space for space, _ in await published_spaces(connection, None, 0.0, None, None, None)}
    vehicles = await parked_vehicles(connection, list(spaces), now)
    concerned = [space for space in spaces.values() if any(one.space_id == space.id for one in vehicles)]
    ahead = Period(now, now + timedelta(days=SHOWN_DAYS + 1))
    schedules = {
        schedule.resource_id: schedule
        for listed in (await schedules_of(connection, concerned, ahead, "vehicle")).values()
        for schedule in listed
    }
    stations = []
    for space in concerned:
        here = [
            Parked(one, _free(schedules.get(one.resource_id), now))
            for one in vehicles
            if one.space_id == space.id and space.rules_of("vehicle", one.resource_id).audience != "staff"
        ]
        if here:
            rules = [space.rules_of("vehicle", one.parked.resource_id) for one in here]
            always = any(one.around_the_clock for one in rules)
            stations.append(Station(space, here, always or is_open(space.rules, Period(now, now)), always))
    return stations


def _free(schedule: Schedule | None, now: datetime) -> list[Period]:
    """When it can be had, as the resource's rules say: within opening hours, and around what is taken.

    What has no schedule can't be booked now.
    """
    if schedule is None:
        return []
    rules = schedule.rules
    earliest = now + timedelta(minutes=rules.lead_minutes)
    today = now.astimezone(rules.time_zone).date()
    days = min(SHOWN_DAYS, (last_day(rules, now) - today).days)
    dates = (today + timedelta(days=number) for number in range(days + 1))
    offered = joined(period for day in dates for period in _offered(schedule, day, earliest))
    coming = (Period(max(period.start, earliest), period.end) for period in offered if period.end > earliest)
    free = (gap for period in coming for gap in gaps(period, schedule.taken))
    shortest = timedelta(minutes=rules.shortest_minutes if rules.unit == "time" else 0)
    return [gap for gap in free if gap.length >= shortest]


def _offered(schedule: Schedule, day: date, earliest: datetime) -> list[Period]:
    """Of days and half days only whole ones, which have not begun."""
    if schedule.rules.unit == "time":
        return open_periods(schedule.rules, day)
    parts = day_parts(schedule.rules, day).values()
    return [part for part in parts if part.start >= earliest and schedule.has_free(part)]
