"""Tariffs: what a period costs. Pure rules, no input, no output."""

from collections.abc import Iterable
from datetime import timedelta

import msgspec

from landbooking.period import Period
from landbooking.spaces.kinds import Kind
from landbooking.spaces.opening_hours import HOUR, OpeningRules, day_parts


class Tariff(msgspec.Struct, frozen=True):
    """Of a space, of a kind in it, or of a resource; in cents. None inherits, and is not offered where nobody sets it.

    `month_cents` is what a pass costs that covers a month's bookings.
    """

    kind: Kind | None = None
    resource_id: int | None = None
    hour_cents: int | None = None
    half_day_cents: int | None = None
    day_cents: int | None = None
    month_cents: int | None = None


AMOUNTS = Tariff.__struct_fields__[2:]


def effective_tariff(tariffs: Iterable[Tariff], kind: Kind, resource_id: int | None) -> Tariff:
    """A resource's own amounts, else its kind's, else the space's, each by itself; as the rules are inherited.

    Not so equipment: what a host asks for a place in the space, they do not ask for a flipchart on top of it.
    """
    found: list[Tariff] = [Tariff(), Tariff(), Tariff()]
    for tariff in tariffs:
        if tariff.resource_id is not None:
            if tariff.resource_id == resource_id:
                found[0] = tariff
        elif tariff.kind is None:
            if kind != "equipment":
                found[2] = tariff
        elif tariff.kind == kind:
            found[1] = tariff
    amounts = {
        name: next((amount for tariff in found if (amount := getattr(tariff, name)) is not None), None)
        for name in AMOUNTS
    }
    return Tariff(kind, resource_id, **amounts)


def price_of(tariff: Tariff, rules: OpeningRules, period: Period) -> int:
    """In cents: the cheapest of what is offered, so that nobody pays more for hours than for the day.

    Hours count when they have begun. A half day is what lies within a half of the day as the space has it; where only
    that is offered, all else is two of them.
    """
    first, last = (moment.astimezone(rules.time_zone) for moment in (period.start, period.end - timedelta.resolution))
    days = (last.date() - first.date()).days + 1
    prices = []
    if tariff.hour_cents is not None:
        prices.append(tariff.hour_cents * -(-period.length // HOUR))
    if tariff.half_day_cents is not None:
        parts = day_parts(msgspec.structs.replace(rules, unit="half_day"), first.date())
        is_half = any(part.contains(period) for name, part in parts.items() if name != "day")
        prices.append(tariff.half_day_cents * (1 if is_half else 2 * days))
    if tariff.day_cents is not None:
        prices.append(tariff.day_cents * days)
    return min(prices, default=0)
