"""Whoever changes something at a space is noted: by every route, in the change's own transaction, for good."""

import re
from typing import Any

import asyncpg
import httpx
import pytest

from landbooking.accounts.acting import act_as
from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.spaces.booking import book_resource, cancel_booking, mark_cancelled
from landbooking.spaces.changes.changes import forget_changes
from support.hosting import RULES, Place
from support.people import make_person, sign_in
from support.spaces import day_after, make_booking, make_host, make_space, period_on
from support.world import World, address, all_routes, make_world

DAY = f"{day_after(6)}"
HOST, DISTRICT, COUNTER = (f"/{part}/spaces/{{space_id:int}}" for part in ("host", "district", "counter"))

# What each form sends so that something changes, and which subject is noted then.
FORMS: dict[str, tuple[str, dict[str, Any]]] = {
    f"{HOST}/checkin": ("space", {"patience": "20"}),
    f"{HOST}/bookings/{{asked_id:int}}/approval": ("booking", {}),
    f"{HOST}/bookings/{{asked_id:int}}/refusal": ("booking", {"message": ""}),
    f"{HOST}/bookings/{{booking_id:int}}/cancellation": ("booking", {"seen": "{booking_id}:1", "rest": "cancel"}),
    f"{HOST}/bookings/{{booking_id:int}}/waiver": ("charge", {"reason": "volunteer"}),
    f"{HOST}/blackouts/new": ("blackout", {"resource": "all", "first": DAY, "from": "06:00", "to": "07:00"}),
    f"{HOST}/blackouts/{{blackout_id:int}}/lifting": ("blackout", {}),
    f"{HOST}/closures": ("closure", {"first": DAY, "reason": "Kerwe"}),
    f"{HOST}/closures/{{closure_id:int}}/removal": ("closure", {}),
    f"{HOST}/hours": ("hours", {f"{part}-{day}-0": clock for day in range(1, 8)
                                for part, clock in (("opens", "07:00"), ("closes", "20:00"))}),
    f"{HOST}/members": ("member", {"email": "mitglied@example.org"}),
    f"{HOST}/members/{{person_id:int}}/removal": ("member", {}),
    f"{HOST}/team": ("host", {"email": "neu@example.org", "role": "desk"}),
    f"{HOST}/team/{{person_id:int}}/removal": ("host", {}),
    f"{HOST}/rules": ("space", RULES | {"horizon_days": "60"}),
    f"{HOST}/rules/{{kind:str}}": ("rules", {"longest_minutes": "120"}),
    f"{HOST}/rules/{{kind:str}}/removal": ("rules", {}),
    f"{HOST}/resources/{{resource_id:int}}/rules": ("rules", {"longest_minutes": "120"}),
    f"{HOST}/resources/{{resource_id:int}}/rules/removal": ("rules", {}),
    f"{HOST}/resources": ("resource", {"kind": "desk", "name": "Bank", "number": "2"}),
    f"{HOST}/resources/{{resource_id:int}}": ("resource", {"name": "Tisch 77", "pool": "Tisch"}),
    f"{HOST}/resources/{{vehicle_id:int}}/retirement": ("resource", {}),
    f"{HOST}/resources/{{retired_id:int}}/return": ("resource", {}),
    f"{HOST}/vehicles/{{vehicle_id:int}}": ("vehicle", {"form_factor": "cargo_bicycle", "propulsion": "human"}),
    f"{HOST}/details": ("space", {"name": "Neue Schule", "street": "Weg 1", "postal_code": "66869", "town": "Kusel",
                                  "lat": "49,5", "lon": "7,4"}),
    f"{HOST}/plan": ("plan", {"name": "Halle", "width": "12", "height": "8"}),
    f"{HOST}/plan/removal": ("plan", {}),
    f"{HOST}/photos": ("photo", {"alt": "Ein Raum"}),
    f"{HOST}/photos/{{photo_id:int}}/removal": ("photo", {}),
    f"{HOST}/tariffs": ("tariff", {"of": "space", "hour": "4,00"}),
    f"{HOST}/till/cards": ("charge", {"email": "karte@example.org"}),
    f"{HOST}/till/passes": ("charge", {"email": "karte@example.org", "first": DAY}),
    f"{HOST}/till/cards/{{card_id:int}}/removal": ("charge", {}),
    f"{COUNTER}/bookings/new": ("booking", {"date": DAY, "start": "15:00", "end": "16:00",
                                            "resource": "{resource_id}"}),
    f"{COUNTER}/bookings/{{guest_booking_id:int}}/move": ("booking", {"date": DAY, "start": "13:00", "end": "14:00",
                                                                      "resource": "{resource_id}", "version": "1"}),
    f"{COUNTER}/bookings/{{guest_booking_id:int}}/cancellation": ("booking", {"version": "1"}),
    f"{DISTRICT}/hosts": ("host", {"email": "neu@example.org"}),
    f"{DISTRICT}/hosts/{{person_id:int}}/removal": ("host", {}),
    f"{DISTRICT}/publication": ("space", {"published": "no"}),
}  # fmt: skip

