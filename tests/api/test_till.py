"""Prices, cards, passes, vouchers, waivers and the settlement over the API."""

import uuid

import httpx
import pytest

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.spaces.booking import book_resource
from support.hosting import Place
from support.people import bearer, make_person
from support.spaces import day_after, make_desk, make_district, period_on
from support.spreadsheets import read_back

DAY = day_after(4)
MORNING = period_on(DAY, "09:00", "11:00")


def key() -> dict[str, str]:
    return {"Idempotency-Key": f"{uuid.uuid4()}"}


@pytest.fixture
async def host(connection: Connection, place: Place) -> dict[str, str]:
    return await bearer(connection, place.host)


@pytest.fixture
async def own(connection: Connection, resident: Person) -> dict[str, str]:
    return await bearer(connection, resident)


@pytest.fixture
async def staff(connection: Connection) -> dict[str, str]:
    district_id = await make_district(connection)
    person = await make_person(connection, "kreis@example.org", role="staff", district_id=district_id)
    return await bearer(connection, person)


async def test_from_the_price_to_the_settlement(
    connection: Connection, client: httpx.AsyncClient, place: Place, resident: Person, host: dict[str, str],
    own: dict[str, str], staff: dict[str, str],
) -> None:  # fmt: skip
    space, district = f"/api/v1/spaces/{place.space_id}", f"/api/v1/districts/{await make_district(connection)}"
    none = await client.post(f"{space}/cards", json={"email": resident.email}, headers=host)
    assert (none.status_code, none.json()["type"]) == (409, "urn:landbooking:problem:not-for-sale")
    set_to = await client.post(f"{space}/tariffs", json={"hour_cents": 300, "month_cents": 9000}, headers=host)
    assert set_to.json()[0]["hour_cents"] == 300
    assert (await client.get(f"{space}/tariffs", headers=host)).json() == set_to.json()
    assert (await client.get(f"{district}/card-offer", headers=staff)).status_code == 404
    uneven = await client.post(f"{district}/card-offer", json={"visits": 10, "cents": 8001}, headers=staff)
    assert uneven.status_code == 422
    assert (await client.post(f"{district}/card-offer", json={"visits": 10, "cents": 8000}, headers=staff)).json() == (
        await client.get(f"{district}/card-offer", headers=staff)
    ).json()

    once = {**host, **key()}
    sold = [await client.post(f"{space}/cards", json={"email": resident.email}, headers=once) for _ in range(2)]
    assert [one.json() for one in sold] == [{"id": sold[0].json()["id"]}] * 2
    [card] = (await client.get("/api/v1/cards", headers=own)).json()
    wish = {"resource_id": place.desk, "start": MORNING.start.isoformat(), "end": MORNING.end.isoformat()}
    booked = await client.post("/api/v1/bookings", json={**wish, "pay_with": card["id"]}, headers=own)
    assert (booked.json()["price_cents"], booked.json()["paid"]) == (0, "card")
    used = await client.post(f"{space}/cards/{card['id']}/removal", headers=host)
    assert used.status_code == 409
    month = {"month": f"{DAY:%Y-%m}"}
    settled = (await client.get(f"{district}/settlement", params=month, headers=staff)).json()
    assert [(line["visits"], line["worth_cents"]) for line in settled["lines"]] == [(1, 800)]
    file = await client.get(f"{district}/settlement.csv", params=month, headers={**staff, "Accept-Language": "de"})
    [header, line] = read_back(file.content, ",")
    assert (header[0], line[0], line[-1]) == ("Month", f"{DAY:%Y-%m}", "8.00")  # the same for all
    assert file.headers["content-type"] == "text/csv; charset=utf-8"
    wrong = await client.get(f"{district}/settlement", params={"month": "2026-13"}, headers=staff)
    assert wrong.status_code == 422

    once = {**host, **key()}
    sale = {"email": resident.email, "first": f"{day_after(20)}"}
    passes = [await client.post(f"{space}/passes", json=sale, headers=once) for _ in range(2)]
    assert passes[0].json() == passes[1].json()
    assert (await client.post(f"{space}/passes", json=sale, headers=host)).status_code == 409
    past = await client.post(f"{space}/passes", json={**sale, "first": "2020-01-01"}, headers=host)
    assert (past.status_code, past.json()["errors"][0]["field"]) == (422, "first")
    till = (await client.get(f"{space}/till", headers=host)).json()
    assert [(one["what"], one["cents"]) for one in till["sold"]] == [("card", 8000)]  # the pass counts when it begins
    assert till["total_cents"] == 8000

    other = await client.post(f"{space}/cards", json={"email": resident.email}, headers=host)
    taken_back = await client.post(f"{space}/cards/{other.json()['id']}/removal", headers=host)
    assert taken_back.status_code == 200


