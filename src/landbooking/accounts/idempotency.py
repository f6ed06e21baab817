"""A request that is sent twice acts once: the key that the sender chose remembers what came of it."""

import hashlib
from typing import Annotated, ClassVar

import msgspec
from litestar.params import HeaderParameter

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.errors import Refusal
from landbooking.language import gettext as _

Key = Annotated[
    str | None,
    HeaderParameter(
        name="Idempotency-Key",
        description=(
            "Chosen by the client, best a fresh UUID for each wish. The same request sent again with it acts once: the "
            "repetition gets the same status and the same thing as that stands by then, which may have been "
            "changed meanwhile (see `version` and `status`); the first answer itself is not kept. With "
            "another request it is refused: 422 `idempotency-key-reused`. A refused request leaves the key unused. "
            "Keys are remembered for two days at least, each person's by themselves."
        ),
        min_length=1,
        max_length=100,
        pattern=r"^[!-~]+$",
        required=False,
    ),
]


class KeyReused(Refusal):
    """The key already stands for another request: 422, as the IETF's draft on the Idempotency-Key header asks."""

    status: ClassVar[int] = 422
    code: ClassVar[str] = "idempotency-key-reused"

    def __init__(self) -> None:
        super().__init__(
            _(
                "Das wurde schon einmal abgeschickt, mit anderen Angaben. "
                "Bitte laden Sie die Seite neu und versuchen Sie es noch einmal."
            )
        )


async def earlier(
    connection: Connection, person: Person, key: str | None, verb: str, data: msgspec.Struct
) -> int | None:
    """What came of the same request before, by its id; None without a key or the first time."""
    if key is None:
        return None
    fingerprint = hashlib.sha256(verb.encode() + msgspec.json.encode(data)).digest()
    return await earlier_result(connection, person.id, key, fingerprint)


async def earlier_result(connection: Connection, person_id: int, key: str, fingerprint: bytes) -> int | None:
    """What `store_result` kept when this person sent this key before; None when this is the first time.

    `fingerprint` is a digest of all that the request asks for. A twin that comes while the first is still at work
    waits here, on the unique index, until that one is committed or rolled back; so the caller must be in a
    transaction, and a refused first try leaves the key unused. Raises KeyReused.
    """
    first = await connection.fetchval(
        """INSERT INTO idempotency_key (person_id, key, fingerprint) VALUES ($1, $2, $3)
           ON CONFLICT DO NOTHING RETURNING 1""",
        person_id,
        key,
        fingerprint,
    )
    if first:
        return None
    row = await connection.fetchrow(
        "SELECT fingerprint, result_id FROM idempotency_key WHERE person_id = $1 AND key = $2", person_id, key
    )
    if row is None:  # swept away between the two statements: then this is the first time again
        return await earlier_result(connection, person_id, key, fingerprint)
    if row["fingerprint"] != fingerprint:
        raise KeyReused
    result: int | None = row["result_id"]
    return result


async def store_result(connection: Connection, person_id: int, key: str, result_id: int) -> None:
    """Keeps what came of the request, in the transaction that did it."""
    await connection.execute(
        "UPDATE idempotency_key SET result_id = $3 WHERE person_id = $1 AND key = $2", person_id, key, result_id
    )
