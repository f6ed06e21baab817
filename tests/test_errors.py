"""Trouble of ours: the database away, and faults; for people as a page, for programs as a problem."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import httpx
import pytest
import structlog

from landbooking.accounts.person import Person
from landbooking.database import TRY_AGAIN, Connection
from landbooking.settings import Settings
from support.people import client_for, sign_in

PATHS = ["/", "/spaces/1", "/api/v1/spaces", "/api/v1/municipalities"]


class BrokenPool:
    """Every connection fails in the same way."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    @asynccontextmanager
    async def acquire(self, timeout: float) -> AsyncIterator[Any]:  # noqa: ASYNC109 asyncpg's
        raise self.error
        yield

    async def fetchrow(self, *_arguments: object) -> Any:
        raise self.error

    fetchval = fetchrow


def made(kind: type[Exception]) -> Exception:
    return kind("geheim: postgresql://name:password@host/db")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "kind",
    [*TRY_AGAIN, ConnectionRefusedError, OSError, asyncpg.InternalClientError, asyncpg.ConnectionDoesNotExistError],
)
async def test_a_database_that_is_away_is_503_and_comes_back(
    settings: Settings, path: str, kind: type[Exception]
) -> None:
    for language, word in (("de", "gleich wieder da"), ("en", "back in a moment")):
        async with client_for(settings, BrokenPool(made(kind))) as client:
            answer = await client.get(path, headers={"Accept-Language": language})
        assert answer.status_code == 503
        assert answer.headers["retry-after"] == "2"
        check_quiet(answer, path)
        if language == "de":
            assert word in answer.text
        else:
            assert "gleich" not in answer.text


@pytest.mark.parametrize("path", PATHS)
async def test_a_fault_of_ours_is_500_noted_and_not_shown(settings: Settings, path: str) -> None:
    for language, word in (("de", "schiefgegangen"), ("en", "wrong")):
        with structlog.testing.capture_logs() as logged:
            async with client_for(settings, BrokenPool(made(RuntimeError))) as client:
                answer = await client.get(path, headers={"Accept-Language": language})
        assert answer.status_code == 500
        check_quiet(answer, path)
        assert word in answer.text
        [line] = [line for line in logged if line["event"] == "unexpected"]
        assert isinstance(line["exc_info"], RuntimeError)


@pytest.mark.parametrize("header", [{"Authorization": "Bearer x"}, {"Cookie": "session=x"}])
async def test_finding_out_who_asks_may_fail_as_well(settings: Settings, header: dict[str, str]) -> None:
    async with client_for(settings, BrokenPool(made(asyncpg.CannotConnectNowError))) as client:
        answer = await client.get("/api/v1/bookings", headers=header)
        assert answer.status_code == 503
        check_quiet(answer, "/api/v1/bookings")
        assert (await client.post("/bookings/reminders", headers={"Cookie": "session=x"})).status_code == 503


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/nothing", 404), ("GET", "/spaces/x/y", 404), ("HEAD", "/nothing", 404), ("DELETE", "/profile", 405)],
)
async def test_addresses_that_no_route_has_know_who_asks(
    connection: Connection, client: httpx.AsyncClient, resident: Person, method: str, path: str, status: int
) -> None:
    stranger = await client.request(method, path)
    await sign_in(connection, client, resident)
    person = await client.request(method, path)
    assert stranger.status_code == person.status_code == status
    if method == "HEAD":
        assert person.content == b""
        assert int(person.headers["content-length"]) > 0
    else:
        assert 'href="/sign-in"' in stranger.text
        assert 'href="/sign-in"' not in person.text
        assert 'href="/profile"' in person.text
    if status == 405:
        assert "POST" in person.headers["allow"]


async def test_an_unknown_address_while_the_database_is_away(settings: Settings) -> None:
    async with client_for(settings, BrokenPool(made(asyncpg.CannotConnectNowError))) as client:
        assert (await client.get("/nothing")).status_code == 404
        answer = await client.get("/nothing", headers={"Cookie": "session=x"})
        assert answer.status_code == 503
        check_quiet(answer, "/nothing")
        for headers in ({"Authorization": "Bearer x"}, {"Cookie": "session=x"}):
            answer = await client.get("/api/v1/nothing", headers=headers)
            assert answer.status_code == 404
            check_quiet(answer, "/api/v1/nothing")


def check_quiet(answer: httpx.Response, path: str) -> None:
    """In its own form, with the headers of every answer, and without a word on what happened inside."""
    kind = "application/problem+json" if path.startswith("/api/") else "text/html; charset=utf-8"
    assert answer.headers["content-type"] == kind
    assert answer.headers["cache-control"] == "no-store"
    assert "content-security-policy" in answer.headers
    for word in ("geheim", "password", "Traceback", "Error", "asyncpg"):
        assert word not in answer.text


@pytest.mark.parametrize(
    ("path", "word_de", "word_en"),
    [("/nothing", "Nicht gefunden", "Not found"), ("/spaces/999999", "Nicht gefunden", "Not found")],
)
async def test_refusals_speak_the_persons_language(
    client: httpx.AsyncClient, path: str, word_de: str, word_en: str
) -> None:
    assert word_de in (await client.get(path)).text
    assert word_en in (await client.get(path, headers={"Accept-Language": "en-GB"})).text
    assert word_en in (await client.get(f"/en{path}")).text
    assert word_de in (await client.get(f"/de{path}", headers={"Accept-Language": "en"})).text
    assert 'lang="en"' in (await client.get(f"/en{path}")).text
