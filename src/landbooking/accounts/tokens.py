"""API tokens: a program's way in, made by a person and stored as a hash."""

import secrets
from datetime import datetime
from typing import ClassVar

import msgspec

from landbooking.accounts.addresses import mail_address
from landbooking.accounts.person import ensure_person
from landbooking.accounts.sessions import hash_of
from landbooking.database import Connection
from landbooking.errors import Refusal
from landbooking.language import gettext as _
from landbooking.language import language

PREFIX = "lb_"  # so that people, and scanners of public code, recognise a token that lies about
MOST = 20


class Token(msgspec.Struct, frozen=True):
    """A token without its secret. `last_used_at` is exact to the hour, None where it was never used."""

    id: int
    label: str
    created_at: datetime
    last_used_at: datetime | None


class EnoughTokens(Refusal):
    """The person already has as many tokens as anybody may have."""

    code: ClassVar[str] = "enough-tokens"

    def __init__(self) -> None:
        super().__init__(
            _("Sie haben schon %(most)s Schlüssel. Bitte löschen Sie zuerst einen, den Sie nicht mehr brauchen.")
            % {"most": MOST}
        )


async def create_token(connection: Connection, email: str, label: str) -> str:
    """A new token for the person with this address, who is made where there is none.

    Raises NotAnAddress and EnoughTokens.
    """
    person_id = await ensure_person(connection, mail_address(email), language.get())
    token, _token_id = await make_token(connection, person_id, label)
    return token


async def make_token(connection: Connection, person_id: int, label: str) -> tuple[str, int]:
    """The token, which can't be read again, and its id. Raises EnoughTokens."""
    token = PREFIX + secrets.token_urlsafe(32)
    await connection.execute("SELECT FROM person WHERE id = $1 FOR NO KEY UPDATE", person_id)
    token_id: int | None = await connection.fetchval(
        """INSERT INTO api_token (token_hash, person_id, label)
           SELECT $1, $2, $3 WHERE (SELECT count(*) FROM api_token WHERE person_id = $2) < $4
           RETURNING id""",
        hash_of(token),
        person_id,
        label,
        MOST,
    )
    if token_id is None:
        raise EnoughTokens
    return token, token_id


async def revoke_token(connection: Connection, person_id: int, token_id: int) -> None:
    """Ends one of the person's own tokens at once; one that is gone, or another person's, stays as it is."""
    await connection.execute("DELETE FROM api_token WHERE id = $1 AND person_id = $2", token_id, person_id)


async def tokens_of(connection: Connection, person_id: int) -> list[Token]:
    """The person's tokens, the newest first."""
    rows = await connection.fetch(
        "SELECT id, label, created_at, last_used_at FROM api_token WHERE person_id = $1 ORDER BY id DESC", person_id
    )
    return [Token(**row) for row in rows]
