"""Whatever way a booking came to be, it costs what the tariff says, and whatever ends it takes the charge back."""

import re
from collections.abc import Awaitable, Callable
from datetime import time, timedelta
from typing import Any

import httpx
import pytest

from conftest import OneConnection
from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.spaces.approval.answers import approve, refuse
from landbooking.spaces.approval.expiry import expire_requests
from landbooking.spaces.booking import book_resource, cancel_booking, move_booking
from landbooking.spaces.bookings import booking_by_id
from landbooking.spaces.guests.booking import book_for_guest, call_off_for_guest, move_for_guest
from landbooking.spaces.hosting.booking import call_off
from landbooking.spaces.hosting.consequences import Affected, Decision, Undecided, mark_of
from landbooking.spaces.pools import book_one_of
from landbooking.spaces.series.change import Move, Which, cancel_dates, move_dates
from landbooking.spaces.space import space_by_id
from landbooking.spaces.tariffs.cost import Cost
from landbooking.spaces.tariffs.prices import offer_cards, set_tariff
from landbooking.spaces.tariffs.sales import sell_card, sell_pass
from landbooking.spaces.tariffs.tariff import Tariff
from landbooking.spaces.tariffs.vouchers import issue_voucher, redeem_for_booking
from landbooking.spaces.waiting.answers import accept_offer, expire_offer
from support.approval import ask_for, let_it_expire, with_approval
from support.hosting import Place
from support.people import bearer, sign_in
from support.presence import DAY as DAY_THERE
from support.presence import at, code_of
from support.series import booked_series, weekly
from support.spaces import day_after, make_booking, make_desk, make_district, period_on
from support.waiting import let_holds_run_out, make_wish, offer_to

DAY = day_after(4)
MORNING = period_on(DAY, "09:00", "11:00")


@pytest.fixture
async def priced(connection: Connection, place: Place) -> Place:
    await set_tariff(connection, place.space_id, Tariff(hour_cents=300, month_cents=9000))
    return place


async def amounts(connection: Connection, booking_id: int) -> list[tuple[str, int]]:
    """Way and cents of each row; a counter-row takes back the one before it."""
    rows = await connection.fetch(
        "SELECT id, way, cents, corrects FROM charge WHERE booking_id = $1 ORDER BY id", booking_id
    )
    assert all(row["corrects"] is None or row["corrects"] in [one["id"] for one in rows] for row in rows)
    return [(row["way"], row["cents"]) for row in rows]


async def decided(connection: Connection, work: Callable[[Decision], Awaitable[Any]]) -> None:
    """The host sees what is hit, and cancels all of it."""
    with pytest.raises(Undecided) as undecided:
        await work(Decision())
    hit: list[Affected] = list(undecided.value.affected)
    await work(Decision(mark_of(hit), {one.booking_id: "cancel" for one in hit}))


# Series


async def test_every_date_of_a_series_is_charged(connection: Connection, priced: Place, resident: Person) -> None:
    _series, dates = await booked_series(connection, resident, weekly(priced.desk, DAY, 3))
    assert [one.cost for one in dates] == [Cost("counter", 900)] * 3
    days = await connection.fetch("SELECT day FROM charge ORDER BY day")
    assert [row["day"] for row in days] == [DAY + timedelta(weeks=week) for week in range(3)]


async def test_moved_dates_are_charged_anew_and_cancelled_ones_taken_back(
    connection: Connection, priced: Place, resident: Person
) -> None:
    series, dates = await booked_series(connection, resident, weekly(priced.desk, DAY, 3))
    following = Which(series.id, dates[1].id, "following")
    await move_dates(connection, resident, following, Move(time(13), time(14)))
    assert await amounts(connection, dates[0].id) == [("counter", 900)]
    for one in dates[1:]:
        assert await amounts(connection, one.id) == [("counter", 900), ("counter", -900), ("counter", 300)]
    await cancel_dates(connection, resident, Which(series.id, dates[0].id, "all"))
    for one in dates:
        assert (await booking_by_id(connection, one.id)).cost is None
    assert await connection.fetchval("SELECT sum(cents) FROM charge") == 0


async def test_a_series_within_a_pass_costs_nothing(connection: Connection, priced: Place, resident: Person) -> None:
    await sell_pass(connection, priced.host, await space_by_id(connection, priced.space_id), resident.email, DAY)
    _series, dates = await booked_series(connection, resident, weekly(priced.desk, DAY, 6))
    ways = [one.cost.way for one in dates if one.cost]
    assert ways[:3] == ["pass"] * 3  # a month has four of them, of which one may be a holiday
    assert ways[-1] == "counter"


# Pools


