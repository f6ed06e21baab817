"""What the figures are called."""

from landbooking.language import gettext as _
from landbooking.language import mark as N_
from landbooking.language import ngettext
from landbooking.spaces.statistics.outcomes import LEADS, Outcome

_OUTCOMES: dict[Outcome, str] = {
    "used": N_("genutzt"),
    "no_show": N_("nicht erschienen"),
    "cancelled": N_("selbst abgesagt"),
    "called_off": N_("vom Raum abgesagt"),
}


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


def full(step: int | None) -> str:
    """How full a slot of the week was: "21 bis 40 %"."""
    if step is None:
        return _("zu wenige")
    if step == 0:
        return _("frei")
    return _("%(least)s bis %(most)s %%") % {"least": (step - 1) * 20 + 1, "most": step * 20}
