"""The deadline of a posting is judged by the database's clock, when the application's turn comes."""

import asyncio

import msgspec
import pytest

from conftest import cloned_database
from landbooking.database import Connection, create_pool
from landbooking.internships.applications import transitions
from landbooking.internships.applications.application import Application, application_by_id
from landbooking.internships.applications.locking import lock_application
from landbooking.internships.applications.refusals import NotOpen
from landbooking.internships.applications.steps import Step
from support.application_races import make_many, moving
from support.races import outcome, until_waiting

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
