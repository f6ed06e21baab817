"""A clock that the test turns. It hides PostgreSQL's own from every statement that names it without its schema."""

from landbooking.database import Pool

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
