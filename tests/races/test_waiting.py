"""The waiting list while everything happens at once: nobody is served twice, nobody is forgotten, no rule is broken."""

import asyncio
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from landbooking.accounts.locks import lock_person
from landbooking.accounts.person import Person
from landbooking.agenda.erasure import erase_account
from landbooking.database import Connection, Pool
from landbooking.spaces import booking as verbs
from landbooking.spaces.booking import book_resource, cancel_booking
from landbooking.spaces.eligibility import check_person
from landbooking.spaces.space import lock_against_changes
from landbooking.spaces.waiting import joining, serving
from landbooking.spaces.waiting.joining import Sought, StillFree, join_line
from landbooking.spaces.waiting.rounds import look_again
from support.people import make_person
from support.races import Scene, book, make_scene, outcome, until_waiting
from support.spaces import day_after, make_desk, make_override, make_space, open_daily, period_on
from support.waiting import cancel, held_together, make_wish, states, wait

DAY = day_after(7)
MORNING = period_on(DAY)
HELD = "SELECT count(*) FROM booking WHERE status = 'held'"


@pytest.fixture
async def scene(pool: Pool) -> Scene:
    return await make_scene(pool, people=6)


async def two_halves_come_free(pool: Pool, scene: Scene) -> list[str]:
    """Somebody waits for a morning of which two others give up a half each, at the same time."""
    first, second, patient = scene.people[:3]
    halves = [period_on(DAY, "09:00", "10:30"), period_on(DAY, "10:30", "12:00")]
    one, other = [await book(pool, who, scene.desk, half) for who, half in zip((first, second), halves, strict=True)]
    await wait(pool, patient, scene, MORNING, scene.desk)
    async with pool.acquire() as left:
        cancelling = left.transaction()
        await cancelling.start()
        await cancel_booking(left, first, one)
        too = asyncio.create_task(cancel(pool, second, other))
        waiting = asyncio.create_task(until_waiting(pool))
        await asyncio.wait([too, waiting], return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        await cancelling.commit()
        await too
    return await states(pool)


async def test_two_who_free_half_a_wish_each_free_it_wholly(pool: Pool, scene: Scene) -> None:
    assert await two_halves_come_free(pool, scene) == ["offered"]


async def test_without_the_space_to_themselves_neither_would_see_it(
    pool: Pool, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verbs, "lock_to_free", lock_against_changes)
    assert await two_halves_come_free(pool, scene) == ["waiting"]


async def test_many_releases_at_once_serve_as_many(pool: Pool, scene: Scene) -> None:
    """Six desks come free in two spaces at once; twelve people would take any of them."""
    async with pool.acquire() as connection:
        other = await make_scene_beside(connection)
        people = [await make_person(connection, f"wartet{number}@example.org") for number in range(12)]
        desks = [await make_desk(connection, scene.space_id, f"Platz {number}") for number in range(3)] + other
        for person in people:
            await make_wish(connection, person, MORNING, near=(49.5383, 7.4037))
        await connection.execute("UPDATE resource SET retired_at = now() WHERE id <> ALL($1)", desks)
    ids = [await book(pool, person, desk, MORNING) for person, desk in zip(scene.people, desks, strict=True)]
    await asyncio.gather(*(cancel(pool, person, one) for person, one in zip(scene.people, ids, strict=True)))
    await look_again(pool)  # for whom both spaces wanted to serve at the same moment
    assert Counter(await states(pool)) == {"offered": 6, "waiting": 6}
    assert await pool.fetchval("SELECT count(DISTINCT resource_id) FROM booking WHERE status = 'held'") == 6
    assert await pool.fetchval("SELECT count(*) FROM outbox WHERE template LIKE '%/offer'") == 6


async def make_scene_beside(connection: Connection) -> list[int]:
    """Three desks of another space next door."""
    space_id = await make_space(connection, name="Nebenan")
    await open_daily(connection, space_id)
    return [await make_desk(connection, space_id, f"Platz {number}") for number in range(3)]


async def joins_while_it_comes_free(pool: Pool, scene: Scene) -> object:
    """The release is done, and not committed yet, when somebody joins the line."""
    owner, patient = scene.people[:2]
    booking_id = await book(pool, owner, scene.desk, MORNING)

    async def join() -> None:
        async with pool.acquire() as connection, connection.transaction():
            await join_line(connection, patient, Sought("desk", scene.desk, scene.space_id), MORNING)

    async with pool.acquire() as connection:
        cancelling = connection.transaction()
        await cancelling.start()
        await cancel_booking(connection, owner, booking_id)
        joining_task = asyncio.create_task(outcome(join()))
        waiting = asyncio.create_task(until_waiting(pool))
        await asyncio.wait([joining_task, waiting], return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        await cancelling.commit()
        return await joining_task


async def test_who_joins_at_the_moment_of_a_release_is_told_that_it_is_free(pool: Pool, scene: Scene) -> None:
    assert await joins_while_it_comes_free(pool, scene) is StillFree


async def test_without_the_space_to_themselves_they_would_wait_for_what_is_free(
    pool: Pool, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def no_lock(connection: Connection, space_id: int) -> None:
        """The negative control."""

    monkeypatch.setattr(joining, "lock_for_change", no_lock)
    assert await joins_while_it_comes_free(pool, scene) == "done"
    assert await states(pool) == ["waiting"]


async def quota_at_once(pool: Pool, scene: Scene) -> tuple[list[str], timedelta]:
    """A person whose quota is one morning books another desk while one is about to be held for them."""
    owner, eager = scene.people[:2]
    booking_id = await book(pool, owner, scene.desk, MORNING)
    await wait(pool, eager, scene, MORNING, scene.desk)
    async with pool.acquire() as connection:
        await make_override(connection, scene.space_id, "desk", weekly_minutes=180)
    async with pool.acquire() as spending:
        transaction = spending.transaction()
        await transaction.start()
        await lock_person(spending, eager.id)  # as the first statement of a booking does
        cancelling = asyncio.create_task(cancel(pool, owner, booking_id))
        await asyncio.wait_for(cancelling, 10)
        await book_resource(spending, eager, scene.other_desk, MORNING)
        await transaction.commit()
    spent: timedelta = await pool.fetchval(
        "SELECT sum(upper(period) - lower(period)) FROM booking WHERE person_id = $1 AND status <> 'cancelled'",
        eager.id,
    )
    return await states(pool), spent


async def test_who_is_just_booking_is_passed_over_and_keeps_the_quota(pool: Pool, scene: Scene) -> None:
    assert await quota_at_once(pool, scene) == (["waiting"], MORNING.length)


async def test_without_their_lock_the_quota_would_be_overspent(
    pool: Pool, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control, where the booking has looked at the quota before the offer is committed."""
    owner, eager = scene.people[:2]
    booking_id = await book(pool, owner, scene.desk, MORNING)
    await wait(pool, eager, scene, MORNING, scene.desk)
    async with pool.acquire() as connection:
        await make_override(connection, scene.space_id, "desk", weekly_minutes=180)
    looked, go_on = asyncio.Event(), asyncio.Event()

    async def pausing(*args: Any, **options: Any) -> None:
        await check_person(*args, **options)
        looked.set()
        await go_on.wait()

    async def no_lock(connection: Connection, person_id: int, *resource_ids: int) -> None:
        """Neither the person's nor the space's."""

    async def always(connection: Connection, candidate: Any) -> bool:
        return True

    monkeypatch.setattr(verbs, "check_person", pausing)
    monkeypatch.setattr(verbs, "lock_against_changes", no_lock)
    monkeypatch.setattr(serving, "_locked", always)
    booking = asyncio.create_task(book(pool, eager, scene.other_desk, MORNING))
    await looked.wait()
    await cancel(pool, owner, booking_id)
    go_on.set()
    await booking
    assert await states(pool) == ["offered"]
    mine = "SELECT count(*) FROM booking WHERE person_id = $1 AND status <> 'cancelled'"
    assert await pool.fetchval(mine, eager.id) == 2


async def test_people_who_serve_each_other_do_not_wait_for_each_other(pool: Pool, scene: Scene) -> None:
    """Each gives up what the next one waits for, six times over, while others leave us: no deadlock, nobody lost."""
    async with pool.acquire() as connection:
        desks = [await make_desk(connection, scene.space_id, f"Platz {number}") for number in range(6)]
    people = scene.people
    ids = [await book(pool, person, desk, MORNING) for person, desk in zip(people, desks, strict=True)]
    for number, person in enumerate(people):
        await wait(pool, person, scene, MORNING, desks[(number + 1) % 6])

    async def erase(person: Person) -> None:
        async with pool.acquire() as connection, connection.transaction():
            await erase_account(connection, person)

    results = await asyncio.gather(
        *(outcome(cancel(pool, person, one)) for person, one in zip(people[:4], ids[:4], strict=True)),
        *(outcome(erase(person)) for person in people[4:]),
    )
    assert set(results) == {"done"}
    await look_again(pool)
    assert await states(pool) == ["offered"] * 4
    assert await held_together(pool) == 0


async def test_one_release_and_a_thousand_in_line(pool: Pool, scene: Scene) -> None:
    """Everybody is examined by one statement: a thousand who may not have it cost no query more than one."""
    owner, lucky = scene.people[:2]
    booking_id = await book(pool, owner, scene.desk, MORNING)
    async with pool.acquire() as connection:
        await make_override(connection, scene.space_id, "desk", weekly_minutes=600, audience="members")
        for person in (owner, lucky):
            await connection.execute("INSERT INTO space_member VALUES ($1, $2)", scene.space_id, person.id)
        await connection.execute(
            """WITH many AS (INSERT INTO person (email) SELECT 'wartet' || n || '@example.org'
                             FROM generate_series(1, 999) AS n RETURNING id)
               INSERT INTO waiting (person_id, period, kind, space_id, resource_id)
               SELECT id, $1, 'desk', $2, $3 FROM many""",
            MORNING.range,
            scene.space_id,
            scene.desk,
        )
    await wait(pool, lucky, scene, MORNING)
    asked: list[str] = []
    async with pool.acquire() as connection, connection.transaction():
        with connection.query_logger(lambda record: asked.append(record.query)):
            await cancel_booking(connection, owner, booking_id)
            await asyncio.sleep(0)
    assert Counter(await states(pool)) == {"waiting": 999, "offered": 1}
    assert len(asked) < 40
