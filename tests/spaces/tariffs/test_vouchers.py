"""Vouchers: worth visits or an amount, once."""

import asyncio
from collections import Counter

import httpx
import pytest

from landbooking.accounts.person import Person
from landbooking.database import Connection, Pool
from landbooking.spaces.booking import book_resource, cancel_booking, move_booking
from landbooking.spaces.bookings import booking_by_id
from landbooking.spaces.tariffs.cards import cards_of
from landbooking.spaces.tariffs.cost import Cost
from landbooking.spaces.tariffs.prices import offer_cards, set_tariff
from landbooking.spaces.tariffs.sales import waive
from landbooking.spaces.tariffs.tariff import Tariff
from landbooking.spaces.tariffs.vouchers import VoucherRefused, issue_voucher, redeem_for_booking, redeem_for_card
from support.hosting import Place
from support.people import make_person, sign_in
from support.races import make_scene, outcome
from support.spaces import day_after, make_district, period_on

DAY = day_after(4)


async def test_visits_become_a_card(connection: Connection, place: Place, resident: Person) -> None:
    district = await make_district(connection)
    await offer_cards(connection, district, 10, 8000)
    code = (await issue_voucher(connection, place.host, district, 3, None)).code
    await redeem_for_card(connection, resident, f" {code[:5].lower()}-{code[5:]} ")
    [card] = await cards_of(connection, resident)
    assert (card.visits_left, card.cents, card.sold_in) == (3, 2400, None)
    with pytest.raises(VoucherRefused):
        await redeem_for_card(connection, resident, code)


@pytest.mark.parametrize(("worth", "left"), [(500, 400), (5000, 0)])
async def test_an_amount_is_taken_off_a_booking(
    connection: Connection, place: Place, resident: Person, worth: int, left: int
) -> None:
    await set_tariff(connection, place.space_id, Tariff(hour_cents=300))
    code = (await issue_voucher(connection, place.host, await make_district(connection), None, worth)).code
    booking = await book_resource(connection, resident, place.desk, period_on(DAY))
    await redeem_for_booking(connection, resident, booking.id, code)
    voucher_id = await connection.fetchval("SELECT id FROM voucher")
    assert (await booking_by_id(connection, booking.id)).cost == Cost("voucher", left, voucher_id=voucher_id)
    await cancel_booking(connection, resident, booking.id)
    assert await connection.fetchval("SELECT sum(cents) FROM charge") == 0
    again = await book_resource(connection, resident, place.desk, period_on(DAY))
    await redeem_for_booking(connection, resident, again.id, code)  # given back, as a card's visit is
    assert (await booking_by_id(connection, again.id)).cost == Cost("voucher", left, voucher_id=voucher_id)
    other = await book_resource(connection, resident, place.other_desk, period_on(DAY))
    with pytest.raises(VoucherRefused):
        await redeem_for_booking(connection, resident, other.id, code)


async def test_a_voucher_goes_where_its_booking_goes(connection: Connection, place: Place, resident: Person) -> None:
    await set_tariff(connection, place.space_id, Tariff(hour_cents=300))
    await set_tariff(connection, place.space_id, Tariff(resource_id=place.other_desk, hour_cents=0))
    code = (await issue_voucher(connection, place.host, await make_district(connection), None, 500)).code
    booking = await book_resource(connection, resident, place.desk, period_on(DAY, "09:00", "11:00"))
    await redeem_for_booking(connection, resident, booking.id, code)
    for resource_id, end in ((place.desk, "13:00"), (place.other_desk, "13:00"), (place.desk, "10:00")):
        await move_booking(connection, resident, booking.id, None, resource_id, period_on(DAY, "09:00", end))
        assert await connection.fetchval("SELECT redeemed_by FROM voucher") == resident.id
    rows = await connection.fetch(
        "SELECT way, cents, corrects FROM charge WHERE booking_id = $1 ORDER BY id", booking.id
    )
    standing = {row["corrects"] for row in rows}
    assert [(row["way"], row["cents"]) for row in rows] == [
        ("counter", 600), ("counter", -600), ("voucher", 100), ("voucher", -100), ("voucher", 700), ("voucher", -700),
        ("voucher", 0), ("voucher", 0), ("voucher", 0),
    ]  # fmt: skip
    assert len(standing - {None}) == 4


