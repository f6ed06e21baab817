"""What happens when time of a space's resources comes free, whoever freed it and however."""

from landbooking.database import Connection
from landbooking.spaces.blackouts import fill_blackouts
from landbooking.spaces.waiting.serving import serve_line


async def time_freed(connection: Connection, space_id: int) -> None:
    """The last step of every verb that may have freed time: a cancellation, a move, a lifted blackout, longer hours …

    First hosts' blackouts take what they lay around; what is left is held for the first in line. The caller has taken
    `lock_to_free` or `lock_for_change` before it looked at anything.
    """
    await fill_blackouts(connection, space_id)
    await serve_line(connection, space_id)
