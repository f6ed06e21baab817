"""Ages, months and schooling, as the BGB and the school law count them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from landbooking.internships.law.classes import class_on, compulsory_schooling_until, regime_on
from landbooking.internships.law.plan import Person
from landbooking.internships.law.terms import last_day_of, months_after, reaches_age


@pytest.mark.parametrize(
    ("birthday", "years", "day"),
    [
        (date(2010, 5, 6), 15, date(2025, 5, 6)),
        (date(2012, 2, 29), 15, date(2027, 3, 1)),
        (date(2012, 2, 29), 16, date(2028, 2, 29)),
        (date(2012, 2, 29), 18, date(2030, 3, 1)),
        (date(2012, 2, 28), 15, date(2027, 2, 28)),
        (date(2011, 3, 1), 17, date(2028, 3, 1)),
        (date(2010, 12, 31), 16, date(2026, 12, 31)),
    ],
)
def test_birthdays(birthday: date, years: int, day: date) -> None:
    assert reaches_age(birthday, years) == day


@pytest.mark.parametrize(
    ("first", "months", "last"),
    [
        (date(2027, 7, 15), 2, date(2027, 9, 14)),
        (date(2027, 7, 1), 2, date(2027, 8, 31)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2027, 12, 30), 2, date(2028, 2, 29)),
        (date(2026, 12, 1), 3, date(2027, 2, 28)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
    ],
)
def test_months_that_begin_with_a_day(first: date, months: int, last: date) -> None:
    assert last_day_of(first, months) == last


@pytest.mark.parametrize(
    ("event", "months", "last"),
    [
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2026, 11, 2), 6, date(2027, 5, 2)),
        (date(2025, 11, 10), 14, date(2027, 1, 10)),
        (date(2027, 8, 29), 6, date(2028, 2, 29)),
    ],
)
def test_months_after_a_day(event: date, months: int, last: date) -> None:
    assert months_after(event, months) == last


@given(st.dates(date(2000, 1, 1), date(2040, 1, 1)), st.integers(1, 20))
def test_months_of_a_day_end_no_later_than_months_after_it(day: date, months: int) -> None:
    assert day <= last_day_of(day, months) <= months_after(day, months)
    assert months_after(day, months) - last_day_of(day, months) <= timedelta(days=1)


def test_schooling_lasts_nine_years() -> None:
    assert compulsory_schooling_until(2017) == date(2026, 7, 31)


@given(
    st.dates(date(2005, 1, 1), date(2016, 12, 31)),
    st.one_of(st.none(), st.dates(date(2020, 1, 1), date(2032, 1, 1))),
    st.booleans(),
)
def test_classes_follow_each_other(birthday: date, until: date | None, school_run: bool) -> None:
    person = Person(birthday, until)
    days = [date(2024, 1, 1) + timedelta(days=number) for number in range(0, 4000, 7)]
    order = ["K", "KJ", "J", "E"]
    classes = [order.index(class_on(person, day)) for day in days]
    assert classes == sorted(classes)
    for day in days:
        regime = regime_on(person, day, school_run=school_run)
        assert (regime == "adult") == (day >= reaches_age(birthday, 18))
        assert (regime == "forbidden") <= (day < reaches_age(birthday, 15) and not school_run)
