"""What stands in the figures of a month that is over, and what does not."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from asyncpg import Range

from landbooking.database import Connection
from landbooking.spaces.hosting.closures import close_days, reopen_days
from landbooking.spaces.hosting.consequences import Decision
from landbooking.spaces.hosting.hours import Hours, set_hours
from landbooking.spaces.opening_hours import Closure, Interval
from support.hosting import Place
from support.past import DAY, LONG_AGO, as_for_years, book, figures, five_mornings, people
from support.spaces import make_desk, make_space, open_daily


@pytest.fixture
async def old(connection: Connection, place: Place) -> Place:
    return await as_for_years(connection, place)


async def test_five_persons_make_a_figure_and_four_none(
    connection: Connection, client: httpx.AsyncClient, old: Place
) -> None:
    *_four, fifth = await five_mornings(connection, old.desk)
    total = (await figures(connection, client, old))["total"]
    assert (total["booked_hours"], total["bookable_hours"], total["percent"]) == (10, 31 * 10 * 2, 2)
    await connection.execute("DELETE FROM booking WHERE person_id = $1", fifth.id)
    found = await figures(connection, client, old)
    assert found["total"]["booked_hours"] is None
    assert all(row["booked_hours"] in (None, 0) for row in (*found["hours"], *found["weekdays"], *found["resources"]))
    assert found["bookings"]["bookings"] is None


async def test_who_has_no_account_and_whose_account_is_erased_are_one_person(
    connection: Connection, client: httpx.AsyncClient, old: Place
) -> None:
    for day in range(6):
        guest = await connection.fetchval("INSERT INTO guest (code) VALUES (lpad($1, 6, '1')) RETURNING id", str(day))
        await book(connection, old.desk, None, day=day, guest_id=guest)
        await book(connection, old.other_desk, None, day=day)
    assert (await figures(connection, client, old))["total"]["booked_hours"] is None
    for person in await people(connection, 4):
        await book(connection, old.desk, person, day=10 + person.id % 7, hour=8 + person.id % 9, length=1)
    assert (await figures(connection, client, old))["total"]["booked_hours"] == 28


async def test_what_was_cancelled_or_only_asked_for_was_not_used(
    connection: Connection, client: httpx.AsyncClient, old: Place
) -> None:
    those = await five_mornings(connection, old.desk)
    for person in those:
        cancelled: dict[str, Any] = {"status": "cancelled", "cancelled_at": DAY, "ended_because": "person"}
        await book(connection, old.desk, person, hour=14, **cancelled)
        await book(connection, old.desk, person, hour=14, **{**cancelled, "ended_because": "declined"})
        await book(connection, old.desk, person, hour=14, **{**cancelled, "ended_because": "host"})
        await book(connection, old.other_desk, person, hour=8 + those.index(person), length=1, ended_because="no_show")
    found = await figures(connection, client, old)
    assert {one["outcome"]: one["bookings"] for one in found["ended"]} == {
        "used": 5,
        "no_show": 5,
        "cancelled": 5,
        "called_off": 5,
    }
    assert found["bookings"]["bookings"] == 20
    assert found["total"]["booked_hours"] == 15
    assert {one["days"]: one["bookings"] for one in found["leads"]} == {0: 0, 1: 0, 2: 20, 7: 0, 28: 0}


async def test_what_is_open_longer_than_the_rest_counts_by_itself(
    connection: Connection, client: httpx.AsyncClient, old: Place
) -> None:
    """Else the booth's sum less the evenings, when it alone is open, would be what one person did by day."""
    booth = await make_desk(connection, old.space_id, "Kabine", kind="phone_booth", created_at=LONG_AGO)
    await connection.execute(
        "INSERT INTO rule_override (space_id, resource_id, around_the_clock) VALUES ($1, $2, true)", old.space_id, booth
    )
    for day, person in enumerate(await five_mornings(connection, old.desk)):
        await book(connection, booth, person, day=day, hour=20)
    [one] = await people(connection, 1, "q")
    await book(connection, booth, one, hour=10)
    found = await figures(connection, client, old)
    assert {row["hour"] for row in found["hours"]} == set(range(8, 18))
    assert found["total"]["booked_hours"] == 10
    assert [row["booked_hours"] for row in found["resources"] if row["resource"] == "Kabine"] == [12]


