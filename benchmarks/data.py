"""What is asked of the servers: databases with so many bookings, and the requests on them."""

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import asyncpg
import msgspec

from benchmarks.load import request
from landbooking.database import prepare_connection
from landbooking.demo.sample import make_sample
from landbooking.migrate import migrate
from landbooking.period import Period
from landbooking.spaces.opening_hours import is_open
from landbooking.spaces.space import space_by_id

HALF_HOUR = timedelta(minutes=30)


class Database(msgspec.Struct, frozen=True):
    """`newest` is the highest id of the sample's bookings: whatever is above was booked by a run and can go."""

    size: int
    url: str
    tokens: list[str]
    people: list[int]
    newest: int
    slots: list[tuple[int, Period]]


async def make_database(server_url: str, size: int, needed_slots: int) -> Database:
    """A database on the server of this address, filled by `landbooking sample`, with so many free slots at random."""
    name = f"bench_{size}"
    server = await asyncpg.connect(server_url)
    await server.execute(f"CREATE DATABASE {name}")
    await server.close()
    url = server_url.replace("/landbooking?", f"/{name}?")
    connection = await asyncpg.connect(url, server_settings={"timezone": "UTC"})
    await prepare_connection(connection)
    await migrate(connection)
    tokens = await make_sample(connection, size)
    # A token's first use in an hour is noted; the measured time is without that.
    await connection.execute("UPDATE api_token SET last_used_at = now()")
    await connection.execute("VACUUM ANALYZE")
    people = [row["person_id"] for row in await connection.fetch("SELECT person_id FROM api_token")]
    newest = await connection.fetchval("SELECT coalesce(max(id), 0) FROM booking")
    slots = await _free_slots(connection, needed_slots)
    await connection.close()
    return Database(size, url, tokens, people, newest, slots)


async def _free_slots(connection: "asyncpg.Connection[asyncpg.Record]", needed: int) -> list[tuple[int, Period]]:
    """Desks and half hours in which the sample's spaces (all alike) are open and nobody has booked."""
    rules = (await space_by_id(connection, 1)).rules
    begin = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    starts = [begin + number * HALF_HOUR for number in range(48 * 80)]
    opened = [start for start in starts if is_open(rules, Period(start, start + HALF_HOUR))]
    rows = await connection.fetch(
        """SELECT resource.id, start FROM resource, unnest($1::timestamptz[]) AS start
           WHERE NOT EXISTS (SELECT FROM booking WHERE booking.resource_id = resource.id AND status = 'confirmed'
                             AND blocked && tstzrange(start, start + interval '30 minutes'))
           ORDER BY md5(resource.id || start::text) LIMIT $2""",
        opened,
        needed,
    )
    return [(row["id"], Period(row["start"], row["start"] + HALF_HOUR)) for row in rows]


def bookings(database: Database, contender: str) -> list[str]:
    """A request for each slot, each by somebody else."""
    chance = random.Random(1)
    requests = []
    for desk, period in database.slots:
        body: dict[str, object] = {"resource_id": desk, "start": period.start, "end": period.end}
        if contender == "bare":
            requests.append(request("POST", "/bookings", body | {"person_id": chance.choice(database.people)}))
        else:
            requests.append(request("POST", "/api/v1/bookings", body, chance.choice(database.tokens)))
    return requests


def rush(database: Database, contender: str, slot: int, count: int) -> list[str]:
    """So many people who want the same slot."""
    one = msgspec.structs.replace(database, slots=[database.slots[slot]] * count)
    return bookings(one, contender)


def pages(contender: str) -> list[str]:
    name = "day" if contender == "bare" else "date"
    return [request("GET", f"/spaces/{space}?{name}={day:%Y-%m-%d}") for space, day in _places_and_days()]


def searches() -> list[str]:
    """Three hours around noon, near some village."""
    return [
        request(
            "GET",
            f"/api/v1/free?start={quote(f'{day:%Y-%m-%d}T10:00:00+01:00')}&end={quote(f'{day:%Y-%m-%d}T13:00:00+01:00')}"
            f"&near=49.{50 + space},7.40",
        )
        for space, day in _places_and_days()
    ]


def _places_and_days() -> Sequence[tuple[int, datetime]]:
    chance = random.Random(2)
    today = datetime.now(UTC)
    return [(chance.randint(1, 20), today + timedelta(days=chance.randint(1, 80))) for _ in range(500)]


async def forget_bookings(database: Database) -> tuple[int, int]:
    """Takes the database back to what the sample made; returns how many bookings and mails there were beyond it."""
    connection = await asyncpg.connect(database.url)
    try:
        booked = await connection.fetchval("SELECT count(*) FROM booking WHERE id > $1", database.newest)
        mails = await connection.fetchval("SELECT count(*) FROM outbox")
        await connection.execute("DELETE FROM booking WHERE id > $1", database.newest)
        await connection.execute("DELETE FROM series")
        await connection.execute("DELETE FROM outbox")
        for table in ("booking", "outbox"):
            await connection.execute(f"VACUUM ANALYZE {table}")
        await connection.execute("CHECKPOINT")
    finally:
        await connection.close()
    return booked, mails
