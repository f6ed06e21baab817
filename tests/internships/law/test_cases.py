"""The law as a table of cases, written from its text."""

from collections import Counter

import pytest

from internships.law.notation import Case, found, read_cases
from landbooking.internships.law.judge import judge
from landbooking.language import use_language

CASES = read_cases()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_the_law_is_judged_as_it_stands(case: Case) -> None:
    findings = judge(case.plan)
    assert found(findings) == case.expected, "\n".join(each.sentence for each in findings)
    if case.expected:
        assert case.paragraph in {each.paragraph for each in findings}


def test_there_are_enough_cases_and_each_has_a_name() -> None:
    assert len(CASES) >= 120
    assert len({case.id for case in CASES}) == len(CASES)


def test_every_rule_is_broken_by_some_case_and_kept_by_another() -> None:
    broken = {rule for case in CASES for _, rule, _ in case.expected}
    assert broken == {"L1", "L2", "L3", "L4", "L5", "L6", "L7", "L8", "L9", "L10", "L11", "L13", "L14"}
    assert Counter(bool(case.expected) for case in CASES)[False] >= 60


@pytest.mark.parametrize("code", ["de", "en"])
def test_every_finding_is_a_sentence_in_both_languages(code: str) -> None:
    with use_language(code):
        sentences = {each.sentence for case in CASES for each in judge(case.plan)}
    for sentence in sentences:
        assert sentence.endswith("."), sentence
        assert "%(" not in sentence, sentence
    assert any("possible" in sentence or "möglich" in sentence for sentence in sentences)
