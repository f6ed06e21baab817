"""Booking for people without an account, at the counter and by phone."""

import re

import httpx
import msgspec
import pytest
import time_machine
import typst

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.errors import Forbidden
from landbooking.paths import TEMPLATES
from landbooking.spaces.booking import book_resource
from landbooking.spaces.bookings import booking_by_id
from landbooking.spaces.guests.booking import book_for_guest, forget_guests
from landbooking.spaces.guests.codes import code_in, new_code, spoken
from landbooking.spaces.guests.counter import guest_of
from landbooking.spaces.guests.slip import slip_of
from landbooking.spaces.refusals import DeskTaken
from landbooking.typesetting import typeset
from support.hosting import Place
from support.people import make_person, sign_in
from support.spaces import day_after, make_district, make_host, make_override, make_space, period_on

DAY = day_after(4)
WISH = {"date": f"{DAY}", "start": "09:00", "end": "12:00"}


@pytest.fixture
async def host(connection: Connection, client: httpx.AsyncClient, place: Place) -> Person:
    await sign_in(connection, client, place.host)
    return place.host


def test_a_code_finds_out_slips_of_the_tongue() -> None:
    for _ in range(200):
        code = new_code()
        assert code_in(spoken(code)) == code_in(f" {code[:2]}-{code[2:4]}.{code[4:]}") == code
        for place in range(6):
            wrong = str((int(code[place]) + 1) % 10)
            assert code_in(code[:place] + wrong + code[place + 1 :]) is None
        for place in range(5):
            swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
            assert swapped == code or code_in(swapped) is None
    assert code_in("") is code_in("47128") is code_in("abcdef") is code_in("١٢٣٤٥٦") is None


async def test_nothing_is_required_but_the_code(
    connection: Connection, client: httpx.AsyncClient, place: Place, host: Person
) -> None:
    root = f"/counter/spaces/{place.space_id}"
    form = await client.get(f"{root}/bookings/new", params=WISH)
    assert "Tisch 1: frei" in form.text
    booked = await client.post(f"{root}/bookings/new", data={**WISH, "resource": f"{place.desk}"})
    assert booked.status_code == 303
    shown = await client.get(booked.headers["location"])
    [code] = re.findall(r"Abholcode: (\d{3} \d{3})", shown.text)
    found = await client.get(f"{root}/code", params={"code": code})
    assert (found.status_code, found.headers["location"]) == (303, booked.headers["location"])
    assert code in (await client.get(f"/host/spaces/{place.space_id}", params={"date": f"{DAY}"})).text
    booking_id = int(booked.headers["location"].rpartition("/")[2])
    onward = await client.get(f"/host/spaces/{place.space_id}/bookings/{booking_id}")
    assert onward.headers["location"] == booked.headers["location"]
    assert await connection.fetchval("SELECT count(*) FROM outbox") == 0


async def test_a_name_is_shown_to_the_host(
    connection: Connection, client: httpx.AsyncClient, place: Place, host: Person
) -> None:
    await book_for_guest(connection, host, place.desk, period_on(DAY), "Nachbarin", "06381 4711")
    board = await client.get(f"/host/spaces/{place.space_id}", params={"date": f"{DAY}"})
    assert "Nachbarin" in board.text
    blackout = {"resource": "all", "first": f"{DAY}", "last": f"{DAY}"}
    hit = await client.post(f"/host/spaces/{place.space_id}/blackouts/new", data=blackout)
    assert "Gebucht von Nachbarin, 06381 4711, " in hit.text


async def test_a_form_sent_twice_books_once(
    connection: Connection, client: httpx.AsyncClient, place: Place, host: Person
) -> None:
    wish = {**WISH, "resource": f"{place.desk}", "key": "once"}
    path = f"/counter/spaces/{place.space_id}/bookings/new"
    first, second = [await client.post(path, data=wish) for _ in range(2)]
    assert first.headers["location"] == second.headers["location"]
    assert await connection.fetchval("SELECT count(*) FROM guest") == 1


