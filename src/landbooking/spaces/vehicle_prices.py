"""What vehicles cost, as GBFS has it: a plan for each price that any of them has."""

from typing import Any

from landbooking.language import use_language
from landbooking.spaces.tariffs.cost import spoken_tariff
from landbooking.spaces.tariffs.tariff import Tariff

DAY_MINUTES = 24 * 60
_ON_SITE = {
    "de": "Gerechnet wird, was am günstigsten ist; gezahlt wird vor Ort.",
    "en": "Whichever is cheapest counts; you pay on site.",
}
_BY_US = {"de": "Die Gemeinde stellt das Fahrzeug.", "en": "The municipality provides the vehicle."}


def plan_id(tariff: Tariff) -> str:
    """By the amounts, so that it stays while they do."""
    amounts = (("hour", tariff.hour_cents), ("half-day", tariff.half_day_cents), ("day", tariff.day_cents))
    named = [f"{name}-{cents}" for name, cents in amounts if cents]
    return "-".join(named) if named and _costs(tariff) else "free"


def plan_of(tariff: Tariff) -> dict[str, Any]:
    """The words say it all; the segments what a program can reckon with, and never less than is to be paid."""
    spoken: dict[str, str] = {}
    for code in ("de", "en"):
        with use_language(code):
            spoken[code] = spoken_tariff(tariff)
    costs = _costs(tariff)
    told = spoken if costs else {"de": "Kostenlos", "en": "Free of charge"}
    more = _ON_SITE if costs else _BY_US
    plan = {
        "plan_id": plan_id(tariff),
        "name": [{"text": text, "language": code} for code, text in told.items()],
        "currency": "EUR",
        "price": 0,
        "is_taxable": False,
        "description": [{"text": f"{text}. {more[code]}", "language": code} for code, text in told.items()],
    }
    return {**plan, "per_min_pricing": segments(tariff)} if costs else plan


def segments(tariff: Tariff) -> list[dict[str, Any]]:
    """GBFS's per_min_pricing, in euros: hours that have begun, up to the price of the day, and so on for each day.

    Half days are those of the space's clock, which no number of minutes says: only two of them, a day, are told.
    """
    days = [cents for cents in (tariff.day_cents, tariff.half_day_cents and 2 * tariff.half_day_cents) if cents]
    day, hour = min(days, default=None), tariff.hour_cents
    if day is None:
        return [_segment(0, hour or 0, 60)]
    if hour is None or hour >= day:
        return [_segment(0, day, DAY_MINUTES)]
    hours, rest = divmod(day, hour)
    if hours >= 24:
        return [_segment(0, hour, 60)]
    told = [{**_segment(0, hour, 60), "end": hours * 60}]
    if rest:
        told.append(_segment(hours * 60, rest, 0))
    return [*told, _segment(DAY_MINUTES, day, DAY_MINUTES)]


def _segment(start: int, cents: int, interval: int) -> dict[str, Any]:
    return {"start": start, "rate": cents / 100, "interval": interval}


def _costs(tariff: Tariff) -> bool:
    amounts = [cents for cents in (tariff.hour_cents, tariff.half_day_cents, tariff.day_cents) if cents is not None]
    return bool(amounts) and all(amounts)
