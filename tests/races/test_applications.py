"""Many at once for the last places of a posting, and two sides of one application at once. With negative controls."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple, Protocol

import msgspec
import pytest
from asyncpg import Range

from conftest import cloned_database
from landbooking.accounts.guardians import grant_by_link
from landbooking.accounts.person import Person
from landbooking.accounts.sessions import hash_of
from landbooking.database import Connection, Pool, create_pool
from landbooking.internships.applications import places, transitions, withdrawing
from landbooking.internships.applications.application import OPEN, Application, application_by_id
from landbooking.internships.applications.consent import refuse_by_link
from landbooking.internships.applications.expiry import end_silent
from landbooking.internships.applications.guardian import INTERNSHIPS
from landbooking.internships.applications.interviews import pick_time
from landbooking.internships.applications.locking import lock_application
from landbooking.internships.applications.refusals import (
    GuardianMissing,
    InterviewTaken,
    NoPlaceLeft,
    NotOpen,
    NotPossible,
)
from landbooking.internships.applications.steps import Step, Verb
from landbooking.internships.applications.transitions import move
from landbooking.internships.placements.making import make_placement
from support.applications import Scene, make_offer, make_scene, status_of, taken
from support.internships import TWO_WEEKS, make_application, make_posting
from support.people import make_person
from support.races import outcome, until_waiting

SEVENTEEN = datetime.now(UTC).date() - timedelta(days=17 * 366)


class Look(Protocol):
    """As lock_application."""

    def __call__(self, connection: Connection, application_id: int, *, others: bool) -> Awaitable[Application]: ...


class Many(NamedTuple):
    """A posting and those who have applied for it, with the numbers of their applications."""

    scene: Scene
    people: list[Person]
    applications: list[int]


async def make_many(pool: Pool, count: int, **columns: Any) -> Many:
    """`columns` are those of the posting."""
    async with pool.acquire() as connection:
        scene = await make_scene(connection, **columns)
        people = [await make_person(connection, f"bewerber{number}@example.org") for number in range(count)]
        made = [await make_application(connection, scene.posting_id, one, days=TWO_WEEKS) for one in people]
    return Many(scene, people, made)


async def within(pool: Pool, verb: Callable[[Connection], Awaitable[Any]]) -> Any:
    """As a request would: in a transaction of its own."""
    async with pool.acquire() as connection, connection.transaction():
        return await verb(connection)


def moving(pool: Pool, application_id: int, verb: Verb, by: Person | None = None) -> Awaitable[Any]:
    who = "company" if verb in ("offer", "decline", "shortlist") else "applicant"
    return within(pool, lambda connection: move(connection, application_id, verb, who, by))  # type: ignore[arg-type]


async def held_back(pool: Pool, *tries: Awaitable[object]) -> list[object]:
    """They all wait for the posting, then go in the order that PostgreSQL likes."""
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("SELECT FROM posting FOR UPDATE")
        results = asyncio.gather(*map(outcome, tries))
        await until_waiting(pool, len(tries))
    return list(await results)


def without_locks_and_versions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Takes away what keeps two sides of one application apart."""

    async def look(connection: Connection, application_id: int, *, others: bool = False) -> Application:
        return await application_by_id(connection, application_id)

    async def list_open(connection: Connection, person_id: int) -> list[int]:
        rows = await connection.fetch(
            "SELECT id FROM application WHERE person_id = $1 AND status = ANY($2)", person_id, OPEN
        )
        return [row["id"] for row in rows]

    async def write(connection: Connection, step: Step, reason: object) -> None:
        await connection.execute(
            """UPDATE application SET status = $2,
                      offer_until_at = CASE WHEN $2 = 'offered' THEN now() + interval '14 days' END WHERE id = $1""",
            step.before.id,
            step.to,
        )

    monkeypatch.setattr(transitions, "lock_application", look)
    monkeypatch.setattr(withdrawing, "lock_open_of", list_open)
    monkeypatch.setattr(transitions, "_write", write)


