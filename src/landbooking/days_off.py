"""Public and school holidays of a Land, from the `holidays` library, which is kept up to date."""

from datetime import date
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
