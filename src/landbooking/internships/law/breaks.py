"""Breaks: how long in all, in which pieces, and when (L6, L10)."""

from collections.abc import Iterator
from datetime import timedelta

from landbooking.internships.law.finding import Finding, found
from landbooking.internships.law.rules import Lawbook
from landbooking.internships.law.workdays import Workday, minutes
from landbooking.language import format_day
from landbooking.language import gettext as _
from landbooking.period import Period
from landbooking.spaces.opening_hours import spoken_length


def judge_breaks(law: Lawbook, days: list[Workday]) -> Iterator[Finding]:
    for day in days:
        if day.planned:
            yield from _judge_total(law, day)
            yield from _judge_unbroken(law, day)


def _judge_total(law: Lawbook, day: Workday) -> Iterator[Finding]:
    """§ 11 Abs. 1 Satz 2 and 3, Abs. 2 Satz 1 JArbSchG, § 4 Satz 1 and 2 ArbZG.

    A break that begins less than an hour after the beginning or ends less than an hour before the end does not count:
    it may be had besides.
    """
    needed = [rule for rule in law.all("break_minutes", day.regime, day.date) if day.worked > rule.over]
    if not needed:
        return
    rule = max(needed, key=lambda each: each.amount)
    margin = law.one("break_margin", day.regime, day.date)
    distance = timedelta(minutes=margin.amount if margin else 0)
    within = Period(day.start + distance, day.end - distance)
    names = {"day": format_day(day.date), "worked": spoken_length(day.worked), "least": spoken_length(rule.amount)}
    if _total(day.breaks) < rule.amount:
        piece = law.one("break_piece", day.regime, day.date)
        message = _("Am %(day)s gehören zu %(worked)s Arbeit mindestens %(least)s Pause.") % names
        if piece:
            message += " " + _("Jede Pause muss mindestens %(piece)s dauern.") % {"piece": spoken_length(piece.amount)}
        yield found(rule, message, day=day.date)
    elif margin and _total(pause for pause in day.breaks if within.contains(pause)) < rule.amount:
        message = _(
            "Am %(day)s liegen die Pausen zu nah am Anfang oder Ende. %(least)s davon müssen frühestens eine Stunde "
            "nach dem Anfang beginnen und spätestens eine Stunde vor dem Ende vorbei sein."
        )
        yield found(margin, message % names, day=day.date)


def _total(breaks: Iterator[Period] | list[Period]) -> int:
    return sum(minutes(pause.length) for pause in breaks)


def _judge_unbroken(law: Lawbook, day: Workday) -> Iterator[Finding]:
    """§ 11 Abs. 2 Satz 2 JArbSchG, § 4 Satz 3 ArbZG."""
    rule = law.one("unbroken_minutes", day.regime, day.date)
    longest = max(minutes(stretch.length) for stretch in day.stretches)
    if rule and longest > rule.amount:
        message = _("Am %(day)s sind %(planned)s am Stück geplant. Spätestens nach %(most)s muss eine Pause sein.")
        names = {"planned": spoken_length(longest), "most": spoken_length(rule.amount)}
        yield found(rule, message % {"day": format_day(day.date), **names}, day=day.date)
