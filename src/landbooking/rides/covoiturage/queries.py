"""What other operators ask: the standard's parameters, and the places of ours that they mean."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Annotated

import msgspec

from landbooking.forms import InvalidInput
from landbooking.language import gettext as _
from landbooking.period import opening_instant
from landbooking.places.degrees import Latitude, Longitude
from landbooking.rides.covoiturage.representations import WEEKDAYS
from landbooking.rides.journey import Halt, walk_between
from landbooking.rides.place import Gazetteer
from landbooking.rides.timetable import ZONE
from landbooking.rides.way import Point, distance

LATEST = timedelta(days=180)  # how far ahead regular trips are looked for
MOST_PLACES = 6  # of each end that are tried, the nearest first

Radius = Annotated[float, msgspec.Meta(ge=0, le=50)]  # kilometres
Count = Annotated[int, msgspec.Meta(ge=0, le=1000)]
Delta = Annotated[int, msgspec.Meta(ge=0, le=43_200)]  # seconds
Instant = Annotated[int, msgspec.Meta(ge=0, le=4_000_000_000)]  # UNIX seconds, up to the year 2096


class Ends(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    departure_lat: Latitude
    departure_lng: Longitude
    arrival_lat: Latitude
    arrival_lng: Longitude
    departure_radius: Radius = 1.0
    arrival_radius: Radius = 1.0
    time_delta: Delta = 900
    count: Count | None = None

    @property
    def departure(self) -> Point:
        return Point(self.departure_lat, self.departure_lng)

    @property
    def arrival(self) -> Point:
        return Point(self.arrival_lat, self.arrival_lng)


class PunctualQuery(Ends, frozen=True, kw_only=True, rename="camel"):
    departure_date: Instant

    @property
    def at(self) -> datetime:
        return datetime.fromtimestamp(self.departure_date, UTC)


class RegularQuery(Ends, frozen=True, kw_only=True, rename="camel"):
    departure_time_of_day: Annotated[str, msgspec.Meta(max_length=20)]
    departure_weekdays: Annotated[str, msgspec.Meta(max_length=40)] = ",".join(WEEKDAYS)
    min_departure_date: Instant | None = None
    max_departure_date: Instant | None = None

    def moments(self, now: datetime) -> list[datetime]:
        """That time of day on the next two of each weekday that is asked for. Raises InvalidInput."""
        minutes, weekdays = _time_of_day(self.departure_time_of_day), _weekdays(self.departure_weekdays)
        earliest = max(now, _moment(self.min_departure_date) or now)
        latest = min(now + LATEST, _moment(self.max_departure_date) or now + LATEST)
        first = earliest.astimezone(ZONE).date()
        days = [first + timedelta(days=number) for number in range(14)]
        moments = [opening_instant(day, minutes, ZONE) for day in days if WEEKDAYS[day.weekday()] in weekdays]
        return [moment for moment in moments if earliest <= moment <= latest]


def halts_within(places: Gazetteer, point: Point, radius_km: float) -> list[Halt]:
    """The places of ours in the circle, the nearest first, with the way to them on foot."""
    near = sorted((distance(place.point, point), place.label, place) for place in places.places)
    inside = [place for metres, _label, place in near if metres <= radius_km * 1000]
    return [Halt(place, walk_between(point, place.point)) for place in inside[:MOST_PLACES]]


def _time_of_day(text: str) -> int:
    """Minutes since midnight. RFC 3339's partial-time; seconds are left out, since nobody here drives by them."""
    if matched := re.fullmatch(r"([01]\d|2[0-3]):([0-5]\d)(:[0-5]\d(\.\d+)?)?", text):
        return int(matched[1]) * 60 + int(matched[2])
    raise InvalidInput({"departureTimeOfDay": _("Bitte eine Uhrzeit wie 07:30:00 angeben.")}, {})


def _weekdays(text: str) -> set[str]:
    wanted = {part.strip() for part in text.split(",")}
    if wanted <= set(WEEKDAYS):
        return wanted
    raise InvalidInput({"departureWeekdays": _("Bitte Wochentage wie MON,TUE angeben.")}, {})


def _moment(seconds: int | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def local_minutes(moment: datetime) -> tuple[date, int]:
    """The local day, and minutes since its midnight by the clock."""
    local = moment.astimezone(ZONE)
    return local.date(), local.hour * 60 + local.minute
