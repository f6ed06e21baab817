"""Carpools as Amarillo's model takes them: each rule of it that is written down in its source, checked here."""

import re
from datetime import date, timedelta
from typing import Any

import httpx
import msgspec

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.rides.exports.amarillo import MOST_EXCEPTIONS, WEEKDAYS, carpools
from landbooking.rides.exports.services import HORIZON
from landbooking.rides.offering import PlannedStop, offer_ride
from landbooking.rides.ride import ExactPlace, Ride, ride_by_id
from landbooking.rides.timetable import Days, Timetable, weekly
from support.rides import Road, make_ride, make_road, plan, tomorrow

BASE = "https://buchen.example.org"
MONDAY = date(2026, 11, 30)
STOP_ID = re.compile(r"([a-zA-Z]{2,8}):\d+:\d+(:\d*(:\w+)?)?|ch:\d+:sloid:\d+(:\d*(:\w+)?)?|osm:[nwr]\d+|\w+:\w+")


async def offered(connection: Connection, driver: Person, road: Road, **terms: Any) -> Ride:
    offer = plan(road, "Adorf", "Bedorf, Mitfahrbank", "Dedorf", **terms)
    return await offer_ride(connection, driver, offer)


def check(carpool: dict[str, Any]) -> None:
    """models/Carpool.py: what is required, and in which form."""
    assert re.fullmatch(r"[a-zA-Z0-9_-]{1,256}", carpool["id"])
    assert re.fullmatch(r"[a-zA-Z0-9]{1,20}", carpool["agency"])
    assert carpool["deeplink"].startswith("https://")
    assert 2 <= len(carpool["stops"]) <= 100
    for stop in carpool["stops"]:
        assert STOP_ID.fullmatch(stop["id"])
        assert 1 <= len(stop["name"]) <= 256
        assert stop["pickup_dropoff"] in ("pickup_and_dropoff", "only_pickup", "only_dropoff")
        for name in ("departureTime", "arrivalTime"):
            assert name not in stop or re.fullmatch(r"\d\d:[0-5]\d(:[0-5]\d)?", stop[name])
    assert re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", carpool["departureTime"])
    if isinstance(carpool["departureDate"], list):
        assert set(carpool["departureDate"]) <= set(WEEKDAYS)
    else:
        date.fromisoformat(carpool["departureDate"])
    assert len(carpool.get("exceptionDates", [])) <= 90


async def test_a_ride_that_runs_once(connection: Connection, resident: Person) -> None:
    ride = await offered(connection, resident, await make_road(connection), day=MONDAY, minutes=23 * 60 + 50)
    [carpool] = carpools(ride, MONDAY, BASE)
    check(carpool)
    assert carpool["departureDate"] == "2026-11-30"
    assert carpool["departureTime"] == "23:50"
    assert carpool["deeplink"] == f"{BASE}/rides/{ride.id}"
    first, bench, last = carpool["stops"]
    assert (first["pickup_dropoff"], last["pickup_dropoff"]) == ("only_pickup", "only_dropoff")
    assert "arrivalTime" not in first
    assert last["arrivalTime"].startswith("24:"), "arrives after midnight of the same day of service"
    assert bench["id"].startswith("meetingpoint:")
    assert carpool["path"]["coordinates"][0] == [7.30, 49.5]


async def test_times_that_differ_by_weekday_are_several_carpools(connection: Connection, resident: Person) -> None:
    road = await make_road(connection)
    ride = await offered(connection, resident, road, days=Days(MONDAY), departs=weekly({1: 420, 2: 420, 5: 480}))
    early, late = carpools(ride, MONDAY, BASE)
    check(early)
    check(late)
    assert (early["departureTime"], early["departureDate"]) == ("07:00", ["monday", "tuesday"])
    assert (late["departureTime"], late["departureDate"]) == ("08:00", ["friday"])
    assert early["id"] != late["id"]


async def test_days_without_the_ride_are_exceptions(connection: Connection, resident: Person) -> None:
    road = await make_road(connection)
    ride = await offered(
        connection, resident, road, days=Days(MONDAY), departs=weekly({4: 420, 5: 420}), not_on_holidays=True
    )
    await connection.execute(
        "INSERT INTO ride_exception VALUES ($1, '2026-12-03', NULL), ($1, '2026-12-10', 500)", ride.id
    )
    await connection.execute("INSERT INTO ride_pause VALUES ($1, '[2026-12-17,2026-12-19)')", ride.id)
    regular, other_time = carpools(await ride_by_id(connection, ride.id), MONDAY, BASE)
    removed = [exception["date"] for exception in regular["exceptionDates"]]
    assert removed[:6] == ["2026-12-03", "2026-12-10", "2026-12-17", "2026-12-18", "2026-12-25", "2027-01-01"]
    assert {exception["exceptionType"] for exception in regular["exceptionDates"]} == {"removed"}
    assert (other_time["departureDate"], other_time["departureTime"]) == ("2026-12-10", "08:20")


