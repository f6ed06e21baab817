"""Booking, moving and cancelling over the API, and every way in which that is refused."""

from datetime import datetime
from typing import Any

import httpx
import pytest

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.period import Period
from support.hosting import Place
from support.people import bearer
from support.spaces import day_after, make_booking, make_desk, make_space, period_on

BOOKINGS = "/api/v1/bookings"


def wish(resource_id: int, period: Period, **others: Any) -> dict[str, Any]:
    return {"resource_id": resource_id, "start": period.start.isoformat(), "end": period.end.isoformat(), **others}


def check_problem(answer: httpx.Response, status: int, kind: str, *fields: str) -> None:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body["type"] == f"urn:landbooking:problem:{kind}"
    assert body["status"] == status
    assert body["title"]
    assert body["detail"]
    assert [error["field"] for error in body.get("errors", [])] == list(fields)
    assert all(error["message"] for error in body.get("errors", []))


async def test_a_booking_is_made_seen_moved_and_cancelled(api: httpx.AsyncClient, place: Place) -> None:
    made = await api.post(BOOKINGS, json=wish(place.desk, period_on(day_after(3))))
    assert made.status_code == 201
    booking = made.json()
    assert booking | {"id": 0, "start": "", "end": ""} == {
        "id": 0,
        "resource_id": place.desk,
        "resource": "Tisch 1",
        "space_id": place.space_id,
        "space": "Alte Schule",
        "start": "",
        "end": "",
        "status": "confirmed",
        "version": 1,
        "until_at": None,
        "equipment": [],
        "series_id": None,
        "checked_in_at": None,
        "price_cents": 0,
        "paid": "free",
        "card_id": None,
        "kept_by": None,
    }
    address = f"{BOOKINGS}/{booking['id']}"
    assert (await api.get(address)).json() == booking
    moved = await api.post(
        f"{address}/move", json=wish(place.other_desk, period_on(day_after(4), "10:00", "11:30"), version=1)
    )
    assert moved.status_code == 200
    assert (moved.json()["resource"], moved.json()["version"]) == ("Tisch 2", 2)
    cancelled = await api.post(f"{address}/cancellation")
    assert cancelled.status_code == 200
    assert (cancelled.json()["status"], cancelled.json()["version"]) == ("cancelled", 3)
    again = await api.post(f"{address}/cancellation")
    assert (again.status_code, again.json()) == (200, cancelled.json())


async def test_times_have_their_offset_and_any_offset_is_understood(api: httpx.AsyncClient, place: Place) -> None:
    period = period_on(day_after(3))
    for start, end in (
        (period.start.isoformat(), period.end.isoformat()),
        (f"{period.start.timestamp():.0f}", f"{period.end.timestamp():.0f}"),
    ):
        answer = await api.post(BOOKINGS, json={"resource_id": place.desk, "start": start, "end": end})
        if start.isdigit():
            check_problem(answer, 422, "invalid-input", "start", "end")
        else:
            shown = datetime.fromisoformat(answer.json()["start"]), datetime.fromisoformat(answer.json()["end"])
            assert all(moment.tzinfo for moment in shown)
            assert shown == period


async def test_a_move_without_a_resource_keeps_it(
    connection: Connection, api: httpx.AsyncClient, place: Place, resident: Person
) -> None:
    booking_id = await make_booking(connection, resident, place.desk, period_on(day_after(3)))
    later = period_on(day_after(3), "13:00", "15:00")
    answer = await api.post(
        f"{BOOKINGS}/{booking_id}/move", json={"start": later.start.isoformat(), "end": later.end.isoformat()}
    )
    assert answer.json()["resource_id"] == place.desk
    assert datetime.fromisoformat(answer.json()["start"]) == later.start


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", ""), ("POST", ""), ("GET", "/1"), ("POST", "/1/move"), ("POST", "/1/cancellation")],
)
async def test_who_shows_no_token_or_a_wrong_one_is_told_how(client: httpx.AsyncClient, method: str, path: str) -> None:
    for headers in ({}, {"Authorization": "Bearer lb_wrong"}, {"Authorization": "Bearer "}):
        answer = await client.request(method, BOOKINGS + path, headers=headers)
        check_problem(answer, 401, "not-signed-in")
        assert answer.headers["www-authenticate"] == "Bearer"


