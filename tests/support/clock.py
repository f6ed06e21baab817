"""Clocks of tests: one that the test turns, and a time zone in which it is the middle of a working day."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from landbooking.database import Connection, Pool

# Where it is about ten o'clock now. What has just begun and lasts for hours lies within one day there, whatever time it
# is on the clock of whoever runs the tests.
_HOURS_BEHIND = datetime.now(UTC).hour - 10
FORENOON = ZoneInfo(f"Etc/GMT{_HOURS_BEHIND if _HOURS_BEHIND <= 12 else _HOURS_BEHIND - 24:+}")


def clock_change(month: int) -> date:
    """The coming last Sunday of March or October, a week ahead or more: in that night Europe's clocks change."""
    soon = datetime.now(UTC).date() + timedelta(days=7)
    for year in (soon.year, soon.year + 1):
        last = date(year, month, 31)
        if (sunday := last - timedelta(days=last.isoweekday() % 7)) >= soon:
            break
    return sunday


async def live_in_the_forenoon(connection: Connection) -> None:
    await connection.execute("UPDATE district SET time_zone = $1", FORENOON.key)


# It hides PostgreSQL's own clock from every statement that names it without its schema.
_CLOCK = """
    CREATE SCHEMA clock;
    CREATE TABLE clock.hand (instant timestamptz NOT NULL);
    INSERT INTO clock.hand VALUES (pg_catalog.clock_timestamp());
    CREATE FUNCTION clock.clock_timestamp() RETURNS timestamptz LANGUAGE sql AS 'SELECT instant FROM clock.hand';
    DO $$ BEGIN
        EXECUTE format('ALTER DATABASE %I SET search_path = clock, pg_catalog, public', current_database());
    END $$
"""


async def stop_the_clock(pool: Pool) -> None:
    """`clock_timestamp()` stands still for all who ask from now on; a transaction's `now()` goes on."""
    await pool.execute(_CLOCK)
    await pool.expire_connections()  # the new ones see it


async def turn_to(pool: Pool, instant: str) -> None:
    """An SQL expression; `instant` in it is what the clock says so far."""
    await pool.execute(f"UPDATE clock.hand SET instant = {instant}")  # noqa: S608 written by tests
