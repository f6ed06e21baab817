"""The rules for bookings: of the whole space, and those that a kind or one resource has otherwise."""

from collections.abc import Sequence
from typing import Any, ClassVar

import msgspec

from landbooking.database import Connection
from landbooking.errors import Refusal
from landbooking.language import gettext as _
from landbooking.spaces.freed import time_freed
from landbooking.spaces.hosting.resources import all_resources, resource_of
from landbooking.spaces.hosting.versions import check_version
from landbooking.spaces.kinds import DISCREET, several
from landbooking.spaces.opening_hours import OpeningRules, spoken_length
from landbooking.spaces.overrides import AIRING, RULES, Override
from landbooking.spaces.space import Resource, Space, lock_for_change, space_by_id

_NAMES = ", ".join(RULES)  # of our own columns
_VALUES = ", ".join(f"${number}" for number in range(4, 4 + len(RULES)))


class ContradictoryRules(Refusal):
    """By these rules nothing could be booked; `field` is to be changed."""

    status: ClassVar[int] = 422
    code: ClassVar[str] = "rules-contradictory"

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field

    @property
    def fields(self) -> dict[str, str]:
        return {self.field: self.message}


async def set_rules(connection: Connection, space_id: int, rules: dict[str, Any], seen: str) -> None:
    """All of RULES by name, for bookings from now on; those that stand were made by the rules of their time.

    `seen` is the space's version that the host saw, or empty. Raises NotFound, Stale, ContradictoryRules.
    """
    await lock_for_change(connection, space_id)
    space = await space_by_id(connection, space_id)
    after = msgspec.structs.replace(space.rules, **rules)
    if after == space.rules:
        return
    check_version(seen, space.version)
    _check_possible(after, None)
    _check_all(msgspec.structs.replace(space, rules=after), await all_resources(connection, space_id))
    changes = ", ".join(f"{name} = ${number}" for number, name in enumerate(RULES, 2))
    await connection.execute(
        f"UPDATE space SET {changes}, version = version + 1 WHERE id = $1",  # noqa: S608 names of our own columns
        space_id,
        *(getattr(after, name) for name in RULES),
    )
    await time_freed(connection, space_id)


async def set_override(connection: Connection, space_id: int, override: Override, seen: str) -> None:
    """What the kind or the resource has otherwise, from now on; one that sets nothing inherits everything again.

    Raises NotFound, Stale, ContradictoryRules.
    """
    await lock_for_change(connection, space_id)
    space = await space_by_id(connection, space_id)
    kind = override.kind
    if override.resource_id is not None:
        kind = (await resource_of(connection, space_id, override.resource_id)).kind
    if kind == DISCREET:
        _check_discreet(override)
    others = tuple(one for one in space.overrides if _whose(one) != _whose(override))
    after = (*others, override) if override.changes else others
    if set(after) == set(space.overrides):
        return
    check_version(seen, space.version)
    _check_all(msgspec.structs.replace(space, overrides=after), await all_resources(connection, space_id), override)
    await connection.execute(
        """DELETE FROM rule_override WHERE space_id = $1
           AND kind IS NOT DISTINCT FROM $2 AND resource_id IS NOT DISTINCT FROM $3""",
        space_id,
        override.kind,
        override.resource_id,
    )
    if override.changes:
        await connection.execute(
            f"INSERT INTO rule_override (space_id, kind, resource_id, {_NAMES}) VALUES ($1, $2, $3, {_VALUES})",  # noqa: S608
            space_id,
            override.kind,
            override.resource_id,
            *(getattr(override, name) for name in RULES),
        )
    await connection.execute("UPDATE space SET version = version + 1 WHERE id = $1", space_id)
    await time_freed(connection, space_id)


def override_of(space: Space, empty: Override) -> Override:
    """What the kind or resource of `empty` has otherwise; `empty` itself where that is nothing."""
    return next((one for one in space.overrides if _whose(one) == _whose(empty)), empty)


def _whose(override: Override) -> tuple[str | None, int | None]:
    return override.kind, override.resource_id


def _check_all(space: Space, resources: Sequence[Resource], edited: Override | None = None) -> None:
    """Those of every kind and resource with rules of its own; what is edited is spoken of without its name."""
    by_id = {resource.id: resource for resource in resources}
    for override in space.overrides:
        name = None if edited is not None and _whose(override) == _whose(edited) else ""
        if override.kind is not None:
            _check_possible(space.rules_of(override.kind), several(override.kind) if name is not None else None)
        elif (resource := by_id.get(override.resource_id or 0)) and resource.retired_at is None:
            _check_possible(space.rules_of(resource.kind, resource.id), resource.name if name is not None else None)


def _check_discreet(override: Override) -> None:
    """What `effective_rules` would not heed is not taken, so that nobody relies on it."""
    fields = ("buffer_before_minutes", "buffer_after_minutes")
    for field in (name for name in fields if override.changes.get(name, AIRING) < AIRING):
        raise ContradictoryRules(field, _("Hier bleiben immer mindestens %(count)s Minuten frei.") % {"count": AIRING})
    if override.unit not in (None, "time"):
        raise ContradictoryRules("unit", _("Hier bucht man immer nach Uhrzeit."))
    if override.approval:
        raise ContradictoryRules("approval", _("Hier gilt jede Buchung sofort: Sie erfahren nicht, wer bucht."))


def _check_possible(rules: OpeningRules, name: str | None) -> None:
    """`name` is who else inherits what makes this impossible."""
    field = message = ""
    if rules.longest_minutes < rules.shortest_minutes:
        field, message = "longest_minutes", _("Das muss mindestens so lang sein wie die kürzeste Buchung.")
    elif rules.longest_minutes // rules.step_minutes * rules.step_minutes < rules.shortest_minutes:
        steps = spoken_length(rules.step_minutes)
        sentence = _("In Schritten von %(steps)s passt nichts zwischen kürzeste und längste Buchung.")
        field, message = "longest_minutes", sentence % {"steps": steps}
    elif rules.lead_minutes > rules.horizon_days * 24 * 60:
        field, message = (
            "horizon_days",
            _("So weit im Voraus muss man hier schon gebucht haben. Bitte mehr Tage angeben."),
        )
    if field:
        raise ContradictoryRules(field, f"{name}: {message}" if name else message)
