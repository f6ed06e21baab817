"""German first, English complete: which language is spoken now, and how it writes days and times.

The German text is the message id; `locale/en/LC_MESSAGES/landbooking.po` has the English.
"""

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from decimal import Decimal
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

from babel import Locale, dates, numbers
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

from landbooking.paths import LOCALE

LANGUAGES = ("de", "en")
IN_ADDRESS = re.compile(r"^/(de|en)(?=/|$)")  # the beginning of a path that says its language
language: ContextVar[str] = ContextVar("language", default="de")
address_prefix: ContextVar[str] = ContextVar("address_prefix", default="")  # "/en" where the address says the language
_LOCALES = {"de": Locale("de", "DE"), "en": Locale("en", "GB")}


@contextmanager
def use_language(code: str) -> Iterator[None]:
    """Speaks `code` ("de" or "en") inside the block."""
    token = language.set(code)
    try:
        yield
    finally:
        language.reset(token)


@cache
def _translations(code: str) -> NullTranslations:
    catalogue = LOCALE / code / "LC_MESSAGES" / "landbooking.po"
    if not catalogue.exists():
        return NullTranslations()
    compiled = io.BytesIO()
    with catalogue.open("rb") as file:
        write_mo(compiled, read_po(file, locale=code))
    compiled.seek(0)
    return Translations(compiled)


def gettext(message: str) -> str:
    return _translations(language.get()).ugettext(message)


def ngettext(singular: str, plural: str, count: int) -> str:
    return _translations(language.get()).ungettext(singular, plural, count)


def mark(message: str) -> str:
    """Marks a text for the catalogue that is translated later, when it is shown."""
    return message


def preferred_language(accept_language: str) -> str:
    """The first of our languages that a browser's Accept-Language asks for; German where it names neither."""
    wanted = []
    for position, part in enumerate(accept_language.split(",")[:20]):
        name, _, weight = part.strip().partition(";q=")
        try:
            quality = float(weight) if weight else 1.0
        except ValueError:
            quality = 0.0
        wanted.append((-quality, position, name[:2].lower()))
    return next((code for quality, _, code in sorted(wanted) if code in LANGUAGES and quality < 0), "de")


def format_day(day: date, width: str = "long") -> str:
    """ "Dienstag, 1. Dezember 2026"; width "medium" leaves out the year, "short" gives "Di., 1.12.", "month" only
    "Dezember 2026".
    """
    return _format_day(day, width, language.get())


@lru_cache(10_000)
def _format_day(day: date, width: str, code: str) -> str:
    patterns = {
        "de": {"long": "EEEE, d. MMMM y", "medium": "EEEE, d. MMMM", "short": "EEEEEE d.M.", "month": "LLLL y"},
        "en": {"long": "EEEE, d MMMM y", "medium": "EEEE, d MMMM", "short": "EEE d MMM", "month": "LLLL y"},
    }
    return dates.format_date(day, patterns[code][width], locale=_LOCALES[code])


def weekday_names() -> list[str]:
    """ "Montag" to "Sonntag"."""
    names = dates.get_day_names("wide", locale=_LOCALES[language.get()])
    return [names[number] for number in range(7)]


def format_cents(cents: int) -> str:
    """ "12,50 €"."""
    return numbers.format_currency(Decimal(cents) / 100, "EUR", locale=_LOCALES[language.get()])


def format_number(number: float) -> str:
    """ "7,25": at most two decimals."""
    return numbers.format_decimal(round(number, 2), locale=_LOCALES[language.get()])


def format_clock(moment: datetime, zone: str) -> str:
    """ "08:30" in `zone`, in both languages on the 24-hour clock that stands on every door here."""
    return f"{moment.astimezone(ZoneInfo(zone)):%H:%M}"


def exact_clock(moment: datetime, zone: str) -> str:
    """The same, and "02:30 (Winterzeit)" in the night in which the clock shows that time twice."""
    local = moment.astimezone(ZoneInfo(zone))
    clock = f"{local:%H:%M}"
    if local.replace(fold=0).utcoffset() == local.replace(fold=1).utcoffset():
        return clock
    said = gettext("%(clock)s (Sommerzeit)") if local.dst() else gettext("%(clock)s (Winterzeit)")
    return said % {"clock": clock}


def format_moment(moment: datetime, zone: str) -> str:
    """ "Dienstag, 1. Dezember 2026, 09:00 Uhr", in the time zone of that name."""
    day = moment.astimezone(ZoneInfo(zone)).date()
    return gettext("%(day)s, %(clock)s Uhr") % {"day": format_day(day), "clock": exact_clock(moment, zone)}


def format_period(start: datetime, end: datetime, zone: str) -> str:
    """ "Dienstag, 1. Dezember 2026, 09:00 bis 12:00 Uhr", in the time zone of that name."""
    first, last = start.astimezone(ZoneInfo(zone)).date(), end.astimezone(ZoneInfo(zone)).date()
    clocks = {"start": exact_clock(start, zone), "end": exact_clock(end, zone)}
    if first == last:
        return gettext("%(day)s, %(start)s bis %(end)s Uhr") % {"day": format_day(first), **clocks}
    return gettext("%(first)s, %(start)s Uhr, bis %(last)s, %(end)s Uhr") % {
        "first": format_day(first),
        "last": format_day(last),
        **clocks,
    }
