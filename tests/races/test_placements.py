"""Placements under haste: whoever signs, cancels, revokes, changes or books at once. Each with its negative control."""

from collections.abc import Awaitable, Callable
from datetime import date

import pytest

from landbooking.accounts.person import Person
from landbooking.database import Connection, Pool
from landbooking.errors import Stale
from landbooking.internships.applications.consent import revoke_on_paper
from landbooking.internships.placements import signing, terms, transitions
from landbooking.internships.placements.placement import Placement, placement_by_id
from landbooking.internships.placements.refusals import NotPossible, OtherTerms
from landbooking.internships.placements.signing import record_paper, sign_by_account
from landbooking.internships.placements.terms import change_terms, terms_of
from landbooking.internships.placements.transitions import move
from landbooking.spaces.booking import book_resource
from landbooking.spaces.refusals import DeskTaken
from support.applications import grant, taken
from support.internships import make_member
from support.people import make_person
from support.placements import Stage, desks, make_stage, propose, signed, status_of, terms_version
from support.races import Step, overlaps, second_while_first_is_open
from support.spaces import make_booking, period_on

WEDNESDAY = date(2027, 9, 8)


@pytest.fixture
async def stage(pool: Pool) -> Stage:
    """Proposed, and nobody has signed."""
    async with pool.acquire() as connection:
        stage = await make_stage(connection)
        await propose(connection, stage)
    return stage


@pytest.fixture
def without_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    async def look_only(connection: Connection, placement_id: int) -> Placement:
        return await placement_by_id(connection, placement_id)

    async def no_lock(connection: Connection, person_id: int) -> None:
        """Nothing is held."""

    for module in (signing, terms, transitions):
        monkeypatch.setattr(module, "lock_placement", look_only)
    monkeypatch.setattr("landbooking.accounts.guardians.lock_person", no_lock)
    monkeypatch.setattr("landbooking.internships.applications.locking.lock_person", no_lock)


def intern_signs(stage: Stage) -> Step:
    return lambda connection: sign_by_account(connection, stage.intern, stage.placement_id, "applicant", 1)


def company_signs(stage: Stage, manager: Person | None = None) -> Step:
    return lambda connection: sign_by_account(connection, manager or stage.manager, stage.placement_id, "company", 1)


def company_cancels(stage: Stage) -> Step:
    return lambda connection: move(connection, stage.placement_id, "cancel", "company", stage.manager)


async def fetch(pool: Pool, read: Callable[[Connection], Awaitable[object]]) -> object:
    async with pool.acquire() as connection:
        return await read(connection)


async def test_of_two_who_sign_at_once_the_second_confirms_once(pool: Pool, stage: Stage) -> None:
    assert await second_while_first_is_open(pool, intern_signs(stage), company_signs(stage)) == "done"
    assert await fetch(pool, lambda one: status_of(one, stage)) == "confirmed"
    assert await pool.fetchval("SELECT count(*) FROM booking") == 10
    assert await pool.fetchval("SELECT count(*) FROM internship_event WHERE to_status = 'confirmed'") == 1


@pytest.mark.usefixtures("without_lock")
async def test_without_the_lock_neither_would_see_the_other(pool: Pool, stage: Stage) -> None:
    assert await second_while_first_is_open(pool, intern_signs(stage), company_signs(stage)) == "done"
    assert await fetch(pool, lambda one: signed(one, stage)) == {"applicant", "company"}
    assert await fetch(pool, lambda one: status_of(one, stage)) == "awaiting_signatures"


async def guardian_signs_while_consent_is_revoked(pool: Pool, stage: Stage) -> object:
    """On paper both, the signature first."""
    async with pool.acquire() as connection:
        await connection.execute("UPDATE placement SET birthday = '2010-12-01'")
        await grant(connection, stage.intern)
        staff = await make_person(connection, "kreis@example.org")
        await intern_signs(stage)(connection)
        await company_signs(stage)(connection)
    return await second_while_first_is_open(
        pool,
        lambda connection: record_paper(connection, staff, stage.placement_id, "guardian", 1, "Maria Muster"),
        lambda connection: revoke_on_paper(connection, stage.intern.id),
    )


async def test_a_revocation_ends_what_is_just_being_confirmed(pool: Pool, stage: Stage) -> None:
    assert await guardian_signs_while_consent_is_revoked(pool, stage) == "done"
    assert await fetch(pool, lambda one: status_of(one, stage)) == "cancelled"
    assert await fetch(pool, lambda one: desks(one, stage)) == []
    assert await fetch(pool, lambda one: taken(one, stage.posting_id)) == 0


@pytest.mark.usefixtures("without_lock")
async def test_without_the_lock_the_revocation_would_come_to_nothing(pool: Pool, stage: Stage) -> None:
    assert await guardian_signs_while_consent_is_revoked(pool, stage) == Stale
    assert await fetch(pool, lambda one: status_of(one, stage)) == "confirmed"


async def test_who_signs_while_it_is_cancelled_comes_too_late(pool: Pool, stage: Stage) -> None:
    await fetch(pool, intern_signs(stage))
    assert await second_while_first_is_open(pool, company_cancels(stage), company_signs(stage)) == NotPossible
    assert await fetch(pool, lambda one: status_of(one, stage)) == "cancelled"
    assert await pool.fetchval("SELECT count(*) FROM booking") == 0


