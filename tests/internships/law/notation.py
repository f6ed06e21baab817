"""Reads the short notation of `cases.txt`, which says at its top how it is written."""

from collections import Counter
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from landbooking.internships.law.finding import Finding
from landbooking.internships.law.plan import Day, DayElsewhere, Pause, Pay, Person, Plan

PERSONS = {
    "K": Person(date(2013, 3, 15), date(2029, 7, 31)),
    "KJ": Person(date(2011, 9, 10), date(2028, 7, 31)),
    "J": Person(date(2010, 2, 20), date(2026, 7, 31)),
    "E": Person(date(2005, 6, 1), date(2021, 7, 31)),
}
Found = tuple[str, str, date | None]  # weight, rule, day or the week's Monday


class Case(NamedTuple):
    id: str
    paragraph: str
    plan: Plan
    expected: Counter[Found]


def read_cases() -> list[Case]:
    lines = (Path(__file__).parent / "cases.txt").read_text().splitlines()
    return [read_case(line) for line in lines if line and not line.startswith("#")]


def read_case(line: str) -> Case:
    id_, paragraph, agreement, days, expected = (part.strip() for part in line.split("|"))
    plan = read_plan(agreement, days)
    return Case(
        id_, paragraph, plan, Counter(_found(each, plan.first.year) for each in expected.split() if each != "-")
    )


def read_plan(agreement: str, days: str) -> Plan:
    """`agreement` as "J born=2008-11-05 pay=0", `days` as "2026-11-02..2026-11-06 8-17 /12-13; @2026-11-07 8-12"."""
    own: list[Day] = []
    elsewhere: list[DayElsewhere] = []
    who, *words = agreement.split()
    for part in days.split(";"):
        stint = part.strip()
        for day in _days(stint.lstrip("@s"), light="heavy" not in words):
            if stint.startswith("@"):
                elsewhere.append(DayElsewhere(day, school_run=stint.startswith("@s")))
            else:
                own.append(day)
    first = min(day.date for day in own)
    said: dict[str, Any] = dict(word.split("=") for word in words if "=" in word)
    done = {name: _date_or_none(said[name]) if name in said else first for name in ("instructed", "seen", "consent")}
    person = PERSONS[who]
    return Plan(
        person=Person(
            _date_or_none(said["born"]) or person.birthday if "born" in said else person.birthday,
            _date_or_none(said["school"]) if "school" in said else person.compulsory_until,
            trained="trained" in words,
        ),
        days=tuple(own),
        kind="school_run" if "school" in words else "mandatory" if "mandatory" in words else "voluntary",
        agreed_on=_date_or_none(said.get("agreed", "none")) or first - timedelta(days=30),
        pay=Pay(int(said.get("pay", 2000)), said.get("why"), "again" in words),
        elsewhere=tuple(elsewhere),
        days_elsewhere={} if "asked" in said else {year: int(said.get(f"else{year}", 0)) for year in range(2020, 2035)},
        insured_by=said.get("insured"),
        instructed_on=done["instructed"],
        certificate_seen_on=done["seen"],
        guardian_consented_on=done["consent"],
    )


def found(findings: list[Finding]) -> Counter[Found]:
    """What a judgement has found that is to be done or changed, as `cases.txt` says it."""
    return Counter((each.weight, each.rule, each.day or each.week) for each in findings if each.weight != "says")


def _days(text: str, *, light: bool) -> list[Day]:
    dates, hours, *pauses = text.split()
    first, _, last = dates.partition("..")
    day, until = date.fromisoformat(first), date.fromisoformat(last or first)
    result = []
    while day <= until:
        if not last or day.weekday() < 5:
            breaks = tuple(Pause(*_clocks(pause.removeprefix("/"))) for pause in pauses)
            result.append(Day(day, *_clocks(hours), breaks, light=light))
        day += timedelta(days=1)
    return result


def _clocks(text: str) -> tuple[time, time]:
    """ "8-16:30"."""
    start, _, end = text.partition("-")
    return _clock(start), _clock(end)


def _clock(text: str) -> time:
    hour, _, minute = text.partition(":")
    return time(int(hour), int(minute or 0))


def _date_or_none(text: str) -> date | None:
    return None if text in ("none", "?") else date.fromisoformat(text)


def _found(text: str, year: int) -> Found:
    """ "?L8@11-02"."""
    rule, _, day = text.partition("@")
    weight = "before_work" if rule.startswith("?") else "refuses"
    if not day:
        return weight, rule.removeprefix("?"), None
    return weight, rule.removeprefix("?"), date.fromisoformat(day if day.count("-") == 2 else f"{year}-{day}")