async def test_what_is_taken_is_told_and_what_was_typed_is_kept(
    connection: Connection, client: httpx.AsyncClient, place: Place, host: Person
) -> None:
    await book_for_guest(connection, host, place.desk, period_on(DAY), "", "")
    wish = {**WISH, "resource": f"{place.desk}", "name": "Nachbarin", "phone": "06381 1"}
    path = f"/counter/spaces/{place.space_id}/bookings/new"
    taken = await client.post(path, data=wish)
    assert taken.status_code == 409
    for text in ("Tisch 1: belegt", "Tisch 2: frei", "Nachbarin", "06381 1"):
        assert text in taken.text
    assert (await client.post(path, data={**wish, "check": "1"})).status_code == 200
    closed = await client.post(path, data={**wish, "end": "23:00"})
    assert closed.status_code == 422
    assert "Tisch 2: zu dieser Zeit nicht buchbar" in closed.text
    assert await connection.fetchval("SELECT count(*) FROM guest") == 1


async def test_it_is_moved_and_called_off_with_the_code(
    connection: Connection, client: httpx.AsyncClient, place: Place, host: Person
) -> None:
    booking = await book_for_guest(connection, host, place.desk, period_on(DAY), "", "")
    before = await guest_of(connection, booking)
    page = f"/counter/spaces/{place.space_id}/bookings/{booking.id}"
    assert (await client.get(f"{page}/move")).status_code == 200
    wish = {"date": f"{DAY}", "start": "13:00", "end": "15:00", "resource": f"{place.other_desk}", "version": "1"}
    assert (await client.post(f"{page}/move", data=wish)).headers["location"] == page
    assert (await client.post(f"{page}/move", data=wish | {"start": "14:00"})).status_code == 409  # seen before
    moved = await booking_by_id(connection, booking.id)
    assert (moved.resource_id, moved.start, moved.version) == (place.other_desk, period_on(DAY, "13:00").start, 2)
    assert await guest_of(connection, moved) == before
    assert (await client.post(f"{page}/cancellation", data={"version": "1"})).status_code == 409
    for _ in range(2):
        assert (await client.post(f"{page}/cancellation", data={"version": "2"})).status_code == 303
    assert (await booking_by_id(connection, booking.id)).status == "cancelled"
    assert (await client.get(f"{page}/slip.pdf")).status_code == 404
    assert await connection.fetchval("SELECT count(*) FROM outbox") == 0


async def test_a_guest_is_not_moved_into_another_space(
    connection: Connection, client: httpx.AsyncClient, place: Place, host: Person
) -> None:
    booking = await book_for_guest(connection, host, place.desk, period_on(DAY), "", "")
    elsewhere = await make_space(connection, name="Nachbarraum")
    page = f"/counter/spaces/{place.space_id}/bookings/{booking.id}/move"
    assert (await client.post(page, data={**WISH, "resource": f"{elsewhere}"})).status_code == 409


@pytest.mark.parametrize("typed", ["", "471283", "999999", "abc"])
async def test_a_code_that_nobody_has_is_told(
    client: httpx.AsyncClient, place: Place, host: Person, typed: str
) -> None:
    answer = await client.get(f"/counter/spaces/{place.space_id}/code", params={"code": typed})
    assert answer.status_code == 422
    assert typed in answer.text


async def test_staff_of_the_district_book_by_phone(
    connection: Connection, client: httpx.AsyncClient, place: Place
) -> None:
    staff = await make_person(
        connection, "kreis@example.org", role="staff", district_id=await make_district(connection)
    )
    await sign_in(connection, client, staff)
    path = f"/counter/spaces/{place.space_id}/bookings/new"
    assert (await client.post(path, data={**WISH, "resource": f"{place.desk}"})).status_code == 303
    assert path in (await client.get(f"/district/spaces/{place.space_id}")).text


async def test_nobody_else_stands_at_the_counter(
    connection: Connection, client: httpx.AsyncClient, place: Place, outsider: Person
) -> None:
    booking = await book_for_guest(connection, place.host, place.desk, period_on(DAY), "", "")
    elsewhere = await make_district(connection, key="07335", name="Nachbarkreis")
    neighbour = await make_person(connection, "nachbar@example.org", role="staff", district_id=elsewhere)
    other_host = await make_host(connection, outsider, await make_space(connection, name="Nachbarraum"))
    for person in (neighbour, other_host):
        await sign_in(connection, client, person)
        for part in ("", "/code?code=000000", "/bookings/new", f"/bookings/{booking.id}/slip.pdf"):
            assert (await client.get(f"/counter/spaces/{place.space_id}{part}")).status_code == 403
        with pytest.raises(Forbidden):
            await book_for_guest(connection, person, place.other_desk, period_on(DAY), "", "")
    # A booking of another space is not to be had through one's own.
    [own] = other_host.hosts
    assert (await client.get(f"/counter/spaces/{own}/bookings/{booking.id}")).status_code == 404


