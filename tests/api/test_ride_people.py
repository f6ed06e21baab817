"""A profile for rides, a guardian's consent, blocks, thumbs and reports over the JSON API."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.rides.people import profile_of
from landbooking.rides.ride import Ride
from landbooking.rides.seat import Seat, seat_by_id
from support.people import bearer
from support.rides import Road, make_ride
from support.seats import ask, mails_to, over

API = "/api/v1"
PROFILE, GUARDIAN = f"{API}/ride-profile", f"{API}/ride-profile/guardian"
TODAY = datetime.now(UTC).date()
MOTHER = "mutter@example.org"


@pytest.fixture
async def ride(connection: Connection, driver: Person, road: Road) -> Ride:
    return await make_ride(connection, driver, road, "Adorf", "Dedorf", seats=2)


@pytest.fixture
async def seat(connection: Connection, resident: Person, ride: Ride, road: Road) -> Seat:
    return await ask(connection, resident, ride, road, pick_up_place="Hauptstraße 7")


async def test_a_profile_is_read_and_changed(connection: Connection, api: httpx.AsyncClient, resident: Person) -> None:
    assert (await api.get(PROFILE)).json() == {"phone": "", "is_woman": False, "minor": False, "confirmed": False}
    saved = await api.post(PROFILE, json={"phone": " 06381 77 ", "is_woman": True})
    assert (saved.status_code, saved.json()["phone"]) == (200, "06381 77")
    fifteen = await api.post(
        PROFILE, json={"phone": "1", "is_woman": True, "birthday": f"{TODAY - timedelta(days=15 * 365)}"}
    )
    assert fifteen.json()["minor"]
    again = await api.post(PROFILE, json={"phone": "2", "is_woman": False})
    assert (again.json()["phone"], again.json()["minor"]) == ("2", True), "a minor can't say otherwise"
    assert (await api.get(PROFILE)).json() == again.json()
    assert f"{TODAY.year - 15}" not in again.text


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, ["phone", "is_woman"]),
        ({"phone": "x" * 41, "is_woman": True}, ["phone"]),
        ({"phone": "1", "is_woman": True, "birthday": "1980-01-01"}, ["birthday"]),
        ({"phone": "1", "is_woman": True, "birthday": f"{TODAY + timedelta(days=9)}"}, ["birthday"]),
    ],
)
async def test_what_is_wrong_is_named_and_nothing_is_kept(
    connection: Connection, api: httpx.AsyncClient, resident: Person, body: dict[str, Any], fields: list[str]
) -> None:
    answer = await api.post(PROFILE, json=body)
    assert (answer.status_code, [one["field"] for one in answer.json()["errors"]]) == (422, fields)
    assert (await profile_of(connection, resident.id)).phone == ""


async def test_a_minor_asks_a_guardian_and_sees_how_it_stands(
    connection: Connection, api: httpx.AsyncClient, resident: Person
) -> None:
    assert (await api.get(GUARDIAN)).json() == {"state": "none", "asked_at": None, "answered_at": None}
    for wrong in ("kein", resident.email, ""):
        refused = await api.post(GUARDIAN, json={"guardian_email": wrong})
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "guardian_email")
    assert (await api.post(GUARDIAN, json={"guardian_email": MOTHER})).json()["state"] == "asked"
    link = await connection.fetchval("SELECT context->>'link_path' FROM outbox WHERE recipient = $1", MOTHER)
    assert link.startswith("/en/rides/consent/")
    assert (await api.post(link, data={"answer": "yes"}, headers={"Authorization": ""})).status_code == 200
    assert (await api.get(GUARDIAN)).json()["state"] == "granted"
    elsewhere = await api.get(f"{API}/applications/guardian")
    assert elsewhere.json()["state"] == "none", "consent to rides is none to internships"
    answers = [(await api.post(GUARDIAN, json={"guardian_email": MOTHER})).status_code for _ in range(3)]
    assert answers == [200, 200, 429]


async def test_blocking_is_silent_and_is_taken_back(
    connection: Connection, api: httpx.AsyncClient, driver: Person, ride: Ride, road: Road, seat: Seat
) -> None:
    blocked = await api.post(f"{API}/seat-requests/{seat.id}/block")
    assert blocked.json() == [{"person_id": driver.id, "day": f"{seat.day}"}]
    assert (await seat_by_id(connection, seat.id)).status == "cancelled"
    assert (await api.get(f"{API}/ride-blocks")).json() == blocked.json()
    body = {
        "day": f"{seat.day}",
        "pick_up": {"municipality_id": seat.pick_up.municipality_id},
        "drop_off": {"municipality_id": seat.drop_off.municipality_id},
    }
    asked = f"{API}/rides/{ride.id}/seat-requests"
    assert (await api.post(asked, json=body)).status_code == 404
    other_side = await bearer(connection, driver)
    assert (await api.get(f"{API}/ride-blocks", headers=other_side)).json() == []
    assert await mails_to(connection, driver) == ["request", "cancellation_by_rider"]
    removal = f"{API}/ride-blocks/{driver.id}/removal"
    assert (await api.post(removal, headers=other_side)).json() == [], "it is not theirs to take back"
    assert len((await api.get(f"{API}/ride-blocks")).json()) == 1
    for _ in range(2):
        assert (await api.post(removal)).json() == []
    assert (await api.post(asked, json=body)).status_code == 201


async def test_a_report_is_kept_once_and_told_to_nobody(
    connection: Connection, api: httpx.AsyncClient, driver: Person, seat: Seat
) -> None:
    path, key = f"{API}/seat-requests/{seat.id}/report", {"Idempotency-Key": "k-1"}
    for _ in range(2):
        said = await api.post(path, json={"text": " Fuhr zu schnell "}, headers=key)
        assert (said.status_code, said.content) == (204, b"")
    assert [row["text"] for row in await connection.fetch("SELECT text FROM ride_report")] == ["Fuhr zu schnell"]
    reused = await api.post(path, json={"text": "Anders"}, headers=key)
    assert reused.json()["type"] == "urn:landbooking:problem:idempotency-key-reused"
    for wrong in ("", "  ", "x" * 2001):
        refused = await api.post(path, json={"text": wrong})
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "text")
    theirs = await api.get(f"{API}/seat-requests/{seat.id}", headers=await bearer(connection, driver))
    assert "schnell" not in theirs.text
    assert await mails_to(connection, driver) == ["request"]


async def test_a_seat_says_what_its_page_says(
    connection: Connection, api: httpx.AsyncClient, driver: Person, road: Road, seat: Seat, resident: Person
) -> None:
    """One's own words to the rider, what was said of the rider to who answers; how it was to who has said so."""
    path, wheel = f"{API}/seat-requests/{seat.id}", await bearer(connection, driver)
    own = (await api.get(path)).json()
    assert (own["pick_up_place"], own["rider"], own["said"]) == ("Hauptstraße 7", None, None)
    for number in range(3):
        before = await ask(connection, resident, await make_ride(connection, driver, road, "Adorf", "Dedorf"), road)
        await over(connection, before)
        said = {"ridden": True, "thumb_up": bool(number)}
        feedback = f"{API}/seat-requests/{before.id}/feedback"
        assert (await api.post(feedback, json=said, headers=wheel)).status_code == 200
        assert (await api.post(feedback, json=said, headers=wheel)).status_code == 409
        known = (await api.get(f"{API}/seat-requests/{before.id}", headers=wheel)).json()
        assert known["said"] == said
        assert (await api.get(f"{API}/seat-requests/{before.id}")).json()["said"] is None, "not the other side's words"
    asked = (await api.get(path, headers=wheel)).json()
    assert (asked["pick_up_place"], asked["rider"]) == ("", {"confirmed": False, "sums": {"up": 2, "rated": 3}})
    await api.post(f"{path}/acceptance", json={}, headers=wheel)
    assert (await api.get(path, headers=wheel)).json()["rider"] is None


async def test_who_drives_reads_all_requests_at_once(
    connection: Connection, api: httpx.AsyncClient, driver: Person, seat: Seat
) -> None:
    driven = f"{API}/seat-requests/driven"
    assert (await api.get(driven)).json() == []
    found = (await api.get(driven, headers=await bearer(connection, driver))).json()
    assert [(one["id"], one["waits_for"], one["contact"]) for one in found] == [(seat.id, "driver", None)]
    assert "Hauptstraße" not in f"{found}"


@pytest.mark.parametrize(("verb", "body"), [("block", None), ("report", {"text": "x"}), ("feedback", {"ridden": True})])
async def test_strangers_find_nothing(
    connection: Connection, api: httpx.AsyncClient, outsider: Person, seat: Seat, verb: str, body: dict[str, Any] | None
) -> None:
    path = f"{API}/seat-requests/{seat.id}"
    api.headers.pop("Authorization")
    assert (await api.post(f"{path}/{verb}", json=body)).status_code == 401
    api.headers.update(await bearer(connection, outsider))
    assert (await api.post(f"{path}/{verb}", json=body)).status_code == 404
    assert (await api.get(path)).status_code == 404
    assert await seat_by_id(connection, seat.id) == seat
