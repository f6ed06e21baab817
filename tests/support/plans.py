"""A floor plan of a space."""

from landbooking.database import Connection
from landbooking.spaces.plans.plan import Element, Floor
from landbooking.spaces.plans.plans import save_plan
from support.hosting import Place


async def make_plan(connection: Connection, place: Place) -> Place:
    """Both desks stand on it."""
    elements = (
        Element("room", 2, 2, 100, 70, label="Büro"),
        Element("place", 10, 10, 14, 12, resource_id=place.desk),
        Element("place", 30, 10, 14, 12, resource_id=place.other_desk),
    )
    await save_plan(connection, place.space_id, (Floor("Erdgeschoss", 120, 80, elements),), 0)
    return place
