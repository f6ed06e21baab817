"""Many at once for the last places of a posting, and two sides of one application at once. With negative controls."""

import asyncio
from collections import Counter

import msgspec
import pytest
from asyncpg import DeadlockDetectedError

from landbooking.accounts.person import Person
from landbooking.database import Pool
from landbooking.internships.applications import places, transitions
from landbooking.internships.applications.expiry import end_silent
from landbooking.internships.applications.refusals import NoPlaceLeft, NotPossible
from support.application_races import (
    Many,
    held_back,
    hold_accepting,
    make_many,
    moving,
    together,
    without_locks_and_versions,
)
from support.applications import make_offer, make_scene, status_of, taken
from support.internships import make_posting
from support.people import make_person
from support.races import outcome


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


async def test_without_guards_a_double_click_would_make_two_placements(
    pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = await make_many(pool, 1)
    await offer_to_all(pool, many)
    await pool.execute("ALTER TABLE placement DROP CONSTRAINT placement_one_at_a_time")
    await pool.execute("ALTER TABLE placement DROP CONSTRAINT placement_application_id_key")
    without_locks_and_versions(monkeypatch)
    hold_accepting(monkeypatch, 2)
    tries = [outcome(moving(pool, many.applications[0], "accept", many.people[0])) for _click in range(2)]
    assert await asyncio.gather(*tries) == ["done", "done"]
    assert await pool.fetchval("SELECT count(*) FROM placement") == 2


async def make_two_offers(pool: Pool) -> tuple[Person, list[int]]:
    """For the same days, to one person."""
    async with pool.acquire() as connection:
        scene = await make_scene(connection)
        other = await make_posting(connection, scene.company_id, scene.space_id)
        person = await make_person(connection, "bewerberin@example.org")
        return person, [await make_offer(connection, posting, person) for posting in (scene.posting_id, other)]


async def test_who_accepts_two_at_once_gets_one(pool: Pool) -> None:
    person, offers = await make_two_offers(pool)
    results = await held_back(pool, *(moving(pool, one, "accept", person) for one in offers))
    assert Counter(results) == {"done": 1, NotPossible: 1}
    statuses = {row["status"] for row in await pool.fetch("SELECT status FROM application")}
    assert statuses == {"accepted", "withdrawn"}
    assert await pool.fetchval("SELECT sum(taken) FROM posting") == 1


async def test_without_locks_they_would_stand_in_each_others_way(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each accepts its own and withdraws the other's, until PostgreSQL ends one of them."""
    person, offers = await make_two_offers(pool)
    await pool.execute("ALTER TABLE placement DROP CONSTRAINT placement_one_at_a_time")
    without_locks_and_versions(monkeypatch)
    hold_accepting(monkeypatch, 2)
    results = await asyncio.gather(*(outcome(moving(pool, one, "accept", person)) for one in offers))
    assert Counter(results) == {"done": 1, DeadlockDetectedError: 1}


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
    monkeypatch.setitem(
        transitions.BY_VERB, "expire", msgspec.structs.replace(transitions.BY_VERB["expire"], guards=())
    )
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
