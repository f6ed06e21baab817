"""How long one may work on a day and in a week, with and without breaks (L2, L3, L4, L7, L10)."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta

from landbooking.days_off import public_holidays
from landbooking.internships.law.finding import Finding, found
from landbooking.internships.law.plan import Plan
from landbooking.internships.law.rules import Lawbook, Rule
from landbooking.internships.law.workdays import Workday
from landbooking.language import format_day
from landbooking.language import gettext as _
from landbooking.period import monday_of
from landbooking.spaces.opening_hours import spoken_length


def judge_hours(plan: Plan, law: Lawbook, days: list[Workday]) -> Iterator[Finding]:
    weeks: dict[date, list[Workday]] = defaultdict(list)
    for day in days:
        weeks[monday_of(day.date)].append(day)
    for monday, week in weeks.items():
        for day in week:
            if day.planned:
                yield from _judge_day(plan, law, day, week)
                yield from _judge_shift(law, day)
        yield from _judge_week(plan, law, monday, week)


def _judge_day(plan: Plan, law: Lawbook, day: Workday, week: list[Workday]) -> Iterator[Finding]:
    """§ 7 Satz 1 Nr. 2, § 8 Abs. 1 and 2a JArbSchG, § 3 Satz 1 ArbZG."""
    rule = law.one("daily_minutes", day.regime, day.date)
    if rule is None or day.worked <= rule.amount:
        return
    extended = law.one("extended_minutes", day.regime, day.date)
    if extended and day.worked <= extended.amount and _is_shorter_elsewhere(plan, rule, day, week):
        return
    message = _("Am %(day)s sind %(planned)s Arbeit geplant, ohne Pausen. Möglich sind %(most)s.") % {
        "day": format_day(day.date),
        "planned": spoken_length(day.worked),
        "most": spoken_length(rule.amount),
    }
    yield found(rule, f"{message} {_beyond(rule, extended)}".strip(), day=day.date)


def _is_shorter_elsewhere(plan: Plan, rule: Rule, day: Workday, week: list[Workday]) -> bool:
    """§ 8 Abs. 2a JArbSchG: another working day of the week, Monday to Saturday, on which less than eight hours are
    worked. A day without any work is free, not shortened: the stricter reading.
    """
    return any(
        other.worked < rule.amount
        for other in week
        if other.date != day.date and other.date.weekday() < 6 and not _is_public_holiday(plan, other.date)
    )


def _beyond(rule: Rule, extended: Rule | None) -> str:
    if extended:
        message = _(
            "Bis zu %(most)s sind möglich, wenn an einem anderen Werktag derselben Woche weniger als %(usual)s "
            "geplant sind."
        )
        return message % {"most": spoken_length(extended.amount), "usual": spoken_length(rule.amount)}
    if rule.id == "L10":
        return _(
            "Bis zu 10 Stunden sind nur mit einem Ausgleich möglich (§ 3 Satz 2 ArbZG); das entscheidet der Kreis."
        )
    return ""


def _judge_shift(law: Lawbook, day: Workday) -> Iterator[Finding]:
    """§ 12 JArbSchG."""
    rule = law.one("shift_minutes", day.regime, day.date)
    if rule and day.shift > rule.amount:
        message = _(
            "Am %(day)s liegen zwischen Anfang und Ende %(planned)s. Mit Pausen sind höchstens %(most)s möglich."
        )
        names = {"planned": spoken_length(day.shift), "most": spoken_length(rule.amount)}
        yield found(rule, message % {"day": format_day(day.date), **names}, day=day.date)


def _judge_week(plan: Plan, law: Lawbook, monday: date, week: list[Workday]) -> Iterator[Finding]:
    """§ 7 Satz 1 Nr. 2, § 8 Abs. 1 JArbSchG: each limit from Monday to the last day of the class that it binds.

    Days at other companies count, also those after the plan's own: they are judged nowhere else.
    """
    bound: dict[tuple[str, int], tuple[Rule, Workday]] = {}
    for day in week:
        if day.planned and (rule := law.one("weekly_minutes", day.regime, day.date)):
            bound[rule.id, rule.amount] = rule, day
    for rule, last in bound.values():
        counted = week[: max(number for number, day in enumerate(week) if day.group == last.group) + 1]
        lost = _lost_holidays(plan, monday, counted)
        worked = sum(day.worked for day in counted)
        if worked * (len(counted) + len(lost)) > rule.amount * len(counted):
            yield found(rule, _too_much_a_week(rule, monday, worked, lost), week=monday)


def _too_much_a_week(rule: Rule, monday: date, worked: int, lost: list[date]) -> str:
    message = _("In der Woche ab %(day)s sind %(planned)s Arbeit geplant, ohne Pausen. Möglich sind %(most)s.") % {
        "day": format_day(monday),
        "planned": spoken_length(worked),
        "most": spoken_length(rule.amount),
    }
    return f"{message} {_('Was durch einen Feiertag ausfällt, zählt mit.')}" if lost else message


def _lost_holidays(plan: Plan, monday: date, counted: list[Workday]) -> list[date]:
    """§ 4 Abs. 4 Satz 2 JArbSchG: what a public holiday takes from the week counts towards it.

    A plan does not say what would have been worked, so it is taken to be as much as on the week's other days, on every
    public holiday from Monday to Friday between the plan's first and last day.
    """
    last = counted[-1].date
    week = (monday + timedelta(days=number) for number in range(5))
    worked = {day.date for day in counted}
    return [
        day
        for day in week
        if plan.first <= day <= min(plan.last, last) and day not in worked and _is_public_holiday(plan, day)
    ]


def _is_public_holiday(plan: Plan, day: date) -> bool:
    return day in public_holidays(plan.state, day.year, "de")
