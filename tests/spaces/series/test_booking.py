"""Booking a series: every date is judged by every rule before anything is written; then all are booked, or none."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
import time_machine

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.spaces.booking import book_resource
from landbooking.spaces.bookings import Booking
from landbooking.spaces.refusals import DeskGone
from landbooking.spaces.series.plan import Choice, Plan, Wish, plan_series
from landbooking.spaces.series.verbs import NothingChosen, SeriesConflicts, book_series
from support.hosting import Place
from support.people import make_person
from support.series import booked_series, weekly
from support.spaces import (
    BERLIN,
    make_booking,
    make_desk,
    make_override,
    make_space,
    open_daily,
    period_on,
)  # fmt: skip

WEEK = timedelta(days=7)


async def plan(connection: Connection, person: Person, wish: Wish) -> Plan:
    return await plan_series(connection, person, wish, datetime.now(UTC))


def states(found: Plan) -> list[str]:
    return [planned.state for planned in found.dates]


def local(bookings: Sequence[Booking]) -> list[str]:
    return [f"{one.start.astimezone(BERLIN):%d.%m. %H:%M}-{one.end.astimezone(BERLIN):%H:%M}" for one in bookings]


async def test_all_dates_are_booked(connection: Connection, place: Place, resident: Person, monday: date) -> None:
    series, bookings = await booked_series(connection, resident, weekly(place.desk, monday, 52))
    assert len(bookings) == 52 - 4  # All Saints, Easter Monday, May Day, Whit Monday
    assert {one.resource_id for one in bookings} == {place.desk}
    assert all(one.series and one.series.series_id == series.id for one in bookings)
    assert {f"{one.start.astimezone(BERLIN):%H:%M}" for one in bookings} == {"09:00"}
    assert all((other.start - one.start).days >= 6 for one, other in pairwise(bookings))


async def test_dates_that_are_taken_are_shown_and_nothing_is_booked(
    connection: Connection, place: Place, resident: Person, outsider: Person, monday: date
) -> None:
    await make_booking(connection, outsider, place.desk, period_on(monday + WEEK, "11:00", "13:00"))
    wish = weekly(place.desk, monday)
    found = await plan(connection, resident, wish)
    assert states(found) == ["free", "conflict", "free", "free"]
    assert [other.id for other in found.dates[1].others] == [place.other_desk]
    with pytest.raises(SeriesConflicts) as conflicts:
        await book_series(connection, resident, wish)
    assert list(conflicts.value.fields) == [f"{monday + WEEK}"]
    assert await connection.fetchval("SELECT count(*) FROM booking WHERE person_id = $1", resident.id) == 0
    assert await connection.fetchval("SELECT count(*) FROM series") == 0
    assert await connection.fetchval("SELECT count(*) FROM outbox") == 0


async def test_each_date_can_be_left_out_or_be_elsewhere_or_at_another_time(
    connection: Connection, place: Place, resident: Person, outsider: Person, monday: date
) -> None:
    for week in range(3):
        await make_booking(connection, outsider, place.desk, period_on(monday + week * WEEK))
    choices = {
        monday: Choice(None),
        monday + WEEK: Choice(place.other_desk),
        monday + 2 * WEEK: Choice(place.desk, time(13), time(15)),
    }
    _series, bookings = await booked_series(connection, resident, weekly(place.desk, monday, choices=choices))
    assert local(bookings) == ["06.09. 09:00-12:00", "13.09. 13:00-15:00", "20.09. 09:00-12:00"]
    assert [one.resource_id for one in bookings] == [place.other_desk, place.desk, place.desk]


async def test_a_choice_that_does_not_fit_is_a_conflict_too(
    connection: Connection, place: Place, resident: Person, monday: date
) -> None:
    elsewhere = await make_desk(connection, await make_space(connection, name="Rathaus"))
    choices = {monday: Choice(elsewhere), monday + WEEK: Choice(place.desk, time(5), time(6))}
    found = await plan(connection, resident, weekly(place.desk, monday, choices=choices))
    assert [one.refusal.code for one in found.conflicts if one.refusal] == ["not-found", "rule-opening-hours"]
    with pytest.raises(NothingChosen):
        await book_series(connection, resident, weekly(place.desk, monday, 1, choices={monday: Choice(None)}))
    with pytest.raises(DeskGone):
        await book_series(connection, resident, weekly(10**6, monday))


async def test_holidays_are_left_out_unless_somebody_wants_them(
    connection: Connection, place: Place, resident: Person
) -> None:
    # The autumn holidays are the first two weeks, and All Saints' Day is a Monday.
    first = date(2027, 10, 4)
    plain = weekly(place.desk, first, 6)
    found = await plan(connection, resident, plain)
    assert states(found) == ["free", "free", "free", "free", "holiday", "free"]
    assert found.dates[4].holiday == "Allerheiligen"
    schooled = weekly(place.desk, first, 6, skip_school_holidays=True)
    found = await plan(connection, resident, schooled)
    assert states(found) == ["holiday", "holiday", "free", "free", "holiday", "free"]
    assert found.dates[0].holiday == "Herbstferien"
    wanted = weekly(place.desk, first, 6, choices={date(2027, 11, 1): Choice(place.desk)})
    assert states(await plan(connection, resident, wanted)) == ["free"] * 6  # this space is open on holidays
    await connection.execute("UPDATE space SET open_on_public_holidays = false")
    [refused] = (await plan(connection, resident, wanted)).conflicts
    assert refused.refusal
    assert "Allerheiligen" in refused.refusal.message


async def test_every_rule_judges_every_date(connection: Connection, place: Place, resident: Person) -> None:
    await connection.execute("UPDATE space SET horizon_days = 90")
    await connection.execute(
        "INSERT INTO closure (space_id, days) VALUES ($1, '[2027-09-06,2027-09-07)')", place.space_id
    )
    wish = weekly(place.desk, date(2027, 8, 2), 30, "08:00", "09:00")
    codes = [one.refusal.code if one.refusal else one.state for one in (await plan(connection, resident, wish)).dates]
    assert codes[0] == "rule-past"
    assert codes[5] == "rule-opening-hours"
    assert set(codes[1:5] + codes[6:13]) == {"free"}
    assert set(codes[13:]) - {"holiday"} == {"rule-horizon"}
    await connection.execute("UPDATE resource SET retired_at = now() WHERE id = $1", place.desk)
    with pytest.raises(DeskGone):
        await plan(connection, resident, wish)


async def test_the_quota_counts_over_the_whole_series(
    connection: Connection, place: Place, resident: Person, monday: date
) -> None:
    await make_override(connection, place.space_id, "desk", weekly_minutes=7 * 60)
    await make_booking(connection, resident, place.other_desk, period_on(monday + WEEK, "13:00", "15:00"))
    wish = weekly(place.desk, monday, 9, repeats="weekly", weekdays=(1, 2, 3))
    found = await plan(connection, resident, wish)
    # Three hours a day: two days a week, and one where two hours are booked already.
    expected = ["free", "free", "conflict", "free", "conflict", "conflict", "free", "free", "conflict"]
    assert states(found) == expected
    assert {one.refusal.code for one in found.conflicts if one.refusal} == {"rule-quota"}
    shorter = Choice(place.desk, time(9), time(10))
    wish = weekly(place.desk, monday, 3, weekdays=(1, 2, 3), choices={monday + timedelta(days=2): shorter})
    assert states(await plan(connection, resident, wish)) == ["free"] * 3


@pytest.mark.parametrize(("audience", "code"), [("members", "rule-audience"), ("staff", "rule-audience")])
async def test_who_may_not_book_may_not_book_a_series(
    connection: Connection, place: Place, resident: Person, monday: date, audience: str, code: str
) -> None:
    await make_override(connection, place.space_id, None, place.desk, audience=audience)
    found = await plan(connection, resident, weekly(place.desk, monday))
    assert {one.refusal.code for one in found.conflicts if one.refusal} == {code}
    assert found.dates[0].others[0].id == place.other_desk
    assert states(await plan(connection, place.host, weekly(place.desk, monday))) == ["free"] * 4


async def test_buffers_of_both_are_kept(
    connection: Connection, place: Place, resident: Person, outsider: Person, monday: date
) -> None:
    await make_override(connection, place.space_id, None, place.desk, buffer_after_minutes=30)
    await book_resource(connection, outsider, place.desk, period_on(monday, "08:00", "09:00"))
    await book_resource(connection, outsider, place.desk, period_on(monday + WEEK, "12:15", "13:00"))
    await book_resource(connection, outsider, place.desk, period_on(monday + 2 * WEEK, "12:30", "13:00"))
    found = await plan(connection, resident, weekly(place.desk, monday))
    assert states(found) == ["conflict", "conflict", "free", "free"]


async def test_whole_days_are_as_long_as_each_day(
    connection: Connection, place: Place, resident: Person, monday: date
) -> None:
    await make_override(connection, place.space_id, "desk", unit="half_day")
    await connection.execute("UPDATE opening_hours SET closes = 14 * 60 WHERE weekday = 2")
    wish = weekly(place.desk, monday, 4, "08:00", "18:00", weekdays=(1, 2))
    _series, bookings = await booked_series(connection, resident, wish)
    assert local(bookings) == ["30.08. 08:00-18:00", "31.08. 08:00-14:00", "06.09. 08:00-18:00", "07.09. 08:00-14:00"]


async def test_local_times_stay_when_the_clocks_change(connection: Connection, resident: Person) -> None:
    space_id = await make_space(connection, name="Nachtcafé", horizon_days=730, shortest_minutes=15)
    await open_daily(connection, space_id, 0, 24 * 60)
    desk = await make_desk(connection, space_id)
    with time_machine.travel(datetime(2027, 1, 4, tzinfo=UTC), tick=True):
        autumn = weekly(desk, date(2027, 10, 24), 3, "02:30", "04:00")
        _series, bookings = await booked_series(connection, resident, autumn)
        assert local(bookings) == ["24.10. 02:30-04:00", "31.10. 02:30-04:00", "07.11. 02:30-04:00"]
        assert [one.end - one.start for one in bookings] == [timedelta(hours=hours) for hours in (1.5, 2.5, 1.5)]
        spring = weekly(desk, date(2027, 3, 21), 2, "02:30", "04:00")
        found = await plan(connection, resident, spring)
        assert [one.refusal.code if one.refusal else "" for one in found.dates][1] == "rule-skipped-hour"
        around = weekly(desk, date(2027, 3, 14), 3, "01:30", "04:00")
        _series, bookings = await booked_series(connection, resident, around)
        assert local(bookings) == ["14.03. 01:30-04:00", "21.03. 01:30-04:00", "28.03. 01:30-04:00"]
        assert [one.end - one.start for one in bookings] == [timedelta(hours=hours) for hours in (2.5, 2.5, 1.5)]


async def test_the_preview_takes_few_queries(
    connection: Connection, place: Place, resident: Person, monday: date
) -> None:
    said: list[str] = []
    await plan(connection, resident, weekly(place.desk, monday))  # the first time, asyncpg asks about types as well
    with connection.query_logger(lambda record: said.append(record.query)):
        await plan(connection, resident, weekly(place.desk, monday, 52))
        await asyncio.sleep(0)
    assert len(said) == 3


async def test_another_person_is_not_asked_for_their_series(
    connection: Connection, place: Place, resident: Person, monday: date
) -> None:
    one = await make_person(connection, "anwohner@example.org")
    await booked_series(connection, resident, weekly(place.desk, monday))
    found = await plan(connection, one, weekly(place.desk, monday))
    assert states(found) == ["conflict"] * 4
