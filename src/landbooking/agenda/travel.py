"""The way to a desk and back: rides that arrive before a booking begins, and that leave after it ends."""

import re
from datetime import date, datetime

import msgspec

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.period import Period
from landbooking.rides.fitting import SeatWish
from landbooking.rides.journey import Journey
from landbooking.rides.matching import Match
from landbooking.rides.place import Gazetteer, Place
from landbooking.rides.routing import Router
from landbooking.rides.search import search_rides
from landbooking.spaces.space import Space, municipality_of

SHOWN = 5  # rides each way


class Travel(msgspec.Struct, frozen=True):
    there: list[Match]
    back: list[Match]


async def rides_for(
    connection: Connection, router: Router, places: Gazetteer, person: Person, home: Place, space: Space, period: Period
) -> Travel:
    """Between home and the space's municipality, the best first. Not to be called inside a transaction."""
    town = places.municipality(await municipality_of(connection, space.id))
    if home == town:
        return Travel([], [])
    start, end = (moment.astimezone(space.rules.time_zone) for moment in period)
    there = Journey(origin=home, destination=town, day=start.date(), by_arrival=True, at=_minutes(start))
    back = Journey(origin=town, destination=home, day=end.date(), by_arrival=False, at=_minutes(end))
    return Travel(
        (await search_rides(connection, router, places, there, person))[:SHOWN],
        (await search_rides(connection, router, places, back, person))[:SHOWN],
    )


def _minutes(local: datetime) -> int:
    return local.hour * 60 + local.minute


def choice_of(match: Match) -> str:
    """A match as a form sends it back: which ride, which day, and where one gets on and off."""
    ends = (match.pick_up.place, match.drop_off.place)
    stops = [f"{place.municipality_id}-{place.meeting_point_id or 0}" for place in ends]
    return f"{match.ride_id}.{match.day}.{stops[0]}.{stops[1]}"


_CHOICE = re.compile(
    r"(?P<ride>\d{1,18})\.(?P<day>\d{4}-\d\d-\d\d)"
    r"\.(?P<from>\d{1,9})-(?P<from_point>\d{1,9})\.(?P<to>\d{1,9})-(?P<to_point>\d{1,9})"
)


def chosen_seat(text: str, places: Gazetteer, pick_up_place: str = "", drop_off_place: str = "") -> SeatWish | None:
    """What `choice_of` wrote; None for what it did not, or a place that is no longer there."""
    matched = _CHOICE.fullmatch(text)
    if not matched:
        return None
    start = places.find(int(matched["from"]), int(matched["from_point"]) or None)
    destination = places.find(int(matched["to"]), int(matched["to_point"]) or None)
    try:
        day = date.fromisoformat(matched["day"])
    except ValueError:
        return None
    if start is None or destination is None:
        return None
    return SeatWish(
        ride_id=int(matched["ride"]),
        day=day,
        start=start,
        destination=destination,
        pick_up_place=pick_up_place,
        drop_off_place=drop_off_place,
    )
