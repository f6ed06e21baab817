"""The rules by themselves, above all in the two nights in which Berlin changes its clocks."""

from datetime import UTC, date, datetime, time, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from landbooking.language import use_language
from landbooking.period import Period, clock_names, closing_instant, gaps, joined, local_period, opening_instant
from landbooking.spaces.booking_rules import check_period
from landbooking.spaces.opening_hours import (
    Closure,
    Interval,
    OpeningRules,
    RuleBroken,
    closed_reason,
    last_day,
    open_periods,
    spoken_length,
)
from landbooking.spaces.week import week_of
from support.spaces import BERLIN

SPRING = date(2027, 3, 28)  # at 2:00 it is 3:00
AUTUMN = date(2027, 10, 31)  # at 3:00 it is 2:00 again
NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)


def rules(*hours: tuple[int, int], **others: object) -> OpeningRules:
    """Open every day of the week in these intervals of minutes."""
    intervals = tuple(Interval(day, *interval) for day in range(1, 8) for interval in hours)
    base = OpeningRules("Europe/Berlin", "RP", intervals, open_on_public_holidays=True, horizon_days=365)
    return msgspec.structs.replace(base, **others)


ROUND_THE_CLOCK = rules((0, 1440), longest_minutes=1500)
NIGHT = rules((90, 210), shortest_minutes=15)  # 1:30 to 3:30


def utc(day: date, clock: str) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock), UTC)


def broken(rules: OpeningRules, start: datetime, end: datetime, now: datetime = NOW) -> str | None:
    try:
        check_period(rules, Period(start, end), now)
    except RuleBroken as rule:
        return rule.code
    return None


def test_round_the_clock_is_23_and_25_hours() -> None:
    assert [period.length for period in open_periods(ROUND_THE_CLOCK, SPRING)] == [timedelta(hours=23)]
    assert [period.length for period in open_periods(ROUND_THE_CLOCK, AUTUMN)] == [timedelta(hours=25)]
    for day in (SPRING, AUTUMN):
        around = [day + timedelta(days=number) for number in (-1, 0, 1)]
        assert len(joined(each for one in around for each in open_periods(ROUND_THE_CLOCK, one))) == 1


def test_from_half_past_one_to_half_past_three() -> None:
    """One hour in spring, when the hour between is skipped; three in autumn, when it comes twice."""
    assert open_periods(NIGHT, SPRING) == [Period(utc(SPRING, "00:30"), utc(SPRING, "01:30"))]
    before = AUTUMN - timedelta(days=1)
    assert open_periods(NIGHT, AUTUMN) == [Period(utc(before, "23:30"), utc(AUTUMN, "02:30"))]
    assert open_periods(NIGHT, date(2027, 6, 1))[0].length == timedelta(hours=2)


def test_hours_that_lie_in_the_skipped_hour_do_not_exist() -> None:
    assert open_periods(rules((120, 180)), SPRING) == []
    assert open_periods(rules((120, 180)), AUTUMN)[0].length == timedelta(hours=2)
    assert broken(rules((120, 180)), utc(SPRING, "01:00"), utc(SPRING, "02:00")) == "rule-opening-hours"


def test_who_closes_in_the_doubled_hour_closes_when_it_is_over() -> None:
    [opened] = open_periods(rules((60, 150)), AUTUMN)  # 1:00 to 2:30
    assert opened.end == utc(AUTUMN, "01:30")
    [later] = open_periods(rules((150, 300)), AUTUMN)  # 2:30 to 5:00: opens with the first 2:30
    assert later.start == utc(AUTUMN, "00:30")


def test_periods_across_the_change_can_be_booked() -> None:
    assert broken(NIGHT, utc(SPRING, "00:30"), utc(SPRING, "01:30")) is None
    assert broken(NIGHT, utc(SPRING, "00:45"), utc(SPRING, "01:15")) is None
    assert broken(NIGHT, utc(SPRING, "01:00"), utc(SPRING, "01:45")) == "rule-opening-hours"
    assert broken(NIGHT, utc(AUTUMN, "00:00"), utc(AUTUMN, "02:30")) is None
    for first_two in ("00:00", "01:00"):  # both of the hours that the clock calls 2
        start = utc(AUTUMN, first_two)
        assert start.astimezone(BERLIN).hour == 2
        assert broken(NIGHT, start, start + timedelta(hours=1)) is None


def test_lengths_are_real_time_not_the_difference_of_clocks() -> None:
    short = msgspec.structs.replace(ROUND_THE_CLOCK, longest_minutes=120)
    assert broken(short, utc(AUTUMN, "00:00"), utc(AUTUMN, "02:00")) is None  # 2:00 to 3:00 on the clock
    assert broken(short, utc(AUTUMN, "00:00"), utc(AUTUMN, "02:15")) == "rule-longest"
    assert broken(short, utc(SPRING, "00:30"), utc(SPRING, "02:30")) is None  # 1:30 to 4:30 on the clock


