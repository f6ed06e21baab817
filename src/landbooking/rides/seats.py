"""Asking for a seat: what must be so, and the one insert that the database judges."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import msgspec
from asyncpg import CheckViolationError

from landbooking.accounts.locks import lock_person
from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.errors import NotFound, Refusal
from landbooking.period import Period
from landbooking.rides.announcements import announce_acceptance, announce_request
from landbooking.rides.blocks import is_blocked
from landbooking.rides.fitting import SeatWish, answer_due, check_room, fitting_match
from landbooking.rides.matching import Match
from landbooking.rides.people import may_ride, profile_of
from landbooking.rides.place import Place
from landbooking.rides.refusals import (
    AlreadyAsked,
    ConsentMissing,
    OneOfSeveralRefused,
    OwnRide,
    WomenOnly,
    broken_promise,
)
from landbooking.rides.ride import Carried, Ride, ride_by_id
from landbooking.rides.seat import Seat, lock_rides, seat_by_id


class Guest(msgspec.Struct, frozen=True):
    """Somebody without an account, who asked by telephone."""

    name: str
    phone: str


async def request_seat(
    connection: Connection,
    rider: Person,
    ride_id: int,
    day: date,
    start: Place,
    destination: Place,
    places: int = 1,
    needs: Sequence[Carried] = (),
    pick_up_place: str = "",
    drop_off_place: str = "",
) -> Seat:
    """One seat alone; see `request_seats`."""
    wish = SeatWish(
        ride_id=ride_id,
        day=day,
        start=start,
        destination=destination,
        places=places,
        needs=tuple(needs),
        pick_up_place=pick_up_place,
        drop_off_place=drop_off_place,
    )
    return (await request_seats(connection, rider, [wish]))[0]


async def request_seats(
    connection: Connection, rider: Person, wishes: Sequence[SeatWish], together: UUID | None = None
) -> list[Seat]:
    """All of them together, or none: such as the way there and back, or the same ride on several days.

    `together` is what was asked for before belongs to, in the same transaction.

    In an instant ride the seat is given at once, in any other it waits for the driver's answer.
    Raises NotFound for a ride that is gone (or whose driver does not want to ride with this rider), a SeatRefused,
    RideFull, DetourTooLong, LateForOthers, SharesTooHigh, AlreadyAsked; of several OneOfSeveralRefused instead, which
    names the one.
    """
    await lock_person(connection, rider.id)
    for wish in wishes:  # before the lock, for which many may be waiting: who can't have it need not hold them up
        with _named_among(wishes, wish):
            await _look_first(connection, rider, wish)
    await lock_rides(connection, [wish.ride_id for wish in wishes])
    together, seats = together or uuid4(), []
    for wish in wishes:
        with _named_among(wishes, wish):
            seats.append(await _request(connection, rider, wish, together))
    return seats


@contextmanager
def _named_among(wishes: Sequence[SeatWish], wish: SeatWish) -> Iterator[None]:
    """Of several, a refusal says which can't be had. What is gone is gone: NotFound stays what it is."""
    try:
        yield
    except NotFound:
        raise
    except Refusal as refused:
        if len(wishes) == 1:
            raise
        way = f"{wish.start.label} – {wish.destination.label}"
        raise OneOfSeveralRefused(wish.ride_id, wish.day, way, refused) from None


async def _look_first(connection: Connection, rider: Person, wish: SeatWish) -> None:
    """All that forbids it; and that there is room, so that nobody waits for an answer that can't be yes."""
    ride = await ride_by_id(connection, wish.ride_id)
    await _check_rider(connection, rider, ride, wish.day)
    match, _planned = await fitting_match(connection, ride, wish)
    check_room(match)


async def _request(
    connection: Connection, rider: Person, wish: SeatWish, together: UUID, guest: Guest | None = None
) -> Seat:
    """By the ride as it stands now that it is locked; the database judges what others have been given meanwhile."""
    ride = await ride_by_id(connection, wish.ride_id)
    match, planned = await fitting_match(connection, ride, wish)
    until_at = None if ride.instant else answer_due(match.departs_at, datetime.now(UTC))
    seat_id = await _insert(connection, wish, match, planned, until_at, rider, guest, together)
    if seat_id is None:
        raise AlreadyAsked(await _standing_seat(connection, rider, wish))
    seat = await seat_by_id(connection, seat_id)
    if seat.status == "accepted":
        await announce_acceptance(connection, seat)
    else:
        await announce_request(connection, seat)
    return seat


