"""On which days something repeats: weekdays, months that lack a day, and where it ends."""

from datetime import UTC, date, datetime
from typing import Any

import icalendar
import pytest

from landbooking.days_off import school_holidays
from landbooking.spaces.series.recurrence import (
    MOST_DATES,
    Recurrence,
    RecurrenceRefused,
    Repeats,
    as_rrule,
    occurrences,
    spoken,
)

FIRST = date(2027, 1, 5)  # a Tuesday, the first of its month


def days(repeats: Repeats, first: date = FIRST, **more: Any) -> list[str]:
    return [f"{one.day or one.month:%d.%m.}" for one in occurrences(Recurrence(repeats=repeats, first=first, **more))]


@pytest.mark.parametrize(
    ("repeats", "more", "expected"),
    [
        ("daily", {"count": 3}, ["05.01.", "06.01.", "07.01."]),
        ("weekly", {"count": 3}, ["05.01.", "12.01.", "19.01."]),
        ("weekly", {"weekdays": (4, 1, 1), "count": 3}, ["07.01.", "11.01.", "14.01."]),
        ("weekly", {"until": date(2027, 1, 12)}, ["05.01.", "12.01."]),
        ("fortnightly", {"weekdays": (1, 2), "count": 4}, ["05.01.", "18.01.", "19.01.", "01.02."]),
        ("monthly", {"count": 3}, ["05.01.", "05.02.", "05.03."]),
        ("monthly_weekday", {"count": 4}, ["05.01.", "02.02.", "02.03.", "06.04."]),
    ],
)
def test_the_days_of_a_rule(repeats: Repeats, more: dict[str, Any], expected: list[str]) -> None:
    assert days(repeats, **more) == expected


def test_days_that_a_month_lacks_are_listed_and_do_not_count() -> None:
    found = occurrences(Recurrence(repeats="monthly", first=date(2027, 1, 31), count=3))
    assert [(one.day, one.month.month) for one in found] == [
        (date(2027, 1, 31), 1), (None, 2), (date(2027, 3, 31), 3), (None, 4), (date(2027, 5, 31), 5),
    ]  # fmt: skip
    fifth = occurrences(Recurrence(repeats="monthly_weekday", first=date(2027, 1, 29), until=date(2027, 4, 29)))
    assert [one.day for one in fifth] == [date(2027, 1, 29), None, None]
    fifth = occurrences(Recurrence(repeats="monthly_weekday", first=date(2027, 1, 29), until=date(2027, 4, 30)))
    assert [one.day for one in fifth] == [date(2027, 1, 29), None, None, date(2027, 4, 30)]


@pytest.mark.parametrize(
    ("recurrence", "field"),
    [
        (Recurrence(repeats="weekly", first=FIRST), "until"),
        (Recurrence(repeats="weekly", first=FIRST, until=FIRST, count=1), "until"),
        (Recurrence(repeats="weekly", first=FIRST, until=date(2027, 1, 4)), "until"),
        (Recurrence(repeats="weekly", first=FIRST, weekdays=(1,), until=FIRST), "until"),
        (Recurrence(repeats="weekly", first=FIRST, weekdays=(8,), count=1), "weekdays"),
        (Recurrence(repeats="daily", first=FIRST, count=MOST_DATES + 1), "count"),
        (Recurrence(repeats="daily", first=FIRST, until=date(2028, 1, 1)), "until"),
        (Recurrence(repeats="monthly", first=FIRST, count=26), "count"),
        (Recurrence(repeats="monthly_weekday", first=date(8999, 12, 31), until=date(9000, 1, 1)), None),
    ],
)
def test_series_without_an_end_or_beyond_reason_are_refused(recurrence: Recurrence, field: str | None) -> None:
    if field is None:
        assert len(occurrences(recurrence)) == 1
        return
    with pytest.raises(RecurrenceRefused) as refused:
        occurrences(recurrence)
    assert list(refused.value.fields) == [field]


@pytest.mark.parametrize("repeats", ["daily", "weekly", "fortnightly", "monthly", "monthly_weekday"])
def test_calendar_programs_read_the_same_days(repeats: Repeats) -> None:
    recurrence = Recurrence(repeats=repeats, first=date(2027, 1, 29), weekdays=(1, 5), count=6)
    expected = [one.day for one in occurrences(recurrence) if one.day]
    last = datetime(expected[-1].year, expected[-1].month, expected[-1].day, 9, tzinfo=UTC)
    rule = icalendar.vRecur.from_ical(as_rrule(recurrence, last))
    from dateutil.rrule import rrulestr  # type: ignore[import-untyped]

    start = datetime(expected[0].year, expected[0].month, expected[0].day, 9, tzinfo=UTC)
    assert [each.date() for each in rrulestr(rule.to_ical().decode(), dtstart=start)] == expected


def test_a_rule_is_said_as_people_say_it() -> None:
    assert spoken(Recurrence(repeats="weekly", first=FIRST, weekdays=(2, 1))) == "jede Woche: Montag, Dienstag"
    assert spoken(Recurrence(repeats="monthly_weekday", first=FIRST)) == "jeden Monat am 1. Dienstag"


def test_school_holidays_of_the_land_are_known() -> None:
    assert school_holidays("RP", 2027, "de")[date(2027, 7, 1)] == "Sommerferien"
    assert school_holidays("RP", 2027, "en")[date(2027, 7, 1)] == "Summer Break"
    assert FIRST not in school_holidays("RP", 2027, "de") or school_holidays("RP", 2027, "de")[FIRST]
