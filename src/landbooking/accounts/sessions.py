"""Sessions: a row each, known by the hash of a token that only the browser has."""

import hashlib
import secrets
from datetime import datetime, timedelta

import msgspec

from landbooking.accounts.devices import device_words
from landbooking.database import Connection

UNUSED_FOR = timedelta(days=60)  # after which a session has ended by itself


class Session(msgspec.Struct, frozen=True):
    """`device` may be empty where the browser did not say what it is."""

    id: int
    device: str
    created_at: datetime
    last_seen_at: datetime


def hash_of(token: str) -> bytes:
    """How secrets of 32 random bytes are stored: nobody can try through so many, so no slow hash is needed."""
    return hashlib.sha256(token.encode()).digest()


async def start_session(connection: Connection, person_id: int, user_agent: str, presented: str | None) -> str:
    """A new session's token. The session that the browser came with is ended: no token outlives a sign-in."""
    if presented:
        await end_presented_session(connection, presented)
    token = secrets.token_urlsafe(32)
    await connection.execute(
        "INSERT INTO session (token_hash, person_id, device, expires_at) VALUES ($1, $2, $3, now() + $4)",
        hash_of(token),
        person_id,
        device_words(user_agent),
        UNUSED_FOR,
    )
    return token


async def end_presented_session(connection: Connection, token: str) -> None:
    """Ends the session that the browser shows, whoever's it is."""
    await connection.execute("DELETE FROM session WHERE token_hash = $1", hash_of(token))


async def end_session(connection: Connection, person_id: int, session_id: int) -> None:
    """Ends one of the person's own sessions; one that is gone, or another person's, stays as it is."""
    await connection.execute("DELETE FROM session WHERE id = $1 AND person_id = $2", session_id, person_id)


async def end_all_sessions(connection: Connection, person_id: int) -> None:
    await connection.execute("DELETE FROM session WHERE person_id = $1", person_id)


async def sessions_of(connection: Connection, person_id: int) -> list[Session]:
    """The person's living sessions, the one seen last first."""
    rows = await connection.fetch(
        """SELECT id, device, created_at, last_seen_at FROM session
           WHERE person_id = $1 AND expires_at > now() ORDER BY last_seen_at DESC, id DESC""",
        person_id,
    )
    return [Session(**row) for row in rows]
