"""Journeys for other operators, held against the standard's own description where that is at hand."""

from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from jsonschema import Draft4Validator
from ruamel.yaml import YAML

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.rides.covoiturage.representations import WEEKDAYS
from landbooking.rides.ride import Ride
from landbooking.rides.timetable import Days, weekly
from support.people import make_person
from support.project import ROOT
from support.rides import VILLAGES, Road, instant, make_ride, tomorrow
from support.spaces import day_after

STANDARD = ROOT.parent / "shared" / "data" / "standard-covoiturage.yaml"
DAILY = weekly(dict.fromkeys(range(1, 8), 7 * 60))


def between(start: str, end: str, at: datetime, **more: Any) -> dict[str, str]:
    """The query for a journey from one village to another."""
    asked = {
        "departureLat": 49.5, "departureLng": VILLAGES[start], "arrivalLat": 49.5, "arrivalLng": VILLAGES[end],
        "departureDate": int(at.timestamp()), **more,
    }  # fmt: skip
    return {name: str(value) for name, value in asked.items() if value is not None}


def regularly(start: str, end: str, clock: str, **more: Any) -> dict[str, str]:
    return between(start, end, instant(tomorrow(), 7), departureDate=None, departureTimeOfDay=clock, **more)


def check(path: str, answer: httpx.Response) -> list[dict[str, Any]]:
    """What came, after the standard's description of that path has found nothing wrong with it."""
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()
    if STANDARD.exists():
        described = YAML(typ="safe", pure=True).load(STANDARD)
        schema = described["paths"][path]["get"]["responses"][200]["content"]["application/json"]["schema"]
        Draft4Validator({**schema, "components": described["components"]}).validate(found)
    return found


async def make_wish(connection: Connection, person: Person, road: Road, days: str, **columns: Any) -> int:
    start, end = road.places.named("Adorf"), road.places.named("Cedorf")
    values = {"by_arrival": False, "at": 7 * 60, "women_only": False, **columns}
    wish_id: int = await connection.fetchval(
        """INSERT INTO ride_wish (person_id, from_municipality, to_municipality, days, by_arrival, at, women_only)
           VALUES ($1, $2, $3, $4::text::daterange, $5, $6, $7) RETURNING id""",
        person.id, start.municipality_id, end.municipality_id, days, *values.values(),
    )  # fmt: skip
    return wish_id


async def commute(connection: Connection, driver: Person, road: Road, **terms: Any) -> Ride:
    return await make_ride(connection, driver, road, "Adorf", "Bedorf", "Dedorf", **terms)


async def test_a_ride_is_found_by_the_standards_words(
    client: httpx.AsyncClient, connection: Connection, resident: Person, road: Road
) -> None:
    ride = await commute(connection, resident, road, seats=3, share_cents=150)
    answer = await client.get(
        "/covoiturage/driver_journeys", params=between("Adorf", "Dedorf", instant(tomorrow(), 7, 5))
    )
    [journey] = check("/driver_journeys", answer)
    assert journey["passengerPickupDate"] == instant(tomorrow(), 7).timestamp()
    assert (journey["passengerPickupLat"], journey["passengerPickupLng"]) == (49.5, VILLAGES["Adorf"])
    assert journey["passengerDropAddress"] == "Dedorf"
    assert journey["webUrl"].endswith(f"/rides/{ride.id}?day={tomorrow()}")
    assert (journey["availableSeats"], journey["price"]) == (3, {"type": "PAYING", "amount": 1.5, "currency": "EUR"})
    assert journey["duration"] == pytest.approx(ride.destination.at_s, abs=2)
    for secret in (resident.email, "Anwohnerin"):
        assert secret not in answer.text


@pytest.mark.parametrize(
    ("start", "end", "minutes", "more"),
    [
        ("Adorf", "Dedorf", 30, {}),
        ("Adorf", "Dedorf", -30, {}),
        ("Dedorf", "Adorf", 0, {}),
        ("Adorf", "Dedorf", 30, {"timeDelta": 1700}),
        ("Adorf", "Dedorf", 0, {"count": 0}),
    ],
)
async def test_what_is_not_asked_for_is_not_found(
    client: httpx.AsyncClient, connection: Connection, resident: Person, road: Road, start: str, end: str, minutes: int,
    more: dict[str, int],
) -> None:  # fmt: skip
    await commute(connection, resident, road, detour_minutes=0)
    at = instant(tomorrow(), 7) + timedelta(minutes=minutes)
    params = between(start, end, at, **more)
    assert check("/driver_journeys", await client.get("/covoiturage/driver_journeys", params=params)) == []


async def test_times_and_radius_are_as_wide_as_asked(
    client: httpx.AsyncClient, connection: Connection, resident: Person, road: Road
) -> None:
    await commute(connection, resident, road, detour_minutes=0)
    off_the_road = between("Adorf", "Dedorf", instant(tomorrow(), 12), departureLat=49.52, timeDelta=6 * 3600)
    found = (await client.get("/covoiturage/driver_journeys", params=off_the_road)).json()
    assert found == [], "two kilometres away"
    wide = {**off_the_road, "departureRadius": "3"}
    [journey] = check("/driver_journeys", await client.get("/covoiturage/driver_journeys", params=wide))
    assert journey["departureToPickupWalkingDistance"] == pytest.approx(2224, abs=5)


