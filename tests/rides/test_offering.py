from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.rides.offering import OfferRefused, offer_ride
from landbooking.rides.ride import ride_by_id, rides_of
from landbooking.rides.timetable import Days, weekly
from support.people import make_person
from support.rides import instant, make_ride, make_road, plan, tomorrow


async def test_an_offer_is_read_as_it_was_made(connection: Connection, resident: Person) -> None:
    road = await make_road(connection)
    ride = await make_ride(
        connection, resident, road, "Adorf", "Bedorf, Mitfahrbank", "Dedorf", seats=3, carries=("pets",), note="Radio"
    )
    assert ride == await ride_by_id(connection, ride.id)
    assert [stop.place.label for stop in ride.stops] == ["Adorf", "Bedorf, Mitfahrbank", "Dedorf"]
    assert ride.stops[1].place.meeting_point_id == road.bench
    assert [stop.at_m for stop in ride.stops] == sorted(stop.at_m for stop in ride.stops)
    assert 24_000 < ride.destination.at_m < 28_000  # some 20 km as the crow flies, on winding roads
    assert (ride.seats, ride.carries, ride.note, ride.instant) == (3, ("pets",), "Radio", False)
    assert ride.timetable.departure_on(tomorrow()) == instant(tomorrow(), 7)
    assert [one.id for one in await rides_of(connection, resident.id)] == [ride.id]


async def test_different_times_a_weekday(connection: Connection, resident: Person) -> None:
    road = await make_road(connection)
    offer = plan(road, "Adorf", "Dedorf", days=Days(tomorrow()), departs=weekly({1: 400, 3: 450}))
    ride = await offer_ride(connection, resident, offer)
    runs = [day.isoweekday() for day, _departure in ride.timetable.runs(tomorrow(), 14)]
    assert sorted(runs) == [1, 1, 3, 3]


@pytest.mark.parametrize(
    ("stops", "terms", "field"),
    [
        (("Adorf", "Adorf"), {}, "to"),
        (("Adorf", "Dedorf"), {"departs": (None,) * 7}, "weekdays"),
        (("Adorf", "Dedorf"), {"days": Days(tomorrow(), tomorrow() - timedelta(days=1))}, "last_day"),
        (("Adorf", "Dedorf"), {"share_cents": 1000}, "share"),
    ],
)
async def test_what_is_no_ride_is_refused(
    connection: Connection, resident: Person, stops: tuple[str, ...], terms: dict[str, Any], field: str
) -> None:
    road = await make_road(connection)
    with pytest.raises(OfferRefused) as refusal:
        await offer_ride(connection, resident, plan(road, *stops, **terms))
    assert refusal.value.field == field


async def test_the_database_lets_nobody_earn_money(connection: Connection) -> None:
    """More than 30 cents a kilometre of all riders together is refused, whatever the program says."""
    road = await make_road(connection)
    ride = await make_ride(connection, await make_person(connection, "fahrer@example.org"), road, "Adorf", "Dedorf")
    most = ride.destination.at_m * 30 // 1000
    await connection.execute("UPDATE ride SET share_cents = $2 WHERE id = $1", ride.id, most)
    with pytest.raises(asyncpg.CheckViolationError) as violation:
        await connection.execute("UPDATE ride SET share_cents = $2 WHERE id = $1", ride.id, most + 1)
    assert violation.value.constraint_name == "ride_shares"
