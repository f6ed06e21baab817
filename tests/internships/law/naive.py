"""A second judge that shares no code and no tables with the first: it walks through every minute and every day.

It knows the calendar of Rheinland-Pfalz from the ministry's lists, and no dates of validity: it is for plans from July
2026 to June 2029.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, time, timedelta
from fractions import Fraction
from itertools import pairwise

from internships.law.naive_days import (
    PUBLIC,
    Worked,
    age_on,
    class_of,
    in_schooling,
    is_holiday_work,
    limits_on,
    months,
    school_free,
    worked_days,
)
from landbooking.internships.law.plan import Day, Plan

Broken = tuple[str, str, date | None]
WAGES = {2026: 1390, 2027: 1460}


def broken(plan: Plan) -> Counter[Broken]:
    """What the law finds, as `notation.found` says it."""
    return Counter([*_who(plan), *_when(plan), *_how_long(plan), *_pay(plan), *_to_do(plan)])


def _who(plan: Plan) -> Iterator[Broken]:
    for day in sorted(plan.days, key=lambda each: each.date):
        age, schooling = age_on(plan, day.date), in_schooling(plan, day.date)
        if age < 14:
            yield "refuses", "L1", day.date
        if age < 15 and schooling and plan.kind != "school_run":
            yield "refuses", "L1", day.date
        if not day.light and limits_on(plan, day.date, plan.kind == "school_run")[1] == 7 * 60:
            yield "refuses", "L2", day.date
        if is_holiday_work(plan, day.date, plan.kind == "school_run") and not school_free(day.date):
            yield "refuses", "L3", day.date
    if plan.person.compulsory_until is None:
        pupils = [day.date for day in plan.days if 15 <= age_on(plan, day.date) < 18]
        if pupils:
            yield "before_work", "L3", min(pupils)
    for year in range(2026, 2031):
        yield from _days_in(plan, year)


def _days_in(plan: Plan, year: int) -> Iterator[Broken]:
    own = sorted(
        day.date
        for day in plan.days
        if day.date.year == year and is_holiday_work(plan, day.date, plan.kind == "school_run")
    )
    if not own:
        return
    dates = {day.date for day in plan.days}
    others = {
        other.day.date
        for other in plan.elsewhere
        if other.day.date.year == year
        and other.day.date not in dates
        and is_holiday_work(plan, other.day.date, other.school_run)
    }
    if year not in plan.days_elsewhere:
        yield "before_work", "L3", own[0]
    so_far = len(others) + plan.days_elsewhere.get(year, 0)
    for day in own:
        so_far += 1
        if so_far > 20:
            yield "refuses", "L3", day
            return


def _when(plan: Plan) -> Iterator[Broken]:
    worked = worked_days(plan)
    for day in worked:
        if day.planned is None:
            continue
        minor = age_on(plan, day.date) < 18
        yield from _clock(day.planned, minor=minor)
        yield from _breaks(day, minor=minor)
        if minor and day.shift > 10 * 60:
            yield "refuses", "L7", day.date
    for before, after in pairwise(worked):
        free = min(after.minutes) - max(before.minutes) - 1
        minor = age_on(plan, after.date) < 18
        if (before.planned or after.planned) and free < (12 * 60 if minor else 11 * 60):
            yield "refuses", "L5" if minor else "L10", after.date
    weeks = defaultdict(list)
    for day in worked:
        if age_on(plan, day.date) < 18:
            weeks[day.date - timedelta(days=day.date.weekday())].append(day)
    for monday, week in weeks.items():
        if len(week) > 5 and any(day.planned for day in week):
            yield "refuses", "L5", monday


def _clock(day: Day, *, minor: bool) -> Iterator[Broken]:
    midnight = day.end == time(0)
    if day.date.weekday() == 6:
        yield "refuses", "L5" if minor else "L10", day.date
    if day.date in PUBLIC:
        yield "refuses", "L5" if minor else "L10", day.date
    if not minor:
        return
    if day.date.weekday() == 5:
        yield "refuses", "L5", day.date
    if day.start < time(6) or day.end > time(20) or midnight:
        yield "refuses", "L5", day.date
    if day.date.month == 12 and day.date.day in (24, 31) and (day.end > time(14) or midnight):
        yield "refuses", "L5", day.date


def _breaks(day: Worked, *, minor: bool) -> Iterator[Broken]:
    first, last = min(day.minutes), max(day.minutes)
    line = ["W" if minute in day.minutes else "." for minute in range(first, last + 1)]
    runs: list[tuple[str, int, int]] = []  # what, from, up to
    for position, what in enumerate(line):
        if runs and runs[-1][0] == what:
            runs[-1] = (what, runs[-1][1], position + 1)
        else:
            runs.append((what, position, position + 1))
    pauses = [(start, end) for what, start, end in runs if what == "." and end - start >= 15]
    stretch = longest = 0
    for position in range(len(line)):
        stretch = 0 if any(start <= position < end for start, end in pauses) else stretch + 1
        longest = max(longest, stretch)
    rule = "L6" if minor else "L10"
    steps = [(270, 30), (360, 60)] if minor else [(360, 30), (540, 45)]
    needed = max((pause for over, pause in steps if day.worked > over), default=0)
    had = sum(end - start for start, end in pauses)
    well_placed = sum(end - start for start, end in pauses if start >= 60 and end <= len(line) - 60)
    if had < needed or (minor and well_placed < needed):
        yield "refuses", rule, day.date
    if longest > (270 if minor else 360):
        yield "refuses", rule, day.date


def _how_long(plan: Plan) -> Iterator[Broken]:
    weeks = defaultdict(list)
    for day in worked_days(plan):
        weeks[day.date - timedelta(days=day.date.weekday())].append(day)
    for monday, week in weeks.items():
        for day in week:
            if day.planned:
                yield from _day_too_long(plan, day, week)
        seen = set()
        for day in week:
            if day.planned and (limits := limits_on(plan, day.date, day.school_run)) not in seen:
                seen.add(limits)
                if limits[2] and _hours_of_week(plan, week, limits) > limits[2]:
                    yield "refuses", limits[0], monday


def _day_too_long(plan: Plan, day: Worked, week: list[Worked]) -> Iterator[Broken]:
    rule, daily, _, extendable = limits_on(plan, day.date, day.school_run)
    if not daily or day.worked <= daily:
        return
    shorter = any(
        each.worked < 480 and each.date != day.date and each.date.weekday() != 6 and each.date not in PUBLIC
        for each in week
    )
    if not (extendable and shorter and day.worked <= 510):
        yield "refuses", rule, day.date


def _hours_of_week(plan: Plan, week: list[Worked], limits: tuple[str, int, int, bool]) -> Fraction:
    """Up to the last day of the same class; what a public holiday takes away is the week's usual day."""
    same = [day for day in week if day.planned and limits_on(plan, day.date, day.school_run) == limits]
    kind = class_of(plan, same[-1].date)
    until = max(day.date for day in week if class_of(plan, day.date) == kind)
    counted = [day for day in week if day.date <= until]
    total = Fraction(sum(day.worked for day in counted))
    usual = total / len(counted)
    first, last = min(day.date for day in plan.days), max(day.date for day in plan.days)
    day = until - timedelta(days=until.weekday())
    while day <= until:
        if day in PUBLIC and day.weekday() < 5 and first <= day <= last and day not in {each.date for each in counted}:
            total += usual
        day += timedelta(days=1)
    return total