# What changes nothing at the space, and why it is not noted.
UNNOTED = {
    f"{HOST}/bookings/{{booking_id:int}}/contact": "is noted in a log of its own, which the district reads",
    f"{HOST}/calendar": "a host's own secret address",
    f"{HOST}/calendar/revocation": "a host's own secret address",
}

# What has to be there before.
BEFORE: dict[str, str] = {
    f"{HOST}/bookings/{{booking_id:int}}/waiver":
        """INSERT INTO charge (what, way, space_id, booking_id, day, counts_on, cents)
           SELECT 'booking', 'counter', $1, min(booking.id), current_date, current_date, 500
           FROM booking JOIN resource ON resource.id = booking.resource_id WHERE resource.space_id = $1""",
    f"{HOST}/rules/{{kind:str}}/removal":
        "INSERT INTO rule_override (space_id, kind, longest_minutes) VALUES ($1, 'desk', 60)",
    f"{HOST}/resources/{{resource_id:int}}/rules/removal":
        """INSERT INTO rule_override (space_id, resource_id, longest_minutes)
           SELECT $1, min(id), 60 FROM resource WHERE space_id = $1""",
    f"{HOST}/members/{{person_id:int}}/removal":
        "INSERT INTO space_member (space_id, person_id) SELECT $1, id FROM person WHERE email = 'helfer@example.org'",
}  # fmt: skip

SPACES = ("/host/spaces/", "/counter/spaces/", "/district/spaces/{")
ROUTES = sorted(path for method, path, _ in all_routes() if method == "POST" and path.startswith(SPACES))


def same(path: str) -> str:
    """Whichever number it takes."""
    return re.sub(r"\{(?:booking|asked|resource|vehicle|retired)_id:int\}", "{id}", path)


@pytest.fixture
async def world(connection: Connection) -> World:
    """With a request that waits, something retired, and nobody's act so far."""
    world = await make_world(connection)
    person = await make_person(connection, "fragende@example.org")
    asked = await make_booking(connection, person, world.other_desk, period_on(day_after(8)))
    await connection.execute(
        "UPDATE booking SET status = 'requested', until_at = now() + interval '1 day' WHERE id = $1", asked
    )
    await connection.execute("UPDATE booking SET person_id = $2 WHERE id = $1", world.booking_id, person.id)
    retired = await connection.fetchval(
        """INSERT INTO resource (space_id, kind, name, retired_at) VALUES ($1, 'desk', 'Alter Tisch', now())
           RETURNING id""",
        world.space_id,
    )
    world.ids.update(asked_id=asked, retired_id=retired)
    return world


async def noted(connection: Connection, world: World) -> set[tuple[str, int | None]]:
    rows = await connection.fetch("SELECT subject, person_id FROM space_change WHERE space_id = $1", world.space_id)
    return {(row["subject"], row["person_id"]) for row in rows}


