"""A room for talking to a doctor: nobody learns who was in it, or why.

The canary is a person whose name, address and contact stand nowhere else; whatever others see is searched for them.
"""

import logging
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any, NamedTuple

import asyncpg
import httpx
import pytest
from prometheus_client import generate_latest
from structlog.testing import capture_logs

from landbooking.accounts.person import Person
from landbooking.agenda.erasure import erase_account
from landbooking.agenda.feed import create_feed
from landbooking.database import Connection
from landbooking.forms import InvalidInput
from landbooking.notifications.mail import OutboxRow, compose
from landbooking.settings import Settings
from landbooking.spaces.booking import book_resource, cancel_booking, move_booking
from landbooking.spaces.consultations import Consultation, erase_consultations, open_consultation
from landbooking.spaces.opening_hours import RuleBroken
from landbooking.spaces.period import Period
from landbooking.spaces.refusals import DeskTaken
from landbooking.spaces.space import space_by_id
from landbooking.worker import forget
from support.people import bearer, client_for, make_person, sign_in
from support.spaces import day_after, make_booking, make_desk, make_host, make_override, make_space, period_on
from support.world import World, address, app_of, make_world, routes_of

NAME, MAIL, CONTACT = "Kanari Vogelsang", "kanarienvogel@example.org", "0171 5550199"
CANARY = (NAME, "Vogelsang", "kanarienvogel", "5550199")
PURPOSE = ("medizin", "medicine", "Videotermin", "video appointment", "Arzt", "doctor")
DAY = day_after(5)
MORNING = period_on(DAY, "13:00", "14:00")


class House(NamedTuple):
    world: World
    room: int
    person: Person


@pytest.fixture
async def house(connection: Connection) -> House:
    world = await make_world(connection)
    room = await make_desk(connection, world.space_id, "Raum 3", kind="telemedicine")
    return House(world, room, await make_person(connection, MAIL, name=NAME))


@pytest.fixture
async def host(connection: Connection, client: httpx.AsyncClient, house: House) -> httpx.AsyncClient:
    await sign_in(connection, client, house.world.owner)
    return client


