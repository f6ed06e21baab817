"""What the two who ride together know of one another, and until when: the one place where names, phone numbers and
exact places leave the database."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from landbooking.accounts.person import Person, first_name
from landbooking.database import Connection
from landbooking.rides.seat import Seat
from landbooking.rides.way import MapPoint

KNOWN_FOR = timedelta(days=1)  # after the ride: somebody has left an umbrella in the car

_POINT = "CASE WHEN exact_lat IS NOT NULL THEN jsonb_build_object('lat', exact_lat, 'lon', exact_lon) END"

# The exact start and destination of a ride, as far as a rider gets in or out at that place.
_EXACT = """coalesce(start.exact_place, '') AS start_place, start.point AS start_point,
            coalesce(destination.exact_place, '') AS destination_place, destination.point AS destination_point"""
_STOPS = f"""
    LEFT JOIN LATERAL (SELECT exact_place, {_POINT} AS point FROM ride_stop WHERE ride_id = seat.ride_id
                       AND municipality_id = seat.pick_up_municipality
                       AND meeting_point_id IS NOT DISTINCT FROM seat.pick_up_meeting_point
                       ORDER BY position LIMIT 1) start ON true
    LEFT JOIN LATERAL (SELECT exact_place, {_POINT} AS point FROM ride_stop WHERE ride_id = seat.ride_id
                       AND municipality_id = seat.drop_off_municipality
                       AND meeting_point_id IS NOT DISTINCT FROM seat.drop_off_meeting_point
                       ORDER BY position DESC LIMIT 1) destination ON true"""  # noqa: S608 a constant


class Contact(msgspec.Struct, frozen=True):
    """Of the other side; what was not told is empty. The exact places are those of the rider and of the ride's stops.

    Start and destination are the stops where the rider gets in and out; their points, where the driver gave any.
    """

    first_name: str = ""
    phone: str = ""
    pick_up_place: str = ""
    drop_off_place: str = ""
    start_place: str = ""
    destination_place: str = ""
    start_point: MapPoint | None = None
    destination_point: MapPoint | None = None

    @property
    def has_start(self) -> bool:
        return bool(self.start_place or self.start_point)

    @property
    def has_destination(self) -> bool:
        return bool(self.destination_place or self.destination_point)


async def contact_for(connection: Connection, seat: Seat, viewer: Person) -> Contact | None:
    """None for everybody but the two, before acceptance, after it was called off, and a day after the ride."""
    if seat.status != "accepted" or datetime.now(UTC) > seat.end + KNOWN_FOR:
        return None
    if seat.is_for(viewer):
        return await _of_driver(connection, seat)
    return await _of_rider(connection, seat) if seat.is_driven_by(viewer) else None


async def places_told(connection: Connection, ride_id: int) -> dict[int, Contact]:
    """By seat, for those who are riding along and have an account: the exact places of the ride's stops, no more."""
    rows = await connection.fetch(
        f"""SELECT seat.id, {_EXACT} FROM seat_request seat {_STOPS}
            WHERE seat.ride_id = $1 AND seat.status = 'accepted' AND seat.rider_id IS NOT NULL
              AND lower(seat.period) > now()""",  # noqa: S608 constants
        ride_id,
    )
    return {row["id"]: _contact({name: value for name, value in row.items() if name != "id"}) for row in rows}


class GuestSeat(msgspec.Struct, frozen=True):
    """Of somebody without an account, for those at the organisation's telephone."""

    id: int
    version: int
    name: str
    phone: str
    places: int
    start: datetime
    zone: str
    pick_up: str
    pick_up_place: str
    drop_off: str


async def guests_of(connection: Connection, organisation_id: int) -> list[GuestSeat]:
    """Who is coming, the next one first; for its managers and its district's staff only."""
    rows = await connection.fetch(
        """SELECT seat.id, seat.version, seat.guest_name AS name, seat.guest_phone AS phone, seat.places,
                  lower(seat.period) AS start, district.time_zone AS zone, up.name AS pick_up, seat.pick_up_place,
                  off.name AS drop_off
           FROM seat_request seat JOIN ride ON ride.id = seat.ride_id JOIN district ON district.id = ride.district_id
                JOIN municipality up ON up.id = seat.pick_up_municipality
                JOIN municipality off ON off.id = seat.drop_off_municipality
           WHERE ride.organisation_id = $1 AND seat.guest_name <> '' AND seat.status = 'accepted'
             AND lower(seat.period) > now()
           ORDER BY lower(seat.period), seat.id""",
        organisation_id,
    )
    return [GuestSeat(**row) for row in rows]


