"""Times for a conversation: proposed, one picked, in both calendars, called off, and nobody promised twice."""

from datetime import UTC, date, datetime, timedelta

import httpx
import icalendar
import pytest

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.notifications.mail import OutboxRow, compose
from landbooking.settings import Settings
from support.applications import Scene, make_scene, status_of
from support.internships import make_application
from support.people import bearer, make_person, sign_in


@pytest.fixture
async def applicant(connection: Connection) -> Person:
    return await make_person(connection, "mia@example.org", name="Mia Muster")


@pytest.fixture
async def scene(connection: Connection, client: httpx.AsyncClient) -> Scene:
    scene = await make_scene(connection)
    await sign_in(connection, client, scene.manager)
    return scene


@pytest.fixture
async def one(connection: Connection, scene: Scene, applicant: Person) -> int:
    return await make_application(connection, scene.posting_id, applicant)


def soon(days: int = 3) -> date:
    return datetime.now(UTC).date() + timedelta(days=days)


def times(*clocks: str, day: date | None = None, **more: str) -> dict[str, str]:
    """The form with these clock times of one day."""
    rows = {f"at_{number}": clock for number, clock in enumerate(clocks, 1)}
    days = {f"day_{number}": f"{day or soon()}" for number in range(1, len(clocks) + 1)}
    return {**rows, **days, "minutes": "30", "place": "https://meet.example/x", **more}


async def propose(client: httpx.AsyncClient, scene: Scene, application_id: int, form: dict[str, str]) -> httpx.Response:
    return await client.post(f"{scene.company}/{application_id}/interview", data=form)


async def ids(connection: Connection, application_id: int) -> list[int]:
    rows = await connection.fetch(
        "SELECT id FROM interview_time WHERE application_id = $1 AND withdrawn_at IS NULL ORDER BY period",
        application_id,
    )
    return [row["id"] for row in rows]


async def events_to(connection: Connection, settings: Settings, person: Person) -> list[tuple[str, int]]:
    """Method and sequence of the calendar entries that were mailed to this person, as their programs read them."""
    rows = await connection.fetch(
        "SELECT id, recipient, language, template, context, attempts FROM outbox WHERE recipient = $1 ORDER BY id",
        person.email,
    )
    found = []
    for row in rows:
        message = compose(settings, OutboxRow(**row))
        for part in message.walk():
            if part.get_content_type() == "text/calendar" and not part.get_filename():
                calendar = icalendar.Calendar.from_ical(part.get_content())
                [entry] = calendar.walk("VEVENT")
                assert "Mia" not in str(entry)
                found.append((str(calendar["method"]), int(str(entry["sequence"]))))
    return found


async def test_a_time_is_proposed_picked_and_called_off(
    connection: Connection, client: httpx.AsyncClient, settings: Settings, scene: Scene, applicant: Person, one: int
) -> None:
    assert (await propose(client, scene, one, times("10:00", "11:00", version="1"))).status_code == 303
    assert await status_of(connection, one) == "interview"
    assert "Mia Muster" in (await client.get(f"{scene.company}/{one}")).text
    _first, second = await ids(connection, one)
    await sign_in(connection, client, applicant)
    own = f"/applications/{one}"
    assert "11:00" in (await client.get(own)).text
    assert (await client.post(f"{own}/interview", data={})).status_code == 422
    assert (await client.post(f"{own}/interview", data={"time": f"{second}"})).status_code == 303
    assert (await client.post(f"{own}/interview", data={"time": f"{second}"})).status_code == 303  # sent twice
    assert await ids(connection, one) == [second]
    calendar = await client.get(f"{own}/interview.ics")
    assert calendar.headers["content-type"].startswith("text/calendar")
    silent_since = await connection.fetchval("SELECT silent_since::date FROM application")
    assert silent_since == soon()  # the company owes an answer once they have talked
    assert (await client.post(f"{own}/interview/cancellation")).status_code == 303
    assert await ids(connection, one) == []
    assert (await client.get(f"{own}/interview.ics")).status_code == 404
    assert (await client.post(f"{own}/interview/cancellation")).status_code == 409
    for person in (applicant, scene.manager):
        assert await events_to(connection, settings, person) == [("REQUEST", 0), ("CANCEL", 1)]
    await sign_in(connection, client, scene.manager)
    assert (await propose(client, scene, one, times("10:00", "11:00"))).status_code == 303
    assert len(await ids(connection, one)) == 2


