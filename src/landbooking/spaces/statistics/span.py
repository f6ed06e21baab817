"""The months that statistics are asked for: a month, a quarter, a year, or from one month to another.

Only whole months that are over: a figure of a month that runs would tell, from one day to the next, of a single day.
"""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import msgspec

from landbooking.forms import InvalidInput
from landbooking.language import format_day
from landbooking.language import gettext as _
from landbooking.months import month_after, month_before, next_month
from landbooking.period import Period, opening_instant

MOST_MONTHS = 24


class Span(msgspec.Struct, frozen=True):
    """From the first day of a month up to, not including, that of another."""

    first: date
    after: date

    @property
    def months(self) -> list[date]:
        length = (self.after.year - self.first.year) * 12 + self.after.month - self.first.month
        return [month_after(self.first, number) for number in range(length)]

    @property
    def larger(self) -> list[range]:
        """The quarters, then the years, that lie in it as a whole: places in `months`."""
        whole = []
        for length in (3, 12):
            for place, month in enumerate(self.months):
                if (month.month - 1) % length == 0 and place + length <= len(self.months):
                    whole.append(range(place, place + length))
        return whole

    @property
    def before(self) -> "Span":
        """The span of as many months that ends where this one begins."""
        return Span(month_after(self.first, -len(self.months)), self.first)

    @property
    def following(self) -> "Span":
        return Span(self.after, month_after(self.after, len(self.months)))

    @property
    def is_calendars(self) -> bool:
        """Whether it is a month, a quarter or a year."""
        length = len(self.months)
        return length in (1, 3, 12) and (self.first.month - 1) % length == 0

    @property
    def name(self) -> str:
        """As addresses and files say it: "2026-10", "2026-Q3", "2026", "2026-02--2026-05"."""
        if not self.is_calendars:
            return f"{self.first:%Y-%m}--{month_before(self.after):%Y-%m}"
        names = {1: f"{self.first:%Y-%m}", 3: f"{self.first:%Y}-Q{self.first.month // 3 + 1}", 12: f"{self.first:%Y}"}
        return names[len(self.months)]

    @property
    def said(self) -> str:
        """ "Oktober 2026", "3. Quartal 2026", "Jahr 2026", "Februar 2026 bis Mai 2026"."""
        length = len(self.months)
        if not self.is_calendars:
            first, last = format_day(self.first, "month"), format_day(month_before(self.after), "month")
            return _("%(first)s bis %(last)s") % {"first": first, "last": last}
        if length == 1:
            return format_day(self.first, "month")
        if length == 3:
            return _("%(number)s. Quartal %(year)s") % {"number": self.first.month // 3 + 1, "year": self.first.year}
        return _("Jahr %(year)s") % {"year": self.first.year}

    def period(self, zone: ZoneInfo) -> Period:
        return Period(opening_instant(self.first, 0, zone), opening_instant(self.after, 0, zone))


def last_whole(length: int, zone: ZoneInfo) -> Span:
    """The last month (1), quarter (3) or year (12) that is over in that zone."""
    today = datetime.now(UTC).astimezone(zone).date()
    after = date(today.year, (today.month - 1) // length * length + 1, 1)
    return Span(month_after(after, -length), after)


def asked_span(query: Mapping[str, str], zone: ZoneInfo) -> Span:
    """What `span`, or `from` and `to`, name; the last whole quarter where they say nothing. Raises InvalidInput."""
    if query.get("from") or query.get("to"):
        return _checked(_from_to(query.get("from", ""), query.get("to", "")), "to", zone)
    name = query.get("span", "")
    if not name:
        return last_whole(3, zone)
    named = re.fullmatch(r"(20\d{2})(?:-(?:Q([1-4])|(0[1-9]|1[0-2])))?", name)
    if named is None:
        known = _from_to(*name.split("--", 1)) if "--" in name else None
        if known is None:
            raise InvalidInput({"span": _("Bitte einen Monat, ein Quartal oder ein Jahr wählen.")}, {})
        return _checked(known, "span", zone)
    year, quarter, month = int(named[1]), named[2], named[3]
    first = date(year, int(month) if month else int(quarter) * 3 - 2 if quarter else 1, 1)
    return _checked(Span(first, month_after(first, 1 if month else 3 if quarter else 12)), "span", zone)


def _from_to(first: str, last: str) -> Span:
    months: dict[str, date] = {}
    errors = {}
    for field, text in (("from", first), ("to", last)):
        if matched := re.fullmatch(r"(20\d{2})-(0[1-9]|1[0-2])", text):
            months[field] = date(int(matched[1]), int(matched[2]), 1)
        else:
            errors[field] = _("Bitte einen Monat angeben, zum Beispiel 2026-03.")
    if errors:
        raise InvalidInput(errors, {})
    if months["to"] < months["from"]:
        raise InvalidInput({"to": _("Der letzte Monat muss nach dem ersten liegen.")}, {})
    return Span(months["from"], next_month(months["to"]))


def _checked(span: Span, field: str, zone: ZoneInfo) -> Span:
    if len(span.months) > MOST_MONTHS:
        raise InvalidInput({field: _("Bitte höchstens %(most)s Monate wählen.") % {"most": MOST_MONTHS}}, {})
    if span.after > last_whole(1, zone).after:
        raise InvalidInput({field: _("Zahlen gibt es erst, wenn der letzte Monat vorbei ist.")}, {})
    return span
