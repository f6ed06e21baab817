"""Settings, clients and people for tests: plain inserts, no random factories."""

import hashlib
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from typing import Any, cast

import httpx
from redis import asyncio as valkey

from landbooking.accounts.person import Person, person_by_email
from landbooking.database import Connection
from landbooking.settings import Settings

BASE_URL = "http://landbooking.test"


def settings(database_url: str, redis_url: str, smtp_url: str = "smtp://127.0.0.1:1") -> Settings:
    return Settings(
        database_url=database_url,
        redis_url=redis_url,
        smtp_url=smtp_url,
        base_url=BASE_URL,
        secret="a secret that only tests know, 32 and more",
        mail_from="buchung@landbooking.test",
        operator="Landkreis Kusel",
        contact="hilfe@landbooking.test",
    )


@asynccontextmanager
async def client_for(settings: Settings, pool: Any) -> AsyncIterator[httpx.AsyncClient]:
    """An HTTP client on the app, without a socket. The app's lifespan does not run: the pool is the test's."""
    app = _app(settings)
    async with valkey.Redis.from_url(settings.redis_url) as limits:
        await limits.flushdb()
        litestar(app).state.update(pool=pool, valkey=limits)
        litestar(app).state.hub.close()  # a client without a socket would read a board's stream for ever
        transport = httpx.ASGITransport(cast(Any, app), raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=BASE_URL) as client:
            yield client


@cache
def _app(settings: Settings) -> Any:
    """Made once a process, since that takes longer than most tests."""
    from landbooking.app import create_app

    return create_app(settings)


def litestar(app: Any) -> Any:
    """The Litestar app inside its wrappers."""
    while hasattr(app, "app"):
        app = app.app
    return app


async def make_person(connection: Connection, email: str, **columns: Any) -> Person:
    """A person; `columns` are columns of the table, such as role or language."""
    values = {"email": email, **columns}
    names = ", ".join(values)
    places = ", ".join(f"${number}" for number in range(1, len(values) + 1))
    await connection.execute(f"INSERT INTO person ({names}) VALUES ({places})", *values.values())  # noqa: S608
    person = await person_by_email(connection, email)
    assert person is not None
    return person


async def live_in(connection: Connection, person: Person, municipality_id: int) -> None:
    """As their profile says."""
    await connection.execute("UPDATE person SET home_id = $2 WHERE id = $1", person.id, municipality_id)


async def sign_in(connection: Connection, client: httpx.AsyncClient, person: Person) -> None:
    """Gives the client a session of this person, as signing in by mail would."""
    client.cookies.set("session", await make_session(connection, person))


async def make_session(connection: Connection, person: Person) -> str:
    """The value of the cookie."""
    token = secrets.token_urlsafe(32)
    await connection.execute(
        """INSERT INTO session (token_hash, person_id, device, expires_at)
           VALUES ($1, $2, 'Test', now() + interval '1 day')""",
        hashlib.sha256(token.encode()).digest(),
        person.id,
    )
    return token


async def bearer(connection: Connection, person: Person) -> dict[str, str]:
    """Headers with an API token of this person."""
    token = "lb_" + secrets.token_urlsafe(32)
    await connection.execute(
        "INSERT INTO api_token (token_hash, person_id, label) VALUES ($1, $2, 'Test')",
        hashlib.sha256(token.encode()).digest(),
        person.id,
    )
    return {"Authorization": f"Bearer {token}"}
