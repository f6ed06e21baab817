"""Changing and cancelling one date of a series, it and those that follow, or all."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.errors import NotFound, Stale
from landbooking.spaces.booking import cancel_booking, move_booking
from landbooking.spaces.bookings import Booking, bookings_in_series
from landbooking.spaces.refusals import BookingCancelled, BookingOver, DeskGone, TooLateToChange
from landbooking.spaces.series.change import Move, MoveConflicts, Scope, Which, cancel_dates, move_dates
from landbooking.spaces.series.series import Series, series_of
from support.hosting import Place
from support.series import booked_series, weekly
from support.spaces import BERLIN, make_booking, make_desk, make_override, make_space, period_on

WEEK = timedelta(days=7)
LATER = Move(time(13), time(15))


@pytest.fixture
async def booked(connection: Connection, place: Place, resident: Person, monday: date) -> tuple[Series, list[Booking]]:
    return await booked_series(connection, resident, weekly(place.desk, monday))


async def standing(connection: Connection, series: Series) -> list[str]:
    found = await bookings_in_series(connection, series.id)
    return [f"{one.start.astimezone(BERLIN):%d.%m. %H}" for one in found if one.status == "confirmed"]


@pytest.mark.parametrize(
    ("scope", "left"),
    [("one", ["30.08. 09", "13.09. 09", "20.09. 09"]), ("following", ["30.08. 09"]), ("all", [])],
)
async def test_dates_are_cancelled(
    connection: Connection,
    resident: Person,
    booked: tuple[Series, list[Booking]],
    scope: Scope,
    left: list[str],
) -> None:
    series, bookings = booked
    await cancel_dates(connection, resident, Which(series.id, bookings[1].id, scope))
    assert await standing(connection, series) == left
    waiting = "SELECT count(*) FROM outbox WHERE template LIKE '%reminder' AND withdrawn_at IS NULL"
    assert await connection.fetchval(waiting) == 2 * len(left)


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        ("one", ["30.08. 09", "06.09. 13", "13.09. 09", "20.09. 09"]),
        ("following", ["30.08. 09", "06.09. 13", "13.09. 13", "20.09. 13"]),
        ("all", ["30.08. 13", "06.09. 13", "13.09. 13", "20.09. 13"]),
    ],
)
async def test_dates_are_moved(
    connection: Connection,
    place: Place,
    resident: Person,
    booked: tuple[Series, list[Booking]],
    scope: Scope,
    expected: list[str],
) -> None:
    series, bookings = booked
    moved = await move_dates(
        connection, resident, Which(series.id, bookings[1].id, scope), Move(time(13), time(15), place.other_desk)
    )
    assert await standing(connection, series) == expected
    assert {one.resource_id for one in moved} == {place.other_desk}
    assert (await series_of(connection, resident, series.id)).version == 1 + len(moved)
    again = Which(series.id, bookings[1].id, scope)
    if scope != "one":
        assert await move_dates(connection, resident, again, Move(time(13), time(15), place.other_desk)) == []


async def test_a_move_that_does_not_fit_somewhere_moves_nothing_until_that_may_stay(
    connection: Connection, place: Place, resident: Person, outsider: Person, booked: tuple[Series, list[Booking]]
) -> None:
    series, bookings = booked
    await make_booking(connection, outsider, place.desk, period_on(date(2027, 9, 6), "14:00", "16:00"))
    which = Which(series.id, bookings[0].id, "all")
    with pytest.raises(MoveConflicts) as conflicts:
        await move_dates(connection, resident, which, LATER)
    assert [one.booking.id for one in conflicts.value.conflicts] == [bookings[1].id]
    assert list(conflicts.value.fields) == ["2027-09-06"]
    assert (await standing(connection, series))[0] == "30.08. 09"
    await move_dates(connection, resident, which, Move(time(13), time(15), None, {bookings[1].id}))
    assert await standing(connection, series) == ["30.08. 13", "06.09. 09", "13.09. 13", "20.09. 13"]


async def test_dates_may_take_each_others_place(connection: Connection, place: Place, resident: Person) -> None:
    """Their own time is in nobody's way, however close they follow each other."""
    await make_override(connection, place.space_id, "desk", buffer_after_minutes=240)
    await connection.execute("UPDATE opening_hours SET opens = 0, closes = 24 * 60")
    wish = weekly(place.desk, date(2027, 8, 30), 4, "00:00", "10:00", repeats="daily")
    series, bookings = await booked_series(connection, resident, wish)
    which = Which(series.id, bookings[0].id, "all")
    for start, end in (("10:00", "20:00"), ("00:00", "10:00"), ("09:00", "19:00")):
        await move_dates(connection, resident, which, Move(time.fromisoformat(start), time.fromisoformat(end)))
    assert await standing(connection, series) == ["30.08. 09", "31.08. 09", "01.09. 09", "02.09. 09"]


async def test_the_quota_is_judged_over_all_moved_dates(
    connection: Connection, place: Place, resident: Person, booked: tuple[Series, list[Booking]]
) -> None:
    series, bookings = booked
    await make_override(connection, place.space_id, "desk", weekly_minutes=240)
    which = Which(series.id, bookings[0].id, "all")
    await move_dates(connection, resident, which, Move(time(9), time(13)))
    with pytest.raises(MoveConflicts) as conflicts:
        await move_dates(connection, resident, which, Move(time(9), time(14)))
    assert len(conflicts.value.conflicts) == 4


