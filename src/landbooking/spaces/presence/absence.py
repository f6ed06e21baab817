"""Who stays away is asked first; then the rest of their time is freed. Any number of workers may do this at once.

Whom the gate keeps from checking in is neither asked nor loses anything: it is not their absence.
"""

from datetime import UTC, datetime, timedelta

from landbooking.accounts.person import person_by_id
from landbooking.database import Connection, Pool
from landbooking.spaces.bookings import booking_by_id
from landbooking.spaces.freed import time_freed
from landbooking.spaces.presence.announcements import announce_release, ask_whether_coming
from landbooking.spaces.presence.check_in import cut_at, shorten
from landbooking.spaces.presence.gate import Gate, lets_in, open_gate
from landbooking.spaces.space import lock_to_free

_AWAY = """
    FROM booking JOIN resource ON resource.id = booking.resource_id JOIN space ON space.id = resource.space_id,
         make_interval(mins => space.checkin_minutes) AS patience
    WHERE booking.status = 'confirmed' AND booking.checked_in_at IS NULL AND booking.person_id IS NOT NULL
      AND booking.part_of IS NULL AND upper(booking.period) > now()
      AND lower(booking.period) BETWEEN now() - interval '6 hours' AND now()
"""

# Once half of the patience is gone. Whoever was not asked in time, because no worker ran, keeps the booking: nobody
# loses it unwarned.
_TO_ASK = f"""{_AWAY} AND booking.asked_at IS NULL AND lower(booking.period) + patience / 2 <= now()
              AND now() < lower(booking.period) + patience
              AND lower(booking.period) + patience < upper(booking.period)"""

_TO_RELEASE = f"""{_AWAY} AND booking.asked_at + patience / 2 <= now() AND lower(booking.period) + patience <= now()"""


async def ask_absent(pool: Pool, gate: Gate = open_gate) -> int:
    """How many were asked whether they are still coming: each once."""
    asked = 0
    for row in await pool.fetch(f"SELECT booking.id {_TO_ASK} ORDER BY booking.id LIMIT 200"):
        async with pool.acquire() as connection, connection.transaction():
            asked += await _ask(connection, row["id"], gate)
    return asked


async def _ask(connection: Connection, booking_id: int, gate: Gate) -> bool:
    patience: timedelta | None = await connection.fetchval(
        f"SELECT patience {_TO_ASK} AND booking.id = $1 FOR NO KEY UPDATE OF booking",
        booking_id,
    )
    if patience is None:
        return False
    booking = await booking_by_id(connection, booking_id)
    if not await lets_in(gate, connection, booking):
        return False
    await connection.execute("UPDATE booking SET asked_at = now() WHERE id = $1", booking_id)
    assert booking.person_id is not None  # noqa: S101 _TO_ASK asks for that
    until = max(booking.start + patience, datetime.now(UTC) + patience / 2)
    await ask_whether_coming(connection, await person_by_id(connection, booking.person_id), booking, until)
    return True


async def release_absent(pool: Pool, gate: Gate = open_gate) -> int:
    """How many bookings were ended because nobody came and nobody answered."""
    rows = await pool.fetch(
        f"""SELECT booking.id, booking.person_id, booking.resource_id {_TO_RELEASE}
            ORDER BY booking.id LIMIT 200"""
    )
    released = 0
    for row in rows:
        async with pool.acquire() as connection, connection.transaction():
            await lock_to_free(connection, row["person_id"], row["resource_id"])
            released += await _release(connection, row["id"], gate)
    return released


async def _release(connection: Connection, booking_id: int, gate: Gate) -> bool:
    """Whether it was us. Who has checked in meanwhile, or left, keeps what they have."""
    found = await connection.fetchval(
        f"SELECT booking.id {_TO_RELEASE} AND booking.id = $1 FOR NO KEY UPDATE OF booking",
        booking_id,
    )
    if found is None:
        return False
    booking = await booking_by_id(connection, booking_id)
    end = cut_at(booking, datetime.now(UTC))
    if booking.person_id is None or end >= booking.end or not await lets_in(gate, connection, booking):
        return False
    released = await shorten(connection, booking, end, "no_show")
    await time_freed(connection, released.space.id)
    await announce_release(connection, await person_by_id(connection, booking.person_id), released)
    return True
