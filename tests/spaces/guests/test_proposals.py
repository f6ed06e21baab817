"""What the counter's form proposes before anything was typed: when somebody is there, and what is free first."""

import re
from datetime import date, datetime
from typing import Any

import httpx
import pytest
import time_machine

from landbooking.accounts.person import Person
from landbooking.database import Connection
from support.hosting import Place
from support.people import sign_in
from support.spaces import BERLIN, make_booking, make_desk, make_override, period_on

# In Rhineland-Palatinate Friday 1 October 2027 is a workday; 31 October (a Sunday) and 1 November are days off.
FRIDAY = date(2027, 10, 1)


@pytest.fixture(autouse=True)
async def _hours(connection: Connection, client: httpx.AsyncClient, place: Place) -> None:
    """Open from Monday to Friday but not on public holidays; a car is to be had around the clock."""
    await sign_in(connection, client, place.host)
    await connection.execute("UPDATE space SET open_on_public_holidays = false, horizon_days = 730")
    await connection.execute("DELETE FROM opening_hours WHERE weekday > 5")
    await make_desk(connection, place.space_id, "Auto", kind="vehicle")
    await make_desk(connection, place.space_id, "Beamer", kind="equipment")
    await make_desk(connection, place.space_id, "Besprechung", kind="meeting_room")
    await make_override(connection, place.space_id, "vehicle", around_the_clock=True)


async def proposed(client: httpx.AsyncClient, place: Place, clock: str, day: date = FRIDAY, **query: Any) -> list[str]:
    """Day, from, to, and what is chosen if anything is, at that time in Berlin."""
    with time_machine.travel(datetime.fromisoformat(f"{day} {clock}").replace(tzinfo=BERLIN), tick=False):
        form = await client.get(f"/counter/spaces/{place.space_id}/bookings/new", params=query)
    assert form.status_code == 200, form.text
    values = [re.findall(rf'name="{name}"[^>]* value="([^"]*)"', form.text)[0] for name in ("date", "start", "end")]
    return [*values, *re.findall(r'<option value="\d+" selected[^>]*>([^<]*)', form.text)]


@pytest.mark.parametrize(
    ("clock", "expected"),
    [
        ("03:30", ["2027-10-01", "08:00", "10:00"]),
        ("10:07", ["2027-10-01", "10:00", "12:00"]),
        ("16:50", ["2027-10-01", "16:45", "17:45"]),  # until it closes there is no more than an hour
        ("17:31", ["2027-10-01", "17:30", "18:00"]),
        ("17:59", ["2027-10-04", "08:00", "10:00"]),
        ("23:59", ["2027-10-04", "08:00", "10:00"]),
    ],
)
async def test_the_next_time_when_it_is_open(
    client: httpx.AsyncClient, place: Place, clock: str, expected: list[str]
) -> None:
    assert await proposed(client, place, clock) == [*expected, "Tisch 1: frei"]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2027, 10, 3), "2027-10-04"),  # a Sunday
        (date(2027, 11, 1), "2027-11-02"),  # All Saints' Day, a Monday
        (date(2027, 12, 24), "2027-12-24"),  # a Friday
        (date(2027, 12, 25), "2027-12-27"),
    ],
)
async def test_days_off_are_passed_over(client: httpx.AsyncClient, place: Place, day: date, expected: str) -> None:
    hour = "10:00" if f"{day}" == expected else "08:00"
    assert (await proposed(client, place, "10:00", day))[:2] == [expected, hour]


async def test_from_the_day_on_that_the_board_shows(client: httpx.AsyncClient, place: Place) -> None:
    for shown, expected in (("2027-10-07", "2027-10-07"), ("2027-10-09", "2027-10-11"), ("2027-09-01", "2027-10-01")):
        assert (await proposed(client, place, "03:30", date=shown))[:2] == [expected, "08:00"]
    assert (await proposed(client, place, "03:30", date="next week"))[:2] == ["2027-10-01", "08:00"]
    assert (await proposed(client, place, "03:30", date="2031-01-07"))[:2] == ["2031-01-07", "08:00"]  # too far ahead


async def test_no_lead_and_longest_rules_as_for_who_stands_there(
    connection: Connection, client: httpx.AsyncClient, place: Place
) -> None:
    await make_override(connection, place.space_id, "desk", lead_minutes=24 * 60, shortest_minutes=60)
    assert (await proposed(client, place, "10:07"))[:3] == ["2027-10-01", "10:00", "12:00"]
    await make_override(connection, place.space_id, "meeting_room", unit="day")
    await connection.execute("UPDATE resource SET retired_at = now() WHERE kind = 'desk'")
    assert (await proposed(client, place, "10:07"))[:3] == ["2027-10-04", "08:00", "18:00"]


async def test_what_is_free_comes_first_by_kind(
    connection: Connection, client: httpx.AsyncClient, place: Place, resident: Person
) -> None:
    await make_booking(connection, resident, place.desk, period_on(FRIDAY, "10:00", "12:00"))
    assert (await proposed(client, place, "10:00"))[1:] == ["10:00", "12:00", "Tisch 2: frei"]
    await make_booking(connection, resident, place.other_desk, period_on(FRIDAY, "10:00", "12:00"))
    assert (await proposed(client, place, "10:00"))[1:] == ["10:00", "12:00", "Besprechung: frei"]
    with time_machine.travel(datetime(2027, 10, 1, 10, tzinfo=BERLIN), tick=False):
        form = await client.get(f"/counter/spaces/{place.space_id}/bookings/new")
    assert re.findall(r'<option value="\d+"[^>]*>([^<]*)', form.text) == [
        "Besprechung: frei", "Auto: frei", "Beamer: frei", "Tisch 1: belegt", "Tisch 2: belegt",
    ]  # fmt: skip


async def test_times_that_were_typed_stay_and_a_car_is_to_be_had_then(
    connection: Connection, client: httpx.AsyncClient, place: Place
) -> None:
    typed: dict[str, Any] = {"date": "2027-10-02", "start": "03:30", "end": "05:30"}
    assert await proposed(client, place, "02:00", **typed) == ["2027-10-02", "03:30", "05:30", "Auto: frei"]
    await connection.execute("UPDATE resource SET retired_at = now() WHERE kind <> 'vehicle'")
    assert await proposed(client, place, "03:30") == ["2027-10-01", "03:30", "05:30", "Auto: frei"]


async def test_when_all_is_taken_the_next_free_time(
    connection: Connection, client: httpx.AsyncClient, place: Place, resident: Person
) -> None:
    for row in await connection.fetch("SELECT id FROM resource WHERE kind IN ('desk', 'meeting_room')"):
        await make_booking(connection, resident, row["id"], period_on(FRIDAY, "08:00", "13:30"))
    assert await proposed(client, place, "10:00") == ["2027-10-01", "13:30", "15:30", "Tisch 1: frei"]
