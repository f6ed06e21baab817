"""Of a guest in a room for video appointments only the code is seen; the number is opened on click, and logged."""

import httpx
import pytest

from landbooking.database import Connection
from landbooking.spaces.guests.booking import book_for_guest, move_for_guest
from landbooking.spaces.opening_hours import RuleBroken
from support.hosting import Place
from support.people import sign_in
from support.spaces import day_after, make_desk, period_on

CANARY, NUMBER = "Kanarienvogel", "0171 5550199"


async def test_nobody_learns_who_was_in_the_room(
    connection: Connection, client: httpx.AsyncClient, place: Place
) -> None:
    room = await make_desk(connection, place.space_id, "Raum 3", kind="telemedicine")
    period = period_on(day_after(4))
    booking = await book_for_guest(connection, place.host, room, period, CANARY, NUMBER)
    with pytest.raises(RuleBroken):
        await move_for_guest(connection, place.host, place.space_id, booking.id, None, place.desk, period)
    await sign_in(connection, client, place.host)
    for path in ("", f"/bookings/{booking.id}", f"/bookings/{booking.id}/slip.pdf"):
        answer = await client.get(f"/counter/spaces/{place.space_id}{path}")
        assert answer.status_code == 200
        assert CANARY not in answer.text
        assert NUMBER not in answer.text
    board = (await client.get(f"/host/spaces/{place.space_id}?date={day_after(4)}")).text
    assert CANARY not in board
    assert NUMBER not in board