def _pay(plan: Plan) -> Iterator[Broken]:
    dates = sorted(day.date for day in plan.days)
    three_months = months(dates[-1], dates[0]) < (3, 0)
    reason = plan.pay.exemption
    exempt = (
        plan.kind != "voluntary"
        or reason == "entry_qualification"
        or (reason == "orientation" and three_months)
        or (reason == "accompanying" and three_months and not plan.pay.earlier_here)
    )
    if exempt:
        return
    told: set[int] = set()
    for day in dates:
        covered = age_on(plan, day) >= 18 or plan.person.trained
        wage = WAGES.get(day.year)
        group = min(day.year, 2028)
        if covered and group not in told and (wage is None or plan.pay.hourly_cents < wage):
            told.add(group)
            yield "before_work" if wage is None else "refuses", "L11", day


def _to_do(plan: Plan) -> Iterator[Broken]:
    dates = sorted(day.date for day in plan.days)
    minors = [day for day in dates if age_on(plan, day) < 18]
    instructed = plan.instructed_on
    for day in minors:
        if instructed is None or instructed > day or months(day, instructed) > (6, 0):
            yield "before_work", "L8", day
            break
    heavy = {day.date for day in plan.days if not day.light}
    long = months(dates[-1], dates[0]) >= (2, 0)
    bound = [day for day in minors if not is_holiday_work(plan, day, plan.kind == "school_run")]
    needing = [day for day in bound if long or day in heavy]
    seen = plan.certificate_seen_on
    if needing and (
        seen is None or seen > needing[0] or (needing[0] == dates[0] and months(needing[0], seen) > (14, 0))
    ):
        yield "before_work", "L9", needing[0]
    consent = plan.guardian_consented_on
    if age_on(plan, plan.agreed_on) < 18 and (consent is None or consent > dates[0]):
        yield "before_work", "L13", dates[0]
    if plan.insured_by and (plan.insured_by == "accident_fund") != (plan.kind == "school_run"):
        yield "refuses", "L14", None
