"""The law as data: what binds whom, by which paragraph, since when and until when.

A row names what is judged, the paragraph that a refusal cites, the regimes (`classes.Regime`) it binds and its
amount: minutes, minutes since local midnight, days, months, years or cents, as its name says. Where an amount changes,
the old row gets its last day and a new one follows; nothing else has to be touched.

Since when: the JArbSchG's rows since 1 March 1997, when the classes of § 2 got their wording (G. v. 24.2.1997, BGBl. I
S. 311); ArbZG since 1 July 1994; MiLoG since 1 January 2015; SGB VII since 1 January 1997; majority with 18 since
1 January 1975. What §§ 8 (2, 3), 12, 14 (2–7), 16 (2), 17 (2), 18 (2), 20, 21a JArbSchG and §§ 5 (2), 7, 10 ArbZG
allow in certain trades is left out: staff can override a rule.
"""

from collections.abc import Iterable
from datetime import date
from typing import Literal

import msgspec

from landbooking.internships.law.classes import Regime
from landbooking.internships.law.plan import RuleId
from landbooking.language import mark

Name = Literal[
    "child_work",
    "least_age",
    "light_work",
    "holiday_work",
    "days_a_year",
    "schooling_known",
    "daily_minutes",
    "extended_minutes",
    "weekly_minutes",
    "earliest",
    "latest",
    "rest_minutes",
    "days_a_week",
    "saturday",
    "sunday",
    "public_holiday",
    "last_day_of_year_until",
    "break_minutes",
    "break_piece",
    "break_margin",
    "unbroken_minutes",
    "shift_minutes",
    "instruction",
    "instruction_months",
    "certificate_beyond_months",
    "certificate_months",
    "minimum_wage",
    "orientation_months",
    "accompanying_months",
    "guardian",
    "own_approval",
    "insured_by_accident_fund",
    "insured_by_company",
]

MINORS: frozenset[Regime] = frozenset({"forbidden", "school", "child", "holidays", "youth"})
ALL: frozenset[Regime] = MINORS | {"adult"}
JARBSCHG, ARBZG, MILOG, SGB_VII = date(1997, 3, 1), date(1994, 7, 1), date(2015, 1, 1), date(1997, 1, 1)
POLICY = date(1997, 3, 1)  # the district's own, as old as what it sharpens


