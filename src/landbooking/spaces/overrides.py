"""Rules that a kind of a space, or one resource, has other than the space: each inherits what it does not set."""

from collections.abc import Iterable
from typing import Any

import msgspec

from landbooking.spaces.kinds import DISCREET, Kind
from landbooking.spaces.opening_hours import Audience, OpeningRules, Unit


class Override(msgspec.Struct, frozen=True):
    """Of a kind or of a resource. None inherits; what the fields mean says OpeningRules."""

    kind: Kind | None = None
    resource_id: int | None = None
    unit: Unit | None = None
    step_minutes: int | None = None
    lead_minutes: int | None = None
    horizon_days: int | None = None
    shortest_minutes: int | None = None
    longest_minutes: int | None = None
    buffer_before_minutes: int | None = None
    buffer_after_minutes: int | None = None
    weekly_minutes: int | None = None
    cancel_minutes: int | None = None
    hold_minutes: int | None = None
    audience: Audience | None = None
    approval: bool | None = None
    around_the_clock: bool | None = None

    @property
    def changes(self) -> dict[str, Any]:
        """What it sets, by the name of the rule."""
        return {name: value for name in RULES if (value := getattr(self, name)) is not None}


RULES = Override.__struct_fields__[2:]
AIRING = 15  # minutes at least before and after a talk with a doctor, so that nobody meets who comes out


def effective_rules(
    rules: OpeningRules, overrides: Iterable[Override], kind: Kind, resource_id: int | None
) -> OpeningRules:
    """A resource's own rules, else its kind's, else the space's. Without a resource those of the kind.

    A room for talking to a doctor is always booked by the clock, with its buffers and without anybody's approval,
    whatever hosts set: there is nothing to judge such a wish by.
    """
    of_kind, of_resource = {}, {}
    for override in overrides:
        if override.kind == kind:
            of_kind = override.changes
        elif resource_id is not None and override.resource_id == resource_id:
            of_resource = override.changes
    own = msgspec.structs.replace(rules, **{**of_kind, **of_resource})
    if kind != DISCREET:
        return own
    return msgspec.structs.replace(
        own,
        unit="time",
        approval=False,
        buffer_before_minutes=max(AIRING, own.buffer_before_minutes),
        buffer_after_minutes=max(AIRING, own.buffer_after_minutes),
    )
