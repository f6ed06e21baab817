"""Equipment that goes with a booking: all of it is taken with the room, or nothing is.

Each piece is a row of its own in `booking`, part of the room's row and kept by the same constraint, with the rules and
buffers of its own. What happens to the room's row happens to them by a trigger (migration 0009), whoever does it.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime
from typing import ClassVar

import msgspec

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.errors import NotFound, Refusal
from landbooking.language import gettext as _
from landbooking.period import Period
from landbooking.spaces.booking_rules import broken_rule, check_period
from landbooking.spaces.eligibility import check_person
from landbooking.spaces.kinds import DISCREET, Kind
from landbooking.spaces.opening_hours import OpeningRules, RuleBroken, blocked_by
from landbooking.spaces.schedules import schedules_of
from landbooking.spaces.space import Resource, Space, resource_from, resources_of

KIND: Kind = "equipment"
FOLLOWS = "take_equipment_along"  # the trigger's function, as the database names it where a piece can't come along


class EquipmentTaken(Refusal):
    """The room would be free, but not this piece; so nothing is booked, moved or changed."""

    code: ClassVar[str] = "equipment-taken"

    def __init__(self, name: str | None = None, way_on: str | None = None) -> None:
        super().__init__(
            _("„%(name)s“ ist zu dieser Zeit schon vergeben. Bitte buchen Sie ohne oder zu einer anderen Zeit.")
            % {"name": name}
            if name
            else _("Ihre Ausstattung ist zu dieser Zeit schon vergeben. Es bleibt alles, wie es war."),
            way_on,
        )

    @property
    def fields(self) -> dict[str, str]:
        return {"with_equipment": self.message}


class EquipmentUnfit(Refusal):
    """It is no equipment, or none of this space, or can't be booked any more; or a thing that takes none along."""

    status: ClassVar[int] = 422
    code: ClassVar[str] = "equipment-unfit"

    def __init__(self, message: str) -> None:
        super().__init__(message)

    @property
    def fields(self) -> dict[str, str]:
        return {"with_equipment": self.message}


class Choice(msgspec.Struct, frozen=True):
    """A piece that somebody who books a room may take along: `is_free` in the period, by its rules too."""

    id: int
    name: str
    features: tuple[str, ...]
    is_free: bool


def check_period_now(rules: OpeningRules, period: Period) -> None:
    """As anybody who books by the rules: by the clock as it is. Raises RuleBroken."""
    check_period(rules, period, datetime.now(UTC))


async def choices_for(connection: Connection, space: Space, resource: Resource, period: Period) -> list[Choice]:
    """All equipment of the space, for who books this resource in the period; none where it takes none along."""
    if not takes_equipment(resource.kind):
        return []
    pieces = {piece.id: piece for piece in await resources_of(connection, space.id) if piece.kind == KIND}
    if not pieces:
        return []
    now = datetime.now(UTC)
    schedules = {one.resource_id: one for one in (await schedules_of(connection, [space], period, KIND))[space.id]}
    return [
        Choice(
            piece.id,
            piece.name,
            piece.features,
            schedules[piece.id].has_free(period) and not broken_rule(schedules[piece.id].rules, period, now),
        )
        for piece in pieces.values()
    ]


def takes_equipment(kind: Kind) -> bool:
    """What is said of a discreet room is its number and nothing else, and equipment has none of its own."""
    return kind not in (KIND, DISCREET)


async def pieces_at(connection: Connection, space: Space, resource: Resource) -> list[tuple[int, str]]:
    """Id and name of all that whoever books this resource may take along, at one time or another."""
    if not takes_equipment(resource.kind):
        return []
    return [(piece.id, piece.name) for piece in await resources_of(connection, space.id) if piece.kind == KIND]


async def pieces_for(connection: Connection, space: Space, resource: Resource, ids: Sequence[int]) -> list[Resource]:
    """The pieces that shall come along with the resource, by id, each once. Raises EquipmentUnfit."""
    if not takes_equipment(resource.kind):
        raise EquipmentUnfit(_("Hierzu lässt sich keine Ausstattung buchen."))
    known = {piece.id: piece for piece in await resources_of(connection, space.id) if piece.kind == KIND}
    if not set(ids) <= known.keys():
        raise EquipmentUnfit(_("Diese Ausstattung gibt es hier nicht. Bitte wählen Sie nur aus der Liste."))
    return [known[number] for number in sorted(set(ids))]


async def take_equipment(
    connection: Connection,
    person: Person | None,
    space: Space,
    pieces: Sequence[Resource],
    period: Period,
    booking_id: int,
    check: Callable[[OpeningRules, Period], None] = check_period_now,
) -> None:
    """Takes the pieces along with the booking that was just made.

    One after the other by id, after the room: two who want the same never wait for each other in a circle.
    `person` None is a guest, about whom there are no rules. Raises RuleBroken, EquipmentTaken.
    """
    for piece in pieces:
        await _take(connection, person, space, piece, period, booking_id, check)


