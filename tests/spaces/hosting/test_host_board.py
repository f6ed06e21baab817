"""The host's day and week."""

import re
from datetime import UTC, datetime, timedelta

import httpx
import pytest
import time_machine

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.spaces.hosting.board import day_board, day_period, entries_between, resources_on_board
from landbooking.spaces.space import space_by_id
from support.hosting import Place
from support.people import make_person
from support.spaces import BERLIN, day_after, make_booking, make_desk, make_space, period_on


async def test_the_day_says_who_has_what(
    connection: Connection, hosting: httpx.AsyncClient, place: Place, resident: Person
) -> None:
    named = await make_person(connection, "lehrling@example.org", name="Lehrling der Schreinerei")
    day = day_after(3)
    await make_booking(connection, resident, place.desk, period_on(day, "09:00", "12:00"))
    await make_booking(connection, named, place.other_desk, period_on(day, "10:00", "11:00"))
    text = (await hosting.get(f"/host/spaces/{place.space_id}?date={day}")).text
    assert "anwohnerin@example.org" in text
    assert "Lehrling der Schreinerei" in text
    assert "lehrling@example.org" not in text
    assert "09:00–12:00" in text
    assert "2 Buchungen" in text
    assert f"resource={place.desk}&amp;first={day}&amp;from=12%3A00&amp;last={day}&amp;to=18%3A00" in text


async def test_an_empty_day_is_kindly_said(hosting: httpx.AsyncClient, place: Place) -> None:
    assert "Noch niemand hat gebucht" in (await hosting.get(f"/host/spaces/{place.space_id}?date={day_after(3)}")).text


async def test_a_closed_day_says_why(connection: Connection, hosting: httpx.AsyncClient, place: Place) -> None:
    day = day_after(3)
    await connection.execute(
        "INSERT INTO closure (space_id, days, reason) VALUES ($1, daterange($2, $2, '[]'), 'Kerwe')",
        place.space_id,
        day,
    )
    assert "geschlossen (Kerwe)" in (await hosting.get(f"/host/spaces/{place.space_id}?date={day}")).text


async def test_a_space_without_desks_says_what_to_do(
    connection: Connection, hosting: httpx.AsyncClient, place: Place
) -> None:
    await connection.execute("DELETE FROM resource WHERE space_id = $1", place.space_id)
    text = (await hosting.get(f"/host/spaces/{place.space_id}")).text
    assert "Plätze eintragen" in text


@pytest.mark.parametrize("nonsense", ["", "gestern", "2026-13-01", "9999-12-31", "0001-01-01", "2026-12-01T10:00"])
async def test_a_day_that_is_none_shows_today(hosting: httpx.AsyncClient, place: Place, nonsense: str) -> None:
    for page in ("", "/week"):
        answer = await hosting.get(f"/host/spaces/{place.space_id}{page}", params={"date": nonsense})
        assert answer.status_code == 200
    assert "Heute, " in (await hosting.get(f"/host/spaces/{place.space_id}", params={"date": nonsense})).text


async def test_the_week_lists_bookings_by_day(
    connection: Connection, hosting: httpx.AsyncClient, place: Place, resident: Person
) -> None:
    day = day_after(8)
    await make_booking(connection, resident, place.desk, period_on(day))
    text = (await hosting.get(f"/host/spaces/{place.space_id}/week?date={day}")).text
    assert text.count("Tisch 1: anwohnerin@example.org") == 1
    assert text.count("Keine Buchungen.") == 6


async def test_every_cell_of_a_board_is_filled(connection: Connection, place: Place, resident: Person) -> None:
    day = day_after(3)
    await make_booking(connection, resident, place.desk, period_on(day, "07:15", "08:30"))
    space = await space_by_id(connection, place.space_id)
    entries = await entries_between(connection, place.space_id, day_period(space.rules, day))
    resources = await resources_on_board(connection, place.space_id, entries)
    now = datetime(day.year, day.month, day.day, 10, 20, tzinfo=BERLIN).astimezone(UTC)
    board = day_board(space, day, resources, entries, now)
    assert board is not None
    assert board.hours[0] == "07:00"
    assert board.hours[-1] == "17:00"
    assert board.now_column == 13
    kinds = [[(cell.kind, cell.span) for cell in cells] for _, cells in board.rows]
    assert kinds[0] == [("closed", 1), ("booking", 5), ("past", 7), ("open", 31)]
    assert kinds[1] == [("closed", 4), ("past", 9), ("open", 31)]


