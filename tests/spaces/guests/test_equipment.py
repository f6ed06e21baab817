"""Guests take equipment along, as others do."""

import re

import httpx
import pytest

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.spaces.bookings import booking_by_id
from landbooking.spaces.equipment import EquipmentTaken, EquipmentUnfit
from landbooking.spaces.guests.booking import book_for_guest, call_off_for_guest, move_for_guest
from landbooking.spaces.guests.counter import booking_with_code, coming_guests, guest_of
from landbooking.spaces.guests.slip import slip_of
from landbooking.spaces.tariffs.prices import set_tariff
from landbooking.spaces.tariffs.tariff import Tariff
from support.hosting import Place
from support.people import sign_in
from support.spaces import day_after, make_desk, make_override, period_on

DAY = day_after(4)
MORNING = period_on(DAY, "09:00", "12:00")


@pytest.fixture
async def projector(connection: Connection, place: Place) -> int:
    return await make_desk(connection, place.space_id, "Beamer", kind="equipment")


async def test_it_is_booked_at_the_counter_with_the_price_told_before(
    connection: Connection, client: httpx.AsyncClient, place: Place, projector: int
) -> None:
    await set_tariff(connection, place.space_id, Tariff(hour_cents=300))
    await set_tariff(connection, place.space_id, Tariff(resource_id=projector, day_cents=500))
    await sign_in(connection, client, place.host)
    path = f"/counter/spaces/{place.space_id}/bookings/new"
    wish = {"date": f"{DAY}", "start": "09:00", "end": "12:00"}
    form = (await client.get(path, params=wish)).text
    assert "Tisch 1: frei, 9,00\xa0€" in form
    assert "Beamer: frei, 5,00\xa0€" in form
    booked = await client.post(path, data={**wish, "resource": f"{place.desk}", "with_equipment": f"{projector}"})
    assert booked.status_code == 303
    shown = (await client.get(booked.headers["location"])).text
    assert "Tisch 1, Beamer" in shown
    assert "14,00\xa0€" in shown
    taken = await client.post(
        path, data={**wish, "resource": f"{place.other_desk}", "with_equipment": f"{projector}", "name": "Nachbarin"}
    )
    assert taken.status_code == 409
    assert "schon vergeben" in taken.text
    assert "Nachbarin" in taken.text
    assert re.search(rf'value="{projector}" checked', taken.text)
    assert await connection.fetchval("SELECT count(*) FROM guest") == 1
    board = (await client.get(f"/host/spaces/{place.space_id}", params={"date": f"{DAY}"})).text
    assert board.count("bookings/") >= 2


async def test_it_moves_ends_and_is_found_with_the_guest(connection: Connection, place: Place, projector: int) -> None:
    booking = await book_for_guest(connection, place.host, place.desk, MORNING, "Nachbarin", "", [projector])
    guest = await guest_of(connection, booking)
    assert guest
    assert [line.booking_id for line in await coming_guests(connection, place.space_id)] == [booking.id]
    assert await booking_with_code(connection, place.host, place.space_id, guest.code) == booking.id
    assert "Tisch 1, Beamer" in dict(slip_of(booking, guest).rows).values()
    with pytest.raises(EquipmentTaken):
        async with connection.transaction():
            await book_for_guest(connection, place.host, place.other_desk, MORNING, "", "", [projector])
    moved = await move_for_guest(
        connection, place.host, place.space_id, booking.id, None, place.other_desk, period_on(DAY, "13:00", "14:00")
    )
    assert moved.what == "Tisch 2, Beamer"
    await book_for_guest(connection, place.host, place.desk, MORNING, "", "", [projector])
    await call_off_for_guest(connection, place.host, place.space_id, booking.id, None)
    states = await connection.fetch("SELECT DISTINCT status FROM booking WHERE $1 IN (id, part_of)", booking.id)
    assert [row["status"] for row in states] == ["cancelled"]


async def test_rules_about_the_person_do_not_hold_for_it_either(
    connection: Connection, place: Place, projector: int
) -> None:
    await make_override(connection, place.space_id, None, projector, audience="members", weekly_minutes=30)
    booking = await book_for_guest(connection, place.host, place.desk, MORNING, "", "", [projector])
    await move_for_guest(
        connection, place.host, place.space_id, booking.id, None, place.desk, period_on(DAY, "13:00", "15:00")
    )
    assert (await booking_by_id(connection, booking.id)).equipment == ("Beamer",)


async def test_a_room_for_video_appointments_takes_none(
    connection: Connection, place: Place, projector: int, resident: Person
) -> None:
    room = await make_desk(connection, place.space_id, "Raum 3", kind="telemedicine")
    with pytest.raises(EquipmentUnfit):
        await book_for_guest(connection, place.host, room, MORNING, "", "", [projector])
    with pytest.raises(EquipmentUnfit):
        await book_for_guest(connection, place.host, place.desk, MORNING, "", "", [place.other_desk])
