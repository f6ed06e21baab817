"""The form of a posting: from what was typed, or sent by a program, to a checked plan."""

from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec

from landbooking.amounts import as_typed, typed_cents
from landbooking.forms import InvalidInput, parse_values, text_of
from landbooking.internships.postings.offering import Plan
from landbooking.internships.postings.posting import Posting
from landbooking.internships.postings.posting_rules import (
    Changed,
    Days,
    Ground,
    Hours,
    Terms,
    What,
    Young,
    mistakes_in,
    plan_of,
    wrong_changes,
)

T = TypeVar("T", bound=msgspec.Struct)
MOST_CENTS = 100_00  # an hour
TEXTS = (
    "title", "field", "kind", "tasks", "learning_goals", "skills", "mentor", "first", "last", "weeks", "starts", "ends",
    "break_minutes", "places", "deadline", "pay", "minimum_age", "adult_on_site", "questions",
)  # fmt: skip
LISTS = ("spaces", "weekdays")


def plan_from(posted: Mapping[str, Any], ground: Ground, more: Mapping[str, str] | None = None) -> Plan:
    """Raises InvalidInput with all that is wrong; `more` is what is wrong with fields that are not the plan's."""
    errors: dict[str, str] = dict(more or {})
    what, days, hours = _parsed(What, posted, errors), _parsed(Days, posted, errors), _parsed(Hours, posted, errors)
    young, terms = _parsed(Young, posted, errors), _parsed(Terms, posted, errors)
    cents: int | None = None
    try:
        cents = typed_cents(text_of(posted, "pay"), MOST_CENTS) or None
    except ValueError as sentence:
        errors["pay"] = f"{sentence}"
    questions = [line.strip() for line in text_of(posted, "questions").split("\n") if line.strip()]
    errors |= mistakes_in(ground, what, days, hours, young, terms, questions, cents, errors)
    if errors or what is None or days is None or hours is None or young is None or terms is None:
        raise InvalidInput(errors, dict(posted))
    return plan_of(what, days, hours, young, terms, questions, cents)


def _parsed(group: type[T], posted: Mapping[str, Any], errors: dict[str, str]) -> T | None:
    try:
        return parse_values(group, posted)
    except InvalidInput as invalid:
        errors |= invalid.errors
        return None


def terms_from(posted: Mapping[str, Any], posting: Posting, ground: Ground) -> Changed:
    """What may be changed of a posting while people apply. Raises InvalidInput."""
    changed = parse_values(Changed, posted)
    mistakes = wrong_changes(changed, posting, ground)
    if mistakes:
        raise InvalidInput(mistakes, dict(posted))
    return changed


def typed_values(posted: Any) -> dict[str, Any]:
    """What was typed, for the form to show it again."""
    getall = getattr(posted, "getall", None)
    lists = {name: getall(name, []) if getall else posted.get(name, []) for name in LISTS}
    return {name: text_of(posted, name) for name in TEXTS} | lists | {"light_work": bool(text_of(posted, "light_work"))}


def first_values(ground: Ground) -> dict[str, Any]:
    """Of an empty form."""
    mentor = next((f"{member.person_id}" for member in ground.mentors), "")
    usual = {
        "kind": "school", "field": "it", "mentor": mentor, "weekdays": ["1", "2", "3", "4", "5"], "starts": "08:30",
        "ends": "15:00", "break_minutes": "30", "places": "1", "minimum_age": "14", "light_work": "1",
    }  # fmt: skip
    only = {"spaces": [f"{ground.spaces[0][0]}"]} if len(ground.spaces) == 1 else {}
    return typed_values(usual | only)


def values_of(posting: Posting) -> dict[str, Any]:
    """Of the form with which a draft is changed."""
    clocks = {"starts": f"{posting.starts:%H:%M}", "ends": f"{posting.ends:%H:%M}"}
    return typed_values(
        {name: f"{getattr(posting, name)}" for name in TEXTS if hasattr(posting, name)}
        | clocks
        | {
            "mentor": f"{posting.mentor_id or ''}",
            "weeks": f"{posting.weeks or ''}",
            "pay": as_typed(posting.pay_cents_hour),
            "questions": "\n".join(posting.questions),
            "spaces": [f"{space.id}" for space in posting.spaces],
            "weekdays": [f"{weekday}" for weekday in posting.weekdays],
            "light_work": "1" if posting.light_work else "",
        }
    )
