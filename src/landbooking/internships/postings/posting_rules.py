"""What an internship may be: the words of its plan, and what is wrong with them, told field by field.

The form and the JSON API ask the same.
"""

from collections.abc import Mapping, Sequence
from datetime import date, time, timedelta
from typing import Annotated

import msgspec

from landbooking.database import Connection
from landbooking.ids import BigRowId, RowId
from landbooking.internships.companies.company import Company, Member, members_of
from landbooking.internships.postings.fields import Field, Kind
from landbooking.internships.postings.offering import Plan
from landbooking.internships.postings.pay import why_unpaid
from landbooking.internships.postings.posting import Posting, minutes_between
from landbooking.language import gettext as _

Weekday = Annotated[int, msgspec.Meta(ge=1, le=7)]
Places = Annotated[int, msgspec.Meta(ge=1, le=50)]
MOST_DAYS = 366  # from the first to the last
MOST_QUESTIONS = 5
LONGEST_QUESTION = 200


class What(msgspec.Struct, frozen=True, kw_only=True):
    title: Annotated[str, msgspec.Meta(min_length=1, max_length=120)]
    field: Field
    kind: Kind
    tasks: Annotated[str, msgspec.Meta(min_length=1, max_length=4000)]
    learning_goals: Annotated[str, msgspec.Meta(max_length=2000)] = ""
    skills: Annotated[str, msgspec.Meta(max_length=1000)] = ""
    mentor: BigRowId
    spaces: list[RowId] = []
    light_work: bool = False


class Days(msgspec.Struct, frozen=True, kw_only=True):
    """With `weeks`, `first` to `last` is the window within which so many are to be found."""

    first: date
    last: date
    weeks: Annotated[int, msgspec.Meta(ge=1, le=52)] | None = None
    weekdays: list[Weekday] = []


class Hours(msgspec.Struct, frozen=True, kw_only=True):
    starts: time
    ends: time
    break_minutes: Annotated[int, msgspec.Meta(ge=0, le=180)] = 30


class Young(msgspec.Struct, frozen=True, kw_only=True):
    minimum_age: Annotated[int, msgspec.Meta(ge=14, le=99)] = 14
    adult_on_site: Annotated[str, msgspec.Meta(max_length=120)] = ""


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """What may also be changed once it is published, beside the mentor."""

    places: Places
    deadline: date


class Changed(Terms, frozen=True, kw_only=True):
    mentor: BigRowId


class Ground(msgspec.Struct, frozen=True):
    """What a company can choose from; `today` by the clocks of its district."""

    today: date
    spaces: Sequence[tuple[int, str]]
    mentors: Sequence[Member]


async def ground_of(connection: Connection, company: Company) -> Ground:
    """Spaces are the published ones of its district."""
    today = await connection.fetchval("SELECT (now() AT TIME ZONE $1)::date", company.zone)
    rows = await connection.fetch(
        """SELECT space.id, space.name, municipality.name AS municipality
           FROM space JOIN municipality ON municipality.id = space.municipality_id
           WHERE municipality.district_id = $1 AND space.published ORDER BY municipality.name, space.name, space.id""",
        company.district_id,
    )
    spaces = [(row["id"], f"{row['name']}, {row['municipality']}") for row in rows]
    return Ground(today, spaces, await members_of(connection, company.id))


def mistakes_in(
    ground: Ground,
    what: What | None,
    days: Days | None,
    hours: Hours | None,
    young: Young | None,
    terms: Terms | None,
    questions: Sequence[str],
    cents: int | None,
    known: Mapping[str, str],
) -> dict[str, str]:
    """What no type says, as far as the groups could be read; `known` are mistakes that are told already."""
    mistakes: dict[str, str] = {}
    if what:
        mistakes |= _wrong_choices(ground, what)
    if days:
        mistakes |= _wrong_days(ground.today, days)
    if terms:
        sound = days if not mistakes.keys() & {"first", "last", "weeks"} else None
        mistakes |= wrong_deadline(ground.today, sound, terms)
    if hours:
        mistakes |= _wrong_hours(hours)
    if young and young.minimum_age < 18 and not young.adult_on_site:
        mistakes["adult_on_site"] = _(
            "Wer unter 18 ist, darf nicht allein sein: Bitte nennen Sie eine erwachsene Person vor Ort."
        )
    if len(questions) > MOST_QUESTIONS or any(len(question) > LONGEST_QUESTION for question in questions):
        mistakes["questions"] = _("Bitte höchstens fünf Fragen, jede mit höchstens 200 Zeichen.")
    pays = cents is not None or "pay" in known
    if what and days and not pays and why_unpaid(what.kind, days.first, days.last, days.weeks) is None:
        mistakes["pay"] = _("Ein solches Praktikum muss bezahlt werden (§ 22 MiLoG). Bitte tragen Sie ein, wie viel.")
    return mistakes


