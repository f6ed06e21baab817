"""The best matches made exact, by a router over HTTP that answers as OSRM does."""

import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import pytest

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.rides.journey import Journey
from landbooking.rides.matching import Match
from landbooking.rides.offering import Offer, PlannedStop, offer_ride
from landbooking.rides.ride import Ride
from landbooking.rides.routers import Osrm, OverHttp
from landbooking.rides.routing import WINDING
from landbooking.rides.search import EXACT, search_rides
from landbooking.rides.timetable import once
from landbooking.rides.way import Point, distance
from support.people import make_person
from support.rides import Road, make_road, make_village_aside, tomorrow
from support.routers import answering
from support.seats import ask

SPEED = 10.0  # metres a second


@dataclass
class Roads:
    """Straight from point to point, but across a river to the village aside: there it takes so many seconds more."""

    aside: Point
    river_s: float = 0.0
    fails_after: int | None = None
    asked: list[list[Point]] = field(default_factory=list)

    def answer(self, head: str) -> bytes:
        path = re.match(r"GET /route/v1/driving/([^?]*)", head)
        assert path
        points = [Point(float(lat), float(lon)) for lon, lat in (one.split(",") for one in path[1].split(";"))]
        self.asked.append(points)
        if self.fails_after is not None and len(self.asked) > self.fails_after:
            return b"<html>Bad Gateway</html>"
        legs = [{"steps": [self._step(*pair)]} for pair in pairwise(points)]
        return json.dumps({"code": "Ok", "routes": [{"legs": legs}]}).encode()

    def _step(self, first: Point, last: Point) -> dict[str, object]:
        metres = distance(first, last) * WINDING
        over = self.river_s if distance(last, self.aside) < 100 else 0.0
        line = [[point.lon, point.lat] for point in (first, last)]
        return {"distance": metres, "duration": metres / SPEED + over, "geometry": {"coordinates": line}}


@pytest.fixture
async def road(connection: Connection) -> Road:
    return await make_village_aside(connection, await make_road(connection))


@pytest.fixture
async def driver(connection: Connection) -> Person:
    return await make_person(connection, "fahrerin@example.org")


async def make_routed_ride(
    connection: Connection, driver: Person, road: Road, router: OverHttp, minutes: int = 420, **terms: object
) -> Ride:
    places = [road.places.named(name) for name in ("Adorf", "Dedorf")]
    way = await router.way([place.point for place in places])
    assert way.routed_by == "osrm"
    days, departs = once(tomorrow(), minutes)
    stops = tuple(PlannedStop(place) for place in places)
    return await offer_ride(
        connection,
        driver,
        Offer(stops=stops, way=way, days=days, departs=departs, **{"detour_minutes": 20, **terms}),  # type: ignore[arg-type]
    )


async def found_from(connection: Connection, road: Road, router: OverHttp, start: str = "Edorf") -> list[Match]:
    journey = Journey(origin=road.places.named(start), destination=road.places.named("Dedorf"), day=tomorrow())
    return await search_rides(connection, router, road.places, journey, None)


def seconds(points: Sequence[Point]) -> float:
    return sum(distance(*pair) for pair in pairwise(points)) * WINDING / SPEED


def points_of(road: Road, *names: str) -> list[Point]:
    return [road.places.named(name).point for name in names]


async def test_detour_and_times_are_the_routers(connection: Connection, driver: Person, road: Road) -> None:
    roads = Roads(road.places.named("Edorf").point, river_s=200)
    async with answering(roads.answer) as url:
        router = OverHttp(Osrm(url))
        await make_routed_ride(connection, driver, road, router)
        [match] = await found_from(connection, road, router)
    assert [len(points) for points in roads.asked] == [2, 4], (
        "two ends, and with the village; who gets out at the end is let out before it"
    )
    plain, there = points_of(road, "Adorf", "Dedorf"), points_of(road, "Adorf", "Edorf")
    aside = [*there, *points_of(road, "Dedorf")]
    assert abs((match.pick_up_at - match.departs_at).total_seconds() - seconds(there) - 200) <= 1
    assert abs((match.drop_off_at - match.departs_at).total_seconds() - seconds(aside) - 200) <= 1
    assert abs(match.detour_s - (seconds(aside) + 200 - seconds(plain))) <= 1


@pytest.mark.parametrize(("river_s", "fits"), [(0, True), (1200, False)])
async def test_what_the_router_finds_too_far_is_not_shown(
    connection: Connection, driver: Person, road: Road, river_s: float, fits: bool
) -> None:
    roads = Roads(road.places.named("Edorf").point)
    async with answering(roads.answer) as url:
        router = OverHttp(Osrm(url))
        await make_routed_ride(connection, driver, road, router)
        roads.river_s = river_s
        assert bool(await found_from(connection, road, router)) == fits
        assert len(roads.asked) == 2, "it was asked, so the guess was that it fits"


async def test_a_router_that_fails_midway_leaves_the_guess_for_the_others(
    connection: Connection, driver: Person, road: Road
) -> None:
    roads = Roads(road.places.named("Edorf").point, river_s=200)
    async with answering(roads.answer) as url:
        router = OverHttp(Osrm(url))
        rides = [await make_routed_ride(connection, driver, road, router, 420 + 10 * number) for number in range(4)]
        roads.fails_after = len(roads.asked) + 2
        matches = await found_from(connection, road, router)
    assert {match.ride_id for match in matches} == {ride.id for ride in rides}
    assert sorted(Counter(match.detour_s for match in matches).values()) == [2, 2], "two by the router, two guessed"
    assert len(roads.asked) == len(rides) + 3, "who has failed rests"


async def test_the_router_is_asked_for_the_best_only(connection: Connection, driver: Person, road: Road) -> None:
    roads = Roads(road.places.named("Edorf").point)
    async with answering(roads.answer) as url:
        router = OverHttp(Osrm(url))
        for number in range(EXACT + 3):
            await make_routed_ride(connection, driver, road, router, 300 + 10 * number)
        roads.asked.clear()
        assert len(await found_from(connection, road, router)) == EXACT
    assert len(roads.asked) == EXACT


async def test_who_rides_along_already_is_driven_to_as_well(
    connection: Connection, driver: Person, resident: Person, road: Road
) -> None:
    roads = Roads(road.places.named("Edorf").point)
    async with answering(roads.answer) as url:
        router = OverHttp(Osrm(url))
        ride = await make_routed_ride(
            connection, driver, road, router, seats=3, instant=True, flexible_minutes=60, detour_minutes=60
        )
        first = await ask(connection, resident, ride, road, "Bedorf, Mitfahrbank")
        [match] = await found_from(connection, road, router)
    bench = road.places.named("Bedorf, Mitfahrbank").point
    [start, aside, end] = points_of(road, "Adorf", "Edorf", "Dedorf")
    for asked, point in zip(roads.asked[-1], (start, bench, aside, end, end, end), strict=True):
        assert distance(asked, point) < 1
    boarded = (match.pick_up_at - match.departs_at).total_seconds()
    waits_until = (first.start - match.departs_at).total_seconds()
    assert first.detour_s > 0
    assert abs(boarded - max(seconds([start, bench]), waits_until) - seconds([bench, aside])) <= 1
    longer = seconds([start, bench, aside, end]) - seconds([start, end])
    assert abs(match.detour_s + first.detour_s - longer) <= 2
