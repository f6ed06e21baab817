"""A guardian takes the consent back while the minor accepts. With negative controls."""

import asyncio
from collections.abc import Awaitable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from landbooking.accounts.guardians import grant_by_link
from landbooking.accounts.person import Person
from landbooking.accounts.sessions import hash_of
from landbooking.database import Connection, Pool
from landbooking.internships.applications import transitions
from landbooking.internships.applications.application import Application
from landbooking.internships.applications.consent import refuse_by_link
from landbooking.internships.applications.guardian import INTERNSHIPS
from landbooking.internships.applications.refusals import GuardianMissing, NotPossible
from landbooking.internships.placements.making import make_placement
from support.application_races import moving, within, without_locks_and_versions
from support.applications import make_offer, make_scene, status_of
from support.people import make_person
from support.races import outcome, until_waiting

SEVENTEEN = datetime.now(UTC).date() - timedelta(days=17 * 366)
TOKEN = "the-link-of-the-guardian"


async def make_minor(pool: Pool) -> tuple[int, Person]:
    """An offer to somebody under age, whose guardian has agreed and can take it back by TOKEN."""
    async with pool.acquire() as connection:
        scene = await make_scene(connection, break_minutes=60)
        person = await make_person(connection, "schueler@example.org")
        offer = await make_offer(connection, scene.posting_id, person, birthday=SEVENTEEN)
        await connection.execute(
            """INSERT INTO guardian_consent (person_id, purpose, guardian_email, token_hash, text_version, expires_at)
               VALUES ($1, 'internships', 'mutter@example.org', $2, 1, now() + interval '1 day')""",
            person.id,
            hash_of("first"),
        )
        assert await grant_by_link(connection, INTERNSHIPS, "first")
        await connection.execute("UPDATE guardian_consent SET token_hash = $1", hash_of(TOKEN))
    return offer, person


def revoking(pool: Pool) -> Awaitable[Any]:
    return within(pool, lambda connection: refuse_by_link(connection, TOKEN))


async def test_a_consent_that_is_revoked_against_the_yes_is_seen_or_comes_after(pool: Pool) -> None:
    offer, person = await make_minor(pool)
    accepted, revoked = await asyncio.gather(*map(outcome, (moving(pool, offer, "accept", person), revoking(pool))))
    assert revoked == "done"
    assert accepted in ("done", NotPossible, GuardianMissing)
    async with pool.acquire() as connection:
        assert await status_of(connection, offer) == ("cancelled" if accepted == "done" else "withdrawn")
    late = await outcome(moving(pool, offer, "accept", person))
    assert late is NotPossible
    assert await standing_placements(pool) == 0


async def standing_placements(pool: Pool) -> int:
    count: int = await pool.fetchval("SELECT count(*) FROM placement WHERE status <> 'cancelled'")
    return count


async def accept_while_it_is_revoked(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> object:
    """Who accepts has asked for the consent; it is revoked before they go on, if anything lets that happen."""
    offer, person = await make_minor(pool)
    asked, go_on = asyncio.Event(), asyncio.Event()
    make = make_placement

    async def wait_and_make(connection: Connection, application: Application) -> int:
        asked.set()
        await go_on.wait()
        return await make(connection, application)

    monkeypatch.setattr(transitions, "make_placement", wait_and_make)
    accepting = asyncio.ensure_future(outcome(moving(pool, offer, "accept", person)))
    await asked.wait()
    revoke = asyncio.ensure_future(outcome(revoking(pool)))
    waiting = asyncio.ensure_future(until_waiting(pool))
    await asyncio.wait({revoke, waiting}, return_when=asyncio.FIRST_COMPLETED)
    revoked_first = revoke.done()
    go_on.set()
    assert await accepting == "done"
    await revoke
    waiting.cancel()
    return "revoked first" if revoked_first else "accepted first"


async def test_nobody_revokes_between_the_question_and_the_yes(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    assert await accept_while_it_is_revoked(pool, monkeypatch) == "accepted first"


async def test_without_locks_somebody_would(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    without_locks_and_versions(monkeypatch)
    assert await accept_while_it_is_revoked(pool, monkeypatch) == "revoked first"
    assert await pool.fetchval("SELECT status FROM application") == "accepted"
    assert await standing_placements(pool) == 1
