"""How much holiday there is by law, and how a paper says so."""

from datetime import date
from fractions import Fraction

from landbooking.internships.applications.ages import age_on
from landbooking.internships.law.terms import last_day_of
from landbooking.language import format_number
from landbooking.language import gettext as _

ADULTS = 24  # working days a year, Monday to Saturday: BUrlG § 3
YOUNG = ((16, 30), (17, 27), (18, 25))  # below that age at the beginning of the calendar year: JArbSchG § 19 (2)


def holiday_days(first: date, last: date, birthday: date | None) -> Fraction:
    """Working days (Monday to Saturday): a twelfth of the year's for each full month (BUrlG § 5 (1)).

    So also for the young (JArbSchG § 19 (4)). What is half a day or more is made a full one (BUrlG § 5 (2)). Less than
    a month gives none. The year is the one of the first day.
    """
    months = 0
    while last_day_of(first, months + 1) <= last:
        months += 1
    days = Fraction(_a_year(birthday, first) * months, 12)
    rest = days - int(days)
    return Fraction(int(days) + 1) if rest >= Fraction(1, 2) else days


def holiday_sentence(kind: str, first: date, last: date, birthday: date | None) -> str:
    if kind in ("school", "mandatory"):
        return _("Kein gesetzlicher Anspruch: Das Praktikum gehört zu Schule, Studium oder Ausbildung.")
    days = holiday_days(first, last, birthday)
    if not days:
        return _("0 Werktage: Das Praktikum dauert keinen vollen Monat (§ 5 BUrlG).")
    law = "§ 19 JArbSchG" if _is_young(birthday, first) else "§§ 3, 5 BUrlG"
    return _("%(days)s Werktage (%(law)s).") % {"days": format_number(float(days)), "law": law}


def _a_year(birthday: date | None, first: date) -> int:
    age = age_on(birthday, date(first.year, 1, 1)) if birthday else 18
    return next((days for below, days in YOUNG if age < below), ADULTS)


def _is_young(birthday: date | None, first: date) -> bool:
    return birthday is not None and age_on(birthday, date(first.year, 1, 1)) < 18
