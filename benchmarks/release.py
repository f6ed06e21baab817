"""One cancellation with a thousand people in line for what it frees, over HTTP: the answer comes after the commit.

All of them wait for the same and may have it; the first gets it held, with a mail. Who cancels waits for all of that.
"""

from statistics import median

import asyncpg

from benchmarks.contenders import Contender
from benchmarks.data import Database, forget_bookings
from benchmarks.load import Job, request, run
from landbooking.accounts.sessions import hash_of
from landbooking.database import Connection


async def measure_release(ours: Contender, database: Database, rounds: int) -> dict[str, float]:
    """Milliseconds from the request to the committed offer, the median of so many rounds; "alone": with nobody in line.

    The sample's people all wait, and one more for the one who cancels.
    """
    connection = await asyncpg.connect(database.url)
    found: dict[str, list[float]] = {"waited for": [], "alone": []}
    try:
        owner = await _owner(connection, database.tokens[0])
        for number in range(rounds):
            for name, times in found.items():
                desk, period = database.slots[number]
                booking = await connection.fetchval(_BOOK, desk, owner, asyncpg.Range(*period))
                if name == "waited for":
                    await connection.execute(_WAIT, owner, desk, asyncpg.Range(*period))
                    await connection.execute("ANALYZE waiting")
                path = f"/api/v1/bookings/{booking}/cancellation"
                result = await run(Job(ours.ports[:1], 1, [request("POST", path, {}, database.tokens[0])]))
                assert result.statuses == {"200": 1}, result.statuses
                times.append(sum(result.latencies))
                assert await connection.fetchval(_OFFERED) == (1 if name == "waited for" else 0)
                await connection.execute("DELETE FROM waiting")
                await forget_bookings(database)
    finally:
        await connection.close()
    return {name: median(times) for name, times in found.items()}


async def _owner(connection: Connection, token: str) -> int:
    await connection.execute("INSERT INTO person (email) VALUES ('messung-wartet@landbooking.example')")
    owner: int = await connection.fetchval("SELECT person_id FROM api_token WHERE token_hash = $1", hash_of(token))
    return owner


_BOOK = "INSERT INTO booking (resource_id, person_id, period, blocked) VALUES ($1, $2, $3, $3) RETURNING id"
_WAIT = """
    INSERT INTO waiting (person_id, period, kind, resource_id, space_id)
    SELECT person.id, $3, 'desk', resource.id, resource.space_id FROM person, resource
    WHERE person.email LIKE 'messung-%' AND person.id <> $1 AND resource.id = $2 ORDER BY person.id
"""
_OFFERED = """
    SELECT count(*) FROM booking JOIN waiting ON waiting.booking_id = booking.id
    WHERE booking.status = 'held' AND waiting.state = 'offered'
      AND (SELECT count(*) FROM outbox WHERE template LIKE '%/offer') = 1
"""
