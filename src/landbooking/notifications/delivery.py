"""From the outbox to the mail server: claim a row under a lease, send it, mark it. A crash at any point loses nothing.

A worker that dies between sending and marking leaves the lease to run out; the mail is then sent again with the
same Message-ID. SMTP has no way to do better.
"""

import asyncio
from collections.abc import Coroutine
from datetime import timedelta
from email.message import EmailMessage
from typing import Any
from urllib.parse import unquote, urlsplit

import aiosmtplib
import structlog
from prometheus_client import Counter

from landbooking.database import TRY_AGAIN, Connection, Pool
from landbooking.notifications.mail import OutboxRow, compose
from landbooking.settings import Settings

log = structlog.get_logger()

MAILS = Counter("landbooking_mails_total", "Mails by what became of the attempt", ["outcome"])

LANES = 4  # mails on their way at once: a mail server that hangs for one recipient does not stop the others
LEASE_MARGIN = 30.0  # seconds beyond the longest possible sending, before another worker may take the row
PAUSE_WITHOUT_DATABASE = 0.5  # seconds
FIRST_PAUSE = 15.0  # seconds; doubled with every attempt
LONGEST_PAUSE = 6 * 3600.0


async def deliver_due(pool: Pool, settings: Settings) -> int:
    """Sends everything that is due, in LANES at once, and returns how many mails left."""
    sent = await asyncio.gather(*(_deliver_until_empty(pool, settings) for _ in range(LANES)))
    return sum(sent)


async def _deliver_until_empty(pool: Pool, settings: Settings) -> int:
    sent = 0
    while (left := await _finished(_deliver_next(pool, settings))) is not None:
        sent += left
    return sent


async def _finished(work: Coroutine[Any, Any, bool | None]) -> bool | None:
    """A mail that was begun is finished before a worker that is told to stop does so: else it would be sent again."""
    task = asyncio.create_task(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await task
        raise


async def _deliver_next(pool: Pool, settings: Settings) -> bool | None:
    """Whether the next mail that is due left; None where none is due."""
    row = await _claim(pool, settings)
    return await _deliver(pool, settings, row) if row else None


async def _claim(pool: Pool, settings: Settings) -> OutboxRow | None:
    """The next due row, leased to us. Of one topic only the oldest may go, so that a change follows its booking."""
    record = await pool.fetchrow(
        """UPDATE outbox SET claimed_until = now() + $1, attempts = attempts + 1
           WHERE id = (
               SELECT id FROM outbox AS due
               WHERE attempt_at <= now() AND (claimed_until IS NULL OR claimed_until < now())
                 AND sent_at IS NULL AND withdrawn_at IS NULL AND failed_at IS NULL
                 AND (useless_after IS NULL OR useless_after > now())
                 AND NOT EXISTS (
                     SELECT FROM outbox AS earlier
                     WHERE earlier.topic = due.topic AND earlier.id < due.id AND earlier.due_at <= now()
                       AND earlier.sent_at IS NULL AND earlier.withdrawn_at IS NULL AND earlier.failed_at IS NULL
                       AND (earlier.useless_after IS NULL OR earlier.useless_after > now()))
               ORDER BY attempt_at LIMIT 1 FOR UPDATE SKIP LOCKED)
           RETURNING id, recipient, language, template, context, attempts""",
        timedelta(seconds=settings.smtp_timeout + LEASE_MARGIN),
    )
    return OutboxRow(**record) if record else None


async def _deliver(pool: Pool, settings: Settings, row: OutboxRow) -> bool:
    try:
        message = compose(settings, row)
        async with asyncio.timeout(settings.smtp_timeout):
            await _send(settings, message)
    except Exception as error:
        await _note_failure(pool, row, error)
        return False
    await _mark_sent(pool, row)
    MAILS.labels("sent").inc()
    return True


async def _send(settings: Settings, message: EmailMessage) -> None:
    server = urlsplit(settings.smtp_url)
    await aiosmtplib.send(
        message,
        hostname=server.hostname,
        port=server.port,
        username=unquote(server.username) if server.username else None,
        password=unquote(server.password) if server.password else None,
        use_tls=server.scheme == "smtps",
        timeout=settings.smtp_timeout,
    )


async def _mark_sent(pool: Pool, row: OutboxRow) -> None:
    """The context is wiped: it may hold a sign-in code, and nobody needs it any more.

    Where the database is away at this very moment, it is tried for as long as the lease keeps others from the row.
    """
    async with asyncio.timeout(LEASE_MARGIN):
        while True:
            try:
                await pool.execute(
                    """UPDATE outbox SET sent_at = now(), claimed_until = NULL, last_error = NULL, context = '{}'
                       WHERE id = $1""",
                    row.id,
                )
            except (*TRY_AGAIN, OSError):
                await asyncio.sleep(PAUSE_WITHOUT_DATABASE)
            else:
                return


async def _note_failure(pool: Pool, row: OutboxRow, error: Exception) -> None:
    """Tried again after a growing pause, or given up where the recipient's server says that it will never take it."""
    final = _is_final(error)
    pause = min(FIRST_PAUSE * 2 ** (row.attempts - 1), LONGEST_PAUSE)
    await pool.execute(
        """UPDATE outbox SET claimed_until = NULL, last_error = $2,
                  failed_at = CASE WHEN $3 THEN now() END, attempt_at = now() + $4
           WHERE id = $1 AND sent_at IS NULL""",
        row.id,
        f"{type(error).__name__}: {error}"[:500],
        final,
        timedelta(seconds=pause),
    )
    MAILS.labels("given_up" if final else "postponed").inc()
    log.warning("mail_failed", outbox_id=row.id, error=type(error).__name__, attempts=row.attempts, final=final)


def _is_final(error: Exception) -> bool:
    """A 5xx for the recipient or the message. A refused sign-in or sender is our own fault and is tried again."""
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        return all(500 <= refusal.code < 600 for refusal in error.recipients)
    return isinstance(error, aiosmtplib.SMTPDataError) and 500 <= error.code < 600


async def forget_old_mails(connection: Connection) -> None:
    """Whom we wrote to is not kept longer than needed to answer questions about it: 30 days."""
    await connection.execute(
        """DELETE FROM outbox
           WHERE coalesce(sent_at, withdrawn_at, failed_at, useless_after) < now() - interval '30 days'"""
    )
