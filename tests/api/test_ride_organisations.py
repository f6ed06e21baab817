"""Volunteers over the JSON API: the rota, duties, and the telephone."""

from datetime import timedelta
from typing import Any, NamedTuple

import httpx
import pytest

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.rides.organisations import name_member
from landbooking.rides.ride import Ride
from landbooking.rides.seat import seat_by_id
from support.people import bearer, make_person
from support.rides import Road, make_ride, make_road, tomorrow
from support.seats import make_organisation
from support.spaces import make_district

API = "/api/v1"
DAY = tomorrow()


class Bus(NamedTuple):
    """The volunteers' bus, which the resident manages; one of its drivers."""

    id: int
    ride: Ride
    road: Road
    driver: Person

    @property
    def root(self) -> str:
        return f"{API}/ride-organisations/{self.id}"

    def call(self, **changes: Any) -> dict[str, Any]:
        """What somebody says who calls."""
        return {
            "ride_id": self.ride.id,
            "day": f"{DAY}",
            "pick_up": {"municipality_id": self.road.places.named("Bedorf").municipality_id},
            "drop_off": {"municipality_id": self.road.places.named("Dedorf").municipality_id},
            "pick_up_place": "Hauptstraße 7",
            "name": "Gisela Gast",
            "phone": "06381 9",
            **changes,
        }


@pytest.fixture
async def bus(connection: Connection, resident: Person) -> Bus:
    road = await make_road(connection)
    organisation_id, ride = await make_organisation(connection, resident, road)
    driver = await make_person(connection, "ehrenamt@example.org", name="Erna Ehrenamt")
    await name_member(connection, organisation_id, driver.email, "driver")
    return Bus(organisation_id, ride, road, driver)


async def test_a_manager_gives_a_duty_and_takes_it_back(
    connection: Connection, api: httpx.AsyncClient, resident: Person, bus: Bus
) -> None:
    assert (await api.get(bus.root)).json()["name"] == "Bürgerbus"
    rota = (await api.get(f"{bus.root}/rota")).json()
    [run] = rota["runs"]
    assert (run["ride_id"], run["day"], run["driver_id"], run["riders"]) == (bus.ride.id, f"{DAY}", None, 0)
    assert (run["start"], run["destination"]) == ("Adorf", "Dedorf")
    assert sorted(rota["drivers"], key=lambda one: one["called"]) == [
        {"person_id": bus.driver.id, "called": "Erna Ehrenamt"},
        {"person_id": resident.id, "called": resident.name or resident.email},
    ]
    duty = {"ride_id": bus.ride.id, "day": f"{DAY}", "person_id": bus.driver.id}
    given = await api.post(f"{bus.root}/duties", json=duty)
    assert (given.status_code, given.json()) == (200, {**run, "driver_id": bus.driver.id})
    theirs = await bearer(connection, bus.driver)
    [own] = (await api.get(f"{API}/ride-duties", headers=theirs)).json()
    assert (own["ride_id"], own["day"], own["organisation"]) == (bus.ride.id, f"{DAY}", "Bürgerbus")
    assert (await api.get(f"{API}/ride-duties")).json() == []
    back = await api.post(f"{bus.root}/duties", json={**duty, "person_id": None})
    assert back.json() == run
    assert (await api.get(f"{API}/ride-duties", headers=theirs)).json() == []
    after = await api.get(f"{bus.root}/rota", params={"day": f"{DAY + timedelta(days=1)}"})
    assert (after.json()["first"], after.json()["runs"]) == (f"{DAY + timedelta(days=1)}", [])


async def test_a_duty_that_can_not_be_is_named(
    connection: Connection, api: httpx.AsyncClient, outsider: Person, bus: Bus
) -> None:
    duty = {"ride_id": bus.ride.id, "day": f"{DAY}", "person_id": bus.driver.id}
    for wrong, field in (
        ({"person_id": outsider.id}, "person_id"),
        ({"day": f"{DAY + timedelta(days=1)}"}, "person_id"),
        ({"ride_id": bus.ride.id + 1}, "person_id"),
        ({"day": "1999-01-01"}, "day"),
        ({"person_id": 0}, "person_id"),
    ):
        answer = await api.post(f"{bus.root}/duties", json={**duty, **wrong})
        assert (answer.status_code, [one["field"] for one in answer.json()["errors"]]) == (422, [field]), wrong
    del duty["person_id"]
    left_out = await api.post(f"{bus.root}/duties", json=duty)
    assert left_out.json()["errors"][0]["field"] == "person_id", "a duty is not opened by leaving something out"
    far = await api.get(f"{bus.root}/rota", params={"day": "9999-12-31"})
    assert (far.status_code, far.json()["errors"][0]["field"]) == (422, "day")
    assert await connection.fetchval("SELECT count(*) FROM ride_duty") == 0


