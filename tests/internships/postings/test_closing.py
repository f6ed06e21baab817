"""What ends by itself, what an erased account leaves, and who wins where two want something at once."""

import asyncio
from collections import Counter
from datetime import timedelta
from typing import Any

import httpx
import pytest

from conftest import OneConnection
from landbooking.accounts.person import Person
from landbooking.database import Connection, Pool
from landbooking.errors import Refusal
from landbooking.internships.companies.company import company_for
from landbooking.internships.companies.registering import LastManager, remove_member
from landbooking.internships.events import events_of
from landbooking.internships.postings import transitions
from landbooking.internships.postings.closing import close_postings
from landbooking.internships.postings.offering import PlacesTaken, change_terms
from landbooking.internships.postings.posting import posting_by_id, posting_for
from landbooking.internships.postings.suspension import suspend_company
from landbooking.internships.postings.transitions import take_step
from support.internships import make_application, make_member, make_posting
from support.people import make_person, sign_in
from support.postings import Scene, mails, make_scene, today
from support.races import outcome, until_waiting


async def close(connection: Connection) -> int:
    pool: Any = OneConnection(connection)
    return await close_postings(pool)


async def state(connection: Connection, posting_id: int) -> tuple[str, str | None]:
    posting = await posting_by_id(connection, posting_id)
    return posting.status, posting.closed_because


async def test_the_worker_closes_after_the_deadlines_day(connection: Connection, scene: Scene) -> None:
    over = await make_posting(connection, scene.company_id, scene.space_id, deadline=today() - timedelta(days=1))
    paused = await make_posting(
        connection, scene.company_id, scene.space_id, deadline=today() - timedelta(days=1), status="paused"
    )
    still = await make_posting(connection, scene.company_id, scene.space_id, deadline=today())
    assert await close(connection) == 2
    assert await close(connection) == 0
    assert await state(connection, over) == ("closed", "deadline")
    assert await state(connection, paused) == ("closed", "deadline")
    assert await state(connection, still) == ("published", None)
    assert await mails(connection, "deadline_over") == [scene.manager.email] * 2
    [event] = await events_of(connection, "posting", over)
    assert (event.to_status, event.acted_as, event.reason) == ("closed", "worker", "deadline")


@pytest.mark.parametrize(("zone", "over"), [("Pacific/Kiritimati", True), ("Pacific/Pago_Pago", False)])
async def test_the_day_ends_by_the_clocks_of_the_companys_district(
    connection: Connection, scene: Scene, zone: str, over: bool
) -> None:
    """25 hours lie between the two: a day that is over in the one has not ended in the other."""
    deadline = await connection.fetchval("SELECT (now() AT TIME ZONE 'Pacific/Pago_Pago')::date")
    await connection.execute("UPDATE district SET time_zone = $1", zone)
    posting_id = await make_posting(connection, scene.company_id, scene.space_id, deadline=deadline)
    assert (await posting_by_id(connection, posting_id)).deadline_over is over
    assert await close(connection) == over
    assert (await posting_by_id(connection, posting_id)).is_open is not over


async def test_it_is_filled_once_all_places_are_accepted(
    connection: Connection, client: httpx.AsyncClient, resident: Person, scene: Scene
) -> None:
    posting_id = await make_posting(connection, scene.company_id, scene.space_id, places=1, taken=1)
    later = today() + timedelta(days=9)
    application_id = await make_application(connection, posting_id, resident, status="offered", offer_until_at=later)
    assert await close(connection) == 0  # an offer may still be declined
    await connection.execute(
        "UPDATE application SET status = 'accepted', offer_until_at = NULL WHERE id = $1", application_id
    )
    assert await close(connection) == 1
    assert await state(connection, posting_id) == ("closed", "filled")
    assert await mails(connection, "filled") == [scene.manager.email]
    assert (await client.get(f"/internships/{posting_id}")).status_code == 410


async def filled_and_free_again(connection: Connection, scene: Scene, **columns: Any) -> int:
    """Its last place was taken, which closed it, and has come free since."""
    posting_id = await make_posting(connection, scene.company_id, scene.space_id, places=1, taken=1, **columns)
    assert await close(connection) == 1
    assert await state(connection, posting_id) == ("closed", "filled")
    assert await close(connection) == 0  # no place is free yet
    await connection.execute("UPDATE posting SET taken = 0 WHERE id = $1", posting_id)
    return posting_id