def test_every_route_that_changes_a_space_is_looked_at() -> None:
    assert {same(path) for path in ROUTES} == {same(path) for path in (*FORMS, *UNNOTED)}


@pytest.mark.parametrize("path", FORMS)
async def test_every_change_is_noted_with_who_made_it(
    connection: Connection, client: httpx.AsyncClient, world: World, path: str
) -> None:
    subject, form = FORMS[path]
    if path in BEFORE:
        await connection.execute(BEFORE[path], world.space_id)
    assert await noted(connection, world) == set()
    await sign_in(connection, client, world.owner)
    filled = {name: str(value).format(**world.ids) for name, value in form.items()}
    files = {"photo": ("a.png", a_picture(), "image/png")} if path.endswith("/photos") else None
    answer = await client.post(address(path, world.ids), data=filled, files=files)
    assert answer.status_code == 303, answer.text
    assert (subject, world.owner.id) in await noted(connection, world)
    acts = "SELECT count(DISTINCT act) FROM space_change WHERE space_id = $1"
    assert await connection.fetchval(acts, world.space_id) == 1


def a_picture() -> bytes:
    from io import BytesIO

    from PIL import Image

    written = BytesIO()
    Image.new("RGB", (400, 300), "white").save(written, "PNG")
    return written.getvalue()


# Tables that tell of a space and are not noted, and why.
NOT_A_CHANGE = {
    "application": "what residents apply for",
    "booking": "noted by a trigger of its own, which tells residents' own acts apart",
    "floor_element": "noted with its plan, whose version each change raises",
    "former_opening_hours": "what was noted as it was changed, kept for statistics",
    "former_closure": "likewise",
    "charge": "a ledger; sales and waivers are noted as they are added",
    "card": "its sale stands in the ledger",
    "month_pass": "its sale stands in the ledger",
    "placement": "an internship, between people and a company",
    "posting_space": "chosen by a company",
    "space_change": "the log itself",
    "waiting": "residents' wishes",
}


async def test_every_table_that_tells_of_a_space_is_noted(connection: Connection) -> None:
    """A new one is noted, or says above why not."""
    tables = {
        row["name"]
        for row in await connection.fetch(
            """SELECT DISTINCT conrelid::regclass::text AS name FROM pg_constraint
               WHERE contype = 'f' AND confrelid IN ('space'::regclass, 'resource'::regclass)"""
        )
    } | {"space"}
    triggered = {
        row["name"]
        for row in await connection.fetch(
            """SELECT DISTINCT tgrelid::regclass::text AS name FROM pg_trigger
               WHERE tgfoid = 'note_row'::regproc AND tgname = 'note'"""
        )
    }
    assert tables - triggered == set(NOT_A_CHANGE)
    assert not triggered & set(NOT_A_CHANGE)


async def test_the_columns_that_are_noted_are_there(connection: Connection) -> None:
    rows = await connection.fetch(
        """SELECT tgrelid, encode(tgargs, 'escape') AS args FROM pg_trigger WHERE tgfoid = 'note_row'::regproc"""
    )
    assert len(rows) > 10
    for row in rows:
        columns = [name for part in row["args"].split("\\000")[2:4] for name in part.split(",") if name]
        for name in columns:
            query = "SELECT EXISTS (SELECT FROM pg_attribute WHERE attrelid = $1 AND attname = $2)"
            assert await connection.fetchval(query, row["tgrelid"], name), name


async def test_residents_leave_no_trace(connection: Connection, place: Place, resident: Person) -> None:
    await act_as(connection, resident)
    booking = await book_resource(connection, resident, place.desk, period_on(day_after(3)))
    await cancel_booking(connection, resident, booking.id)
    await act_as(connection, place.host)
    own = await book_resource(connection, place.host, place.desk, period_on(day_after(3)))
    await cancel_booking(connection, place.host, own.id)
    assert await connection.fetchval("SELECT count(*) FROM space_change") == 0


