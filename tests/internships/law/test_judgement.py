"""What comes with a judgement: conditions, overrides, plans that contradict themselves, and what is not known."""

from datetime import UTC, date, datetime

import msgspec
import pytest

from internships.law.notation import read_plan
from landbooking.days_off import next_school_holidays, school_holidays_known
from landbooking.internships.law.conditions import insurer
from landbooking.internships.law.finding import Finding, before_work, refusals
from landbooking.internships.law.judge import judge
from landbooking.internships.law.plan import Override, Plan, PlanUnclear, RuleId
from landbooking.internships.law.words import disclaimer
from landbooking.language import use_language

AT = datetime(2026, 10, 30, 9, 0, tzinfo=UTC)


def override(rule: RuleId, *, paragraph: str | None = None, day: date | None = None) -> Override:
    return Override(rule, "Betrieb mit Tarifvertrag", "Kreisverwaltung", AT, paragraph, day)


def judged(plan: Plan, *overrides: Override) -> list[Finding]:
    return judge(msgspec.structs.replace(plan, overrides=overrides))


def test_an_override_leaves_the_finding_and_says_who_and_why() -> None:
    plan = read_plan("J", "2026-11-07 8-12")
    assert refusals(judged(plan))
    (finding,) = [each for each in judged(plan, override("L5")) if each.rule == "L5"]
    assert finding.overridden is not None
    assert (finding.overridden.by, finding.overridden.reason) == ("Kreisverwaltung", "Betrieb mit Tarifvertrag")
    assert not refusals(judged(plan, override("L5")))


def test_an_override_is_for_its_rule_paragraph_and_day() -> None:
    plan = read_plan("J", "2026-11-07 8-12; 2026-11-14 5-9")
    left = [
        {(each.paragraph, each.day) for each in refusals(judged(plan, given))}
        for given in (
            override("L4"),
            override("L5", paragraph="§ 16 Abs. 1 JArbSchG"),
            override("L5", day=date(2026, 11, 14)),
            override("L5"),
        )
    ]
    night = ("§ 14 Abs. 1 JArbSchG", date(2026, 11, 14))
    first, second = (("§ 16 Abs. 1 JArbSchG", date(2026, 11, number)) for number in (7, 14))
    assert left == [{night, first, second}, {night}, {first}, set()]


def test_an_override_of_a_week_is_for_its_monday() -> None:
    plan = read_plan("J", "2026-11-02..2026-11-06 8-12; @2026-11-07 8-12")
    assert refusals(judged(plan, override("L5", day=date(2026, 11, 3))))
    assert not refusals(judged(plan, override("L5", day=date(2026, 11, 2))))


def test_the_last_override_counts() -> None:
    plan = read_plan("J", "2026-11-07 8-12")
    later = Override("L5", "Anderer Grund", "Andere Person", AT.replace(hour=12))
    (finding,) = [each for each in judged(plan, later, override("L5")) if each.rule == "L5"]
    assert finding.overridden == later


def test_conditions_lock_the_work_and_not_the_agreement() -> None:
    findings = judge(read_plan("J heavy instructed=none seen=none consent=none", "2026-11-02 8-12"))
    assert not refusals(findings)
    assert {each.rule for each in before_work(findings)} == {"L8", "L9", "L13"}
    plan = read_plan("J instructed=none", "2026-11-02 8-12")
    assert not before_work(judged(plan, override("L8")))


@pytest.mark.parametrize(("agreement", "who"), [("J", "company"), ("KJ school", "accident_fund"), ("E", "company")])
def test_the_insurer_is_said(agreement: str, who: str) -> None:
    plan = read_plan(agreement, "2027-07-05 8-12")
    (said,) = [each for each in judge(plan) if each.weight == "says"]
    assert (said.rule, insurer(plan)) == ("L14", who)
    assert ("Unfallkasse Rheinland-Pfalz" in said.sentence) == (who == "accident_fund")


