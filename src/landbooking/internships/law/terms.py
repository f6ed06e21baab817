"""How the BGB counts ages and months (§§ 187, 188)."""

from calendar import monthrange
from datetime import date, timedelta


def reaches_age(birthday: date, years: int) -> date:
    """The first day on which somebody is that old.

    The day of birth counts (§ 187 Abs. 2 Satz 2 BGB), so a year of life ends with the day before the one that has its
    number (§ 188 Abs. 2 BGB). Who was born on 29 February is therefore a year older on 1 March of other years.
    """
    year = birthday.year + years
    if (birthday.month, birthday.day) == (2, 29) and monthrange(year, 2)[1] == 28:
        return date(year, 3, 1)
    return birthday.replace(year=year)


def last_day_of(first: date, months: int) -> date:
    """The last day of so many months that begin with the day `first` itself (§ 187 Abs. 2, § 188 Abs. 2 and 3 BGB).

    Two months from 15 July end with 14 September, from 31 December with the end of February.
    """
    if first.day > 1:
        return _same_number(first, months, first.day - 1)
    return _same_number(first, months, 1) - timedelta(days=1)


def months_after(event: date, months: int) -> date:
    """The last day of so many months that begin with something that happens on a day, which does not count itself
    (§ 187 Abs. 1, § 188 Abs. 2 and 3 BGB): six months after 31 August end with the end of February.
    """
    return _same_number(event, months, event.day)


def _same_number(day: date, months: int, number: int) -> date:
    """The day of that number so many months later, or the month's last where it has none (§ 188 Abs. 3 BGB)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(number, monthrange(year, month + 1)[1]))
