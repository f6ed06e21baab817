"""A room with its equipment: taken together or not at all, moved and cancelled together, named together."""

from datetime import timedelta
from typing import Any, NamedTuple

import httpx
import pytest

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.period import Period
from landbooking.spaces.approval.answers import approve
from landbooking.spaces.booking import book_resource, cancel_booking, move_booking
from landbooking.spaces.bookings import Booking, booking_by_id, bookings_before, coming_bookings
from landbooking.spaces.equipment import EquipmentTaken, EquipmentUnfit
from landbooking.spaces.hosting.blackouts import Wish, add_blackout
from landbooking.spaces.hosting.consequences import Decision, Undecided, mark_of
from landbooking.spaces.hosting.resources import retire_resource
from landbooking.spaces.opening_hours import RuleBroken
from landbooking.spaces.refusals import DeskTaken, NeedsApproval
from support.hosting import Place
from support.people import bearer, sign_in
from support.spaces import day_after, make_desk, make_override, make_space, open_daily, period_on

DAY = day_after(5)
MORNING = period_on(DAY, "09:00", "12:00")
AFTERNOON = period_on(DAY, "13:00", "15:00")


class Rooms(NamedTuple):
    room: int
    other_room: int
    projector: int
    flipchart: int


@pytest.fixture
async def rooms(connection: Connection, place: Place) -> Rooms:
    made = [
        await make_desk(connection, place.space_id, name, kind=kind)
        for name, kind in (
            ("Saal", "meeting_room"), ("Stube", "meeting_room"), ("Beamer", "equipment"), ("Flipchart", "equipment"),
        )
    ]  # fmt: skip
    return Rooms(*made)


async def book(connection: Connection, person: Person, rooms: Rooms, period: Period = MORNING) -> Booking:
    pieces = [rooms.flipchart, rooms.projector, rooms.projector]
    return await book_resource(connection, person, rooms.room, period, equipment=pieces)


async def taken(connection: Connection, resource_id: int) -> list[tuple[str, Period]]:
    rows = await connection.fetch(
        "SELECT status, lower(period), upper(period) FROM booking WHERE resource_id = $1 ORDER BY id", resource_id
    )
    return [(row[0], Period(row[1], row[2])) for row in rows]


async def refused(connection: Connection, refusal: type[Exception], work: Any) -> Any:
    with pytest.raises(refusal) as raised:
        async with connection.transaction():
            await work
    return raised.value


async def test_it_is_one_booking_that_names_everything(connection: Connection, resident: Person, rooms: Rooms) -> None:
    booking = await book(connection, resident, rooms)
    assert booking == await booking_by_id(connection, booking.id)
    assert booking.what == "Saal, Beamer, Flipchart"
    assert booking.event("a@example.org").summary == "Alte Schule: Saal, Beamer, Flipchart"
    assert await coming_bookings(connection, resident) == [booking]
    assert await bookings_before(connection, resident, None, 10) == [booking]
    assert await taken(connection, rooms.projector) == [("confirmed", MORNING)]
    assert await connection.fetchval("SELECT count(*) FROM outbox WHERE template LIKE '%confirmation'") == 1


async def test_nothing_is_booked_where_one_piece_is_taken(
    connection: Connection, resident: Person, outsider: Person, rooms: Rooms
) -> None:
    await book_resource(connection, outsider, rooms.other_room, MORNING, equipment=[rooms.projector])
    refusal = await refused(connection, EquipmentTaken, book(connection, resident, rooms))
    assert "Beamer" in refusal.message
    assert await taken(connection, rooms.room) == await taken(connection, rooms.flipchart) == []


async def test_rules_and_buffers_of_each_piece_count(
    connection: Connection, resident: Person, outsider: Person, rooms: Rooms
) -> None:
    await make_override(
        connection, (await _space_of(connection, rooms)), None, rooms.projector, buffer_after_minutes=60
    )
    await make_override(connection, (await _space_of(connection, rooms)), None, rooms.flipchart, longest_minutes=120)
    refusal = await refused(connection, RuleBroken, book(connection, resident, rooms))
    assert (refusal.code, refusal.field) == ("rule-longest", "with_equipment")
    assert refusal.message.startswith("Flipchart: Eine Buchung dauert hier höchstens")
    await book_resource(connection, resident, rooms.room, MORNING, equipment=[rooms.projector])
    at_noon = period_on(DAY, "12:00", "13:00")
    work = book_resource(connection, outsider, rooms.other_room, at_noon, equipment=[rooms.projector])
    await refused(connection, EquipmentTaken, work)
    await book_resource(connection, outsider, rooms.other_room, at_noon)


