"""A desk that many want, and what became of it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import NamedTuple

import asyncpg

from landbooking.accounts.person import Person
from landbooking.database import Connection, Pool
from landbooking.errors import Refusal
from landbooking.period import Period
from landbooking.spaces.booking import book_resource
from landbooking.spaces.bookings import Booking, booking_by_id
from support.hosting import make_place
from support.people import make_person
from support.servers import until

Step = Callable[[Connection], Awaitable[object]]


class Scene(NamedTuple):
    """A space that is open daily from 8 to 18, two desks in it, its host, and people who want to book."""

    space_id: int
    desk: int
    other_desk: int
    host: Person
    people: list[Person]


async def make_scene(pool: Pool, people: int = 2) -> Scene:
    async with pool.acquire() as connection:
        place = await make_place(connection)
        everybody = [await make_person(connection, f"anwohner{number}@example.org") for number in range(people)]
    return Scene(*place, everybody)


async def book(pool: Pool, person: Person, resource_id: int, period: Period) -> int:
    """As a request would: in a transaction of its own."""
    async with pool.acquire() as connection, connection.transaction():
        return (await book_resource(connection, person, resource_id, period)).id


async def outcome(attempt: Awaitable[object]) -> object:
    """ "done", the class of the refusal, or that of the database's error; anything else is a fault of ours."""
    try:
        await attempt
    except (Refusal, asyncpg.PostgresError) as error:
        return type(error)
    return "done"


async def no_lock(*_values: object) -> None:
    """For negative controls: stands where a lock is taken, and takes none."""


async def cancel_unasked(connection: Connection, booking: Booking, by: Person | None, because: str) -> Booking:
    """For negative controls: `mark_cancelled` without asking whether the booking still is as it was seen."""
    await connection.execute(
        """UPDATE booking SET status = 'cancelled', version = version + 1, until_at = NULL, changed_at = now(),
                  cancelled_at = now(), ended_because = $2 WHERE id = $1""",
        booking.id,
        because,
    )
    return await booking_by_id(connection, booking.id)


async def confirmed(pool: Pool, resource_id: int) -> int:
    count: int = await pool.fetchval(
        "SELECT count(*) FROM booking WHERE resource_id = $1 AND status = 'confirmed'", resource_id
    )
    return count


async def overlaps(pool: Pool) -> int:
    """Pairs of confirmed bookings that share a resource at some time."""
    count: int = await pool.fetchval(
        """SELECT count(*) FROM booking AS one JOIN booking AS other
               ON one.id < other.id AND one.resource_id = other.resource_id AND one.blocked && other.blocked
           WHERE one.status = 'confirmed' AND other.status = 'confirmed'"""
    )
    return count


async def until_waiting(pool: Pool, count: int = 1) -> None:
    """Returns once so many transactions wait for a lock that another one holds."""

    async def waiting() -> bool:
        # In this database: other test processes wait in theirs.
        waiting = """SELECT count(*) >= $1 FROM pg_stat_activity
                     WHERE wait_event_type = 'Lock' AND datname = current_database()"""
        return bool(await pool.fetchval(waiting, count))

    await until(waiting)


async def second_while_first_is_open(pool: Pool, first: Step, second: Step) -> object:
    """What becomes of the second, which begins before the first commits and goes on as far as it can."""

    async def in_transaction() -> None:
        async with pool.acquire() as connection, connection.transaction():
            await second(connection)

    async with pool.acquire() as connection, connection.transaction():
        await first(connection)
        late = asyncio.create_task(outcome(in_transaction()))
        waits = asyncio.create_task(until_waiting(pool))
        await asyncio.wait({late, waits}, return_when=asyncio.FIRST_COMPLETED)
        waits.cancel()
    return await late
