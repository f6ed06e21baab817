"""The rules of a resource in words: what a person should know before booking it."""

from landbooking.language import gettext as _
from landbooking.language import ngettext
from landbooking.spaces.opening_hours import OpeningRules, spoken_distance, spoken_length
from landbooking.spaces.tariffs.cost import spoken_tariff
from landbooking.spaces.tariffs.tariff import Tariff


def terms_of(rules: OpeningRules, tariff: Tariff) -> list[str]:
    """A sentence for each rule, and the price; what asks nothing of anybody stays unsaid."""
    sentences = [_length(rules), _distance(rules)]
    if rules.around_the_clock:
        sentences.append(_("Rund um die Uhr, auch wenn der Raum geschlossen ist."))
    if rules.buffer_before_minutes or rules.buffer_after_minutes:
        sentences.append(spoken_buffers(rules))
    if rules.weekly_minutes:
        quota = spoken_length(rules.weekly_minutes)
        sentences.append(_("Eine Person kann höchstens %(quota)s in der Woche buchen.") % {"quota": quota})
    if rules.audience != "everyone":
        only = {"members": _("Nur Mitglieder können buchen."), "staff": _("Nur die Gastgeber können buchen.")}
        sentences.append(only[rules.audience])
    if rules.approval:
        sentences.append(_("Die Gastgeber müssen erst zustimmen."))
    if prices := spoken_tariff(tariff):
        sentences.append(_("Das kostet %(prices)s; gerechnet wird, was am günstigsten ist.") % {"prices": prices})
    return [*sentences, cancelling(rules)]


def cancelling(rules: OpeningRules) -> str:
    """Until when one can call it off."""
    if not rules.cancel_minutes:
        return _("Absagen und verschieben können Sie bis zum Beginn.")
    length = spoken_distance(rules.cancel_minutes)
    return _("Absagen und verschieben können Sie bis %(length)s vorher.") % {"length": length}


def _length(rules: OpeningRules) -> str:
    if rules.unit == "day":
        return _("Man bucht ganze Tage.")
    if rules.unit == "half_day":
        return _("Man bucht ganze oder halbe Tage.")
    lengths = {"shortest": spoken_length(rules.shortest_minutes), "longest": spoken_length(rules.longest_minutes)}
    if rules.shortest_minutes == rules.longest_minutes:
        return _("Jede Buchung dauert %(shortest)s.") % lengths
    return _("Eine Buchung dauert mindestens %(shortest)s und höchstens %(longest)s.") % lengths


def _distance(rules: OpeningRules) -> str:
    ahead = {"days": ngettext("%(count)s Tag", "%(count)s Tage", rules.horizon_days) % {"count": rules.horizon_days}}
    if not rules.lead_minutes:
        return _("Buchen kann man bis zu %(days)s im Voraus.") % ahead
    message = _("Buchen kann man bis zu %(days)s im Voraus, spätestens %(length)s vorher.")
    return message % {**ahead, "length": spoken_distance(rules.lead_minutes)}


def spoken_buffers(rules: OpeningRules) -> str:
    """How long it stays free before and after each booking."""
    before, after = (spoken_length(minutes) for minutes in (rules.buffer_before_minutes, rules.buffer_after_minutes))
    if not rules.buffer_after_minutes:
        return _("Davor bleiben %(before)s frei.") % {"before": before}
    if not rules.buffer_before_minutes:
        return _("Danach bleiben %(after)s frei.") % {"after": after}
    return _("Davor bleiben %(before)s frei, danach %(after)s.") % {"before": before, "after": after}
