"""A seat in a ride on one day, asked for or given, as read from the database."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any, Literal
from uuid import UUID

import asyncpg
import msgspec

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.errors import NotFound
from landbooking.period import Period
from landbooking.rides.journey import Journey
from landbooking.rides.place import Place, meeting_point_label
from landbooking.rides.ride import Carried

Status = Literal["requested", "accepted", "declined", "cancelled", "expired"]


class Seat(msgspec.Struct, frozen=True, kw_only=True):
    """What both sides know from the beginning. Names, phone numbers and exact places are read by contact.py alone.

    `drivers` are the persons who answer and drive: the driver, or an organisation's managers and who is on duty that
    day; `at_wheel` is the one who drives, where that is known. `start` is when the rider gets in; `planned` is what the
    ride alone would have given, without detours for others. Those of one `asked_with` were asked for together. A guest
    has no account: `asked_by` booked by telephone.
    """

    id: int
    ride_id: int
    day: date
    rider_id: int | None
    is_guest: bool
    asked_by: int | None
    asked_with: UUID
    places: int
    start: datetime
    end: datetime
    planned: Period
    pick_up: Place
    drop_off: Place
    detour_s: int
    share_cents: int
    needs: tuple[Carried, ...]
    status: Status
    until_at: datetime | None
    version: int
    created_at: datetime
    changed_at: datetime
    ended_by: int | None
    drivers: frozenset[int]
    at_wheel: int | None
    organisation_id: int | None
    organisation: str | None
    district_id: int
    zone: str

    @property
    def waits_for_rider(self) -> bool:
        """The driver changed the ride, so it is the rider who is asked now."""
        return self.status == "requested" and self.rider_id is not None and self.asked_by != self.rider_id

    @property
    def is_coming(self) -> bool:
        """Stands, and has not begun."""
        return self.status in ("requested", "accepted") and self.start > datetime.now(UTC)

    @property
    def journey(self) -> Journey:
        """What the rider wants of the ride, at whatever time it comes."""
        return Journey(
            origin=self.pick_up, destination=self.drop_off, day=self.day, places=self.places, needs=self.needs
        )

    def is_for(self, person: Person) -> bool:
        return self.rider_id is not None and self.rider_id == person.id

    def is_driven_by(self, person: Person) -> bool:
        return person.id in self.drivers

    def other_side(self, person: Person) -> int | None:
        """For the rider who drives, for all others the rider; None where nobody with an account is known."""
        return self.at_wheel if self.is_for(person) else self.rider_id


SEATS = """
    SELECT seat.id, seat.ride_id, seat.day, seat.rider_id, seat.guest_name <> '' AS is_guest, seat.asked_by,
           seat.asked_with, seat.places, lower(seat.period) AS starts_at, upper(seat.period) AS ends_at,
           lower(coalesce(seat.planned, seat.period)) AS planned_start,
           upper(coalesce(seat.planned, seat.period)) AS planned_end,
           seat.detour_s, seat.share_cents, seat.needs, seat.status, seat.until_at, seat.version, seat.created_at,
           seat.changed_at, seat.ended_by, ride.organisation_id,
           coalesce(ride.driver_id, (SELECT person_id FROM ride_duty
                                     WHERE ride_id = ride.id AND day = seat.day)) AS at_wheel,
           organisation.name AS organisation,
           ride.district_id, district.time_zone,
           CASE WHEN ride.organisation_id IS NULL THEN array_remove(ARRAY[ride.driver_id], NULL) ELSE ARRAY(
               SELECT person_id FROM ride_organisation_member
               WHERE organisation_id = ride.organisation_id AND role = 'manager'
               UNION SELECT person_id FROM ride_duty WHERE ride_id = ride.id AND day = seat.day) END AS drivers,
           jsonb_build_object('municipality_id', up_town.id, 'municipality', up_town.name, 'point_id', up_point.id,
               'name', up_point.name, 'lat', coalesce(up_point.lat, up_town.lat),
               'lon', coalesce(up_point.lon, up_town.lon)) AS pick_up,
           jsonb_build_object('municipality_id', off_town.id, 'municipality', off_town.name, 'point_id', off_point.id,
               'name', off_point.name, 'lat', coalesce(off_point.lat, off_town.lat),
               'lon', coalesce(off_point.lon, off_town.lon)) AS drop_off
    FROM seat_request seat JOIN ride ON ride.id = seat.ride_id
         JOIN district ON district.id = ride.district_id
         JOIN municipality up_town ON up_town.id = seat.pick_up_municipality
         JOIN municipality off_town ON off_town.id = seat.drop_off_municipality
         LEFT JOIN meeting_point up_point ON up_point.id = seat.pick_up_meeting_point
         LEFT JOIN meeting_point off_point ON off_point.id = seat.drop_off_meeting_point
         LEFT JOIN ride_organisation organisation ON organisation.id = ride.organisation_id
"""


async def seat_by_id(connection: Connection, seat_id: int) -> Seat:
    """Raises NotFound."""
    row = await connection.fetchrow(f"{SEATS} WHERE seat.id = $1", seat_id)
    if row is None:
        raise NotFound
    return seat_from(row)


async def seat_seen_by(connection: Connection, person: Person, seat_id: int) -> Seat:
    """One that the person asked for or answers. Raises NotFound for others': that they exist is nobody's business."""
    seat = await seat_by_id(connection, seat_id)
    if not seat.is_for(person) and not seat.is_driven_by(person):
        raise NotFound
    return seat


async def seats_of(connection: Connection, rider: Person, before: int | None = None, limit: int = 200) -> list[Seat]:
    """The person's own, the one asked for last first, before the one of that id."""
    rows = await connection.fetch(
        f"""{SEATS} WHERE seat.rider_id = $1 AND seat.id < coalesce($2, 9223372036854775807)
            ORDER BY seat.id DESC LIMIT $3""",
        rider.id,
        before,
        limit,
    )
    return [seat_from(row) for row in rows]


