"""A space with its host."""

from typing import NamedTuple

from landbooking.accounts.person import Person
from landbooking.database import Connection
from support.people import make_person
from support.spaces import make_desk, make_host, make_space, open_daily


class Place(NamedTuple):
    """A space that is open daily from 8 to 18, its two desks, and its host."""

    space_id: int
    desk: int
    other_desk: int
    host: Person


async def make_place(connection: Connection) -> Place:
    space_id = await make_space(connection)
    await open_daily(connection, space_id)
    desk, other_desk = [await make_desk(connection, space_id, f"Tisch {number}") for number in (1, 2)]
    host = await make_host(connection, await make_person(connection, "gastgeberin@example.org"), space_id)
    return Place(space_id, desk, other_desk, host)


async def make_second(connection: Connection, place: Place) -> int:
    """Another space of the same host."""
    space_id = await make_space(connection, name="Bahnhof")
    await open_daily(connection, space_id)
    await make_host(connection, place.host, space_id)
    return space_id


# The form of a space's rules as they are in the beginning.
RULES = {
    "unit": "time", "step_minutes": "15", "shortest_minutes": "30", "longest_minutes": "600", "lead_minutes": "0",
    "horizon_days": "90", "buffer_before_minutes": "0", "buffer_after_minutes": "0", "weekly_minutes": "0",
    "cancel_minutes": "0", "hold_minutes": "30", "audience": "everyone", "approval": "no",
    "around_the_clock": "no",
}  # fmt: skip
