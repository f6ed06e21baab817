"""The form by which a company proposes times: up to five, each a day and a clock time."""

from collections.abc import Mapping
from datetime import date, time, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import msgspec

from landbooking.forms import InvalidInput, parse_values, text_of
from landbooking.ids import Version
from landbooking.language import gettext as _
from landbooking.period import Period, opening_instant

NUMBERS = range(1, 6)


class TimesForm(msgspec.Struct, frozen=True):
    """`minutes` is how long each lasts."""

    minutes: Annotated[int, msgspec.Meta(ge=10, le=240)] = 30
    place: Annotated[str, msgspec.Meta(max_length=300)] = ""
    version: Version | None = None


class _Row(msgspec.Struct, frozen=True):
    day: date | None = None
    at: time | None = None


def empty_times() -> dict[str, str]:
    return {f"{name}_{number}": "" for number in NUMBERS for name in ("day", "at")} | {"minutes": "30", "place": ""}


def times_in(posted: Mapping[str, Any], zone: str, minutes: int) -> list[Period]:
    """By the local clock; empty rows are none. Raises InvalidInput with every row that is wrong."""
    errors: dict[str, str] = {}
    periods = []
    for number in NUMBERS:
        typed = {name: text_of(posted, f"{name}_{number}") for name in ("day", "at")}
        try:
            row = parse_values(_Row, typed)
        except InvalidInput as invalid:
            errors |= {f"{name}_{number}": sentence for name, sentence in invalid.errors.items()}
            continue
        if row.day and row.at:
            start = opening_instant(row.day, row.at.hour * 60 + row.at.minute, ZoneInfo(zone))
            periods.append(Period(start, start + timedelta(minutes=minutes)))
        elif row.day or row.at:
            missing = "at" if row.day else "day"
            errors[f"{missing}_{number}"] = _("Bitte Tag und Uhrzeit angeben.")
    if errors:
        raise InvalidInput(errors, dict(posted))
    return periods
