"""Shared vehicles for journey planners: what the validator says, what it does not look at, what nobody may learn."""

import asyncio
import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import msgspec
import pytest

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.period import Period
from landbooking.settings import Settings
from landbooking.spaces.booking import book_resource
from landbooking.spaces.gbfs import FILES, Version, gbfs_file, names_in
from landbooking.spaces.hosting.consequences import hit_by_rules
from landbooking.spaces.hosting.rules import set_override
from landbooking.spaces.opening_hours import OpeningRules, RuleBroken
from landbooking.spaces.overrides import Override
from landbooking.spaces.refusals import DeskGone
from landbooking.spaces.space import space_by_id
from landbooking.spaces.stations import read_stations
from landbooking.spaces.tariffs.prices import set_tariff
from landbooking.spaces.tariffs.tariff import Tariff, price_of
from landbooking.spaces.vehicle_prices import segments
from support.people import make_person, sign_in
from support.spaces import (
    day_after,
    make_booking,
    make_desk,
    make_host,
    make_override,
    make_space,
    open_daily,
    period_on,
)

NOON = datetime(2026, 12, 2, 11, tzinfo=UTC)  # 12 o'clock in Kusel, a Wednesday
HOUR = timedelta(hours=1)


class Fleet(NamedTuple):
    space_id: int
    car: int
    bike: int


@pytest.fixture
async def fleet(connection: Connection) -> Fleet:
    space_id = await make_space(connection)
    await open_daily(connection, space_id)
    car = await make_desk(connection, space_id, "E-Auto", kind="vehicle")
    bike = await make_desk(connection, space_id, "Lastenrad", kind="vehicle")
    await make_desk(connection, space_id, "Anhänger", kind="vehicle")  # which its host has not described
    await connection.execute(
        """INSERT INTO vehicle (resource_id, form_factor, propulsion, max_range_metres, current_range_metres, doors,
                                equipment)
           VALUES ($1, 'car', 'electric', 300000, 120000, 5, '{child_seat_b}'),
                  ($2, 'cargo_bicycle', 'human', NULL, NULL, NULL, '{}')""",
        car,
        bike,
    )
    return Fleet(space_id, car, bike)


async def files(
    connection: Connection, settings: Settings, now: datetime = NOON, version: Version = "3.1-RC3"
) -> dict[str, Any]:
    stations = await read_stations(connection, now)
    return {name: gbfs_file(settings, stations, now, name, version) for name in names_in(version)}


def vehicles(found: dict[str, Any], name: str = "vehicle_status") -> dict[str, dict[str, Any]]:
    """By type, of which each has one here."""
    return {one["vehicle_type_id"].split("-")[0]: one for one in found[name]["data"]["vehicles"]}


def validate(folder: Path) -> tuple[int, Any]:
    validator = Path(sys.executable).with_name("gbfs-validator")
    options = ["--docked", "--free-floating", "--fail-on-error"]
    done = subprocess.run([validator, "--url", folder, *options], capture_output=True, text=True, check=False)
    return done.returncode, json.loads(done.stdout)


@pytest.mark.parametrize("version", ["3.0", "3.1-RC3"])
@pytest.mark.parametrize("empty", [False, True])
async def test_the_validator_finds_nothing(
    connection: Connection, settings: Settings, fleet: Fleet, tmp_path: Path, empty: bool, version: Version
) -> None:
    if empty:
        await connection.execute("DELETE FROM vehicle")
    await set_tariff(connection, fleet.space_id, Tariff(resource_id=fleet.car, hour_cents=500, day_cents=4200))
    local = msgspec.structs.replace(settings, base_url=tmp_path.as_uri())
    folder = tmp_path / "gbfs" / ("3.0" if version == "3.0" else "")
    folder.mkdir(parents=True)
    for name, file in (await files(connection, local, version=version)).items():
        (folder / f"{name}.json").write_text(json.dumps(file))
    status, report = await asyncio.to_thread(validate, folder)
    assert (status, report["summary"]["errorsCount"]) == (0, 0), [
        file for file in report["files"] if file.get("hasErrors")
    ]
    assert report["summary"]["version"] == {"detected": version, "validated": version}
    assert {file["file"] for file in report["files"] if file["exists"]} == {
        f"{name}.json" for name in names_in(version)
    }
    assert ("vehicle_availability" in names_in(version)) == (version == "3.1-RC3")