async def test_what_has_begun_or_is_too_late_stays(
    connection: Connection, place: Place, resident: Person, booked: tuple[Series, list[Booking]]
) -> None:
    series, bookings = booked
    await make_override(connection, place.space_id, "desk", cancel_minutes=3 * 24 * 60)
    with time_machine.travel(datetime(2027, 9, 5, 8, tzinfo=UTC), tick=True):
        with pytest.raises(BookingOver):
            await cancel_dates(connection, resident, Which(series.id, bookings[0].id, "following"))
        with pytest.raises(TooLateToChange):
            await move_dates(connection, resident, Which(series.id, bookings[1].id, "following"), LATER)
        await cancel_dates(connection, resident, Which(series.id, bookings[1].id, "all"))
        assert await standing(connection, series) == ["30.08. 09", "06.09. 09"]
        with pytest.raises(TooLateToChange):
            await cancel_dates(connection, resident, Which(series.id, bookings[0].id, "all"))
        with pytest.raises(BookingCancelled):
            await move_dates(connection, resident, Which(series.id, bookings[2].id, "following"), LATER)
    with time_machine.travel(datetime(2027, 9, 25, 8, tzinfo=UTC), tick=True), pytest.raises(BookingOver):
        await cancel_dates(connection, resident, Which(series.id, bookings[0].id, "all"))


async def test_a_stale_click_changes_nothing(
    connection: Connection, resident: Person, booked: tuple[Series, list[Booking]]
) -> None:
    series, bookings = booked
    await cancel_booking(connection, resident, bookings[3].id)
    with pytest.raises(Stale):
        await cancel_dates(connection, resident, Which(series.id, bookings[0].id, "all", series.version))
    with pytest.raises(Stale):
        await move_dates(connection, resident, Which(series.id, bookings[0].id, "all", series.version), LATER)
    assert len(await cancel_dates(connection, resident, Which(series.id, bookings[0].id, "all", 2))) == 3


@pytest.mark.parametrize("scope", ["one", "following", "all"])
async def test_what_is_cancelled_already_stays_as_it_is(
    connection: Connection, resident: Person, booked: tuple[Series, list[Booking]], scope: Scope
) -> None:
    """Also by a second click on the same form, which names the version before; no mail goes out for it."""
    series, bookings = booked
    which = Which(series.id, bookings[0].id, scope, series.version)
    await cancel_dates(connection, resident, which)
    before = await bookings_in_series(connection, series.id), await connection.fetchval("SELECT count(*) FROM outbox")
    await cancel_dates(connection, resident, which)
    after = await bookings_in_series(connection, series.id), await connection.fetchval("SELECT count(*) FROM outbox")
    assert after == before
    assert len(await standing(connection, series)) == (3 if scope == "one" else 0)
    with time_machine.travel(datetime(2027, 12, 1, tzinfo=UTC), tick=True):  # nor when it is long over
        if scope != "one":
            assert await cancel_dates(connection, resident, which) == []


async def test_what_has_begun_or_was_cancelled_in_part_is_refused_as_before(
    connection: Connection, resident: Person, booked: tuple[Series, list[Booking]]
) -> None:
    series, bookings = booked
    await cancel_booking(connection, resident, bookings[1].id)
    with pytest.raises(BookingCancelled):
        await cancel_dates(connection, resident, Which(series.id, bookings[1].id, "following"))
    await cancel_dates(connection, resident, Which(series.id, bookings[2].id, "following"))
    with time_machine.travel(datetime(2027, 8, 31, tzinfo=UTC), tick=True):
        assert await cancel_dates(connection, resident, Which(series.id, bookings[0].id, "all")) == []
        with pytest.raises(BookingOver):
            await cancel_dates(connection, resident, Which(series.id, bookings[0].id, "following"))


@pytest.mark.parametrize("scope", ["one", "following", "all"])
async def test_another_persons_series_is_not_there(
    connection: Connection,
    place: Place,
    resident: Person,
    outsider: Person,
    booked: tuple[Series, list[Booking]],
    scope: Scope,
) -> None:
    series, bookings = booked
    for person in (outsider, place.host):
        with pytest.raises(NotFound):
            await cancel_dates(connection, person, Which(series.id, bookings[0].id, scope))
        with pytest.raises(NotFound):
            await move_dates(connection, person, Which(series.id, bookings[0].id, scope), LATER)
    other, others = await booked_series(connection, outsider, weekly(place.other_desk, date(2027, 8, 30)))
    for which in (Which(series.id, others[0].id, scope), Which(10**9, bookings[0].id, scope)):
        with pytest.raises(NotFound):
            await cancel_dates(connection, resident, which)
    assert len(await standing(connection, series)) == len(await standing(connection, other)) == 4


async def test_a_series_stays_in_its_space(
    connection: Connection, resident: Person, booked: tuple[Series, list[Booking]]
) -> None:
    series, bookings = booked
    elsewhere = await make_desk(connection, await make_space(connection, name="Rathaus"))
    with pytest.raises(DeskGone):
        await move_dates(connection, resident, Which(series.id, bookings[0].id, "all"), Move(resource_id=elsewhere))


async def test_a_date_that_was_moved_to_another_day_keeps_that_day(
    connection: Connection, resident: Person, booked: tuple[Series, list[Booking]]
) -> None:
    series, bookings = booked
    await move_booking(connection, resident, bookings[1].id, None, None, period_on(date(2027, 9, 8), "10:00", "11:00"))
    await move_dates(connection, resident, Which(series.id, bookings[0].id, "all"), LATER)
    assert await standing(connection, series) == ["30.08. 13", "08.09. 13", "13.09. 13", "20.09. 13"]
