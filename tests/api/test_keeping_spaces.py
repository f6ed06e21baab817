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
from support.spaces import (
    day_after,
    make_booking,
    make_district,
    make_host,
    make_municipality,
    make_space,
    period_on,
)

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
    sent = {
        **SMITHY,
        "name": " Alte Schmiede ",
        "features": ["wifi", "quiet", "wifi"],
        "description": "Hell\r\nund ruhig",
    }
    changed = await host.post("details", json={**sent, "version": before["version"]})
    kept = {**SMITHY, "features": ["quiet", "wifi"], "description": "Hell\nund ruhig"}
    assert changed.json() == {**before, **kept, "version": before["version"] + 1}
    assert (await host.get("details")).json() == changed.json()
    stale = await host.post("details", json={**SMITHY, "name": "Neu", "version": before["version"]})
    assert stale.status_code == 409


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"postal_code": "6686"}, "postal_code"), ({"description": None}, "description"),
        ({"features": ["sauna"]}, "features"), ({"lat": 91}, "lat"),
        ({"name": "  "}, "name"), ({"street": "x" * 151}, "street"), ({"colour": "red"}, "colour"),
    ],
)  # fmt: skip
async def test_what_is_wrong_with_it_is_named(host: httpx.AsyncClient, wrong: dict[str, Any], field: str) -> None:
    answer = await host.post("details", json=SMITHY | wrong)
    assert (answer.status_code, fields_of(answer)) == (422, [field])
    assert (await host.get("details")).json()["name"] == "Alte Schule"


async def test_what_is_left_out_is_not_taken_for_empty(host: httpx.AsyncClient) -> None:
    """Both are all of it, as it shall be."""
    details = {name: value for name, value in SMITHY.items() if name != "description"}
    for path, body, field in (
        ("details", details, "description"), ("opening-hours", {"opening_hours": []}, "open_on_public_holidays"),
    ):  # fmt: skip
        answer = await host.post(path, json=body)
        assert (answer.status_code, fields_of(answer)) == (422, [field])


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
        "open_on_public_holidays": False,
        "version": version,
    }
    hit = await host.post("opening-hours", json=afternoon)
    assert (hit.status_code, hit.json()["type"]) == (409, "urn:landbooking:problem:bookings-affected")
    decision = {"seen": hit.json()["seen"], "choices": {f"{booking_id}": "cancel"}, "message": "Leider"}
    done = await host.post("opening-hours", json={**afternoon, "decision": decision})
    assert done.json()["opening_hours"] == [{"weekday": weekday, "opens": 780, "closes": 1200}]
    assert done.json()["open_on_public_holidays"] is False
    assert (await booking_by_id(connection, booking_id)).status == "cancelled"
    assert (await host.post("opening-hours", json={**afternoon, "opening_hours": []})).status_code == 409


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ([(1, 600, 600)], ".0"), ([(1, 480, 600), (1, 720, 660)], ".1"), ([(1, 480, 600), (1, 585, 720)], ".1"),
        ([(1, 481, 600)], ".0"), ([(8, 480, 600)], ""), ([(1, -15, 600)], ""), ([(1, 480, 1455)], ""),
        ([(3, hour * 60, hour * 60 + 30) for hour in range(5)], ""),
        ([(day, hour * 60, hour * 60 + 30) for day in range(1, 8) for hour in range(5)], ""),
    ],
)  # fmt: skip
async def test_hours_that_cannot_be_are_refused(
    host: httpx.AsyncClient, wrong: list[tuple[int, int, int]], field: str
) -> None:
    """Five on a day as well: the page, which has fields for four, would lose the rest at its next saving."""
    intervals = [dict(zip(("weekday", "opens", "closes"), one, strict=True)) for one in wrong]
    answer = await host.post("opening-hours", json={"opening_hours": intervals, "open_on_public_holidays": True})
    assert (answer.status_code, fields_of(answer)) == (422, [f"opening_hours{field}"])
    assert len((await host.get("details")).json()["opening_hours"]) == 7


