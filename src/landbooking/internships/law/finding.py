"""What a rule says about a plan, in a sentence, and what staff said to it."""

from collections.abc import Iterable
from datetime import date
from typing import Literal

import msgspec

from landbooking.internships.law.plan import Override, RuleId
from landbooking.internships.law.rules import Rule
from landbooking.language import gettext

# refuses: the plan can't be agreed like this. before_work: it can, but nobody may begin before this is done. says: what
# has to be known, and nothing to do.
Weight = Literal["refuses", "before_work", "says"]


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """`rule` and `paragraph` are to be cited. It falls on a `day`, on the week that begins with the Monday `week`, or
    on the placement as a whole. `sentence` says in the person's language what is wrong and what would be possible.
    """

    rule: RuleId
    paragraph: str
    sentence: str
    weight: Weight = "refuses"
    day: date | None = None
    week: date | None = None
    overridden: Override | None = None

    @property
    def cited(self) -> str:
        """The paragraph as it is shown: the law's own words, in both languages."""
        return gettext(self.paragraph)


def found(
    rule: Rule, sentence: str, *, weight: Weight = "refuses", day: date | None = None, week: date | None = None
) -> Finding:
    return Finding(rule=rule.id, paragraph=rule.paragraph, sentence=sentence, weight=weight, day=day, week=week)


def overridden(finding: Finding, overrides: Iterable[Override]) -> Finding:
    """The finding, marked with the last override that is about it."""
    about = [each for each in overrides if _is_about(each, finding)]
    return msgspec.structs.replace(finding, overridden=max(about, key=lambda each: each.at)) if about else finding


def _is_about(override: Override, finding: Finding) -> bool:
    return (
        override.rule == finding.rule
        and override.paragraph in (None, finding.paragraph)
        and override.day in (None, finding.day or finding.week)
    )


def refusals(findings: Iterable[Finding]) -> list[Finding]:
    """What still stands against the plan: it can be agreed where this is empty."""
    return [each for each in findings if each.weight == "refuses" and not each.overridden]


def before_work(findings: Iterable[Finding]) -> list[Finding]:
    """What is still to be done before work begins; check-in stays locked as long as this is not empty."""
    return [each for each in findings if each.weight == "before_work" and not each.overridden]
