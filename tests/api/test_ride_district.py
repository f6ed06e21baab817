"""The district's side of rides over the JSON API: reports, people, associations, meeting points and figures."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.rides.feedback import report
from landbooking.rides.people import profile_of, save_profile
from landbooking.rides.ride import Ride
from landbooking.rides.seat import seat_by_id
from support.people import bearer, make_person
from support.rides import Road, make_ride
from support.seats import ask, make_organisation
from support.spaces import make_district

API = "/api/v1/districts"
REPORTS, RIDERS = f"{API}/ride-reports", f"{API}/riders"
ORGANISATIONS, POINTS = f"{API}/ride-organisations", f"{API}/meeting-points"


@pytest.fixture
async def ride(connection: Connection, road: Road) -> Ride:
    driver = await make_person(connection, "fahrerin@example.org", name="Frieda Fahrerin")
    return await make_ride(connection, driver, road, "Adorf", "Dedorf", instant=True)


@pytest.fixture
async def staff(connection: Connection, road: Road) -> Person:
    here = await make_district(connection, "07336")
    return await make_person(connection, "kreis@example.org", role="staff", district_id=here)


@pytest.fixture
async def other_staff(connection: Connection) -> Person:
    there = await make_district(connection, "07335")
    return await make_person(connection, "anderer@example.org", role="staff", district_id=there)


@pytest.fixture
async def desk(connection: Connection, client: httpx.AsyncClient, staff: Person) -> httpx.AsyncClient:
    """The client with a token of the staff's."""
    client.headers.update({**await bearer(connection, staff), "Accept-Language": "en"})
    return client


async def test_reports_are_read_and_closed_by_staff_of_the_district(
    connection: Connection, desk: httpx.AsyncClient, resident: Person, other_staff: Person, road: Road, ride: Ride
) -> None:
    seat = await ask(connection, resident, ride, road)
    await report(connection, resident, seat.id, "Fuhr zu schnell")
    [told] = (await desk.get(REPORTS)).json()
    assert (told["text"], told["about"], told["pick_up"]) == ("Fuhr zu schnell", "Frieda Fahrerin", "Adorf")
    handling = f"{REPORTS}/{told['id']}/handling"
    elsewhere = await bearer(connection, other_staff)
    assert (await desk.get(REPORTS, headers=elsewhere)).json() == []
    assert (await desk.post(handling, headers=elsewhere)).status_code == 404
    assert len((await desk.get(REPORTS)).json()) == 1
    for _ in range(2):
        done = await desk.post(handling)
        assert (done.status_code, done.json()) == (200, [])


async def test_who_somebody_is_goes_by_the_exact_address_and_tells_no_more_than_the_page(
    connection: Connection, desk: httpx.AsyncClient, staff: Person, road: Road, ride: Ride
) -> None:
    home = road.places.named("Adorf").municipality_id
    minor = await make_person(connection, "schuelerin@example.org", name="Mia Muster", home_id=home)
    body = {"email": " Schuelerin@example.org "}
    assert (await desk.post(RIDERS, json=body)).json() == {"email": minor.email, "confirmed": False, "consent": None}
    await save_profile(connection, minor, "06381 1", True, datetime.now(UTC).date() - timedelta(days=15 * 365))
    looked = await desk.post(RIDERS, json=body)
    assert looked.json() == {"email": minor.email, "confirmed": False, "consent": False}
    confirmed = await desk.post(f"{RIDERS}/confirmation", json=body)
    assert confirmed.json()["confirmed"]
    assert await connection.fetchval("SELECT confirmed_by FROM ride_profile") == staff.id
    assert (await profile_of(connection, minor.id)).phone == "06381 1"
    assert (await desk.post(f"{RIDERS}/consent/revocation", json=body)).status_code == 404
    assert (await desk.post(f"{RIDERS}/consent", json=body)).json()["consent"]
    assert await connection.fetchval("SELECT channel = 'paper' AND seen_by = $1 FROM guardian_consent", staff.id)
    seat = await ask(connection, minor, ride, road)
    back = await desk.post(f"{RIDERS}/consent/revocation", json=body)
    assert (back.status_code, back.json()["consent"]) == (200, False)
    assert (await seat_by_id(connection, seat.id)).status == "cancelled"
    for verb in ("", "/confirmation", "/consent", "/consent/revocation"):
        for wrong in ("kein", "niemand@example.org", ""):
            answer = await desk.post(f"{RIDERS}{verb}", json={"email": wrong})
            assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "email")


