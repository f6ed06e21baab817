"""Alike units under one name: whoever does not mind which of them books any that is free."""

from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.language import gettext as _
from landbooking.period import Period
from landbooking.spaces.booking import book_resource
from landbooking.spaces.booking_rules import broken_rule
from landbooking.spaces.bookings import Booking
from landbooking.spaces.kinds import DISCREET
from landbooking.spaces.opening_hours import OpeningRules, RuleBroken
from landbooking.spaces.refusals import DeskGone, DeskTaken
from landbooking.spaces.schedules import schedules_of
from landbooking.spaces.space import Resource, Space, lock_against_changes, published_space, resources_of


class NoneLeft(DeskTaken):
    """Not one unit of the pool is free in this period."""

    def __init__(self, pool: str, way_on: str | None = None) -> None:
        super().__init__(way_on)
        self.message = _("Von „%(pool)s“ ist zu dieser Zeit nichts mehr frei. Bitte wählen Sie eine andere Zeit.") % {
            "pool": pool
        }


class Pool(msgspec.Struct, frozen=True):
    """`units` by name as people count."""

    space: Space
    name: str
    units: tuple[Resource, ...]

    def rules_of(self, unit: Resource) -> OpeningRules:
        return self.space.rules_of(unit.kind, unit.id)


async def pool_of(connection: Connection, space_id: int, name: str) -> Pool:
    """Raises NotFound for a space that is not public, DeskGone for a pool that it has not (any more).

    Rooms for talking to a doctor are booked one by one, with what is told beside the time.
    """
    space = await published_space(connection, space_id)
    units = tuple(
        unit for unit in await resources_of(connection, space_id) if unit.pool == name and unit.kind != DISCREET
    )
    if not units:
        raise DeskGone
    return Pool(space, name, units)


async def book_one_of(
    connection: Connection,
    person: Person,
    space_id: int,
    pool: str,
    period: Period,
    equipment: Sequence[int] = (),
    pay_with: int | None = None,
) -> Booking:
    """Books any unit, with all of the equipment or not at all. The database decides about each unit: who loses one to
    somebody quicker gets the next.

    Raises NotFound, DeskGone, RuleBroken where no unit's rules allow it, NoneLeft, CardRefused, EquipmentTaken,
    EquipmentUnfit.
    """
    found = await pool_of(connection, space_id, pool)
    await lock_against_changes(connection, person.id, *(unit.id for unit in found.units))
    found = await pool_of(connection, space_id, pool)
    if refusal := refusal_of_pool(found, period):
        raise refusal
    tried: set[int] = set()
    forbidden: dict[OpeningRules, RuleBroken] = {}
    while free := [unit for unit in await free_units(connection, found, period) if unit.id not in tried]:
        for unit in free:
            tried.add(unit.id)
            if found.rules_of(unit) in forbidden:
                continue
            try:
                return await book_resource(connection, person, unit.id, period, equipment=equipment, pay_with=pay_with)
            except DeskTaken:  # by somebody quicker, who wrote nothing of ours: the transaction goes on
                continue
            except RuleBroken as broken:
                if broken.field == "with_equipment":  # a piece's rule, whichever unit it would go with
                    raise
                forbidden[found.rules_of(unit)] = broken
    for refusal in forbidden.values():
        raise refusal
    raise NoneLeft(pool)


async def free_units(connection: Connection, pool: Pool, period: Period) -> list[Resource]:
    """Those that are free in the whole period and whose rules let it be booked."""
    now = datetime.now(UTC)
    kind = pool.units[0].kind
    schedules = {
        one.resource_id: one for one in (await schedules_of(connection, [pool.space], period, kind))[pool.space.id]
    }
    return [
        unit
        for unit in pool.units
        if schedules[unit.id].has_free(period) and not broken_rule(pool.rules_of(unit), period, now)
    ]


def refusal_of_pool(pool: Pool, period: Period) -> RuleBroken | None:
    """The rule that forbids the period, where every unit has one that does."""
    now = datetime.now(UTC)
    refusals = [broken_rule(rules, period, now) for rules in dict.fromkeys(map(pool.rules_of, pool.units))]
    return refusals[0] if all(refusals) else None
