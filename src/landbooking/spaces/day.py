"""One day of a space, desk by desk: pure. For a person who comes with a wish, the desks that grant it come first."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Literal
from urllib.parse import urlencode

import msgspec

from landbooking.language import exact_clock
from landbooking.language import gettext as _
from landbooking.period import Period, clock_names, gaps, joined
from landbooking.spaces import features
from landbooking.spaces.booking_rules import broken_rule
from landbooking.spaces.kinds import DISCREET
from landbooking.spaces.opening_hours import (
    DayPart,
    OpeningRules,
    closed_reason,
    day_parts,
    hours_text,
    next_step,
    open_periods,
)
from landbooking.spaces.schedules import Schedule
from landbooking.spaces.space import Resource


class FreePeriod(msgspec.Struct, frozen=True):
    label: str
    url: str


class DeskDay(msgspec.Struct, frozen=True):
    """`url` books the wished period; None where there is no wish or this desk can't grant it.

    `refusal` is the rule of this desk's that the wish breaks.
    """

    id: int
    name: str
    detail: str
    features: tuple[str, ...]
    state: Literal["free", "partly", "full", "closed", "past"]
    periods: list[FreePeriod]
    url: str | None
    refusal: str | None
    pool: str | None


class PoolDay(msgspec.Struct, frozen=True):
    """Alike units of which one grants the wish as well as another; `url` books any of them."""

    name: str
    free: int
    url: str


class DayView(msgspec.Struct, frozen=True):
    """`refusal` is the rule that the wish breaks, None where it breaks none or there is no wish.

    `granting` are single resources; those of a pool stand in `pools`, and for who minds which in `units`.
    """

    hours_text: str
    closed_reason: str | None
    refusal: str | None
    pools: list[PoolDay]
    granting: list[DeskDay]
    units: list[DeskDay]
    others: list[DeskDay]


def day_of(
    rules: OpeningRules,
    resources: Sequence[Resource],
    schedules: Sequence[Schedule],
    day: date,
    wish: Period | None,
    now: datetime,
) -> DayView:
    """`rules` are those of the kind whose schedules these are; `resources`, in whose order they stand, may hold others.

    Both were read one after the other: what has come in between has no name here yet, and is left out.
    """
    opened = joined(open_periods(rules, day))
    by_id = {schedule.resource_id: schedule for schedule in schedules}
    desks = [_desk(one, by_id[one.id], day, opened, wish, now) for one in resources if one.id in by_id]
    granting = [desk for desk in desks if desk.url]
    counts = Counter(desk.pool for desk in granting if desk.pool)
    pools = {name: free for name, free in counts.items() if free > 1}
    refusals = [desk.refusal for desk in desks]
    return DayView(
        hours_text=hours_text(rules, opened),
        closed_reason=None if opened else closed_reason(rules, day),
        refusal=refusals[0] if refusals and all(refusals) else None,
        pools=[
            PoolDay(name, free, _pool_url(rules, resources[0].space_id, name, wish))
            for name, free in pools.items()
            if wish
        ],
        granting=[desk for desk in granting if desk.pool not in pools],
        units=[desk for desk in granting if desk.pool in pools],
        others=[desk for desk in desks if not desk.url],
    )


def _desk(
    resource: Resource, schedule: Schedule, day: date, opened: list[Period], wish: Period | None, now: datetime
) -> DeskDay:
    rules = schedule.rules
    earliest = next_step(rules, now + timedelta(minutes=rules.lead_minutes))
    remaining = [Period(max(period.start, earliest), period.end) for period in opened if period.end > earliest]
    if rules.unit == "time":
        shortest = timedelta(minutes=rules.shortest_minutes)
        free = [gap for period in remaining for gap in gaps(period, schedule.taken) if gap.length >= shortest]
        offered = [FreePeriod(_label(rules, period), booking_url(rules, resource.id, period)) for period in free]
    else:
        parts = {name: part for name, part in day_parts(rules, day).items() if part.start >= earliest}
        free = [part for part in parts.values() if schedule.has_free(part)]
        offered = [
            FreePeriod(f"{part_name(name)}, {_label(rules, part)}", booking_url(rules, resource.id, part))
            for name, part in parts.items()
            if part in free
        ]
        remaining = list(parts.values())
    if not opened:
        state = "closed"
    elif not remaining:
        state = "past"
    else:
        state = "full" if not free else "free" if free == remaining else "partly"
    broken = broken_rule(rules, wish, now) if wish else None
    granted = wish is not None and not broken and schedule.has_free(wish)
    return DeskDay(
        id=resource.id,
        name=resource.name,
        detail=", ".join(map(features.label, resource.features)),
        features=resource.features,
        state=state,  # type: ignore[arg-type]
        periods=offered,
        url=booking_url(rules, resource.id, wish) if granted and wish else None,
        refusal=broken.message if broken else None,
        pool=resource.pool if resource.kind != DISCREET else None,  # which is booked with more than a time
    )


def part_name(part: DayPart) -> str:
    return {"day": _("Ganzer Tag"), "morning": _("Vormittag"), "afternoon": _("Nachmittag")}[part]


def _label(rules: OpeningRules, period: Period) -> str:
    return f"{exact_clock(period.start, rules.zone)}–{exact_clock(period.end, rules.zone)}"


def _pool_url(rules: OpeningRules, space_id: int, pool: str, period: Period) -> str:
    """The same for any unit of the pool, and for the period as it was wished."""
    wish = urlencode({"pool": pool, **clock_names(period, rules.time_zone)})
    return f"/spaces/{space_id}/bookings/new?{wish}"


def booking_url(rules: OpeningRules, resource_id: int, period: Period) -> str:
    """The form that books this period, shortened to the longest allowed; with local clock times, as people read."""
    last = period.start + timedelta(minutes=rules.longest_minutes) if rules.unit == "time" else period.end
    bookable = Period(period.start, min(period.end, last))
    return f"/resources/{resource_id}/bookings/new?{urlencode(clock_names(bookable, rules.time_zone))}"
