"""A person does two things at once, in two tabs: whichever comes first, no reminder and no desk is left behind."""

import asyncio

import asyncpg
import pytest

from landbooking.accounts.person import Person
from landbooking.agenda import erasure
from landbooking.agenda.erasure import erase_account
from landbooking.database import Pool
from landbooking.internships.applications import locking
from landbooking.rides import cancelling, consequences
from landbooking.spaces.announcements import reschedule_reminders
from landbooking.spaces.booking import book_resource, cancel_booking
from support import people, spaces
from support.races import no_lock, until_waiting
from support.spaces import day_after, period_on


async def _place(pool: Pool) -> tuple[Person, int]:
    async with pool.acquire() as connection:
        space_id = await spaces.make_space(connection)
        await spaces.open_daily(connection, space_id)
        person = await people.make_person(connection, "anwohnerin@example.org")
        return person, await spaces.make_desk(connection, space_id)


async def _erase_while_booking(pool: Pool) -> tuple[str, int]:
    """What became of the booking, and how many reminders of it are still to be sent."""
    person, desk = await _place(pool)
    async with pool.acquire() as booking_tab, pool.acquire() as erasing_tab:
        booking = booking_tab.transaction()
        await booking.start()
        await book_resource(booking_tab, person, desk, period_on(day_after(3)))

        async def erase() -> None:
            async with erasing_tab.transaction():
                await erase_account(erasing_tab, person)

        erasing = asyncio.create_task(erase())
        await until_waiting(pool)
        await booking.commit()
        await asyncio.wait_for(erasing, 10)
    waiting = "SELECT count(*) FROM outbox WHERE template = 'spaces/emails/reminder' AND withdrawn_at IS NULL"
    return await pool.fetchval("SELECT status FROM booking"), await pool.fetchval(waiting)


async def test_a_booking_under_way_is_cancelled_with_the_account(pool: Pool) -> None:
    assert await _erase_while_booking(pool) == ("cancelled", 0)


async def test_without_the_persons_lock_it_would_stay_without_a_person(
    pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: what is to come was looked at before it was there. Other slices lock the person again."""
    monkeypatch.setattr(erasure, "_lock_for_good", no_lock)
    monkeypatch.setattr(cancelling, "lock_person", no_lock)
    monkeypatch.setattr(consequences, "lock_person", no_lock)
    monkeypatch.setattr(locking, "lock_person", no_lock)
    assert await _erase_while_booking(pool) == ("confirmed", 2)
    assert await pool.fetchval("SELECT person_id IS NULL FROM booking")


async def test_nobody_books_for_an_account_that_is_gone(pool: Pool) -> None:
    person, desk = await _place(pool)
    async with pool.acquire() as connection, connection.transaction():
        await erase_account(connection, person)
    async with pool.acquire() as connection:
        with pytest.raises(asyncpg.ForeignKeyViolationError):
            async with connection.transaction():
                await book_resource(connection, person, desk, period_on(day_after(3)))
    assert await pool.fetchval("SELECT count(*) FROM booking") == 0


async def test_reminders_do_not_come_back_for_what_is_being_cancelled(pool: Pool) -> None:
    person, desk = await _place(pool)
    async with pool.acquire() as connection, connection.transaction():
        booked = await book_resource(connection, person, desk, period_on(day_after(3)))
    async with pool.acquire() as cancelling_tab, pool.acquire() as choosing_tab:
        cancelling = cancelling_tab.transaction()
        await cancelling.start()
        await cancel_booking(cancelling_tab, person, booked.id)

        async def choose() -> None:
            async with choosing_tab.transaction():
                await reschedule_reminders(choosing_tab, person)

        choosing = asyncio.create_task(choose())
        await until_waiting(pool)
        await cancelling.commit()
        await asyncio.wait_for(choosing, 10)
    waiting = "SELECT count(*) FROM outbox WHERE template = 'spaces/emails/reminder' AND withdrawn_at IS NULL"
    assert await pool.fetchval(waiting) == 0
