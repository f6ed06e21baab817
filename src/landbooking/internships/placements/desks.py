"""The desks of a placement: one for each of its days, all of them or none."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

import msgspec

from landbooking.accounts.person import person_by_id
from landbooking.database import Connection
from landbooking.errors import Refusal
from landbooking.internships.placements.placement import Placement, PlannedDay, days_of
from landbooking.internships.placements.refusals import DesksMissing, NotPossible
from landbooking.internships.placements.steps import Step
from landbooking.language import gettext as _
from landbooking.period import Period, monday_of, opening_instant
from landbooking.spaces.booking_rules import check_period
from landbooking.spaces.opening_hours import OpeningRules
from landbooking.spaces.series.announcements import announce_series
from landbooking.spaces.series.change import give_up_dates
from landbooking.spaces.series.ground import Ground, read_ground
from landbooking.spaces.series.plan import Plan, PlannedDate, Wish
from landbooking.spaces.series.recurrence import Recurrence
from landbooking.spaces.series.verbs import SeriesTaken, write_series
from landbooking.spaces.space import Resource, lock_against_changes, resources_of, space_by_id
from landbooking.spaces.tariffs.ledger import price_of_booking, write_waiver

STEP = timedelta(minutes=30)  # of other times that are looked for
FURTHEST = timedelta(hours=4)  # from the planned time
WEEKS = 16  # of one series: at seven days a week as many dates as a series may have


class NoDesk(Refusal):
    code = "no-desk"

    def __init__(self) -> None:
        super().__init__(_("In diesem Raum gibt es keinen Arbeitsplatz, den man buchen kann."))


class DayConflict(msgspec.Struct, frozen=True):
    """A day without a desk: why, and to what time of the same day it could be moved (None: to none)."""

    day: date
    period: Period
    reason: str
    other_time: Period | None


class Desks(msgspec.Struct, frozen=True):
    """`plan` is what would be booked; `conflicts` are the days that stand in its way."""

    plan: Plan
    conflicts: list[DayConflict]


def check_for_placement(rules: OpeningRules, period: Period, now: datetime) -> None:
    """Hours, closures, buffers and what has passed are the space's; how residents share desks does not bind.

    Horizon, lead, steps, units, shortest and longest booking, quota, audience and a host's approval keep residents from
    taking too much of a common good. A placement is agreed in writing for months ahead, its hours are those of the law,
    and the space is in the programme of the district: so they are left out here, as they are for guests at the counter
    (guests/booking.py), for whom staff answer. Desks that hosts keep for themselves are not taken. Raises RuleBroken.
    """
    check_period(
        msgspec.structs.replace(
            rules,
            unit="time",
            step_minutes=1,
            shortest_minutes=1,
            longest_minutes=24 * 60,
            lead_minutes=0,
            horizon_days=3650,
        ),
        period,
        now,
    )


async def plan_desks(
    connection: Connection, space_id: int, days: Sequence[PlannedDay], zone: ZoneInfo, now: datetime
) -> Desks:
    """The desk that is free on most days, and on the others any that is. Raises NotFound, NoDesk."""
    space = await space_by_id(connection, space_id)
    desks = [
        each
        for each in await resources_of(connection, space_id)
        if each.kind == "desk" and space.rules_of(each.kind, each.id).audience != "staff"
    ]
    if not desks or not space.published or not days:
        raise NoDesk
    around = [Period(one.period.start - FURTHEST, one.period.end + FURTHEST) for one in days]
    ground = await read_ground(connection, None, space, desks, around, [], now, check_for_placement)
    free = Counter(each.id for each in desks for one in days if ground.refusal(each, [], one.period) is None)
    desks.sort(key=lambda each: -free[each.id])  # stable: of equals the first by name
    dates = [_planned(ground, desks, one, _usual_start(days, zone), zone) for one in days]
    conflicts = [
        DayConflict(one.day, one.period, one.refusal.message, _other_time(ground, desks, one.period, zone))
        for one in dates
        if one.day and one.period and one.refusal
    ]
    return Desks(Plan(space, desks[0], [], dates), conflicts)


def _planned(ground: Ground, desks: Sequence[Resource], one: PlannedDay, usual: int, zone: ZoneInfo) -> PlannedDate:
    refusals = {each.id: ground.refusal(each, [], one.period) for each in desks}
    desk = next((each for each in desks if refusals[each.id] is None), desks[0])
    return PlannedDate(
        one.day.replace(day=1),
        one.day,
        opening_instant(one.day, usual, zone),
        resource=desk,
        period=one.period,
        refusal=refusals[desk.id],
    )


def _other_time(ground: Ground, desks: Sequence[Resource], wished: Period, zone: ZoneInfo) -> Period | None:
    """The nearest of the same length on the same day at which a desk is free."""
    day = wished.start.astimezone(zone).date()
    shifts = sorted((STEP * number for number in range(-8, 9) if number), key=abs)
    for shift in shifts:
        period = Period(wished.start + shift, wished.end + shift)
        stays = all(moment.astimezone(zone).date() == day for moment in period)
        if stays and any(ground.refusal(each, [], period) is None for each in desks):
            return period
    return None


def _usual_start(days: Sequence[PlannedDay], zone: ZoneInfo) -> int:
    """Minutes since midnight at which most days begin."""
    local = [one.period.start.astimezone(zone) for one in days]
    return Counter(start.hour * 60 + start.minute for start in local).most_common(1)[0][0]


async def other_spaces(connection: Connection, placement: Placement) -> list[tuple[int, str]]:
    """Other spaces of the posting that have a desk on every day: (id, name)."""
    rows = await connection.fetch(
        """SELECT space.id, space.name FROM posting_space JOIN space ON space.id = space_id
           WHERE posting_id = $1 AND space.id <> $2 ORDER BY space.name""",
        placement.posting_id,
        placement.space_id,
    )
    days, found = await days_of(connection, placement.id), []
    for row in rows:
        try:
            desks = await plan_desks(connection, row["id"], days, ZoneInfo(placement.zone), datetime.now(UTC))
        except NoDesk:
            continue
        if not desks.conflicts:
            found.append((row["id"], row["name"]))
    return found


async def book_desks(connection: Connection, step: Step) -> None:
    """In the transaction that confirms. They cost the intern nothing: where there are prices, they are waived.

    They are series like any other, so that the intern's bookings, agenda and calendar and the host's board have them:
    one for every 16 weeks. Raises DesksMissing.
    """
    placement = step.before
    if placement.person_id is None:
        raise NotPossible(step.way_on)
    person = await person_by_id(connection, placement.person_id)
    desks = await resources_of(connection, placement.space_id)
    await lock_against_changes(connection, person.id, *(each.id for each in desks))
    zone = ZoneInfo(placement.zone)
    days = await days_of(connection, placement.id)
    try:
        found = await plan_desks(connection, placement.space_id, days, zone, datetime.now(UTC))
    except NoDesk as none:
        raise DesksMissing({"": none.message}, step.way_on) from None
    if found.conflicts:
        raise DesksMissing({f"{one.day}": one.reason for one in found.conflicts}, step.way_on)
    for part in _parts(found.plan):
        wish = _wish(part, zone)
        try:
            series, bookings = await write_series(connection, person, wish, part)
        except SeriesTaken as taken:
            raise DesksMissing({"": taken.message}, step.way_on) from None
        for booking in bookings:
            if await price_of_booking(connection, booking):
                await write_waiver(connection, booking, step.by, "training")
        await connection.executemany(
            "UPDATE placement_day SET booking_id = $3 WHERE placement_id = $1 AND day = $2",
            [(placement.id, one.start.astimezone(zone).date(), one.id) for one in bookings],
        )
        await announce_series(connection, person, series, bookings)


def _parts(plan: Plan) -> list[Plan]:
    days = [one for one in plan.dates if one.day]
    first = min(one.day for one in days if one.day)
    monday = monday_of(first)

    def number(one: PlannedDate) -> int:
        return ((one.day or first) - monday).days // (7 * WEEKS)

    return [msgspec.structs.replace(plan, dates=list(group)) for _number, group in groupby(days, key=number)]


def _wish(plan: Plan, zone: ZoneInfo) -> Wish:
    """What the series says of itself: its weekdays, and the hours that most of its days have."""
    days = [one.day for one in plan.dates if one.day]
    hours = Counter(
        (one.period.start.astimezone(zone).time(), one.period.end.astimezone(zone).time())
        for one in plan.dates
        if one.period
    )
    start, end = hours.most_common(1)[0][0]
    weekdays = tuple(sorted({day.isoweekday() for day in days}))
    return Wish(plan.resource.id, Recurrence("weekly", min(days), weekdays, until=max(days)), start, end)


async def free_desks(connection: Connection, step: Step) -> None:
    """What has not begun, offered to who waits; days that are over keep their booking."""
    placement = step.before
    if placement.person_id is None:
        return
    person = await person_by_id(connection, placement.person_id)
    rows = await connection.fetch(
        """SELECT DISTINCT booking.series_id FROM placement_day JOIN booking ON booking.id = booking_id
           WHERE placement_id = $1 AND booking.series_id IS NOT NULL ORDER BY 1""",
        placement.id,
    )
    for row in rows:
        await give_up_dates(connection, person, row["series_id"])
    await connection.execute(
        """UPDATE placement_day SET booking_id = NULL FROM booking
           WHERE placement_id = $1 AND booking.id = booking_id AND booking.status = 'cancelled'""",
        placement.id,
    )