async def test_residents_bookings_are_no_guests(
    connection: Connection, client: httpx.AsyncClient, place: Place, host: Person, resident: Person
) -> None:
    theirs = await book_resource(connection, resident, place.desk, period_on(DAY))
    answer = await client.get(f"/counter/spaces/{place.space_id}/bookings/{theirs.id}")
    assert answer.status_code == 404
    with pytest.raises(DeskTaken):
        await book_for_guest(connection, place.host, place.desk, period_on(DAY), "", "")


async def test_who_stands_at_the_counter_has_come_in_time(connection: Connection, place: Place) -> None:
    await make_override(connection, place.space_id, "desk", lead_minutes=120, audience="members")
    with time_machine.travel(period_on(DAY, "09:10").start, tick=False):
        booking = await book_for_guest(connection, place.host, place.desk, period_on(DAY, "09:00", "10:00"), "", "")
    assert booking.status == "confirmed"


async def test_guests_are_forgotten_after_four_weeks(connection: Connection, place: Place) -> None:
    booked = [
        await book_for_guest(connection, place.host, place.desk, period_on(day_after(days)), "Nachbarin", "1")
        for days in (1, 2)
    ]
    for booking, days in zip(booked, (27, 29), strict=True):
        await connection.execute(
            """UPDATE booking SET period = tstzrange(now() - make_interval(days => $2, hours => 1),
                                                     now() - make_interval(days => $2)),
                                  blocked = tstzrange(now() - make_interval(days => $2, hours => 1),
                                                      now() - make_interval(days => $2)) WHERE id = $1""",
            booking.id,
            days,
        )
    await forget_guests(connection)
    left = await connection.fetch("SELECT id FROM booking WHERE guest_id IS NOT NULL")
    assert [row["id"] for row in left] == [booked[0].id]
    assert await connection.fetchval("SELECT count(*) FROM guest") == 1
    assert await connection.fetchval("SELECT count(*) FROM booking") == 2


@pytest.mark.parametrize("name", ["Nachbarin", "W" * 100, '#panic() [x] *a* $x$ "\\" <b> // /*', "🪑 张三"])
async def test_the_slip_is_one_tagged_page(connection: Connection, place: Place, name: str) -> None:
    booking = await book_for_guest(connection, place.host, place.desk, period_on(DAY), name, "")
    guest = await guest_of(connection, booking)
    assert guest is not None
    slip = slip_of(booking, guest)
    pdf = typeset("spaces/guests/slip.typ", slip)
    assert pdf.startswith(b"%PDF-")
    for sign in (b"/StructTreeRoot", b"/Lang", b"/Marked true", b"/Title", b"pdfuaid"):
        assert sign in pdf
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1
    if not name.startswith("🪑"):
        # What was typed is text, letter by letter.
        template = (TEMPLATES / "spaces/guests/slip.typ").read_bytes()
        inputs = {"content": msgspec.json.encode(slip).decode()}
        values = msgspec.json.decode(typst.query(template, "<value>", sys_inputs=inputs, ignore_system_fonts=True))
        assert name in [value["text"] for value in values]


async def test_the_slip_is_printed_by_who_booked(
    connection: Connection, client: httpx.AsyncClient, place: Place, host: Person
) -> None:
    booking = await book_for_guest(connection, host, place.desk, period_on(DAY), "", "")
    answer = await client.get(f"/counter/spaces/{place.space_id}/bookings/{booking.id}/slip.pdf")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    assert "no-store" in answer.headers["cache-control"]


async def test_what_is_over_stays(
    connection: Connection, client: httpx.AsyncClient, place: Place, host: Person
) -> None:
    booking = await book_for_guest(connection, host, place.desk, period_on(DAY), "", "")
    page = f"/counter/spaces/{place.space_id}/bookings/{booking.id}"
    await connection.execute(
        """UPDATE booking SET period = '[2020-01-01 09:00Z,2020-01-01 10:00Z)',
                              blocked = '[2020-01-01 09:00Z,2020-01-01 10:00Z)' WHERE id = $1""",
        booking.id,
    )
    assert (await client.post(f"{page}/cancellation", data={})).status_code == 409
    assert (await client.get(f"{page}/move")).status_code == 409
