"""The feeds for journey planners: what the validator says, and that both say what the timetable says."""

import asyncio
import csv
import io
import subprocess
import sys
import zipfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from google.transit import gtfs_realtime_pb2 as transit

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.rides.exports import gtfs, realtime
from landbooking.rides.exports.services import HORIZON, public_rides
from landbooking.rides.offering import offer_ride
from landbooking.rides.ride import Ride, ride_by_id
from landbooking.rides.timetable import Days, weekly
from landbooking.settings import Settings
from support.rides import Road, make_ride, plan
from support.spaces import BERLIN

MONDAY = date(2026, 11, 30)
NOON = datetime(2026, 11, 30, 11, tzinfo=UTC)
LONG_AGO = NOON - timedelta(days=30)


@pytest.fixture
def public_settings(settings: Settings) -> Settings:
    return msgspec.structs.replace(settings, base_url="https://buchen.example.org", contact="hilfe@example.org")


async def commute(connection: Connection, driver: Person, road: Road, **terms: Any) -> Ride:
    """Mondays to Thursdays at 7, Fridays at 8, not on holidays; offered long ago."""
    offer = plan(
        road,
        "Adorf",
        "Bedorf, Mitfahrbank",
        "Dedorf",
        days=Days(MONDAY),
        departs=weekly({1: 420, 2: 420, 3: 420, 4: 420, 5: 480}),
        not_on_holidays=True,
        **terms,
    )
    ride = await offer_ride(connection, driver, offer)
    await connection.execute("UPDATE ride SET created_at = $2, changed_at = $2 WHERE id = $1", ride.id, LONG_AGO)
    return await ride_by_id(connection, ride.id)


def tables(packed: bytes) -> dict[str, list[dict[str, str]]]:
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        return {
            name: list(csv.DictReader(io.StringIO(archive.read(name).decode(), newline="")))
            for name in archive.namelist()
        }


async def test_the_validator_finds_no_error(
    connection: Connection, resident: Person, road: Road, public_settings: Settings, tmp_path: Path
) -> None:
    ride = await commute(connection, resident, road, carries=("bicycle",))
    await make_ride(connection, resident, road, "Cedorf", "Adorf", day=MONDAY, minutes=23 * 60 + 50)
    await connection.execute("INSERT INTO ride_exception VALUES ($1, '2026-12-02', 615)", ride.id)
    packed = gtfs.feed(await public_rides(connection, MONDAY), MONDAY, public_settings)
    (tmp_path / "gtfs.zip").write_bytes(packed)
    notices = await asyncio.to_thread(validate, tmp_path)
    warned = {notice["code"] for notice in notices if notice["severity"] != "INFO"}
    assert warned <= {"unexpected_enum_value", "duplicate_route_name"}, "1551, and two times on one way, are meant"


