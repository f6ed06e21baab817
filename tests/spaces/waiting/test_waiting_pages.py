"""Waiting over pages and the API: found wherever something is taken, nothing lost by signing in, one tap to accept."""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.notifications.mail import OutboxRow, compose
from landbooking.settings import Settings
from landbooking.spaces.booking import book_resource, cancel_booking
from landbooking.spaces.bookings import Booking
from support.hosting import Place
from support.people import bearer, make_person, sign_in
from support.spaces import day_after, make_desk, make_override, period_on
from support.waiting import let_holds_run_out, make_wish, states

DAY = day_after(5)
MORNING = period_on(DAY)
WISH = {"date": f"{DAY}", "start": "09:00", "end": "12:00"}
API = "/api/v1/waiting"


@pytest.fixture
async def taken(connection: Connection, place: Place, outsider: Person) -> Booking:
    """The outsider has one desk, somebody else the other."""
    somebody = await make_person(connection, "jemand@example.org")
    await book_resource(connection, somebody, place.other_desk, MORNING)
    return await book_resource(connection, outsider, place.desk, MORNING)


@pytest.fixture
async def waiting(connection: Connection, client: httpx.AsyncClient, resident: Person) -> httpx.AsyncClient:
    """The client, signed in as the resident."""
    await sign_in(connection, client, resident)
    return client


def link_to_the_list(page: str) -> str:
    found = re.search(r'href="(/waiting/new\?[^"]*)"', page)
    assert found, page
    return found[1].replace("&amp;", "&")


async def test_from_a_taken_desk_to_a_booking(
    connection: Connection, waiting: httpx.AsyncClient, place: Place, taken: Booking, outsider: Person,
    settings: Settings, resident: Person,
) -> None:  # fmt: skip
    refused = await waiting.post(f"/resources/{place.desk}/bookings", data=WISH)
    assert refused.status_code == 409
    asked = link_to_the_list(refused.text)
    form = await waiting.get(asked)
    assert "nur Tisch 1 in Alte Schule" in form.text
    query = {name: values[0] for name, values in parse_qs(urlsplit(asked).query).items()}
    joined = await waiting.post("/waiting", data={**query, "what": "resource"})
    assert joined.status_code == 303
    address = joined.headers["location"]
    page = (await waiting.get(address)).text
    assert "<dt>Ihre Stelle</dt><dd>1</dd>" in page
    assert (await waiting.post("/waiting", data={**query, "what": "resource"})).headers["location"] == address
    assert "Ihre Stelle: 1" in (await waiting.get("/bookings")).text

    await cancel_booking(connection, outsider, taken.id)
    row = await connection.fetchrow(
        """SELECT id, recipient, language, template, context, attempts FROM outbox
           WHERE template = 'spaces/emails/offer'"""
    )
    mail = compose(settings, OutboxRow(**dict(row or {})))
    assert mail["To"] == resident.email
    text = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert f"{settings.base_url}{address}" in text
    assert not any(part.get_content_type() == "text/calendar" for part in mail.walk())
    for shown in (address, "/bookings"):
        held = (await waiting.get(shown)).text
        assert "Für Sie freigehalten" in held
        assert re.search(r"Noch [\w ]+(Minuten|Stunden?)", held)
        assert f'action="{address}/acceptance"' in held
    booking_id = await connection.fetchval("SELECT booking_id FROM waiting")
    assert (await waiting.get(f"/bookings/{booking_id}")).headers["location"] == address

    accepted = await waiting.post(f"{address}/acceptance")
    assert accepted.headers["location"].startswith("/bookings/")
    assert "In den Kalender" in (await waiting.get(accepted.headers["location"])).text
    assert (await waiting.get(address)).headers["location"] == accepted.headers["location"]


async def test_signing_in_on_the_way_loses_nothing(
    connection: Connection, client: httpx.AsyncClient, place: Place, taken: Booking, resident: Person
) -> None:
    form = (await client.get("/waiting/new", params={**WISH, "space": place.space_id, "kind": "desk"})).text
    found = re.search(r'href="/sign-in\?next=([^"]*)"', form)
    assert found
    assert "start%3D09%253A00" in found[1]
    wish = await make_wish(connection, resident, MORNING, place.space_id)
    asked = await client.get(f"/waiting/{wish}")
    assert (asked.status_code, asked.headers["location"]) == (303, f"/sign-in?next=%2Fwaiting%2F{wish}")