async def test_plans_say_what_vehicles_cost(connection: Connection, settings: Settings, fleet: Fleet) -> None:
    found = await files(connection, settings)
    assert [plan["plan_id"] for plan in found["system_pricing_plans"]["data"]["plans"]] == ["free"]
    await set_tariff(connection, fleet.space_id, Tariff(resource_id=fleet.car, hour_cents=500, day_cents=4200))
    found = await files(connection, settings)
    free, car = found["system_pricing_plans"]["data"]["plans"]
    assert "per_min_pricing" not in free
    assert car["per_min_pricing"] == [
        {"start": 0, "rate": 5.0, "interval": 60, "end": 480},
        {"start": 480, "rate": 2.0, "interval": 0},
        {"start": 1440, "rate": 42.0, "interval": 1440},
    ]
    english = next(one["text"] for one in car["description"] if one["language"] == "en")
    assert english.replace("\xa0", "") == "€5.00 an hour, €42.00 a day. Whichever is cheapest counts; you pay on site."
    assert vehicles(found)["car"]["pricing_plan_id"] == car["plan_id"]
    assert vehicles(found)["cargo_bicycle"]["pricing_plan_id"] == "free"
    types = {one["form_factor"]: one["pricing_plan_ids"] for one in found["vehicle_types"]["data"]["vehicle_types"]}
    assert types == {"car": [car["plan_id"]], "cargo_bicycle": ["free"]}