async def test_seats_that_are_taken_are_not_offered(
    client: httpx.AsyncClient, connection: Connection, resident: Person, outsider: Person, road: Road
) -> None:
    ride = await commute(connection, resident, road, seats=2)
    await connection.execute(
        """INSERT INTO seat_request (ride_id, day, rider_id, leg, period, pick_up_municipality, drop_off_municipality,
                                     share_cents, status)
           SELECT $1, $2, $3, int4range(0, $4), tstzrange(now(), now() + interval '1 hour'), id, id, 0, 'accepted'
           FROM municipality WHERE name = 'Adorf'""",
        ride.id, tomorrow(), outsider.id, ride.destination.at_m,
    )  # fmt: skip
    params = between("Adorf", "Dedorf", instant(tomorrow(), 7))
    [journey] = (await client.get("/covoiturage/driver_journeys", params=params)).json()
    assert journey["availableSeats"] == 1


async def test_regular_trips_have_their_next_runs(
    client: httpx.AsyncClient, connection: Connection, resident: Person, road: Road
) -> None:
    await commute(connection, resident, road)  # once: no regular trip
    ride = await commute(connection, resident, road, days=Days(tomorrow()), departs=DAILY)
    weekdays = [WEEKDAYS[day_after(more).weekday()] for more in (1, 2)]  # two weeks have two of each from tomorrow on
    params = regularly("Adorf", "Dedorf", "07:05:00", departureWeekdays=",".join(weekdays))
    answer = await client.get("/covoiturage/driver_regular_trips", params=params)
    [trip] = check("/driver_regular_trips", answer)
    assert {schedule["passengerPickupDay"] for schedule in trip["schedules"]} == set(weekdays)
    assert {schedule["passengerPickupTimeOfDay"] for schedule in trip["schedules"]} == {"07:00:00"}
    assert {len(schedule["journeySchedules"]) for schedule in trip["schedules"]} == {2}
    assert trip["webUrl"].endswith(f"/rides/{ride.id}")
    limited = {**params, "maxDepartureDate": str(int(instant(tomorrow(), 0).timestamp()))}
    assert (await client.get("/covoiturage/driver_regular_trips", params=limited)).json() == []


async def test_wishes_are_passengers(
    client: httpx.AsyncClient, connection: Connection, resident: Person, road: Road
) -> None:
    day = tomorrow()
    once = await make_wish(connection, resident, road, f"[{day},{day}]")
    often = await make_wish(connection, resident, road, f"[{day},)", by_arrival=True, at=7 * 60 + 15)
    await make_wish(connection, resident, road, f"[{day},{day}]", women_only=True)
    params = between("Adorf", "Cedorf", instant(day, 7))
    answer = await client.get("/covoiturage/passenger_journeys", params=params)
    found = check("/passenger_journeys", answer)
    assert {journey["passenger"]["id"] for journey in found} == {f"wish-{once}", f"wish-{often}"}
    assert resident.email not in answer.text
    trips = regularly("Adorf", "Cedorf", "07:00")
    [trip] = check("/passenger_regular_trips", await client.get("/covoiturage/passenger_regular_trips", params=trips))
    assert trip["passenger"]["id"] == f"wish-{often}"
    assert len(trip["schedules"]) == 7


async def test_rides_for_women_only_are_not_told(client: httpx.AsyncClient, connection: Connection, road: Road) -> None:
    driver = await make_person(connection, "fahrerin@example.org")
    await commute(connection, driver, road, women_only=True)
    params = between("Adorf", "Dedorf", instant(tomorrow(), 7))
    assert (await client.get("/covoiturage/driver_journeys", params=params)).json() == []


@pytest.mark.parametrize(
    ("path", "params", "blamed"),
    [
        ("driver_journeys", {}, "departureLat"),
        ("driver_journeys", {"departureLat": "north"}, "departureLat"),
        ("driver_journeys", {"departureDate": "99999999999999999999"}, "departureDate"),
        ("driver_journeys", {"timeDelta": "-1"}, "timeDelta"),
        ("driver_journeys", {"departureLat": "nan"}, "departureLat"),
        ("driver_regular_trips", {"departureTimeOfDay": "25:00"}, "departureTimeOfDay"),
        ("driver_regular_trips", {"departureTimeOfDay": "07:00", "departureWeekdays": "MO"}, "departureWeekdays"),
        ("passenger_journeys", {"arrivalRadius": "1000"}, "arrivalRadius"),
        ("passenger_regular_trips", {"minDepartureDate": "x"}, "minDepartureDate"),
    ],
)
async def test_nonsense_is_a_bad_request_that_says_why(
    client: httpx.AsyncClient, road: Road, path: str, params: dict[str, str], blamed: str
) -> None:
    asked = between("Adorf", "Dedorf", instant(tomorrow(), 7), departureTimeOfDay="07:00") if params else {}
    answer = await client.get(f"/covoiturage/{path}", params={**asked, **params})
    assert answer.status_code == 400
    assert blamed in answer.json()["error"]


async def test_it_says_that_it_works(client: httpx.AsyncClient, connection: Connection) -> None:
    assert (await client.get("/covoiturage/status")).status_code == 200


async def test_exact_places_stay_here(
    client: httpx.AsyncClient, connection: Connection, resident: Person, road: Road
) -> None:
    await connection.execute(
        """UPDATE ride_stop SET exact_place = 'Canary', exact_lat = 49.51234, exact_lon = 7.31234
           WHERE ride_id = $1""",
        (await commute(connection, resident, road)).id,
    )
    answer = await client.get("/covoiturage/driver_journeys", params=between("Adorf", "Dedorf", instant(tomorrow(), 7)))
    assert len(answer.json()) == 1
    assert "Canary" not in answer.text
    assert "1234" not in answer.text
