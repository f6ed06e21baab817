"""Codes and links to sign in with: asked for, mailed, redeemed once.

Nothing here asks whether the address belongs to anybody, so nothing can tell: the account is made when the first code
is redeemed.
"""

import hashlib
import hmac
import secrets
from datetime import timedelta
from typing import Literal
from uuid import UUID, uuid4

import msgspec

from landbooking.accounts.limits import household
from landbooking.accounts.sessions import hash_of
from landbooking.database import Connection
from landbooking.errors import TooMany
from landbooking.language import gettext as _
from landbooking.language import language
from landbooking.notifications.outbox import Mail, enqueue
from landbooking.settings import Settings

VALID_FOR = timedelta(minutes=10)
WRONG_TRIES = 5

# For a mail address, from one network: so few that nobody who plagues another uses up what the address may have at all.
PER_QUARTER_HOUR = 5
PER_DAY = 10
# For a mail address from anywhere: what a mailbox can stand.
MOST_PER_HOUR = 20
MOST_PER_DAY = 60


class Redeemed(msgspec.Struct, frozen=True):
    """Whose address the code or link has proved, and where they were going."""

    email: str
    next_path: str


async def request_code(
    connection: Connection, settings: Settings, email: str, network_address: str, next_path: str
) -> UUID:
    """Mails a code and a link to `email` and returns the request's id, which the code is only good together with.

    Raises TooMany when the address was asked for too often.
    """
    asked_from = _keyed_hash(settings, f"asked-from:{household(network_address)}")
    await _check_rate(connection, email, asked_from)
    request_id, code, link = uuid4(), f"{secrets.randbelow(1_000_000):06}", secrets.token_urlsafe(32)
    expires_at = await connection.fetchval(
        """INSERT INTO sign_in_code (id, email, code_hash, link_hash, asked_from, next_path, expires_at)
           VALUES ($1, $2, $3, $4, $5, $6, now() + $7) RETURNING expires_at""",
        request_id,
        email,
        _hash_of_code(settings, request_id, code),
        hash_of(link),
        asked_from,
        next_path,
        VALID_FOR,
    )
    name = f"sign-in:{request_id}"
    await enqueue(
        connection,
        Mail(
            dedupe_key=name,
            topic=name,
            recipient=email,
            language=language.get(),
            template="accounts/emails/sign_in",
            context={"code": code, "link_path": f"/{language.get()}/sign-in/link/{link}"},
            useless_after=expires_at,
        ),
    )
    return request_id


async def _check_rate(connection: Connection, email: str, asked_from: bytes) -> None:
    """Counted in PostgreSQL, one request for an address after the other, so that many at once don't slip through.

    Redeemed codes don't count: only the address's owner can have read them. Others can ask for codes to anybody's
    address, so the narrow limits are for one network alone: the owner, elsewhere, still signs in.
    """
    await connection.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", f"sign-in:{email}")
    lately_here, today_here, lately, today = await connection.fetchrow(
        """SELECT count(*) FILTER (WHERE asked_from = $2 AND created_at > now() - interval '15 minutes'),
                  count(*) FILTER (WHERE asked_from = $2),
                  count(*) FILTER (WHERE created_at > now() - interval '1 hour'),
                  count(*)
           FROM sign_in_code WHERE email = $1 AND created_at > now() - interval '1 day' AND redeemed_at IS NULL""",
        email,
        asked_from,
    ) or (0, 0, 0, 0)
    if today_here >= PER_DAY or today >= MOST_PER_DAY:
        raise TooMany(
            _("An diese Adresse gingen heute schon zu viele Codes. Bitte versuchen Sie es morgen wieder."), wait=86_400
        )
    if lately >= MOST_PER_HOUR:
        raise TooMany(
            _(
                "An diese Adresse gingen in der letzten Stunde schon viele Codes. Bitte nehmen Sie den Link aus der "
                "neuesten Mail, oder versuchen Sie es in einer Stunde wieder."
            ),
            wait=3600,
        )
    if lately_here >= PER_QUARTER_HOUR:
        raise TooMany(
            _("An diese Adresse gingen gerade schon mehrere Codes. Bitte warten Sie eine Viertelstunde."), wait=900
        )


async def redeem_code(
    connection: Connection, settings: Settings, request_id: UUID, code: str
) -> Redeemed | Literal["wrong", "gone"]:
    """Redeems the code, or counts a wrong try. "gone" where it was used, has expired or was tried too often.

    One statement does it all: of any number that try at once, each is counted and one can win. The count only stays
    if the caller lets the transaction commit, so a wrong code is returned, not raised.
    """
    row = await connection.fetchrow(
        """UPDATE sign_in_code
           SET redeemed_at = CASE WHEN code_hash = $2 THEN now() END,
               wrong_tries = wrong_tries + (code_hash <> $2)::int
           WHERE id = $1 AND redeemed_at IS NULL AND expires_at > now() AND wrong_tries < $3
           RETURNING email, next_path, redeemed_at IS NOT NULL AS redeemed, wrong_tries < $3 AS open""",
        request_id,
        _hash_of_code(settings, request_id, code),
        WRONG_TRIES,
    )
    if row is None:
        return "gone"
    if row["redeemed"]:
        return Redeemed(row["email"], row["next_path"])
    return "wrong" if row["open"] else "gone"


def _hash_of_code(settings: Settings, request_id: UUID, code: str) -> bytes:
    return _keyed_hash(settings, f"sign-in:{request_id}:{code}")


def _keyed_hash(settings: Settings, message: str) -> bytes:
    """Six digits and network addresses are quickly tried through, so the key is one that is not in the database."""
    return hmac.new(settings.secret.encode(), message.encode(), hashlib.sha256).digest()


async def redeem_link(connection: Connection, link: str) -> Redeemed | None:
    """Redeems the link's request; None where that was used or has expired. Wrong codes don't close it."""
    row = await connection.fetchrow(
        """UPDATE sign_in_code SET redeemed_at = now()
           WHERE link_hash = $1 AND redeemed_at IS NULL AND expires_at > now()
           RETURNING email, next_path""",
        hash_of(link),
    )
    return Redeemed(**row) if row else None


async def address_of_link(connection: Connection, link: str) -> str | None:
    """The address that the link would sign in; None where it is used or has expired. Changes nothing."""
    email: str | None = await connection.fetchval(
        "SELECT email FROM sign_in_code WHERE link_hash = $1 AND redeemed_at IS NULL AND expires_at > now()",
        hash_of(link),
    )
    return email


async def asked_for(connection: Connection, request_id: UUID) -> tuple[Redeemed, bool] | None:
    """What the request is about, and whether its code can still be entered."""
    row = await connection.fetchrow(
        """SELECT email, next_path, redeemed_at IS NULL AND expires_at > now() AND wrong_tries < $2 AS open
           FROM sign_in_code WHERE id = $1""",
        request_id,
        WRONG_TRIES,
    )
    return (Redeemed(row["email"], row["next_path"]), row["open"]) if row else None