async def test_photos_come_and_go(
    connection: Connection, host: httpx.AsyncClient, place: Place, client: httpx.AsyncClient, outsider: Person
) -> None:
    await connection.execute("UPDATE space SET published = false")
    picture = io.BytesIO()
    Image.new("RGB", (40, 30), "green").save(picture, "PNG")
    good = picture.getvalue()
    added = await host.post("photos", data={"alt": " Der große Raum "}, files={"photo": good})
    [photo] = added.json()
    assert (added.status_code, photo["alt"], photo["width"], photo["height"]) == (201, "Der große Raum", 40, 30)
    assert (await client.get(f"http://test{photo['path']}")).status_code == 404  # not published yet
    shown = await host.get(f"photos/{photo['id']}")
    assert (shown.headers["content-type"], shown.headers["cache-control"]) == ("image/jpeg", "no-store")
    assert shown.content.startswith(b"\xff\xd8")  # a JPEG, whatever came
    assert (await host.get("photos")).json() == [photo]
    for alt, content, status, fields in (
        ("", good, 422, ["alt"]), ("  ", good, 422, ["alt"]), ("Raum\0", good, 422, ["alt"]),
        ("x" * 301, good, 422, ["alt"]), ("Raum", b"", 422, ["photo"]), ("Raum", b"%PDF-1.7", 422, ["photo"]),
        ("", b"", 422, ["photo", "alt"]), ("Raum", bytes(5_300_000), 413, ["photo"]),
        ("Raum", bytes(6_100_000), 413, ["photo"]),
    ):  # fmt: skip
        wrong = await host.post("photos", data={"alt": alt}, files={"photo": content})
        assert (wrong.status_code, fields_of(wrong)) == (status, fields), (alt, len(content))
    assert (await host.post("photos", json={"alt": "Raum"})).status_code == 422
    broken = {"content-type": "multipart/form-data; boundary=x"}
    assert (await host.post("photos", content=b"--y", headers=broken)).status_code == 400
    elsewhere = await make_space(connection, name="Bahnhof")
    owner = await bearer(connection, await make_host(connection, outsider, elsewhere))
    for other in (f"{elsewhere}/photos/{photo['id']}", f"{place.space_id}/photos/{photo['id']}"):
        for method, path in (("GET", other), ("POST", f"{other}/removal")):
            answer = await client.request(method, f"http://test/api/v1/spaces/{path}", headers=owner)
            assert answer.status_code == (404 if other.startswith(f"{elsewhere}/") else 403)
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
        answer = await client.get(address)
        assert "BEGIN:VEVENT" in answer.text
        assert resident.email not in answer.text.replace("\r\n ", "")
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
    assert (await client.get(openings)).json() == {"items": [], "next": None}
    await connection.execute("UPDATE resource SET kind = 'telemedicine', name = 'Raum 3' WHERE id = $1", place.desk)
    booking_id = await make_booking(connection, resident, place.desk, period_on(day_after(4)))
    await connection.execute("INSERT INTO consultation (booking_id, contact) VALUES ($1, '06381 1')", booking_id)
    for _number in range(2):
        await open_consultation(connection, place.host, booking_id)
    newest, oldest = (await client.get(openings)).json()["items"]
    assert (newest["booking_id"], newest["person"]) == (booking_id, place.host.email)
    first = (await client.get(openings, params={"limit": 1})).json()
    assert first["items"] == [newest]
    assert (await client.get(openings, params={"cursor": first["next"]})).json() == {"items": [oldest], "next": None}
    assert (await client.get(openings, params={"cursor": "gestern"})).status_code == 422
    there = await make_district(connection, "07335")
    other = await make_person(connection, "anderer@example.org", role="staff", district_id=there)
    assert (await client.get(openings, headers=await bearer(connection, other))).json()["items"] == []
