"""Alike units: anybody gets one that is free, and is refused only when none is."""

from typing import Any

import httpx
import pytest

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.spaces.booking import book_resource
from landbooking.spaces.equipment import EquipmentTaken, EquipmentUnfit
from landbooking.spaces.opening_hours import RuleBroken
from landbooking.spaces.pools import NoneLeft, book_one_of
from landbooking.spaces.refusals import DeskGone
from landbooking.spaces.space import space_by_id
from landbooking.spaces.tariffs.prices import offer_cards, set_tariff
from landbooking.spaces.tariffs.sales import sell_card
from landbooking.spaces.tariffs.tariff import Tariff
from support.hosting import Place
from support.people import bearer, sign_in
from support.spaces import day_after, make_desk, make_district, make_override, period_on

DAY = day_after(5)
MORNING = period_on(DAY, "09:00", "12:00")
WISH = {"pool": "Pult", "date": f"{DAY}", "start": "09:00", "end": "12:00"}


@pytest.fixture
async def units(connection: Connection, place: Place) -> list[int]:
    return [await make_desk(connection, place.space_id, f"Pult {number}", pool="Pult") for number in (1, 2, 3)]


async def test_each_gets_one_until_none_is_left(
    connection: Connection, place: Place, resident: Person, outsider: Person, units: list[int]
) -> None:
    await book_resource(connection, outsider, units[0], period_on(DAY, "11:00", "13:00"))
    got = [(await book_one_of(connection, resident, place.space_id, "Pult", MORNING)).resource_id for _ in range(2)]
    assert got == units[1:]
    with pytest.raises(NoneLeft) as none_left:
        await book_one_of(connection, resident, place.space_id, "Pult", MORNING)
    assert none_left.value.code == "taken"
    assert "Pult" in none_left.value.message
    with pytest.raises(DeskGone):
        await book_one_of(connection, resident, place.space_id, "Thron", MORNING)


async def test_units_have_rules_of_their_own(
    connection: Connection, place: Place, resident: Person, units: list[int]
) -> None:
    await make_override(connection, place.space_id, None, units[0], longest_minutes=60)
    await make_override(connection, place.space_id, None, units[1], audience="staff")
    assert (await book_one_of(connection, resident, place.space_id, "Pult", MORNING)).resource_id == units[2]
    with pytest.raises(RuleBroken) as broken:
        await book_one_of(connection, resident, place.space_id, "Pult", MORNING)
    assert broken.value.code == "rule-audience"
    with pytest.raises(RuleBroken) as closed:
        await book_one_of(connection, resident, place.space_id, "Pult", period_on(DAY, "19:00", "20:00"))
    assert closed.value.code == "rule-opening-hours"


async def test_the_day_offers_them_as_one_line(
    connection: Connection, client: httpx.AsyncClient, place: Place, resident: Person, units: list[int]
) -> None:
    path = f"/spaces/{place.space_id}"
    day = await client.get(f"{path}/days/{DAY}", params={"start": "09:00", "end": "12:00"})
    assert "3 gleiche sind frei" in day.text
    assert "Einen bestimmten Platz wählen" in day.text
    assert f'href="{path}/bookings/new?pool=Pult&amp;date={DAY}&amp;start=09%3A00&amp;end=12%3A00"' in day.text
    assert "einer von 3 freien" in (await client.get(f"{path}/bookings/new", params=WISH)).text
    assert (await client.post(f"{path}/bookings", data=WISH)).status_code == 401
    await sign_in(connection, client, resident)
    for _ in range(2):
        made = await client.post(f"{path}/bookings", data={**WISH, "key": "k"})
        assert made.status_code == 303
    assert await connection.fetchval("SELECT count(*) FROM booking") == 1
    assert "Pult 1" in (await client.get(made.headers["location"])).text
    for _ in range(2):
        assert (await client.post(f"{path}/bookings", data=WISH)).status_code == 303
    none_left = await client.post(f"{path}/bookings", data=WISH)
    assert none_left.status_code == 409
    assert "ist zu dieser Zeit nichts mehr frei" in none_left.text
    assert "davon keiner mehr frei" in (await client.get(f"{path}/bookings/new", params=WISH)).text


@pytest.mark.parametrize(
    ("change", "status"),
    [({"pool": "Thron"}, 404), ({"pool": ""}, 404), ({"date": ""}, 422), ({"start": "18:30", "end": "19:00"}, 422)],
)
async def test_what_can_not_be_is_told(
    connection: Connection,
    client: httpx.AsyncClient,
    place: Place,
    resident: Person,
    units: list[int],
    change: dict[str, str],
    status: int,
) -> None:
    await sign_in(connection, client, resident)
    path = f"/spaces/{place.space_id}/bookings"
    assert (await client.get(f"{path}/new", params={**WISH, **change})).status_code == status
    assert (await client.post(path, data={**WISH, **change})).status_code == status