async def check_equipment(
    connection: Connection,
    person: Person | None,
    space: Space,
    booking_id: int,
    period: Period,
    asked_at: datetime,
    uncounted: Collection[int] = (),
) -> None:
    """Whether the rules let the pieces of a booking come along to the period, and into this space.

    `asked_at` is when the person wished for it, from which lead and horizon count; `person` None is a guest, and
    `uncounted` are bookings and pieces that don't count for a quota. Raises EquipmentUnfit, RuleBroken.
    """

    def check(rules: OpeningRules, period: Period) -> None:
        check_period(rules, period, asked_at)

    pieces = await _pieces_of(connection, booking_id)
    known = {piece.id: piece for piece in await resources_of(connection, space.id)} if pieces else {}
    for part_id, resource_id in pieces:
        if resource_id not in known:
            raise fixed_elsewhere()
        await _check(connection, person, space, known[resource_id], period, check, [part_id, *uncounted])


async def pieces_along(connection: Connection, booking_ids: Sequence[int]) -> dict[int, list[int]]:
    """By booking the ids of the pieces that go with it."""
    rows = await connection.fetch(
        """SELECT part_of, array_agg(resource_id ORDER BY resource_id) AS pieces FROM booking
           WHERE part_of = ANY($1) AND status <> 'cancelled' GROUP BY part_of""",
        booking_ids,
    )
    return {row["part_of"]: row["pieces"] for row in rows}


async def with_pieces(connection: Connection, booking_ids: Sequence[int]) -> list[int]:
    """These bookings, and the pieces that go with them."""
    rows = await connection.fetch("SELECT id FROM booking WHERE part_of = ANY($1)", booking_ids)
    return [*booking_ids, *(row["id"] for row in rows)]


async def rules_of_pieces(connection: Connection, space: Space, booking_id: int) -> list[OpeningRules]:
    """Those by which the pieces of a booking are booked in this space."""
    return [space.rules_of(KIND, resource_id) for _part, resource_id in await _pieces_of(connection, booking_id)]


async def _pieces_of(connection: Connection, booking_id: int) -> list[tuple[int, int]]:
    """The row of each, and the resource."""
    rows = await connection.fetch(
        """SELECT id, resource_id FROM booking WHERE part_of = $1 AND status <> 'cancelled' ORDER BY resource_id""",
        booking_id,
    )
    return [(row["id"], row["resource_id"]) for row in rows]


async def take_off(connection: Connection, host: Person, part_id: int) -> tuple[int, Resource]:
    """A host frees one piece of a booking, which goes on without it; the booking's id and the piece.

    Raises NotFound.
    """
    row = await connection.fetchrow(
        """UPDATE booking SET status = 'cancelled', version = booking.version + 1, until_at = NULL, changed_at = now(),
                  cancelled_at = now(), cancelled_by = $2, ended_because = 'host'
           FROM resource WHERE booking.id = $1 AND resource.id = booking.resource_id
           RETURNING booking.part_of, resource.*""",
        part_id,
        host.id,
    )
    if row is None:
        raise NotFound
    changed = "UPDATE booking SET version = version + 1, changed_at = now() WHERE id = $1"
    await connection.execute(changed, row["part_of"])
    return row["part_of"], resource_from(row)


async def _take(
    connection: Connection,
    person: Person | None,
    space: Space,
    piece: Resource,
    period: Period,
    booking_id: int,
    check: Callable[[OpeningRules, Period], None],
) -> None:
    await _check(connection, person, space, piece, period, check)
    taken = await connection.fetchval(
        """INSERT INTO booking (resource_id, person_id, guest_id, period, blocked, status, until_at, part_of)
           SELECT $2, person_id, guest_id, period, $3, status, until_at, id FROM booking WHERE id = $1
           ON CONFLICT DO NOTHING RETURNING id""",
        booking_id,
        piece.id,
        blocked_by(space.rules_of(piece.kind, piece.id), period).range,
    )
    if taken is None:
        raise EquipmentTaken(piece.name)


async def _check(
    connection: Connection,
    person: Person | None,
    space: Space,
    piece: Resource,
    period: Period,
    check: Callable[[OpeningRules, Period], None],
    uncounted: Collection[int] = (),
) -> None:
    """Its own rules."""
    try:
        check(space.rules_of(piece.kind, piece.id), period)
        if person is not None:
            await check_person(connection, person, space, piece, period, uncounted)
    except RuleBroken as broken:
        raise of_piece(piece, broken) from None


def fixed_elsewhere() -> EquipmentUnfit:
    """Of a piece that another space has, or that is retired by now."""
    return EquipmentUnfit(_("Die gebuchte Ausstattung lässt sich dorthin nicht mitnehmen."))


def of_piece(piece: Resource, broken: RuleBroken) -> RuleBroken:
    """The same rule in a sentence that says which piece is meant."""
    return RuleBroken(broken.code.removeprefix("rule-"), "with_equipment", f"{piece.name}: {broken.message}")