async def test_it_opens_again_when_a_place_comes_free_before_the_deadline(
    connection: Connection, client: httpx.AsyncClient, scene: Scene
) -> None:
    posting_id = await filled_and_free_again(connection, scene)
    assert await close(connection) == 1
    assert await state(connection, posting_id) == ("published", None)
    assert (await client.get(f"/internships/{posting_id}")).status_code == 200
    event = (await events_of(connection, "posting", posting_id))[-1]
    assert (event.from_status, event.to_status, event.acted_as) == ("closed", "published", "worker")
    assert await mails(connection, "reopened") == [scene.manager.email]
    await connection.execute("UPDATE posting SET taken = 1 WHERE id = $1", posting_id)
    assert await close(connection) == 1  # and is filled again, which is told again
    assert await mails(connection, "filled") == [scene.manager.email] * 2


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE posting SET closed_because = 'withdrawn'",
        "UPDATE posting SET closed_because = 'taken_down'",
        "UPDATE posting SET deadline = current_date - 2",
        "UPDATE company SET status = 'suspended'",
    ],
)
async def test_what_somebody_ended_or_is_over_stays_closed(connection: Connection, scene: Scene, change: str) -> None:
    posting_id = await filled_and_free_again(connection, scene)
    await connection.execute(change)
    assert await close(connection) == 0
    with pytest.raises(Refusal):  # the table itself refuses it too
        await take_step(connection, await posting_by_id(connection, posting_id), "reopen", "worker", None)
    assert (await state(connection, posting_id))[0] == "closed"


async def test_what_the_company_had_paused_stays_away(connection: Connection, scene: Scene) -> None:
    posting_id = await filled_and_free_again(connection, scene, status="paused")
    assert await close(connection) == 0
    assert await state(connection, posting_id) == ("closed", "filled")


async def test_half_a_year_later_it_is_archived(connection: Connection, scene: Scene) -> None:
    old = {"status": "closed", "closed_because": "filled"}
    posting_id = await make_posting(connection, scene.company_id, scene.space_id, **old)
    assert await close(connection) == 0
    await connection.execute("UPDATE posting SET changed_at = now() - interval '6 months' WHERE id = $1", posting_id)
    assert await close(connection) == 1
    assert await state(connection, posting_id) == ("archived", "filled")


async def test_an_erased_account_leaves_postings_and_takes_its_searches(
    connection: Connection, client: httpx.AsyncClient, scene: Scene
) -> None:
    posting_id = await make_posting(connection, scene.company_id, scene.space_id, mentor_id=scene.manager.id)
    await sign_in(connection, client, scene.manager)
    await client.post("/internships/searches", data={"words": "Fotos"})
    await client.post(f"/postings/{posting_id}/steps", data={"step": "pause"})
    assert (await client.post("/profile/erasure")).status_code == 303
    assert await connection.fetchval("SELECT count(*) FROM saved_search") == 0
    posting = await posting_by_id(connection, posting_id)
    assert (posting.mentor_id, posting.mentor, posting.status) == (None, "", "paused")
    [event] = await events_of(connection, "posting", posting_id)
    assert (event.to_status, event.by_id) == ("paused", None)
    assert (await client.get(f"/internships/{posting_id}")).status_code == 200


async def committed(pool: Pool, **columns: Any) -> tuple[Scene, int]:
    async with pool.acquire() as connection:
        scene = await make_scene(connection)
        posting_id = await make_posting(
            connection, scene.company_id, scene.space_id, mentor_id=scene.manager.id, **columns
        )
    return scene, posting_id


async def lower_places(pool: Pool, scene: Scene, posting_id: int) -> None:
    async with pool.acquire() as connection, connection.transaction():
        posting = await posting_for(connection, scene.manager, posting_id)
        await change_terms(connection, posting, None, 1, posting.deadline, scene.manager.id)


async def lower_against_offers(pool: Pool) -> tuple[object, int, int]:
    """What came of lowering the places to one while two are offered, and what stands there then: places, taken."""
    scene, posting_id = await committed(pool, places=5)
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("UPDATE posting SET taken = taken + 2 WHERE taken + 2 <= places")
        lowering = asyncio.ensure_future(outcome(lower_places(pool, scene, posting_id)))
        await until_waiting(pool)  # it has seen that none is taken, and may not write before the offers are committed
    result = await lowering
    row = await pool.fetchrow("SELECT places, taken FROM posting")
    assert row
    return result, row["places"], row["taken"]


