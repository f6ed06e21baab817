"""The order of what is found: total time and detour together, the least first."""

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.rides.journey import Journey
from landbooking.rides.routing import Beeline
from landbooking.rides.search import search_rides
from support.people import make_person
from support.rides import make_ride, make_road, make_village_aside, tomorrow


async def test_total_time_and_detour_decide_together(connection: Connection, resident: Person) -> None:
    """By time alone who fetches somebody would be second, by detour alone last; offered and leaving they are reversed.

    Edorf lies off the road: who drives along it comes by, and others set out there, straight or by way of a village.
    """
    road = await make_village_aside(connection, await make_road(connection))
    driver = await make_person(connection, "fahrerin@example.org")
    ways = [("Edorf", "Bedorf", "Dedorf"), ("Adorf", "Dedorf"), ("Edorf", "Cedorf", "Dedorf"), ("Edorf", "Dedorf")]
    around, fetching, by_cedorf, straight = [
        await make_ride(
            connection, driver, road, *way, minutes=420 + 10 * number, detour_minutes=0 if way[0] == "Edorf" else 10
        )
        for number, way in enumerate(ways)
    ]
    journey = Journey(origin=road.places.named("Edorf"), destination=road.places.named("Dedorf"), day=tomorrow())
    found = await search_rides(connection, Beeline(), road.places, journey, resident)
    assert [match.ride_id for match in found] == [straight.id, by_cedorf.id, fetching.id, around.id]
    took = {match.ride_id: match.arrive_at - match.leave_at for match in found}
    assert took[fetching.id] < took[by_cedorf.id], "it is the detour that makes it third"
