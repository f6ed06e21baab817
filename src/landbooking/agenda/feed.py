"""A person's calendar feed: a secret address that calendar programs fetch, and that can be revoked."""

import secrets

from landbooking.accounts.person import COLUMNS, Person, person_from
from landbooking.accounts.sessions import hash_of
from landbooking.database import Connection
from landbooking.errors import NotFound


async def create_feed(connection: Connection, person: Person) -> str:
    """The token of a new address; one that there was before stops working. It can't be shown again."""
    token = secrets.token_urlsafe(32)
    await connection.execute("UPDATE person SET feed_token_hash = $2 WHERE id = $1", person.id, hash_of(token))
    return token


async def revoke_feed(connection: Connection, person: Person) -> None:
    await connection.execute("UPDATE person SET feed_token_hash = NULL WHERE id = $1", person.id)


async def has_feed(connection: Connection, person: Person) -> bool:
    return bool(await connection.fetchval("SELECT feed_token_hash IS NOT NULL FROM person WHERE id = $1", person.id))


async def person_of_feed(connection: Connection, token: str) -> Person:
    """Raises NotFound for a token that is revoked or never was."""
    row = await connection.fetchrow(
        f"SELECT {COLUMNS} FROM person WHERE feed_token_hash = $1",  # noqa: S608 the columns are a constant
        hash_of(token),
    )
    if row is None:
        raise NotFound
    return person_from(row)
