"""What a booking costs, as it stands in the ledger, and how that is said."""

from collections.abc import Iterable
from typing import Literal

import msgspec

from landbooking.language import format_cents
from landbooking.language import gettext as _
from landbooking.spaces.tariffs.tariff import Tariff

Way = Literal["counter", "card", "pass", "voucher", "waived"]


class Cost(msgspec.Struct, frozen=True):
    """`cents` are to be paid at the counter; the other ways leave nothing, or less, to pay. `reason` is a waiver's."""

    way: Way
    cents: int
    card_id: int | None = None
    reason: str | None = None
    voucher_id: int | None = None


def spoken_cost(cost: Cost | None) -> str:
    """A few words, also where it is free."""
    if cost is None:
        return _("kostenlos")
    match cost.way:
        case "card":
            return _("mit Ihrer Besuchskarte")
        case "pass":
            return _("im Monatspass enthalten")
        case "waived":
            return _("erlassen")
        case _ if not cost.cents:
            return _("mit Gutschein bezahlt")
        case _:
            return spoken_price(cost.cents)


def spoken_tariff(tariff: Tariff) -> str:
    """ "3,00 € je Stunde, 12,00 € je Tag"; empty where it is free."""
    offered = [
        (tariff.hour_cents, _("%(amount)s je Stunde")),
        (tariff.half_day_cents, _("%(amount)s je halben Tag")),
        (tariff.day_cents, _("%(amount)s je Tag")),
    ]
    prices = [(cents, words) for cents, words in offered if cents is not None]
    if not all(cents for cents, _words in prices):
        return ""
    return ", ".join(words % {"amount": format_cents(cents)} for cents, words in prices)


def spoken_price(cents: int) -> str:
    """What something would cost that is not booked yet."""
    return _("%(amount)s, zu zahlen vor Ort") % {"amount": format_cents(cents)} if cents else _("kostenlos")


def spoken_sum(costs: Iterable[Cost | None]) -> str:
    """The same of many bookings together."""
    charged = [cost for cost in costs if cost]
    if cents := sum(cost.cents for cost in charged):
        return _("%(amount)s, zu zahlen vor Ort") % {"amount": format_cents(cents)}
    return ", ".join(dict.fromkeys(map(spoken_cost, charged))) or spoken_cost(None)


# The open charge of a booking, as a column of a query that has `booking`: the one that no counter-row took back.
COST = """
    (SELECT jsonb_build_object('way', charge.way, 'cents', charge.cents, 'card_id', charge.card_id,
                               'voucher_id', charge.voucher_id) FROM charge
     WHERE charge.booking_id = booking.id AND charge.corrects IS NULL
       AND NOT EXISTS (SELECT FROM charge AS counter WHERE counter.corrects = charge.id)) AS cost
"""