async def test_who_calls_is_booked_once_and_called_off(
    connection: Connection, api: httpx.AsyncClient, bus: Bus
) -> None:
    key = {"Idempotency-Key": "k-1"}
    booked = await api.post(f"{bus.root}/bookings", json=bus.call(), headers=key)
    assert (booked.status_code, booked.json()["status"], booked.json()["pick_up"]["label"]) == (
        201,
        "accepted",
        "Bedorf",
    )
    assert (await api.post(f"{bus.root}/bookings", json=bus.call(), headers=key)).json() == booked.json()
    [guest] = (await api.get(f"{bus.root}/bookings")).json()
    assert (guest["id"], guest["name"], guest["phone"], guest["pick_up_place"]) == (
        booked.json()["id"],
        "Gisela Gast",
        "06381 9",
        "Hauptstraße 7",
    )
    assert (await api.get(f"{bus.root}/rota")).json()["runs"][0]["riders"] == 1
    path = f"{bus.root}/bookings/{guest['id']}/cancellation"
    stale = await api.post(path, json={"version": guest["version"] + 1})
    assert (stale.status_code, stale.json()["type"]) == (409, "urn:landbooking:problem:changed-meanwhile")
    for _ in range(2):
        gone = await api.post(path, json={"version": guest["version"]})
        assert (gone.status_code, gone.json()["status"]) == (200, "cancelled")
    assert (await api.get(f"{bus.root}/bookings")).json() == []
    assert "Gisela" not in gone.text


@pytest.mark.parametrize(
    ("wrong", "status", "field"),
    [
        ({"name": " "}, 422, "name"),
        ({"phone": "1" * 41}, 422, "phone"),
        ({"ride_id": 2**63 - 1}, 422, "ride_id"),
        ({"pick_up": {"municipality_id": 2**31 - 1}}, 422, "pick_up"),
        ({"day": f"{DAY + timedelta(days=1)}"}, 422, "day"),
        ({"needs": ["pets"]}, 422, "needs"),
        ({"places": 8, "name": "Reisegruppe"}, 409, None),
    ],
)
async def test_what_can_not_be_booked_is_refused_as_elsewhere(
    connection: Connection, api: httpx.AsyncClient, bus: Bus, wrong: dict[str, Any], status: int, field: str | None
) -> None:
    await api.post(f"{bus.root}/bookings", json=bus.call())
    answer = await api.post(f"{bus.root}/bookings", json=bus.call(**wrong))
    assert answer.status_code == status, answer.text
    if field:
        assert [one["field"] for one in answer.json()["errors"]] == [field]
    else:
        assert answer.json()["type"] == "urn:landbooking:problem:ride-full"
    assert len((await api.get(f"{bus.root}/bookings")).json()) == 1


async def test_its_telephone_books_its_own_rides_alone(
    connection: Connection, api: httpx.AsyncClient, resident: Person, outsider: Person, bus: Bus
) -> None:
    other = await make_ride(connection, outsider, bus.road, "Adorf", "Dedorf")
    answer = await api.post(f"{bus.root}/bookings", json=bus.call(ride_id=other.id))
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "ride_id")
    second, theirs = await make_organisation(connection, outsider, bus.road)
    answer = await api.post(f"{bus.root}/bookings", json=bus.call(ride_id=theirs.id))
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "ride_id")
    outsiders = await bearer(connection, outsider)
    booked = await api.post(
        f"{API}/ride-organisations/{second}/bookings", json=bus.call(ride_id=theirs.id), headers=outsiders
    )
    path = f"bookings/{booked.json()['id']}/cancellation"
    assert (await api.post(f"{bus.root}/{path}", json={})).status_code == 404, "called off where it was booked"
    assert (await seat_by_id(connection, booked.json()["id"])).status == "accepted"


ASKED: list[tuple[str, str]] = [
    ("GET", ""), ("GET", "/rota"), ("POST", "/duties"), ("GET", "/bookings"), ("POST", "/bookings"),
    ("POST", "/bookings/{seat}/cancellation"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("who", "found"),
    [
        ("nobody", 401),
        ("outsider", 404),
        ("driver", 404),
        ("other manager", 404),
        ("other staff", 404),
        ("staff", 200),
        ("manager", 200),
    ],
)
async def test_who_gets_what(
    connection: Connection, api: httpx.AsyncClient, resident: Person, outsider: Person, bus: Bus, who: str, found: int
) -> None:
    """A driver sees duties, not the telephone book."""
    seat = (await api.post(f"{bus.root}/bookings", json=bus.call())).json()["id"]
    person = {"outsider": outsider, "driver": bus.driver, "manager": resident}.get(who)
    if who in ("staff", "other staff"):
        here = await make_district(connection, "07336" if who == "staff" else "07335")
        person = await make_person(connection, "kreis@example.org", role="staff", district_id=here)
    if who == "other manager":
        await make_organisation(connection, outsider, bus.road)
        person = outsider
    api.headers.pop("Authorization")
    if person:
        api.headers.update(await bearer(connection, person))
    bodies: dict[str, dict[str, Any]] = {
        "/duties": {"ride_id": bus.ride.id, "day": f"{DAY}", "person_id": bus.driver.id},
        "/bookings": bus.call(name="Zweiter Gast"),
    }
    for method, path in ASKED:
        sent = bodies.get(path, {}) if method == "POST" else None
        answer = await api.request(method, f"{bus.root}{path.format(seat=seat)}", json=sent)
        expected = 201 if found == 200 and (method, path) == ("POST", "/bookings") else found
        assert answer.status_code == expected, (method, path, answer.text)
        if found != 200:
            assert not [secret for secret in ("Gisela", "06381 9", "Erna", "Hauptstraße") if secret in answer.text]