class Rule(msgspec.Struct, frozen=True):
    """`over`: binds only where more minutes than that are worked. Both dates of validity are included."""

    name: Name
    id: RuleId
    paragraph: str
    regimes: frozenset[Regime]
    amount: int = 0
    over: int = 0
    valid_from: date = JARBSCHG
    valid_until: date | None = None

    def in_force(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


def _for(*regimes: Regime) -> frozenset[Regime]:
    return frozenset(regimes)


def _wage(cents: int, year: int) -> Rule:
    """A year's minimum wage."""
    paragraph = "§ 1 Abs. 2, § 22 Abs. 1 Satz 2 MiLoG"
    return Rule("minimum_wage", "L11", paragraph, ALL, cents, 0, date(year, 1, 1), date(year, 12, 31))


_PUPILS = "§ 5 Abs. 2 Satz 2 i. V. m. § 7 Satz 1 Nr. 2 JArbSchG"
_HOLIDAYS = "§ 5 Abs. 4 Satz 2 i. V. m. § 8"
_PRACTICE = "§ 22 Abs. 1 Satz 2"

RULES: tuple[Rule, ...] = (
    # L1: children only in a placement run by the school, and by the district's own policy from 14 on.
    Rule("child_work", "L1", "§ 5 Abs. 1 JArbSchG", _for("forbidden")),
    Rule("least_age", "L1", mark("Vorgabe des Kreises"), MINORS, 14, valid_from=POLICY),
    # L2: pupils in a placement run by the school, and children after their schooling: light work, 7 and 35 hours.
    Rule("light_work", "L2", _PUPILS, _for("school")),
    Rule("light_work", "L2", "§ 7 Satz 1 Nr. 2 JArbSchG", _for("child")),
    Rule("daily_minutes", "L2", _PUPILS, _for("school"), 7 * 60),
    Rule("daily_minutes", "L2", "§ 7 Satz 1 Nr. 2 JArbSchG", _for("child"), 7 * 60),
    Rule("weekly_minutes", "L2", _PUPILS, _for("school"), 35 * 60),
    Rule("weekly_minutes", "L2", "§ 7 Satz 1 Nr. 2 JArbSchG", _for("child"), 35 * 60),
    # L3: pupils of 15 to 17 of their free will: in school holidays, four weeks a year, 20 days with five a week.
    Rule("holiday_work", "L3", "§ 5 Abs. 4 Satz 1 JArbSchG", _for("holidays")),
    Rule("days_a_year", "L3", "§ 5 Abs. 4 Satz 1 JArbSchG", _for("holidays"), 20),
    Rule("schooling_known", "L3", "§ 2 Abs. 3 JArbSchG", _for("holidays", "school")),
    Rule("daily_minutes", "L3", f"{_HOLIDAYS} Abs. 1 JArbSchG", _for("holidays"), 8 * 60),
    Rule("extended_minutes", "L3", f"{_HOLIDAYS} Abs. 2a JArbSchG", _for("holidays"), 8 * 60 + 30),
    Rule("weekly_minutes", "L3", f"{_HOLIDAYS} Abs. 1 JArbSchG", _for("holidays"), 40 * 60),
    # L4: youths.
    Rule("daily_minutes", "L4", "§ 8 Abs. 1 JArbSchG", _for("youth"), 8 * 60),
    Rule("extended_minutes", "L4", "§ 8 Abs. 2a JArbSchG", _for("youth"), 8 * 60 + 30),
    Rule("weekly_minutes", "L4", "§ 8 Abs. 1 JArbSchG", _for("youth"), 40 * 60),
    # L5: when nobody under 18 works.
    Rule("earliest", "L5", "§ 14 Abs. 1 JArbSchG", MINORS, 6 * 60),
    Rule("latest", "L5", "§ 14 Abs. 1 JArbSchG", MINORS, 20 * 60),
    Rule("rest_minutes", "L5", "§ 13 JArbSchG", MINORS, 12 * 60),
    Rule("days_a_week", "L5", "§ 15 Satz 1 JArbSchG", MINORS, 5),
    Rule("saturday", "L5", "§ 16 Abs. 1 JArbSchG", MINORS),
    Rule("sunday", "L5", "§ 17 Abs. 1 JArbSchG", MINORS),
    Rule("public_holiday", "L5", "§ 18 Abs. 1 JArbSchG", MINORS),
    Rule("last_day_of_year_until", "L5", "§ 18 Abs. 1 JArbSchG", MINORS, 14 * 60),
    # L6: breaks. L7: hours with breaks.
    Rule("break_minutes", "L6", "§ 11 Abs. 1 Satz 2 Nr. 1 JArbSchG", MINORS, 30, over=4 * 60 + 30),
    Rule("break_minutes", "L6", "§ 11 Abs. 1 Satz 2 Nr. 2 JArbSchG", MINORS, 60, over=6 * 60),
    Rule("break_piece", "L6", "§ 11 Abs. 1 Satz 3 JArbSchG", MINORS, 15),
    Rule("break_margin", "L6", "§ 11 Abs. 2 Satz 1 JArbSchG", MINORS, 60),
    Rule("unbroken_minutes", "L6", "§ 11 Abs. 2 Satz 2 JArbSchG", MINORS, 4 * 60 + 30),
    Rule("shift_minutes", "L7", "§ 12 JArbSchG", MINORS, 10 * 60),
    # L8: instruction before the first work and every half year. L9: certificate; not for holiday work (§ 5 Abs. 4).
    Rule("instruction", "L8", "§ 29 Abs. 1 JArbSchG", MINORS),
    Rule("instruction_months", "L8", "§ 29 Abs. 2 JArbSchG", MINORS, 6),
    Rule("certificate_beyond_months", "L9", "§ 32 Abs. 1 JArbSchG", MINORS - {"holidays"}, 2),
    Rule("certificate_months", "L9", "§ 32 Abs. 1 Nr. 1 JArbSchG", MINORS - {"holidays"}, 14),
    # L10: adults. Ten hours with a balance within 24 weeks (§ 3 Satz 2) are left to staff; Sundays are § 9.
    Rule("daily_minutes", "L10", "§ 3 Satz 1 ArbZG", _for("adult"), 8 * 60, valid_from=ARBZG),
    Rule("break_minutes", "L10", "§ 4 Satz 1 ArbZG", _for("adult"), 30, over=6 * 60, valid_from=ARBZG),
    Rule("break_minutes", "L10", "§ 4 Satz 1 ArbZG", _for("adult"), 45, over=9 * 60, valid_from=ARBZG),
    Rule("break_piece", "L10", "§ 4 Satz 2 ArbZG", _for("adult"), 15, valid_from=ARBZG),
    Rule("unbroken_minutes", "L10", "§ 4 Satz 3 ArbZG", _for("adult"), 6 * 60, valid_from=ARBZG),
    Rule("rest_minutes", "L10", "§ 5 Abs. 1 ArbZG", _for("adult"), 11 * 60, valid_from=ARBZG),
    Rule("sunday", "L10", "§ 9 Abs. 1 ArbZG", _for("adult"), valid_from=ARBZG),
    Rule("public_holiday", "L10", "§ 9 Abs. 1 ArbZG", _for("adult"), valid_from=ARBZG),
    # L11: cents an hour (MiLoV4 of 24.11.2023; MiLoV5 of 5.11.2025, BGBl. 2025 I Nr. 268). The next step is due for
    # 2028 (§ 9 Abs. 1 MiLoG) and not known yet, so the last row ends here.
    _wage(1241, 2024),
    _wage(1282, 2025),
    _wage(1390, 2026),
    _wage(1460, 2027),
    Rule("orientation_months", "L11", f"{_PRACTICE} Nr. 2 MiLoG", ALL, 3, valid_from=MILOG),
    Rule("accompanying_months", "L11", f"{_PRACTICE} Nr. 3 MiLoG", ALL, 3, valid_from=MILOG),
    # L13: who is under 18 needs the guardian for the agreement; who has come of age since approves it alone.
    Rule("guardian", "L13", "§ 107 BGB", MINORS, valid_from=date(1975, 1, 1)),
    Rule("own_approval", "L13", "§ 108 Abs. 3 BGB", _for("adult"), valid_from=date(1975, 1, 1)),
    # L14: pupils are insured with the school, interns otherwise like employees.
    Rule("insured_by_accident_fund", "L14", "§ 2 Abs. 1 Nr. 8 Buchst. b SGB VII", ALL, valid_from=SGB_VII),
    Rule("insured_by_company", "L14", "§ 2 Abs. 1 Nr. 1 SGB VII", ALL, valid_from=SGB_VII),
)  # fmt: skip


class Lawbook:
    """Looks rules up by what they judge, whom they bind, and the day."""

    def __init__(self, rules: Iterable[Rule] = RULES) -> None:
        self._rules: dict[tuple[Name, Regime], list[Rule]] = {}
        for rule in rules:
            for regime in rule.regimes:
                self._rules.setdefault((rule.name, regime), []).append(rule)

    def all(self, name: Name, regime: Regime, day: date) -> list[Rule]:
        return [rule for rule in self._rules.get((name, regime), []) if rule.in_force(day)]

    def one(self, name: Name, regime: Regime, day: date) -> Rule | None:
        """None where no such rule binds that regime on that day."""
        return next(iter(self.all(name, regime, day)), None)
