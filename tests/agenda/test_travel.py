"""A desk and the way to it: rides that fit a booking, and both asked for in one go."""

import asyncio
import re
from collections import Counter
from typing import Any

import httpx
import pytest

from landbooking.accounts.person import Person, person_by_email, person_by_id
from landbooking.agenda.basket import PartRefused, book_together
from landbooking.agenda.feed import create_feed
from landbooking.database import Connection, Pool
from landbooking.rides.refusals import RideFull
from landbooking.rides.seats import request_seats
from landbooking.spaces.refusals import DeskTaken
from support.journeys import MORNING, Village, basket, counted, make_village, wish
from support.people import make_person, sign_in
from support.races import outcome, overlaps
from support.rides import make_ride, tomorrow
from support.spaces import make_booking


async def test_a_booking_shows_rides_that_arrive_before_and_leave_after(
    client: httpx.AsyncClient, connection: Connection
) -> None:
    village = await make_village(connection)
    late = await make_ride(connection, await make_person(connection, "zu@spaet.example"), village.road, "Adorf",
                           "Dedorf", minutes=9 * 60)  # fmt: skip
    booking_id = await make_booking(connection, village.person, village.desk, MORNING)
    await sign_in(connection, client, village.person)
    assert f"/bookings/{booking_id}/rides" in (await client.get(f"/bookings/{booking_id}")).text
    text = (await client.get(f"/bookings/{booking_id}/rides")).text
    assert f"/rides/{village.there.id}?" in text
    assert f"/rides/{village.back.id}?" in text
    assert f"/rides/{late.id}?" not in text
    assert re.search(r"/rides/new\?from=Adorf&amp;to=Dedorf&amp;date=[\d-]+&amp;time=08%3A30", text)


async def test_from_another_place_and_from_nowhere(client: httpx.AsyncClient, connection: Connection) -> None:
    village = await make_village(connection)
    booking_id = await make_booking(connection, village.person, village.desk, MORNING)
    await sign_in(connection, client, village.person)
    text = (await client.get(f"/bookings/{booking_id}/rides", params={"from": "Cedorf"})).text
    assert "Cedorf" in text
    answer = await client.get(f"/bookings/{booking_id}/rides", params={"from": "Xanadu"})
    assert answer.status_code == 422
    assert "Xanadu" in answer.text


async def test_of_others_bookings_nothing_is_shown(
    client: httpx.AsyncClient, connection: Connection, outsider: Person
) -> None:
    village = await make_village(connection)
    booking_id = await make_booking(connection, village.person, village.desk, MORNING)
    address = f"/bookings/{booking_id}/rides"
    assert (await client.get(address)).status_code == 303
    await sign_in(connection, client, outsider)
    assert (await client.get(address)).status_code == 404


async def posted(client: httpx.AsyncClient, village: Village) -> httpx.Response:
    """The form as the page has it, sent without a change: the first ride each way is chosen."""
    query: dict[str, Any] = {"resource": village.desk, "date": f"{tomorrow()}", "start": "09:00", "end": "12:00"}
    form = (await client.get("/journeys/new", params=query)).text
    chosen = dict(re.findall(r'name="(there|back)" value="([^"]+)" checked', form))
    assert set(chosen) == {"there", "back"}
    [key] = re.findall(r'name="key" value="([^"]+)"', form)
    return await client.post("/journeys", data={**query, **chosen, "key": key, "pick_up_place": "Am Bach 1"})


async def test_desk_and_rides_are_booked_in_one_go(client: httpx.AsyncClient, connection: Connection) -> None:
    village = await make_village(connection)
    await sign_in(connection, client, village.person)
    assert (await posted(client, village)).status_code == 303
    assert await connection.fetchval("SELECT count(*) FROM booking WHERE status = 'confirmed'") == 1
    seats = await connection.fetch("SELECT ride_id, status, asked_with, pick_up_place FROM seat_request ORDER BY id")
    assert [(seat["ride_id"], seat["status"]) for seat in seats] == [
        (village.there.id, "accepted"),
        (village.back.id, "accepted"),
    ]
    assert len({seat["asked_with"] for seat in seats}) == 1
    assert [seat["pick_up_place"] for seat in seats] == ["Am Bach 1", ""]


