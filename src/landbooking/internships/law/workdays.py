"""The days that a plan and the person's other placements fill, in real time: what is work, what is break."""

from datetime import date, datetime, timedelta
from itertools import groupby
from typing import NamedTuple
from zoneinfo import ZoneInfo

from landbooking.internships.law.classes import Class, Regime, class_on, regime_on
from landbooking.internships.law.plan import Day, Plan
from landbooking.internships.law.rules import Lawbook
from landbooking.period import Period, gaps, joined, local_period


class Workday(NamedTuple):
    """All work of one date together, whoever it is for (§ 4 Abs. 5 JArbSchG, § 2 Abs. 1 ArbZG).

    `planned` is None where the plan has nothing on it. `stretches` are work without a break, `breaks` lie between
    them. An interruption that is too short to be a break is working time (§ 11 Abs. 1 Satz 3, § 4 Abs. 1 JArbSchG;
    § 4 Satz 2, § 2 Abs. 1 ArbZG). `worked` and `shift` (with breaks, § 4 Abs. 2) are real minutes.
    """

    date: date
    planned: Day | None
    group: Class
    regime: Regime
    stretches: list[Period]
    breaks: list[Period]
    worked: int
    shift: int

    @property
    def start(self) -> datetime:
        return self.stretches[0].start

    @property
    def end(self) -> datetime:
        return self.stretches[-1].end


def workdays(plan: Plan, law: Lawbook) -> list[Workday]:
    """In the order of their dates."""
    stints = [(day, plan.school_run, True) for day in plan.days]
    stints += [(other.day, other.school_run, False) for other in plan.elsewhere]
    stints.sort(key=lambda stint: (stint[0].date, not stint[2]))  # of one date, the plan's comes first
    return [_workday(plan, law, list(group)) for _, group in groupby(stints, key=lambda stint: stint[0].date)]


def _workday(plan: Plan, law: Lawbook, stints: list[tuple[Day, bool, bool]]) -> Workday:
    first, school_run, in_plan = stints[0]
    regime = regime_on(plan.person, first.date, school_run=school_run)
    piece = law.one("break_piece", regime, first.date)
    shortest = timedelta(minutes=piece.amount if piece else 1)
    work = [_without_breaks(day, shortest, ZoneInfo(plan.zone)) for day, _, _ in stints]
    stretches = _bridged([part for parts in work for part in parts], shortest)
    return Workday(
        date=first.date,
        planned=first if in_plan else None,
        group=class_on(plan.person, first.date),
        regime=regime,
        stretches=stretches,
        breaks=gaps(Period(stretches[0].start, stretches[-1].end), stretches),
        worked=sum(minutes(part.length) for parts in work for part in parts),
        shift=sum(minutes(parts[-1].end - parts[0].start) for parts in work),
    )


def _without_breaks(day: Day, shortest: timedelta, zone: ZoneInfo) -> list[Period]:
    pauses = joined(local_period(day.date, pause.start, pause.end, zone) for pause in day.breaks)
    return gaps(day.period(zone), [pause for pause in pauses if pause.length >= shortest])


def _bridged(work: list[Period], shortest: timedelta) -> list[Period]:
    """Joined also over what is too short to be a break."""
    result: list[Period] = []
    for part in joined(work):
        if result and part.start - result[-1].end < shortest:
            result[-1] = Period(result[-1].start, part.end)
        else:
            result.append(part)
    return result


def minutes(length: timedelta) -> int:
    return int(length.total_seconds() // 60)
