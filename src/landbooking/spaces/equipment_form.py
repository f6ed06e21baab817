"""Equipment in a form: what of it can come along, and what that costs."""

from collections.abc import Sequence

import msgspec

from landbooking.database import Connection
from landbooking.language import format_cents
from landbooking.language import gettext as _
from landbooking.period import Period
from landbooking.spaces.equipment import choices_for
from landbooking.spaces.features import label
from landbooking.spaces.space import Resource, Space, resources_of
from landbooking.spaces.tariffs.ledger import price_in


class OfferedEquipment(msgspec.Struct, frozen=True):
    """`options` of what is free: id, name and, where there is something to say, a hint; `missing` are names of what is
    taken, `chosen` what was ticked before."""

    options: tuple[tuple[int | str, ...], ...] = ()
    missing: tuple[str, ...] = ()
    chosen: tuple[Resource, ...] = ()


async def offered_equipment(
    connection: Connection, space: Space, resource: Resource, period: Period | None, ticked: Sequence[int] = ()
) -> OfferedEquipment:
    """For who books this resource in the period; nothing without one."""
    choices = await choices_for(connection, space, resource, period) if period else []
    if not choices or period is None:
        return OfferedEquipment()
    pieces = {piece.id: piece for piece in await resources_of(connection, space.id)}
    return OfferedEquipment(
        options=tuple(
            (one.id, one.name, *filter(None, [_hint(space, pieces[one.id], period)])) for one in choices if one.is_free
        ),
        missing=tuple(one.name for one in choices if not one.is_free),
        chosen=tuple(pieces[one.id] for one in choices if one.id in ticked),
    )


def _hint(space: Space, piece: Resource, period: Period) -> str:
    """What a piece is like, and what it costs."""
    cents = price_in(space, piece, period)
    cost = [_("%(amount)s dazu") % {"amount": format_cents(cents)}] if cents else []
    return ", ".join([*map(label, piece.features), *cost])
