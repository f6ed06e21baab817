"""Mails are rows, written in the transaction of the change that they announce."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from landbooking.database import Connection


class Mail(msgspec.Struct, frozen=True, kw_only=True):
    """A mail to be sent.

    `dedupe_key` names the cause: a second row with it is not written. Mails of one `topic` leave in the order in
    which they were written. `template` is a folder of templates/ with subject.txt, body.txt and body.html, which
    are given `context`. A `due_at` in the future makes it a reminder; after `useless_after` it is not sent any more.
    """

    dedupe_key: str
    topic: str
    recipient: str
    language: str
    template: str
    context: dict[str, Any]
    due_at: datetime | None = None
    useless_after: datetime | None = None


ENQUEUE = """
    INSERT INTO outbox (dedupe_key, topic, recipient, language, template, context, due_at, attempt_at, useless_after)
    SELECT dedupe_key, topic, recipient, language, template, context,
           coalesce(due_at, now()), coalesce(due_at, now()), useless_after
    FROM jsonb_to_recordset($1) AS mail (dedupe_key text, topic text, recipient text, language text, template text,
                                         context jsonb, due_at timestamptz, useless_after timestamptz)
    ON CONFLICT (dedupe_key) DO NOTHING"""


async def enqueue(connection: Connection, *mails: Mail) -> None:
    """Writes the mails in one statement, within the caller's transaction."""
    await connection.execute(ENQUEUE, mails)


async def withdraw(connection: Connection, topic: str, template: str) -> None:
    """Takes back what waits to be sent of this template on this topic: reminders of a booking that was cancelled."""
    await withdraw_all(connection, [topic], template)


async def withdraw_all(connection: Connection, topics: Sequence[str], template: str) -> None:
    """The same of several topics.

    One that a worker is sending at this moment is waited for by nobody and may still arrive.
    """
    await connection.execute(
        """UPDATE outbox SET withdrawn_at = now(), context = '{}'
           WHERE topic = ANY($1) AND template = $2
             AND sent_at IS NULL AND withdrawn_at IS NULL AND failed_at IS NULL""",
        list(topics),
        template,
    )
