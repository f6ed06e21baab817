"""Public and school holidays of a Land, from the `holidays` library, which is kept up to date."""

from datetime import date, timedelta
from functools import cache

import holidays

_SPOKEN = {"de": "de", "en": "en_US"}  # the library's names of our languages


@cache
def public_holidays(state: str, year: int, code: str) -> dict[date, str]:
    """Name by day, for a Land of Germany such as "RP", in the language of that code."""
    return dict(holidays.country_holidays("DE", subdiv=state, years=year, language=_SPOKEN[code]))


@cache
def school_holidays(state: str, year: int, code: str) -> dict[date, str]:
    """The same of school holidays. Empty where they are not published yet."""
    return dict(
        holidays.country_holidays("DE", subdiv=state, years=year, language=_SPOKEN[code], categories=("school",))
    )


def school_holidays_known(state: str, day: date) -> bool:
    """Whether it is published if there is school on that day: it lies no later than the last holidays that are."""
    return any(
        published >= day for year in (day.year, day.year + 1) for published in school_holidays(state, year, "de")
    )


def next_school_holidays(state: str, day: date) -> tuple[date, date] | None:
    """First and last day of the next ones that begin after that day; None where none are published."""
    days = {each for year in range(day.year, day.year + 2) for each in school_holidays(state, year, "de")}
    first = min((each for each in days if each > day and each - timedelta(days=1) not in days), default=None)
    if first is None:
        return None
    last = first
    while last + timedelta(days=1) in days:
        last += timedelta(days=1)
    return first, last