async def test_a_guardians_consent_is_left_to_the_district_in_which_the_minor_lives_or_rides(
    connection: Connection, desk: httpx.AsyncClient, other_staff: Person, resident: Person, road: Road, ride: Ride
) -> None:
    body = {"email": resident.email}
    await save_profile(connection, resident, "", True, datetime.now(UTC).date() - timedelta(days=15 * 365))
    assert (await desk.post(f"{RIDERS}/consent", json=body)).status_code == 404
    await connection.execute(
        "UPDATE person SET home_id = $2 WHERE id = $1", resident.id, road.places.named("Adorf").municipality_id
    )
    assert (await desk.post(f"{RIDERS}/consent", json=body)).json()["consent"]
    seat = await ask(connection, resident, ride, road)
    elsewhere = await bearer(connection, other_staff)
    for verb in ("consent", "consent/revocation"):
        assert (await desk.post(f"{RIDERS}/{verb}", json=body, headers=elsewhere)).status_code == 404
    assert (await desk.post(RIDERS, json=body, headers=elsewhere)).json()["consent"] is None
    assert (await seat_by_id(connection, seat.id)).status == "accepted"


async def test_an_association_is_made_and_its_people_named(
    connection: Connection, desk: httpx.AsyncClient, staff: Person, other_staff: Person
) -> None:
    key = {"Idempotency-Key": "k-1"}
    new = {"name": " Bürgerbus ", "phone": "06381 55"}
    made, again = [await desk.post(ORGANISATIONS, json=new, headers=key) for _ in range(2)]
    assert (made.status_code, made.json()["name"], made.json()["district_id"]) == (201, "Bürgerbus", staff.district_id)
    assert again.json() == made.json()
    assert (await desk.get(ORGANISATIONS)).json() == [made.json()]
    members = f"{ORGANISATIONS}/{made.json()['id']}/members"
    assert (await desk.get(members)).json() == []
    [driver] = (await desk.post(members, json={"email": "Neu@example.org"})).json()
    assert (driver["email"], driver["role"]) == ("neu@example.org", "driver")
    [manager] = (await desk.post(members, json={"email": "neu@example.org", "role": "manager"})).json()
    assert (manager["person_id"], manager["role"]) == (driver["person_id"], "manager")
    for wrong, field in (
        ({"email": "kein"}, "email"),
        ({"email": "a@example.org", "role": "owner"}, "role"),
    ):
        answer = await desk.post(members, json=wrong)
        assert (answer.status_code, [one["field"] for one in answer.json()["errors"]]) == (422, [field])
    elsewhere = await bearer(connection, other_staff)
    removal = f"{members}/{driver['person_id']}/removal"
    assert (await desk.get(ORGANISATIONS, headers=elsewhere)).json() == []
    assert (await desk.get(members, headers=elsewhere)).status_code == 404
    assert (await desk.post(members, json={"email": "b@example.org"}, headers=elsewhere)).status_code == 404
    assert (await desk.post(removal, headers=elsewhere)).status_code == 404
    assert len((await desk.get(members)).json()) == 1
    for _ in range(2):
        assert (await desk.post(removal)).json() == []


async def test_an_association_belongs_to_ones_own_district(
    connection: Connection, desk: httpx.AsyncClient, staff: Person, other_staff: Person
) -> None:
    there = other_staff.district_id
    for district in (there, 2**31 - 1):
        answer = await desk.post(ORGANISATIONS, json={"name": "Verein", "district_id": district})
        assert answer.status_code == 403, district
    for wrong in ({"name": " "}, {"name": "x" * 101}, {}):
        assert (await desk.post(ORGANISATIONS, json=wrong)).json()["errors"][0]["field"] == "name"
    assert await connection.fetchval("SELECT count(*) FROM ride_organisation") == 0
    operator = await bearer(connection, await make_person(connection, "betrieb@example.org", role="operator"))
    made = await desk.post(ORGANISATIONS, json={"name": "Verein", "district_id": there}, headers=operator)
    assert made.json()["district_id"] == there
    nowhere = await desk.post(ORGANISATIONS, json={"name": "Verein", "district_id": 2_000_000_000}, headers=operator)
    assert nowhere.status_code == 403, "and not made in another one"


