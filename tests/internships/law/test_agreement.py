"""Random plans: the judge and a naive one that walks through the minutes find the same."""

from collections.abc import Callable
from datetime import date, time, timedelta

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, assume, find, given, settings
from hypothesis import strategies as st

from internships.law.naive import broken
from internships.law.naive_days import PUBLIC, class_of
from internships.law.notation import Case, found, read_cases
from landbooking.internships.law.finding import refusals
from landbooking.internships.law.judge import judge
from landbooking.internships.law.plan import Day, DayElsewhere, Pause, Pay, Person, Plan

# Around changes of the clock and of the year, holidays and the ends of school holidays, and any day.
STARTS = st.one_of(
    st.sampled_from(
        [
            date(2026, 10, 19),
            date(2027, 3, 22),
            date(2027, 10, 25),
            date(2026, 12, 21),
            date(2027, 5, 3),
            date(2027, 6, 21),
            date(2027, 7, 26),
            date(2027, 12, 27),
            date(2028, 2, 21),
        ]
    ),
    st.dates(date(2026, 7, 1), date(2028, 12, 31)),
)
USUAL = [
    (time(8), time(12), ()),
    (time(9), time(13, 30), ()),
    (time(8), time(16), (Pause(time(12), time(13)),)),
    (time(8), time(17), (Pause(time(12), time(13)),)),
    (time(8), time(17, 30), (Pause(time(10), time(10, 30)), Pause(time(12, 30), time(13)))),
    (time(13), time(20), (Pause(time(16), time(17)),)),
]
MINUTES = st.integers(0, 24 * 12).map(lambda step: step * 5)


@st.composite
def wild_hours(draw: st.DrawFn) -> tuple[time, time, tuple[Pause, ...]]:
    """Anything from midnight to midnight, but nothing that begins or ends while the clock is changed."""
    count = draw(st.integers(0, 3))
    moments = sorted(draw(st.sets(MINUTES, min_size=2 + 2 * count, max_size=2 + 2 * count)))
    assume(not any(120 <= moment < 180 for moment in moments))
    clocks = [time(moment // 60 % 24, moment % 60) for moment in moments]
    inner = [Pause(one, other) for one, other in zip(clocks[1:-1:2], clocks[2:-1:2], strict=True)]
    return clocks[0], clocks[-1], tuple(inner)


def hours() -> st.SearchStrategy[tuple[time, time, tuple[Pause, ...]]]:
    return st.one_of(st.sampled_from(USUAL), st.sampled_from(USUAL), wild_hours())


@st.composite
def plans(
    draw: st.DrawFn, hours: Callable[[], st.SearchStrategy[tuple[time, time, tuple[Pause, ...]]]] = hours
) -> Plan:
    start = draw(STARTS)
    offsets = st.one_of(st.integers(0, 13), st.integers(0, 13), st.integers(14, 110))
    dates = [start + timedelta(days=each) for each in draw(st.sets(offsets, min_size=1, max_size=9))]
    others = draw(st.sets(st.integers(-3, 14), max_size=3))
    light = st.sampled_from([True, True, True, False])
    near = st.integers(-10, 10).map(lambda days: start + timedelta(days=days))
    days = tuple(Day(each, *draw(hours()), light=draw(light)) for each in dates)
    elsewhere = tuple(
        DayElsewhere(Day(start + timedelta(days=each), *draw(hours())), draw(st.booleans())) for each in others
    )
    assume(not any(one.date == other.day.date for one in days for other in elsewhere) or draw(st.booleans()))
    return Plan(
        person=Person(
            draw(birthdays(start)),
            draw(
                st.one_of(st.none(), near, st.just(start - timedelta(days=200)), st.just(start + timedelta(days=400)))
            ),
            trained=draw(light) is False,
        ),
        days=days,
        kind=draw(st.sampled_from(["school_run", "mandatory", "voluntary"])),
        agreed_on=draw(near),
        pay=Pay(
            draw(st.sampled_from([0, 1389, 1390, 1459, 1460, 2000])),
            draw(st.sampled_from([None, "mandatory", "orientation", "accompanying", "entry_qualification"])),
            draw(st.booleans()),
        ),
        elsewhere=elsewhere,
        days_elsewhere=draw(st.dictionaries(st.integers(2026, 2029), st.sampled_from([0, 12, 17, 20]), max_size=4)),
        insured_by=draw(st.sampled_from([None, "company", "accident_fund"])),
        instructed_on=draw(st.one_of(st.none(), near)),
        certificate_seen_on=draw(st.one_of(st.none(), near, near.map(lambda day: day - timedelta(days=423)))),
        guardian_consented_on=draw(st.one_of(st.none(), near)),
    )


@st.composite
def birthdays(draw: st.DrawFn, start: date) -> date:
    """Often one that falls into the placement, and now and then 29 February."""
    if draw(st.integers(0, 9)) == 0:
        return draw(st.sampled_from([date(2008, 2, 29), date(2012, 2, 29)]))
    near = start + timedelta(days=draw(st.integers(-5, 20)))
    years = draw(st.sampled_from([14, 15, 16, 17, 18, 18, 20]))
    return near.replace(year=near.year - years, day=min(near.day, 28))


def sensible(plan: Plan) -> Plan:
    """The same with the commonest reasons for a refusal taken out, so that many are accepted."""
    week = [day for day in plan.days if day.date.weekday() < 5 and day.date not in PUBLIC]
    light = tuple(msgspec.structs.replace(day, light=True) for day in week[:5] or plan.days)
    return msgspec.structs.replace(plan, days=light, pay=Pay(2000), insured_by=None, elsewhere=plan.elsewhere[:1])


CAREFUL = plans(hours=lambda: st.sampled_from(USUAL)).map(sensible)
BUSY = [HealthCheck.filter_too_much, HealthCheck.too_slow]


@settings(max_examples=150, suppress_health_check=BUSY)
@given(plans())
def test_both_judges_find_the_same(plan: Plan) -> None:
    assert found(judge(plan)) == broken(plan)


@settings(max_examples=100, suppress_health_check=BUSY)
@given(CAREFUL)
def test_an_accepted_plan_breaks_no_rule(plan: Plan) -> None:
    assume(not refusals(judge(plan)))
    assert not [each for each in broken(plan) if each[0] == "refuses"]


@pytest.mark.parametrize("kind", ["child", "pupil", "youth", "adult"])
def test_there_are_accepted_plans_of_every_class_to_draw(kind: str) -> None:
    """Else the test above would say nothing."""

    def accepted(plan: Plan) -> bool:
        return {class_of(plan, day.date) for day in plan.days} == {kind} and not refusals(judge(plan))

    find(CAREFUL, accepted, settings=settings(max_examples=2000, database=None, phases=[Phase.generate]))


def in_the_calendar(case: Case) -> bool:
    return date(2026, 7, 1) <= case.plan.first and case.plan.last <= date(2029, 6, 30)


@pytest.mark.parametrize("case", [case for case in read_cases() if in_the_calendar(case)], ids=lambda case: case.id)
def test_the_naive_judge_knows_the_law_too(case: Case) -> None:
    assert broken(case.plan) == case.expected


def test_the_order_of_days_and_breaks_does_not_matter() -> None:
    for case in read_cases():
        mixed = [msgspec.structs.replace(day, breaks=tuple(reversed(day.breaks))) for day in reversed(case.plan.days)]
        again = msgspec.structs.replace(case.plan, days=tuple(mixed), elsewhere=case.plan.elsewhere[::-1])
        assert judge(again) == judge(case.plan), case.id