async def test_only_equipment_of_the_same_space_comes_along(
    connection: Connection, resident: Person, place: Place, rooms: Rooms
) -> None:
    elsewhere = await make_desk(connection, await make_space(connection, name="Dort"), "Beamer", kind="equipment")
    for number in (elsewhere, place.desk, rooms.other_room, 2**31 - 1):
        work = book_resource(connection, resident, rooms.room, MORNING, equipment=[number])
        await refused(connection, EquipmentUnfit, work)
    work = book_resource(connection, resident, rooms.projector, MORNING, equipment=[rooms.flipchart])
    await refused(connection, EquipmentUnfit, work)


async def test_it_moves_with_the_room_or_nothing_moves(
    connection: Connection, resident: Person, outsider: Person, rooms: Rooms
) -> None:
    await make_override(
        connection, (await _space_of(connection, rooms)), None, rooms.projector, buffer_after_minutes=30
    )
    booking = await book(connection, resident, rooms)
    moved = await move_booking(connection, resident, booking.id, 1, rooms.other_room, AFTERNOON)
    assert moved.what == "Stube, Beamer, Flipchart"
    assert await taken(connection, rooms.projector) == [("confirmed", AFTERNOON)]
    kept = await connection.fetchval("SELECT upper(blocked) FROM booking WHERE resource_id = $1", rooms.projector)
    assert kept == AFTERNOON.end + timedelta(minutes=30)
    await book_resource(connection, outsider, rooms.room, MORNING, equipment=[rooms.flipchart])
    back = move_booking(connection, resident, booking.id, 2, rooms.other_room, MORNING)
    await refused(connection, EquipmentTaken, back)
    await refused(connection, DeskTaken, move_booking(connection, resident, booking.id, 2, rooms.room, MORNING))
    assert await booking_by_id(connection, booking.id) == moved
    await make_override(connection, (await _space_of(connection, rooms)), None, rooms.flipchart, longest_minutes=60)
    again = move_booking(connection, resident, booking.id, 2, None, period_on(DAY, "15:00", "17:00"))
    assert (await refused(connection, RuleBroken, again)).message.startswith("Flipchart: ")
    there_too = await make_space(connection, name="Dort")
    await open_daily(connection, there_too)
    far = await make_desk(connection, there_too, "Saal", kind="meeting_room")
    there = move_booking(connection, resident, booking.id, 2, far, AFTERNOON)
    await refused(connection, EquipmentUnfit, there)


async def test_a_host_agrees_to_the_whole(connection: Connection, place: Place, resident: Person, rooms: Rooms) -> None:
    """One piece for which hosts want to be asked is enough."""
    await make_override(connection, place.space_id, None, rooms.projector, approval=True)
    booking = await book(connection, resident, rooms)
    assert booking.status == "requested"
    assert {status for status, _ in await taken(connection, rooms.flipchart)} == {"requested"}
    await approve(connection, place.host, booking.id, booking.version)
    assert {status for status, _ in await taken(connection, rooms.flipchart)} == {"confirmed"}
    await refused(connection, NeedsApproval, move_booking(connection, resident, booking.id, 2, None, AFTERNOON))


async def test_it_is_cancelled_with_the_room(connection: Connection, resident: Person, rooms: Rooms) -> None:
    booking = await book(connection, resident, rooms)
    cancelled = await cancel_booking(connection, resident, booking.id)
    assert cancelled.what == "Saal, Beamer, Flipchart"
    assert await taken(connection, rooms.projector) == [("cancelled", MORNING)]
    await book(connection, resident, rooms)


async def test_a_piece_by_itself_is_nobodys_booking(
    connection: Connection, client: httpx.AsyncClient, resident: Person, rooms: Rooms
) -> None:
    await book(connection, resident, rooms)
    part = await connection.fetchval("SELECT id FROM booking WHERE resource_id = $1", rooms.projector)
    await sign_in(connection, client, resident)
    assert (await client.get(f"/bookings/{part}")).status_code == 404
    assert (await client.post(f"/bookings/{part}/cancellation")).status_code == 404