@pytest.fixture
async def own(connection: Connection, settings: Settings, house: House) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the person who books."""
    from conftest import OneConnection

    async with client_for(settings, OneConnection(connection)) as client:
        await sign_in(connection, client, house.person)
        yield client


FORM = {
    "date": f"{DAY}",
    "start": "13:00",
    "end": "14:00",
    "contact": CONTACT,
    "equipment": "headset",
    "assistant": "1",
}


async def book(connection: Connection, house: House, period: Period = MORNING) -> int:
    told = Consultation(CONTACT, ("headset",), assistant=True)
    return (await book_resource(connection, house.person, house.room, period, told)).id


def check_silent(text: str, where: object, more: tuple[str, ...] = ()) -> None:
    for word in (*CANARY, *more):
        assert word not in text, (where, word)


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


async def test_it_is_booked_with_a_warning_and_read_by_its_person(
    connection: Connection, house: House, own: httpx.AsyncClient
) -> None:
    form = await own.get(f"/resources/{house.room}/bookings/new?date={DAY}&start=13:00&end=14:00")
    for word in ("112", "116 117", 'name="contact"', f'value="{MAIL}"', 'name="assistant"'):
        assert word in form.text
    wrong = await own.post(f"/resources/{house.room}/bookings", data={**FORM, "contact": "Knie, dringend"})
    assert wrong.status_code == 422
    assert "Telefonnummer oder eine Mail-Adresse" in wrong.text
    assert "Knie, dringend" in wrong.text
    answer = await own.post(f"/resources/{house.room}/bookings", data=FORM)
    page = await own.get(answer.headers["location"])
    assert "116 117" in page.text
    assert CONTACT not in page.text
    opened = await own.post(f"{answer.headers['location']}/contact")
    assert opened.status_code == 200
    for word in (CONTACT, "Kopfhörer mit Mikrofon", "Niemand."):
        assert word in opened.text
    row = await connection.fetchrow("SELECT person_id FROM access_log")
    assert row
    assert row["person_id"] == house.person.id


async def test_a_host_opens_the_contact_and_everybody_concerned_can_see_that(
    connection: Connection, house: House, own: httpx.AsyncClient, host: httpx.AsyncClient
) -> None:
    booking_id = await book(connection, house)
    page = f"/host/spaces/{house.world.space_id}/bookings/{booking_id}"
    assert "Kontakt öffnen" in (await host.get(page)).text
    opened = await host.post(f"{page}/contact")
    assert CONTACT in opened.text
    assert NAME not in opened.text
    assert "alle-rollen@example.org" in (await own.post(f"/bookings/{booking_id}/contact")).text
    log = (await host.get("/district/openings")).text
    assert log.count("alle-rollen@example.org, ") + log.count(": alle-rollen@example.org") == 1
    assert "Raum 3" in log
    check_silent(log, "the district's log")


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


async def test_nobody_else_opens_it(
    connection: Connection, house: House, client: httpx.AsyncClient, outsider: Person
) -> None:
    booking_id = await book(connection, house)
    elsewhere = await make_space(connection, name="Nachbarraum")
    addresses = (
        f"/bookings/{booking_id}/contact",
        f"/host/spaces/{house.world.space_id}/bookings/{booking_id}/contact",
        f"/host/spaces/{elsewhere}/bookings/{booking_id}/contact",
    )
    assert [(await client.post(path)).status_code for path in addresses] == [401, 401, 401]
    await sign_in(connection, client, await make_host(connection, outsider, elsewhere))
    assert [(await client.post(path)).status_code for path in addresses] == [404, 403, 404]
    key = await bearer(connection, outsider)
    assert (await client.get(f"/api/v1/bookings/{booking_id}/contact", headers=key)).status_code == 404
    assert await connection.fetchval("SELECT count(*) FROM access_log") == 0


async def test_programs_book_it_too(connection: Connection, house: House, client: httpx.AsyncClient) -> None:
    key = await bearer(connection, house.person)
    start, end = (moment.isoformat() for moment in MORNING)
    wish = {"resource_id": house.room, "start": start, "end": end}
    refused = await client.post("/api/v1/bookings", json={**wish, "equipment": ["scalpel"]}, headers=key)
    assert (refused.status_code, [error["field"] for error in refused.json()["errors"]]) == (422, ["equipment"])
    desk = await client.post(
        "/api/v1/bookings", json={**wish, "resource_id": house.world.other_desk, "contact": CONTACT}, headers=key
    )
    assert desk.status_code == 422
    made = await client.post("/api/v1/bookings", json={**wish, "assistant": True}, headers=key)
    assert made.status_code == 201
    told = await client.get(f"/api/v1/bookings/{made.json()['id']}/contact", headers=key)
    assert told.json() == {"contact": MAIL, "equipment": [], "assistant": True}
    assert await connection.fetchval("SELECT count(*) FROM access_log") == 1


async def test_hosts_can_not_take_the_buffers_away(connection: Connection, house: House) -> None:
    whole = house.world.space_id
    await make_override(
        connection, whole, None, house.room, buffer_before_minutes=0, buffer_after_minutes=0, unit="day"
    )
    await make_override(connection, whole, "telemedicine", approval=True, buffer_after_minutes=20)
    rules = (await space_by_id(connection, whole)).rules_of("telemedicine", house.room)
    assert (rules.buffer_before_minutes, rules.buffer_after_minutes) == (15, 15)
    assert (rules.unit, rules.approval) == ("time", False)
    await book(connection, house)
    with pytest.raises(DeskTaken):
        await book(connection, house, period_on(DAY, "14:15", "15:00"))
    await book(connection, house, period_on(DAY, "14:30", "15:00"))


async def test_it_moves_within_its_kind_only(connection: Connection, house: House) -> None:
    booking_id = await book(connection, house)
    desk = house.world.other_desk
    with pytest.raises(RuleBroken) as broken:
        await move_booking(connection, house.person, booking_id, None, desk, MORNING)
    assert broken.value.code == "rule-kind"
    desk_booking = await make_booking(connection, house.person, desk, MORNING)
    with pytest.raises(RuleBroken):
        await move_booking(connection, house.person, desk_booking, None, house.room, period_on(DAY, "16:00", "17:00"))
    moved = await move_booking(connection, house.person, booking_id, None, None, period_on(DAY, "16:00", "17:00"))
    assert (await open_consultation(connection, house.person, moved.id)).contact == CONTACT


@pytest.mark.parametrize(
    "contact",
    ["", "Rückenschmerzen", "0171 5550199 Knie", "dr-a@b", "a b@example.org", "1" * 40, "x" * 95 + "@a.example"],
)
async def test_a_contact_is_a_number_or_an_address_and_nothing_more(
    connection: Connection, house: House, contact: str
) -> None:
    with pytest.raises(InvalidInput) as invalid:
        await book_resource(connection, house.person, house.room, MORNING, Consultation(contact))
    assert list(invalid.value.fields) == ["contact"]


async def test_its_name_says_nothing(connection: Connection, house: House) -> None:
    with pytest.raises(asyncpg.CheckViolationError):
        await make_desk(connection, house.world.space_id, "Telemedizin", kind="telemedicine")


async def test_equipment_that_goes_along_is_as_discreet(connection: Connection, house: House) -> None:
    booking_id = await book(connection, house)
    camera = await make_desk(connection, house.world.space_id, "Kamera", kind="equipment")
    part = await make_booking(connection, house.person, camera, MORNING)
    await connection.execute("UPDATE booking SET part_of = $2 WHERE id = $1", part, booking_id)
    found = await connection.fetch("SELECT discreet(booking) AS it FROM booking WHERE person_id = $1", house.person.id)
    assert [row["it"] for row in found] == [True, True]


async def past(connection: Connection, house: House, days: int) -> int:
    """A booking that ended so many days ago, with all that comes with one."""
    booking_id = await book(connection, house)
    await open_consultation(connection, house.person, booking_id)
    await open_consultation(connection, house.world.owner, booking_id)
    await connection.execute(
        "INSERT INTO idempotency_key (person_id, key, fingerprint, result_id) VALUES ($1, 'k', 'a', $2)",
        house.person.id,
        booking_id,
    )
    await connection.execute(
        """INSERT INTO waiting (person_id, period, kind, resource_id, space_id, state, booking_id)
           VALUES ($1, tstzrange(now() - interval '9 days', now() - $2::interval), 'telemedicine', $3, $4,
                   'accepted', $5)""",
        house.person.id,
        timedelta(days=days),
        house.room,
        house.world.space_id,
        booking_id,
    )
    end = MORNING.end - (day_after(5) - day_after(-days)) + timedelta(hours=1)
    ended = Period(end - timedelta(hours=1), end)
    await connection.execute("UPDATE booking SET period = $2, blocked = $2 WHERE id = $1", booking_id, ended.range)
    return booking_id


async def traces(connection: Connection, person: Person) -> dict[str, Any]:
    row = await connection.fetchrow(
        """SELECT (SELECT count(*) FROM booking WHERE person_id = $1 OR cancelled_by = $1) AS booking,
                  (SELECT count(*) FROM consultation) AS consultation,
                  (SELECT count(*) FROM access_log WHERE person_id = $1) AS access_log,
                  (SELECT count(*) FROM outbox WHERE recipient = $2) AS outbox,
                  (SELECT count(*) FROM waiting WHERE person_id = $1) AS waiting,
                  (SELECT count(*) FROM idempotency_key WHERE person_id = $1) AS idempotency_key""",
        person.id,
        person.email,
    )
    assert row
    return {name: count for name, count in row.items() if count}


async def test_seven_days_after_nothing_says_who_it_was(connection: Connection, house: House) -> None:
    from conftest import OneConnection

    booking_id = await past(connection, house, days=8)
    assert set(await traces(connection, house.person)) == {
        "booking", "consultation", "access_log", "outbox", "idempotency_key", "waiting",
    }  # fmt: skip
    await forget({"pool": OneConnection(connection)})
    assert await traces(connection, house.person) == {}
    assert await connection.fetchval("SELECT status FROM booking WHERE id = $1", booking_id) == "confirmed"
    assert await connection.fetchval("SELECT count(*) FROM access_log") == 1  # the host's


async def test_not_earlier_and_nobody_elses(connection: Connection, house: House) -> None:
    await past(connection, house, days=6)
    desk = await make_booking(connection, house.person, house.world.desk, period_on(day_after(-30)))
    await erase_consultations(connection)
    assert (await traces(connection, house.person))["booking"] == 2
    assert await connection.fetchval("SELECT person_id FROM booking WHERE id = $1", desk) == house.person.id


async def test_what_was_cancelled_is_forgotten_as_soon(connection: Connection, house: House) -> None:
    booking_id = await book(connection, house)
    await cancel_booking(connection, house.person, booking_id)
    await erase_consultations(connection)
    assert "consultation" in await traces(connection, house.person)
    await connection.execute("UPDATE booking SET cancelled_at = now() - interval '8 days' WHERE id = $1", booking_id)
    await erase_consultations(connection)
    assert await traces(connection, house.person) == {}


async def test_who_leaves_leaves_no_contact(connection: Connection, house: House) -> None:
    await past(connection, house, days=2)
    await erase_account(connection, house.person)
    assert await connection.fetchval("SELECT count(*) FROM consultation") == 0


@pytest.mark.parametrize(
    ("field", "value"),
    [("buffer_before_minutes", "0"), ("buffer_after_minutes", "10"), ("unit", "day"), ("approval", "yes")],
)
async def test_a_host_is_told_what_can_not_be_changed(
    host: httpx.AsyncClient, house: House, field: str, value: str
) -> None:
    root = f"/host/spaces/{house.world.space_id}"
    for page in (f"{root}/rules/telemedicine", f"{root}/resources/{house.room}/rules"):
        answer = await host.post(page, data={field: value})
        assert (answer.status_code, f'id="error-{field}"' in answer.text) == (422, True), page


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


async def test_rooms_are_booked_one_by_one_where_the_warning_stands(
    connection: Connection, client: httpx.AsyncClient, house: House
) -> None:
    await make_desk(connection, house.world.space_id, "Raum 4", kind="telemedicine", pool="Raum")
    await connection.execute("UPDATE resource SET pool = 'Raum' WHERE id = $1", house.room)
    root = f"/spaces/{house.world.space_id}"
    day = await client.get(f"{root}/days/{DAY}?kind=telemedicine&start=13:00&end=14:00")
    assert "pool=Raum" not in day.text
    assert f"/resources/{house.room}/bookings/new" in day.text
    assert (await client.get(f"{root}/bookings/new?pool=Raum&date={DAY}&start=13:00&end=14:00")).status_code == 404
