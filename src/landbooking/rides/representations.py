"""What the JSON API says of rides, and what it takes."""

from datetime import date, datetime
from typing import Annotated, Literal

import msgspec

from landbooking.ids import BigRowId, RowId, Version
from landbooking.rides.matching import Match
from landbooking.rides.reasons import reasons, spoken_miss
from landbooking.rides.ride import Carried, Ride
from landbooking.rides.way import MapPoint
from landbooking.rides.wishes import RideWish

Minutes = Annotated[int, msgspec.Meta(ge=0, le=1439)]
Words = Annotated[str, msgspec.Meta(max_length=1000)]
Label = Annotated[str, msgspec.Meta(max_length=200)]
RoutedBy = Literal["beeline", "valhalla", "osrm"]


class WeekdayTime(msgspec.Struct, frozen=True):
    """Monday is 1; `at` is minutes since local midnight."""

    weekday: Annotated[int, msgspec.Meta(ge=1, le=7)]
    at: Minutes


class RideTerms(msgspec.Struct, frozen=True, kw_only=True, rename={"start": "from"}):
    """What can be changed later."""

    start: Label | MapPoint
    to: Label | MapPoint
    via: Annotated[list[Label | MapPoint], msgspec.Meta(max_length=3)] = []
    first: date
    last: date | None = None
    times: Annotated[list[WeekdayTime], msgspec.Meta(min_length=1, max_length=7)]
    not_on_holidays: bool = False
    only_school_days: bool = False
    seats: Annotated[int, msgspec.Meta(ge=1, le=8)] = 3
    flexible_minutes: Annotated[int, msgspec.Meta(ge=0, le=120)] = 0
    detour_minutes: Annotated[int, msgspec.Meta(ge=0, le=60)] = 10
    instant: bool = False
    share_cents: Annotated[int, msgspec.Meta(ge=0, le=100_00)] | None = None
    carries: Annotated[list[Carried], msgspec.Meta(max_length=5)] = []
    women_only: bool = False
    note: Annotated[str, msgspec.Meta(max_length=500)] = ""
    from_exact: Label = ""
    to_exact: Label = ""


class NewRide(RideTerms, frozen=True, kw_only=True, rename={"start": "from"}):
    """`from`, `via` and `to` are labels of places ("Altenglan", "Altenglan, Mitfahrbank"), official keys, or points.

    Of a point (`{"lat": 49.5396, "lon": 7.4046}`) all others see the meeting point within 500 m of it, else the village
    whose middle is nearest, within 5 km; the point itself is told to accepted riders who get in or out there, as the
    words of `from_exact` and `to_exact` are.
    It runs from `first` to `last` (without it: until it is ended) at the `times` of the weekdays; one that runs once
    has one day. Without `share_cents`, the proposed share is taken; 0 is free. With `organisation_id`
    (`GET /ride-organisations`) it is the association's ride, and its rota says who drives.
    """

    outward_id: BigRowId | None = None
    organisation_id: RowId | None = None


class RideChange(RideTerms, frozen=True, kw_only=True):
    """All of the ride anew; `version` is the one that was seen."""

    version: Version | None = None


class NewException(msgspec.Struct, frozen=True):
    """On the local `day` the ride leaves `at`, in minutes since midnight, or without it not at all.

    At its usual time, the exception is taken back. `message` is passed on to those who ride along.
    """

    day: date
    at: Minutes | None = None
    message: Words = ""


class NewPause(msgspec.Struct, frozen=True):
    """From `first` to `last`, both included. `message` is passed on to those who wanted to ride along."""

    first: date
    last: date
    message: Words = ""


class PauseRemoval(msgspec.Struct, frozen=True):
    """The pause that begins on `first`."""

    first: date


class RideEnd(msgspec.Struct, frozen=True):
    """`message` is passed on to those who wanted to ride along."""

    message: Words = ""


class ExceptionView(msgspec.Struct, frozen=True):
    """`at` null: it does not run that day."""

    day: date
    at: int | None


class PauseView(msgspec.Struct, frozen=True):
    first: date
    last: date


class RideView(msgspec.Struct, frozen=True, kw_only=True):
    """A ride of one's own, or of an association that one manages.

    `stops` are labels; `routed_by` says who found the way.
    """

    id: int
    version: int
    outward_id: int | None
    organisation_id: int | None
    stops: list[str]
    first: date
    last: date | None
    times: list[WeekdayTime]
    not_on_holidays: bool
    only_school_days: bool
    exceptions: list[ExceptionView]
    pauses: list[PauseView]
    seats: int
    flexible_minutes: int
    detour_minutes: int
    instant: bool
    share_cents: int
    carries: list[Carried]
    women_only: bool
    note: str
    metres: int
    seconds: int
    routed_by: RoutedBy
    ended: bool