async def test_any_unit_of_a_pool_costs_what_it_costs(connection: Connection, priced: Place, resident: Person) -> None:
    await connection.execute("UPDATE resource SET pool = 'Tisch' WHERE space_id = $1", priced.space_id)
    await set_tariff(connection, priced.space_id, Tariff(resource_id=priced.other_desk, hour_cents=500))
    booked = [await book_one_of(connection, resident, priced.space_id, "Tisch", MORNING) for _ in range(2)]
    assert {one.resource_id: one.cost for one in booked} == {
        priced.desk: Cost("counter", 600),
        priced.other_desk: Cost("counter", 1000),
    }
    await cancel_booking(connection, resident, booked[0].id)
    assert [cents for _way, cents in await amounts(connection, booked[0].id)] in ([600, -600], [1000, -1000])


# The waiting list


async def in_line(connection: Connection, priced: Place, resident: Person, outsider: Person) -> tuple[int, int]:
    """A wish that something is held for, and the booking that holds it."""
    first = await book_resource(connection, outsider, priced.desk, MORNING)
    wish_id = await make_wish(connection, resident, MORNING, priced.space_id, priced.desk)
    await cancel_booking(connection, outsider, first.id)
    held = await offer_to(connection, resident, wish_id)
    assert held
    return wish_id, held.id


async def test_what_is_held_costs_nothing_until_it_is_accepted(
    connection: Connection, priced: Place, resident: Person, outsider: Person
) -> None:
    wish_id, held = await in_line(connection, priced, resident, outsider)
    assert await amounts(connection, held) == []
    assert (await accept_offer(connection, resident, wish_id)).cost == Cost("counter", 600)
    await accept_offer(connection, resident, wish_id)  # twice is once
    await cancel_booking(connection, resident, held)
    assert await amounts(connection, held) == [("counter", 600), ("counter", -600)]


async def a_card(connection: Connection, priced: Place, person: Person, visits: int = 1) -> int:
    await offer_cards(connection, await make_district(connection), visits, 800 * visits)
    return await sell_card(connection, priced.host, await space_by_id(connection, priced.space_id), person.email)


async def test_what_is_held_is_paid_by_a_card_on_its_page(
    connection: Connection, client: httpx.AsyncClient, priced: Place, resident: Person, outsider: Person
) -> None:
    card = await a_card(connection, priced, resident)
    await book_resource(connection, resident, priced.other_desk, period_on(day_after(6)), pay_with=card)
    wish_id, held = await in_line(connection, priced, resident, outsider)
    await sign_in(connection, client, resident)
    address = f"/waiting/{wish_id}"
    assert "pay_with" not in (await client.get(address)).text  # nothing is left on it
    empty = await client.post(f"{address}/acceptance", data={"pay_with": card})
    assert empty.status_code == 409
    assert "kein Besuch mehr" in empty.text
    assert "Annehmen und buchen" in empty.text  # still held
    other = await a_card(connection, priced, resident)
    assert f'name="pay_with" value="{other}"' in (await client.get(address)).text
    accepted = await client.post(f"{address}/acceptance", data={"pay_with": other})
    assert "mit Ihrer Besuchskarte" in (await client.get(accepted.headers["location"])).text
    assert await amounts(connection, held) == [("card", 0)]


async def test_what_is_held_is_paid_by_a_card_over_the_api(
    connection: Connection, client: httpx.AsyncClient, priced: Place, resident: Person, outsider: Person
) -> None:
    card, others = await a_card(connection, priced, resident), await a_card(connection, priced, outsider)
    wish_id, held = await in_line(connection, priced, resident, outsider)
    address, headers = f"/api/v1/waiting/{wish_id}/acceptance", await bearer(connection, resident)
    refused = await client.post(address, json={"pay_with": others}, headers=headers)
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:landbooking:problem:card")
    assert (await client.post(address, json={"pay_with": "x"}, headers=headers)).status_code == 422
    assert (await client.post(address, json={"pay_with": card}, headers=headers)).json()["state"] == "accepted"
    assert (await client.post(address, headers=headers)).json()["state"] == "accepted"  # without a body, and twice
    assert await amounts(connection, held) == [("card", 0)]


async def test_a_voucher_pays_what_was_held_too(
    connection: Connection, priced: Place, resident: Person, outsider: Person
) -> None:
    wish_id, held = await in_line(connection, priced, resident, outsider)
    code = (await issue_voucher(connection, priced.host, await make_district(connection), None, 400)).code
    await accept_offer(connection, resident, wish_id)
    await redeem_for_booking(connection, resident, held, code)
    assert await amounts(connection, held) == [("counter", 600), ("counter", -600), ("voucher", 200)]


# The code at a desk