async def test_it_is_offered_on_the_day_and_in_the_search(
    connection: Connection, client: httpx.AsyncClient, place: Place, taken: Booking
) -> None:
    day = await client.get(f"/spaces/{place.space_id}/days/{DAY}", params={"start": "09:00", "end": "12:00"})
    assert f"space={place.space_id}" in link_to_the_list(day.text)
    search = {"place": "Kusel", "date": f"{DAY}", "start": "09:00", "end": "12:00", "kind": "desk"}
    found = link_to_the_list((await client.get("/search", params=search)).text)
    assert "place=Kusel" in found
    form = await client.get(found)
    assert "Arbeitsplatz im Umkreis von 30 km um Kusel" in form.text
    await make_desk(connection, place.space_id, "Tisch 3")
    assert "/waiting/new" not in (await client.get("/search", params=search)).text
    night = search | {"start": "00:15", "end": "01:15"}
    assert "/waiting/new" not in (await client.get("/search", params=night)).text


@pytest.mark.parametrize(
    ("change", "status", "said"),
    [
        ({"what": "near"}, 303, ""),
        ({"what": "resource"}, 303, ""),
        ({"date": "2026-02-30"}, 422, "Datum"),
        ({"end": "08:00"}, 422, "Das Ende muss nach dem Anfang liegen."),
        ({"start": "07:00", "end": "09:00"}, 422, "An diesem Tag ist offen"),
        ({"start": "12:00", "end": "13:00"}, 409, "Da ist gerade noch etwas frei."),
        ({"resource": "999"}, 404, ""),
        ({"resource": "", "space": "999"}, 404, ""),
        ({"resource": "", "place": ""}, 404, ""),
        ({"resource": "", "place": "Kuhsel"}, 422, "Einen Ort „Kuhsel“ kennen wir nicht."),
        ({"resource": "", "place": "Kusel", "kind": "vehicle"}, 422, "So etwas gibt es dort nicht."),
        ({"resource": "", "place": "Kusel", "kind": "telemedicine"}, 422, "keine Warteliste"),
    ],
)
async def test_joining_with_whatever(
    waiting: httpx.AsyncClient, place: Place, taken: Booking, change: dict[str, str], status: int, said: str
) -> None:
    form = {**WISH, "what": "space", "kind": "desk", "resource": str(place.desk), **change}
    answer = await waiting.post("/waiting", data=form)
    assert answer.status_code == status
    assert said in answer.text


async def test_nobody_sees_or_answers_for_others(
    connection: Connection, waiting: httpx.AsyncClient, place: Place, taken: Booking, outsider: Person
) -> None:
    wish = await make_wish(connection, outsider, MORNING, place.space_id)
    assert (await waiting.get(f"/waiting/{wish}")).status_code == 404
    for verb in ("acceptance", "withdrawal"):
        assert (await waiting.post(f"/waiting/{wish}/{verb}")).status_code == 404
    assert await states(connection) == ["waiting"]


async def test_withdrawing_and_coming_too_late(
    connection: Connection, waiting: httpx.AsyncClient, place: Place, taken: Booking, resident: Person, outsider: Person
) -> None:
    wish = await make_wish(connection, resident, MORNING, place.space_id)
    other = await make_wish(connection, resident, period_on(DAY, "09:00", "10:00"), place.space_id)
    assert (await waiting.post(f"/waiting/{wish}/acceptance")).status_code == 409
    assert (await waiting.post(f"/waiting/{wish}/withdrawal")).headers["location"] == f"/waiting/{wish}"
    assert "nicht mehr auf der Warteliste" in (await waiting.get(f"/waiting/{wish}")).text
    await cancel_booking(connection, outsider, taken.id)
    await let_holds_run_out(connection)
    late = await waiting.post(f"/waiting/{other}/acceptance")
    assert late.status_code == 409
    assert "Die Zeit ist abgelaufen" in late.text
    page = (await waiting.get(f"/waiting/{other}")).text
    assert "acceptance" not in page
    assert "acceptance" not in (await waiting.get("/bookings")).text


async def test_a_host_sees_the_number_and_no_name(
    connection: Connection, client: httpx.AsyncClient, place: Place, taken: Booking, resident: Person, outsider: Person
) -> None:
    await make_wish(connection, resident, MORNING, place.space_id)
    await sign_in(connection, client, place.host)
    for part in ("", "/week"):
        page = (await client.get(f"/host/spaces/{place.space_id}{part}", params={"date": f"{DAY}"})).text
        assert "1 Person wartet auf einen Platz an diesem Tag." in page
        assert resident.email not in page
    await cancel_booking(connection, outsider, taken.id)
    page = (await client.get(f"/host/spaces/{place.space_id}", params={"date": f"{DAY}"})).text
    assert "für die Warteliste freigehalten" in page
    assert resident.email not in page


