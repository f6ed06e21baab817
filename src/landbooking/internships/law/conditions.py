"""L8, L9, L13, L14: what has to be done before work begins, and who insures."""

from collections.abc import Iterator

from landbooking.internships.law.classes import class_on, regime_on
from landbooking.internships.law.finding import Finding, found
from landbooking.internships.law.plan import Insurer, Plan
from landbooking.internships.law.rules import Lawbook
from landbooking.internships.law.terms import last_day_of, months_after
from landbooking.internships.law.workdays import Workday
from landbooking.language import format_day
from landbooking.language import gettext as _


def judge_conditions(plan: Plan, law: Lawbook, days: list[Workday]) -> Iterator[Finding]:
    planned = [day for day in days if day.planned]
    yield from _judge_instruction(plan, law, planned)
    yield from _judge_certificate(plan, law, planned)
    yield from _judge_guardian(plan, law, planned[0])
    yield from _judge_insurance(plan, law, planned[0])


def _judge_instruction(plan: Plan, law: Lawbook, planned: list[Workday]) -> Iterator[Finding]:
    """§ 29 Abs. 1 and 2 JArbSchG."""
    done = plan.instructed_on
    for day in planned:
        rule = law.one("instruction", day.regime, day.date)
        if rule and (done is None or done > day.date):
            message = _("Vor der ersten Arbeit am %(day)s muss der Betrieb über Gefahren und Schutz unterweisen.")
            yield found(rule, message % {"day": format_day(day.date)}, weight="before_work", day=day.date)
            return
        again = law.one("instruction_months", day.regime, day.date)
        if again and done and day.date > (last := months_after(done, again.amount)):
            message = _("Die Unterweisung gilt bis %(last)s. Vor der Arbeit am %(day)s muss sie wiederholt werden.")
            names = {"last": format_day(last), "day": format_day(day.date)}
            yield found(again, message % names, weight="before_work", day=day.date)
            return


def _judge_certificate(plan: Plan, law: Lawbook, planned: list[Workday]) -> Iterator[Finding]:
    """§ 32 JArbSchG. Only when it was seen is known, not when the examination was, which is no later."""
    for day in planned:
        rule = law.one("certificate_beyond_months", day.regime, day.date)
        if rule is None or not day.planned:
            continue
        if day.planned.light and plan.last <= last_day_of(plan.first, rule.amount):
            continue
        seen, names = plan.certificate_seen_on, {"day": format_day(day.date), "months": rule.amount}
        if seen is None or seen > day.date:
            message = _(
                "Vor der Arbeit am %(day)s muss der Betrieb eine ärztliche Bescheinigung gesehen haben. Ohne geht "
                "es bei leichten Arbeiten bis zu %(months)s Monate."
            )
            yield found(rule, message % names, weight="before_work", day=day.date)
            return
        age = law.one("certificate_months", day.regime, day.date)
        if age and day.date == plan.first and day.date > months_after(seen, age.amount):
            message = _(
                "Die ärztliche Bescheinigung ist am %(day)s älter als %(months)s Monate. Bitte lassen Sie sich eine "
                "neue zeigen."
            )
            yield found(age, message % {**names, "months": age.amount}, weight="before_work", day=day.date)
        return


def _judge_guardian(plan: Plan, law: Lawbook, first: Workday) -> Iterator[Finding]:
    """§§ 107, 108 BGB: by the age at the agreement, and by the age at the beginning."""
    if class_on(plan.person, plan.agreed_on) == "E":
        return
    done = plan.guardian_consented_on
    if done is not None and done <= first.date:
        return
    regime = regime_on(plan.person, plan.agreed_on, school_run=plan.school_run)
    if first.group == "E":
        rule = law.one("own_approval", "adult", first.date)
        message = _(
            "Der Vertrag wurde vor dem 18. Geburtstag geschlossen, ohne dass die Sorgeberechtigten zugestimmt "
            "haben. Vor der Arbeit am %(day)s muss die Person ihn selbst genehmigen."
        )
    else:
        rule = law.one("guardian", regime, plan.agreed_on)
        message = _("Vor der Arbeit am %(day)s müssen die Sorgeberechtigten dem Vertrag zustimmen.")
    if rule:
        yield found(rule, message % {"day": format_day(first.date)}, weight="before_work", day=first.date)


def insurer(plan: Plan) -> Insurer:
    """Pupils are insured with the school, by the Land's accident fund; others like the company's own people."""
    return "accident_fund" if plan.school_run else "company"


def _judge_insurance(plan: Plan, law: Lawbook, first: Workday) -> Iterator[Finding]:
    """§ 2 Abs. 1 Nr. 1 and Nr. 8 Buchst. b SGB VII."""
    right = insurer(plan)
    rule = law.one(
        "insured_by_accident_fund" if right == "accident_fund" else "insured_by_company", first.regime, first.date
    )
    if rule is None:
        return
    sentence = (
        _("Unfälle versichert die Unfallkasse Rheinland-Pfalz, über die Schule.")
        if right == "accident_fund"
        else _("Unfälle versichert die Berufsgenossenschaft oder Unfallkasse des Betriebs.")
    )
    if plan.insured_by in (None, right):
        yield found(rule, sentence, weight="says")
    else:
        yield found(rule, _("Die Versicherung im Vertrag stimmt nicht.") + " " + sentence)
