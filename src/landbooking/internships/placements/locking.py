"""The locks of a placement: its person, its posting, then itself. Who holds them sees what stands until commit."""

from landbooking.accounts.locks import lock_person
from landbooking.database import Connection
from landbooking.internships.events import ActedAs
from landbooking.internships.placements.placement import Placement, placement_by_id
from landbooking.internships.placements.refusals import NotPossible
from landbooking.internships.placements.steps import path_for


async def lock_placement(connection: Connection, placement_id: int) -> Placement:
    """As it stands with the locks held. Locks of spaces come after these. Raises NotFound."""
    found = await placement_by_id(connection, placement_id)
    if found.person_id is not None:
        await lock_person(connection, found.person_id)
    await connection.execute("SELECT FROM posting WHERE id = $1 FOR NO KEY UPDATE", found.posting_id)
    await connection.execute("SELECT FROM placement WHERE id = $1 FOR NO KEY UPDATE", placement_id)
    return await placement_by_id(connection, placement_id)


async def lock_standing(connection: Connection, placement_id: int, acted_as: ActedAs) -> Placement:
    """One that is not over. Raises NotFound, NotPossible."""
    placement = await lock_placement(connection, placement_id)
    if placement.is_over:
        raise NotPossible(path_for(placement, acted_as))
    return placement