@pytest.mark.parametrize("day", [SPRING, AUTUMN])
def test_instants_of_clock_times(day: date) -> None:
    for minutes in range(0, 1440, 15):
        first, last = opening_instant(day, minutes, BERLIN), closing_instant(day, minutes, BERLIN)
        shown = first.astimezone(BERLIN)
        if day == SPRING and 120 <= minutes < 180:
            assert (shown.hour, shown.minute) == (3, minutes % 60)  # skipped: an hour later
        else:
            assert shown.hour * 60 + shown.minute == minutes
        assert last - first == timedelta(hours=1 if day == AUTUMN and 120 <= minutes < 180 else 0)
    assert opening_instant(day, 1440, BERLIN) == opening_instant(day + timedelta(days=1), 0, BERLIN)


def test_every_period_of_the_long_night_has_a_name() -> None:
    midnight = opening_instant(AUTUMN, 0, BERLIN)
    moments = [midnight + timedelta(minutes=15 * number) for number in range(5 * 4)]
    for start in moments:
        for end in moments:
            if start < end:
                named = clock_names(Period(start, end), BERLIN)
                first, last = (time.fromisoformat(named[name]) for name in ("start", "end"))
                assert local_period(date.fromisoformat(named["date"]), first, last, BERLIN) == (start, end)
    names = clock_names(Period(midnight, opening_instant(date(2027, 11, 1), 0, BERLIN)), BERLIN)
    assert names == {"date": "2027-10-31", "start": "00:00", "end": "00:00"}


def test_a_period_typed_as_clock_times() -> None:
    assert local_period(SPRING, time(1, 30), time(3, 30), BERLIN).length == timedelta(hours=1)
    assert local_period(AUTUMN, time(1, 30), time(3, 30), BERLIN).length == timedelta(hours=3)
    assert local_period(AUTUMN, time(22), time(0), BERLIN).end == opening_instant(date(2027, 11, 1), 0, BERLIN)


@pytest.mark.parametrize(("day", "hours"), [(SPRING, 23), (AUTUMN, 25)])
def test_the_week_counts_every_hour_of_such_a_day(day: date, hours: int) -> None:
    monday = day - timedelta(days=6)
    now = datetime.combine(monday - timedelta(days=3), time(12), UTC)
    free = week_of(1, "desk", ROUND_THE_CLOCK, [[]], monday, now)
    assert [row.label for row in free.rows] == [f"{hour:02}:00" for hour in range(24)]
    sunday = [row.cells[6].state for row in free.rows]
    assert sunday.count("free") == min(hours, 24)
    if day == SPRING:
        assert sunday[2] == "closed"  # there is no such hour
    assert (free.days[6].free_count, free.days[6].hours_text) == (1, "00:00–24:00")
    # Who has the second of the two hours has the cell: it is free only where all of it is.
    second_two = Period(utc(AUTUMN, "01:00"), utc(AUTUMN, "02:00"))
    if day == AUTUMN:
        taken = week_of(1, "desk", ROUND_THE_CLOCK, [[second_two]], monday, now)
        states = [row.cells[6].state for row in taken.rows]
        assert (states[1], states[2], states[3]) == ("free", "full", "free")


@pytest.mark.parametrize("day", [SPRING, AUTUMN, date(2027, 6, 6)])
@given(
    hours=st.sampled_from([((0, 1440),), ((90, 135), (150, 210)), ((480, 750), (765, 1080))]),
    taken=st.lists(st.lists(st.tuples(st.integers(-60, 24 * 60), st.integers(1, 300)), max_size=6), max_size=5),
)
def test_the_week_counts_as_one_would_by_hand(
    day: date, hours: tuple[tuple[int, int], ...], taken: list[list[tuple[int, int]]]
) -> None:
    """Breaks within an hour and bookings to the minute, with buffers: each cell against each resource, one by one."""
    midnight = opening_instant(day, 0, BERLIN)
    minute = timedelta(minutes=1)
    busy = [
        [Period(midnight + start * minute, midnight + (start + length) * minute) for start, length in one]
        for one in taken
    ]
    own = rules(*hours)
    week = week_of(1, "desk", own, busy, day - timedelta(days=6), NOW)
    for row in week.rows:
        hour = int(row.label[:2])
        clock = Period(opening_instant(day, hour * 60, BERLIN), closing_instant(day, hour * 60 + 60, BERLIN))
        parts = [Period(max(one.start, clock.start), min(one.end, clock.end)) for one in open_periods(own, day)]
        asked = [part for part in parts if part.start < part.end]
        free = [one for one in busy if not any(each.overlaps(part) for each in one for part in asked)]
        assert row.cells[6].free == (len(free) if asked else 0)
        assert (row.cells[6].state == "closed") == (not asked)
    all_day = [one for one in busy if not any(each.overlaps(part) for each in one for part in open_periods(own, day))]
    assert week.days[6].free_count == len(all_day)