async def test_meeting_points_are_made_changed_and_retired(
    connection: Connection, desk: httpx.AsyncClient, other_staff: Person, road: Road
) -> None:
    new = {"municipality": "Cedorf", "name": " Bank am Brunnen ", "lit": True}
    made = await desk.post(POINTS, json=new)
    centre = road.places.named("Cedorf")
    assert (made.status_code, made.json()["name"], made.json()["municipality"]) == (201, "Bank am Brunnen", "Cedorf")
    assert (made.json()["lat"], made.json()["lon"]) == (centre.lat, centre.lon)
    taken = await desk.post(POINTS, json={**new, "lat": 49.5, "lon": 7.47})
    assert (taken.status_code, taken.json()["type"]) == (409, "urn:landbooking:problem:name-taken")
    path = f"{POINTS}/{made.json()['id']}"
    details = {"name": "Bank an der Kirche", "lat": 49.51, "lon": 7.48, "step_free": True}
    elsewhere = await bearer(connection, other_staff)
    assert (await desk.post(f"{path}/change", json=details, headers=elsewhere)).status_code == 404
    assert (await desk.post(f"{path}/retirement", headers=elsewhere)).status_code == 404
    assert (await desk.get(POINTS, headers=elsewhere)).json() == []
    changed = (await desk.post(f"{path}/change", json=details)).json()
    assert changed == {**made.json(), **details, "lit": False}
    assert [one["name"] for one in (await desk.get(POINTS)).json()] == ["Mitfahrbank", "Bank an der Kirche"]
    left = await desk.post(f"{path}/retirement")
    assert [one["name"] for one in left.json()] == ["Mitfahrbank"]
    assert (await desk.post(f"{path}/retirement")).status_code == 404
    assert (await desk.get(f"/api/v1/meeting-points/{made.json()['id']}")).status_code == 404


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"municipality": "Nirgends"}, "municipality"),
        ({"name": " "}, "name"),
        ({"lat": 49.5}, "lon"),
        ({"lon": 7.4}, "lat"),
        ({"lat": 91, "lon": 7.4}, "lat"),
    ],
)
async def test_a_meeting_point_that_can_not_be_is_named(
    desk: httpx.AsyncClient, wrong: dict[str, Any], field: str
) -> None:
    answer = await desk.post(POINTS, json={"municipality": "Cedorf", "name": "Bank", **wrong})
    assert (answer.status_code, [one["field"] for one in answer.json()["errors"]]) == (422, [field])
    blank = await desk.post(f"{POINTS}/1/change", json={"name": " ", "lat": 49.5, "lon": 7.4})
    assert (blank.status_code, blank.json()["errors"][0]["field"]) == (422, "name")


async def test_another_districts_municipality_is_refused(
    connection: Connection, desk: httpx.AsyncClient, other_staff: Person
) -> None:
    elsewhere = await bearer(connection, other_staff)
    answer = await desk.post(POINTS, json={"municipality": "Cedorf", "name": "Bank"}, headers=elsewhere)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "municipality")


DISTRICT: list[tuple[str, str, dict[str, Any] | None]] = [
    ("GET", REPORTS, None),
    ("POST", f"{REPORTS}/{{report}}/handling", None),
    *(("POST", f"{RIDERS}{verb}", {"email": "schuelerin@example.org"})
      for verb in ("", "/confirmation", "/consent", "/consent/revocation")),
    ("GET", ORGANISATIONS, None),
    ("POST", ORGANISATIONS, {"name": "Verein"}),
    ("GET", f"{ORGANISATIONS}/{{organisation}}/members", None),
    ("POST", f"{ORGANISATIONS}/{{organisation}}/members", {"email": "a@example.org"}),
    ("POST", f"{ORGANISATIONS}/{{organisation}}/members/1/removal", None),
    ("GET", POINTS, None),
    ("POST", POINTS, {"municipality": "Cedorf", "name": "Bank"}),
    ("POST", f"{POINTS}/{{point}}/change", {"name": "Bank", "lat": 49.5, "lon": 7.4}),
    ("POST", f"{POINTS}/{{point}}/retirement", None),
    ("GET", f"{API}/{{district}}/ride-statistics", None),
]  # fmt: skip


@pytest.mark.parametrize("who", ["nobody", "rider", "manager"])
async def test_nobody_but_staff_gets_anything(
    connection: Connection,
    client: httpx.AsyncClient,
    resident: Person,
    outsider: Person,
    road: Road,
    ride: Ride,
    who: str,
) -> None:
    seat = await ask(connection, resident, ride, road)
    await report(connection, resident, seat.id, "Fuhr zu schnell")
    await make_person(connection, "schuelerin@example.org")
    organisation_id, _bus = await make_organisation(connection, outsider, road)
    ids = {
        "report": await connection.fetchval("SELECT id FROM ride_report"),
        "organisation": organisation_id,
        "point": road.bench,
        "district": ride.district_id,
    }
    if who != "nobody":
        client.headers.update(await bearer(connection, resident if who == "rider" else outsider))
    for method, path, body in DISTRICT:
        answer = await client.request(method, path.format(**ids), json=body)
        assert answer.status_code == (401 if who == "nobody" else 403), (method, path)
        assert "schnell" not in answer.text
    assert await connection.fetchval("SELECT count(*) FROM ride_report WHERE handled_at IS NULL") == 1
    assert await connection.fetchval("SELECT count(*) FROM meeting_point WHERE retired_at IS NULL") == 1
