"""Which routes of a space are for everybody in its team, and which for who answers for it: made from the router."""

import httpx
import pytest

from landbooking.database import Connection
from support.people import make_person, sign_in
from support.spaces import make_host, make_space
from support.world import World, address, all_routes, make_world

PAGES, API = "/host/spaces/{space_id:int}", "/api/v1/spaces/{space_id:int}"

# What somebody at the desk may do. Everything else at a space is for its owners: whoever adds a route decides here.
AT_THE_DESK = {
    ("GET", PAGES), ("GET", f"{PAGES}/week"), ("GET", f"{PAGES}/whereabouts"),
    ("GET", f"{PAGES}/requests"), ("GET", f"{PAGES}/bookings.csv"),
    ("GET", f"{PAGES}/bookings/{{booking_id:int}}"),
    ("POST", f"{PAGES}/bookings/{{booking_id:int}}/cancellation"),
    ("POST", f"{PAGES}/bookings/{{booking_id:int}}/approval"),
    ("POST", f"{PAGES}/bookings/{{booking_id:int}}/refusal"),
    ("POST", f"{PAGES}/bookings/{{booking_id:int}}/contact"),
    ("GET", f"{PAGES}/bookings/{{booking_id:int}}/waiver"), ("POST", f"{PAGES}/bookings/{{booking_id:int}}/waiver"),
    ("GET", f"{PAGES}/blackouts"), ("GET", f"{PAGES}/blackouts/new"), ("POST", f"{PAGES}/blackouts/new"),
    ("POST", f"{PAGES}/blackouts/{{blackout_id:int}}/lifting"),
    ("GET", f"{PAGES}/codes"),
    ("GET", f"{PAGES}/till"), ("POST", f"{PAGES}/till/cards"), ("POST", f"{PAGES}/till/passes"),
    ("POST", f"{PAGES}/till/cards/{{card_id:int}}/removal"),
    ("GET", f"{PAGES}/sharing"), ("POST", f"{PAGES}/calendar"), ("POST", f"{PAGES}/calendar/revocation"),
    ("GET", f"{API}/sharing"), ("POST", f"{API}/calendar"), ("POST", f"{API}/calendar/revocation"),
    ("GET", f"{API}/board"), ("GET", f"{API}/plan"), ("GET", f"{API}/requests"),
    ("POST", f"{API}/bookings/{{booking_id:int}}/cancellation"), ("POST", f"{API}/bookings/{{booking_id:int}}/waiver"),
    ("GET", f"{API}/blackouts"), ("GET", f"{API}/blackouts/usual"), ("POST", f"{API}/blackouts"),
    ("POST", f"{API}/blackouts/{{blackout_id:int}}/lifting"),
    ("GET", f"{API}/tariffs"), ("GET", f"{API}/till"),
    ("POST", f"{API}/cards"), ("POST", f"{API}/cards/{{card_id:int}}/removal"), ("POST", f"{API}/passes"),
}  # fmt: skip

# At the counter staff of the district act too: tests/spaces/guests. The week is for anybody.
ELSEWHERE = ("/guests", "/week")
ROUTES = [
    (method, path)
    for method, path, _ in all_routes()
    if path.startswith((f"{PAGES}/", f"{API}/")) or path == PAGES
    if not (path.startswith(API) and any(part in path for part in ELSEWHERE))
]


@pytest.fixture
async def world(connection: Connection) -> World:
    return await make_world(connection)


async def statuses(client: httpx.AsyncClient, world: World) -> dict[tuple[str, str], int]:
    """What each route answers to an empty request. Where something is missing in it, it was let in."""
    found = {}
    for method, path in ROUTES:
        form: dict[str, str] | None = {} if method == "POST" and path.startswith(PAGES) else None
        found[method, path] = (await client.request(method, address(path, world.ids), data=form)).status_code
    return found


def test_the_table_knows_only_routes_that_there_are() -> None:
    assert set(ROUTES) >= AT_THE_DESK
    assert len(ROUTES) > len(AT_THE_DESK) + 40


async def test_the_desk_has_its_day_and_nothing_else(
    connection: Connection, client: httpx.AsyncClient, world: World
) -> None:
    """She is an owner elsewhere, which helps her nothing here."""
    person = await make_person(connection, "tresen@example.org")
    await make_host(connection, person, await make_space(connection, name="Nachbarraum"))
    person = await make_host(connection, person, world.space_id, role="desk")
    await sign_in(connection, client, person)
    let_in = {route for route, status in (await statuses(client, world)).items() if status not in (401, 403)}
    assert let_in == AT_THE_DESK


async def test_owners_have_everything(connection: Connection, client: httpx.AsyncClient, world: World) -> None:
    person = await make_host(connection, await make_person(connection, "leitung@example.org"), world.space_id)
    await sign_in(connection, client, person)
    for route, status in (await statuses(client, world)).items():
        assert status not in (401, 403), route
        assert status < 500, route


async def test_the_menu_leads_nowhere_that_is_refused(
    connection: Connection, client: httpx.AsyncClient, world: World
) -> None:
    desk = await make_host(connection, await make_person(connection, "tresen@example.org"), world.space_id, role="desk")
    await sign_in(connection, client, desk)
    for path in ("", "/blackouts", "/till", "/sharing"):
        page = (await client.get(f"/host/spaces/{world.space_id}{path}")).text
        menu = page[page.index("<main") :]
        for forbidden in ("/hours", "/resources", "/details", "/team", "/tariffs", "/changes"):
            assert f'href="/host/spaces/{world.space_id}{forbidden}"' not in menu, (path, forbidden)


async def test_a_role_is_taken_away_at_once(connection: Connection, client: httpx.AsyncClient, world: World) -> None:
    person = await make_host(connection, await make_person(connection, "leitung@example.org"), world.space_id)
    await sign_in(connection, client, person)
    address = f"/host/spaces/{world.space_id}/hours"
    assert (await client.get(address)).status_code == 200
    await connection.execute("UPDATE space_host SET role = 'desk' WHERE person_id = $1", person.id)
    assert (await client.get(address)).status_code == 403
