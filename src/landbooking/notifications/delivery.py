"""From the outbox to the mail server: claim a row under a lease, send it, mark it. A crash at any point loses nothing.

A worker that dies between sending and marking leaves the lease to run out; the mail is then sent again with the
same Message-ID. SMTP has no way to do better.

Mails of one topic leave in order, but none waits for ever. One that falls due fetches the earlier ones out of their
pauses, and they go first: so a change does not overtake its booking because the mail server was away, and does not wait
either once it is back. Where an earlier one fails again, the others wait for its first HOLDING attempts, about four
minutes, which is enough for a server that asks to come again (greylisting). Only then they pass it.
"""

import asyncio
from collections.abc import Coroutine
from datetime import timedelta
from email.message import EmailMessage
from typing import Any
from urllib.parse import unquote, urlsplit

import aiosmtplib
import structlog

from landbooking.database import TRY_AGAIN, Connection, Pool
from landbooking.notifications.mail import OutboxRow, compose
from landbooking.settings import Settings

log = structlog.get_logger()

LANES = 4  # mails on their way at once: a mail server that hangs for one recipient does not stop the others
LEASE_MARGIN = 30.0  # seconds beyond the longest possible sending, before another worker may take the row
PAUSE_WITHOUT_DATABASE = 0.5  # seconds
FIRST_PAUSE = 15.0  # seconds; doubled with every attempt
LONGEST_PAUSE = 600.0  # seconds; so soon after an outage everything has left
HOLDING = 4  # attempts of a mail for which the later ones of its topic wait
PATIENCE = timedelta(days=3)  # after it fell due, a mail that still can't be sent is given up


async def deliver_due(pool: Pool, settings: Settings, lanes: asyncio.Semaphore | None = None) -> int:
    """Sends everything that is due, and returns how many mails left.

    `lanes` are those of the whole process: as many mails are under way at once as it has, however often this is called.
    An error, such as TRY_AGAIN, is raised only when no mail is under way any more.
    """
    lanes = lanes or asyncio.Semaphore(LANES)
    outcomes = await asyncio.gather(
        *(_deliver_until_empty(pool, settings, lanes) for _ in range(LANES)), return_exceptions=True
    )
    sent = 0
    for outcome in outcomes:
        if isinstance(outcome, BaseException):
            raise outcome
        sent += outcome
    return sent


async def _deliver_until_empty(pool: Pool, settings: Settings, lanes: asyncio.Semaphore) -> int:
    sent = 0
    if lanes.locked():
        return sent
    async with lanes:
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
    """The next due row, or one that must go before it; leased to us.

    `claimed_until` is in the past once a row has been tried: that is when it was. The outermost condition is asked
    again where two workers want the same row.
    """
    record = await pool.fetchrow(
        """UPDATE outbox SET claimed_until = now() + $1, attempts = attempts + 1
           WHERE sent_at IS NULL AND withdrawn_at IS NULL AND failed_at IS NULL
             AND (claimed_until IS NULL OR claimed_until <= now())
             AND id = (
               SELECT coalesce(
                   (SELECT min(id) FROM outbox AS earlier
                    WHERE earlier.topic = due.topic AND earlier.id < due.id AND earlier.due_at <= now()
                      AND earlier.sent_at IS NULL AND earlier.withdrawn_at IS NULL AND earlier.failed_at IS NULL
                      AND (earlier.useless_after IS NULL OR earlier.useless_after > now())
                      AND (earlier.attempt_at <= now() OR earlier.claimed_until < due.attempt_at)),
                   due.id)
               FROM outbox AS due
               WHERE attempt_at <= now() AND (claimed_until IS NULL OR claimed_until <= now())
                 AND sent_at IS NULL AND withdrawn_at IS NULL AND failed_at IS NULL
                 AND (useless_after IS NULL OR useless_after > now())
                 AND NOT EXISTS (
                     SELECT FROM outbox AS earlier
                     WHERE earlier.topic = due.topic AND earlier.id < due.id
                       AND earlier.sent_at IS NULL AND earlier.withdrawn_at IS NULL AND earlier.failed_at IS NULL
                       AND (earlier.useless_after IS NULL OR earlier.useless_after > now())
                       AND (earlier.claimed_until > now()
                            OR (earlier.claimed_until >= due.attempt_at AND earlier.attempt_at > now()
                                AND earlier.attempts <= $2)))
               ORDER BY attempt_at LIMIT 1 FOR UPDATE SKIP LOCKED)
           RETURNING id, recipient, language, template, context, attempts""",
        timedelta(seconds=settings.smtp_timeout + LEASE_MARGIN),
        HOLDING,
    )
    return OutboxRow(**record) if record else None


async def _deliver(pool: Pool, settings: Settings, row: OutboxRow) -> bool:
    try:
        message = compose(settings, row)
    except Exception as error:  # our own mistake: it will not go away by trying again
        await _give_up(pool, row, error)
        log.error("mail_unwritable", outbox_id=row.id, template=row.template, error=type(error).__name__)
        return False
    try:
        async with asyncio.timeout(settings.smtp_timeout):
            await _send(settings, message)
    except Exception as error:
        if _is_final(error):
            await _give_up(pool, row, error)
        else:
            await _postpone(pool, row, error)
        log.warning("mail_failed", outbox_id=row.id, error=type(error).__name__, attempts=row.attempts)
        return False
    await _mark_sent(pool, row)
    return True


async def _send(settings: Settings, message: EmailMessage) -> None:
    """A password is sent over TLS only; without one, TLS is used where the server offers it."""
    server = urlsplit(settings.smtp_url)
    await aiosmtplib.send(
        message,
        hostname=server.hostname,
        port=server.port,
        username=unquote(server.username) if server.username else None,
        password=unquote(server.password) if server.password else None,
        use_tls=server.scheme == "smtps",
        start_tls=True if server.username and server.scheme == "smtp" else None,
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


async def _postpone(pool: Pool, row: OutboxRow, error: Exception) -> None:
    """Tried again after a growing pause; given up once it has been due for too long."""
    pause = min(FIRST_PAUSE * 2 ** min(row.attempts - 1, 10), LONGEST_PAUSE)
    await pool.execute(
        """UPDATE outbox SET claimed_until = now(), last_error = $2, attempt_at = now() + $3,
                  failed_at = CASE WHEN greatest(created_at, due_at) < now() - $4::interval THEN now() END
           WHERE id = $1 AND sent_at IS NULL""",
        row.id,
        _text(error),
        timedelta(seconds=pause),
        PATIENCE,
    )


async def _give_up(pool: Pool, row: OutboxRow, error: Exception) -> None:
    await pool.execute(
        """UPDATE outbox SET claimed_until = NULL, last_error = $2, failed_at = now()
           WHERE id = $1 AND sent_at IS NULL""",
        row.id,
        _text(error),
    )


def _text(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:500]


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
