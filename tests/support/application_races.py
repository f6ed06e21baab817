"""Many at once for a posting, and two sides of one application at once: what their races have in common."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple, Protocol

import pytest

from landbooking.accounts.person import Person
from landbooking.database import Connection, Pool
from landbooking.internships.applications import transitions, withdrawing
from landbooking.internships.applications.application import OPEN, Application, application_by_id
from landbooking.internships.applications.steps import Step, Verb
from landbooking.internships.applications.transitions import move
from support.applications import Scene, make_scene
from support.internships import TWO_WEEKS, make_application
from support.people import make_person
from support.races import outcome, until_waiting


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


def hold_accepting(monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    """Each has judged, made its placement and withdrawn what that overlaps; none says yes before all have."""
    barrier = asyncio.Barrier(count)
    write = transitions.__dict__["_write"]  # as it is by now

    async def wait_and_write(connection: Connection, step: Step, reason: object) -> None:
        if step.to == "accepted":
            await barrier.wait()
        await write(connection, step, reason)

    monkeypatch.setattr(transitions, "_write", wait_and_write)
