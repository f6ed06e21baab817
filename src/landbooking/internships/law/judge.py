"""Judges a plan by every rule, each day by the class that the person has on that very day. Pure."""

from collections.abc import Iterable
from datetime import date

from landbooking.internships.law.breaks import judge_breaks
from landbooking.internships.law.conditions import judge_conditions
from landbooking.internships.law.finding import Finding, overridden
from landbooking.internships.law.hours import judge_hours
from landbooking.internships.law.pay import judge_pay
from landbooking.internships.law.permission import judge_permission
from landbooking.internships.law.plan import Plan, check_plan
from landbooking.internships.law.rest import judge_rest
from landbooking.internships.law.rules import RULES, Lawbook, Rule
from landbooking.internships.law.workdays import workdays


def judge(plan: Plan, rules: Iterable[Rule] = RULES) -> list[Finding]:
    """What the law says about the plan, in the person's language, sorted by rule and day.

    Findings that staff have overridden are among them, marked. Raises PlanUnclear where the plan contradicts itself.
    """
    check_plan(plan)
    law = Lawbook(rules)
    days = workdays(plan, law)
    findings = [
        *judge_permission(plan, law, days),
        *judge_hours(plan, law, days),
        *judge_rest(plan, law, days),
        *judge_breaks(law, days),
        *judge_pay(plan, law, days),
        *judge_conditions(plan, law, days),
    ]
    return [overridden(each, plan.overrides) for each in sorted(findings, key=_place)]


def _place(finding: Finding) -> tuple[int, date, str]:
    return int(finding.rule[1:]), finding.day or finding.week or date.min, finding.paragraph