async def test_who_stands_there_pays_by_a_card(
    connection: Connection, client: httpx.AsyncClient, priced: Place, resident: Person
) -> None:
    card = await a_card(connection, priced, resident)
    code = await code_of(connection, priced.desk)
    await sign_in(connection, client, resident)
    with at("10:07"):
        page = (await client.get(f"/here/{code}")).text
        assert f'name="pay_with" value="{card}"' in page
        [end, *_later] = re.findall(r'name="end" value="([^"]+)"', page)
        form = {"resource": priced.desk, "end": end, "pay_with": card}
        booked = await client.post(f"/here/{code}/bookings", data=form)
        assert "mit Ihrer Besuchskarte" in (await client.get(booked.headers["location"])).text
    with at("12:07"):
        # That desk is left; the day is paid, so a second booking of it needs no visit.
        again = await client.post(
            f"/api/v1/here/{code}/bookings",
            json={
                "resource_id": priced.desk,
                "end": period_on(DAY_THERE, "12:00", "13:00").end.isoformat(),
                "pay_with": card,
            },
            headers=await bearer(connection, resident),
        )
        assert again.status_code == 201
        assert again.json()["checked_in_at"]
    assert await connection.fetchval("SELECT sum(visits) FROM charge WHERE card_id = $1", card) == 1


async def test_a_card_without_a_visit_books_nothing_there(
    connection: Connection, client: httpx.AsyncClient, priced: Place, resident: Person, outsider: Person
) -> None:
    card = await a_card(connection, priced, resident)
    await book_resource(connection, resident, priced.desk, period_on(day_after(6)), pay_with=card)
    code = await code_of(connection, priced.desk)
    await make_booking(connection, outsider, priced.desk, period_on(DAY_THERE, "10:00", "12:00"))
    await sign_in(connection, client, resident)
    other = await a_card(connection, priced, resident)
    with at("10:07"):
        page = (await client.get(f"/here/{code}")).text  # taken; the other desk of the space is free
        assert f"Tisch 2 mit Karte Nr. {other} buchen" in page
        [end, *_rest] = re.findall(r'name="end" value="([^"]+)"', page)
        form = {"resource": priced.other_desk, "end": end, "pay_with": card}
        refused = await client.post(f"/here/{code}/bookings", data=form)
        assert refused.status_code == 409
        assert "kein Besuch mehr" in refused.text
        headers = await bearer(connection, resident)
        body = {"resource_id": priced.other_desk, "end": end, "pay_with": card}
        answer = await client.post(f"/api/v1/here/{code}/bookings", json=body, headers=headers)
        assert (answer.status_code, answer.json()["type"]) == (409, "urn:landbooking:problem:card")
        assert (await client.post("/api/v1/here/000000000000/bookings", json=body, headers=headers)).status_code == 404
        booked = await client.post(f"/here/{code}/bookings", data=form | {"pay_with": other})
    assert await amounts(connection, int(booked.headers["location"].rpartition("/")[2])) == [("card", 0)]


async def test_who_stands_there_pays_by_a_voucher(
    connection: Connection, client: httpx.AsyncClient, priced: Place, resident: Person
) -> None:
    worth = (await issue_voucher(connection, priced.host, await make_district(connection), None, 200)).code
    code = await code_of(connection, priced.desk)
    await sign_in(connection, client, resident)
    with at("10:07"):
        end = period_on(DAY_THERE, "10:00", "12:00").end.isoformat()
        booked = await client.post(f"/here/{code}/bookings", data={"resource": priced.desk, "end": end})
        address = booked.headers["location"]
        assert "Gutschein einlösen" in (await client.get(address)).text
        assert (await client.post(f"{address}/voucher", data={"code": worth})).status_code == 303
    paid = await amounts(connection, int(address.rpartition("/")[2]))
    assert paid == [("counter", 600), ("counter", -600), ("voucher", 400)]


async def test_what_ran_out_costs_nothing(
    connection: Connection, priced: Place, resident: Person, outsider: Person
) -> None:
    _wish, held = await in_line(connection, priced, resident, outsider)
    await let_holds_run_out(connection)
    assert await expire_offer(connection, held)
    assert await amounts(connection, held) == []


# Requests


async def test_a_request_costs_what_was_told_when_it_was_asked(
    connection: Connection, priced: Place, resident: Person
) -> None:
    await with_approval(connection, priced.space_id)
    request = await ask_for(connection, resident, priced, MORNING)
    assert request.cost == Cost("counter", 600)
    await set_tariff(connection, priced.space_id, Tariff(hour_cents=900))
    assert (await approve(connection, priced.host, request.id, None)).cost == Cost("counter", 600)
    assert await amounts(connection, request.id) == [("counter", 600)]


