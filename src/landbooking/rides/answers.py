"""Yes or no to what is open: the driver's to a request, the rider's where the driver has changed the ride."""

from asyncpg import CheckViolationError

from landbooking.accounts.locks import lock_person
from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.errors import NotFound, Stale
from landbooking.rides.announcements import (
    announce_acceptance,
    announce_cancellation_by_rider,
    announce_refusal,
)
from landbooking.rides.matching import Match, candidate_of, match_between
from landbooking.rides.people import may_ride
from landbooking.rides.promised import taken_on
from landbooking.rides.refusals import (
    AlreadyAnswered,
    ConsentMissing,
    LateForOthers,
    LaterThanAsked,
    NotOnTheWay,
    broken_promise,
)
from landbooking.rides.ride import lock_ride, ride_by_id
from landbooking.rides.seat import Seat, seat_by_id, seat_seen_by


async def accept(connection: Connection, person: Person, seat_id: int, version: int | None) -> Seat:
    """As it was seen at `version` (None: whichever is).

    The time that was asked for is kept, and so are those of all who ride along already, give or take what the ride said
    it is flexible: nobody is asked again because somebody else rides along. A driver who wants it otherwise changes the
    time of the ride, about which all are asked.
    Raises NotFound for who is not asked, AlreadyAnswered, Stale, RideFull, DetourTooLong, SharesTooHigh, LateForOthers,
    LaterThanAsked.
    """
    seat = await _open_seat(connection, person, seat_id, version)
    if seat.rider_id is not None and not await may_ride(connection, seat.rider_id):
        raise ConsentMissing
    match = await _kept_promises(connection, seat)
    try:
        await connection.execute(
            """UPDATE seat_request SET status = 'accepted', until_at = NULL, asked_by = coalesce(rider_id, asked_by),
                      leg = int4range($2, $3), from_stretch = $4, to_stretch = $5, detour_s = $6,
                      version = version + 1, changed_at = now()
               WHERE id = $1""",
            seat.id,
            match.from_m,
            match.to_m,
            *match.stretches,
            match.detour_s,
        )
    except CheckViolationError as violation:
        raise broken_promise(violation) from None
    accepted = await seat_by_id(connection, seat.id)
    await announce_acceptance(connection, accepted)
    return accepted


async def _kept_promises(connection: Connection, seat: Seat) -> Match:
    """The seat's part of the run with all who ride along by now. Raises LateForOthers, LaterThanAsked."""
    candidate = candidate_of(await ride_by_id(connection, seat.ride_id))
    match = match_between(candidate, seat.journey, await taken_on(connection, seat.ride_id, seat.day))
    if match is None:
        raise NotOnTheWay
    if match.late_s > candidate.leeway_s:
        raise LateForOthers
    late = max(match.pick_up_at - seat.start, match.drop_off_at - seat.end)
    if late.total_seconds() > candidate.leeway_s:
        raise LaterThanAsked
    return match


async def decline(connection: Connection, person: Person, seat_id: int, version: int | None, message: str) -> Seat:
    """Tells the other side. Raises NotFound for who is not asked, AlreadyAnswered, Stale."""
    seat = await _open_seat(connection, person, seat_id, version)
    declined = await end_seat(connection, seat, person, "declined")
    if seat.waits_for_rider:
        await announce_cancellation_by_rider(connection, seat, declined)
    else:
        await announce_refusal(connection, declined, message)
    return declined


async def _open_seat(connection: Connection, person: Person, seat_id: int, version: int | None) -> Seat:
    """As it stands now, and nobody changes it until commit."""
    seat = await seat_seen_by(connection, person, seat_id)
    await lock_person(connection, person.id)
    await lock_ride(connection, seat.ride_id)
    seat = await seat_seen_by(connection, person, seat_id)
    open_now: bool = await connection.fetchval("SELECT $1::timestamptz > now()", seat.until_at) or False
    if seat.status != "requested" or not open_now:
        raise AlreadyAnswered(seat.id)
    if not (seat.is_for(person) if seat.waits_for_rider else seat.is_driven_by(person)):
        raise NotFound  # one's own request is answered by the other side
    if version is not None and version != seat.version:
        raise Stale(f"/rides/seats/{seat.id}")
    return seat


async def end_seat(connection: Connection, seat: Seat, by: Person | None, status: str) -> Seat:
    """The row stays. `status` is declined, cancelled or expired; the ride is locked by the caller."""
    await connection.execute(
        """UPDATE seat_request SET status = $2, until_at = NULL, ended_at = now(), ended_by = $3,
                  version = version + 1, changed_at = now()
           WHERE id = $1""",
        seat.id,
        status,
        by.id if by else None,
    )
    return await seat_by_id(connection, seat.id)
