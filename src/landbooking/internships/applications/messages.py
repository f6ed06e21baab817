"""One thread of messages between the applicant and the company."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from landbooking.accounts.idempotency import earlier, store_result
from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.errors import NotFound, TooMany
from landbooking.internships.applications.announcements import Side, announce
from landbooking.internships.applications.application import Application
from landbooking.internships.applications.locking import lock_application
from landbooking.internships.applications.refusals import NotPossible
from landbooking.language import gettext as _

PER_DAY = 30  # of one side, in one thread
LONGEST = 2000  # characters


class ApplicationMessage(msgspec.Struct, frozen=True):
    id: int
    from_company: bool
    text: str
    sent_at: datetime


class NewMessage(msgspec.Struct, frozen=True):
    """All that a repeated request must have in common."""

    application_id: int
    side: Side
    text: str


async def messages_of(connection: Connection, application_id: int) -> Sequence[ApplicationMessage]:
    """The oldest first. Who may read them is the caller's question."""
    rows = await connection.fetch(
        "SELECT id, from_company, text, sent_at FROM application_message WHERE application_id = $1 ORDER BY id",
        application_id,
    )
    return [ApplicationMessage(**row) for row in rows]


async def send_message(
    connection: Connection, author: Person, application: Application, side: Side, text: str, key: str | None
) -> ApplicationMessage:
    """Sent again with the same key, the first stands. Raises KeyReused, and what `write_message` does."""
    known = await earlier(connection, author, key, "write message", NewMessage(application.id, side, text))
    if known:
        return await _message(connection, known)
    message = await write_message(connection, author, application, side, text)
    if key:
        await store_result(connection, author.id, key, message.id)
    return message


async def _message(connection: Connection, message_id: int) -> ApplicationMessage:
    """Raises NotFound for one that was forgotten with its application."""
    row = await connection.fetchrow(
        "SELECT id, from_company, text, sent_at FROM application_message WHERE id = $1", message_id
    )
    if row is None:
        raise NotFound
    return ApplicationMessage(**row)


async def write_message(
    connection: Connection, author: Person, application: Application, side: Side, text: str
) -> ApplicationMessage:
    """While it is open or accepted. A company that writes is not silent. Raises NotPossible, TooMany."""
    standing = await lock_application(connection, application.id)
    if not standing.is_open and standing.status != "accepted":
        raise NotPossible
    from_company = side == "company"
    written: int = await connection.fetchval(
        """SELECT count(*) FROM application_message
           WHERE application_id = $1 AND from_company = $2 AND sent_at > now() - interval '1 day'""",
        standing.id,
        from_company,
    )
    if written >= PER_DAY:
        raise TooMany(_("Heute haben Sie schon sehr viel geschrieben. Bitte warten Sie auf eine Antwort."), wait=86_400)
    row = await connection.fetchrow(
        """INSERT INTO application_message (application_id, from_company, author_id, text) VALUES ($1, $2, $3, $4)
           RETURNING id, from_company, text, sent_at""",
        standing.id,
        from_company,
        author.id,
        text,
    )
    assert row is not None  # noqa: S101 a row was inserted
    if from_company:
        await connection.execute(
            """UPDATE application SET silent_since = greatest(silent_since, now()), reminded = 0
               WHERE id = $1 AND status IN ('submitted', 'shortlisted', 'interview')""",
            standing.id,
        )
    await announce(
        connection,
        ("message_to_applicant" if from_company else "message_to_company",),
        standing,
        side,
        cause=f"{row['id']}",
    )
    return ApplicationMessage(**row)
