"""What becomes of riders when who drives changes a ride: told at once, and asked again where it is another time."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import NamedTuple

from landbooking.accounts.locks import lock_person
from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.period import Period
from landbooking.rides.announcements import announce_cancellation_by_driver, announce_change, announce_places
from landbooking.rides.answers import end_seat
from landbooking.rides.contact import Contact, places_told
from landbooking.rides.fitting import answer_due
from landbooking.rides.legs import Taken
from landbooking.rides.matching import Match, candidate_of, match_between
from landbooking.rides.promised import taken_by, taken_on
from landbooking.rides.ride import Ride, lock_ride
from landbooking.rides.seat import Seat, lock_rides, seat_by_id, seats_in


async def tell_riders(connection: Connection, driver: Person, ride_id: int, message: str = "") -> None:
    """After a ride was changed, an exception or a pause entered, or the ride ended; in the same transaction.

    Called with the ride as it is stored now. Where it does not run any more, or not by the rider's places, the seat is
    cancelled; where it comes at another time, the rider is asked again. A guest's seat moves along: who booked it by
    telephone rings up. `message` goes to those whose ride falls away. The caller has locked person and ride.
    """
    ride = await lock_ride(connection, ride_id)
    seats = await seats_in(connection, ride_id)
    for day in sorted({seat.day for seat in seats}):
        await _follow(connection, driver, ride, [seat for seat in seats if seat.day == day], message)


class _Followed(NamedTuple):
    """A seat, and what the changed ride has for it: with the others, and `alone`."""

    seat: Seat
    match: Match
    alone: Match

    @property
    def moved(self) -> bool:
        return self.alone.period != self.seat.planned

    @property
    def promise(self) -> Taken:
        period = self.match.period if self.moved else Period(self.seat.start, self.seat.end)
        return taken_by(self.seat, self.match, period)


async def _follow(connection: Connection, driver: Person, ride: Ride, seats: list[Seat], message: str) -> None:
    """All of one day. Who has a seat goes before who has only asked for one, and then who asked first."""
    candidate = candidate_of(ride)
    ours = {seat.id for seat in seats}
    begun = [rider for rider in await taken_on(connection, ride.id, seats[0].day) if rider.seat_id not in ours]
    kept: list[_Followed] = []
    for seat in sorted(seats, key=lambda seat: (seat.status != "accepted", seat.id)):
        aboard = [*begun, *(one.promise for one in kept if one.seat.status == "accepted")]
        match = None if ride.ended_at else match_between(candidate, seat.journey, aboard)
        alone = match and match_between(candidate, seat.journey, ())
        if match is None or alone is None or _is_gone(match):
            ended = await end_seat(connection, seat, driver, "cancelled")
            await announce_cancellation_by_driver(connection, seat, ended, message)
        else:
            kept.append(_Followed(seat, match, alone))
    for one in sorted(kept, key=lambda one: not one.moved):  # so that the guard never counts old detours with new ones
        others = [*begun, *(other.promise for other in kept if other is not one and other.seat.status == "accepted")]
        await _move(connection, driver, one, match_between(candidate, one.seat.journey, others) or one.match)


def _is_gone(match: Match) -> bool:
    return match.departs_at <= datetime.now(UTC) or any(miss.what in ("detour", "needs") for miss in match.misses)


async def _move(connection: Connection, driver: Person, followed: _Followed, together: Match) -> None:
    """Times are those `together` with all others, so that who says yes to theirs is not late when the others do."""
    seat, match, moved = followed.seat, followed.match, followed.moved
    asks_again = moved and seat.status == "accepted" and seat.rider_id is not None
    still_open = seat.status == "requested" or asks_again
    await connection.execute(
        """UPDATE seat_request SET leg = int4range($2, $3), from_stretch = $4, to_stretch = $5, period = $6,
                  planned = $7, detour_s = $8, version = version + $9,
                  changed_at = CASE WHEN $9 > 0 THEN now() ELSE changed_at END,
                  status = CASE WHEN $10 THEN 'requested' ELSE status END,
                  asked_by = CASE WHEN $10 THEN $11 ELSE asked_by END, until_at = $12
           WHERE id = $1""",
        seat.id,
        match.from_m,
        match.to_m,
        *match.stretches,
        (together.period if moved else Period(seat.start, seat.end)).range,
        followed.alone.period.range,
        match.detour_s,
        int(moved),
        asks_again,
        driver.id,
        answer_due(match.departs_at, datetime.now(UTC)) if still_open and moved else seat.until_at,
    )
    if moved:
        await announce_change(connection, seat, await seat_by_id(connection, seat.id))


async def tell_of_places(connection: Connection, ride: Ride, before: Mapping[int, Contact]) -> None:
    """Whose exact places are others than `before`: each hears it once. Who is asked anew hears them with the yes."""
    after = await places_told(connection, ride.id)
    others: dict[tuple[int | None, Contact, Contact], list[Seat]] = {}
    for seat in await seats_in(connection, ride.id):
        if seat.id in before and seat.id in after and before[seat.id] != after[seat.id]:
            others.setdefault((seat.rider_id, before[seat.id], after[seat.id]), []).append(seat)
    for (_rider, told, holds), seats in others.items():
        await announce_places(connection, ride, seats, told, holds)


async def end_rides_of(connection: Connection, driver: Person) -> None:
    """Whose account is closed drives nobody any more; exact places are forgotten at once."""
    await lock_person(connection, driver.id)
    rows = await connection.fetch(
        "SELECT id FROM ride WHERE driver_id = $1 AND ended_at IS NULL ORDER BY id", driver.id
    )
    ride_ids = [row["id"] for row in rows]
    await lock_rides(connection, ride_ids)
    await connection.execute(
        "UPDATE ride SET ended_at = now(), version = version + 1, changed_at = now() WHERE id = ANY($1)", ride_ids
    )
    for ride_id in ride_ids:
        await tell_riders(connection, driver, ride_id)
    await connection.execute(
        """UPDATE ride_stop SET exact_place = '', exact_lat = NULL, exact_lon = NULL
           WHERE ride_id IN (SELECT id FROM ride WHERE driver_id = $1)""",
        driver.id,
    )
