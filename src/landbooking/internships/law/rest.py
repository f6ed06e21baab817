"""When nobody works: at night, between two days, on free days of the week and of the year (L5, L10)."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise

from landbooking.days_off import public_holidays
from landbooking.internships.law.finding import Finding, found
from landbooking.internships.law.plan import Day, Plan
from landbooking.internships.law.rules import Lawbook
from landbooking.internships.law.workdays import Workday, minutes
from landbooking.language import exact_clock, format_day, language
from landbooking.language import gettext as _
from landbooking.period import monday_of
from landbooking.spaces.opening_hours import spoken_length


def judge_rest(plan: Plan, law: Lawbook, days: list[Workday]) -> Iterator[Finding]:
    for day in days:
        if day.planned:
            yield from _judge_clock(law, day, day.planned)
            yield from _judge_free_days(plan, law, day)
    for before, after in pairwise(days):
        if before.planned or after.planned:
            yield from _judge_between(plan, law, before, after)
    yield from _judge_days_a_week(law, days)


def _judge_clock(law: Lawbook, day: Workday, planned: Day) -> Iterator[Finding]:
    """§ 14 Abs. 1 JArbSchG."""
    earliest = law.one("earliest", day.regime, day.date)
    latest = law.one("latest", day.regime, day.date)
    if earliest and latest and (_start(planned) < earliest.amount or _end(planned) > latest.amount):
        message = _("Unter 18 Jahren geht es am %(day)s nur zwischen %(earliest)s und %(latest)s Uhr.")
        names = {"earliest": _clock(earliest.amount), "latest": _clock(latest.amount)}
        yield found(earliest, message % {"day": format_day(day.date), **names}, day=day.date)


def _judge_free_days(plan: Plan, law: Lawbook, day: Workday) -> Iterator[Finding]:
    """§§ 16 to 18 JArbSchG, § 9 Abs. 1 ArbZG."""
    names = {"day": format_day(day.date)}
    if day.date.weekday() == 5 and (rule := law.one("saturday", day.regime, day.date)):
        message = _(
            "Unter 18 Jahren ist samstags frei. Bitte wählen Sie statt %(day)s einen Tag von Montag bis Freitag."
        )
        yield found(rule, message % names, day=day.date)
    if day.date.weekday() == 6 and (rule := law.one("sunday", day.regime, day.date)):
        message = _("Sonntags ist frei. Bitte wählen Sie statt %(day)s einen Werktag.")
        yield found(rule, message % names, day=day.date)
    holiday = public_holidays(plan.state, day.date.year, language.get()).get(day.date)
    if holiday and (rule := law.one("public_holiday", day.regime, day.date)):
        message = _("Am %(day)s ist Feiertag (%(holiday)s), da ist frei. Möglich ist es an einem anderen Werktag.")
        yield found(rule, message % {**names, "holiday": holiday}, day=day.date)
    rule = law.one("last_day_of_year_until", day.regime, day.date)
    special = (day.date.month, day.date.day) in {(12, 24), (12, 31)}
    if special and rule and day.planned and _end(day.planned) > rule.amount:
        message = _("Unter 18 Jahren geht es am %(day)s nur bis %(until)s Uhr.")
        yield found(rule, message % {**names, "until": _clock(rule.amount)}, day=day.date)


def _judge_between(plan: Plan, law: Lawbook, before: Workday, after: Workday) -> Iterator[Finding]:
    """§ 13 JArbSchG, § 5 Abs. 1 ArbZG, in hours that pass: an hour less or more where the clock is changed.

    The later day's class decides, since it is then that one may not work yet.
    """
    rule = law.one("rest_minutes", after.regime, after.date)
    rest = minutes(after.start - before.end)
    if rule is None or rest >= rule.amount:
        return
    earliest = before.end + timedelta(minutes=rule.amount)
    message = _(
        "Vor %(day)s sind nur %(rest)s frei, nötig sind %(least)s. Nach dem Ende am Vortag um %(end)s Uhr geht "
        "es erst um %(earliest)s Uhr weiter."
    )
    names = {
        "day": format_day(after.date),
        "rest": spoken_length(max(0, rest)),
        "least": spoken_length(rule.amount),
        "end": exact_clock(before.end, plan.zone),
        "earliest": exact_clock(earliest, plan.zone),
    }
    yield found(rule, message % names, day=after.date)


def _judge_days_a_week(law: Lawbook, days: list[Workday]) -> Iterator[Finding]:
    """§ 15 Satz 1 JArbSchG, with the days at other companies (§ 4 Abs. 5)."""
    weeks: dict[date, list[Workday]] = defaultdict(list)
    for day in days:
        if law.one("days_a_week", day.regime, day.date):
            weeks[monday_of(day.date)].append(day)
    for monday, week in weeks.items():
        rule = law.one("days_a_week", week[-1].regime, week[-1].date)
        if rule and len(week) > rule.amount and any(day.planned for day in week):
            message = _(
                "In der Woche ab %(day)s sind %(planned)s Tage geplant. Möglich sind %(most)s Tage in der Woche."
            )
            names = {"day": format_day(monday), "planned": len(week), "most": rule.amount}
            yield found(rule, message % names, week=monday)


def _start(day: Day) -> int:
    return day.start.hour * 60 + day.start.minute


def _end(day: Day) -> int:
    return day.end.hour * 60 + day.end.minute or 24 * 60


def _clock(minutes_of_day: int) -> str:
    return f"{minutes_of_day // 60}"
