"""One day of a space, desk by desk: pure. For a person who comes with a wish, the desks that grant it come first."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Literal
from urllib.parse import urlencode

import msgspec

from landbooking.language import exact_clock
from landbooking.spaces import features
from landbooking.spaces.opening_hours import OpeningRules, broken_rule, closed_reason, hours_text, open_periods
from landbooking.spaces.period import STEP, Period, clock_names, gaps, joined
from landbooking.spaces.space import Resource


class FreePeriod(msgspec.Struct, frozen=True):
    label: str
    url: str


class DeskDay(msgspec.Struct, frozen=True):
    """`url` books the wished period; None where there is no wish or this desk can't grant it."""

    name: str
    detail: str
    features: tuple[str, ...]
    state: Literal["free", "partly", "full", "closed", "past"]
    periods: list[FreePeriod]
    url: str | None


class DayView(msgspec.Struct, frozen=True):
    """`refusal` is the rule that the wish breaks, None where it breaks none or there is no wish."""

    hours_text: str
    closed_reason: str | None
    refusal: str | None
    granting: list[DeskDay]
    others: list[DeskDay]


def day_of(
    rules: OpeningRules,
    resources: Sequence[Resource],
    busy: Mapping[int, Sequence[Period]],
    day: date,
    wish: Period | None,
    now: datetime,
) -> DayView:
    opened = joined(open_periods(rules, day))
    broken = broken_rule(rules, wish, now) if wish else None
    desks = [
        _desk(rules, resource, busy.get(resource.id, ()), opened, None if broken else wish, now)
        for resource in resources
    ]
    return DayView(
        hours_text=hours_text(rules, opened),
        closed_reason=None if opened else closed_reason(rules, day),
        refusal=broken.message if broken else None,
        granting=[desk for desk in desks if desk.url],
        others=[desk for desk in desks if not desk.url],
    )


def _desk(
    rules: OpeningRules,
    resource: Resource,
    taken: Sequence[Period],
    opened: list[Period],
    wish: Period | None,
    now: datetime,
) -> DeskDay:
    earliest = _next_quarter(now + timedelta(minutes=rules.lead_minutes))
    remaining = [Period(max(period.start, earliest), period.end) for period in opened if period.end > earliest]
    shortest = timedelta(minutes=rules.shortest_minutes)
    free = [gap for period in remaining for gap in gaps(period, taken) if gap.length >= shortest]
    if not opened:
        state = "closed"
    elif not remaining:
        state = "past"
    else:
        state = "full" if not free else "free" if free == remaining else "partly"
    granted = wish is not None and not any(wish.overlaps(other) for other in taken)
    return DeskDay(
        name=resource.name,
        detail=", ".join(map(features.label, resource.features)),
        features=resource.features,
        state=state,  # type: ignore[arg-type]
        periods=[FreePeriod(_label(rules, period), booking_url(rules, resource.id, period)) for period in free],
        url=booking_url(rules, resource.id, wish) if granted and wish else None,
    )


def _next_quarter(moment: datetime) -> datetime:
    seconds = STEP.total_seconds()
    return datetime.fromtimestamp(-(-moment.timestamp() // seconds) * seconds, tz=moment.tzinfo)


def _label(rules: OpeningRules, period: Period) -> str:
    return f"{exact_clock(period.start, rules.zone)}–{exact_clock(period.end, rules.zone)}"


def booking_url(rules: OpeningRules, resource_id: int, period: Period) -> str:
    """The form that books this period, shortened to the longest allowed; with local clock times, as people read."""
    longest = timedelta(minutes=rules.longest_minutes)
    bookable = Period(period.start, min(period.end, period.start + longest))
    return f"/resources/{resource_id}/bookings/new?{urlencode(clock_names(bookable, rules.time_zone))}"