async def test_a_desk_that_is_blacked_out_on_a_weekday_is_told_only_with_another(
    connection: Connection, client: httpx.AsyncClient, old: Place
) -> None:
    """Else the first desk's sum less Saturday's would be what one person did there on all other days."""
    those = await people(connection, 6)
    for number, person in enumerate(those[:5]):
        await book(connection, old.other_desk, person, day=number % 3, hour=9 + number // 3 * 2)  # Tuesday to Thursday
        await book(connection, old.desk, person, day=4, hour=8 + number, length=1)  # Saturday
    await book(connection, old.desk, those[5], day=0, hour=14)
    sums = {row["resource"]: row["booked_hours"] for row in (await figures(connection, client, old))["resources"]}
    assert sums == {"Tisch 1": 7, "Tisch 2": 10}
    for week in range(5):
        saturday = (DAY + timedelta(days=4 - 7 + 7 * week)).replace(hour=8)
        held = Range(saturday, saturday.replace(hour=18))
        blackout = await connection.fetchval(
            "INSERT INTO blackout (space_id, period) VALUES ($1, $2) RETURNING id", old.space_id, held
        )
        await book(connection, old.other_desk, None, blackout_id=blackout, period=held, blocked=held)
    found = await figures(connection, client, old)
    assert {row["weekday"]: row["booked_hours"] for row in found["weekdays"]}[6] == 5
    assert found["total"]["booked_hours"] == 17
    assert [row["booked_hours"] for row in found["resources"]] == [None, None]
    assert [row["booked_hours"] for row in found["kinds"]] == [None]


async def test_rooms_for_video_appointments_are_in_no_figure(
    connection: Connection, client: httpx.AsyncClient, old: Place
) -> None:
    room = await make_desk(connection, old.space_id, "Raum 3", kind="telemedicine", created_at=LONG_AGO)
    screen = await make_desk(connection, old.space_id, "Leinwand", kind="equipment", created_at=LONG_AGO)
    before = await figures(connection, client, old)
    for day, person in enumerate(await people(connection, 8)):
        main = await book(connection, room, person, day=day)
        await book(connection, screen, person, day=day, part_of=main)
    assert await figures(connection, client, old) == before
    assert [row["resource"] for row in before["resources"]] == ["Tisch 1", "Tisch 2", "Leinwand"]


async def test_equipment_that_went_with_a_room_is_used_but_is_no_booking_of_its_own(
    connection: Connection, client: httpx.AsyncClient, old: Place
) -> None:
    beamer = await make_desk(connection, old.space_id, "Beamer", kind="equipment", created_at=LONG_AGO)
    for day, person in enumerate(await people(connection, 5)):
        main = await book(connection, old.desk, person, day=day)
        await book(connection, beamer, person, day=day, part_of=main)
    found = await figures(connection, client, old)
    assert found["bookings"]["bookings"] == 5
    assert found["total"]["booked_hours"] == 10
    assert {row["resource"]: row["booked_hours"] for row in found["resources"]} == {
        "Tisch 1": 10,
        "Tisch 2": 0,
        "Beamer": 10,
    }


async def test_what_is_booked_outside_the_hours_is_an_exception_beside_them(
    connection: Connection, client: httpx.AsyncClient, old: Place
) -> None:
    those = await five_mornings(connection, old.desk)
    await book(connection, old.other_desk, those[0], hour=17, length=3)
    assert (await figures(connection, client, old))["total"]["booked_hours"] == 11


async def test_hours_and_closures_count_as_they_stood(
    connection: Connection, client: httpx.AsyncClient, old: Place
) -> None:
    """What a host changes today does not change a month that is over."""
    await connection.execute("UPDATE opening_hours SET since = '2020-01-01'")
    await connection.execute(
        "INSERT INTO closure (space_id, days, since) VALUES ($1, '[2025-05-30,2025-06-01)', '2020-01-01')", old.space_id
    )
    await five_mornings(connection, old.desk)
    before = await figures(connection, client, old)
    assert before["total"]["bookable_hours"] == 29 * 10 * 2
    never = Hours((Interval(1, 600, 660),), False)
    await set_hours(connection, old.host, old.space_id, never, "", Decision())
    closure_id = await connection.fetchval("SELECT id FROM closure")
    await reopen_days(connection, old.space_id, closure_id)
    await close_days(connection, old.host, [old.space_id], Closure(DAY.date(), DAY.date()), Decision())
    assert await figures(connection, client, old) == before


async def test_a_space_that_goes_takes_its_former_hours_along(connection: Connection, place: Place) -> None:
    space_id = await make_space(connection, name="Kurzes Leben")
    await open_daily(connection, space_id)
    await connection.execute("UPDATE opening_hours SET since = '2020-01-01' WHERE space_id = $1", space_id)
    await connection.execute("DELETE FROM opening_hours WHERE space_id = $1 AND weekday = 1", space_id)
    assert await connection.fetchval("SELECT count(*) FROM former_opening_hours WHERE space_id = $1", space_id) == 1
    await connection.execute("DELETE FROM space WHERE id = $1", space_id)
    assert not await connection.fetchval("SELECT count(*) FROM former_opening_hours WHERE space_id = $1", space_id)


async def test_new_is_who_had_never_been_there(connection: Connection, client: httpx.AsyncClient, old: Place) -> None:
    those = await five_mornings(connection, old.desk)
    for number, person in enumerate(those):
        await book(connection, old.desk, person, day=-60 + number)
    for number, person in enumerate(await people(connection, 6, "new")):
        await book(connection, old.other_desk, person, day=number)
    assert (await figures(connection, client, old))["visitors"] == {"persons": 10, "new": 5, "returning": 5}
    assert (await figures(connection, client, old, "2025-03--2025-06"))["visitors"] is None


async def test_compared_with_the_span_before(connection: Connection, client: httpx.AsyncClient, old: Place) -> None:
    those = await five_mornings(connection, old.desk)
    for number, person in enumerate(those):
        await book(connection, old.desk, person, day=-30 + number, length=4)
    found = await figures(connection, client, old)
    assert (found["before"]["booked_hours"], found["total"]["booked_hours"]) == (20, 10)
    assert found["bookings_before"]["bookings"] == 5
