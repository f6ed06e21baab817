"""The deadline of a posting is judged by the database's clock, when the application's turn comes."""

import asyncio

import msgspec
import pytest

from landbooking.database import Connection, Pool
from landbooking.internships.applications import transitions
from landbooking.internships.applications.application import Application, application_by_id
from landbooking.internships.applications.locking import lock_application
from landbooking.internships.applications.refusals import NotOpen
from landbooking.internships.applications.steps import Step
from support.application_races import make_many, moving
from support.clock import stop_the_clock, turn_to
from support.races import outcome, until_waiting

LAST_SECOND = "(SELECT (deadline + time '23:59:59') AT TIME ZONE 'Europe/Berlin' FROM posting)"


async def submit_over_midnight(pool: Pool) -> object:
    """Asked for a second before the deadline ends; its turn comes a second after."""
    await stop_the_clock(pool)
    many = await make_many(pool, 1)
    await pool.execute("UPDATE application SET status = 'draft'")
    await turn_to(pool, LAST_SECOND)
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("SELECT FROM posting FOR UPDATE")
        asked = asyncio.ensure_future(outcome(moving(pool, many.applications[0], "submit", many.people[0])))
        await until_waiting(pool)
        await turn_to(pool, "instant + interval '2 seconds'")
    return await asked


async def test_the_deadline_is_judged_by_the_databases_clock_when_its_turn_comes(pool: Pool) -> None:
    assert await submit_over_midnight(pool) is NotOpen


async def test_judged_before_its_turn_it_would_be_in_time(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
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
    assert await submit_over_midnight(pool) == "done"