def asked(**change: Any) -> dict[str, Any]:
    return {"start": MORNING.start.isoformat(), "end": MORNING.end.isoformat(), **change}


async def test_the_api_does_the_same(
    connection: Connection, client: httpx.AsyncClient, place: Place, taken: Booking, resident: Person, outsider: Person
) -> None:
    client.headers.update(await bearer(connection, resident))
    near = await client.post(API, json=asked(near={"lat": 49.54, "lon": 7.41}, radius_km=5))
    assert near.status_code == 201
    assert (near.json()["state"], near.json()["position"]) == ("waiting", 1)
    there = (await client.post(API, json=asked(space_id=place.space_id, kind="desk"))).json()
    only = (await client.post(API, json=asked(resource_id=place.desk))).json()
    assert (await client.post(API, json=asked(resource_id=place.desk))).json() == only
    assert [item["id"] for item in (await client.get(API)).json()["items"]] == [
        only["id"],
        there["id"],
        near.json()["id"],
    ]
    await cancel_booking(connection, outsider, taken.id)
    offered = (await client.get(f"{API}/{near.json()['id']}")).json()
    assert offered["state"] == "offered"
    assert offered["held_until"]
    accepted = await client.post(f"{API}/{offered['id']}/acceptance")
    assert (accepted.status_code, accepted.json()["state"]) == (200, "accepted")
    booking = (await client.get(f"/api/v1/bookings/{offered['booking_id']}")).json()
    assert (booking["status"], booking["version"]) == ("confirmed", 2)
    for _ in range(2):
        withdrawn = await client.post(f"{API}/{there['id']}/withdrawal")
        assert (withdrawn.status_code, withdrawn.json()["state"]) == (200, "withdrawn")
    assert (await client.post(f"{API}/{only['id']}/acceptance")).json()["type"].endswith("offer-gone")


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({}, 422, "invalid-input"),
        ({"resource_id": 999}, 404, "not-found"),
        ({"space_id": 999}, 404, "not-found"),
        ({"near": {"lat": 91, "lon": 0}}, 422, "invalid-input"),
        ({"near": {"lat": 0, "lon": 0}}, 422, "nothing-there"),
        ({"near": {"lat": 49.5, "lon": 7.4}, "kind": "telemedicine"}, 422, "no-waiting-list"),
        ({"near": {"lat": 49.5, "lon": 7.4}, "space_id": 1}, 422, "invalid-input"),
        ({"near": {"lat": 49.5, "lon": 7.4}, "radius_km": 51}, 422, "invalid-input"),
        ({"near": {"lat": 49.5, "lon": 7.4}, "end": MORNING.start.isoformat()}, 422, "rule-order"),
    ],
)
async def test_what_the_api_refuses(
    connection: Connection, client: httpx.AsyncClient, place: Place, resident: Person,
    change: dict[str, Any], status: int, code: str,
) -> None:  # fmt: skip
    assert (await client.post(API, json=asked(resource_id=place.desk))).status_code == 401
    client.headers.update(await bearer(connection, resident))
    answer = await client.post(API, json=asked(**change))
    assert (answer.status_code, answer.json()["type"]) == (status, f"urn:landbooking:problem:{code}")
    free = await client.post(API, json=asked(resource_id=place.desk))
    assert (free.status_code, free.json()["type"]) == (409, "urn:landbooking:problem:still-free")


async def test_one_waits_for_a_few_things_and_not_for_what_is_forbidden(
    connection: Connection, waiting: httpx.AsyncClient, place: Place, taken: Booking, resident: Person
) -> None:
    form = {**WISH, "what": "resource", "resource": str(place.desk)}
    override = await make_override(connection, place.space_id, "desk", audience="members")
    refused = await waiting.post("/waiting", data=form)
    assert refused.status_code == 422
    assert "für Mitglieder" in refused.text
    await connection.execute("DELETE FROM rule_override WHERE id = $1", override)
    for number in range(20):
        await make_wish(connection, resident, period_on(day_after(10 + number)), place.space_id)
    many = await waiting.post("/waiting", data=form)
    assert many.status_code == 409
    assert "20 Wartelisten" in many.text


async def test_who_does_not_want_to_wait_gets_back(client: httpx.AsyncClient, place: Place) -> None:
    asked = {"resource": f"{place.desk}", "date": f"{day_after(5)}", "start": "09:00", "end": "12:00"}
    assert "Einen anderen Platz suchen" in (await client.get("/waiting/new", params=asked)).text