async def test_a_waiver_gives_the_voucher_back(connection: Connection, place: Place, resident: Person) -> None:
    await set_tariff(connection, place.space_id, Tariff(hour_cents=300))
    code = (await issue_voucher(connection, place.host, await make_district(connection), None, 500)).code
    booking = await book_resource(connection, resident, place.desk, period_on(DAY))
    await redeem_for_booking(connection, resident, booking.id, code)
    await waive(connection, place.host, place.space_id, booking.id, "defect")
    assert await connection.fetchval("SELECT redeemed_at FROM voucher") is None


async def test_the_pages(connection: Connection, client: httpx.AsyncClient, place: Place) -> None:
    district = await make_district(connection)
    staff = await make_person(connection, "kreis@example.org", role="staff", district_id=district)
    await sign_in(connection, client, staff)
    for wrong in ({}, {"worth_visits": "0"}, {"worth": "x"}, {"worth_visits": "1", "worth": "1"}):
        assert (await client.post("/district/vouchers", data=wrong)).status_code == 422
    assert (await client.post("/district/vouchers", data={"worth_visits": "2"})).status_code == 303
    code = await connection.fetchval("SELECT code FROM voucher")
    assert code in (await client.get("/district/cards")).text
    assert (await client.post("/cards/vouchers", data={"code": "NICHTS"})).status_code == 422
    assert (await client.post("/cards/vouchers", data={"code": code})).status_code == 303
    assert "noch 2 von 2 Besuchen" in (await client.get("/cards")).text


async def test_a_wrong_code_is_told_on_the_bookings_page_and_stays_typed(
    connection: Connection, client: httpx.AsyncClient, place: Place, resident: Person
) -> None:
    await set_tariff(connection, place.space_id, Tariff(hour_cents=300))
    code = (await issue_voucher(connection, place.host, await make_district(connection), None, 500)).code
    booking = await book_resource(connection, resident, place.desk, period_on(DAY))
    path = f"/bookings/{booking.id}"
    await sign_in(connection, client, resident)
    for typed, told in (("NICHTS", "Diesen Gutschein gibt es nicht"), ("", "Bitte füllen Sie dieses Feld aus.")):
        wrong = await client.post(f"{path}/voucher", data={"code": typed})
        assert wrong.status_code == 422
        for shown in (told, f'name="code" value="{typed}"', "<h1>Ihre Buchung</h1>"):
            assert shown in wrong.text
    assert (await client.post(f"{path}/voucher", data={"code": code})).status_code == 303
    assert "4,00\xa0€, zu zahlen vor Ort" in (await client.get(path)).text
    late = await client.post(f"{path}/voucher", data={"code": code})
    assert (late.status_code, "Für diese Buchung ist vor Ort nichts zu zahlen." in late.text) == (422, True)
    other = await make_person(connection, "andere@example.org")
    await sign_in(connection, client, other)
    assert (await client.post(f"{path}/voucher", data={"code": "NICHTS"})).status_code == 404


async def test_a_voucher_is_redeemed_once_by_many_at_once(pool: Pool) -> None:
    scene = await make_scene(pool, people=10)
    async with pool.acquire() as connection:
        code = (await issue_voucher(connection, scene.host, await make_district(connection), 1, None)).code

    async def redeem(person: Person) -> None:
        async with pool.acquire() as connection, connection.transaction():
            await redeem_for_card(connection, person, code)

    results = Counter(await asyncio.gather(*(outcome(redeem(person)) for person in scene.people)))
    assert results == {"done": 1, VoucherRefused: 9}
    assert await pool.fetchval("SELECT count(*) FROM card") == 1
