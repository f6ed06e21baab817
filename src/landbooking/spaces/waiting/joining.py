"""Joining the waiting list."""

from datetime import UTC, datetime
from typing import ClassVar

import msgspec

from landbooking.accounts.locks import lock_person
from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.errors import Refusal
from landbooking.language import gettext as _
from landbooking.period import Period
from landbooking.spaces.availability import published_spaces
from landbooking.spaces.booking import bookable
from landbooking.spaces.booking_rules import check_period
from landbooking.spaces.day import booking_url
from landbooking.spaces.eligibility import check_person
from landbooking.spaces.kinds import DISCREET, Kind
from landbooking.spaces.opening_hours import RuleBroken
from landbooking.spaces.schedules import schedules_of
from landbooking.spaces.space import Resource, Space, lock_for_change, published_space, resource_from
from landbooking.spaces.waiting.wishes import Wish, wish_of

MOST_WISHES = 20  # of one person at a time


class Sought(msgspec.Struct, frozen=True):
    """A resource; or any of the kind in the space; or any of the kind within `radius_km` of the `point`."""

    kind: Kind
    resource_id: int | None = None
    space_id: int | None = None
    point: tuple[float, float] | None = None
    radius_km: float | None = None


class StillFree(Refusal):
    """There is something to be had at once, so nobody needs to wait."""

    code: ClassVar[str] = "still-free"

    def __init__(self, way_on: str) -> None:
        super().__init__(_("Da ist gerade noch etwas frei. Sie können es gleich buchen."), way_on)


class NothingThere(Refusal):
    """There is no such thing near the point, however long one waits."""

    status: ClassVar[int] = 422
    code: ClassVar[str] = "nothing-there"

    def __init__(self) -> None:
        super().__init__(_("So etwas gibt es dort nicht. Bitte wählen Sie etwas anderes oder einen anderen Ort."))


class NoLineHere(Refusal):
    """What a room for talking to a doctor is booked for stands nowhere but in the booking, and so does who waits."""

    status: ClassVar[int] = 422
    code: ClassVar[str] = "no-waiting-list"

    def __init__(self) -> None:
        super().__init__(_("Für Räume für Videotermine gibt es keine Warteliste. Bitte wählen Sie eine andere Zeit."))


class TooManyWishes(Refusal):
    code: ClassVar[str] = "too-many-wishes"

    def __init__(self) -> None:
        super().__init__(
            _("Sie stehen schon auf %(count)s Wartelisten. Bitte nehmen Sie zuerst einen Wunsch zurück.")
            % {"count": MOST_WISHES},
            "/bookings",
        )


async def join_line(connection: Connection, person: Person, sought: Sought, period: Period) -> Wish:
    """The person's place in the line; who stands in it already keeps that one.

    Raises NoLineHere, NotFound, DeskGone, RuleBroken, NothingThere, StillFree, TooManyWishes.
    """
    if sought.kind == DISCREET:
        raise NoLineHere
    await lock_person(connection, person.id)
    # Alone in every space that the wish reaches: a release that goes on at the same time either sees the wish,
    # or has let us see what it freed.
    for space in sorted(await _spaces(connection, sought), key=lambda one: one.id):
        await lock_for_change(connection, space.id)
    await _check_worth_waiting(connection, person, sought, period)
    known = await _known(connection, person, sought, period)
    if known is None:
        await _check_number(connection, person)
    wish_id = known or await connection.fetchval(
        """INSERT INTO waiting (person_id, period, kind, resource_id, space_id, lat, lon, radius_km)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id""",
        *_columns(person, sought, period),
    )
    return await wish_of(connection, person, wish_id)


async def sought_resource(connection: Connection, resource_id: int) -> Sought:
    """One that can be booked. Raises DeskGone."""
    space, resource = await bookable(connection, resource_id)
    return Sought(resource.kind, resource.id, space.id)


async def _spaces(connection: Connection, sought: Sought) -> list[Space]:
    if sought.space_id is not None:
        return [await published_space(connection, sought.space_id)]
    near = await published_spaces(connection, sought.point, sought.radius_km or 0, None, None, None)
    return [space for space, _distance in near]


async def _check_worth_waiting(connection: Connection, person: Person, sought: Sought, period: Period) -> None:
    """Something must be what the rules let this person have in that period, and none of it free."""
    now = datetime.now(UTC)
    refused: Refusal = NothingThere()
    possible = False
    spaces = await _spaces(connection, sought)
    schedules = await schedules_of(connection, spaces, period, sought.kind)
    resources = await _resources(connection, spaces, sought.kind)
    for space in spaces:
        for schedule in schedules[space.id]:
            if sought.resource_id not in (None, schedule.resource_id):
                continue
            try:
                check_period(schedule.rules, period, now)
                await check_person(connection, person, space, resources[schedule.resource_id], period)
            except RuleBroken as broken:
                refused = broken if isinstance(refused, NothingThere) else refused
                continue
            if schedule.has_free(period):
                raise StillFree(booking_url(schedule.rules, schedule.resource_id, period))
            possible = True
    if not possible:
        raise refused


async def _resources(connection: Connection, spaces: list[Space], kind: Kind) -> dict[int, Resource]:
    rows = await connection.fetch(
        """SELECT id, space_id, kind, name, features, pool, retired_at FROM resource
           WHERE space_id = ANY($1) AND kind = $2 AND retired_at IS NULL""",
        [space.id for space in spaces],
        kind,
    )
    return {row["id"]: resource_from(row) for row in rows}


async def _known(connection: Connection, person: Person, sought: Sought, period: Period) -> int | None:
    known: int | None = await connection.fetchval(
        """SELECT id FROM waiting
           WHERE person_id = $1 AND period = $2 AND kind = $3 AND state IN ('waiting', 'offered')
             AND (resource_id, space_id, lat, lon, radius_km) IS NOT DISTINCT FROM
                 ($4::int, $5::int, $6::float8, $7::float8, $8::float8)""",
        *_columns(person, sought, period),
    )
    return known


async def _check_number(connection: Connection, person: Person) -> None:
    count: int = await connection.fetchval(
        """SELECT count(*) FROM waiting
           WHERE person_id = $1 AND state IN ('waiting', 'offered') AND lower(period) > now()""",
        person.id,
    )
    if count >= MOST_WISHES:
        raise TooManyWishes


def _columns(person: Person, sought: Sought, period: Period) -> tuple[object, ...]:
    lat, lon = sought.point or (None, None)
    place = (sought.resource_id, sought.space_id, lat, lon, sought.radius_km)
    return person.id, period.range, sought.kind, *place
