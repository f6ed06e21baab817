"""Wishes on the waiting list, as their person, hosts and programs see them."""

from datetime import datetime
from typing import Literal

import asyncpg
import msgspec

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.errors import NotFound
from landbooking.language import gettext as _
from landbooking.period import Period
from landbooking.spaces import kinds
from landbooking.spaces.bookings import EndedBecause
from landbooking.spaces.kinds import Kind

State = Literal["waiting", "offered", "accepted", "expired", "withdrawn"]


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """A resource, any of a kind in a space, or any of a kind within `radius_km` of a point, for a whole period.

    `booking_id` is what is held for it (until `until_at`), or what it led to. `position` is 1 for the first in line,
    None for who does not wait any more. `near` is the municipality next to the point, `zone` that of the clocks shown.
    """

    id: int
    person_id: int
    kind: Kind
    resource_id: int | None
    resource: str | None
    space_id: int | None
    space: str | None
    lat: float | None
    lon: float | None
    radius_km: float | None
    near: str | None
    start: datetime
    end: datetime
    zone: str
    state: State
    booking_id: int | None
    until_at: datetime | None
    version: int
    position: int | None

    @property
    def period(self) -> Period:
        return Period(self.start, self.end)

    @property
    def sought(self) -> str:
        """What is waited for, in words."""
        if self.resource_id is not None:
            return f"{self.resource}, {self.space}"
        if self.space_id is not None:
            return _("%(kind)s in %(space)s") % {"kind": kinds.one(self.kind), "space": self.space}
        return near_in_words(self.kind, self.radius_km or 0, self.near or "")


def near_in_words(kind: Kind, radius_km: float, near: str) -> str:
    return _("%(kind)s im Umkreis von %(km)s km um %(place)s") % {
        "kind": kinds.one(kind),
        "km": f"{radius_km:g}",
        "place": near,
    }


def reaches(wish: str, space: str = "space") -> str:
    """The SQL condition under which a wish (a row of `waiting` by that name) may be granted in a space."""
    return f"""({wish}.space_id = {space}.id OR {wish}.space_id IS NULL
                AND distance_km({wish}.lat, {wish}.lon, {space}.lat, {space}.lon) <= {wish}.radius_km)"""


# Ahead is who came earlier and could take something of what this wish waits for.
_WISHES = f"""
    SELECT waiting.id, waiting.person_id, waiting.kind, waiting.resource_id, resource.name AS resource,
           waiting.space_id, space.name AS space, waiting.lat, waiting.lon, waiting.radius_km,
           lower(waiting.period) AS start, upper(waiting.period) AS "end", waiting.state, waiting.booking_id,
           waiting.version, booking.until_at, coalesce(district.time_zone, 'Europe/Berlin') AS zone,
           CASE WHEN waiting.space_id IS NULL THEN
               (SELECT name FROM municipality
                ORDER BY distance_km(waiting.lat, waiting.lon, municipality.lat, municipality.lon) LIMIT 1)
           END AS near,
           CASE WHEN waiting.state = 'waiting' THEN 1 +
               (SELECT count(*) FROM waiting AS ahead
                WHERE ahead.state = 'waiting' AND ahead.id < waiting.id AND ahead.kind = waiting.kind
                  AND ahead.period && waiting.period
                  AND (ahead.resource_id = waiting.resource_id) IS NOT FALSE
                  AND EXISTS (SELECT FROM space AS any_space
                              WHERE {reaches("ahead", "any_space")} AND {reaches("waiting", "any_space")}))
           END AS position
    FROM waiting LEFT JOIN resource ON resource.id = waiting.resource_id
                 LEFT JOIN space ON space.id = waiting.space_id
                 LEFT JOIN municipality ON municipality.id = space.municipality_id
                 LEFT JOIN district ON district.id = municipality.district_id
                 LEFT JOIN booking ON booking.id = waiting.booking_id
"""  # noqa: S608 the columns are ours


async def wish_of(connection: Connection, person: Person, wish_id: int) -> Wish:
    """A person's own. Raises NotFound for others' too."""
    row = await connection.fetchrow(f"{_WISHES} WHERE waiting.id = $1 AND waiting.person_id = $2", wish_id, person.id)
    if row is None:
        raise NotFound
    return _wish(row)


async def open_wishes(connection: Connection, person: Person) -> list[Wish]:
    """Those that wait or have something held for them, by when they are for."""
    rows = await connection.fetch(
        f"""{_WISHES} WHERE waiting.person_id = $1 AND waiting.state IN ('waiting', 'offered')
                        AND upper(waiting.period) > now()
            ORDER BY lower(waiting.period), waiting.id""",
        person.id,
    )
    return [_wish(row) for row in rows]


async def wishes_before(connection: Connection, person: Person, before: int | None, limit: int) -> list[Wish]:
    """All of a person's, the one made last first, from the id `before` on downwards."""
    rows = await connection.fetch(
        f"{_WISHES} WHERE waiting.person_id = $1 AND waiting.id < $2 ORDER BY waiting.id DESC LIMIT $3",
        person.id,
        before if before is not None else 2**62,
        limit,
    )
    return [_wish(row) for row in rows]


async def wish_behind(connection: Connection, person: Person, booking_id: int) -> int | None:
    """The wish for which the person's booking was held."""
    found: int | None = await connection.fetchval(
        "SELECT id FROM waiting WHERE booking_id = $1 AND person_id = $2", booking_id, person.id
    )
    return found


async def only_ever_held(connection: Connection, person: Person) -> set[int]:
    """Bookings that were held for the person and never accepted: nothing that they would call their own."""
    rows = await connection.fetch(
        """SELECT booking_id FROM waiting
           WHERE person_id = $1 AND booking_id IS NOT NULL AND state IN ('expired', 'withdrawn')""",
        person.id,
    )
    return {row["booking_id"] for row in rows}


async def waiting_at(connection: Connection, space_id: int, period: Period) -> list[Period]:
    """For hosts: for which periods people wait who could be served in this space. Not who they are."""
    rows = await connection.fetch(
        f"""SELECT lower(waiting.period) AS start, upper(waiting.period) AS "end"
            FROM waiting JOIN space ON space.id = $1 AND {reaches("waiting")}
            WHERE waiting.state = 'waiting' AND waiting.period && $2
              AND EXISTS (SELECT FROM resource WHERE space_id = $1 AND kind = waiting.kind AND retired_at IS NULL)
            ORDER BY waiting.id""",  # noqa: S608
        space_id,
        period.range,
    )
    return [Period(row["start"], row["end"]) for row in rows]


_AFTERWARDS: dict[EndedBecause, State] = {"expired": "expired", "host": "waiting"}


async def end_offer(connection: Connection, booking_id: int, because: EndedBecause) -> None:
    """What becomes of the wish whose hold was cancelled: who is not to blame stands in the same place of the line."""
    await connection.execute(
        """UPDATE waiting SET state = $2, booking_id = CASE WHEN $2 <> 'waiting' THEN booking_id END,
                  version = version + 1, changed_at = now()
           WHERE booking_id = $1 AND state = 'offered'""",
        booking_id,
        _AFTERWARDS.get(because, "withdrawn"),
    )


def _wish(row: asyncpg.Record) -> Wish:
    return Wish(**row)