async def test_a_ride_with_an_end_says_so_by_exceptions_or_day_by_day(connection: Connection, resident: Person) -> None:
    """A carpool has no last day: no planner may send somebody to a ride that is over."""
    road = await make_road(connection)
    soon_over = Days(MONDAY, MONDAY + timedelta(days=13))
    once_a_week = await offered(connection, resident, road, days=soon_over, departs=weekly({1: 420}))
    daily = await offered(connection, resident, road, days=soon_over, departs=(420,) * 7)
    [weekly_one] = carpools(once_a_week, MONDAY, BASE)
    assert len(weekly_one["exceptionDates"]) <= MOST_EXCEPTIONS
    assert runs(weekly_one) == ["2026-11-30", "2026-12-07"]
    each_day = carpools(daily, MONDAY, BASE)
    assert [carpool["departureDate"] for carpool in each_day] == [
        f"{MONDAY + timedelta(days=number)}" for number in range(14)
    ]
    assert len({carpool["id"] for carpool in each_day}) == 14


async def test_every_run_is_told_and_no_other(connection: Connection, resident: Person) -> None:
    """Whatever the timetable, what a planner expands is what the timetable says."""
    road = await make_road(connection)
    tables: list[dict[str, Any]] = [
        {"days": Days(MONDAY), "departs": weekly({1: 400, 2: 410, 3: 400}), "only_school_days": True},
        {"days": Days(MONDAY + timedelta(days=40)), "departs": (500,) * 7, "not_on_holidays": True},
        {"days": Days(MONDAY, MONDAY + timedelta(days=100)), "departs": weekly({6: 1200, 7: 1300})},
    ]
    for terms in tables:
        ride = await offered(connection, resident, road, **terms)
        told = sorted(day for carpool in carpools(ride, MONDAY, BASE) for day in runs(carpool))
        assert told == expected(ride.timetable)


async def test_the_address_shows_no_person_and_no_exact_place(
    client: httpx.AsyncClient, connection: Connection, resident: Person
) -> None:
    road = await make_road(connection)
    offer = plan(road, "Adorf", "Dedorf", note="Canary 1")
    start = PlannedStop(offer.stops[0].place, ExactPlace("Canary 2", 49.51234, 7.31234))
    await offer_ride(connection, resident, msgspec.structs.replace(offer, stops=(start, offer.stops[1])))
    await make_ride(connection, resident, road, "Adorf", "Cedorf", women_only=True)
    answer = await client.get("/export/amarillo.json")
    assert answer.status_code == 200
    [carpool] = answer.json()["data"]
    assert [stop["name"] for stop in carpool["stops"]] == ["Adorf", "Dedorf"]
    for secret in ("Canary", "49.51234", "7.31234", resident.email):
        assert secret not in answer.text
    again = await client.get("/export/amarillo.json", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


async def test_what_is_over_is_not_told(client: httpx.AsyncClient, connection: Connection, resident: Person) -> None:
    road = await make_road(connection)
    ride = await make_ride(connection, resident, road, "Adorf", "Dedorf")
    await connection.execute("UPDATE ride SET ended_at = now() WHERE id = $1", ride.id)
    await make_ride(connection, resident, road, "Adorf", "Cedorf", day=tomorrow() - timedelta(days=3))
    assert (await client.get("/export/amarillo.json")).json() == {"data": []}


def runs(carpool: dict[str, Any]) -> list[str]:
    """The days on which a planner that knows only the carpool would expect it, as far as planners look."""
    if isinstance(carpool["departureDate"], str):
        return [carpool["departureDate"]]
    removed = {exception["date"] for exception in carpool.get("exceptionDates", [])}
    days = [MONDAY + timedelta(days=number) for number in range(HORIZON.days + 1)]
    wanted = [day for day in days if WEEKDAYS[day.weekday()] in carpool["departureDate"]]
    return [f"{day}" for day in wanted if f"{day}" not in removed]


def expected(timetable: Timetable) -> list[str]:
    return [f"{day}" for day, _departure in timetable.runs(MONDAY, HORIZON.days + 1)]