def _wrong_choices(ground: Ground, what: What) -> dict[str, str]:
    texts = {"title": what.title, "tasks": what.tasks}
    mistakes = {name: _("Bitte füllen Sie dieses Feld aus.") for name, text in texts.items() if not text.strip()}
    if all(member.person_id != what.mentor for member in ground.mentors):
        mistakes["mentor"] = not_a_member()
    if not what.spaces or not {*what.spaces} <= {space_id for space_id, _name in ground.spaces}:
        mistakes["spaces"] = _("Bitte wählen Sie mindestens einen Raum.")
    return mistakes


def _wrong_days(today: date, days: Days) -> dict[str, str]:
    mistakes = {}
    length = (days.last - days.first).days + 1
    if days.first <= today:
        mistakes["first"] = _("Der erste Tag muss nach heute liegen.")
    if length < 1:
        mistakes["last"] = _("Der letzte Tag muss nach dem ersten liegen.")
    elif length > MOST_DAYS or days.last.year > 2100:
        mistakes["last"] = _("Bitte höchstens ein Jahr vom ersten bis zum letzten Tag.")
    if days.weeks and 1 <= length < days.weeks * 7:
        mistakes["weeks"] = _("So viele Wochen sind zwischen dem ersten und dem letzten Tag nicht.")
    if not days.weekdays:
        mistakes["weekdays"] = _("Bitte wählen Sie mindestens einen Tag.")
    return mistakes


def wrong_deadline(today: date, days: Days | None, terms: Terms) -> dict[str, str]:
    """`days` None: they are wrong themselves, so nothing is held against them."""
    if terms.deadline < today:
        return {"deadline": _("Die Frist muss heute oder später enden.")}
    if days and terms.deadline >= latest_start(days):
        return {"deadline": _("Die Frist muss enden, bevor das Praktikum beginnt.")}
    return {}


def latest_start(days: Days) -> date:
    """The day on which it has to begin at the latest."""
    return days.last - timedelta(days=7 * days.weeks - 1) if days.weeks else days.first


def _wrong_hours(hours: Hours) -> dict[str, str]:
    length = minutes_between(hours.starts, hours.ends)
    if length <= 0:
        return {"ends": _("Das Ende muss nach dem Anfang liegen.")}
    if length <= hours.break_minutes:
        return {"break_minutes": _("Die Pause ist so lang wie der ganze Tag.")}
    return {}


def plan_of(
    what: What, days: Days, hours: Hours, young: Young, terms: Terms, questions: Sequence[str], cents: int | None
) -> Plan:
    return Plan(
        mentor_id=what.mentor,
        kind=what.kind,
        title=what.title,
        field=what.field,
        tasks=what.tasks,
        learning_goals=what.learning_goals,
        skills=what.skills,
        first=days.first,
        day_after=days.last + timedelta(days=1),
        weeks=days.weeks,
        weekdays=tuple(sorted({*days.weekdays})),
        starts=hours.starts.replace(tzinfo=None),
        ends=hours.ends.replace(tzinfo=None),
        break_minutes=hours.break_minutes,
        light_work=what.light_work,
        places=terms.places,
        deadline=terms.deadline,
        pay_cents_hour=cents,
        minimum_age=young.minimum_age,
        adult_on_site=young.adult_on_site,
        questions=tuple(questions),
        space_ids=tuple(sorted({*what.spaces})),
    )


def wrong_changes(changed: Changed, posting: Posting, ground: Ground) -> dict[str, str]:
    days = Days(first=posting.first, last=posting.last, weeks=posting.weeks)
    mistakes = wrong_deadline(ground.today, days, changed)
    if all(member.person_id != changed.mentor for member in ground.mentors):
        mistakes["mentor"] = not_a_member()
    return mistakes


def not_a_member() -> str:
    return _("Bitte wählen Sie jemanden, der zur Firma gehört.")
