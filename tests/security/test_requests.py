"""Headers on every answer, cookies, and requests that other sites' pages send."""

import re

import httpx
import msgspec
import pytest

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.settings import Settings
from support.people import bearer, client_for, litestar, sign_in
from support.world import World, app_of

ANSWERS = [
    ("GET", "/", 200),
    ("GET", "/nothing", 404),
    ("GET", "/bookings", 303),
    ("POST", "/bookings/feed", 401),
    ("DELETE", "/", 405),
    ("GET", "/static/css/base.css", 200),
    ("GET", "/static/nothing.css", 404),
    ("GET", "/api/v1/spaces", 200),
    ("GET", "/api/v1/nothing", 404),
    ("GET", "/api/v1/bookings", 401),
    ("GET", "/api/v1/openapi.json", 200),
    ("GET", "/health/live", 200),
    ("GET", "/search?place=x", 422),
    ("HEAD", "/", 200),
]


@pytest.mark.parametrize(("method", "path", "status"), ANSWERS)
@pytest.mark.parametrize("base", ["http://landbooking.test", "https://landbooking.test"])
async def test_every_answer_has_the_strict_headers(
    settings: Settings, client: httpx.AsyncClient, base: str, method: str, path: str, status: int
) -> None:
    configured = msgspec.structs.replace(settings, base_url=base)
    async with client_for(configured, litestar(app_of(client)).state.pool) as other:
        answer = await other.request(method, path)
    assert answer.status_code == status
    check_headers(answer)
    assert ("strict-transport-security" in answer.headers) == base.startswith("https")


def check_headers(answer: httpx.Response) -> None:
    policy = dict(part.split(" ", 1) for part in answer.headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["frame-ancestors"] == "'none'"
    assert policy["base-uri"] == "'none'"
    assert policy["form-action"] == "'self'"
    assert "unsafe" not in str(policy)
    assert "http" not in str(policy)
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "same-origin"
    assert re.fullmatch(r"[\w-]+", answer.headers["x-request-id"])


@pytest.mark.parametrize("path", ["/", "/bookings", "/profile", "/profile/devices", "/nothing"])
async def test_no_page_for_a_person_is_kept_by_anybody(insider: httpx.AsyncClient, path: str) -> None:
    answer = await insider.get(path)
    assert answer.headers["cache-control"] == "no-store"
    assert "Cookie" in answer.headers["vary"]


async def test_a_booking_in_the_api_is_kept_by_nobody(
    connection: Connection, client: httpx.AsyncClient, world: World
) -> None:
    headers = await bearer(connection, world.owner)
    answer = await client.get(f"/api/v1/bookings/{world.booking_id}", headers=headers)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("headers", "passes"),
    [
        ({}, True),
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "none"}, True),
        ({"Origin": "http://landbooking.test"}, True),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Sec-Fetch-Site": "nonsense"}, False),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://landbooking.test"}, False),
        ({"Origin": "https://evil.example"}, False),
        ({"Origin": "http://landbooking.test.evil.example"}, False),
        ({"Origin": "http://evil.example/http://landbooking.test"}, False),
        ({"Origin": "null"}, False),
        ({"Origin": "landbooking.test"}, False),
    ],
)
async def test_changes_are_taken_from_our_own_pages_only(
    connection: Connection, insider: httpx.AsyncClient, headers: dict[str, str], passes: bool
) -> None:
    for language, word in (("de", "fremden"), ("en", "another")):
        answer = await insider.post("/bookings/feed/revocation", headers={**headers, "Accept-Language": language})
        assert answer.status_code == (303 if passes else 403)
        check_headers(answer)
        if not passes:
            assert word in answer.text
    assert (await insider.get("/bookings", headers=headers)).status_code == 200
    answer = await insider.post("/api/v1/bookings", headers=headers, json={})
    assert answer.status_code == (422 if passes else 403)
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_program_with_a_token_needs_no_origin(
    connection: Connection, client: httpx.AsyncClient, resident: Person
) -> None:
    answer = await client.post("/api/v1/bookings", headers=await bearer(connection, resident), json={})
    assert answer.status_code == 422


async def test_no_other_site_may_read_with_a_script(insider: httpx.AsyncClient) -> None:
    for path in ("/bookings", "/api/v1/bookings", "/api/v1/spaces"):
        answer = await insider.get(path, headers={"Origin": "https://evil.example"})
        assert not [name for name in answer.headers if name.startswith("access-control")]


async def test_a_token_is_no_key_to_the_pages(
    connection: Connection, client: httpx.AsyncClient, resident: Person
) -> None:
    answer = await client.get("/bookings", headers=await bearer(connection, resident))
    assert answer.status_code == 303


@pytest.mark.parametrize("cookie", ["", "x", "a" * 5000, "%00", "ä", "../..", "' OR 1=1 --"])
async def test_a_broken_cookie_is_nobody(client: httpx.AsyncClient, cookie: str) -> None:
    headers = {
        b"Cookie": b"session=" + cookie.encode() + b"; notice=" + cookie.encode() + b"; sign-in=" + cookie.encode()
    }
    assert (await client.get("/bookings", headers=headers)).status_code == 303
    assert (await client.get("/", headers=headers)).status_code == 200
    assert (await client.get("/sign-in/code", headers=headers)).status_code == 303


EVIL = ["//evil.example", "/\\evil.example", "https://evil.example", "/%5cevil.example", "/en//evil.example",
        "//evil.example/%2f..", "/\t/evil.example", "http:evil.example", "javascript:alert(1)",
        "\x00//evil.example"]  # fmt: skip


@pytest.mark.parametrize("evil", EVIL)
async def test_no_redirect_leaves_the_site(client: httpx.AsyncClient, evil: str) -> None:
    page = await client.get("/sign-in", params={"next": evil})
    assert page.status_code == 200
    wanted = re.search(r'name="next" value="([^"]*)"', page.text)
    assert wanted is not None
    assert re.match(r"/(?![/\\])", wanted[1])


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example/bookings",
        "//evil.example",
        "/en//evil.example/",
        "/en//bookings",
        "//bookings",
        "/\\evil.example/",
    ],
)
async def test_no_address_makes_a_redirect_or_link_to_another_site(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(f"http://landbooking.test{path}")
    location = answer.headers.get("location", "/")
    assert re.match(r"/(?![/\\])", location)
    assert not re.search(r'(?:href|action|src)="(?://|\\|/\\|https?://evil)', answer.text)


async def test_the_notice_is_one_of_ours(client: httpx.AsyncClient) -> None:
    client.cookies.set("notice", "<script>alert(1)</script>")
    assert "alert(1)" not in (await client.get("/")).text


async def test_the_language_of_the_address_stays(
    connection: Connection, client: httpx.AsyncClient, resident: Person
) -> None:
    answer = await client.get("/en/bookings")
    assert answer.headers["location"].startswith("/en/sign-in?next=")
    await sign_in(connection, client, resident)
    page = await client.get("/en/bookings")
    links = [
        link for link in re.findall(r'(?:href|action)="(/[^"]*)"', page.text) if not link.startswith(("/static", "/de"))
    ]
    assert links
    assert all(link == "/en" or link.startswith("/en/") for link in links), links
