"""The days of a plan as the naive judge sees them: minute by minute, with ages and holidays counted by hand."""

from collections import defaultdict
from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from landbooking.internships.law.plan import Day, Plan

BERLIN = ZoneInfo("Europe/Berlin")
_PUBLIC = """
    2026-10-03 2026-11-01 2026-12-25 2026-12-26
    2027-01-01 2027-03-26 2027-03-29 2027-05-01 2027-05-06 2027-05-17 2027-05-27 2027-10-03 2027-11-01 2027-12-25
    2027-12-26 2028-01-01 2028-04-14 2028-04-17 2028-05-01 2028-05-25 2028-06-05 2028-06-15 2028-10-03 2028-11-01
    2028-12-25 2028-12-26 2029-01-01 2029-03-30 2029-04-02 2029-05-01 2029-05-10 2029-05-21 2029-05-31
"""
PUBLIC = {date.fromisoformat(text) for text in _PUBLIC.split()}
SCHOOL = [
    ("2026-06-29", "2026-08-07"), ("2026-10-05", "2026-10-16"), ("2026-12-23", "2027-01-08"),
    ("2027-03-22", "2027-04-02"), ("2027-06-28", "2027-08-06"), ("2027-10-04", "2027-10-15"),
    ("2027-12-23", "2028-01-07"), ("2028-04-10", "2028-04-21"), ("2028-07-03", "2028-08-11"),
    ("2028-10-09", "2028-10-20"), ("2028-12-21", "2029-01-08"), ("2029-03-26", "2029-04-06"),
]  # fmt: skip


class Worked(NamedTuple):
    date: date
    planned: Day | None
    school_run: bool
    minutes: set[int]  # of work, since 1970, in UTC
    worked: int
    shift: int


def months(later: date, earlier: date) -> tuple[int, int]:
    """How many months later by their names, and how many days further in it."""
    return (later.year - earlier.year) * 12 + later.month - earlier.month, later.day - earlier.day


def age_on(plan: Plan, day: date) -> int:
    birthday = plan.person.birthday
    had_it = (day.month, day.day) >= (birthday.month, birthday.day)
    return day.year - birthday.year - (not had_it)


def in_schooling(plan: Plan, day: date) -> bool:
    return plan.person.compulsory_until is None or plan.person.compulsory_until >= day


def class_of(plan: Plan, day: date) -> str:
    age = age_on(plan, day)
    if age < 15:
        return "child"
    if age >= 18:
        return "adult"
    return "pupil" if in_schooling(plan, day) else "youth"


def is_holiday_work(plan: Plan, day: date, school_run: bool) -> bool:
    return class_of(plan, day) == "pupil" and not school_run


def limits_on(plan: Plan, day: date, school_run: bool) -> tuple[str, int, int, bool]:
    """The rule, minutes a day, minutes a week, and whether half an hour more is possible; 0 where there is no limit."""
    kind = class_of(plan, day)
    if kind == "adult":
        return "L10", 480, 0, False
    if kind == "youth":
        return "L4", 480, 2400, True
    if kind == "pupil" and not school_run:
        return "L3", 480, 2400, True
    if kind == "child" and not school_run and in_schooling(plan, day):
        return "L1", 0, 0, False
    return "L2", 420, 2100, False


def school_free(day: date) -> bool:
    return any(date.fromisoformat(first) <= day <= date.fromisoformat(last) for first, last in SCHOOL)


def worked_days(plan: Plan) -> list[Worked]:
    days: dict[date, list[tuple[Day, bool, bool]]] = defaultdict(list)
    for day in plan.days:
        days[day.date].append((day, plan.kind == "school_run", True))
    for other in plan.elsewhere:
        days[other.day.date].append((other.day, other.school_run, False))
    result = []
    for date_, stints in sorted(days.items()):
        each = [work_minutes(day) for day, _, _ in stints]
        planned = next((day for day, _, own in stints if own), None)
        result.append(
            Worked(
                date_,
                planned,
                stints[0][1],
                set().union(*each),
                sum(len(minutes) for minutes in each),
                sum(max(minutes) - min(minutes) + 1 for minutes in each),
            )
        )
    return result


@lru_cache(1000)
def work_minutes(day: Day) -> set[int]:
    """Every minute of two days is looked at on the local clock."""
    start = int(datetime.combine(day.date, time(0), UTC).timestamp()) // 60 - 3 * 60
    work: set[int] = set()
    pause: list[int] = []
    for minute in range(start, start + 30 * 60):
        local = datetime.fromtimestamp(minute * 60, BERLIN)
        clock = local.time()
        if local.date() != day.date or clock < day.start or (day.end != time(0) and clock >= day.end):
            continue
        if any(each.start <= clock < each.end for each in day.breaks):
            pause.append(minute)
            continue
        if len(pause) < 15:  # what is shorter than a quarter of an hour is no break
            work.update(pause)
        pause = []
        work.add(minute)
    return work if len(pause) >= 15 else work | set(pause)
