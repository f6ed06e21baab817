"""Asking and answering in pages and over the API."""

from datetime import UTC, datetime, timedelta

import httpx

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.spaces.approval.answers import approve
from support.approval import API, DAY, MORNING, ask_for, retire_first_desk
from support.hosting import Place
from support.people import bearer, sign_in


async def test_over_the_api(connection: Connection, client: httpx.AsyncClient, place: Place, resident: Person) -> None:
    person, host = await bearer(connection, resident), await bearer(connection, place.host)
    wish = {"resource_id": place.desk, "start": MORNING.start.isoformat(), "end": MORNING.end.isoformat()}
    made = await client.post(API, json=wish, headers=person)
    assert (made.status_code, made.json()["status"]) == (201, "requested")
    assert datetime.fromisoformat(made.json()["until_at"]) > datetime.now(UTC)
    address = f"{API}/{made.json()['id']}"
    later = wish | {"end": (MORNING.end + timedelta(hours=1)).isoformat()}
    moved = await client.post(f"{address}/move", json=later, headers=person)
    assert (moved.status_code, moved.json()["type"]) == (409, "urn:landbooking:problem:needs-approval")
    approved = await client.post(f"{address}/approval", json={"version": 1}, headers=host)
    assert (approved.status_code, approved.json()["status"], approved.json()["until_at"]) == (200, "confirmed", None)
    again = await client.post(f"{address}/refusal", json={"message": "Doch nicht."}, headers=host)
    assert (again.status_code, again.json()["type"]) == (409, "urn:landbooking:problem:answered")


async def test_on_the_pages(
    connection: Connection, client: httpx.AsyncClient, place: Place, resident: Person, outsider: Person
) -> None:
    await sign_in(connection, client, resident)
    form = {"date": f"{DAY}", "start": "09:00", "end": "12:00"}
    assert "Platz anfragen" in (await client.get(f"/resources/{place.desk}/bookings/new", params=form)).text
    made = await client.post(f"/resources/{place.desk}/bookings", data=form)
    address = made.headers["location"]
    shown = (await client.get(address)).text
    assert "Ihre Anfrage ist angekommen" in shown
    assert "Noch nicht bestätigt" in shown
    assert "Verschieben" not in shown
    assert "angefragt, noch nicht bestätigt" in (await client.get("/bookings")).text

    await sign_in(connection, client, place.host)
    hosted = f"/host/spaces/{place.space_id}"
    assert "1 Anfrage wartet" in (await client.get(hosted)).text
    assert "kind-request" in (await client.get(f"{hosted}?date={DAY}")).text
    assert "(angefragt)" in (await client.get(f"{hosted}/week?date={DAY}")).text
    assert hosted + address in (await client.get(f"{hosted}/requests")).text
    asked = (await client.get(hosted + address)).text
    assert "Anfrage bestätigen" in asked
    wrong = await client.post(f"{hosted}{address}/refusal", data={"message": "x" * 1001})
    assert wrong.status_code == 422
    assert "x" * 1001 in wrong.text
    await retire_first_desk(connection, resident, place)
    broken = await client.post(f"{hosted}{address}/approval", data={"version": "1"})
    assert (broken.status_code, "nicht mehr buchen" in broken.text) == (409, True)
    done = await client.post(f"{hosted}{address}/refusal", data={"version": "1", "message": "Umbau"})
    assert done.headers["location"] == hosted + address
    assert "Die Anfrage ist abgelehnt" in (await client.get(hosted + address)).text
    assert (await client.post(f"{hosted}{address}/approval", data={"version": "1"})).status_code == 409

    await sign_in(connection, client, resident)
    assert "haben diese Anfrage abgelehnt" in (await client.get(address)).text


async def test_a_booking_that_needs_approval_has_no_form_to_move_it(
    connection: Connection, client: httpx.AsyncClient, place: Place, resident: Person
) -> None:
    asked = await ask_for(connection, resident, place, MORNING)
    await approve(connection, place.host, asked.id, None)
    await sign_in(connection, client, resident)
    assert "Verschieben" not in (await client.get(f"/bookings/{asked.id}")).text
    answer = await client.get(f"/bookings/{asked.id}/move")
    assert (answer.status_code, "neue Anfrage" in answer.text) == (409, True)
