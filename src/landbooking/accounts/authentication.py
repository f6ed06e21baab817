"""Who is asking: one query for a request with a session or token, none for one without."""

from typing import Any, Literal

import asyncpg
import msgspec
from litestar.connection import ASGIConnection
from litestar.types import ASGIApp, Receive, Scope, Send

from landbooking.accounts.person import COLUMNS, Person, person_from
from landbooking.accounts.sessions import UNUSED_FOR, hash_of
from landbooking.database import Connection, Pool, connection_from
from landbooking.errors import NotSignedIn
from landbooking.settings import Settings

_OPEN = ("/static/", "/health", "/metrics")
_FRAMED = "/widget"  # other sites show it to anybody, and nobody is asked there who they are
_FOR_PROGRAMS = ("/api/", "/covoiturage/")  # where tokens count

_BY_SESSION = f"""
    SELECT {COLUMNS}, session.id AS proof_id, session.last_seen_at < now() - interval '1 hour' AS unseen
    FROM session JOIN person ON person.id = session.person_id
    WHERE session.token_hash = $1 AND session.expires_at > now()
"""  # noqa: S608 the columns are our own constant
_BY_TOKEN = f"""
    SELECT {COLUMNS}, api_token.id AS proof_id,
           coalesce(api_token.last_used_at < now() - interval '1 hour', true) AS unseen
    FROM api_token JOIN person ON person.id = api_token.person_id
    WHERE api_token.token_hash = $1
"""  # noqa: S608


class Proof(msgspec.Struct, frozen=True):
    """What the person proved with that it is them: the id of a session or of an API token."""

    by: Literal["session", "token"]
    id: int


class Authentication:
    """Sets `scope["user"]` to a Person or None, and `scope["auth"]` to their Proof or None.

    A wrong token is refused with NotSignedIn, since a program should hear of it; a stale cookie is nobody.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["user"] = scope["auth"] = None
        if not scope["path"].startswith(_OPEN) and not scope["path"].endswith(_FRAMED):
            connection: ASGIConnection[Any, Any, Any, Any] = ASGIConnection(scope)
            pool: Pool = connection.app.state.pool
            scheme, _, token = connection.headers.get("authorization", "").partition(" ")
            if scheme.lower() == "bearer" and scope["path"].startswith(_FOR_PROGRAMS):
                async with connection_from(pool) as reads:
                    scope["user"], scope["auth"] = await _by_token(reads, token.strip())
            elif cookie := connection.cookies.get(session_cookie(connection.app.state.settings)):
                async with connection_from(pool) as reads:
                    scope["user"], scope["auth"] = await _by_session(reads, cookie)
        await self.app(scope, receive, send)


def session_cookie(settings: Settings) -> str:
    """The cookie's name. Browsers keep a `__Host-` cookie only over TLS, and only from this very host."""
    return "__Host-session" if settings.secure else "session"


async def _by_token(connection: Connection, token: str) -> tuple[Person, Proof]:
    row = await connection.fetchrow(_BY_TOKEN, hash_of(token))
    if row is None:
        raise NotSignedIn
    if row["unseen"]:
        await connection.execute("UPDATE api_token SET last_used_at = now() WHERE id = $1", row["proof_id"])
    return person_from(row), Proof("token", row["proof_id"])


async def _by_session(connection: Connection, cookie: str) -> tuple[Person | None, Proof | None]:
    row: asyncpg.Record | None = await connection.fetchrow(_BY_SESSION, hash_of(cookie))
    if row is None:
        return None, None
    if row["unseen"]:  # once an hour is exact enough for a list of devices, and spares every page a write
        await connection.execute(
            "UPDATE session SET last_seen_at = now(), expires_at = now() + $2 WHERE id = $1",
            row["proof_id"],
            UNUSED_FOR,
        )
    return person_from(row), Proof("session", row["proof_id"])
