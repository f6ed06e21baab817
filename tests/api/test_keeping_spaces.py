"""What a space is, when it is open, how it looks and is shared, over the API: by its owners and the district."""

import io
from typing import Any

import httpx
import pytest
from PIL import Image

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.spaces.bookings import booking_by_id
from landbooking.spaces.consultations import open_consultation
from support.hosting import Place
from support.people import bearer, make_person
from support.spaces import day_after, make_booking, make_district, make_municipality, make_space, period_on

DISTRICT = "/api/v1/districts/spaces"
SMITHY = {
    "name": "Alte Schmiede", "street": "Am Bach 3", "postal_code": "66869", "town": "Kusel", "lat": 49.54, "lon": 7.4,
    "features": ["wifi"], "description": "Hell und ruhig",
}  # fmt: skip


@pytest.fixture
async def host(connection: Connection, client: httpx.AsyncClient, place: Place) -> httpx.AsyncClient:
    """The client with the host's token, at the space's address."""
    client.headers.update({**await bearer(connection, place.host), "Accept-Language": "en"})
    client.base_url = httpx.URL(f"{client.base_url}/api/v1/spaces/{place.space_id}/")
    return client


@pytest.fixture
async def staff(connection: Connection, client: httpx.AsyncClient) -> Person:
    """Whose token the client has."""
    here = await make_district(connection)
    person = await make_person(connection, "kreis@example.org", role="staff", district_id=here)
    client.headers.update({**await bearer(connection, person), "Accept-Language": "en"})
    return person


def fields_of(answer: httpx.Response) -> list[str]:
    return [one["field"] for one in answer.json()["errors"]]


async def test_a_space_says_what_it_is(connection: Connection, host: httpx.AsyncClient, place: Place) -> None:
    await connection.execute("UPDATE space SET published = false")
    before = (await host.get("details")).json()
    assert (before["published"], before["name"], len(before["opening_hours"])) == (False, "Alte Schule", 7)
    changed = await host.post("details", json={**SMITHY, "name": " Alte Schmiede ", "version": before["version"]})
    assert changed.json() == {**before, **SMITHY, "version": before["version"] + 1}
    assert (await host.get("details")).json() == changed.json()
    stale = await host.post("details", json={**SMITHY, "name": "Neu", "version": before["version"]})
    assert stale.status_code == 409


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"postal_code": "6686"}, "postal_code"), ({"features": ["sauna"]}, "features"), ({"lat": 91}, "lat"),
        ({"name": "  "}, "name"), ({"street": "x" * 151}, "street"), ({"colour": "red"}, "colour"),
    ],
)  # fmt: skip
async def test_what_is_wrong_with_it_is_named(host: httpx.AsyncClient, wrong: dict[str, Any], field: str) -> None:
    answer = await host.post("details", json=SMITHY | wrong)
    assert (answer.status_code, fields_of(answer)) == (422, [field])
    assert (await host.get("details")).json()["name"] == "Alte Schule"


async def test_hours_are_set_once_it_is_decided_what_lies_outside(
    connection: Connection, host: httpx.AsyncClient, place: Place, resident: Person
) -> None:
    day = day_after(4)
    booking_id = await make_booking(connection, resident, place.desk, period_on(day, "09:00", "12:00"))
    weekday = day.isoweekday()
    version = (await host.get("details")).json()["version"]
    halves = [(780, 1080), (1080, 1200)]  # which touch
    afternoon: dict[str, Any] = {
        "opening_hours": [{"weekday": weekday, "opens": opens, "closes": closes} for opens, closes in halves],
        "version": version,
    }
    hit = await host.post("opening-hours", json=afternoon)
    assert (hit.status_code, hit.json()["type"]) == (409, "urn:landbooking:problem:bookings-affected")
    decision = {"seen": hit.json()["seen"], "choices": {f"{booking_id}": "cancel"}, "message": "Leider"}
    done = await host.post("opening-hours", json={**afternoon, "decision": decision})
    assert done.json()["opening_hours"] == [{"weekday": weekday, "opens": 780, "closes": 1200}]
    assert done.json()["open_on_public_holidays"] is False
    assert (await booking_by_id(connection, booking_id)).status == "cancelled"
    assert (await host.post("opening-hours", json={"opening_hours": [], "version": version})).status_code == 409


@pytest.mark.parametrize(
    "wrong",
    [
        [(1, 600, 600)], [(1, 600, 540)], [(1, 480, 600), (1, 585, 720)], [(8, 480, 600)], [(1, 481, 600)],
        [(1, -15, 600)], [(1, 480, 1455)], 29 * [(1, 480, 600)],
    ],
)  # fmt: skip
async def test_hours_that_cannot_be_are_refused(host: httpx.AsyncClient, wrong: list[tuple[int, int, int]]) -> None:
    intervals = [dict(zip(("weekday", "opens", "closes"), one, strict=True)) for one in wrong]
    answer = await host.post("opening-hours", json={"opening_hours": intervals})
    assert (answer.status_code, fields_of(answer)) == (422, ["opening_hours"])
    assert len((await host.get("details")).json()["opening_hours"]) == 7