@pytest.mark.parametrize(("day", "hours"), [("2027-03-28", 23), ("2027-10-31", 25)])
async def test_the_nights_of_the_changed_clock_have_their_hours(
    connection: Connection, place: Place, day: str, hours: int
) -> None:
    await connection.execute("UPDATE opening_hours SET opens = 0, closes = 1440 WHERE space_id = $1", place.space_id)
    space = await space_by_id(connection, place.space_id)
    shown = datetime.fromisoformat(day).date()
    resources = await resources_on_board(connection, place.space_id, [])
    board = day_board(space, shown, resources, [], datetime(2027, 1, 1, tzinfo=UTC))
    assert board is not None
    assert len(board.hours) == hours
    assert all(sum(cell.span for cell in cells) == hours * 4 for _, cells in board.rows)


async def test_a_retired_desk_stays_on_the_board_while_it_is_booked(
    connection: Connection, hosting: httpx.AsyncClient, place: Place, resident: Person
) -> None:
    day = day_after(3)
    await make_booking(connection, resident, place.desk, period_on(day))
    await connection.execute("UPDATE resource SET retired_at = now() WHERE id = $1", place.desk)
    text = (await hosting.get(f"/host/spaces/{place.space_id}?date={day}")).text
    assert "ausgemustert" in text
    assert f"resource={place.desk}&amp;" not in text
    following = (await hosting.get(f"/host/spaces/{place.space_id}?date={day + timedelta(days=1)}")).text
    assert "ausgemustert" not in following


async def test_a_booking_says_whom_to_write_to(
    connection: Connection, hosting: httpx.AsyncClient, place: Place, resident: Person
) -> None:
    booking_id = await make_booking(connection, resident, place.desk, period_on(day_after(3)))
    text = (await hosting.get(f"/host/spaces/{place.space_id}/bookings/{booking_id}")).text
    assert "mailto:anwohnerin@example.org" in text
    other = await make_space(connection, name="Nachbarraum")
    assert (await hosting.get(f"/host/spaces/{other}/bookings/{booking_id}")).status_code == 403


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ("checked_in_at = now()", "ist da"),
        ("checked_in_at = NULL", "noch nicht da"),
        ("ended_because = 'person'", "früher gegangen"),
        ("ended_because = 'no_show'", "nicht gekommen"),
    ],
)
async def test_the_board_says_who_has_come_in_word_and_shape(
    connection: Connection,
    hosting: httpx.AsyncClient,
    place: Place,
    resident: Person,
    change: str,
    word: str,
) -> None:
    await connection.execute("UPDATE space SET checkin_minutes = 15")
    noon = datetime.now(BERLIN).replace(hour=11, minute=50, second=0, microsecond=0)
    booking_id = await make_booking(connection, resident, place.desk, period_on(noon.date(), "12:00", "14:00"))
    await make_booking(connection, resident, place.other_desk, period_on(noon.date(), "15:00", "16:00"))
    await connection.execute(f"UPDATE booking SET {change} WHERE id = $1", booking_id)  # noqa: S608 of this test
    with time_machine.travel(noon, tick=False):
        text = (await hosting.get(f"/host/spaces/{place.space_id}")).text
    words = {"ist da", "noch nicht da", "früher gegangen", "nicht gekommen"}
    assert {each for each in words if each in text} == {word}
    line = re.findall(r'<a class="board-line kind-booking".*?</a>', text, re.DOTALL)
    assert [f"gebucht, {word}" in each for each in line] == [True, False]
    legend = re.findall(r'<li class="legend-kind kind-booking">(.*?)</li>', text, re.DOTALL)
    assert re.findall("<svg.*?</svg>", legend[1]) == re.findall("<svg.*?</svg>", line[0])
    assert re.findall("<svg.*?</svg>", legend[0]) == re.findall("<svg.*?</svg>", line[1])


async def test_where_nobody_checks_in_and_in_discreet_rooms_nothing_is_said_of_it(
    connection: Connection, hosting: httpx.AsyncClient, place: Place, resident: Person
) -> None:
    noon = datetime.now(BERLIN).replace(hour=11, minute=50, second=0, microsecond=0)
    await make_booking(connection, resident, place.desk, period_on(noon.date(), "12:00", "14:00"))
    room = await make_desk(connection, place.space_id, "Raum 3", kind="telemedicine")
    talk = await make_booking(connection, resident, room, period_on(noon.date(), "12:00", "14:00"))
    await connection.execute("UPDATE booking SET checked_in_at = now() WHERE id = $1", talk)
    with time_machine.travel(noon, tick=False):
        text = (await hosting.get(f"/host/spaces/{place.space_id}")).text
    assert not {each for each in ("ist da", "noch nicht da") if each in text}
