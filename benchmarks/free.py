"""`/free` over very many resources: how long PostgreSQL takes for the very statements that the app runs for it.

One connection, with the app's own function and so with its own prepared statements; a statement's time is from sending
it to its last row, as the driver tells it. The bookings are half of all two-hour slots of four weeks.
"""

import asyncio
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import asyncpg

from landbooking.database import Connection, create_pool, prepare_connection
from landbooking.demo.sample import make_sample
from landbooking.migrate import migrate
from landbooking.period import Period
from landbooking.spaces.availability import free_resources

IN_SPACE = 20  # resources
WEEKS = 4
RADIUS, PAGE = 50.0, 51  # what the API asks for where nothing else is said: a page, and whether there is more


async def measure_free(server_url: str, resources: int, searches: int) -> dict[str, float]:
    """Milliseconds in the database for one search, of so many over so many resources: the median, the p99."""
    chance = random.Random(3)
    url = await _make_database(server_url, resources)
    async with await create_pool(url, 1) as pool, pool.acquire() as connection:  # with the app's settings and plans
        took = sorted([await _one_search(connection, asked) for asked in _asked(chance, searches + 20)][20:])
    return {"p50": took[len(took) // 2], "p99": took[min(len(took) - 1, len(took) * 99 // 100)]}


async def _one_search(connection: Connection, asked: tuple[Period, tuple[float, float]]) -> float:
    period, point = asked
    said: list[float] = []
    with connection.query_logger(lambda record: said.append(record.elapsed * 1000)):
        found = await free_resources(connection, period, "desk", point, RADIUS, None, PAGE)
        await asyncio.sleep(0)  # asyncpg tells of a statement a turn of the loop later
    assert len(found) == PAGE
    assert said
    return sum(said)


def _asked(chance: random.Random, count: int) -> Iterator[tuple[Period, tuple[float, float]]]:
    """One to six hours on a workday within the weeks, near somewhere in the district."""
    workdays = [day for day in _days() if day.weekday() < 5]
    for _ in range(count):
        start = chance.choice(workdays) + timedelta(hours=chance.randint(8, 10))
        point = (round(chance.uniform(49.4, 49.7), 3), round(chance.uniform(7.2, 7.7), 3))
        yield Period(start, start + timedelta(hours=chance.randint(1, 6))), point


def _days() -> list[datetime]:
    midnight = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return [midnight + timedelta(days=number) for number in range(2, 2 + 7 * WEEKS)]


async def _make_database(server_url: str, resources: int) -> str:
    """Its address. The sample's people, and as many spaces of 20 desks as it takes, all over the district."""
    server = await asyncpg.connect(server_url)
    await server.execute("CREATE DATABASE bench_free")
    await server.close()
    url = server_url.replace("/landbooking?", "/bench_free?")
    connection = await asyncpg.connect(url, server_settings={"timezone": "UTC"})
    try:
        await prepare_connection(connection)
        await migrate(connection)
        await make_sample(connection, 0)
        await connection.execute("UPDATE space SET published = false")
        await connection.execute(_SPACES, resources // IN_SPACE, IN_SPACE)
        await connection.execute(_BOOKINGS, _days())
        await connection.execute("VACUUM ANALYZE")
    finally:
        await connection.close()
    return url


# Each of the municipalities in turn, some hundred metres apart.
_SPACES = """
    WITH place AS (
        SELECT id, lat, lon, row_number() OVER (ORDER BY id) - 1 AS number, count(*) OVER () AS places FROM municipality
    ), made AS (
        INSERT INTO space (municipality_id, name, street, postal_code, town, lat, lon, open_on_public_holidays)
        SELECT place.id, 'Weites Feld ' || n, 'Hauptstraße 1', '66869', 'Kusel',
               lat + (n / places) * 0.003, lon + (n / places) * 0.002,
               true
        FROM generate_series(0, $1::int - 1) AS n JOIN place ON place.number = n % places RETURNING id
    ), hours AS (
        INSERT INTO opening_hours (space_id, weekday, opens, closes)
        SELECT id, weekday, 480, 1080 FROM made, generate_series(1, 5) AS weekday
    )
    INSERT INTO resource (space_id, kind, name) SELECT id, 'desk', 'Tisch ' || n FROM made, generate_series(1, $2) AS n
"""
_BOOKINGS = """
    INSERT INTO booking (resource_id, person_id, period, blocked)
    SELECT resource.id, (SELECT min(id) FROM person) + resource.id % 1000, slot, slot
    FROM resource JOIN space ON space.id = space_id,
         unnest($1::timestamptz[]) AS day, generate_series(7, 15, 2) AS hour,
         tstzrange(day + make_interval(hours => hour), day + make_interval(hours => hour + 2)) AS slot
    WHERE space.published AND extract(isodow FROM day) < 6
      AND hashtext(resource.id || ' ' || lower(slot)) % 2 = 0
    ORDER BY lower(slot), resource.id
"""