async def test_another_persons_booking_is_not_there(
    connection: Connection, api: httpx.AsyncClient, place: Place, outsider: Person
) -> None:
    period = period_on(day_after(3))
    booking_id = await make_booking(connection, outsider, place.desk, period)
    check_problem(await api.get(f"{BOOKINGS}/{booking_id}"), 404, "not-found")
    check_problem(await api.post(f"{BOOKINGS}/{booking_id}/cancellation"), 404, "not-found")
    check_problem(await api.post(f"{BOOKINGS}/{booking_id}/move", json=wish(place.desk, period)), 404, "not-found")
    assert (await api.get(BOOKINGS)).json()["items"] == []
    assert await connection.fetchval("SELECT status FROM booking WHERE id = $1", booking_id) == "confirmed"


@pytest.mark.parametrize("number", ["0", "9223372036854775807", "9223372036854775808", "99999999999999999999999", "-1"])
async def test_a_booking_that_no_row_can_be_is_not_there(api: httpx.AsyncClient, number: str) -> None:
    check_problem(await api.get(f"{BOOKINGS}/{number}"), 404, "not-found")


async def test_what_is_taken_is_409(
    connection: Connection, api: httpx.AsyncClient, place: Place, resident: Person, outsider: Person
) -> None:
    await make_booking(connection, outsider, place.desk, period_on(day_after(3), "10:00", "11:00"))
    check_problem(await api.post(BOOKINGS, json=wish(place.desk, period_on(day_after(3)))), 409, "taken")
    booking_id = await make_booking(connection, resident, place.other_desk, period_on(day_after(3)))
    answer = await api.post(f"{BOOKINGS}/{booking_id}/move", json=wish(place.desk, period_on(day_after(3))))
    check_problem(answer, 409, "taken")


async def test_what_cannot_be_booked_is_not_there(connection: Connection, api: httpx.AsyncClient, place: Place) -> None:
    period = period_on(day_after(3))
    check_problem(await api.post(BOOKINGS, json=wish(2**31 - 1, period)), 404, "not-found")
    await connection.execute("UPDATE resource SET retired_at = now() WHERE id = $1", place.desk)
    check_problem(await api.post(BOOKINGS, json=wish(place.desk, period)), 404, "not-found")
    hidden = await make_desk(connection, await make_space(connection, published=False))
    check_problem(await api.post(BOOKINGS, json=wish(hidden, period)), 404, "not-found")


@pytest.mark.parametrize(
    ("days", "start", "end", "rule", "field"),
    [
        (3, "12:00", "10:00", "order", "end"),
        (3, "10:00", "10:00", "order", "end"),
        (3, "10:05", "11:00", "step", "start"),
        (3, "10:00", "11:07", "step", "end"),
        (3, "10:00", "10:15", "shortest", "end"),
        (3, "08:00", "18:30", "longest", "end"),
        (-3, "10:00", "12:00", "past", "start"),
        (91, "10:00", "12:00", "horizon", "start"),
        (3, "07:00", "09:00", "opening-hours", "start"),
        (3, "17:00", "19:00", "opening-hours", "start"),
    ],
)
async def test_a_broken_rule_is_named(
    connection: Connection,
    api: httpx.AsyncClient,
    place: Place,
    resident: Person,
    days: int,
    start: str,
    end: str,
    rule: str,
    field: str,
) -> None:
    period = period_on(day_after(days), start, end)
    check_problem(await api.post(BOOKINGS, json=wish(place.desk, period)), 422, f"rule-{rule}", field)
    booking_id = await make_booking(connection, resident, place.other_desk, period_on(day_after(3)))
    answer = await api.post(f"{BOOKINGS}/{booking_id}/move", json=wish(place.desk, period))
    check_problem(answer, 422, f"rule-{rule}", field)


async def test_lead_time_and_closures_are_rules_too(
    connection: Connection, api: httpx.AsyncClient, place: Place
) -> None:
    await connection.execute("UPDATE space SET lead_minutes = 20160 WHERE id = $1", place.space_id)
    check_problem(await api.post(BOOKINGS, json=wish(place.desk, period_on(day_after(2)))), 422, "rule-lead", "start")
    await connection.execute(
        "INSERT INTO closure (space_id, days, reason) VALUES ($1, daterange($2, $2, '[]'), 'Kirmes')",
        place.space_id,
        day_after(20),
    )
    answer = await api.post(BOOKINGS, json=wish(place.desk, period_on(day_after(20))))
    check_problem(answer, 422, "rule-opening-hours", "start")
    assert "Kirmes" in answer.json()["errors"][0]["message"]


