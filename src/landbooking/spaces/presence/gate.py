"""What else must be so before somebody's coming is noted: slices above know, so app.py and worker.py hand it over."""

from collections.abc import Awaitable, Callable

from landbooking.database import Connection
from landbooking.errors import Refusal
from landbooking.spaces.bookings import Booking

Gate = Callable[[Connection, Booking], Awaitable[None]]  # raises the refusal that says why not; changes nothing


async def open_gate(connection: Connection, booking: Booking) -> None:
    """Everybody may come in."""


async def lets_in(gate: Gate, connection: Connection, booking: Booking) -> bool:
    try:
        await gate(connection, booking)
    except Refusal:
        return False
    return True
