"""What becomes of riders when who drives changes a ride: told at once, and asked again where it is another time."""

from datetime import UTC, datetime

from landbooking.accounts.locks import lock_person
from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.rides.announcements import announce_cancellation_by_driver, announce_change
from landbooking.rides.answers import end_seat
from landbooking.rides.matching import candidate_of, match_between
from landbooking.rides.ride import Ride, lock_ride
from landbooking.rides.seat import Seat, lock_rides, seat_by_id, seats_in
from landbooking.rides.seats import answer_due


async def tell_riders(connection: Connection, driver: Person, ride_id: int, message: str = "") -> None:
    """After a ride was changed, an exception or a pause entered, or the ride ended; in the same transaction.

    Called with the ride as it is stored now. Where it does not run any more, or not by the rider's places, the seat is
    cancelled; where it comes at another time, the rider is asked again. A guest's seat moves along: who booked it by
    telephone rings up. `message` goes to those whose ride falls away. The caller has locked person and ride.
    """
    ride = await lock_ride(connection, ride_id)
    for seat in await seats_in(connection, ride_id):
        await _follow(connection, driver, ride, seat, message)


async def _follow(connection: Connection, driver: Person, ride: Ride, seat: Seat, message: str) -> None:
    now = datetime.now(UTC)
    match = None if ride.ended_at else match_between(candidate_of(ride), seat.journey, ())
    if match is None or match.departs_at <= now or any(miss.what in ("detour", "needs") for miss in match.misses):
        ended = await end_seat(connection, seat, driver, "cancelled")
        await announce_cancellation_by_driver(connection, seat, ended, message)
        return
    moved = match.period != (seat.start, seat.end)
    asks_again = moved and seat.status == "accepted" and seat.rider_id is not None
    still_open = seat.status == "requested" or asks_again
    await connection.execute(
        """UPDATE seat_request SET leg = int4range($2, $3), period = $4, detour_s = $5, version = version + $6,
                  changed_at = CASE WHEN $6 > 0 THEN now() ELSE changed_at END,
                  status = CASE WHEN $7 THEN 'requested' ELSE status END,
                  asked_by = CASE WHEN $7 THEN $8 ELSE asked_by END, until_at = $9
           WHERE id = $1""",
        seat.id,
        match.from_m,
        match.to_m,
        match.period.range,
        match.detour_s,
        int(moved),
        asks_again,
        driver.id,
        answer_due(match.departs_at, now) if still_open and moved else seat.until_at,
    )
    if moved:
        await announce_change(connection, seat, await seat_by_id(connection, seat.id))


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