async def test_vouchers_are_issued_and_redeemed(
    connection: Connection, client: httpx.AsyncClient, place: Place, resident: Person, host: dict[str, str],
    own: dict[str, str], staff: dict[str, str],
) -> None:  # fmt: skip
    district = f"/api/v1/districts/{await make_district(connection)}"
    await client.post(f"/api/v1/spaces/{place.space_id}/tariffs", json={"hour_cents": 300}, headers=host)
    once = {**staff, **key()}
    visits = [await client.post(f"{district}/vouchers", json={"visits": 3}, headers=once) for _ in range(2)]
    assert visits[0].json() == visits[1].json()
    amount = (await client.post(f"{district}/vouchers", json={"cents": 500}, headers=staff)).json()
    assert {one["code"] for one in (await client.get(f"{district}/vouchers", headers=staff)).json()} == {
        amount["code"], visits[0].json()["code"],
    }  # fmt: skip
    for body in ({}, {"visits": 1, "cents": 1}, {"visits": 0}):
        assert (await client.post(f"{district}/vouchers", json=body, headers=staff)).status_code == 422

    once = {**own, **key()}
    code = {"code": visits[0].json()["code"]}
    cards = [await client.post("/api/v1/cards/vouchers", json=code, headers=once) for _ in range(2)]
    assert [card.json()["visits_left"] for card in cards] == [3, 3]
    assert (await client.post("/api/v1/cards/vouchers", json=code, headers=own)).status_code == 422

    booking = await book_resource(connection, resident, place.desk, MORNING)
    path, code = f"/api/v1/bookings/{booking.id}/voucher", {"code": amount["code"]}
    assert (await client.post(path, json=code, headers=host)).status_code == 404
    once = {**own, **key()}
    paid = [await client.post(path, json=code, headers=once) for _ in range(2)]
    assert [(one.json()["price_cents"], one.json()["paid"]) for one in paid] == [(100, "voucher")] * 2
    waiver = f"/api/v1/spaces/{place.space_id}/bookings/{booking.id}/waiver"
    assert (await client.post(waiver, json={"reason": "illness"}, headers=host)).status_code == 422
    waived = await client.post(waiver, json={"reason": "volunteer"}, headers=host)
    assert (waived.json()["price_cents"], waived.json()["paid"]) == (0, "waived")
    assert (await client.post(waiver, json={"reason": "volunteer"}, headers=host)).status_code == 409


async def test_prices_are_of_one_thing(
    connection: Connection, client: httpx.AsyncClient, place: Place, host: dict[str, str]
) -> None:
    path = f"/api/v1/spaces/{place.space_id}/tariffs"
    for body in (
        {"kind": "desk", "resource_id": place.desk, "hour_cents": 1}, {"kind": "desk", "month_cents": 1},
        {"kind": "telemedicine", "hour_cents": 1}, {"hour_cents": -1}, {"hour_cents": 100_001},
    ):  # fmt: skip
        assert (await client.post(path, json=body, headers=host)).status_code == 422
    await client.post(path, json={"kind": "desk", "hour_cents": 200}, headers=host)
    assert (await client.post(path, json={"kind": "desk"}, headers=host)).json() == []
    room = await make_desk(connection, place.space_id, "Raum 3", kind="telemedicine")
    assert (await client.post(path, json={"resource_id": room, "hour_cents": 1}, headers=host)).status_code == 422


async def test_another_district_is_not_theirs(
    connection: Connection, client: httpx.AsyncClient, staff: dict[str, str], own: dict[str, str]
) -> None:
    elsewhere = await make_district(connection, key="07335", name="Nachbarkreis")
    for path in ("card-offer", "vouchers", "settlement", "settlement.csv"):
        address = f"/api/v1/districts/{elsewhere}/{path}"
        assert (await client.get(address, headers=staff)).status_code == 403
        assert (await client.get(address, headers=own)).status_code == 403
        assert (await client.get(address)).status_code == 401
    for path, body in (("card-offer", {"visits": 10, "cents": 10}), ("vouchers", {"visits": 1})):
        answer = await client.post(f"/api/v1/districts/{elsewhere}/{path}", json=body, headers=staff)
        assert answer.status_code == 403
    assert await connection.fetchval("SELECT count(*) FROM voucher") == 0
