"""L1 to L3: whether somebody that young may work at all, with what, and when in the year."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from landbooking.days_off import next_school_holidays, school_holidays, school_holidays_known
from landbooking.internships.law.finding import Finding, found
from landbooking.internships.law.plan import Plan
from landbooking.internships.law.rules import Lawbook, Rule
from landbooking.internships.law.terms import reaches_age
from landbooking.internships.law.workdays import Workday
from landbooking.language import format_day, ngettext
from landbooking.language import gettext as _


def judge_permission(plan: Plan, law: Lawbook, days: list[Workday]) -> Iterator[Finding]:
    planned = [day for day in days if day.planned]
    for day in planned:
        yield from _judge_age(plan, law, day)
        yield from _judge_tasks(law, day)
        if rule := law.one("holiday_work", day.regime, day.date):
            yield from _judge_school_holidays(plan, rule, day.date)
    yield from _judge_schooling_known(plan, law, planned)
    yield from _judge_days_a_year(plan, law, days)


def _judge_age(plan: Plan, law: Lawbook, day: Workday) -> Iterator[Finding]:
    """§ 5 Abs. 1 and 2 Nr. 2 JArbSchG, and the least age that the district sets."""
    names = {"day": format_day(day.date), "from": format_day(reaches_age(plan.person.birthday, 15))}
    if rule := law.one("child_work", day.regime, day.date):
        message = _(
            "Am %(day)s ist die Person noch nicht 15 Jahre alt. Bis dahin geht nur ein Praktikum, das die Schule "
            "durchführt. Ein anderes ist ab %(from)s möglich."
        )
        yield found(rule, message % names, day=day.date)
    rule = law.one("least_age", day.regime, day.date)
    if rule and day.date < (least := reaches_age(plan.person.birthday, rule.amount)):
        message = _("Am %(day)s ist die Person noch nicht %(age)s Jahre alt. Möglich ist es ab %(from)s.")
        yield found(rule, message % {**names, "age": rule.amount, "from": format_day(least)}, day=day.date)


def _judge_tasks(law: Lawbook, day: Workday) -> Iterator[Finding]:
    """§ 7 Satz 1 Nr. 2 JArbSchG."""
    rule = law.one("light_work", day.regime, day.date)
    if rule and day.planned and not day.planned.light:
        message = _(
            "Am %(day)s sind nur leichte Arbeiten erlaubt, die der Gesundheit und der Schule nicht schaden. Bitte "
            "geben Sie für diesen Tag andere Aufgaben."
        )
        yield found(rule, message % {"day": format_day(day.date)}, day=day.date)


def _judge_school_holidays(plan: Plan, rule: Rule, day: date) -> Iterator[Finding]:
    """§ 5 Abs. 4 Satz 1 JArbSchG. Days after the last published holidays are refused as not known yet."""
    state, names = plan.person.state, {"day": format_day(day)}
    if not school_holidays_known(state, day):
        message = _(
            "Ob am %(day)s Schulferien sind, ist noch nicht bekannt. Solange die Vollzeitschulpflicht dauert, geht "
            "es nur in den Ferien. Bitte wählen Sie einen früheren Tag, oder warten Sie, bis die Ferien bekannt "
            "sind."
        )
        yield found(rule, message % names, day=day)
    elif day not in school_holidays(state, day.year, "de"):
        message = _(
            "Am %(day)s sind keine Schulferien. Solange die Vollzeitschulpflicht dauert, geht es nur in den Ferien."
        )
        yield found(rule, f"{message % names} {_next_holidays(state, day)}".strip(), day=day)


def _next_holidays(state: str, day: date) -> str:
    following = next_school_holidays(state, day)
    if following is None:
        return ""
    first, last = (format_day(each) for each in following)
    return _("Die nächsten sind vom %(first)s bis zum %(last)s.") % {"first": first, "last": last}


def _judge_schooling_known(plan: Plan, law: Lawbook, planned: list[Workday]) -> Iterator[Finding]:
    """§ 2 Abs. 3 JArbSchG: from 15 on it matters whether full-time schooling is over."""
    if plan.person.compulsory_until is not None:
        return
    for day in planned:
        rule = law.one("schooling_known", day.regime, day.date)
        if rule and day.group == "KJ":
            message = _(
                "Bis wann die Vollzeitschulpflicht dauert, ist nicht angegeben. Geprüft ist der Plan so, als "
                "dauerte sie noch. Bitte geben Sie an, wann neun Schuljahre vorbei sind."
            )
            yield found(rule, message, weight="before_work", day=day.date)
            return


def _judge_days_a_year(plan: Plan, law: Lawbook, days: list[Workday]) -> Iterator[Finding]:
    """§ 5 Abs. 4 Satz 1 JArbSchG, over all companies. Days elsewhere come first; the plan has what they leave."""
    years: dict[int, list[Workday]] = defaultdict(list)
    for day in days:
        if day.regime == "holidays":
            years[day.date.year].append(day)
    for year, worked in sorted(years.items()):
        planned = [day for day in worked if day.planned]
        rule = planned and law.one("days_a_year", "holidays", planned[0].date)
        if not rule:
            continue
        if year not in plan.days_elsewhere:
            message = _(
                "Im Jahr %(year)s sind höchstens %(most)s Tage Ferienarbeit erlaubt, bei allen Betrieben zusammen. "
                "Bitte geben Sie an, wie viele Tage es in diesem Jahr anderswo sind."
            )
            names = {"year": year, "most": rule.amount}
            yield found(rule, message % names, weight="before_work", day=planned[0].date)
        left = max(0, rule.amount - plan.days_elsewhere.get(year, 0) - (len(worked) - len(planned)))
        if len(planned) > left:
            yield found(rule, _too_many(year, rule.amount, len(planned), left), day=planned[left].date)


def _too_many(year: int, most: int, planned: int, left: int) -> str:
    message = ngettext(
        "Im Jahr %(year)s sind höchstens %(most)s Tage Ferienarbeit erlaubt, bei allen Betrieben zusammen. Für dieses "
        "Praktikum bleibt davon %(left)s Tag; geplant sind %(planned)s.",
        "Im Jahr %(year)s sind höchstens %(most)s Tage Ferienarbeit erlaubt, bei allen Betrieben zusammen. Für dieses "
        "Praktikum bleiben davon %(left)s Tage; geplant sind %(planned)s.",
        left,
    )
    return message % {"year": year, "most": most, "planned": planned, "left": left}
