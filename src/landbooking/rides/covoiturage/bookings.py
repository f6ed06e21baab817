"""Bookings of other operators' passengers: a seat for a guest, under the number that the operator gave it."""

import re
from datetime import UTC, date, datetime
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

import msgspec

from landbooking.accounts.locks import lock_person
from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.errors import NotFound, Refusal
from landbooking.forms import InvalidInput
from landbooking.language import gettext as _
from landbooking.places.degrees import Latitude, Longitude
from landbooking.rides.announcements import announce_cancellation_by_rider
from landbooking.rides.answers import end_seat
from landbooking.rides.covoiturage.queries import Instant
from landbooking.rides.covoiturage.representations import Price, User
from landbooking.rides.fitting import SeatWish
from landbooking.rides.place import Gazetteer, Place
from landbooking.rides.promised import share_detours_anew
from landbooking.rides.refusals import SeatOver
from landbooking.rides.seat import Seat, lock_rides, seat_by_id
from landbooking.rides.seats import Guest, request_for_guest
from landbooking.rides.way import Point, distance
from landbooking.settings import Settings

Status = Literal["WAITING_CONFIRMATION", "CONFIRMED", "CANCELLED", "COMPLETED_PENDING_VALIDATION", "VALIDATED"]
Text = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
NEAR_M = 2000  # how far a pick-up may lie from a place of ours that stands for it


class GivenUser(msgspec.Struct, frozen=True):
    id: Text
    operator: Text
    alias: Text


class NewBooking(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """As far as we use it; what else the standard has is welcome, and left aside."""

    id: UUID
    passenger: GivenUser
    passenger_pickup_date: Instant
    passenger_pickup_lat: Latitude
    passenger_pickup_lng: Longitude
    passenger_drop_lat: Latitude
    passenger_drop_lng: Longitude
    driver_journey_id: Text
    status: Literal["WAITING_CONFIRMATION"] = "WAITING_CONFIRMATION"


class Booking(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The driver's side stays without a name: who meets whom is told to the two by the operators, after acceptance."""

    id: UUID
    driver: User
    passenger: User
    passenger_pickup_date: int
    passenger_pickup_lat: float
    passenger_pickup_lng: float
    passenger_pickup_address: str
    passenger_drop_lat: float
    passenger_drop_lng: float
    passenger_drop_address: str
    status: Status
    duration: int
    web_url: str
    price: Price
    driver_journey_id: str


class StatusAlreadySet(Refusal):
    code: ClassVar[str] = "status_already_set"

    def __init__(self) -> None:
        super().__init__("status_already_set")


async def book(connection: Connection, operator: Person, new: NewBooking, places: Gazetteer) -> Seat:
    """Sent again under the same number it changes nothing. Raises InvalidInput and what `request_seats` raises."""
    await lock_person(connection, operator.id)
    if (known := await _seat_id(connection, operator, new.id)) is not None:
        return await seat_by_id(connection, known)
    ride_id, day = _journey(new.driver_journey_id)
    wish = SeatWish(
        ride_id=ride_id,
        day=day,
        start=_nearest(places, Point(new.passenger_pickup_lat, new.passenger_pickup_lng), "passengerPickupLat"),
        destination=_nearest(places, Point(new.passenger_drop_lat, new.passenger_drop_lng), "passengerDropLat"),
    )
    return await request_for_guest(connection, operator, wish, Guest(new.passenger.alias, ""), new.id)


async def seat_of(connection: Connection, operator: Person, number: UUID) -> Seat:
    """Raises NotFound for what this operator has not booked."""
    seat_id = await _seat_id(connection, operator, number)
    if seat_id is None:
        raise NotFound
    return await seat_by_id(connection, seat_id)


async def change_status(connection: Connection, operator: Person, number: UUID, status: Status) -> None:
    """An operator can call off; all else is the driver's to say. Raises NotFound, StatusAlreadySet, SeatOver."""
    seat = await seat_of(connection, operator, number)
    await lock_person(connection, operator.id)
    await lock_rides(connection, [seat.ride_id])
    seat = await seat_by_id(connection, seat.id)
    if status_of(seat) == status:
        raise StatusAlreadySet
    if status != "CANCELLED":
        raise InvalidInput({"status": _("Von außen lässt sich eine Buchung nur absagen.")}, {})
    if not seat.is_coming:
        raise SeatOver(seat.id)
    ended = await end_seat(connection, seat, operator, "cancelled")
    await share_detours_anew(connection, seat.ride_id, seat.day)
    await announce_cancellation_by_rider(connection, seat, ended)


def status_of(seat: Seat) -> Status:
    if seat.status == "requested":
        return "WAITING_CONFIRMATION"
    if seat.status != "accepted":
        return "CANCELLED"
    return "CONFIRMED" if seat.end > datetime.now(UTC) else "COMPLETED_PENDING_VALIDATION"


async def shown(connection: Connection, seat: Seat, settings: Settings) -> Booking:
    alias: str = await connection.fetchval("SELECT guest_name FROM seat_request WHERE id = $1", seat.id)
    journey = f"{seat.ride_id}-{seat.day}"
    return Booking(
        id=seat.asked_with,
        driver=User(f"driver-{journey}", "Fahrerin oder Fahrer", settings.host),
        passenger=User(f"guest-{seat.id}", alias, settings.host),
        passenger_pickup_date=int(seat.start.timestamp()),
        passenger_pickup_lat=seat.pick_up.lat,
        passenger_pickup_lng=seat.pick_up.lon,
        passenger_pickup_address=seat.pick_up.label,
        passenger_drop_lat=seat.drop_off.lat,
        passenger_drop_lng=seat.drop_off.lon,
        passenger_drop_address=seat.drop_off.label,
        status=status_of(seat),
        duration=int((seat.end - seat.start).total_seconds()),
        web_url=f"{settings.base_url}/rides/{seat.ride_id}?day={seat.day}",
        price=Price("PAYING" if seat.share_cents else "FREE", seat.share_cents / 100, "EUR"),
        driver_journey_id=journey,
    )


async def _seat_id(connection: Connection, operator: Person, number: UUID) -> int | None:
    seat_id: int | None = await connection.fetchval(
        "SELECT id FROM seat_request WHERE asked_with = $1 AND asked_by = $2 AND rider_id IS NULL", number, operator.id
    )
    return seat_id


def _journey(text: str) -> tuple[int, date]:
    """The ride and the day of a journey that we have told of."""
    matched = re.fullmatch(r"(\d{1,18})-(\d{4}-\d\d-\d\d)", text)
    try:
        if matched:
            return int(matched[1]), date.fromisoformat(matched[2])
    except ValueError:
        pass
    raise InvalidInput({"driverJourneyId": _("Diese Fahrt kennen wir nicht.")}, {})


def _nearest(places: Gazetteer, point: Point, field: str) -> Place:
    place = min(places.places, key=lambda one: distance(one.point, point), default=None)
    if place is None or distance(place.point, point) > NEAR_M:
        raise InvalidInput({field: _("Dort ist kein Ort, an dem wir jemanden einsteigen lassen.")}, {})
    return place


def query_status(text: Any) -> Status:
    """Raises InvalidInput."""
    try:
        status: Status = msgspec.convert(text, Status)
    except msgspec.ValidationError:
        raise InvalidInput({"status": _("Diesen Zustand gibt es nicht.")}, {}) from None
    return status
