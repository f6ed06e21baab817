"""What a seat takes of a ride, and when: pure, judged by the ride as it stands."""

from datetime import date, datetime, timedelta

import msgspec

from landbooking.errors import NotFound
from landbooking.period import Period
from landbooking.rides.legs import Leg, leg_between
from landbooking.rides.place import Place
from landbooking.rides.refusals import DetourTooLong, DoesNotRun, NotCarried, NotOnTheWay, RideOver, TooFarAhead
from landbooking.rides.ride import Carried, Ride

PATIENCE = timedelta(hours=24)
BEFORE = timedelta(hours=1)  # ahead of the departure: a rider who gets no answer needs time to find another way
HORIZON = timedelta(days=366)


class SeatWish(msgspec.Struct, frozen=True, kw_only=True):
    """A seat in a ride on a day. The exact places are told to those two only, after acceptance."""

    ride_id: int
    day: date
    start: Place
    destination: Place
    places: int = 1
    needs: tuple[Carried, ...] = ()
    pick_up_place: str = ""
    drop_off_place: str = ""


def fitting_leg(ride: Ride, wish: SeatWish, now: datetime) -> tuple[datetime, Leg]:
    """When the ride leaves that day, and the part of its way that the wish takes.

    Raises NotFound for one that has ended, SeatRefused, DetourTooLong.
    """
    if ride.ended_at is not None:
        raise NotFound
    if wish.day > now.date() + HORIZON:
        raise TooFarAhead
    departure = ride.timetable.departure_on(wish.day)
    if departure is None:
        raise DoesNotRun
    if departure <= now:
        raise RideOver
    if not set(wish.needs) <= set(ride.carries):
        raise NotCarried
    leg = leg_between(ride.way, wish.start.point, wish.destination.point)
    if leg is None or wish.start == wish.destination:
        raise NotOnTheWay
    if leg.detour_s > ride.detour_minutes * 60:
        raise DetourTooLong
    return departure, leg


def answer_due(departure: datetime, now: datetime) -> datetime:
    """After a day, or an hour before the departure; who asks later than that has until the departure."""
    latest = departure - BEFORE if now < departure - BEFORE else departure
    return min(now + PATIENCE, latest)


def time_of(departure: datetime, leg: Leg) -> Period:
    """From getting in to getting out, the rider's own detour included."""
    start = departure + timedelta(seconds=round(leg.board.seconds))
    return Period(
        start,
        departure + timedelta(seconds=max(round(leg.board.seconds) + 1, round(leg.alight.seconds) + leg.detour_s)),
    )