class MatchView(msgspec.Struct, frozen=True, kw_only=True):
    """A run of a ride that fits a search, or in `nearest` nearly; who drives is told to nobody here.

    `from_m` and `to_m` are metres along the ride's way. One sets out on foot at `leave_at` and is there at `arrive_at`.
    """

    ride_id: int
    day: date
    pick_up: str
    drop_off: str
    leave_at: datetime
    pick_up_at: datetime
    drop_off_at: datetime
    arrive_at: datetime
    walk_m: int
    detour_s: int
    from_m: int
    to_m: int
    share_cents: int
    shift_minutes: int
    reasons: list[str]
    misses: list[str]


class Found(msgspec.Struct, frozen=True):
    """`nearest` is filled only where nothing fits."""

    matches: list[MatchView]
    nearest: list[MatchView]


class NewRideWish(msgspec.Struct, frozen=True, kw_only=True, rename={"start": "from"}):
    """`at` is the latest arrival (`by_arrival`) or the earliest departure, in minutes since local midnight."""

    start: Label
    to: Label
    first: date
    last: date | None = None
    weekdays: Annotated[list[Annotated[int, msgspec.Meta(ge=1, le=7)]], msgspec.Meta(min_length=1, max_length=7)]
    by_arrival: bool = True
    at: Minutes
    places: Annotated[int, msgspec.Meta(ge=1, le=8)] = 1
    needs: Annotated[list[Carried], msgspec.Meta(max_length=5)] = []
    women_only: bool = False


class RideWishView(msgspec.Struct, frozen=True, kw_only=True, rename={"start": "from"}):
    id: int
    start: str
    to: str
    first: date
    last: date | None
    weekdays: list[int]
    by_arrival: bool
    at: int
    places: int
    needs: list[Carried]
    women_only: bool


class WishAlongView(msgspec.Struct, frozen=True, kw_only=True, rename={"start": "from"}):
    """On one `day`, or on these `weekdays` again and again. `at` as in RideWishView."""

    start: str
    to: str
    day: date | None
    weekdays: list[int]
    by_arrival: bool
    at: int
    needs: list[Carried]


def ride_view(ride: Ride) -> RideView:
    timetable = ride.timetable
    return RideView(
        id=ride.id,
        version=ride.version,
        outward_id=ride.outward_id,
        organisation_id=ride.organisation_id,
        stops=[stop.place.label for stop in ride.stops],
        first=timetable.days.first,
        last=timetable.days.last,
        times=[WeekdayTime(number, at) for number, at in enumerate(timetable.departs, 1) if at is not None],
        not_on_holidays=timetable.not_on_holidays,
        only_school_days=timetable.only_school_days,
        exceptions=[ExceptionView(day, at) for day, at in sorted(timetable.exceptions.items())],
        pauses=[PauseView(pause.first, pause.last or pause.first) for pause in timetable.pauses],
        seats=ride.seats,
        flexible_minutes=ride.flexible_minutes,
        detour_minutes=ride.detour_minutes,
        instant=ride.instant,
        share_cents=ride.share_cents,
        carries=list(ride.carries),
        women_only=ride.women_only,
        note=ride.note,
        metres=int(ride.way.metres),
        seconds=int(ride.way.seconds),
        routed_by=ride.way.routed_by,  # type: ignore[arg-type]
        ended=ride.ended_at is not None,
    )


def match_view(match: Match) -> MatchView:
    return MatchView(
        ride_id=match.ride_id,
        day=match.day,
        pick_up=match.pick_up.place.label,
        drop_off=match.drop_off.place.label,
        leave_at=match.leave_at,
        pick_up_at=match.pick_up_at,
        drop_off_at=match.drop_off_at,
        arrive_at=match.arrive_at,
        walk_m=match.pick_up.walk_m + match.drop_off.walk_m,
        detour_s=match.detour_s,
        from_m=match.from_m,
        to_m=match.to_m,
        share_cents=match.share_cents,
        shift_minutes=match.shift_minutes,
        reasons=[] if match.misses else list(reasons(match)),
        misses=[spoken_miss(miss) for miss in match.misses],
    )


def wish_view(wish: RideWish) -> RideWishView:
    return RideWishView(
        id=wish.id,
        start=wish.origin.label,
        to=wish.destination.label,
        first=wish.days.first,
        last=wish.days.last,
        weekdays=list(wish.weekdays),
        by_arrival=wish.by_arrival,
        at=wish.at,
        places=wish.places,
        needs=list(wish.needs),
        women_only=wish.women_only,
    )


def wish_along_view(wish: RideWish) -> WishAlongView:
    """Somebody else's, as drivers on its way may see it."""
    return WishAlongView(
        start=wish.origin.label,
        to=wish.destination.label,
        day=wish.days.first if wish.is_once else None,
        weekdays=[] if wish.is_once else list(wish.weekdays),
        by_arrival=wish.by_arrival,
        at=wish.at,
        needs=list(wish.needs),
    )
