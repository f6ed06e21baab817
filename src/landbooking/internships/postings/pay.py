"""Why an internship may be without pay: the exemptions of MiLoG § 22 (1), sentence 2."""

from calendar import monthrange
from datetime import date, timedelta

from landbooking.internships.postings.fields import Kind
from landbooking.language import gettext, mark

MONTHS = 3  # numbers 2 and 3 of the sentence: for longer, all of it has to be paid

_REASONS: dict[Kind, str] = {
    "school": mark("Ein Praktikum, das die Schule vorschreibt, muss nicht bezahlt werden (§ 22 MiLoG, Nr. 1)."),
    "mandatory": mark("Ein Pflichtpraktikum muss nicht bezahlt werden (§ 22 MiLoG, Nr. 1)."),
    "orientation": mark("Bis zu drei Monate zur Orientierung müssen nicht bezahlt werden (§ 22 MiLoG, Nr. 2)."),
    "study": mark("Bis zu drei Monate neben Ausbildung oder Studium müssen nicht bezahlt werden (§ 22 MiLoG, Nr. 3)."),
    "qualification": mark("Eine Einstiegsqualifizierung wird von der Arbeitsagentur gefördert (§ 22 MiLoG, Nr. 4)."),
}


def why_unpaid(kind: Kind, first: date, last: date, weeks: int | None) -> str | None:
    """A sentence on why no minimum wage is due; None where it is.

    `weeks` is how long it takes where `first` to `last` is only the window.
    """
    longest = first + timedelta(days=7 * weeks - 1) if weeks else last
    if kind in ("orientation", "study") and longest >= _months_later(first):
        return None
    reason = _REASONS.get(kind)
    return gettext(reason) if reason else None


def _months_later(day: date) -> date:
    """The day after three months that begin with `day` (BGB §§ 187 (2), 188 (2) and (3))."""
    year, month = divmod(day.year * 12 + day.month - 1 + MONTHS, 12)
    days = monthrange(year, month + 1)[1]
    return date(year, month + 1, day.day) if day.day <= days else date(year, month + 1, days) + timedelta(days=1)
