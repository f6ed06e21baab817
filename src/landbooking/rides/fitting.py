"""What a seat takes of a run, and when, judged by the ride and by who rides along as it stands."""

from datetime import UTC, date, datetime, timedelta

import msgspec

from landbooking.database import Connection
from landbooking.errors import NotFound
from landbooking.period import Period
from landbooking.rides.journey import Journey
from landbooking.rides.matching import Match, candidate_of, match_between
from landbooking.rides.place import Place
from landbooking.rides.promised import taken_on
from landbooking.rides.refusals import (
    DetourTooLong,
    DoesNotRun,
    LateForOthers,
    NotCarried,
    NotOnTheWay,
    RideFull,
    RideOver,
    TooFarAhead,
)
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

    @property
    def journey(self) -> Journey:
        return Journey(
            origin=self.start, destination=self.destination, day=self.day, places=self.places, needs=self.needs
        )


async def fitting_match(connection: Connection, ride: Ride, wish: SeatWish) -> tuple[Match, Period]:
    """The part of the run that the wish takes, as the search shows it; and when it would, were nobody else aboard.

    Raises NotFound for one that has ended, SeatRefused, LateForOthers.
    """
    now = datetime.now(UTC)
    if ride.ended_at is not None:
        raise NotFound
    if wish.day > now.date() + HORIZON:
        raise TooFarAhead
    departure = ride.timetable.departure_on(wish.day)
    if departure is None:
        raise DoesNotRun
    if departure <= now:
        raise RideOver
    candidate, riders = candidate_of(ride), await taken_on(connection, ride.id, wish.day)
    match = match_between(candidate, wish.journey, riders)
    alone = match_between(candidate, wish.journey, ()) if riders else match
    if match is None or alone is None:
        raise NotOnTheWay
    misses = {miss.what for miss in match.misses}
    if "needs" in misses:
        raise NotCarried
    if "promises" in misses:
        raise LateForOthers
    return match, alone.period


def check_room(match: Match) -> None:
    """Without a lock, so not the last word: that is the database's. Raises RideFull, DetourTooLong."""
    misses = {miss.what for miss in match.misses}
    if "seats" in misses:
        raise RideFull
    if "detour" in misses:
        raise DetourTooLong


def answer_due(departure: datetime, now: datetime) -> datetime:
    """After a day, or an hour before the departure; who asks later than that has until the departure."""
    latest = departure - BEFORE if now < departure - BEFORE else departure
    return min(now + PATIENCE, latest)