async def test_photos_come_and_go(host: httpx.AsyncClient, place: Place, client: httpx.AsyncClient) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (40, 30), "green").save(picture, "PNG")
    added = await host.post("photos", params={"alt": " Der große Raum "}, content=picture.getvalue())
    [photo] = added.json()
    assert (added.status_code, photo["alt"], photo["width"], photo["height"]) == (201, "Der große Raum", 40, 30)
    shown = await client.get(f"http://test{photo['path']}")
    assert shown.content.startswith(b"\xff\xd8")  # a JPEG, whatever came
    assert (await host.get("photos")).json() == [photo]
    for alt, content, status, field in (
        ("", picture.getvalue(), 422, "alt"), ("  ", picture.getvalue(), 422, "alt"), ("Raum", b"", 422, "photo"),
        ("Raum", b"%PDF-1.7", 422, "photo"), ("Raum", bytes(5_300_000), 413, "photo"),
        ("Raum", bytes(6_100_000), 413, "photo"), (None, picture.getvalue(), 422, "alt"),
    ):  # fmt: skip
        wrong = await host.post("photos", params={} if alt is None else {"alt": alt}, content=content)
        assert (wrong.status_code, fields_of(wrong)) == (status, [field]), (alt, len(content))
    assert (await host.post(f"photos/{photo['id']}/removal")).json() == []
    assert (await host.post(f"photos/{photo['id']}/removal")).status_code == 404


async def test_a_host_has_a_secret_calendar_and_takes_it_back(
    connection: Connection, host: httpx.AsyncClient, place: Place, client: httpx.AsyncClient, resident: Person
) -> None:
    await make_booking(connection, resident, place.desk, period_on(day_after(4)))
    sharing = (await host.get("sharing")).json()
    assert sharing["subscribed"] is False
    assert [one["name"] for one in sharing["resources"]] == ["Tisch 1", "Tisch 2"]
    for address in (sharing["calendar"], sharing["resources"][0]["address"]):
        assert resident.email not in (await client.get(address)).text
    first, second = [(await host.post("calendar")).json()["address"] for _number in range(2)]
    assert (await client.get(first)).status_code == 404
    assert resident.email in (await client.get(second)).text.replace("\r\n ", "")
    assert (await host.get("sharing")).json() == {**sharing, "subscribed": True}
    for _number in range(2):
        assert (await host.post("calendar/revocation")).json() == sharing
    assert (await client.get(second)).status_code == 404


async def test_the_district_adds_a_space_names_who_answers_for_it_and_publishes_it(
    client: httpx.AsyncClient, place: Place, staff: Person, resident: Person
) -> None:
    added = await client.post(DISTRICT, json={**SMITHY, "municipality": "Kusel"})
    space = added.json()
    assert (added.status_code, space["name"], space["published"], space["hosts"]) == (201, "Alte Schmiede", False, 0)
    root = f"{DISTRICT}/{space['id']}"
    assert (await client.get(f"/api/v1/spaces/{space['id']}")).status_code == 404
    [owner] = (await client.post(f"{root}/hosts", json={"email": resident.email})).json()
    assert (owner["email"], owner["role"]) == (resident.email, "owner")
    assert (await client.post(f"{root}/publication", json={"published": True})).json()["published"] is True
    assert (await client.get(f"/api/v1/spaces/{space['id']}")).status_code == 200
    assert {one["name"] for one in (await client.get(DISTRICT)).json()} == {"Alte Schmiede", "Alte Schule"}
    assert (await client.get(f"{root}/changes")).json()["items"][0]["by"] == staff.email
    assert (await client.get(f"{root}/hosts")).json() == [owner]
    for _number in range(2):
        assert (await client.post(f"{root}/hosts/{resident.id}/removal")).json() == []
    for wrong, field in (({"municipality": "Nirgends"}, "municipality"), ({"postal_code": "1"}, "postal_code")):
        answer = await client.post(DISTRICT, json={**SMITHY, "municipality": "Kusel", **wrong})
        assert (answer.status_code, fields_of(answer)) == (422, [field])
    assert (await client.post(f"{root}/hosts", json={"email": "niemand"})).status_code == 422
    assert len((await client.get(DISTRICT)).json()) == 2


async def test_another_district_has_nothing_to_do_with_it(
    connection: Connection, client: httpx.AsyncClient, place: Place, staff: Person
) -> None:
    there = await make_municipality(connection, "07335001", name="Bruchmühlbach")
    theirs = await make_space(connection, name="Fremder Raum", municipality_id=there)
    root = f"{DISTRICT}/{theirs}"
    for answer in (
        await client.get(f"{root}/hosts"),
        await client.get(f"{root}/changes"),
        await client.post(f"{root}/hosts", json={"email": "jemand@example.org"}),
        await client.post(f"{root}/hosts/{place.host.id}/removal"),
        await client.post(f"{root}/publication", json={"published": False}),
    ):
        assert answer.status_code == 403
    assert [one["name"] for one in (await client.get(DISTRICT)).json()] == ["Alte Schule"]
    answer = await client.post(DISTRICT, json={**SMITHY, "municipality": "Bruchmühlbach"})
    assert (answer.status_code, fields_of(answer)) == (422, ["municipality"])
    for part in ("hosts", "changes"):
        assert (await client.get(f"{DISTRICT}/999999/{part}")).status_code == 404


async def test_the_district_sees_who_opened_a_contact(
    connection: Connection, client: httpx.AsyncClient, place: Place, staff: Person, resident: Person
) -> None:
    openings = "/api/v1/districts/openings"
    assert (await client.get(openings)).json() == []
    await connection.execute("UPDATE resource SET kind = 'telemedicine', name = 'Raum 3' WHERE id = $1", place.desk)
    booking_id = await make_booking(connection, resident, place.desk, period_on(day_after(4)))
    await connection.execute("INSERT INTO consultation (booking_id, contact) VALUES ($1, '06381 1')", booking_id)
    for _number in range(2):
        await open_consultation(connection, place.host, booking_id)
    newest, oldest = (await client.get(openings)).json()
    assert (newest["booking_id"], newest["person"]) == (booking_id, place.host.email)
    assert (await client.get(openings, params={"before": newest["id"]})).json() == [oldest]
    assert (await client.get(openings, params={"before": "gestern"})).status_code == 422
