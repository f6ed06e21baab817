"""Bookings as their person, and programs, see them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

import asyncpg
import msgspec

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.errors import NotFound
from landbooking.notifications.calendar import Event
from landbooking.spaces import space as spaces
from landbooking.spaces.kinds import Kind
from landbooking.spaces.opening_hours import OpeningRules
from landbooking.spaces.space import Space, space_from
from landbooking.spaces.tariffs.cost import COST, Cost

Status = Literal["held", "requested", "confirmed", "cancelled"]
EndedBecause = Literal["person", "host", "declined", "expired", "no_show"]


class SeriesDate(msgspec.Struct, frozen=True):
    """Which series a booking is a date of: `planned_at` is its start by the rule, `version` that of the series."""

    series_id: int
    planned_at: datetime
    version: int


class Booking(msgspec.Struct, frozen=True, kw_only=True):
    """`version` rises with every change, `changed_at` is the instant of the last.

    `person_id` is None once erased, and for a guest, who has `guest_id` until forgotten.
    All but a cancelled one have their resource. `until_at` is when one that is held or requested ends unanswered.
    `ended_because` says why one is cancelled, or ended before its time; `equipment` are the names of what goes with it.
    `cost` None is free. `kept_by`: somebody counts on it, as the page of this path says, where it is changed too; one
    checks in whatever the space asks for.
    """

    id: int
    resource_id: int
    resource: str
    kind: Kind
    space: Space
    person_id: int | None
    start: datetime
    end: datetime
    status: Status
    version: int
    changed_at: datetime
    until_at: datetime | None = None
    guest_id: int | None = None
    ended_because: EndedBecause | None = None
    checked_in_at: datetime | None = None
    kept_by: str | None = None
    series: SeriesDate | None = None
    equipment: tuple[str, ...] = ()
    cost: Cost | None = None

    @property
    def what(self) -> str:
        """Its resource with the equipment, as lists, mails and calendars name it."""
        return ", ".join((self.resource, *self.equipment))

    @property
    def rules(self) -> OpeningRules:
        """Those of its resource, as they are now."""
        return self.space.rules_of(self.kind, self.resource_id)

    def event(self, attendee: str) -> Event:
        """As a calendar entry of the person with this address; a date of a series is one within the series' entry."""
        return Event(
            uid=f"series-{self.series.series_id}@landbooking" if self.series else f"booking-{self.id}@landbooking",
            recurs_at=self.series.planned_at if self.series else None,
            sequence=(self.series or self).version - 1,
            method="CANCEL" if self.status == "cancelled" else "REQUEST",
            start=self.start,
            end=self.end,
            zone=self.space.rules.zone,
            changed_at=self.changed_at,
            summary=f"{self.space.name}: {self.what}",
            location=f"{self.space.name}, {self.space.address}",
            lat=self.space.lat,
            lon=self.space.lon,
            path=f"/bookings/{self.id}",
            attendee=attendee,
        )

    def entry(self, attendee: str) -> Event:
        """As an entry of its own, for feeds: they list every booking by itself."""
        return msgspec.structs.replace(
            self.event(attendee), uid=f"booking-{self.id}@landbooking", recurs_at=None, sequence=self.version - 1
        )


# Equipment that goes with a booking is none of its own; what went when all was cancelled is still named.
_BOOKINGS = f"""
    SELECT booking.id AS booking_id, booking.resource_id, booking.person_id, booking.guest_id,
           lower(booking.period) AS starts_at, upper(booking.period) AS ends_at, booking.status, booking.version,
           booking.changed_at, booking.until_at, booking.ended_because, booking.checked_in_at,
           booking.kept_by,
           resource.name AS resource, resource.kind AS resource_kind, booking.series_id, booking.planned_at,
           series.version AS series_version,
           ARRAY(SELECT piece.name FROM booking AS part JOIN resource AS piece ON piece.id = part.resource_id
                 WHERE part.part_of = booking.id
                   AND (part.status <> 'cancelled' OR part.cancelled_at = booking.cancelled_at)
                 ORDER BY piece.name) AS equipment, {COST}, {spaces.COLUMNS}
    FROM {spaces.TABLES} JOIN resource ON resource.space_id = space.id
         JOIN booking ON booking.resource_id = resource.id AND booking.part_of IS NULL
         LEFT JOIN series ON series.id = booking.series_id
"""  # noqa: S608


async def booking_of(connection: Connection, person: Person, booking_id: int) -> Booking:
    """A booking of this person's own. Raises NotFound for others' too: that they exist is nobody's business."""
    booking = await booking_by_id(connection, booking_id)
    if booking.person_id != person.id:
        raise NotFound
    return booking