@pytest.mark.parametrize("part", ["desk", "there", "back"])
async def test_where_one_part_is_gone_nothing_is_kept_and_the_part_is_named(
    client: httpx.AsyncClient, connection: Connection, outsider: Person, part: str
) -> None:
    village = await make_village(connection)
    await sign_in(connection, client, village.person)
    query: dict[str, Any] = {"resource": village.desk, "date": f"{tomorrow()}", "start": "09:00", "end": "12:00"}
    form = (await client.get("/journeys/new", params=query)).text
    chosen = dict(re.findall(r'name="(there|back)" value="([^"]+)" checked', form))
    if part == "desk":
        await make_booking(connection, outsider, village.desk, MORNING)
    else:
        ride = village.there if part == "there" else village.back
        await request_seats(connection, outsider, [wish(village, ride)])
    before = await counted(connection)
    answer = await client.post("/journeys", data={**query, **chosen})
    assert answer.status_code == 409
    named = {"desk": "Der Platz", "there": "Die Hinfahrt", "back": "Die Rückfahrt"}[part]
    assert f"{named} geht nicht:" in answer.text
    assert await counted(connection) == before


async def test_nonsense_books_nothing(client: httpx.AsyncClient, connection: Connection) -> None:
    village = await make_village(connection)
    await sign_in(connection, client, village.person)
    query: dict[str, Any] = {"resource": village.desk, "date": f"{tomorrow()}", "start": "09:00", "end": "12:00"}
    for there in ("", "x", "1.2026-13-40.1-0.2-0", f"999999.{tomorrow()}.1-0.2-0"):
        answer = await client.post("/journeys", data={**query, "there": there})
        assert answer.status_code in (404, 409, 422), there
    assert (await client.get("/journeys/new")).status_code == 422
    assert (await client.get("/journeys/new", params={**query, "resource": 999_999})).status_code == 404
    assert await connection.fetchval("SELECT count(*) FROM booking") == 0


async def twenty_baskets(pool: Pool, seats: int = 1) -> Counter[object]:
    """With one desk, and one car each way with so many seats."""
    async with pool.acquire() as connection:
        village = await make_village(connection, seats=seats)
        people = [await make_person(connection, f"anwohner{number}@example.org") for number in range(20)]

    async def ask(person: Person) -> None:
        async with pool.acquire() as connection, connection.transaction():
            await book_together(connection, await person_by_id(connection, person.id), basket(village))

    return Counter(await asyncio.gather(*(outcome(ask(person)) for person in people)))


async def test_of_twenty_baskets_one_gets_all_and_the_others_nothing(pool: Pool) -> None:
    assert await twenty_baskets(pool) == {"done": 1, PartRefused: 19}
    assert await pool.fetchval("SELECT count(*) FROM booking WHERE status = 'confirmed'") == 1
    assert await pool.fetchval("SELECT count(*) FROM seat_request WHERE status = 'accepted'") == 2


async def test_without_the_constraint_several_would(pool: Pool) -> None:
    """Of the desk; what guards the seats has its own control in tests/races."""
    await pool.execute("ALTER TABLE booking DROP CONSTRAINT booking_no_overlap")
    assert (await twenty_baskets(pool, seats=8))["done"] > 1
    assert await overlaps(pool) > 0


def test_a_part_keeps_what_its_refusal_says() -> None:
    assert PartRefused("there", RideFull()).status == 409
    assert PartRefused("desk", DeskTaken("/")).code == DeskTaken.code


async def test_a_day_has_desk_and_rides_in_their_order(client: httpx.AsyncClient, connection: Connection) -> None:
    village = await make_village(connection)
    await sign_in(connection, client, village.person)
    assert "nichts vor" in (await client.get(f"/my-day?date={tomorrow()}")).text
    await posted(client, village)
    text = (await client.get(f"/my-day?date={tomorrow()}")).text
    lines = re.findall(r'class="row-title" href="(/[a-z/]+)\d+">', text)
    assert lines == ["/rides/seats/", "/bookings/", "/rides/seats/"]
    assert (await client.get("/my-day?date=nonsense")).status_code == 200
    driver = await person_by_email(connection, "fahrerin@example.org")
    assert driver is not None
    await sign_in(connection, client, driver)
    text = (await client.get(f"/my-day?date={tomorrow()}")).text
    assert re.findall(r'class="row-title" href="(/[a-z/]+)\d+">', text) == ["/rides/seats/"] * 2


async def test_calendars_of_both_have_the_ride(client: httpx.AsyncClient, connection: Connection) -> None:
    village = await make_village(connection)
    await sign_in(connection, client, village.person)
    await posted(client, village)
    for address, entries in (("anwohnerin@example.org", 3), ("fahrerin@example.org", 2)):
        person = await person_by_email(connection, address)
        assert person is not None
        token = await create_feed(connection, person)
        feed = (await client.get(f"/calendar/{token}.ics")).text
        assert feed.count("BEGIN:VEVENT") == entries
        assert "Am Bach 1" not in feed, "a calendar is shown to many"