@pytest.mark.parametrize("end", ["refused", "expired", "withdrawn", "called off"])
async def test_a_request_that_comes_to_nothing_costs_nothing(
    connection: Connection, priced: Place, resident: Person, end: str
) -> None:
    await with_approval(connection, priced.space_id)
    request = await ask_for(connection, resident, priced, MORNING)
    if end == "refused":
        await refuse(connection, priced.host, request.id, None, "")
    elif end == "withdrawn":
        await cancel_booking(connection, resident, request.id)
    elif end == "expired":
        await let_it_expire(connection, request.id)
        assert await expire_requests(OneConnection(connection)) == 1  # type: ignore[arg-type]
    else:
        await decided(
            connection, lambda decision: call_off(connection, priced.host, priced.space_id, request.id, decision)
        )
    assert await amounts(connection, request.id) == [("counter", 600), ("counter", -600)]


async def test_a_request_that_is_refused_gives_the_visit_back(
    connection: Connection, priced: Place, resident: Person
) -> None:
    await with_approval(connection, priced.space_id)
    await offer_cards(connection, await make_district(connection), 1, 800)
    card = await sell_card(connection, priced.host, await space_by_id(connection, priced.space_id), resident.email)
    request = await book_resource(connection, resident, priced.desk, MORNING, pay_with=card)
    assert await connection.fetchval("SELECT visits_left FROM card") == 0
    await refuse(connection, priced.host, request.id, None, "")
    assert await connection.fetchval("SELECT visits_left FROM card") == 1


# Equipment


@pytest.fixture
async def projector(connection: Connection, priced: Place) -> int:
    made = await make_desk(connection, priced.space_id, "Beamer", kind="equipment")
    await set_tariff(connection, priced.space_id, Tariff(resource_id=made, day_cents=500))
    return made


async def test_equipment_is_charged_with_the_room(
    connection: Connection, priced: Place, resident: Person, projector: int
) -> None:
    flipchart = await make_desk(connection, priced.space_id, "Flipchart", kind="equipment")
    booking = await book_resource(connection, resident, priced.desk, MORNING, equipment=[projector, flipchart])
    assert booking.cost == Cost("counter", 600 + 500)  # the flipchart does not cost what a desk does
    moved = await move_booking(connection, resident, booking.id, None, None, period_on(DAY, "09:00", "12:00"))
    assert moved.cost == Cost("counter", 900 + 500)
    await cancel_booking(connection, resident, booking.id)
    assert [cents for _way, cents in await amounts(connection, booking.id)] == [1100, -1100, 1400, -1400]
    assert await connection.fetchval("SELECT count(*) FROM charge WHERE booking_id <> $1", booking.id) == 0


async def test_equipment_by_itself_costs_its_own_price_only(
    connection: Connection, priced: Place, resident: Person, projector: int
) -> None:
    assert (await book_resource(connection, resident, projector, MORNING)).cost == Cost("counter", 500)
    flipchart = await make_desk(connection, priced.space_id, "Flipchart", kind="equipment")
    assert (await book_resource(connection, resident, flipchart, MORNING)).cost is None


async def test_a_card_covers_the_equipment_too(
    connection: Connection, priced: Place, resident: Person, projector: int
) -> None:
    await offer_cards(connection, await make_district(connection), 10, 8000)
    card = await sell_card(connection, priced.host, await space_by_id(connection, priced.space_id), resident.email)
    booking = await book_resource(connection, resident, priced.desk, MORNING, equipment=[projector], pay_with=card)
    assert booking.cost == Cost("card", 0, card)
    assert await connection.fetchval("SELECT sum(visits) FROM charge") == 1


async def test_a_piece_that_a_host_takes_away_is_not_paid(
    connection: Connection, priced: Place, resident: Person, projector: int
) -> None:
    """All else costs what was told, whatever prices have become since."""
    booking = await book_resource(connection, resident, priced.desk, MORNING, equipment=[projector])
    await set_tariff(connection, priced.space_id, Tariff(hour_cents=900))
    part = await connection.fetchval("SELECT id FROM booking WHERE part_of = $1", booking.id)
    await decided(connection, lambda decision: call_off(connection, priced.host, priced.space_id, part, decision))
    assert (await booking_by_id(connection, booking.id)).cost == Cost("counter", 600)


async def test_guests_pay_for_equipment_too(connection: Connection, priced: Place, projector: int) -> None:
    booking = await book_for_guest(connection, priced.host, priced.desk, MORNING, "", "", [projector])
    assert (booking.what, booking.cost) == ("Tisch 1, Beamer", Cost("counter", 1100))
    moved = await move_for_guest(
        connection, priced.host, priced.space_id, booking.id, None, priced.other_desk, period_on(DAY, "13:00", "14:00")
    )
    assert moved.cost == Cost("counter", 800)
    await call_off_for_guest(connection, priced.host, priced.space_id, booking.id, None)
    assert [cents for _way, cents in await amounts(connection, booking.id)] == [1100, -1100, 800, -800]
