"""Rules are data: with dates of validity, none of them idle, and amended by a row."""

from collections import Counter
from datetime import date
from itertools import pairwise

import msgspec
import pytest

from internships.law.notation import found, read_cases, read_plan
from landbooking.internships.law.finding import Finding
from landbooking.internships.law.judge import judge
from landbooking.internships.law.rules import RULES, Rule

CASES = read_cases()
# § 108 Abs. 3 says what § 107 says, to somebody older; 2024 is over, and kept for plans that began then.
YEARS_OVER = {rule for rule in RULES if rule.name == "minimum_wage" and rule.valid_from.year == 2024}


@pytest.fixture(scope="module")
def judgements() -> dict[str, list[Finding]]:
    return {case.id: judge(case.plan) for case in CASES}


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule not in YEARS_OVER], ids=lambda rule: rule.paragraph)
def test_no_rule_is_idle(rule: Rule, judgements: dict[str, list[Finding]]) -> None:
    """Negative control of the cases: taken away, some case is judged otherwise."""
    others = [other for other in RULES if other != rule]
    likely = sorted(CASES, key=lambda case: case.paragraph != rule.paragraph)
    assert any(judge(case.plan, others) != judgements[case.id] for case in likely)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.paragraph)
def test_a_rule_begins_before_it_ends(rule: Rule) -> None:
    assert rule.valid_until is None or rule.valid_from <= rule.valid_until
    assert rule.in_force(rule.valid_from)
    assert not rule.in_force(date.fromordinal(rule.valid_from.toordinal() - 1))


def test_the_minimum_wage_has_no_gap() -> None:
    wages = sorted((rule for rule in RULES if rule.name == "minimum_wage"), key=lambda rule: rule.valid_from)
    for one, other in pairwise(wages):
        assert one.valid_until is not None
        assert (other.valid_from - one.valid_until).days == 1
        assert one.amount < other.amount


def amended(name: str, rule_id: str, amount: int, on: date) -> list[Rule]:
    """The rules with one of them amended from that day on."""
    result = []
    for rule in RULES:
        if (rule.name, rule.id) == (name, rule_id):
            before = date.fromordinal(on.toordinal() - 1)
            result.append(msgspec.structs.replace(rule, valid_until=before))
            result.append(msgspec.structs.replace(rule, amount=amount, valid_from=on))
        else:
            result.append(rule)
    return result


@pytest.mark.parametrize(
    ("name", "rule_id", "amount", "agreement", "days", "expected"),
    [
        ("daily_minutes", "L4", 420, "J", "2026-11-02..2026-11-06 8-17 /12-13", "L4 L4 L4"),
        ("daily_minutes", "L2", 360, "KJ school", "2026-11-02..2026-11-06 8-16 /12-13", "L2 L2 L2"),
        ("latest", "L5", 18 * 60, "J", "2026-11-02..2026-11-06 15-19", "L5 L5 L5"),
        ("rest_minutes", "L10", 15 * 60, "E", "2026-11-02..2026-11-06 8-18 /10-11 /13-14", "L10 L10 L10"),
        ("minimum_wage", "L11", 2100, "E", "2026-11-02..2026-11-06 8-12", "L11"),
    ],
)  # fmt: skip
def test_an_amendment_binds_from_its_first_day_on(
    name: str, rule_id: str, amount: int, agreement: str, days: str, expected: str
) -> None:
    plan = read_plan(agreement, days)
    assert not found(judge(plan))
    changed = amended(name, rule_id, amount, date(2026, 11, 4))
    assert found(judge(plan, changed)) == Counter(
        ("refuses", rule, date(2026, 11, 4 + number)) for number, rule in enumerate(expected.split())
    )


def test_a_rule_that_has_ended_binds_nobody_any_more() -> None:
    plan = read_plan("J", "2026-11-07 8-12; 2026-11-14 8-12")
    ended = [
        msgspec.structs.replace(rule, valid_until=date(2026, 11, 7)) if rule.name == "saturday" else rule
        for rule in RULES
    ]
    assert found(judge(plan, ended)) == Counter([("refuses", "L5", date(2026, 11, 7))])