async def test_the_end_calls_an_interview_off(
    connection: Connection, client: httpx.AsyncClient, settings: Settings, scene: Scene, applicant: Person, one: int
) -> None:
    await propose(client, scene, one, times("10:00", "11:00"))
    await sign_in(connection, client, applicant)
    await client.post(f"/applications/{one}/interview", data={"time": f"{(await ids(connection, one))[0]}"})
    await client.post(f"/applications/{one}/withdrawal")
    assert await ids(connection, one) == []
    assert (await events_to(connection, settings, scene.manager))[-1] == ("CANCEL", 1)


@pytest.mark.parametrize(
    ("form", "field"),
    [
        (times("10:00"), "day_1"),
        (times("10:00", "10:15"), "day_1"),
        (times("10:00", "11:00", day=soon(-1)), "day_1"),
        (times("10:00", "11:00", day=soon(400)), "day_1"),
        (times("10:00", "11:00", minutes="5"), "minutes"),
        (times("10:00", "11:00", minutes="viel"), "minutes"),
        (times("10:00", "elf"), "at_2"),
        (times("10:00", "11:00", at_3="12:00"), "day_3"),
        (times("10:00", "11:00", day_4="2030-02-30"), "day_4"),
        (times("10:00", "11:00", place="x" * 301), "place"),
    ],
)
async def test_wrong_times_are_told_and_the_rest_kept(
    connection: Connection, client: httpx.AsyncClient, scene: Scene, one: int, form: dict[str, str], field: str
) -> None:
    answer = await propose(client, scene, one, form)
    assert answer.status_code == 422
    assert f'href="#field-{field}"' in answer.text
    assert 'value="10:00"' in answer.text
    assert await status_of(connection, one) == "submitted"
    assert await ids(connection, one) == []


async def test_the_same_person_is_not_promised_twice(
    connection: Connection, client: httpx.AsyncClient, scene: Scene, applicant: Person, one: int
) -> None:
    rival = await make_person(connection, "rivale@example.org")
    other = await make_application(connection, scene.posting_id, rival)
    for application_id in (one, other):
        await propose(client, scene, application_id, times("10:00", "11:00"))
    for person, application_id, expected in ((applicant, one, 303), (rival, other, 409)):
        await sign_in(connection, client, person)
        path, wanted = f"/applications/{application_id}/interview", (await ids(connection, application_id))[0]
        answer = await client.post(path, data={"time": f"{wanted}"})
        assert answer.status_code == expected
    assert "gerade vergeben" in answer.text
    assert len(await ids(connection, other)) == 2  # the second is still to be had
    assert (await client.post(path, data={"time": f"{(await ids(connection, other))[1]}"})).status_code == 303


async def test_a_time_of_somebody_elses_application_is_not_there(
    connection: Connection, client: httpx.AsyncClient, scene: Scene, applicant: Person, one: int
) -> None:
    other = await make_application(connection, scene.posting_id, await make_person(connection, "rivale@example.org"))
    for application_id in (one, other):
        await propose(client, scene, application_id, times("10:00", "11:00"))
    await sign_in(connection, client, applicant)
    foreign = (await ids(connection, other))[0]
    assert (await client.post(f"/applications/{one}/interview", data={"time": f"{foreign}"})).status_code == 409


async def test_programs_do_the_same(
    connection: Connection, client: httpx.AsyncClient, scene: Scene, applicant: Person, one: int
) -> None:
    company, own = await bearer(connection, scene.manager), await bearer(connection, applicant)
    path = f"/api/v1/companies/{scene.company_id}/applications/{one}"
    starts = [datetime.now(UTC) + timedelta(days=2, hours=hours) for hours in (0, 2)]
    slots = [
        {"start": f"{start.isoformat()}", "end": f"{(start + timedelta(minutes=30)).isoformat()}"} for start in starts
    ]
    naive = {"times": [{"start": "2030-01-01T10:00:00", "end": "2030-01-01T10:30:00"}] * 2}
    assert (await client.post(f"{path}/interview", json=naive, headers=company)).status_code == 422
    proposed = await client.post(f"{path}/interview", json={"times": slots}, headers=company)
    assert (proposed.status_code, proposed.json()["status"]) == (200, "interview")
    wanted = proposed.json()["times"][1]["id"]
    picked = await client.post(f"/api/v1/applications/{one}/interview", json={"time_id": wanted}, headers=own)
    assert [(time["id"], time["picked"]) for time in picked.json()["times"]] == [(wanted, True)]