async def own_places(connection: Connection, seat: Seat, rider: Person) -> tuple[str, str]:
    """What the rider typed themself: where to be picked up and set down. Empty for anybody else."""
    row = await connection.fetchrow(
        "SELECT pick_up_place, drop_off_place FROM seat_request WHERE id = $1 AND rider_id = $2", seat.id, rider.id
    )
    return (row["pick_up_place"], row["drop_off_place"]) if row else ("", "")


async def _of_driver(connection: Connection, seat: Seat) -> Contact:
    row = await connection.fetchrow(
        f"""SELECT coalesce(driver.name, '') AS name,
                  coalesce(nullif(profile.phone, ''), organisation.phone, '') AS phone,
                  seat.pick_up_place, seat.drop_off_place, {_EXACT}
           FROM seat_request seat JOIN ride ON ride.id = seat.ride_id
                LEFT JOIN person driver ON driver.id = $2
                LEFT JOIN ride_profile profile ON profile.person_id = driver.id
                LEFT JOIN ride_organisation organisation ON organisation.id = ride.organisation_id {_STOPS}
           WHERE seat.id = $1""",  # noqa: S608 constants
        seat.id,
        seat.at_wheel,
    )
    return _contact(dict(row or {}))


async def _of_rider(connection: Connection, seat: Seat) -> Contact:
    row = await connection.fetchrow(
        """SELECT coalesce(rider.name, seat.guest_name) AS name, coalesce(profile.phone, seat.guest_phone) AS phone,
                  seat.pick_up_place, seat.drop_off_place
           FROM seat_request seat LEFT JOIN person rider ON rider.id = seat.rider_id
                LEFT JOIN ride_profile profile ON profile.person_id = rider.id
           WHERE seat.id = $1""",
        seat.id,
    )
    found = dict(row or {})
    if seat.is_guest:
        return _contact({**found, "name": ""}, found.get("name", ""))
    return _contact(found)


def _contact(found: dict[str, Any], called: str = "") -> Contact:
    """`called` is how a guest gave their name: whole, since staff must find them."""
    name = called or first_name(found.pop("name", ""))
    found.pop("name", None)
    return msgspec.convert({"first_name": name, **found}, Contact)


async def forget_exact_places(connection: Connection) -> None:
    """Once nobody may see them any more they are deleted; a guest's name goes after four weeks.

    Those of a ride's stops go when it was ended or has run for the last time, days ago, and no rider may see them.
    """
    await connection.execute(
        """UPDATE seat_request SET pick_up_place = '', drop_off_place = '', guest_phone = ''
           WHERE upper(period) < now() - $1::interval
             AND (pick_up_place <> '' OR drop_off_place <> '' OR guest_phone <> '')""",
        KNOWN_FOR,
    )
    await connection.execute(
        """UPDATE ride_stop SET exact_place = '', exact_lat = NULL, exact_lon = NULL
           WHERE (exact_place <> '' OR exact_lat IS NOT NULL)
             AND NOT EXISTS (SELECT FROM ride WHERE id = ride_id AND ended_at IS NULL
                             AND (coalesce(upper(days), 'infinity') > current_date - 2
                                  OR EXISTS (SELECT FROM ride_exception extra WHERE extra.ride_id = ride.id
                                             AND extra.departs IS NOT NULL AND extra.day > current_date - 3)))
             AND NOT EXISTS (SELECT FROM seat_request seat WHERE seat.ride_id = ride_stop.ride_id
                             AND seat.status = 'accepted' AND upper(seat.period) > now() - $1::interval)""",
        KNOWN_FOR,
    )
    await connection.execute(
        """UPDATE seat_request SET guest_name = '-'
           WHERE guest_name NOT IN ('', '-') AND upper(period) < now() - interval '28 days'"""
    )


async def forget_places_of(connection: Connection, person: Person) -> None:
    """Where to be picked up may be a front door: it goes with the account, whatever becomes of the seat."""
    await connection.execute(
        "UPDATE seat_request SET pick_up_place = '', drop_off_place = '' WHERE rider_id = $1", person.id
    )
