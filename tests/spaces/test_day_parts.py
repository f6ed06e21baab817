"""Whole and half days in the forms: a tap where they are free, and instead of clock times where one books by them."""

from urllib.parse import quote

import httpx
import pytest

from landbooking.accounts.person import Person
from landbooking.database import Connection
from support.hosting import Place
from support.people import sign_in
from support.spaces import day_after, make_booking, make_override, period_on

DAY = day_after(5)


async def test_free_parts_of_the_day_are_one_tap_away(
    connection: Connection, client: httpx.AsyncClient, place: Place, outsider: Person
) -> None:
    path = f"/resources/{place.desk}/bookings/new"
    query = {"date": f"{DAY}", "start": "09:00", "end": "10:00"}
    shown = (await client.get(path, params=query)).text
    for label, start, end in (
        ("Ganzer Tag, 08:00–18:00", "08:00", "18:00"),
        ("Vormittag, 08:00–13:00", "08:00", "13:00"),
        ("Nachmittag, 13:00–18:00", "13:00", "18:00"),
    ):
        assert label in shown
        assert f'href="{path}?date={DAY}&amp;start={quote(start)}&amp;end={quote(end)}"' in shown
    await make_booking(connection, outsider, place.desk, period_on(DAY, "14:00", "15:00"))
    shown = (await client.get(path, params=query)).text
    assert "Vormittag, 08:00–13:00" in shown
    assert "Ganzer Tag" not in shown
    assert "Nachmittag" not in shown
    await make_override(connection, place.space_id, "desk", longest_minutes=240)
    assert "An diesem Tag noch frei" not in (await client.get(path, params=query)).text


@pytest.mark.parametrize(("unit", "parts"), [("half_day", 3), ("day", 1)])
async def test_who_books_by_the_day_chooses_no_clock_times(
    connection: Connection, client: httpx.AsyncClient, place: Place, resident: Person, unit: str, parts: int
) -> None:
    await make_override(connection, place.space_id, "desk", unit=unit)
    await sign_in(connection, client, resident)
    path = f"/resources/{place.desk}/bookings"
    empty = (await client.get(f"{path}/new", params={"date": f"{DAY}"})).text
    assert 'id="field-start"' not in empty
    assert sum(f'<option value="{part}"' in empty for part in ("day", "morning", "afternoon")) == parts
    asked = await client.get(f"{path}/new", params={"date": f"{DAY}", "part": "day"})
    assert asked.status_code == 200
    assert 'name="start" value="08:00"' in asked.text
    made = await client.post(path, data={"date": f"{DAY}", "start": "08:00", "end": "18:00"})
    address = made.headers["location"]
    assert '<option value="day" selected>' in (await client.get(f"{address}/move")).text
    move = {"date": f"{day_after(6)}", "part": "morning" if unit == "half_day" else "day", "version": "1"}
    assert (await client.post(f"{address}/move", data=move)).status_code == 303
    end = await connection.fetchval("SELECT upper(period) FROM booking")
    assert end == period_on(day_after(6), "08:00", "13:00" if unit == "half_day" else "18:00").end


async def test_a_part_that_the_day_has_not_is_told_with_what_it_has(
    connection: Connection, client: httpx.AsyncClient, place: Place, resident: Person
) -> None:
    await make_override(connection, place.space_id, "desk", unit="day")
    path = f"/resources/{place.desk}/bookings/new"
    morning = await client.get(path, params={"date": f"{DAY}", "part": "morning"})
    assert morning.status_code == 422
    assert "Hier bucht man ganze Tage: 08:00–18:00." in morning.text
    await connection.execute("DELETE FROM opening_hours")
    closed = await client.get(path, params={"date": f"{DAY}", "part": "day"})
    assert "An diesem Tag ist geschlossen." in closed.text
    for nonsense in ({"date": "bald", "part": "day"}, {"date": f"{DAY}", "part": "night"}, {"part": "day"}):
        assert (await client.get(path, params=nonsense)).status_code == 422


async def test_a_pool_that_is_booked_by_the_day_is_asked_for_so(
    connection: Connection, client: httpx.AsyncClient, place: Place
) -> None:
    await connection.execute("UPDATE resource SET pool = 'Tisch'")
    await make_override(connection, place.space_id, "desk", unit="day")
    path = f"/spaces/{place.space_id}/bookings/new"
    asked = await client.get(path, params={"pool": "Tisch", "date": f"{DAY}", "part": "day"})
    assert asked.status_code == 200
    assert '<option value="day" selected>' in asked.text


async def test_the_form_of_a_move_offers_them_too_as_if_the_booking_had_given_up_its_time(
    connection: Connection, client: httpx.AsyncClient, place: Place, resident: Person, outsider: Person
) -> None:
    booking_id = await make_booking(connection, resident, place.desk, period_on(DAY, "10:00", "11:00"))
    await make_booking(connection, outsider, place.other_desk, period_on(DAY, "08:00", "09:00"))
    await sign_in(connection, client, resident)
    address = f"/bookings/{booking_id}/move"
    shown = (await client.get(address)).text
    for label in ("Ganzer Tag, 08:00–18:00", "Vormittag, 08:00–13:00", "Nachmittag, 13:00–18:00"):
        assert label in shown
    link = f"{address}?date={DAY}&amp;start={quote('13:00')}&amp;end={quote('18:00')}&amp;resource={place.desk}"
    assert f'href="{link}"' in shown
    chosen = (await client.get(link.replace("&amp;", "&"))).text
    assert 'value="13:00"' in chosen
    assert 'value="18:00"' in chosen
    other = (await client.get(f"{address}?resource={place.other_desk}")).text
    assert "Nachmittag, 13:00–18:00" in other
    assert "Ganzer Tag" not in other
    move = {"date": f"{DAY}", "start": "08:00", "end": "18:00", "resource": f"{place.desk}"}
    assert (await client.post(address, data=move)).status_code == 303
    for typed in ("resource=x", "date=gestern", "date=9999-12-31", "start=9"):
        assert (await client.get(f"{address}?{typed}")).status_code == 200
