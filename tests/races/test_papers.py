"""Confirming once more against calling off, twice by one link, certificates issued twice. With negative controls."""

import asyncio
from collections import Counter
from collections.abc import Awaitable

import pytest

from landbooking.accounts.sessions import hash_of
from landbooking.database import Connection, Pool
from landbooking.errors import Stale
from landbooking.internships.papers import certificates
from landbooking.internships.papers.certificates import issue, revoke
from landbooking.internships.placements import transitions
from landbooking.internships.placements.placement import Placement, placement_by_id
from landbooking.internships.placements.refusals import NotPossible
from landbooking.internships.running import reconfirmation
from landbooking.internships.running.reconfirmation import answer_by_link, reconfirm, say_no
from support.races import outcome, until_waiting
from support.running import Running, come_on, end, make_running

TOKEN = "a-token-that-was-mailed"


@pytest.fixture
async def running(pool: Pool) -> Running:
    async with pool.acquire() as connection:
        return await make_running(connection, begins_in=2, status="confirmed")


async def without_locks(connection: Connection, placement_id: int) -> Placement:
    return await placement_by_id(connection, placement_id)


async def all_at_once(pool: Pool, running: Running, *tries: Awaitable[object]) -> Counter[object]:
    """They all wait for what they lock, or write, and then go in the order that PostgreSQL likes."""
    attempts = [outcome(one) for one in tries]
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("SELECT FROM posting FOR UPDATE")
        await connection.execute("SELECT FROM placement FOR UPDATE")
        await connection.execute("LOCK TABLE certificate IN SHARE MODE")
        results = asyncio.gather(*attempts)
        await until_waiting(pool, len(attempts))
    return Counter(await results)


async def come(pool: Pool, running: Running) -> None:
    async with pool.acquire() as connection, connection.transaction():
        await reconfirm(connection, running.placement_id)


async def call_off(pool: Pool, running: Running) -> None:
    async with pool.acquire() as connection, connection.transaction():
        await say_no(connection, running.intern, running.placement_id)


async def by_link(pool: Pool, answers: list[bool], yes: bool) -> None:
    async with pool.acquire() as connection, connection.transaction():
        answers.append(await answer_by_link(connection, TOKEN, "yes" if yes else "no"))


async def stands(pool: Pool) -> tuple[str, bool, int]:
    """State, whether it is reconfirmed, and how many places of the posting are taken."""
    row = await pool.fetchrow(
        """SELECT placement.status, reconfirmed_at IS NOT NULL AS sure, taken
           FROM placement JOIN application ON application.id = application_id JOIN posting ON posting.id = posting_id"""
    )
    assert row is not None
    return row["status"], row["sure"], row["taken"]


async def test_who_comes_against_who_does_not(pool: Pool, running: Running) -> None:
    """Whichever is first: what is called off is not confirmed afterwards, and the place is freed once."""
    results = await all_at_once(pool, running, *(call_off(pool, running) for _ in range(3)), come(pool, running))
    assert results["done"] in (1, 2)
    assert results["done"] + results[NotPossible] == 4
    status, sure, taken = await stands(pool)
    assert (status, taken) == ("cancelled", 0)
    assert sure == (results["done"] == 2)


def take_away_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (reconfirmation, transitions):
        monkeypatch.setattr(module, "lock_placement", without_locks)


async def test_without_locks_all_would_go_by_what_was_before(
    pool: Pool, running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_away_locks(monkeypatch)
    results = await all_at_once(pool, running, *(call_off(pool, running) for _ in range(3)), come(pool, running))
    assert results == {"done": 2, Stale: 2}
    assert await stands(pool) == ("cancelled", True, 0)


async def test_without_the_lock_what_is_called_off_is_confirmed(
    pool: Pool, running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reconfirmation, "lock_placement", without_locks)
    async with pool.acquire() as connection, connection.transaction():
        await say_no(connection, running.intern, running.placement_id)
        attempt = asyncio.gather(outcome(come(pool, running)))
        await until_waiting(pool)
    assert [*await attempt] == ["done"]
    assert (await stands(pool))[:2] == ("cancelled", True)


async def test_with_the_lock_it_is_not(pool: Pool, running: Running) -> None:
    async with pool.acquire() as connection, connection.transaction():
        await say_no(connection, running.intern, running.placement_id)
        attempt = asyncio.gather(outcome(come(pool, running)))
        await until_waiting(pool)
    assert [*await attempt] == [NotPossible]
    assert (await stands(pool))[:2] == ("cancelled", False)


async def test_a_link_answers_once(pool: Pool, running: Running) -> None:
    await pool.execute("UPDATE placement SET reconfirm_asked = 3, reconfirm_hash = $1", hash_of(TOKEN))
    answers: list[bool] = []
    await all_at_once(pool, running, *(by_link(pool, answers, yes=number % 2 == 0) for number in range(8)))
    assert sorted(answers) == [False] * 7 + [True]
    status, sure, taken = await stands(pool)
    assert (status, sure, taken) in (("cancelled", False, 0), ("confirmed", True, 1))


async def test_without_locks_it_would_answer_more_than_once(
    pool: Pool, running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    await pool.execute("UPDATE placement SET reconfirm_asked = 3, reconfirm_hash = $1", hash_of(TOKEN))
    take_away_locks(monkeypatch)
    answers: list[bool] = []
    await all_at_once(pool, running, *(by_link(pool, answers, yes=number % 2 == 0) for number in range(8)))
    assert answers.count(True) > 1


async def certify(pool: Pool, running: Running, codes: set[str]) -> None:
    async with pool.acquire() as connection, connection.transaction():
        codes.add((await issue(connection, running.manager, running.placement_id)).code)


@pytest.fixture
async def ended(pool: Pool, running: Running) -> Running:
    async with pool.acquire() as connection:
        await come_on(connection, running, 1)
        await end(connection, running)
    return running


async def mails(pool: Pool) -> int:
    count: int = await pool.fetchval("SELECT count(*) FROM outbox")
    return count


async def test_a_certificate_is_issued_once(pool: Pool, ended: Running) -> None:
    codes: set[str] = set()
    results = await all_at_once(pool, ended, *(certify(pool, ended, codes) for _ in range(6)))
    assert results == {"done": 6}
    assert len(codes) == 1
    assert await mails(pool) == 1


async def test_a_new_one_is_issued_once_too(pool: Pool, ended: Running) -> None:
    """Revoked and issued again, all at once: one holds at the end, and whoever revokes has one to revoke."""
    codes: set[str] = set()
    await certify(pool, ended, codes)
    async with pool.acquire() as connection, connection.transaction():
        await revoke(connection, ended.placement_id)
    results = await all_at_once(pool, ended, *(certify(pool, ended, codes) for _ in range(6)))
    assert results == {"done": 6}
    assert len(codes) == 2
    assert await pool.fetchval("SELECT count(*) FROM certificate WHERE revoked_at IS NULL") == 1
    assert await mails(pool) == 3


async def test_without_the_lock_the_database_still_keeps_it_to_one(
    pool: Pool, ended: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(certificates, "lock_placement", without_locks)
    codes: set[str] = set()
    assert await all_at_once(pool, ended, *(certify(pool, ended, codes) for _ in range(6))) == {"done": 6}
    assert len(codes) == 1


async def test_without_lock_and_key_two_codes_are_handed_out(
    pool: Pool, ended: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(certificates, "lock_placement", without_locks)
    await pool.execute("DROP INDEX certificate_stands")
    await all_at_once(pool, ended, *(certify(pool, ended, set()) for _ in range(4)))
    assert await pool.fetchval("SELECT count(*) FROM certificate") == 4
