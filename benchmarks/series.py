"""A series of 52 weeks over HTTP, by one person on one connection: what it would give, booking it, and 52 bookings."""

from datetime import UTC, date, datetime, time, timedelta
from statistics import median
from zoneinfo import ZoneInfo

import asyncpg

from benchmarks.contenders import Contender
from benchmarks.data import Database, forget_bookings
from benchmarks.load import Job, request, run

WEEKS = 52
BERLIN = ZoneInfo("Europe/Berlin")


async def measure_series(ours: Contender, database: Database, rounds: int) -> dict[str, float]:
    """Milliseconds, the median of so many rounds, by what was done. The desk is one of its own, free throughout."""
    desk = await _make_desk(database)
    token = database.tokens[0]
    found: dict[str, list[float]] = {"preview": [], "booking": [], "one by one": []}
    for _ in range(rounds):
        for name, path in (("preview", "/api/v1/series/preview"), ("booking", "/api/v1/series")):
            found[name].append(await _took(ours, [request("POST", path, _wish(desk), token)]))
        assert (await forget_bookings(database))[0] == WEEKS
        found["one by one"].append(await _took(ours, _singles(desk, token)))
        assert (await forget_bookings(database))[0] == WEEKS
    return {name: median(times) for name, times in found.items()}


async def _make_desk(database: Database) -> int:
    """In a space that lets one book two years ahead."""
    connection = await asyncpg.connect(database.url)
    await connection.execute("UPDATE space SET horizon_days = 730, open_on_public_holidays = true WHERE id = 1")
    desk: int = await connection.fetchval(
        """INSERT INTO resource (space_id, kind, name) VALUES (1, 'desk', 'Serie')
           ON CONFLICT (space_id, name, retired_at) DO UPDATE SET name = EXCLUDED.name RETURNING id"""
    )
    await connection.close()
    return desk


def _days() -> list[date]:
    """Wednesdays, from the one after next on."""
    today = datetime.now(UTC).date()
    first = today + timedelta(days=7 + (2 - today.weekday()) % 7)
    return [first + timedelta(weeks=week) for week in range(WEEKS)]


def _wish(desk: int) -> dict[str, object]:
    days = _days()
    return {
        "resource_id": desk,
        "repeats": "weekly",
        "first": days[0],
        "start": "10:00",
        "end": "12:00",
        "count": WEEKS,
        "choices": [{"date": day} for day in days],  # holidays too
    }


def _singles(desk: int, token: str) -> list[str]:
    at = {name: time(hour) for name, hour in (("start", 10), ("end", 12))}
    return [
        request(
            "POST",
            "/api/v1/bookings",
            {"resource_id": desk, **{name: datetime.combine(day, clock, BERLIN) for name, clock in at.items()}},
            token,
        )
        for day in _days()
    ]


async def _took(ours: Contender, requests: list[str]) -> float:
    result = await run(Job(ours.ports[:1], 1, requests))
    assert set(result.statuses) <= {"200", "201"}, result.statuses
    return sum(result.latencies)