async def book_for_guest(connection: Connection, staff: Person, wish: SeatWish, guest: Guest) -> Seat:
    """By telephone, for a ride of an organisation; given at once. Who may do this is the caller's question.

    Raises what `request_seats` raises.
    """
    await lock_person(connection, staff.id)
    await lock_rides(connection, [wish.ride_id])
    ride = await ride_by_id(connection, wish.ride_id)
    if ride.organisation_id is None:
        raise NotFound
    match, planned = await fitting_match(connection, ride, wish)
    seat_id = await _insert(connection, wish, match, planned, None, staff, guest, uuid4())
    seat = await seat_by_id(connection, seat_id or 0)
    await announce_acceptance(connection, seat)
    return seat


async def request_for_guest(
    connection: Connection, operator: Person, wish: SeatWish, guest: Guest, together: UUID
) -> Seat:
    """For somebody who asked at another operator, with whose number for it (`together`); else as `request_seats`."""
    await lock_person(connection, operator.id)
    await _look_first(connection, operator, wish)
    await lock_rides(connection, [wish.ride_id])
    return await _request(connection, operator, wish, together, guest)


async def _check_rider(connection: Connection, rider: Person, ride: Ride, day: date) -> None:
    drivers: list[int] = await connection.fetchval(
        """SELECT array_remove(ARRAY(SELECT $2::bigint UNION SELECT person_id FROM ride_duty
                                     WHERE ride_id = $1 AND day = $3), NULL)""",
        ride.id,
        ride.driver_id,
        day,
    )
    gone = ride.ended_at is not None or (ride.driver_id is None and ride.organisation_id is None)
    if gone or await is_blocked(connection, rider.id, drivers):
        raise NotFound
    if rider.id in drivers:
        raise OwnRide
    if ride.women_only and not (await profile_of(connection, rider.id)).is_woman:
        raise WomenOnly
    if not await may_ride(connection, rider.id):
        raise ConsentMissing


async def _insert(
    connection: Connection,
    wish: SeatWish,
    match: Match,
    planned: Period,
    until_at: datetime | None,
    asking: Person,
    guest: Guest | None,
    together: UUID,
) -> int | None:
    """The new row's id; None where this rider has one for this ride and day already. Raises RideFull and the like."""
    try:
        seat_id: int | None = await connection.fetchval(
            """INSERT INTO seat_request (ride_id, day, rider_id, guest_name, guest_phone, asked_by, asked_with, places,
                                         leg, period, pick_up_municipality, pick_up_meeting_point, pick_up_place,
                                         drop_off_municipality, drop_off_meeting_point, drop_off_place, detour_s,
                                         share_cents, needs, status, until_at, from_stretch, to_stretch,
                                         planned)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, int4range($9, $10), $11, $12, $13, $14, $15, $16, $17, $18, $19,
                       $20, $21, $22, $23, $24, $25)
               ON CONFLICT (ride_id, day, rider_id) WHERE status IN ('requested', 'accepted') AND rider_id IS NOT NULL
               DO NOTHING RETURNING id""",
            match.ride_id,
            match.day,
            None if guest else asking.id,
            guest.name if guest else "",
            guest.phone if guest else "",
            asking.id,
            together,
            wish.places,
            match.from_m,
            match.to_m,
            match.period.range,
            wish.start.municipality_id,
            wish.start.meeting_point_id,
            wish.pick_up_place,
            wish.destination.municipality_id,
            wish.destination.meeting_point_id,
            wish.drop_off_place,
            match.detour_s,
            match.share_cents,
            list(wish.needs),
            "requested" if until_at else "accepted",
            until_at,
            *match.stretches,
            planned.range,
        )
    except CheckViolationError as violation:
        raise broken_promise(violation) from None
    return seat_id


async def _standing_seat(connection: Connection, rider: Person, wish: SeatWish) -> int:
    seat_id: int = await connection.fetchval(
        """SELECT id FROM seat_request
           WHERE ride_id = $1 AND day = $2 AND rider_id = $3 AND status IN ('requested', 'accepted')""",
        wish.ride_id,
        wish.day,
        rider.id,
    )
    return seat_id
