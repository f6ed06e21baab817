"""Calling off: by the rider, one or all that was asked for together, or by who drives."""

from typing import Literal

from landbooking.accounts.locks import lock_person
from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.errors import NotFound, Stale
from landbooking.rides.announcements import announce_cancellation_by_driver, announce_cancellation_by_rider
from landbooking.rides.answers import end_seat
from landbooking.rides.promised import share_detours_anew
from landbooking.rides.refusals import SeatOver
from landbooking.rides.seat import Seat, asked_together, coming_seats, lock_rides, seat_by_id, seat_seen_by

Scope = Literal["one", "all"]


async def cancel_seat(
    connection: Connection,
    person: Person,
    seat_id: int,
    version: int | None = None,
    scope: Scope = "one",
    message: str = "",
) -> Seat:
    """Whoever is not the rider calls off as who drives, with a `message` to the rider; a guest's is the drivers' too.

    With `scope` "all" a rider calls off everything that was asked for together and is still to come. Sent again it
    changes nothing. Raises NotFound for strangers, SeatOver once the ride has begun, Stale.
    """
    seat = await seat_seen_by(connection, person, seat_id)
    together = await asked_together(connection, seat) if scope == "all" and seat.is_for(person) else []
    await lock_person(connection, person.id)
    await lock_rides(connection, [one.ride_id for one in (seat, *together)])
    seat = await seat_by_id(connection, seat_id)
    if seat.status not in ("requested", "accepted"):
        return seat
    if version is not None and version != seat.version:
        raise Stale(f"/rides/seats/{seat.id}")
    if not seat.is_coming:
        raise SeatOver(seat.id)
    others = [await seat_by_id(connection, one.id) for one in together]
    await _end_all(connection, person, [seat, *others], message)
    return await seat_by_id(connection, seat_id)


async def cancel_for_guest(
    connection: Connection, staff: Person, organisation_id: int, seat_id: int, version: int | None
) -> None:
    """By telephone, as it was booked. Who may do this is the caller's question. Raises NotFound, SeatOver, Stale."""
    seat = await seat_by_id(connection, seat_id)
    if not seat.is_guest or seat.organisation_id != organisation_id:
        raise NotFound
    await lock_person(connection, staff.id)
    await lock_rides(connection, [seat.ride_id])
    seat = await seat_by_id(connection, seat_id)
    if seat.status != "accepted":
        return
    if version is not None and version != seat.version:
        raise Stale(f"/rides/organisations/{organisation_id}")
    if not seat.is_coming:
        raise SeatOver(seat.id)
    await _end_all(connection, staff, [seat])


async def _end_all(connection: Connection, person: Person, seats: list[Seat], message: str = "") -> None:
    """All are ended before anybody is told, so that no mail says that another one still stands."""
    coming = [seat for seat in seats if seat.is_coming]
    ended = [(seat, await end_seat(connection, seat, person, "cancelled")) for seat in coming]
    for ride_id, day in sorted({(seat.ride_id, seat.day) for seat in coming}):
        await share_detours_anew(connection, ride_id, day)
    for before, after in ended:
        if before.is_for(person):
            await announce_cancellation_by_rider(connection, before, after)
        else:
            await announce_cancellation_by_driver(connection, before, after, message)


async def cancel_seats_of(connection: Connection, rider: Person) -> None:
    """All that is still to come, where the rider may not ride any more or closes the account."""
    await lock_person(connection, rider.id)
    await lock_rides(connection, [seat.ride_id for seat in await coming_seats(connection, rider)])
    await _end_all(connection, rider, await coming_seats(connection, rider))


async def cancel_between(connection: Connection, person: Person, other_id: int) -> None:
    """All that is still to come and in which the one would drive the other: they don't want to meet any more."""
    await lock_person(connection, person.id)
    ids = """SELECT seat.id FROM seat_request seat JOIN ride ON ride.id = seat.ride_id
             LEFT JOIN ride_duty duty ON duty.ride_id = ride.id AND duty.day = seat.day
             WHERE seat.status IN ('requested', 'accepted') AND lower(seat.period) > now()
               AND (seat.rider_id = $1 AND coalesce(ride.driver_id, duty.person_id) = $2
                    OR seat.rider_id = $2 AND coalesce(ride.driver_id, duty.person_id) = $1)
             ORDER BY seat.id"""
    found = [await seat_by_id(connection, row["id"]) for row in await connection.fetch(ids, person.id, other_id)]
    await lock_rides(connection, [seat.ride_id for seat in found])
    await _end_all(connection, person, [await seat_by_id(connection, seat.id) for seat in found])
