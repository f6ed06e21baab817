"""What the figures are called."""

from datetime import date

from landbooking.language import format_day, ngettext
from landbooking.language import gettext as _
from landbooking.language import mark as N_
from landbooking.spaces.statistics.outcomes import LEADS, Outcome

_OUTCOMES: dict[Outcome, str] = {
    "used": N_("genutzt"),
    "no_show": N_("nicht erschienen"),
    "cancelled": N_("selbst abgesagt"),
    "called_off": N_("vom Raum abgesagt"),
}
_MONDAY = date(2024, 1, 1)


def outcome(one: Outcome) -> str:
    return _(_OUTCOMES[one])


def lead(days: int) -> str:
    """ "am selben Tag", "1 Tag vorher", "2 bis 6 Tage vorher", "28 Tage oder länger vorher"."""
    if days == 0:
        return _("am selben Tag")
    if days == LEADS[-1]:
        return _("%(days)s Tage oder länger vorher") % {"days": days}
    last = LEADS[LEADS.index(days) + 1] - 1
    if last > days:
        return _("%(first)s bis %(last)s Tage vorher") % {"first": days, "last": last}
    return ngettext("%(count)s Tag vorher", "%(count)s Tage vorher", days) % {"count": days}


def hour(one: int) -> str:
    """ "9–10 Uhr"."""
    return _("%(first)s–%(last)s Uhr") % {"first": one, "last": one + 1}


def weekday(number: int) -> str:
    """ "Montag"; Monday is 1."""
    return format_day(_MONDAY.replace(day=number)).partition(",")[0]


def short_weekday(number: int) -> str:
    """ "Mo"."""
    return format_day(_MONDAY.replace(day=number), "short").partition(" ")[0].rstrip(".,")
