"""The figures that a host sees of a space, and a district of its spaces together, with the span before.

A district's are sums of what its spaces are told of themselves and of nothing else, so both views together say no more
than the hosts' do. Only its numbers of visitors are its own; they are so rough that no difference tells of few.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import msgspec

from landbooking.database import Connection
from landbooking.errors import NotFound
from landbooking.spaces.kinds import KINDS
from landbooking.spaces.statistics.figures import (
    Before,
    Figures,
    Number,
    Occupancy,
    before_of,
    figures_of,
    number_of,
    total_of,
)
from landbooking.spaces.statistics.ground import Ground, grounds_of
from landbooking.spaces.statistics.occupancy import use_of, weekday_use_of
from landbooking.spaces.statistics.outcomes import Visitors, outcomes_of, visitors_of
from landbooking.spaces.statistics.span import Span
from landbooking.spaces.statistics.week import step

Key = TypeVar("Key", bound=Hashable)
Part = TypeVar("Part", Figures, Before)


class Report(msgspec.Struct, frozen=True):
    """`before` are the figures of the span before. `visitors` None: only a month, a quarter or a year has them."""

    span: Span
    grounds: list[Ground]
    figures: Figures
    before: Before
    visitors: Visitors | None
    by_space: dict[int, Occupancy]
    by_municipality: dict[str, Occupancy]


async def report_of_space(connection: Connection, space_id: int, span: Span, zone: ZoneInfo) -> Report:
    return await _report(connection, [space_id], span, zone)


async def report_of_district(connection: Connection, district_id: int, span: Span, zone: ZoneInfo) -> Report:
    rows = await connection.fetch(
        """SELECT space.id FROM space JOIN municipality ON municipality.id = space.municipality_id
           WHERE municipality.district_id = $1""",
        district_id,
    )
    return await _report(connection, [row["id"] for row in rows], span, zone)


async def zone_of_district(connection: Connection, district_id: int) -> ZoneInfo:
    """Raises NotFound."""
    zone = await connection.fetchval("SELECT time_zone FROM district WHERE id = $1", district_id)
    if zone is None:
        raise NotFound
    return ZoneInfo(zone)


async def _report(connection: Connection, space_ids: Sequence[int], span: Span, zone: ZoneInfo) -> Report:
    grounds = await grounds_of(connection, space_ids, span.period(zone))
    each = await _figures(connection, grounds, span)
    before = await _before(connection, space_ids, span.before, zone)
    municipalities: dict[str, list[Occupancy]] = {}
    for ground in grounds:
        municipalities.setdefault(ground.municipality, []).append(each[ground.id].total)
    return Report(
        span=span,
        grounds=grounds,
        figures=together(list(each.values())),
        before=before,
        visitors=await visitors_of(connection, grounds, span) if span.is_calendars else None,
        by_space={ground.id: each[ground.id].total for ground in grounds},
        by_municipality={name: total_of(totals) for name, totals in sorted(municipalities.items())},
    )


async def _figures(connection: Connection, grounds: Sequence[Ground], span: Span) -> dict[int, Figures]:
    uses = await use_of(connection, grounds, span)
    outcomes = await outcomes_of(connection, grounds, span)
    return {ground.id: figures_of(ground, uses[ground.id], outcomes[ground.id], span) for ground in grounds}


async def _before(connection: Connection, space_ids: Sequence[int], span: Span, zone: ZoneInfo) -> Before:
    grounds = await grounds_of(connection, space_ids, span.period(zone))
    uses = await weekday_use_of(connection, grounds, span)
    outcomes = await outcomes_of(connection, grounds, span)
    each = [before_of(uses[ground.id], outcomes[ground.id], span) for ground in grounds]
    if len(each) == 1:
        return each[0]
    return Before(
        total=total_of(one.total for one in each),
        bookings=number_of(one.bookings for one in each),
        ended=_each(each, lambda one: one.ended, number_of),
    )


def together(each: Sequence[Figures]) -> Figures:
    """Of one, it is that one's."""
    if len(each) == 1:
        return each[0]
    slots: dict[tuple[int, int], tuple[int, int]] = {}
    for one in each:
        for slot, (booked, bookable) in one.slots.items():
            known = slots.get(slot, (0, 0))
            slots[slot] = (known[0] + booked, known[1] + bookable)
    by_kind = _each(each, lambda one: one.by_kind, total_of)
    return Figures(
        total=total_of(one.total for one in each),
        by_month=_each(each, lambda one: one.by_month, total_of),
        by_weekday=_each(each, lambda one: one.by_weekday, total_of),
        by_hour=_each(each, lambda one: one.by_hour, total_of),
        by_kind={kind: by_kind[kind] for kind in KINDS if kind in by_kind},
        by_unit={unit: told for one in each for unit, told in one.by_unit.items()},
        open_slots=frozenset().union(*(one.open_slots for one in each)),
        week={slot: step(*amounts) for slot, amounts in slots.items()},
        slots=slots,
        bookings=number_of(one.bookings for one in each),
        ended=_each(each, lambda one: one.ended, number_of),
        leads=_each(each, lambda one: one.leads, number_of),
    )


Figure = TypeVar("Figure", Occupancy, Number)


def _each(
    each: Sequence[Part],
    table: Callable[[Part], Mapping[Key, Figure]],
    add: Callable[[Iterable[Figure]], Figure],
) -> dict[Key, Figure]:
    """A table's rows, each added up over the spaces; numbers and days in their order."""
    keys: list[Any] = list(dict.fromkeys(key for one in each for key in table(one)))
    if not any(isinstance(key, str) for key in keys):
        keys.sort()
    return {key: add([table(one)[key] for one in each if key in table(one)]) for key in keys}