async def test_places_are_not_lowered_below_what_is_taken(pool: Pool) -> None:
    assert await lower_against_offers(pool) == (PlacesTaken, 5, 2)


async def test_without_the_constraint_they_would_be(pool: Pool) -> None:
    await pool.execute("ALTER TABLE posting DROP CONSTRAINT posting_places")
    assert await lower_against_offers(pool) == ("done", 1, 2)


async def resume(pool: Pool, scene: Scene, posting_id: int) -> None:
    async with pool.acquire() as connection, connection.transaction():
        posting = await posting_for(connection, scene.manager, posting_id)
        await take_step(connection, posting, "resume", "company", scene.manager)


async def suspend(pool: Pool, scene: Scene) -> None:
    async with pool.acquire() as connection, connection.transaction():
        await suspend_company(connection, scene.staff, scene.company_id, None, "Sie meldet sich nie.")


async def suspend_while_it_resumes(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> str:
    """The company has been seen as verified when staff suspend it. What the posting is in the end."""
    scene, posting_id = await committed(pool, status="paused")
    seen, go_on = asyncio.Event(), asyncio.Event()
    judge = transitions._judged

    async def pausing(*args: Any) -> Any:
        judged = await judge(*args)
        if args[2] == "resume":
            seen.set()
            await go_on.wait()
        return judged

    monkeypatch.setattr(transitions, "_judged", pausing)
    resuming = asyncio.ensure_future(resume(pool, scene, posting_id))
    await seen.wait()
    suspending = asyncio.ensure_future(suspend(pool, scene))
    waiting = asyncio.ensure_future(until_waiting(pool))
    await asyncio.wait([suspending, waiting], return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    go_on.set()
    await asyncio.gather(resuming, suspending)
    assert await pool.fetchval("SELECT status FROM company") == "suspended"
    return str(await pool.fetchval("SELECT status FROM posting"))


async def test_a_suspended_company_has_published_nothing_however_close_it_was(
    pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await suspend_while_it_resumes(pool, monkeypatch) == "paused"


async def test_without_the_lock_it_would_have(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    async def no_lock(*_args: object) -> None:
        """For what is taken away."""

    monkeypatch.setattr(transitions, "lock_company", no_lock)
    assert await suspend_while_it_resumes(pool, monkeypatch) == "published"


async def test_many_workers_close_a_posting_once(pool: Pool) -> None:
    await committed(pool, deadline=today() - timedelta(days=1))
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("SELECT FROM posting FOR UPDATE")
        workers = asyncio.gather(*(close_postings(pool) for _ in range(5)))
        await until_waiting(pool, 5)
    assert sum(await workers) == 1
    assert await pool.fetchval("SELECT count(*) FROM internship_event") == 1
    assert await pool.fetchval("SELECT count(*) FROM outbox") == 1


async def test_two_clicks_on_one_version_act_once(pool: Pool) -> None:
    scene, posting_id = await committed(pool)

    async def click(name: Any) -> None:
        async with pool.acquire() as connection, connection.transaction():
            posting = await posting_for(connection, scene.manager, posting_id)
            await take_step(connection, posting, name, "company", scene.manager, 1)

    results = Counter(await asyncio.gather(*(outcome(click(name)) for name in ("pause", "withdraw") * 5)))
    assert results["done"] == 1
    assert all(one == "done" or issubclass(one, Refusal) for one in results)  # type: ignore[arg-type]
    assert await pool.fetchval("SELECT version FROM posting") == 2


async def test_two_managers_who_leave_at_once_leave_one_behind(pool: Pool) -> None:
    scene, _posting = await committed(pool)
    async with pool.acquire() as connection:
        second = await make_person(connection, "zweite@example.org")
        await make_member(connection, scene.company_id, second)

    async def leave(person: Person) -> None:
        async with pool.acquire() as connection, connection.transaction():
            await remove_member(connection, await company_for(connection, person, scene.company_id), person.id)

    results = Counter(await asyncio.gather(*(outcome(leave(person)) for person in (scene.manager, second))))
    assert results == {"done": 1, LastManager: 1}