async def test_a_host_who_needs_only_a_piece_is_asked_and_takes_only_that(
    connection: Connection, place: Place, resident: Person, rooms: Rooms
) -> None:
    booking = await book(connection, resident, rooms)
    wish = Wish((rooms.projector,), MORNING, "Reparatur")
    with pytest.raises(Undecided) as first:
        await add_blackout(connection, place.host, place.space_id, wish, Decision())
    [affected] = first.value.affected
    assert (affected.resource, affected.part_of) == ("Beamer", booking.id)
    decision = Decision(mark_of([affected]), {affected.booking_id: "cancel"}, "Die Lampe ist kaputt.")
    await add_blackout(connection, place.host, place.space_id, wish, decision)
    after = await booking_by_id(connection, booking.id)
    assert (after.what, after.status, after.version) == ("Saal, Flipchart", "confirmed", 2)
    context = await connection.fetchval("SELECT context FROM outbox WHERE template LIKE '%missing_equipment'")
    assert "Beamer" in str(context)
    assert "Die Lampe ist kaputt." in str(context)
    with pytest.raises(Undecided) as retiring:
        await retire_resource(connection, place.host, place.space_id, rooms.flipchart, Decision())
    assert [one.resource for one in retiring.value.affected] == ["Flipchart"]


async def test_what_hits_both_is_asked_once(
    connection: Connection, place: Place, resident: Person, rooms: Rooms
) -> None:
    booking = await book(connection, resident, rooms)
    wish = Wish(None, MORNING, "Kerwe")
    with pytest.raises(Undecided) as first:
        await add_blackout(connection, place.host, place.space_id, wish, Decision())
    assert [one.booking_id for one in first.value.affected] == [booking.id]
    decision = Decision(mark_of(first.value.affected), {booking.id: "cancel"})
    await add_blackout(connection, place.host, place.space_id, wish, decision)
    assert (await taken(connection, rooms.projector))[0] == ("cancelled", MORNING)


async def test_the_form_offers_what_is_free_and_keeps_what_was_chosen(
    connection: Connection, client: httpx.AsyncClient, resident: Person, outsider: Person, rooms: Rooms
) -> None:
    wish = {"date": f"{DAY}", "start": "09:00", "end": "12:00"}
    path = f"/resources/{rooms.room}/bookings"
    assert "dazunehmen: Beamer, Flipchart" in (await client.get(f"{path}/new", params=wish)).text
    await sign_in(connection, client, resident)
    await book_resource(connection, outsider, rooms.other_room, MORNING, equipment=[rooms.flipchart])
    shown = (await client.get(f"{path}/new", params=wish)).text
    assert f'value="{rooms.projector}"' in shown
    assert "Zu dieser Zeit vergeben: Flipchart" in shown
    late = await client.post(path, data={**wish, "with_equipment": [rooms.projector, rooms.flipchart]})
    assert late.status_code == 409
    assert f'value="{rooms.projector}" checked' in late.text
    assert "„Flipchart“ ist zu dieser Zeit schon vergeben" in late.text
    unfit = await client.post(path, data={**wish, "with_equipment": "2147483647"})
    assert unfit.status_code == 422
    done = await client.post(path, data={**wish, "with_equipment": rooms.projector})
    assert "Saal, Beamer" in (await client.get(done.headers["location"])).text
    assert (await client.post(f"{done.headers['location']}/move", data={**wish, "start": "10:00"})).status_code == 303


async def test_programs_take_it_along(
    connection: Connection, client: httpx.AsyncClient, resident: Person, rooms: Rooms
) -> None:
    client.headers.update(await bearer(connection, resident))
    wish: dict[str, Any] = {"start": MORNING.start.isoformat(), "end": MORNING.end.isoformat()}
    wish["with_equipment"] = [rooms.projector]
    made = await client.post("/api/v1/bookings", json={**wish, "resource_id": rooms.room})
    assert (made.status_code, made.json()["equipment"]) == (201, ["Beamer"])
    refused = await client.post("/api/v1/bookings", json={**wish, "resource_id": rooms.other_room})
    assert refused.status_code == 409
    assert refused.json()["type"] == "urn:landbooking:problem:equipment-taken"
    assert refused.json()["errors"][0]["field"] == "with_equipment"
    wrong = await client.post(
        "/api/v1/bookings", json={**wish, "resource_id": rooms.other_room, "with_equipment": [rooms.room]}
    )
    assert (wrong.status_code, wrong.json()["type"]) == (422, "urn:landbooking:problem:equipment-unfit")


async def _space_of(connection: Connection, rooms: Rooms) -> int:
    space_id: int = await connection.fetchval("SELECT space_id FROM resource WHERE id = $1", rooms.room)
    return space_id