def validate(folder: Path) -> list[dict[str, Any]]:
    """What the validator has to say about the folder's gtfs.zip; that there is no error, it says itself."""
    command: list[Any] = [
        Path(sys.executable).with_name("gtfs-validator"),
        "-i",
        "gtfs.zip",
        "-o",
        "report",
        "-d",
        str(MONDAY),
    ]
    done = subprocess.run([*command, "--fail-on-error"], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    notices: list[dict[str, Any]] = msgspec.json.decode((folder / "report" / "report.json").read_bytes())["notices"]
    return notices


async def test_the_feed_runs_when_the_timetable_says(
    connection: Connection, resident: Person, road: Road, public_settings: Settings
) -> None:
    ride = await commute(connection, resident, road)
    await connection.execute(
        "INSERT INTO ride_exception VALUES ($1, '2026-12-02', 615), ($1, '2026-12-03', NULL)", ride.id
    )
    await connection.execute("INSERT INTO ride_pause VALUES ($1, '[2026-12-07,2026-12-12)')", ride.id)
    found = tables(gtfs.feed(await public_rides(connection, MONDAY), MONDAY, public_settings))
    ride = await ride_by_id(connection, ride.id)
    told = sorted(run for calendar in found["calendar.txt"] for run in expanded(calendar, found))
    wanted = [
        (f"{day:%Y%m%d}", f"{departure.astimezone(BERLIN):%H:%M:%S}")
        for day, departure in ride.timetable.runs(MONDAY, HORIZON.days + 1)
    ]
    assert told == wanted


def expanded(calendar: dict[str, str], found: dict[str, list[dict[str, str]]]) -> list[tuple[str, str]]:
    """Day and departure of each run, as a planner that knows GTFS only reads them."""
    names = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    id_ = calendar["service_id"]
    removed = {row["date"] for row in found["calendar_dates.txt"] if row["service_id"] == id_}
    first, last = (datetime.strptime(calendar[name], "%Y%m%d").date() for name in ("start_date", "end_date"))  # noqa: DTZ007
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    running = [f"{day:%Y%m%d}" for day in days if calendar[names[day.weekday()]] == "1"]
    departure = next(row["departure_time"] for row in found["stop_times.txt"] if row["trip_id"] == id_)
    return [(day, departure) for day in running if day not in removed]


async def test_everybody_asks_before_and_nobody_gets_out_at_the_start(
    client: httpx.AsyncClient, connection: Connection, resident: Person, road: Road
) -> None:
    ride = await commute(connection, resident, road)
    answer = await client.get("/export/gtfs.zip")
    assert answer.headers["content-type"] == "application/zip"
    found = tables(answer.content)
    times = [row for row in found["stop_times.txt"] if row["trip_id"] == f"landbooking:{ride.id}-1"]
    assert [(row["pickup_type"], row["drop_off_type"]) for row in times] == [("3", "1"), ("3", "3"), ("1", "3")]
    assert {row["timepoint"] for row in times} == {"0"}
    rules = {row["booking_rule_id"]: row for row in found["booking_rules.txt"]}
    assert all(rules[row["pickup_booking_rule_id"]]["booking_url"].endswith(f"/rides/{ride.id}") for row in times)
    assert {row["route_type"] for row in found["routes.txt"]} == {"1551"}
    assert resident.email.encode() not in answer.content


async def updates(connection: Connection, settings: Settings) -> dict[tuple[str, str], Any]:
    """Trip updates by trip and day, as another program reads them."""
    message = transit.FeedMessage()
    message.ParseFromString(realtime.feed(await realtime.rides_to_update(connection, NOON), NOON, settings))
    assert message.header.gtfs_realtime_version == "2.0"
    found = {(one.trip_update.trip.trip_id, one.trip_update.trip.start_date): one.trip_update for one in message.entity}
    assert len(found) == len(message.entity)
    return found


def relations(found: dict[tuple[str, str], Any], kind: Any) -> set[tuple[str, str]]:
    return {key for key, update in found.items() if update.trip.schedule_relationship == kind}


async def test_what_planners_know_is_not_told_again(
    connection: Connection, resident: Person, road: Road, public_settings: Settings
) -> None:
    await commute(connection, resident, road)
    assert await updates(connection, public_settings) == {}


async def test_exceptions_and_pauses_are_cancelled_and_a_day_of_its_own_is_added(
    connection: Connection, resident: Person, road: Road, public_settings: Settings
) -> None:
    ride = await commute(connection, resident, road)
    await connection.execute(
        "INSERT INTO ride_exception VALUES ($1, '2026-12-02', 615), ($1, '2026-12-03', NULL)", ride.id
    )
    await connection.execute("INSERT INTO ride_pause VALUES ($1, '[2026-12-08,2026-12-09)')", ride.id)
    found = await updates(connection, public_settings)
    cancelled = relations(found, transit.TripDescriptor.CANCELED)
    regular = f"landbooking:{ride.id}-1"
    assert {day for trip, day in cancelled if trip == regular} == {"20261202", "20261203", "20261208"}
    [added] = relations(found, transit.TripDescriptor.ADDED)
    assert added == (f"landbooking:{ride.id}-20261202", "20261202")
    first, *_rest, last = found[added].stop_time_update
    assert datetime.fromtimestamp(first.departure.time, BERLIN) == datetime(2026, 12, 2, 10, 15, tzinfo=BERLIN)
    assert last.arrival.time > first.departure.time
    assert last.arrival.uncertainty == 600


async def test_a_new_ride_is_added_with_amarillos_fields(
    connection: Connection, resident: Person, road: Road, public_settings: Settings
) -> None:
    ride = await commute(connection, resident, road)
    await connection.execute("UPDATE ride SET created_at = $2, changed_at = $2 WHERE id = $1", ride.id, NOON)
    found = await updates(connection, public_settings)
    added = relations(found, transit.TripDescriptor.ADDED)
    assert len(added) == 10, "two weeks of workdays"
    update = found[min(added)]
    carpool = {field.name: value for field, value in update.trip.ListFields() if field.number == 1013}["trip"]
    assert carpool.route_url == f"https://buchen.example.org/rides/{ride.id}"
    assert carpool.route_type == 1551
    bytes_of_first = update.stop_time_update[0].stop_time_properties.SerializeToString()
    assert bytes_of_first == bytes([0xAA, 0x3F, 4, 0x08, 3, 0x10, 1]), "field 1013: pick-up 3, drop-off 1"


async def test_a_changed_ride_gets_its_new_times_and_what_it_was_is_cancelled(
    connection: Connection, resident: Person, road: Road, public_settings: Settings
) -> None:
    ride = await commute(connection, resident, road)
    departs = list(weekly({1: 450, 2: 450, 3: 450, 4: 460, 5: 460}))
    await connection.execute(
        "UPDATE ride SET departs = $2, version = 2, changed_at = $3 WHERE id = $1", ride.id, departs, NOON
    )
    found = await updates(connection, public_settings)
    told = relations(found, transit.TripDescriptor.SCHEDULED)
    assert (f"landbooking:{ride.id}-1", "20261201") in told
    assert (f"landbooking:{ride.id}-4", "20261203") in told
    cancelled = relations(found, transit.TripDescriptor.CANCELED)
    assert (f"landbooking:{ride.id}-1", "20261203") in cancelled, "on Thursdays it was the service of Monday"
    assert (f"landbooking:{ride.id}-5", "20261204") in cancelled, "on Fridays it was one of its own"


async def test_a_ride_that_ended_is_cancelled_until_everybody_knows(
    client: httpx.AsyncClient, connection: Connection, resident: Person, road: Road, public_settings: Settings
) -> None:
    ride = await commute(connection, resident, road)
    await connection.execute("UPDATE ride SET ended_at = $2 WHERE id = $1", ride.id, NOON - timedelta(hours=1))
    found = await updates(connection, public_settings)
    assert relations(found, transit.TripDescriptor.CANCELED) == set(found)
    assert (f"landbooking:{ride.id}-1", "20261201") in found
    await connection.execute("UPDATE ride SET ended_at = $2 WHERE id = $1", ride.id, NOON - timedelta(hours=50))
    assert await updates(connection, public_settings) == {}
    answer = await client.get("/export/gtfs-rt")
    assert answer.headers["content-type"] == "application/x-protobuf"