async def booking_by_id(connection: Connection, booking_id: int) -> Booking:
    """Raises NotFound; blackouts and equipment that goes with a room are not bookings."""
    row = await connection.fetchrow(f"{_BOOKINGS} WHERE booking.id = $1 AND booking.blackout_id IS NULL", booking_id)
    if row is None:
        raise NotFound
    return booking_from(row)


async def bookings_by_id(connection: Connection, booking_ids: Sequence[int]) -> list[Booking]:
    """In the order of the ids."""
    rows = await connection.fetch(
        f"{_BOOKINGS} WHERE booking.id = ANY($1) ORDER BY array_position($1, booking.id)", booking_ids
    )
    return [booking_from(row) for row in rows]


async def lock_booking(connection: Connection, booking_id: int) -> None:
    """Until commit nobody else changes it. In a statement of its own: what is read next is what others left of it."""
    await connection.execute("SELECT FROM booking WHERE id = $1 FOR NO KEY UPDATE", booking_id)


async def coming_bookings(connection: Connection, person: Person) -> list[Booking]:
    """Confirmed or asked for, and not over yet, the next one first."""
    rows = await connection.fetch(
        f"""{_BOOKINGS} WHERE booking.person_id = $1 AND booking.status IN ('requested', 'confirmed')
                          AND upper(booking.period) > now()
            ORDER BY lower(booking.period), booking.id""",
        person.id,
    )
    return [booking_from(row) for row in rows]


async def standing_bookings(connection: Connection, person: Person) -> list[Booking]:
    """The same, and those that are only held."""
    rows = await connection.fetch(
        f"""{_BOOKINGS} WHERE booking.person_id = $1 AND booking.status <> 'cancelled' AND upper(booking.period) > now()
            ORDER BY lower(booking.period), booking.id""",
        person.id,
    )
    return [booking_from(row) for row in rows]


async def bookings_in_series(connection: Connection, series_id: int) -> list[Booking]:
    """All of its dates as they were planned, cancelled ones too."""
    rows = await connection.fetch(f"{_BOOKINGS} WHERE booking.series_id = $1 ORDER BY booking.planned_at", series_id)
    return [booking_from(row) for row in rows]


async def lock_coming_bookings(connection: Connection, person: Person) -> list[Booking]:
    """Those that are confirmed; until commit nobody moves or cancels them."""
    await connection.execute(
        """SELECT FROM booking
           WHERE person_id = $1 AND part_of IS NULL AND status = 'confirmed' AND upper(period) > now()
           ORDER BY id FOR NO KEY UPDATE""",
        person.id,
    )
    return [booking for booking in await coming_bookings(connection, person) if booking.status == "confirmed"]


async def bookings_before(connection: Connection, person: Person, before: int | None, limit: int) -> list[Booking]:
    """All of a person's bookings, the one made last first, from the id `before` on downwards."""
    rows = await connection.fetch(
        f"""{_BOOKINGS} WHERE booking.person_id = $1 AND booking.id < $2 ORDER BY booking.id DESC LIMIT $3""",
        person.id,
        before if before is not None else 2**62,
        limit,
    )
    return [booking_from(row) for row in rows]


async def bookings_since(connection: Connection, person: Person, days: int) -> list[Booking]:
    """Confirmed bookings from so many days ago on: what a calendar shows."""
    rows = await connection.fetch(
        f"""{_BOOKINGS} WHERE booking.person_id = $1 AND booking.status = 'confirmed'
                          AND upper(booking.period) > now() - make_interval(days => $2)
            ORDER BY lower(booking.period), booking.id""",
        person.id,
        days,
    )
    return [booking_from(row) for row in rows]


def booking_from(row: asyncpg.Record) -> Booking:
    return Booking(
        id=row["booking_id"],
        resource_id=row["resource_id"],
        resource=row["resource"],
        kind=row["resource_kind"],
        space=space_from(row),
        person_id=row["person_id"],
        start=row["starts_at"],
        end=row["ends_at"],
        status=row["status"],
        version=row["version"],
        changed_at=row["changed_at"],
        until_at=row["until_at"],
        guest_id=row["guest_id"],
        ended_because=row["ended_because"],
        equipment=tuple(row["equipment"]),
        checked_in_at=row["checked_in_at"],
        kept_by=row["kept_by"],
        series=SeriesDate(row["series_id"], row["planned_at"], row["series_version"]) if row["series_id"] else None,
        cost=msgspec.convert(row["cost"], Cost | None),
    )
