"""An offer holds a place of its posting until it ends. The posting's row decides who gets the last one."""

from landbooking.database import Connection
from landbooking.internships.applications.refusals import NoPlaceLeft
from landbooking.internships.applications.steps import Step

_TAKE = "UPDATE posting SET taken = taken + 1 WHERE id = $1 AND taken < places RETURNING taken"


async def take_place(connection: Connection, step: Step) -> None:
    """Raises NoPlaceLeft."""
    if await connection.fetchval(_TAKE, step.before.posting_id) is None:
        raise NoPlaceLeft


async def take_place_again(connection: Connection, step: Step) -> None:
    """Where what is taken back was an offer. Raises NoPlaceLeft."""
    if step.to == "offered":
        await take_place(connection, step)


async def free_place(connection: Connection, step: Step) -> None:
    """Where one was held, or given."""
    if step.before.status in ("offered", "accepted"):
        await connection.execute("UPDATE posting SET taken = taken - 1 WHERE id = $1", step.before.posting_id)