async def test_who_hosts_another_space_is_not_named_here(
    connection: Connection, place: Place, resident: Person
) -> None:
    """As a resident's guardian or company they may end what was booked at this one."""
    booking = await book_resource(connection, resident, place.desk, period_on(day_after(3)))
    elsewhere = await make_host(
        connection, await make_person(connection, "andere@example.org"), await make_space(connection, name="Anderswo")
    )
    await act_as(connection, elsewhere)
    await mark_cancelled(connection, booking, elsewhere, "person")
    assert await connection.fetchval("SELECT count(*) FROM space_change") == 0


async def test_leaving_a_team_is_noted(connection: Connection, place: Place, resident: Person) -> None:
    await note(connection, place, resident)
    await act_as(connection, resident)
    await connection.execute("DELETE FROM space_host WHERE person_id = $1", resident.id)
    row = await connection.fetchrow("SELECT person_id, for_district FROM space_change ORDER BY id DESC LIMIT 1")
    assert row
    assert tuple(row) == (resident.id, False)


async def test_what_nobody_does_is_not_noted(connection: Connection, place: Place) -> None:
    """As the worker, the command line and imports change things."""
    await connection.execute("SELECT set_config('landbooking.actor', '', true)")
    await connection.execute("UPDATE space SET name = 'Anders' WHERE id = $1", place.space_id)
    assert await connection.fetchval("SELECT count(*) FROM space_change") == 0


async def test_saving_the_same_again_is_no_change(
    connection: Connection, client: httpx.AsyncClient, place: Place
) -> None:
    await sign_in(connection, client, place.host)
    for _ in range(2):
        await client.post(f"/host/spaces/{place.space_id}/rules", data=RULES | {"horizon_days": "60"})
    assert await connection.fetchval("SELECT count(*) FROM space_change") == 1


async def test_what_is_refused_is_not_noted(connection: Connection, client: httpx.AsyncClient, place: Place) -> None:
    await sign_in(connection, client, place.host)
    answer = await client.post(f"/host/spaces/{place.space_id}/team/{place.host.id}/removal")
    assert answer.status_code == 409
    assert await connection.fetchval("SELECT count(*) FROM space_change") == 0


CHANGES = ["UPDATE space_change SET subject = 'hours'", "UPDATE space_change SET person_id = about_id",
           "DELETE FROM space_change", "TRUNCATE space_change"]  # fmt: skip


@pytest.mark.parametrize("statement", CHANGES)
async def test_nobody_rewrites_it(connection: Connection, place: Place, resident: Person, statement: str) -> None:
    await note(connection, place, resident)
    with pytest.raises(asyncpg.RestrictViolationError):
        async with connection.transaction():
            await connection.execute(statement)
    assert await connection.fetchval("SELECT count(*) FROM space_change WHERE subject = 'host'") == 1


async def test_people_can_be_forgotten(connection: Connection, place: Place, resident: Person) -> None:
    await note(connection, place, resident)
    await connection.execute("SELECT set_config('landbooking.actor', '', true)")
    for person in (place.host, resident):
        await connection.execute("DELETE FROM person WHERE id = $1", person.id)
    [row] = await connection.fetch("SELECT person_id, about_id, subject, verb FROM space_change")
    assert tuple(row) == (None, None, "host", "added")


async def test_after_a_year_it_is_forgotten(connection: Connection, place: Place, resident: Person) -> None:
    await act_as(connection, place.host)
    for age in ("364 days", "367 days"):
        await connection.execute(
            """INSERT INTO space_change (space_id, act, at, for_district, subject, verb, what)
               VALUES ($1, gen_random_uuid(), now() - $2::text::interval, false, 'hours', 'changed', '{}')""",
            place.space_id,
            age,
        )
    await forget_changes(connection)
    assert await connection.fetchval("SELECT count(*) FROM space_change") == 1


async def note(connection: Connection, place: Place, resident: Person) -> None:
    """The host takes the resident into the team."""
    await act_as(connection, place.host)
    await connection.execute(
        "INSERT INTO space_host (space_id, person_id, role) VALUES ($1, $2, 'desk')", place.space_id, resident.id
    )