def test_the_week_of_a_space_that_is_open_in_the_night() -> None:
    now = datetime(2027, 3, 20, tzinfo=UTC)
    week = week_of(1, "desk", NIGHT, [[]], SPRING - timedelta(days=6), now)
    states = {row.label: row.cells[6].state for row in week.rows}
    assert states == {"01:00": "free", "02:00": "closed", "03:00": "free"}
    assert week.days[6].hours_text == "01:30–03:30"


def test_public_holidays_of_the_land() -> None:
    on_weekdays = msgspec.structs.replace(rules((480, 1080)), open_on_public_holidays=False)
    corpus_christi, all_saints = date(2027, 5, 27), date(2027, 11, 1)
    assert closed_reason(on_weekdays, corpus_christi) == "Fronleichnam"
    assert open_periods(on_weekdays, all_saints) == []
    with use_language("en"):
        assert closed_reason(on_weekdays, all_saints) == "All Saints' Day"
    assert closed_reason(msgspec.structs.replace(on_weekdays, state="BE"), corpus_christi) is None
    assert closed_reason(rules((480, 1080)), all_saints) is None


def test_closures_include_both_their_days() -> None:
    closed = rules((480, 1080), closures=(Closure(date(2027, 5, 3), date(2027, 5, 5), "Umbau"),))
    days = [date(2027, 5, day) for day in range(2, 7)]
    assert [closed_reason(closed, day) for day in days] == [None, "Umbau", "Umbau", "Umbau", None]
    assert [len(open_periods(closed, day)) for day in days] == [1, 0, 0, 0, 1]


def test_a_period_may_cross_midnight_but_no_closed_hour() -> None:
    lunch = rules((480, 720), (780, 1440))
    day, following = date(2027, 5, 3), date(2027, 5, 4)
    assert broken(ROUND_THE_CLOCK, utc(day, "21:00"), utc(following, "01:00")) is None
    assert broken(lunch, utc(day, "09:30"), utc(day, "11:30")) == "rule-opening-hours"  # 11:30 to 13:30
    assert broken(lunch, utc(day, "21:00"), utc(following, "00:00")) == "rule-opening-hours"


def test_the_last_day_that_can_be_booked_is_a_local_one() -> None:
    soon = rules((0, 1440), horizon_days=1)
    late = datetime(2027, 5, 3, 22, 30, tzinfo=UTC)  # half past midnight of the 4th in Berlin
    assert last_day(soon, late) == date(2027, 5, 5)
    assert broken(soon, utc(date(2027, 5, 5), "21:30"), utc(date(2027, 5, 5), "22:00"), late) is None
    assert broken(soon, utc(date(2027, 5, 5), "22:00"), utc(date(2027, 5, 5), "22:30"), late) == "rule-horizon"


def test_a_refusal_says_what_would_be_possible() -> None:
    lunch = rules((480, 720), (780, 1080))
    day = date(2027, 5, 3)
    with pytest.raises(RuleBroken) as german:
        check_period(lunch, Period(utc(day, "09:30"), utc(day, "11:30")), NOW)
    assert "08:00–12:00, 13:00–18:00" in german.value.message
    with use_language("en"), pytest.raises(RuleBroken) as english:
        check_period(lunch, Period(utc(day, "09:30"), utc(day, "09:45")), NOW)
    assert "30 minutes" in english.value.message


def test_lengths_are_spoken() -> None:
    assert [spoken_length(minutes) for minutes in (0, 1, 45, 60, 90, 120)] == [
        "0 Minuten", "1 Minute", "45 Minuten", "1 Stunde", "1 Stunde 30 Minuten", "2 Stunden",
    ]  # fmt: skip


def test_gaps_and_joined() -> None:
    at = [utc(date(2027, 5, 3), f"{hour:02}:00") for hour in range(24)]
    within = Period(at[8], at[18])
    assert gaps(within, []) == [within]
    assert gaps(within, [within]) == []
    busy = [Period(at[first], at[last]) for first, last in ((7, 9), (10, 11), (11, 12), (17, 20))]
    assert gaps(within, busy) == [Period(at[9], at[10]), Period(at[12], at[17])]
    assert gaps(within, [Period(at[19], at[20])]) == [within]
    assert joined([Period(at[3], at[5]), Period(at[1], at[3]), Period(at[7], at[8])]) == [
        Period(at[1], at[5]), Period(at[7], at[8]),
    ]  # fmt: skip
