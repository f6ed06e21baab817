"""Amounts as people type them."""

import re

from landbooking.language import gettext as _

_AMOUNT = re.compile(r"([0-9]{1,5})(?:[.,]([0-9]{1,2}))?(?: *€)?")


def typed_cents(typed: str, most: int) -> int | None:
    """Cents of "12,50", "12.5" or "12 €"; None where nothing was typed. Raises ValueError with a sentence."""
    if not typed:
        return None
    matched = _AMOUNT.fullmatch(typed.strip())
    cents = int(matched[1]) * 100 + int((matched[2] or "").ljust(2, "0")) if matched else most + 1
    if cents > most:
        raise ValueError(_("Bitte einen Betrag wie 12,50 angeben, höchstens %(most)s Euro.") % {"most": most // 100})
    return cents


def as_typed(cents: int | None) -> str:
    """The same backwards, for a field."""
    return "" if cents is None else f"{cents // 100},{cents % 100:02}"