@pytest.mark.usefixtures("without_lock")
async def test_without_the_lock_they_would_sign_first_and_be_sent_away_then(pool: Pool, stage: Stage) -> None:
    await fetch(pool, intern_signs(stage))
    assert await second_while_first_is_open(pool, company_cancels(stage), company_signs(stage)) == Stale


async def test_who_cancels_while_it_is_confirmed_cancels_what_is_confirmed(pool: Pool, stage: Stage) -> None:
    await fetch(pool, intern_signs(stage))
    assert await second_while_first_is_open(pool, company_signs(stage), company_cancels(stage)) == "done"
    assert await fetch(pool, lambda one: status_of(one, stage)) == "cancelled"
    assert await pool.fetchval("SELECT count(*) FROM booking WHERE status = 'confirmed'") == 0
    assert await fetch(pool, lambda one: taken(one, stage.posting_id)) == 0


@pytest.mark.usefixtures("without_lock")
async def test_without_the_lock_who_cancels_would_be_sent_away(pool: Pool, stage: Stage) -> None:
    await fetch(pool, intern_signs(stage))
    assert await second_while_first_is_open(pool, company_signs(stage), company_cancels(stage)) == Stale
    assert await fetch(pool, lambda one: status_of(one, stage)) == "confirmed"


async def sign_while_terms_change(pool: Pool, stage: Stage) -> object:
    async with pool.acquire() as connection:
        other = await make_person(connection, "chefin@example.org")
        await make_member(connection, stage.company_id, other)
        before = await terms_of(connection, await placement_by_id(connection, stage.placement_id))
    new = type(before)(before.space_id, "Ganz andere Aufgaben.", before.days)
    return await second_while_first_is_open(
        pool,
        lambda connection: change_terms(connection, stage.manager, stage.placement_id, None, new),
        company_signs(stage, other),
    )


async def test_nobody_signs_what_is_just_being_changed(pool: Pool, stage: Stage) -> None:
    assert await sign_while_terms_change(pool, stage) == OtherTerms
    assert await fetch(pool, lambda one: signed(one, stage)) == set()
    assert await fetch(pool, lambda one: terms_version(one, stage)) == "2"


@pytest.mark.usefixtures("without_lock")
async def test_without_the_lock_old_terms_would_be_signed_as_the_new_ones(pool: Pool, stage: Stage) -> None:
    assert await sign_while_terms_change(pool, stage) == "done"
    assert await fetch(pool, lambda one: signed(one, stage)) == {"company"}
    assert await fetch(pool, lambda one: terms_version(one, stage)) == "2"


async def stranger_books_first(pool: Pool, stage: Stage) -> object:
    """One desk is taken all of that day; the other is being booked by a stranger when the last one signs."""
    async with pool.acquire() as connection:
        stranger = await make_person(connection, "fremd@example.org")
        await make_booking(connection, stranger, stage.other_desk, period_on(WEDNESDAY, "08:00", "18:00"))
        await connection.execute("UPDATE space SET horizon_days = 365")
        await intern_signs(stage)(connection)
    return await second_while_first_is_open(
        pool,
        lambda connection: book_resource(connection, stranger, stage.desk, period_on(WEDNESDAY, "09:00", "10:00")),
        company_signs(stage),
    )


async def test_a_stranger_who_is_quicker_at_one_day_gets_it_and_nothing_is_confirmed(pool: Pool, stage: Stage) -> None:
    assert await stranger_books_first(pool, stage) == "done"
    assert await fetch(pool, lambda one: status_of(one, stage)) == "awaiting_signatures"
    assert await fetch(pool, lambda one: signed(one, stage)) == {"applicant", "company"}
    assert await pool.fetchval("SELECT count(*) FROM booking WHERE person_id = $1", stage.intern.id) == 0
    assert await overlaps(pool) == 0


async def test_without_the_constraint_both_would_have_the_desk(pool: Pool, stage: Stage) -> None:
    await pool.execute("ALTER TABLE booking DROP CONSTRAINT booking_no_overlap")
    assert await stranger_books_first(pool, stage) == "done"
    assert await fetch(pool, lambda one: status_of(one, stage)) == "confirmed"
    assert await overlaps(pool) == 1


async def stranger_books_second(pool: Pool, stage: Stage) -> object:
    """The desk of one of the days, while the last signature books them all."""
    await fetch(pool, intern_signs(stage))
    async with pool.acquire() as connection:
        stranger = await make_person(connection, "fremd@example.org")
        await connection.execute("UPDATE space SET horizon_days = 365")
    wish = period_on(WEDNESDAY, "09:00", "10:00")
    return await second_while_first_is_open(
        pool,
        company_signs(stage),
        lambda connection: book_resource(connection, stranger, stage.desk, wish),
    )


async def test_a_stranger_who_is_slower_gets_none_of_the_days(pool: Pool, stage: Stage) -> None:
    assert await stranger_books_second(pool, stage) == DeskTaken
    assert await fetch(pool, lambda one: desks(one, stage)) == [stage.desk] * 10
    assert await overlaps(pool) == 0


async def test_without_the_constraint_a_slower_stranger_would_have_it_too(pool: Pool, stage: Stage) -> None:
    await pool.execute("ALTER TABLE booking DROP CONSTRAINT booking_no_overlap")
    assert await stranger_books_second(pool, stage) == "done"
    assert await overlaps(pool) == 1
