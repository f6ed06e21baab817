"""What the district sees of shared rides, and what it must not."""

from datetime import timedelta

import httpx
import pytest

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.rides.ride import Ride
from landbooking.rides.statistics import Seat, publishable, shared_rides
from support.people import bearer, make_person, sign_in
from support.rides import make_ride, make_road, tomorrow
from support.spreadsheets import read_back

DAY = tomorrow() - timedelta(days=3)
MONTH = DAY.replace(day=1)


@pytest.fixture
async def ride(connection: Connection, resident: Person) -> Ride:
    return await make_ride(connection, resident, await make_road(connection), "Adorf", "Dedorf", day=DAY, seats=8)


async def ridden(connection: Connection, ride: Ride, village: str, rider: Person | None, **columns: object) -> int:
    """Ten kilometres that somebody went along from that village, as far as `columns` do not say otherwise."""
    values = {"status": "accepted", "detour_s": 0, **columns}
    seat_id: int = await connection.fetchval(
        """INSERT INTO seat_request (ride_id, day, rider_id, leg, period, pick_up_municipality, drop_off_municipality,
                                     share_cents, status, detour_s, ended_at)
           SELECT $1, $2, $3, '[0,10000)', tstzrange(now() - interval '2 days', now() - interval '47 hours'), id, id, 0,
                  $5, $6, CASE WHEN $5 = 'cancelled' THEN now() END
           FROM municipality WHERE name = $4 RETURNING id""",
        ride.id, DAY, rider.id if rider else None, village, values["status"], values["detour_s"],
    )  # fmt: skip
    return seat_id


async def people(connection: Connection, count: int, prefix: str = "p") -> list[Person]:
    return [await make_person(connection, f"{prefix}{number}@example.org") for number in range(count)]


async def seen(connection: Connection, ride: Ride) -> list[tuple[str | None, int, int]]:
    lines = await shared_rides(connection, ride.district_id, MONTH, DAY + timedelta(days=1))
    return [(line.municipality, line.rides, line.kilometres) for line in lines]


async def test_five_persons_make_a_line_and_four_none(connection: Connection, ride: Ride) -> None:
    *four, fifth = await people(connection, 5)
    for person in four:
        await ridden(connection, ride, "Adorf", person)
    assert await seen(connection, ride) == []
    await ridden(connection, ride, "Adorf", fifth)
    assert await seen(connection, ride) == [("Adorf", 5, 50)]


async def test_guests_are_one_person_since_nobody_can_tell_them_apart(connection: Connection, ride: Ride) -> None:
    for _number in range(8):
        await ridden(connection, ride, "Adorf", None)
    assert await seen(connection, ride) == []


async def test_the_few_of_several_places_are_told_together_or_not_at_all(connection: Connection, ride: Ride) -> None:
    for number, person in enumerate(await people(connection, 4)):
        await ridden(connection, ride, "Adorf" if number else "Bedorf", person)
    assert await seen(connection, ride) == []
    [another] = await people(connection, 1, "q")
    await ridden(connection, ride, "Cedorf", another)
    assert await seen(connection, ride) == [(None, 5, 50)]


async def test_what_was_not_ridden_does_not_count(connection: Connection, ride: Ride) -> None:
    five = await people(connection, 5)
    seats = [await ridden(connection, ride, "Adorf", person) for person in five]
    await connection.execute(
        "INSERT INTO ride_feedback (seat_request_id, from_driver, ridden) VALUES ($1, true, false)", seats[0]
    )
    assert await seen(connection, ride) == []
    [another] = await people(connection, 1, "q")
    await ridden(connection, ride, "Adorf", another, status="cancelled")
    assert await seen(connection, ride) == []


def test_detours_are_taken_off_and_never_leave_less_than_nothing() -> None:
    seats = [Seat(rider, 1, 10_000, 1000) for rider in range(5)]
    [line] = publishable({"Adorf": seats})
    assert line.kilograms == round((50 - 5) * 0.15)
    [line] = publishable({"Adorf": [Seat(rider, 1, 1000, 9000) for rider in range(5)]})
    assert line.kilograms == 0


async def test_staff_see_it_and_nobody_else(
    client: httpx.AsyncClient, connection: Connection, ride: Ride, outsider: Person
) -> None:
    for person in await people(connection, 5):
        await ridden(connection, ride, "Adorf", person)
    address = f"/district/rides/statistics?month={DAY:%Y-%m}"
    assert (await client.get(address)).status_code == 303
    await sign_in(connection, client, outsider)
    assert (await client.get(address)).status_code == 403
    staff = await make_person(connection, "kreis@example.org", role="staff", district_id=ride.district_id)
    await sign_in(connection, client, staff)
    answer = await client.get(address)
    assert answer.status_code == 200
    assert "Adorf" in answer.text
    table = await client.get(f"/district/rides/statistics.csv?month={DAY:%Y-%m}")
    assert read_back(table.content)[1] == [f"{DAY:%Y-%m}", "Adorf", "5", "5", "50", "8"]
    assert (await client.get(f"/district/rides/statistics?district={ride.district_id + 1}")).status_code == 403
    assert (await client.get("/district/rides/statistics?month=2001-13")).status_code == 200


async def test_programs_of_staff_read_what_the_page_tells_and_no_more(
    client: httpx.AsyncClient, connection: Connection, ride: Ride, outsider: Person
) -> None:
    address = f"/api/v1/districts/{ride.district_id}/ride-statistics"
    month = {"month": f"{DAY:%Y-%m}"}
    staff = await make_person(connection, "kreis@example.org", role="staff", district_id=ride.district_id)
    own = await bearer(connection, staff)
    *four, fifth = await people(connection, 5)
    for person in four:
        await ridden(connection, ride, "Adorf", person)
    none = {"rides": 0, "kilometres": 0, "kilograms": 0}
    told = (await client.get(address, params=month, headers=own)).json()
    assert told == {"month": month["month"], "lines": [], "total": none, "grams_per_km": 150}
    await ridden(connection, ride, "Adorf", fifth)
    told = (await client.get(address, params=month, headers=own)).json()
    five = {"rides": 5, "kilometres": 50, "kilograms": 8}
    assert (told["lines"], told["total"]) == ([{**five, "municipality": "Adorf", "persons": 5}], five)
    assert (await client.get(address, params={"month": "2001-13"}, headers=own)).status_code == 422
    assert (await client.get(address)).status_code == 401
    assert (await client.get(address, headers=await bearer(connection, outsider))).status_code == 403
    elsewhere = address.replace(f"/{ride.district_id}/", f"/{ride.district_id + 1}/")
    assert (await client.get(elsewhere, headers=own)).status_code == 403
