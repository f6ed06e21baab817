"""Who somebody is to the law on a day: child, pupil, youth or adult, and which set of rules binds that day."""

from datetime import date
from typing import Literal

from landbooking.internships.law.plan import Person
from landbooking.internships.law.terms import reaches_age

# By § 2 JArbSchG. K: under 15, a child. KJ: 15 to 17 and still in full-time compulsory schooling, to whom the rules for
# children apply (Abs. 3). J: 15 to 17 otherwise. E: 18 or older, an adult.
Class = Literal["K", "KJ", "J", "E"]

# Which rules bind a day. forbidden: a child outside of what § 5 Abs. 2 and § 7 allow. school: a pupil in a placement
# run by the school (§ 5 Abs. 2: § 7 Satz 1 Nr. 2 and §§ 9 to 46 apply). child: a child whose full-time schooling is
# over (§ 7). holidays: a pupil who works of free will (§ 5 Abs. 4: §§ 8 to 31 apply). youth, adult: as they say.
Regime = Literal["forbidden", "school", "child", "holidays", "youth", "adult"]

SCHOOL_YEARS = 9  # of full-time compulsory schooling in Rheinland-Pfalz


def compulsory_schooling_until(first_school_year: int) -> date:
    """The last day of full-time compulsory schooling in Rheinland-Pfalz for who came to school in that year's summer.

    Nine years of attending school, whichever class they led to; a school year ends with 31 July (§ 8 SchulG RP).
    """
    return date(first_school_year + SCHOOL_YEARS, 7, 31)


def class_on(person: Person, day: date) -> Class:
    """By § 2 JArbSchG. Where it is not known how long schooling lasts, it is taken to last: the stricter rules."""
    if day < reaches_age(person.birthday, 15):
        return "K"
    if day >= reaches_age(person.birthday, 18):
        return "E"
    return "KJ" if in_compulsory_schooling(person, day) else "J"


def in_compulsory_schooling(person: Person, day: date) -> bool:
    return person.compulsory_until is None or day <= person.compulsory_until


def regime_on(person: Person, day: date, *, school_run: bool) -> Regime:
    match class_on(person, day):
        case "E":
            return "adult"
        case "J":
            return "youth"
        case "KJ":
            return "school" if school_run else "holidays"
        case "K":
            if not in_compulsory_schooling(person, day):
                return "child"
            return "school" if school_run else "forbidden"
