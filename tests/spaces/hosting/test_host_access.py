"""Nobody but the host of this very space sees or changes anything here."""

import re

import httpx
import pytest

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.spaces.hosting.routes import ROUTES
from support.hosting import Place
from support.people import make_person, sign_in
from support.spaces import day_after, make_booking, make_desk, make_host, make_space, period_on

HOST_PAGES = sorted(
    (method, path)
    for route in ROUTES
    for path in route.paths
    for method in route.http_methods
    if path.startswith("/host/spaces/") and method in ("GET", "POST")
)
DISTRICT_PAGES = sorted(
    (method, path)
    for route in ROUTES
    for path in route.paths
    for method in route.http_methods
    if path.startswith("/district") and method in ("GET", "POST")
)


def address(path: str, space_id: int, other_id: int = 1) -> str:
    return re.sub(r"\{\w+:int\}", str(other_id), path.replace("{space_id:int}", str(space_id)))


async def ask(client: httpx.AsyncClient, method: str, path: str) -> httpx.Response:
    return await client.request(method, path, data={} if method == "POST" else None)


def test_there_are_pages_to_guard() -> None:
    assert len(HOST_PAGES) > 25
    assert len(DISTRICT_PAGES) > 7


@pytest.mark.parametrize("page", HOST_PAGES)
async def test_host_pages_are_refused_to_who_is_signed_out(
    client: httpx.AsyncClient, place: Place, page: tuple[str, str]
) -> None:
    answer = await ask(client, page[0], address(page[1], place.space_id))
    if page[0] == "GET":
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/sign-in")
    else:
        assert answer.status_code == 401


@pytest.mark.parametrize("page", HOST_PAGES)
async def test_host_pages_are_refused_to_hosts_of_other_spaces(
    connection: Connection, client: httpx.AsyncClient, place: Place, outsider: Person, page: tuple[str, str]
) -> None:
    neighbour = await make_host(connection, outsider, await make_space(connection, name="Nachbarraum"))
    await sign_in(connection, client, neighbour)
    assert (await ask(client, page[0], address(page[1], place.space_id))).status_code == 403


@pytest.mark.parametrize("page", HOST_PAGES)
async def test_host_pages_are_refused_to_residents_and_staff(
    connection: Connection, client: httpx.AsyncClient, place: Place, resident: Person, page: tuple[str, str]
) -> None:
    await sign_in(connection, client, resident)
    assert (await ask(client, page[0], address(page[1], place.space_id))).status_code == 403
    await sign_in(connection, client, await make_person(connection, "betrieb@example.org", role="operator"))
    assert (await ask(client, page[0], address(page[1], place.space_id))).status_code == 403


@pytest.mark.parametrize("page", DISTRICT_PAGES)
async def test_district_pages_are_refused_to_hosts(
    hosting: httpx.AsyncClient, place: Place, page: tuple[str, str]
) -> None:
    assert (await ask(hosting, page[0], address(page[1], place.space_id))).status_code == 403


OF_ITS_OWN = [
    page
    for page in HOST_PAGES
    if page[1].count(":int}") > 1 and not any(part in page[1] for part in ("photos", "members", "team"))
]


@pytest.mark.parametrize("page", OF_ITS_OWN)
async def test_what_belongs_to_another_space_is_not_found(
    connection: Connection, hosting: httpx.AsyncClient, place: Place, resident: Person, page: tuple[str, str]
) -> None:
    """A desk, blackout, closure or booking of the neighbour's, reached through one's own space."""
    other = await make_space(connection, name="Nachbarraum")
    desk = await make_desk(connection, other)
    ids = {
        "resources": desk,
        "vehicles": await make_desk(connection, other, "Lastenrad", kind="vehicle"),
        "bookings": await make_booking(connection, resident, desk, period_on(day_after(3))),
        "closures": await connection.fetchval(
            "INSERT INTO closure (space_id, days) VALUES ($1, '[2090-01-01,2090-01-02)') RETURNING id", other
        ),
        "blackouts": await connection.fetchval(
            "INSERT INTO blackout (space_id, period) VALUES ($1, '[2090-01-01,2090-01-02)') RETURNING id", other
        ),
    }
    method, path = page
    subject = path.split("/")[4]
    answer = await ask(hosting, method, address(path, place.space_id, ids[subject]))
    if subject == "bookings" and method == "POST":
        assert await connection.fetchval("SELECT status FROM booking WHERE id = $1", ids["bookings"]) == "confirmed"
    else:
        assert answer.status_code == 404
    untouched = "SELECT (SELECT count(*) FROM closure) + (SELECT count(*) FROM blackout WHERE lifted_at IS NULL)"
    assert await connection.fetchval(untouched) == 2


@pytest.mark.parametrize("number", ["0", "99999999999999999999", "2147483648"])
async def test_numbers_that_no_row_can_have_are_not_found(
    hosting: httpx.AsyncClient, place: Place, number: str
) -> None:
    assert (await hosting.get(f"/host/spaces/{place.space_id}/resources/{number}")).status_code == 404
    assert (await hosting.get(f"/spaces/{place.space_id}/photos/{number}")).status_code == 404
    assert (await hosting.get(f"/spaces/{number}/photos/1")).status_code == 404


async def test_residents_have_no_list_of_spaces(
    connection: Connection, client: httpx.AsyncClient, resident: Person
) -> None:
    await sign_in(connection, client, resident)
    assert (await client.get("/host")).status_code == 403