def together(monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    """Each looks at the application, and none goes on before all have: the window that a guard must close."""
    barrier = asyncio.Barrier(count)
    look: Look = transitions.__dict__["lock_application"]  # as it is by now

    async def look_and_wait(connection: Connection, application_id: int, *, others: bool = False) -> Application:
        found = await look(connection, application_id, others=others)
        await barrier.wait()
        return found

    monkeypatch.setattr(transitions, "lock_application", look_and_wait)


async def offer_to_all(pool: Pool, many: Many) -> Counter[object]:
    return Counter(await asyncio.gather(*(outcome(moving(pool, one, "offer")) for one in many.applications)))


async def test_the_last_places_are_offered_to_no_more_than_there_are(pool: Pool) -> None:
    many = await make_many(pool, 50, places=3)
    assert await offer_to_all(pool, many) == {"done": 3, NoPlaceLeft: 47}
    assert await pool.fetchval("SELECT count(*) FROM application WHERE holds_place") == 3
    assert await pool.fetchval("SELECT taken FROM posting") == 3


async def test_without_the_condition_they_would_be(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    many = await make_many(pool, 50, places=3)
    await pool.execute("ALTER TABLE posting DROP CONSTRAINT posting_places")
    monkeypatch.setattr(places, "_TAKE", "UPDATE posting SET taken = taken + 1 WHERE id = $1 RETURNING taken")
    assert (await offer_to_all(pool, many))["done"] == 50
    assert await pool.fetchval("SELECT taken > places FROM posting")


async def test_fifty_accept_at_once_and_every_place_is_taken_once(pool: Pool) -> None:
    many = await make_many(pool, 40, places=40)
    await offer_to_all(pool, many)
    pairs = list(zip(many.applications, many.people, strict=True))
    tries = [moving(pool, one, "accept", person) for one, person in pairs + pairs[:10]]  # ten click twice
    assert Counter(await asyncio.gather(*map(outcome, tries))) == {"done": 40, NotPossible: 10}
    assert await pool.fetchval("SELECT count(*) FROM placement") == 40
    assert await pool.fetchval("SELECT taken FROM posting") == 40


async def test_who_accepts_two_at_once_gets_one(pool: Pool) -> None:
    async with pool.acquire() as connection:
        scene = await make_scene(connection)
        other = await make_posting(connection, scene.company_id, scene.space_id)
        person = await make_person(connection, "bewerberin@example.org")
        offers = [await make_offer(connection, posting, person) for posting in (scene.posting_id, other)]
    results = await held_back(pool, *(moving(pool, one, "accept", person) for one in offers))
    assert Counter(results) == {"done": 1, NotPossible: 1}
    statuses = {row["status"] for row in await pool.fetch("SELECT status FROM application")}
    assert statuses == {"accepted", "withdrawn"}
    assert await pool.fetchval("SELECT sum(taken) FROM posting") == 1


async def make_silent(pool: Pool) -> Many:
    many = await make_many(pool, 1)
    await pool.execute("UPDATE application SET silent_since = now() - interval '15 days'")
    return many


async def test_a_click_against_the_end_of_silence_leaves_one_true_story(pool: Pool) -> None:
    many = await make_silent(pool)
    clicked, ended = await held_back(pool, moving(pool, many.applications[0], "offer"), end_silent(pool))
    assert ended == "done"
    row = await pool.fetchrow(
        "SELECT application.status, taken FROM application JOIN posting ON posting.id = posting_id"
    )
    assert row
    assert tuple(row) == (("offered", 1) if clicked == "done" else ("expired", 0))
    told = await pool.fetch("SELECT to_status FROM internship_event")
    assert [event["to_status"] for event in told] == [row["status"]]


async def test_without_guards_there_would_be_two_stories(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    many = await make_silent(pool)
    without_locks_and_versions(monkeypatch)
    together(monkeypatch, 2)
    await asyncio.gather(moving(pool, many.applications[0], "offer"), end_silent(pool))
    told = {row["to_status"] for row in await pool.fetch("SELECT to_status FROM internship_event")}
    assert told == {"offered", "expired"}


async def test_withdrawing_against_an_offer_holds_no_place(pool: Pool) -> None:
    many = await make_many(pool, 1)
    [one] = many.applications
    offered, withdrawn = await held_back(
        pool, moving(pool, one, "offer"), moving(pool, one, "withdraw", many.people[0])
    )
    assert withdrawn == "done"
    assert offered in ("done", NotPossible)
    async with pool.acquire() as connection:
        assert await status_of(connection, one) == "withdrawn"
        assert await taken(connection, many.scene.posting_id) == 0


async def test_without_guards_it_would_hold_one_for_nobody(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    many = await make_many(pool, 1)
    [one] = many.applications
    without_locks_and_versions(monkeypatch)
    together(monkeypatch, 2)
    await asyncio.gather(moving(pool, one, "offer"), moving(pool, one, "withdraw", many.people[0]))
    async with pool.acquire() as connection:
        assert await taken(connection, many.scene.posting_id) == 1
    events = await pool.fetch("SELECT from_status FROM internship_event")
    assert [event["from_status"] for event in events] == ["submitted", "submitted"]


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


# A clock that the test turns. It hides PostgreSQL's own from every statement that names it without its schema.
OUR_CLOCK = """
    CREATE SCHEMA clock;
    CREATE TABLE clock.hand (instant timestamptz NOT NULL);
    INSERT INTO clock.hand VALUES (pg_catalog.now());
    CREATE FUNCTION clock.clock_timestamp() RETURNS timestamptz LANGUAGE sql AS 'SELECT instant FROM clock.hand';
    CREATE FUNCTION clock.now() RETURNS timestamptz LANGUAGE sql AS 'SELECT pg_catalog.now()';
"""
LAST_SECOND = "SELECT (deadline + time '23:59:59') AT TIME ZONE 'Europe/Berlin' FROM posting"


async def submit_over_midnight(url: str) -> object:
    """Asked for a second before the deadline ends; its turn comes a second after."""
    pool = await create_pool(url, 10)
    try:
        async with pool.acquire() as connection:
            await connection.execute(OUR_CLOCK)
            name = await connection.fetchval("SELECT current_database()")
            await connection.execute(f'ALTER DATABASE "{name}" SET search_path = clock, pg_catalog, public')
        many = await make_many(pool, 1)
        await pool.execute("UPDATE application SET status = 'draft'")
        await pool.execute(f"UPDATE clock.hand SET instant = ({LAST_SECOND})")  # noqa: S608 written by tests
    finally:
        await pool.close()
    turned = await create_pool(url, 10)
    try:
        async with turned.acquire() as connection, connection.transaction():
            await connection.execute("SELECT FROM posting FOR UPDATE")
            asked = asyncio.ensure_future(outcome(moving(turned, many.applications[0], "submit", many.people[0])))
            await until_waiting(turned)
            await turned.execute("UPDATE clock.hand SET instant = instant + interval '2 seconds'")
        return await asked
    finally:
        await turned.close()


async def test_the_deadline_is_judged_by_the_databases_clock_when_its_turn_comes() -> None:
    async with cloned_database() as url:
        assert await submit_over_midnight(url) is NotOpen


async def test_judged_before_its_turn_it_would_be_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    judge = transitions.BY_VERB["submit"].guards[0]
    lock = lock_application

    async def judge_too_early(connection: Connection, application_id: int, *, others: bool = False) -> Application:
        found = await application_by_id(connection, application_id)
        await judge(connection, Step(found, "submitted", "applicant", None))
        return await lock(connection, application_id, others=others)

    async def nothing(connection: Connection, step: Step) -> None:
        pass

    monkeypatch.setattr(transitions, "lock_application", judge_too_early)
    unguarded = msgspec.structs.replace(transitions.BY_VERB["submit"], guards=(nothing,))
    monkeypatch.setitem(transitions.BY_VERB, "submit", unguarded)
    async with cloned_database() as url:
        assert await submit_over_midnight(url) == "done"


async def pick_the_same(pool: Pool) -> Counter[object]:
    """Twenty applicants, each with a time of the same person at the same hour."""
    many = await make_many(pool, 20)
    start = datetime.now(UTC) + timedelta(days=2)
    await pool.execute("UPDATE application SET status = 'interview'")
    picks = []
    for number, one in enumerate(many.applications):
        begin = start + timedelta(minutes=number)
        time_id = await pool.fetchval(
            "INSERT INTO interview_time (application_id, interviewer_id, period) VALUES ($1, $2, $3) RETURNING id",
            one,
            many.scene.manager.id,
            Range(begin, begin + timedelta(minutes=30)),
        )
        picks.append((one, time_id))

    async def pick(connection: Connection, one: int, time_id: int) -> None:
        await pick_time(connection, await application_by_id(connection, one), time_id)

    def picking(one: int, time_id: int) -> Awaitable[Any]:
        return within(pool, lambda connection: pick(connection, one, time_id))

    return Counter(await asyncio.gather(*(outcome(picking(one, time_id)) for one, time_id in picks)))


async def test_one_persons_time_is_promised_once(pool: Pool) -> None:
    assert await pick_the_same(pool) == {"done": 1, InterviewTaken: 19}
    assert await pool.fetchval("SELECT count(*) FROM interview_time WHERE picked_at IS NOT NULL") == 1


async def test_without_the_constraint_it_would_be_promised_to_all(pool: Pool) -> None:
    await pool.execute("ALTER TABLE interview_time DROP CONSTRAINT interview_no_overlap")
    assert (await pick_the_same(pool))["done"] == 20
