"""The demo has something to show on every page."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from landbooking.database import Connection
from landbooking.demo.data import load_demo_data

THERE = {
    "guests": "SELECT count(*) FROM guest",
    "a guest's equipment": "SELECT count(*) FROM booking WHERE guest_id IS NOT NULL AND part_of IS NOT NULL",
    "members": "SELECT count(*) FROM space_member",
    "requests": "SELECT count(*) FROM booking WHERE status = 'requested'",
    "people in line": "SELECT count(*) FROM waiting WHERE state = 'waiting'",
    "a series": "SELECT count(*) FROM booking WHERE series_id IS NOT NULL AND status = 'confirmed'",
    "cards": "SELECT count(*) FROM card",
    "a used visit": "SELECT count(*) FROM card WHERE visits_left < visits",
    "a pass that paid": "SELECT count(*) FROM charge WHERE what = 'booking' AND way = 'pass'",
    "a waiver": "SELECT count(*) FROM charge WHERE way = 'waived'",
    "amounts at the counter": "SELECT count(*) FROM charge WHERE what = 'booking' AND way = 'counter' AND cents > 0",
    "vouchers": "SELECT count(*) FROM voucher",
    "a verified company": "SELECT count(*) FROM company WHERE status = 'verified'",
    "a company to verify": "SELECT count(*) FROM company WHERE status = 'unverified'",
    "published internships": "SELECT count(*) FROM posting WHERE status = 'published'",
    "an internship in review": "SELECT count(*) FROM posting WHERE status = 'in_review'",
    "a saved search": "SELECT count(*) FROM saved_search",
    "rides that are over": "SELECT count(*) FROM seat_request WHERE status = 'accepted' AND upper(period) < now()",
    "a car around the clock": "SELECT count(*) FROM rule_override WHERE around_the_clock",
}


async def test_there_is_something_of_everything(connection: Connection) -> None:
    await load_demo_data(connection)
    counted = {what: await connection.fetchval(query) for what, query in THERE.items()}
    assert all(counted.values()), counted
    assert await connection.fetchval("SELECT count(*) FROM outbox") == 0


def coming(month: int, day: int, hour: int) -> datetime:
    """The next time that it is so late on this day."""
    now = datetime.now(UTC)
    this_year = datetime(now.year, month, day, hour, tzinfo=UTC)
    return this_year if this_year > now else this_year.replace(year=now.year + 1)


@pytest.mark.parametrize(
    "now",
    [
        datetime.now(UTC).replace(hour=23, minute=50), coming(12, 23, 10), coming(12, 31, 12), coming(3, 24, 8),
        *(datetime.now(UTC) + timedelta(days=days) for days in range(1, 7)),
    ],
    ids=["late", "before holidays", "at a year's end", "around a change of clocks", *map(str, range(1, 7))],
)  # fmt: skip
async def test_on_whatever_day_it_is_started(connection: Connection, now: datetime) -> None:
    """On each day of the week. Never in the past: by the database's own clock, what the demo offers would be closed."""
    with time_machine.travel(now):
        await load_demo_data(connection)
    assert await connection.fetchval("SELECT count(*) FROM series") == 3  # a resident's, and those of two placements