async def test_programs_book_one_of_a_pool(
    connection: Connection, client: httpx.AsyncClient, place: Place, resident: Person, units: list[int]
) -> None:
    client.headers.update(await bearer(connection, resident))
    times = {"start": MORNING.start.isoformat(), "end": MORNING.end.isoformat()}
    wish: dict[str, Any] = {**times, "space_id": place.space_id, "pool": "Pult"}
    made = [await client.post("/api/v1/bookings", json=wish) for _ in range(4)]
    assert [answer.status_code for answer in made] == [201, 201, 201, 409]
    assert [answer.json()["resource"] for answer in made[:3]] == ["Pult 1", "Pult 2", "Pult 3"]
    assert made[3].json()["type"] == "urn:landbooking:problem:taken"
    for wrong in (
        times,
        {**times, "pool": "Pult"},
        {**times, "space_id": place.space_id},
        {**wish, "resource_id": units[0]},
        {**wish, "assistant": True},
    ):
        answer = await client.post("/api/v1/bookings", json=wrong)
        assert (answer.status_code, answer.json()["type"]) == (422, "urn:landbooking:problem:invalid-input")
    assert (await client.post("/api/v1/bookings", json={**wish, "pool": "Thron"})).status_code == 404


async def test_equipment_comes_along_with_whichever_unit_or_nothing_is_booked(
    connection: Connection, place: Place, resident: Person, outsider: Person, units: list[int]
) -> None:
    piece = await make_desk(connection, place.space_id, "Beamer", kind="equipment")
    await book_resource(connection, outsider, units[0], MORNING)
    booking = await book_one_of(connection, resident, place.space_id, "Pult", MORNING, [piece])
    assert (booking.resource_id, booking.equipment) == (units[1], ("Beamer",))
    with pytest.raises(EquipmentTaken):
        async with connection.transaction():
            await book_one_of(connection, outsider, place.space_id, "Pult", MORNING, [piece])
    assert await connection.fetchval("SELECT count(*) FROM booking") == 3
    await make_override(connection, place.space_id, None, piece, longest_minutes=60)
    with pytest.raises(RuleBroken, match="Beamer: "):
        async with connection.transaction():
            await book_one_of(connection, outsider, place.space_id, "Pult", period_on(DAY, "13:00", "16:00"), [piece])
    assert await connection.fetchval("SELECT count(*) FROM booking") == 3
    with pytest.raises(EquipmentUnfit):
        await book_one_of(connection, outsider, place.space_id, "Pult", MORNING, [units[0]])


async def test_the_form_of_a_pool_offers_equipment_and_cards(
    connection: Connection, client: httpx.AsyncClient, place: Place, resident: Person, units: list[int]
) -> None:
    piece = await make_desk(connection, place.space_id, "Beamer", kind="equipment")
    await set_tariff(connection, place.space_id, Tariff(day_cents=1000))
    await offer_cards(connection, await make_district(connection), 1, 800)
    card = await sell_card(connection, place.host, await space_by_id(connection, place.space_id), resident.email)
    await sign_in(connection, client, resident)
    client.headers["Accept-Language"] = "de"
    address = f"/spaces/{place.space_id}/bookings"
    shown = await client.get(f"{address}/new", params=WISH)
    assert "10,00\xa0€" in shown.text
    for name, value in (("with_equipment", piece), ("pay_with", card)):
        assert f'name="{name}" value="{value}"' in shown.text
    chosen = {**WISH, "with_equipment": f"{piece}", "pay_with": f"{card}"}
    booked = await client.post(address, data={**chosen, "key": "k"})
    assert booked.status_code == 303
    assert booked.headers["location"] == (await client.post(address, data={**chosen, "key": "k"})).headers["location"]
    assert "Beamer" in (await client.get(booked.headers["location"])).text
    taken = await client.post(address, data=chosen)
    assert taken.status_code == 409
    assert 'id="field-with_equipment"' in taken.text
    used_up = await client.post(address, data={**WISH, "date": f"{day_after(6)}", "pay_with": f"{card}"})
    assert used_up.status_code == 409
    assert await connection.fetchval("SELECT count(*) FROM booking") == 2


async def test_programs_book_a_unit_with_equipment(
    connection: Connection, client: httpx.AsyncClient, place: Place, resident: Person, units: list[int]
) -> None:
    piece = await make_desk(connection, place.space_id, "Beamer", kind="equipment")
    client.headers.update(await bearer(connection, resident))
    wish = {
        "space_id": place.space_id,
        "pool": "Pult",
        "start": MORNING.start.isoformat(),
        "end": MORNING.end.isoformat(),
        "with_equipment": [piece],
    }
    made = await client.post("/api/v1/bookings", json=wish)
    assert (made.status_code, made.json()["equipment"]) == (201, ["Beamer"])
    again = await client.post("/api/v1/bookings", json=wish)
    assert (again.status_code, again.json()["type"].rpartition(":")[2]) == (409, "equipment-taken")
