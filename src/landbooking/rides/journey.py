"""What somebody looks for, and where they could get on and off. Lengths in metres, durations in seconds."""

from collections.abc import Sequence
from datetime import date, timedelta

import msgspec

from landbooking.period import Period, closing_instant, opening_instant
from landbooking.rides.place import Place
from landbooking.rides.ride import Carried
from landbooking.rides.routing import WALK_M, WALK_SPEED, WINDING
from landbooking.rides.timetable import Timetable
from landbooking.rides.way import Point, distance

PATIENCE = timedelta(hours=3)  # how much earlier than wanted one arrives at most, or how much later one leaves


class Journey(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody looks for.

    `at`, minutes since local midnight, is the latest arrival or the earliest departure; None: any time of the day.
    """

    origin: Place
    destination: Place
    day: date
    by_arrival: bool = False
    at: int | None = None
    places: int = 1
    needs: tuple[Carried, ...] = ()
    women_only: bool = False


class Halt(msgspec.Struct, frozen=True):
    """Where one gets on or off, and how far that is on foot."""

    place: Place
    walk_m: int = 0

    @property
    def walk_s(self) -> int:
        return int(self.walk_m / WALK_SPEED)


def walk_between(one: Point, other: Point) -> int:
    """Metres on foot: paths wind as roads do."""
    return round(distance(one, other) * WINDING)


def halts_near(place: Place, meeting_points: Sequence[Place]) -> list[Halt]:
    """The place itself, and meeting points within a walk of it."""
    near = ((point, walk_between(place.point, point.point)) for point in meeting_points if point != place)
    return [Halt(place), *(Halt(point, walk) for point, walk in near if walk <= WALK_M)]


def window(journey: Journey, flexible_minutes: int, timetable: Timetable) -> Period:
    """In which one arrives, or sets out."""
    if journey.at is None:
        zone = timetable.time_zone
        return Period(opening_instant(journey.day, 0, zone), closing_instant(journey.day, 24 * 60, zone))
    at = opening_instant(journey.day, journey.at, timetable.time_zone)
    flexible = timedelta(minutes=flexible_minutes)
    return Period(at - PATIENCE, at + flexible) if journey.by_arrival else Period(at - flexible, at + PATIENCE)
