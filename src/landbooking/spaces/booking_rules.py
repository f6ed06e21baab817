"""Whether a period can be booked by a resource's rules: pure, and every refusal says what would be possible."""

from datetime import date, datetime, timedelta
from functools import lru_cache

from landbooking.language import exact_clock, format_day, format_moment
from landbooking.language import gettext as _
from landbooking.period import Period, joined, opening_instant
from landbooking.spaces.opening_hours import (
    OpeningRules,
    RuleBroken,
    closed_reason,
    day_parts,
    hours_text,
    is_open,
    last_day,
    next_step,
    open_periods,
    spoken_distance,
    spoken_length,
)


def check_period(rules: OpeningRules, period: Period, now: datetime) -> None:
    """Raises RuleBroken for the first rule that the period breaks, saying what would be possible."""
    if period.end <= period.start:
        message = _("Das Ende muss nach dem Anfang liegen.")
        raise RuleBroken("order", "end", _with_end(rules, period.start, rules.shortest_minutes, message))
    if rules.unit == "time":
        _check_shape(rules, period)
    _check_distance(rules, period, now)
    if rules.unit == "time":
        _check_open(rules, period)
    else:
        _check_unit(rules, period)


def broken_rule(rules: OpeningRules, period: Period, now: datetime) -> RuleBroken | None:
    """The same as an answer, for those who only want to know."""
    try:
        check_period(rules, period, now)
    except RuleBroken as broken:
        return broken
    return None


def _check_shape(rules: OpeningRules, period: Period) -> None:
    for field, moment in (("start", period.start), ("end", period.end)):
        local = moment.astimezone(rules.time_zone)
        if (local.hour * 60 + local.minute) % rules.step_minutes or local.second or local.microsecond:
            raise RuleBroken("step", field, _step_sentence(rules))
    if period.length < timedelta(minutes=rules.shortest_minutes):
        length = spoken_length(rules.shortest_minutes)
        message = _("Eine Buchung dauert hier mindestens %(length)s.") % {"length": length}
        raise RuleBroken("shortest", "end", _with_end(rules, period.start, rules.shortest_minutes, message))
    if period.length > timedelta(minutes=rules.longest_minutes):
        length = spoken_length(rules.longest_minutes)
        message = _("Eine Buchung dauert hier höchstens %(length)s.") % {"length": length}
        raise RuleBroken("longest", "end", _with_end(rules, period.start, rules.longest_minutes, message))


def _with_end(rules: OpeningRules, start: datetime, minutes: int, sentence: str) -> str:
    """And which end would be right, where it is open until then."""
    end = start + timedelta(minutes=minutes)
    if not is_open(rules, Period(start, end)):
        return sentence
    clocks = {"start": exact_clock(start, rules.zone), "end": exact_clock(end, rules.zone)}
    possible = _("Ab %(start)s Uhr ginge es bis %(end)s Uhr.") % clocks
    return f"{sentence} {possible}"


def _step_sentence(rules: OpeningRules) -> str:
    if rules.step_minutes == 60:
        return _("Buchen kann man hier zu vollen Stunden, zum Beispiel 9:00 Uhr.")
    return _("Buchen kann man in Schritten von %(step)s Minuten, zum Beispiel 9:%(step)s Uhr.") % {
        "step": rules.step_minutes
    }


def _check_distance(rules: OpeningRules, period: Period, now: datetime) -> None:
    if period.start < now:
        message = _("Dieser Zeitpunkt ist schon vorbei.")
        raise RuleBroken("past", "start", _with_start(rules, now + timedelta(minutes=rules.lead_minutes), message))
    if period.start < now + timedelta(minutes=rules.lead_minutes):
        message = _("Hier muss man mindestens %(length)s vorher buchen.") % {
            "length": spoken_distance(rules.lead_minutes)
        }
        raise RuleBroken("lead", "start", _with_start(rules, now + timedelta(minutes=rules.lead_minutes), message))
    if period.start.astimezone(rules.time_zone).date() > last_day(rules, now):
        message = _("So weit im Voraus geht es noch nicht. Der letzte buchbare Tag ist %(day)s.") % {
            "day": format_day(last_day(rules, now))
        }
        raise RuleBroken("horizon", "start", message)


def _with_start(rules: OpeningRules, after: datetime, sentence: str) -> str:
    """And from when on it would be possible."""
    start = first_start(rules, next_step(rules, after))
    if start is None:
        return sentence
    possible = _("Möglich ist es ab %(moment)s.") % {"moment": format_moment(start, rules.zone)}
    return f"{sentence} {possible}"


@lru_cache(1000)
def first_start(rules: OpeningRules, after: datetime) -> datetime | None:
    """The first moment from then on at which a booking may begin by the hours; None where there is none in a month.

    Kept, since whoever looks for what is free asks the same of many resources.
    """
    first = after.astimezone(rules.time_zone).date()
    shortest = timedelta(minutes=rules.shortest_minutes)
    for day in (first + timedelta(days=number) for number in range(32)):
        if rules.unit == "time":
            opened = joined(open_periods(rules, day))
            begins = [Period(next_step(rules, max(each.start, after)), each.end) for each in opened]
            starts = [each.start for each in begins if each.start + shortest <= each.end]
        else:
            starts = [part.start for part in day_parts(rules, day).values() if part.start >= after]
        if starts:
            return min(starts)
    return None


def _check_open(rules: OpeningRules, period: Period) -> None:
    if not is_open(rules, period):
        day = period.start.astimezone(rules.time_zone).date()
        raise RuleBroken("opening-hours", "start", _why_closed(rules, day))


def _check_unit(rules: OpeningRules, period: Period) -> None:
    """A whole or half day may span the midday break, when nobody is there to let people in or out."""
    day = period.start.astimezone(rules.time_zone).date()
    offered = day_parts(rules, day)
    if not offered:
        raise RuleBroken("opening-hours", "start", _why_closed(rules, day))
    if period not in offered.values():
        message = (
            _("Hier bucht man ganze Tage: %(times)s.")
            if rules.unit == "day"
            else _("Hier bucht man ganze oder halbe Tage: %(times)s.")
        )
        raise RuleBroken("unit", "start", message % {"times": hours_text(rules, sorted(offered.values()))})


def _why_closed(rules: OpeningRules, day: date) -> str:
    next_day = opening_instant(day + timedelta(days=1), 0, rules.time_zone)
    if reason := closed_reason(rules, day):
        return _with_start(rules, next_day, _("An diesem Tag ist geschlossen (%(reason)s).") % {"reason": reason})
    opened = open_periods(rules, day)
    if not opened:
        return _with_start(rules, next_day, _("An diesem Tag ist geschlossen."))
    return _("Zu dieser Zeit ist nicht durchgehend geöffnet. An diesem Tag ist offen: %(times)s.") % {
        "times": hours_text(rules, opened)
    }