async def test_a_stale_begun_or_cancelled_booking_is_not_moved(
    connection: Connection, api: httpx.AsyncClient, place: Place, resident: Person
) -> None:
    period = period_on(day_after(3))
    booking_id = await make_booking(connection, resident, place.desk, period)
    move = f"{BOOKINGS}/{booking_id}/move"
    later = wish(place.desk, period_on(day_after(4)))
    check_problem(await api.post(move, json={**later, "version": 7}), 409, "changed-meanwhile")
    await api.post(f"{BOOKINGS}/{booking_id}/cancellation")
    check_problem(await api.post(move, json=later), 409, "cancelled")
    begun = await make_booking(connection, resident, place.desk, period_on(day_after(-1)))
    check_problem(await api.post(f"{BOOKINGS}/{begun}/move", json=later), 409, "begun")
    check_problem(await api.post(f"{BOOKINGS}/{begun}/cancellation"), 409, "begun")


async def test_every_wrong_field_is_named_at_once(api: httpx.AsyncClient, place: Place) -> None:
    answer = await api.post(BOOKINGS, json={"resource_id": "7", "start": "tomorrow", "colour": "red"})
    check_problem(answer, 422, "invalid-input", "colour", "resource_id", "start", "end")
    check_problem(await api.post(BOOKINGS), 422, "invalid-input", "start", "end")
    answer = await api.post(f"{BOOKINGS}/1/move", json={"resource_id": 0, "version": 2**31, "start": None, "end": 7})
    check_problem(answer, 422, "invalid-input", "start", "end", "resource_id", "version")


@pytest.mark.parametrize("value", ["2026-12-01T09:00:00", "2026-12-01", "", 1e300, [], {}, True, "\u0000", "9" * 5000])
async def test_what_is_no_instant_is_named(api: httpx.AsyncClient, place: Place, value: object) -> None:
    good = wish(place.desk, period_on(day_after(3)))
    check_problem(await api.post(BOOKINGS, json={**good, "start": value}), 422, "invalid-input", "start")


@pytest.mark.parametrize(
    "instant",
    ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "1969-12-31T23:59:59Z", "9001-01-01T00:00:00Z"],
)
async def test_instants_at_the_ends_of_the_calendar_are_refused(
    api: httpx.AsyncClient, place: Place, instant: str
) -> None:
    answer = await api.post(BOOKINGS, json={"resource_id": place.desk, "start": instant, "end": instant})
    assert answer.status_code == 422


@pytest.mark.parametrize("body", [b"{", b"nonsense", b'{"a":}', b"\xff\xfe", b'{"a":"\\ud800"}', b"[" * 100_000])
async def test_what_is_no_json_is_400(api: httpx.AsyncClient, body: bytes) -> None:
    answer = await api.post(BOOKINGS, content=body, headers={"Content-Type": "application/json"})
    check_problem(answer, 400, "not-json")


@pytest.mark.parametrize("body", [b"[]", b"7", b'"x"', b"null", b"true"])
async def test_json_that_is_no_object_is_422(api: httpx.AsyncClient, body: bytes) -> None:
    answer = await api.post(BOOKINGS, content=body, headers={"Content-Type": "application/json"})
    check_problem(answer, 422, "invalid-input", "")


@pytest.mark.parametrize(
    "kind",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/xml",
        "nonsense",
    ],
)
async def test_another_kind_of_body_is_refused_in_the_same_way(api: httpx.AsyncClient, kind: str) -> None:
    answer = await api.post(BOOKINGS, content=b"a=b", headers={"Content-Type": kind})
    assert answer.status_code in (400, 415, 422)
    assert answer.headers["content-type"] == "application/problem+json"


async def test_far_too_large_a_body_is_413(api: httpx.AsyncClient) -> None:
    answer = await api.post(BOOKINGS, content=b" " * 6_000_001, headers={"Content-Type": "application/json"})
    check_problem(answer, 413, "too-large")


