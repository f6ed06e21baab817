"""Mails to be sent, and what became of them."""

import asyncpg
import msgspec

from landbooking.database import Pool
from landbooking.notifications.outbox import Mail, enqueue
from landbooking.settings import Settings

ADDRESS = "anwohnerin@example.org"


def to(settings: Settings, url: str, timeout: float = 60.0) -> Settings:
    """The settings with this mail server, which is given so many seconds: more than a busy machine needs."""
    return msgspec.structs.replace(settings, smtp_url=url, smtp_timeout=timeout)


def code_mail(number: int, topic: str | None = None, recipient: str = ADDRESS) -> Mail:
    """A mail in which the number stands in six digits."""
    return Mail(
        dedupe_key=f"mail:{number}",
        topic=topic or f"topic:{number}",
        recipient=recipient,
        language="de",
        template="accounts/emails/sign_in",
        context={"code": f"{number:06}", "link_path": "/x", "minutes": 10},
    )


async def put(pool: Pool, *mails: Mail) -> None:
    async with pool.acquire() as connection:
        await enqueue(connection, *mails)


async def row(pool: Pool, number: int = 1) -> asyncpg.Record:
    """The row of `code_mail(number)`; `pause` is how long it is still to wait."""
    found = await pool.fetchrow(
        "SELECT *, attempt_at - now() AS pause FROM outbox WHERE dedupe_key = $1", f"mail:{number}"
    )
    assert found
    return found


async def is_sent(pool: Pool, number: int = 1) -> bool:
    return (await row(pool, number))["sent_at"] is not None


async def let_the_pause_pass(pool: Pool) -> None:
    await pool.execute("UPDATE outbox SET attempt_at = now() WHERE attempt_at > now()")