async def coming_seats(connection: Connection, rider: Person) -> list[Seat]:
    """Asked for or given, and not over, the next one first."""
    rows = await connection.fetch(
        f"""{SEATS} WHERE seat.rider_id = $1 AND seat.status IN ('requested', 'accepted')
            AND upper(seat.period) > now() ORDER BY lower(seat.period), seat.id""",
        rider.id,
    )
    return [seat_from(row) for row in rows]


async def riders_of(connection: Connection, ride_id: int, day: date) -> list[Seat]:
    """Who rides along that day, in the order in which they get in."""
    rows = await connection.fetch(
        f"""{SEATS} WHERE seat.ride_id = $1 AND seat.day = $2 AND seat.status = 'accepted'
            ORDER BY lower(seat.leg), seat.id""",
        ride_id,
        day,
    )
    return [seat_from(row) for row in rows]


async def seats_in(connection: Connection, ride_id: int) -> list[Seat]:
    """All that stand in a ride and have not begun, the next one first."""
    rows = await connection.fetch(
        f"""{SEATS} WHERE seat.ride_id = $1 AND seat.status IN ('requested', 'accepted')
            AND lower(seat.period) > now() ORDER BY lower(seat.period), seat.id""",
        ride_id,
    )
    return [seat_from(row) for row in rows]


async def accepted_seats(connection: Connection, person: Person, days: int) -> list[Seat]:
    """Of rides from so many days ago on, as a rider or as who drives: what a calendar shows."""
    rows = await connection.fetch(
        f"""{SEATS} WHERE (seat.rider_id = $1 OR ride.driver_id = $1
                           OR EXISTS (SELECT FROM ride_duty
                                      WHERE ride_id = ride.id AND day = seat.day AND person_id = $1))
            AND seat.status = 'accepted' AND upper(seat.period) > now() - make_interval(days => $2)
            ORDER BY lower(seat.period), seat.id""",
        person.id,
        days,
    )
    return [seat_from(row) for row in rows]


async def seats_driven(connection: Connection, driver: Person) -> list[Seat]:
    """All that stand and are not over in the rides that this person drives or answers for, the next one first."""
    rows = await connection.fetch(
        f"""{SEATS} WHERE ride.id IN (
                SELECT id FROM ride WHERE driver_id = $1
                UNION SELECT ride.id FROM ride JOIN ride_organisation_member member USING (organisation_id)
                      WHERE member.person_id = $1 AND member.role = 'manager'
                UNION SELECT ride_id FROM ride_duty WHERE person_id = $1 AND day >= current_date - 1)
            AND seat.status IN ('requested', 'accepted') AND upper(seat.period) > now()
            ORDER BY lower(seat.period), seat.id""",  # noqa: S608 a constant
        driver.id,
    )
    return [seat for seat in map(seat_from, rows) if seat.is_driven_by(driver)]


async def asked_together(connection: Connection, seat: Seat) -> list[Seat]:
    """The others that were asked for with it, whatever became of them, by time."""
    rows = await connection.fetch(
        f"{SEATS} WHERE seat.asked_with = $1 AND seat.id <> $2 ORDER BY lower(seat.period), seat.id",
        seat.asked_with,
        seat.id,
    )
    return [seat_from(row) for row in rows]


async def lock_rides(connection: Connection, ride_ids: Sequence[int]) -> None:
    """Several, in the order of their ids, so that two who do this don't wait for each other."""
    await connection.execute("SELECT FROM ride WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE", sorted(set(ride_ids)))


def seat_from(row: asyncpg.Record) -> Seat:
    return Seat(
        id=row["id"],
        ride_id=row["ride_id"],
        day=row["day"],
        rider_id=row["rider_id"],
        is_guest=row["is_guest"],
        asked_by=row["asked_by"],
        asked_with=UUID(bytes=row["asked_with"].bytes),
        places=row["places"],
        start=row["starts_at"],
        end=row["ends_at"],
        planned=Period(row["planned_start"], row["planned_end"]),
        pick_up=_place(row["pick_up"]),
        drop_off=_place(row["drop_off"]),
        detour_s=row["detour_s"],
        share_cents=row["share_cents"],
        needs=tuple(row["needs"]),
        status=row["status"],
        until_at=row["until_at"],
        version=row["version"],
        created_at=row["created_at"],
        changed_at=row["changed_at"],
        ended_by=row["ended_by"],
        drivers=frozenset(row["drivers"]),
        at_wheel=row["at_wheel"],
        organisation_id=row["organisation_id"],
        organisation=row["organisation"],
        district_id=row["district_id"],
        zone=row["time_zone"],
    )


def _place(stored: dict[str, Any]) -> Place:
    name = stored["name"]
    return Place(
        municipality_id=stored["municipality_id"],
        meeting_point_id=stored["point_id"],
        label=meeting_point_label(stored["municipality"], name) if name else stored["municipality"],
        municipality=stored["municipality"],
        lat=stored["lat"],
        lon=stored["lon"],
    )
