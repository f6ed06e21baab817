"""The time for which a plan is shown: as it was asked for, else the next hours that are open."""

import datetime as dt
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec

from landbooking.forms import InvalidInput, check_within_reach, parse_values, text_of
from landbooking.language import gettext as _
from landbooking.period import Period, joined, local_period
from landbooking.spaces.opening_hours import OpeningRules, open_periods

USUAL_LENGTH = timedelta(hours=2)


class WishQuery(msgspec.Struct, frozen=True):
    """Local clock times of the space's day; the end 00:00 is the midnight at which it is over."""

    date: dt.date
    start: dt.time
    end: dt.time


def asked_wish(
    query: Mapping[str, Any], rules: OpeningRules, earliest: datetime, least: timedelta = USUAL_LENGTH
) -> tuple[dict[str, str], Period | None, dict[str, str]]:
    """What stands in the form, the time that it means, and what is wrong with it.

    Where nothing is asked for it is the next two hours that are open from `earliest` on, or those of `least` at least
    that are left before closing; None where that is not within a week.
    """
    asked = {name: text_of(query, name) for name in ("date", "start", "end")}
    if any(asked.values()):
        try:
            return asked, _wish(query, rules), {}
        except InvalidInput as invalid:
            return asked, None, invalid.errors
    wish = _next_hours(rules, earliest, least)
    if wish:
        start, end = (moment.astimezone(rules.time_zone) for moment in wish)
        asked = {"date": f"{start.date()}", "start": f"{start:%H:%M}", "end": f"{end:%H:%M}"}
    return asked, wish, {}


def _wish(query: Mapping[str, Any], rules: OpeningRules) -> Period:
    """Raises InvalidInput."""
    wanted = parse_values(WishQuery, query)
    check_within_reach(wanted.date, "date")
    wish = local_period(wanted.date, wanted.start, wanted.end, rules.time_zone)
    if wish.end <= wish.start:
        raise InvalidInput({"end": _("Das Ende muss nach dem Anfang liegen.")}, {})
    return wish


def _next_hours(rules: OpeningRules, earliest: datetime, least: timedelta) -> Period | None:
    first = earliest.astimezone(rules.time_zone).date()
    for number in range(8):
        for opened in joined(open_periods(rules, first + timedelta(days=number))):
            start = max(opened.start, earliest)
            if start + least <= opened.end:
                return Period(start, min(start + USUAL_LENGTH, opened.end))
    return None