@pytest.mark.parametrize(
    "tariff",
    [
        Tariff(hour_cents=500), Tariff(day_cents=4200), Tariff(half_day_cents=2500),
        Tariff(hour_cents=500, day_cents=4200), Tariff(hour_cents=100, day_cents=4200),
        Tariff(hour_cents=900, day_cents=700),
        Tariff(hour_cents=400, half_day_cents=1500, day_cents=2800),
    ],
)  # fmt: skip
def test_what_a_program_reckons_is_never_less_than_what_is_paid(tariff: Tariff) -> None:
    """And the same, where no half days are offered and the trip stays within days."""
    rules = OpeningRules("Europe/Berlin", "RP", (), around_the_clock=True)
    for minutes in (30, 60, 90, 480, 500, 720, 1440, 2880):
        start = period_on(day_after(3), "00:00", "01:00").start
        paid = price_of(tariff, rules, Period(start, start + timedelta(minutes=minutes)))
        reckoned = 0.0
        for segment in segments(tariff):
            covered = min(minutes, segment.get("end", minutes)) - segment["start"]
            if covered > 0:
                times = -(-covered // segment["interval"]) if segment["interval"] else 1
                reckoned += segment["rate"] * times
        assert round(reckoned * 100) >= paid
        if tariff.half_day_cents is None and minutes != 2880:
            assert round(reckoned * 100) == paid


async def test_a_car_at_the_door_is_had_around_the_clock(
    connection: Connection, settings: Settings, fleet: Fleet, resident: Person
) -> None:
    day = datetime.now(UTC).date() + timedelta(days=3)
    night = period_on(day, "20:00", "22:00")
    with pytest.raises(RuleBroken):
        async with connection.transaction():
            await book_resource(connection, resident, fleet.car, night)
    await set_override(connection, fleet.space_id, Override(resource_id=fleet.car, around_the_clock=True), "")
    booking = await book_resource(connection, resident, fleet.car, night)
    with pytest.raises(RuleBroken):
        async with connection.transaction():
            await book_resource(connection, resident, fleet.bike, night)
    await connection.execute(
        "INSERT INTO closure (space_id, days) VALUES ($1, daterange($2::date, $2::date, '[]'))", fleet.space_id, day
    )
    await book_resource(connection, resident, fleet.car, period_on(day, "06:00", "07:00"))
    before = (await space_by_id(connection, fleet.space_id)).rules
    shorter = msgspec.structs.replace(before, intervals=())
    hit = await hit_by_rules(connection, fleet.space_id, msgspec.structs.replace(before, closures=()), shorter)
    assert booking.id not in [one.booking_id for one in hit]  # no hours, so no change of hours


async def test_the_feed_of_a_car_at_the_door(connection: Connection, settings: Settings, fleet: Fleet) -> None:
    await make_override(connection, fleet.space_id, None, fleet.car, around_the_clock=True, horizon_days=1)
    found = await files(connection, settings, NOON + 10 * HOUR)
    [station] = found["station_status"]["data"]["stations"]
    assert station["is_renting"] is True
    [described] = found["station_information"]["data"]["stations"]
    assert described["station_opening_hours"] == "24/7"
    assert vehicles(found, "vehicle_availability")["car"]["availabilities"] == [
        {"from": "2026-12-02T21:00:00Z", "until": "2026-12-03T23:00:00Z"}
    ]
    assert (
        vehicles(found, "vehicle_availability")["cargo_bicycle"]["availabilities"][0]["from"] == "2026-12-03T07:00:00Z"
    )


async def test_every_id_that_is_named_is_there(
    connection: Connection, settings: Settings, fleet: Fleet, resident: Person
) -> None:
    await make_booking(connection, resident, fleet.car, Period(NOON, NOON + HOUR))
    other = await make_space(connection, name="Bahnhof")
    await make_desk(connection, other)
    found = await files(connection, settings)
    stations, kinds, plans, ids = (
        {row[key] for row in found[name]["data"][part]}
        for name, part, key in (
            ("station_information", "stations", "station_id"),
            ("vehicle_types", "vehicle_types", "vehicle_type_id"),
            ("system_pricing_plans", "plans", "plan_id"),
            ("vehicle_availability", "vehicles", "vehicle_id"),
        )
    )
    assert (len(stations), len(kinds), len(ids)) == (1, 2, 2)  # a space without vehicles is none
    named = list(every(found))
    for key, known in (
        ("station_id", stations),
        ("vehicle_type_id", kinds),
        ("pricing_plan_id", plans),
        ("default_pricing_plan_id", plans),
        ("vehicle_id", ids),
    ):
        values = {value for name, value in named if name == key}
        assert values
        assert values <= known, key


def every(node: Any) -> Any:
    """Name and value of every text in it."""
    if isinstance(node, dict):
        for name, value in node.items():
            yield from [(name, value)] if isinstance(value, str) else every(value)
    elif isinstance(node, list):
        for value in node:
            yield from every(value)


async def test_it_says_what_a_vehicle_is_and_when_it_is_free(
    connection: Connection, settings: Settings, fleet: Fleet, resident: Person
) -> None:
    await make_override(connection, fleet.space_id, "vehicle", horizon_days=1, buffer_after_minutes=30)
    await make_booking(connection, resident, fleet.car, Period(NOON + 2 * HOUR, NOON + 3 * HOUR))
    found = await files(connection, settings)
    car, bike = (vehicles(found)[kind] for kind in ("car", "cargo_bicycle"))
    assert (car["current_range_meters"], car["vehicle_equipment"]) == (120000, ["child_seat_b"])
    assert "current_range_meters" not in bike
    assert (car["is_reserved"], car["is_disabled"], car["available_until"]) == (False, False, "2026-12-02T12:30:00Z")
    assert bike["available_until"] == "2026-12-02T17:00:00Z"  # 18 o'clock, when the space closes
    assert vehicles(found, "vehicle_availability")["car"]["availabilities"] == [
        {"from": "2026-12-02T11:00:00Z", "until": "2026-12-02T12:30:00Z"},  # the next one needs its buffer, too
        {"from": "2026-12-02T14:00:00Z", "until": "2026-12-02T17:00:00Z"},
        {"from": "2026-12-03T07:00:00Z", "until": "2026-12-03T17:00:00Z"},
    ]
    [station] = found["station_status"]["data"]["stations"]
    assert (station["num_vehicles_available"], station["is_renting"]) == (2, True)
    [night] = (await files(connection, settings, NOON + 10 * HOUR))["station_status"]["data"]["stations"]
    assert night["is_renting"] is False
    [described] = found["station_information"]["data"]["stations"]
    assert described["station_opening_hours"].startswith("Mo 08:00-18:00; Tu 08:00-18:00")


async def test_whole_days_are_free_or_not(
    connection: Connection, settings: Settings, fleet: Fleet, resident: Person
) -> None:
    await make_override(connection, fleet.space_id, "vehicle", horizon_days=1, unit="day")
    found = vehicles(await files(connection, settings), "vehicle_availability")
    assert [one["from"] for one in found["car"]["availabilities"]] == ["2026-12-03T07:00:00Z"]
    await make_booking(connection, resident, fleet.car, period_on(NOON.date() + timedelta(days=1), "09:00", "10:00"))
    found = vehicles(await files(connection, settings), "vehicle_availability")
    assert found["car"]["availabilities"] == []


async def test_an_id_lasts_for_a_trip_and_no_longer(
    connection: Connection, settings: Settings, fleet: Fleet, resident: Person
) -> None:
    await make_booking(connection, resident, fleet.car, Period(NOON + HOUR, NOON + 2 * HOUR))

    async def car_at(hours: float) -> str | None:
        found = vehicles(await files(connection, settings, NOON + hours * HOUR))
        return found["car"]["vehicle_id"] if "car" in found else None

    before = await car_at(0)
    assert before == await car_at(0.9)
    assert await car_at(1.5) is None  # GBFS: what is under way is not listed
    after = await car_at(2)
    assert after not in (None, before)
    assert after == await car_at(9)
    other = msgspec.structs.replace(settings, secret="another secret of at least 32 letters")
    assert vehicles(await files(connection, other))["car"]["vehicle_id"] != before


async def test_what_can_not_be_had_is_marked(connection: Connection, settings: Settings, fleet: Fleet) -> None:
    await connection.execute(
        """WITH held AS (INSERT INTO blackout (space_id, period) VALUES ($1, $3) RETURNING id)
           INSERT INTO booking (resource_id, blackout_id, period, blocked) SELECT $2, id, $3, $3 FROM held""",
        fleet.space_id,
        fleet.bike,
        Period(NOON - HOUR, NOON + HOUR).range,
    )
    await connection.execute("UPDATE vehicle SET out_of_order = true WHERE resource_id = $1", fleet.car)
    found = await files(connection, settings)
    assert [one["is_disabled"] for one in vehicles(found).values()] == [True, True]
    assert vehicles(found, "vehicle_availability")["car"]["availabilities"] == []
    [station] = found["station_status"]["data"]["stations"]
    assert (station["num_vehicles_available"], station["num_vehicles_disabled"]) == (0, 2)


async def test_what_is_in_repair_can_not_be_booked(connection: Connection, fleet: Fleet, resident: Person) -> None:
    await connection.execute("UPDATE vehicle SET out_of_order = true WHERE resource_id = $1", fleet.car)
    with pytest.raises(DeskGone):
        await book_resource(connection, resident, fleet.car, period_on(datetime.now(UTC).date() + timedelta(days=3)))


async def test_what_only_staff_may_take_or_is_not_public_is_not_told(
    connection: Connection, settings: Settings, fleet: Fleet
) -> None:
    await make_override(connection, fleet.space_id, None, fleet.bike, audience="staff")
    assert set(vehicles(await files(connection, settings))) == {"car"}
    await connection.execute("UPDATE space SET published = false")
    assert vehicles(await files(connection, settings)) == {}


async def test_it_is_served_fresh_to_anybody_and_names_nobody(
    connection: Connection, client: httpx.AsyncClient, fleet: Fleet
) -> None:
    person = await make_person(connection, "kanarienvogel@example.org", name="Kanari Vogelsang")
    now = datetime.now(UTC)
    await make_booking(connection, person, fleet.car, Period(now - HOUR, now + HOUR))
    start = await client.get("/gbfs/gbfs.json")
    feeds = {feed["name"]: feed["url"] for feed in start.json()["data"]["feeds"]}
    assert set(feeds) == {"gbfs", "gbfs_versions", *FILES}
    listed = (await client.get(feeds["gbfs_versions"])).json()["data"]["versions"]
    older = (await client.get(next(one["url"] for one in listed if one["version"] == "3.0"))).json()
    feeds |= {f"3.0 {feed['name']}": feed["url"] for feed in older["data"]["feeds"]}
    for url in feeds.values():
        answer = await client.get(url)
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "application/json"
        assert answer.headers["cache-control"] == "public, max-age=60"
        assert answer.json()["ttl"] <= 300
        assert "anari" not in answer.text
    for name in ("gbfs", "elsewhere.json", "..%2fgbfs.json", "3.0/vehicle_availability.json", "4.0/gbfs.json"):
        assert (await client.get(f"/gbfs/{name}")).status_code == 404


async def test_a_host_describes_a_vehicle(
    connection: Connection, client: httpx.AsyncClient, fleet: Fleet, outsider: Person
) -> None:
    page = f"/host/spaces/{fleet.space_id}/vehicles/{fleet.bike}"
    good = {"form_factor": "cargo_bicycle", "propulsion": "electric_assist", "max_range": "60", "out_of_order": "1"}
    assert (await client.post(page, data=good)).status_code == 401
    await sign_in(connection, client, outsider)
    assert (await client.post(page, data=good)).status_code == 403
    await sign_in(connection, client, await make_host(connection, outsider, fleet.space_id))
    assert "Lastenrad" in (await client.get(page)).text
    assert (await client.post(page, data=good)).status_code == 303
    row = await connection.fetchrow("SELECT * FROM vehicle WHERE resource_id = $1", fleet.bike)
    assert row
    assert (row["max_range_metres"], row["current_range_metres"], row["out_of_order"]) == (60000, 60000, True)
    for wrong, said in (
        ({"form_factor": "car"}, "wie viele Türen"),
        ({"form_factor": "car", "doors": "5"}, "passt nicht zu dieser Art"),
        ({"max_range": ""}, "wie weit es höchstens kommt"),
        ({"current_range": "61"}, "mehr, als es höchstens kommt"),
    ):
        answer = await client.post(page, data={**good, **wrong})
        assert (answer.status_code, said in answer.text) == (422, True), wrong
    desk = await make_desk(connection, fleet.space_id)
    assert (await client.get(f"/host/spaces/{fleet.space_id}/vehicles/{desk}")).status_code == 404
