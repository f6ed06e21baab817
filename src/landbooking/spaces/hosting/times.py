"""Clock times and days as hosts type them."""

import re
from datetime import date, datetime, timedelta

from landbooking.language import gettext as _
from landbooking.spaces.opening_hours import OpeningRules

DAY = 24 * 60  # minutes
QUARTER = 15  # minutes
FURTHEST = timedelta(days=3 * 366)  # nobody plans further ahead; keeps dates far from where calendars end

_CLOCK = re.compile(r"([0-9]{1,2})(?:[:.]([0-9]{2}))?(?:[:.]00)?(?: *Uhr)?")


def opening_minutes(typed: str) -> int:
    """Minutes since midnight of "9", "9:00" or "09.00". Raises ValueError with a sentence."""
    minutes = _minutes(typed)
    if minutes == DAY:
        raise ValueError(_("Um 24:00 Uhr ist der Tag vorbei. Bitte wählen Sie eine frühere Uhrzeit."))
    return minutes


def closing_minutes(typed: str) -> int:
    """The same for an end: midnight is that of the day's end, which "00:00" means here as well as "24:00"."""
    return _minutes(typed) or DAY


def _minutes(typed: str) -> int:
    matched = _CLOCK.fullmatch(typed.strip())
    minutes = int(matched[1]) * 60 + int(matched[2] or 0) if matched else DAY + 1
    if minutes > DAY or (matched and int(matched[2] or 0) > 59):
        raise ValueError(_("Bitte eine Uhrzeit wie 09:00 angeben."))
    if minutes % QUARTER:
        raise ValueError(_("Bitte in Schritten von 15 Minuten, zum Beispiel 09:15."))
    return minutes


def spoken_clock(minutes: int) -> str:
    """As a time field shows it; the day's end is 00:00, because such a field knows no 24:00."""
    return f"{minutes // 60 % 24:02}:{minutes % 60:02}"


def typed_day(typed: str) -> date:
    """A date as a date field sends it, or as people write it: "1.12.2026". Raises ValueError with a sentence."""
    for form in ("%Y-%m-%d", "%d.%m.%Y"):
        try:
            return datetime.strptime(typed.strip(), form).date()  # noqa: DTZ007 a day has no zone
        except ValueError:
            continue
    raise ValueError(_("Bitte ein Datum wie 2026-12-01 angeben."))


def check_day(day: date, rules: OpeningRules, now: datetime) -> None:
    """Raises ValueError with a sentence where the day is over, or too far away to plan for."""
    today = now.astimezone(rules.time_zone).date()
    if day < today:
        raise ValueError(_("Dieser Tag ist schon vorbei."))
    if day > today + FURTHEST:
        raise ValueError(_("So weit im Voraus geht es nicht. Möglich sind drei Jahre."))
