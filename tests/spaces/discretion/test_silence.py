"""Nobody learns who was in the room, or why: whatever others see is searched for the canary."""

import logging

import asyncpg
import httpx
import pytest
from prometheus_client import generate_latest
from structlog.testing import capture_logs

from landbooking.agenda.feed import create_feed
from landbooking.database import Connection
from landbooking.notifications.mail import OutboxRow, compose
from landbooking.settings import Settings
from landbooking.spaces.consultations import erase_consultations
from support.discretion import CONTACT, DAY, FORM, MORNING, NAME, PURPOSE, House, book, check_silent
from support.people import bearer, make_person, sign_in
from support.spaces import day_after, make_booking, make_desk, period_on
from support.world import World, address, app_of, routes_of


async def test_nobody_else_finds_the_person_anywhere(
    connection: Connection, settings: Settings, house: House, own: httpx.AsyncClient, client: httpx.AsyncClient,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    caplog.set_level(logging.DEBUG)
    with capture_logs() as lines:
        answer = await own.post(f"/resources/{house.room}/bookings", data=FORM)
        booking_id = int(answer.headers["location"].rpartition("/")[2])
        later = {"start": "2030", "end": "2030", "resource_id": house.room}
        await own.post("/api/v1/bookings", json=later)  # refused, so it is logged at most
        await own.post(f"/resources/{house.room}/bookings", data={**FORM, "contact": f"wegen {NAME}"})
        token = await create_feed(connection, house.person)
        seen = await everything_others_see(connection, client, house.world, booking_id)
    for where, text in seen.items():
        check_silent(text, where)
    check_silent(f"{lines} {caplog.text} {generate_latest().decode()}", "logs and metrics")

    feed = (await own.get(f"/calendar/{token}.ics")).text
    assert "Alte Schule: Raum 3" in feed
    mails = await connection.fetch("SELECT id, recipient, language, template, context, attempts FROM outbox")
    assert mails
    for text in (feed, *(mail_text(settings, row) for row in mails)):
        for word in (NAME, CONTACT, "5550199", *PURPOSE):
            assert word not in text.replace("\r\n ", ""), word


async def everything_others_see(
    connection: Connection, client: httpx.AsyncClient, world: World, booking_id: int
) -> dict[str, str]:
    """All pages and answers by address, for a stranger without and with an account, and for who hosts and is staff."""
    stranger = await make_person(connection, "fremd@example.org")
    ids: dict[str, int | str] = {**world.ids, "booking_id": booking_id, "day": f"{DAY}"}
    seen = {}
    for who in (None, stranger, world.owner):
        if who:
            await sign_in(connection, client, who)
        for method, path, _handler in routes_of(app_of(client)):
            if method == "GET" and not path.startswith(("/static", "/schema")):
                for query in ("", f"?date={DAY}", f"?date={DAY}&kind=telemedicine&start=13:00&end=14:00"):
                    answer = await client.get(address(path, ids) + query)
                    seen[f"{who and who.email} {path}{query}"] = answer.text
    root = f"/host/spaces/{world.space_id}"
    blackout = {"resource": "all", "first": f"{DAY}", "from": "08:00", "last": f"{DAY}", "to": "18:00", "reason": ""}
    for path, form in {
        f"{root}/blackouts/new": blackout,
        f"{root}/closures": {"first": f"{DAY}", "last": f"{DAY}", "reason": ""},
        f"{root}/bookings/{booking_id}/cancellation": {},
    }.items():
        answer = await client.post(path, data=form)
        assert "Andere erfahren nur, dass belegt ist" in answer.text, path
        seen[path] = answer.text
    for path in (root, f"{root}/week"):
        assert "belegt" in (await client.get(f"{path}?date={DAY}")).text
    return seen


def mail_text(settings: Settings, row: asyncpg.Record) -> str:
    message = compose(settings, OutboxRow(**row))
    parts = [part.get_content() for part in message.walk() if not part.is_multipart()]
    return f"{message['Subject']} {' '.join(part if isinstance(part, str) else part.decode() for part in parts)}"


async def test_equipment_that_goes_along_is_as_discreet(connection: Connection, house: House) -> None:
    booking_id = await book(connection, house)
    camera = await make_desk(connection, house.world.space_id, "Kamera", kind="equipment")
    part = await make_booking(connection, house.person, camera, MORNING)
    await connection.execute("UPDATE booking SET part_of = $2 WHERE id = $1", part, booking_id)
    found = await connection.fetch("SELECT discreet(booking) AS it FROM booking WHERE person_id = $1", house.person.id)
    assert [row["it"] for row in found] == [True, True]


async def test_a_guest_at_the_counter_stays_hidden_too(
    connection: Connection, host: httpx.AsyncClient, house: House
) -> None:
    counter = f"/counter/spaces/{house.world.space_id}/bookings"
    form = {"date": f"{DAY}", "start": "13:00", "end": "14:00", "resource": f"{house.room}", "name": NAME}
    wrong = await host.post(f"{counter}/new", data={**form, "phone": "Knie"})
    assert (wrong.status_code, "sonst nichts" in wrong.text) == (422, True)
    answer = await host.post(f"{counter}/new", data={**form, "phone": CONTACT})
    booking_id = int(answer.headers["location"].rpartition("/")[2])
    seen = [
        f"/host/spaces/{house.world.space_id}?date={DAY}",
        counter.removesuffix("/bookings"),
        f"{counter}/{booking_id}",
    ]
    for page in seen:
        check_silent((await host.get(page)).text, page)
    contact = f"/host/spaces/{house.world.space_id}/bookings/{booking_id}/contact"
    assert contact in (await host.get(seen[-1])).text
    assert CONTACT in (await host.post(contact)).text
    await connection.execute(
        "UPDATE booking SET period = $2, blocked = $2 WHERE id = $1", booking_id, period_on(day_after(-9)).range
    )
    await erase_consultations(connection)
    assert await connection.fetchval("SELECT count(*) FROM consultation") == 0
    assert await connection.fetchval("SELECT guest_id FROM booking WHERE id = $1", booking_id) is None


async def test_a_hosts_program_learns_no_more(connection: Connection, house: House, client: httpx.AsyncClient) -> None:
    booking_id = await book(connection, house)
    key = await bearer(connection, house.world.owner)
    root = f"/api/v1/spaces/{house.world.space_id}"
    period = {"start": MORNING.start.isoformat(), "end": MORNING.end.isoformat()}
    for path, body in (
        (f"{root}/bookings/{booking_id}/cancellation", {}),
        (f"{root}/blackouts", period),
        (f"{root}/resources/{house.room}/retirement", {}),
    ):
        answer = await client.post(path, json=body, headers=key)
        assert answer.status_code == 409
        told = {one["booking_id"]: (one["name"], one["email"]) for one in answer.json()["affected"]}
        assert told[booking_id] == ("", "")
        check_silent(answer.text, path)
    for path in ("board", "requests", "till", "guests", "members", "blackouts"):
        answer = await client.get(f"{root}/{path}?date={DAY}", headers=key)
        assert answer.status_code == 200
        check_silent(answer.text, path)