async def test_ones_own_bookings_come_page_by_page_once_each(
    connection: Connection, api: httpx.AsyncClient, place: Place, resident: Person, outsider: Person
) -> None:
    made = [await make_booking(connection, resident, place.desk, period_on(day_after(day))) for day in range(-3, 8)]
    await make_booking(connection, outsider, place.other_desk, period_on(day_after(3)))
    for limit in (1, 3, 10, 11, 200):
        seen: list[int] = []
        query: dict[str, Any] = {"limit": limit}
        while True:
            page = (await api.get(BOOKINGS, params=query)).json()
            seen += [item["id"] for item in page["items"]]
            if page["next"] is None:
                break
            query["cursor"] = page["next"]
        assert seen == made[::-1]


async def test_a_session_will_do_as_well(
    connection: Connection, client: httpx.AsyncClient, place: Place, resident: Person
) -> None:
    from support.people import sign_in

    await sign_in(connection, client, resident)
    assert (await client.get(BOOKINGS)).status_code == 200


async def test_the_same_key_acts_once_and_answers_the_same(
    connection: Connection, api: httpx.AsyncClient, place: Place
) -> None:
    headers = {"Idempotency-Key": "8e03978e-40d5-43dd-bc93-6894a57f9324"}
    body = wish(place.desk, period_on(day_after(3)))
    first = await api.post(BOOKINGS, json=body, headers=headers)
    second = await api.post(BOOKINGS, json=body, headers=headers)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert await connection.fetchval("SELECT count(*) FROM booking") == 1
    assert await connection.fetchval("SELECT count(*) FROM outbox WHERE template LIKE '%confirmation'") == 1

    move = f"{BOOKINGS}/{first.json()['id']}/move"
    headers = {"Idempotency-Key": "move"}
    later = wish(place.desk, period_on(day_after(4)), version=1)
    moved = [await api.post(move, json=later, headers=headers) for _ in range(2)]
    assert [answer.status_code for answer in moved] == [200, 200]
    assert moved[0].json() == moved[1].json()
    assert moved[0].json()["version"] == 2
    again = await api.post(BOOKINGS, json=body, headers={"Idempotency-Key": "8e03978e-40d5-43dd-bc93-6894a57f9324"})
    assert (again.status_code, again.json()) == (201, moved[0].json())


async def test_a_key_that_stands_for_another_request_is_refused(api: httpx.AsyncClient, place: Place) -> None:
    headers = {"Idempotency-Key": "one"}
    booking = await api.post(BOOKINGS, json=wish(place.desk, period_on(day_after(3))), headers=headers)
    other = wish(place.other_desk, period_on(day_after(3)))
    check_problem(await api.post(BOOKINGS, json=other, headers=headers), 422, "idempotency-key-reused")
    same_body = wish(place.desk, period_on(day_after(3)))
    answer = await api.post(f"{BOOKINGS}/{booking.json()['id']}/move", json=same_body, headers=headers)
    check_problem(answer, 422, "idempotency-key-reused")


async def test_a_refused_request_leaves_its_key_unused(
    connection: Connection, api: httpx.AsyncClient, place: Place, outsider: Person
) -> None:
    headers = {"Idempotency-Key": "one"}
    taken = await make_booking(connection, outsider, place.desk, period_on(day_after(3)))
    body = wish(place.desk, period_on(day_after(3)))
    assert (await api.post(BOOKINGS, json=body, headers=headers)).status_code == 409
    await connection.execute("UPDATE booking SET status = 'cancelled', cancelled_at = now() WHERE id = $1", taken)
    assert (await api.post(BOOKINGS, json=body, headers=headers)).status_code == 201


async def test_keys_are_each_persons_own(
    connection: Connection, api: httpx.AsyncClient, place: Place, outsider: Person
) -> None:
    headers = {"Idempotency-Key": "one"}
    await api.post(BOOKINGS, json=wish(place.desk, period_on(day_after(3))), headers=headers)
    headers |= await bearer(connection, outsider)
    answer = await api.post(BOOKINGS, json=wish(place.other_desk, period_on(day_after(3))), headers=headers)
    assert answer.status_code == 201


@pytest.mark.parametrize("key", ["", "x" * 101, "a b", "ä"])
async def test_what_is_no_key_is_named(api: httpx.AsyncClient, place: Place, key: str) -> None:
    answer = await api.post(
        BOOKINGS,
        json=wish(place.desk, period_on(day_after(3))),
        headers={b"Idempotency-Key": key.encode()},
    )
    check_problem(answer, 422, "invalid-input", "Idempotency-Key")