@pytest.mark.parametrize(
    ("days", "sentence"),
    [
        ("2026-11-02 12-8", "Am Montag, 2. November 2026 muss das Ende nach dem Anfang liegen."),
        ("2026-11-02 8-8", "Am Montag, 2. November 2026 muss das Ende nach dem Anfang liegen."),
        ("2026-11-02 8-12; @2026-11-03 12-8", "Am Dienstag, 3. November 2026 muss das Ende nach dem Anfang liegen."),
        ("2026-11-02 8-12 /7-7:30", "Am Montag, 2. November 2026 liegt eine Pause nicht zwischen Anfang und Ende"),
        ("2026-11-02 8-12 /10-9", "Am Montag, 2. November 2026 liegt eine Pause nicht zwischen Anfang und Ende"),
        ("2026-11-02 8-12 /9-10 /9:30-10:30", "Am Montag, 2. November 2026 überschneiden sich zwei Pausen."),
        ("2026-11-02 8-12 /8-10 /10-12", "Am Montag, 2. November 2026 ist zwischen den Pausen keine Arbeit."),
        ("2026-11-02 8-12; 2026-11-02 13-15", "Montag, 2. November 2026 steht zweimal im Plan."),
    ],
)  # fmt: skip
def test_a_plan_that_contradicts_itself_is_refused_with_its_day(days: str, sentence: str) -> None:
    with pytest.raises(PlanUnclear) as refused:
        judge(read_plan("J", days))
    assert refused.value.message.startswith(sentence)
    assert refused.value.status == 422
    assert refused.value.day is not None


def test_a_plan_without_days_or_with_an_unborn_person_is_refused() -> None:
    plan = read_plan("J", "2026-11-02 8-12")
    with pytest.raises(PlanUnclear, match="keinen Tag"):
        judge(msgspec.structs.replace(plan, days=()))
    with pytest.raises(PlanUnclear, match="Geburtstag"):
        judge(read_plan("J born=2026-11-02", "2026-11-02 8-12"))


def test_school_holidays_are_known_up_to_the_last_published_ones() -> None:
    assert school_holidays_known("RP", date(2027, 5, 3))
    assert school_holidays_known("RP", date(2029, 8, 24))
    assert not school_holidays_known("RP", date(2029, 8, 25))
    assert next_school_holidays("RP", date(2027, 6, 25)) == (date(2027, 6, 28), date(2027, 8, 6))
    assert next_school_holidays("RP", date(2027, 12, 1)) == (date(2027, 12, 23), date(2028, 1, 7))
    assert next_school_holidays("RP", date(2027, 7, 1)) == (date(2027, 10, 4), date(2027, 10, 15))
    assert next_school_holidays("RP", date(2029, 8, 24)) is None


def test_a_refusal_names_the_next_holidays() -> None:
    (finding,) = refusals(judge(read_plan("KJ", "2027-06-25 8-12")))
    assert finding.sentence.endswith("vom Montag, 28. Juni 2027 bis zum Freitag, 6. August 2027.")
    (unknown,) = refusals(judge(read_plan("KJ born=2013-10-01 school=2030-07-31", "2029-09-03 8-12")))
    assert "noch nicht bekannt" in unknown.sentence


def test_a_plan_goes_through_json_and_back() -> None:
    plan = msgspec.structs.replace(
        read_plan("KJ", "2027-07-05 8-17 /12-13; @2027-07-06 8-12"), overrides=(override("L5"),)
    )
    assert msgspec.json.decode(msgspec.json.encode(plan), type=Plan) == plan
    assert msgspec.json.encode(judge(plan))


def test_the_page_says_that_this_is_no_legal_advice() -> None:
    assert "keine Rechtsberatung" in disclaimer()
    with use_language("en"):
        assert "not legal advice" in disclaimer()
        (finding,) = refusals(judge(read_plan("K school", "2027-03-12 8-12")))
        assert finding.cited == "The district’s own rule"
