"""L11: whether the minimum wage is due, and whether it is paid (§§ 1, 22 MiLoG)."""

from collections.abc import Iterator

from landbooking.internships.law.classes import class_on
from landbooking.internships.law.finding import Finding, found
from landbooking.internships.law.plan import Exemption, Plan
from landbooking.internships.law.rules import Lawbook, Name, Rule
from landbooking.internships.law.terms import last_day_of
from landbooking.internships.law.workdays import Workday
from landbooking.language import format_cents, format_day
from landbooking.language import gettext as _

_TERMS: dict[Exemption, Name] = {"orientation": "orientation_months", "accompanying": "accompanying_months"}


def judge_pay(plan: Plan, law: Lawbook, days: list[Workday]) -> Iterator[Finding]:
    """Once for every amount that is not reached, on the first day for which it is due."""
    due = [day for day in days if day.planned and is_covered(plan, day)]
    if not due or not (why := _why_due(plan, law, due[0])):
        return
    told: set[Rule | None] = set()
    for day in due:
        rule = law.one("minimum_wage", day.regime, day.date)
        if rule in told:
            continue
        told.add(rule)
        if rule is None:
            yield _unknown(law, day)
        elif plan.pay.hourly_cents < rule.amount:
            message = _("Ab %(day)s sind mindestens %(least)s je Stunde zu zahlen; geplant sind %(planned)s.") % {
                "day": format_day(day.date),
                "least": format_cents(rule.amount),
                "planned": format_cents(plan.pay.hourly_cents),
            }
            yield found(rule, f"{message} {why}", day=day.date)


def is_covered(plan: Plan, day: Workday) -> bool:
    """§ 22 Abs. 2 MiLoG: under 18 and without a completed vocational training, nobody is."""
    return class_on(plan.person, day.date) == "E" or plan.person.trained


def _why_due(plan: Plan, law: Lawbook, first: Workday) -> str:
    """A sentence on why no exemption of § 22 Abs. 1 Satz 2 MiLoG helps, and what would; empty where one does."""
    exemption = plan.pay.exemption
    if plan.kind in ("school_run", "mandatory") or exemption == "entry_qualification":
        return ""
    if exemption == "mandatory":
        return _(
            "Als Pflichtpraktikum ohne Vergütung geht es nur, wenn eine Schule, Hochschule oder Ausbildung es "
            "vorschreibt."
        )
    if exemption is None:
        return _(
            "Ohne Vergütung geht es bei einem Pflichtpraktikum, zur Orientierung oder neben Studium oder Ausbildung "
            "bis zu drei Monate, und bei einer Einstiegsqualifizierung."
        )
    if exemption == "accompanying" and plan.pay.earlier_here:
        return _("Neben Studium oder Ausbildung geht es ohne Vergütung beim selben Betrieb nur einmal.")
    term = law.one(_TERMS[exemption], first.regime, first.date)
    if term and plan.last <= (last := last_day_of(plan.first, term.amount)):
        return ""
    if term is None:
        return _("Diese Ausnahme gilt an diesem Tag nicht.")
    return _("Ohne Vergütung geht es bis zu %(months)s Monate, also bis %(last)s.") % {
        "months": term.amount,
        "last": format_day(last),
    }


def _unknown(law: Lawbook, day: Workday) -> Finding:
    message = _(
        "Wie hoch der Mindestlohn am %(day)s ist, ist hier noch nicht bekannt. Bitte prüfen Sie die Vergütung, "
        "bevor die Arbeit beginnt."
    )
    return Finding(
        rule="L11",
        paragraph="§ 1 Abs. 2 MiLoG",
        sentence=message % {"day": format_day(day.date)},
        weight="before_work",
        day=day.date,
    )
