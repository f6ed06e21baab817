"""The form of an application: kept as it is typed, and read only when it is sent."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

import msgspec

from landbooking.accounts.addresses import NotAnAddress, mail_address
from landbooking.forms import InvalidInput, parse_values, text_of
from landbooking.internships.applications.ages import age_on
from landbooking.internships.applications.opening import Opening
from landbooking.language import gettext as _

LONGEST_LETTER = 4000  # characters
LONGEST_ANSWER = 1000
KEPT = 8000  # of a field in a draft: longer than may be sent, so that nothing is lost by a few words too many

FIELDS = ("letter", "space", "first_day", "birthday", "schooling", "schooling_until", "school", "school_email")
Typed = dict[str, str]


class ApplicationForm(msgspec.Struct, frozen=True):
    """`space` and `first_day` only where the posting leaves them open; `school` only where a school runs it."""

    letter: Annotated[str, msgspec.Meta(max_length=LONGEST_LETTER)]
    birthday: date
    schooling: Literal["over", "lasts"]
    schooling_until: date | None = None
    space: int | None = None
    first_day: date | None = None
    school: Annotated[str, msgspec.Meta(max_length=200)] = ""
    school_email: Annotated[str, msgspec.Meta(max_length=254)] = ""


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What is sent. `schooling_until` is None where full-time compulsory schooling is over."""

    letter: str
    answers: list[str]
    space_id: int | None
    first: date
    last: date
    birthday: date
    schooling_until: date | None
    school: str
    school_email: str


def answer_fields(opening: Opening) -> list[str]:
    return [f"answer_{number}" for number in range(1, len(opening.questions) + 1)]


def typed_in(opening: Opening, posted: Mapping[str, Any]) -> Typed:
    """What stands in the form's fields, wrong or right."""
    return {name: text for name in (*FIELDS, *answer_fields(opening)) if (text := text_of(posted, name))}


def too_long(typed: Typed) -> dict[str, str]:
    """Sentences by field for what is more than a draft keeps."""
    sentence = _("Das ist zu lang. Bitte höchstens %(most)s Zeichen.") % {"most": KEPT}
    return {name: sentence for name, text in typed.items() if len(text) > KEPT}


def wish_in(opening: Opening, typed: Typed) -> Wish:
    """Raises InvalidInput with all that is wrong or missing."""
    errors: dict[str, str] = {}
    form: ApplicationForm | None = None
    try:
        form = parse_values(ApplicationForm, typed)
    except InvalidInput as invalid:
        errors |= invalid.errors
    answers = [typed.get(name, "") for name in answer_fields(opening)]
    for name, answer in zip(answer_fields(opening), answers, strict=True):
        if len(answer) > LONGEST_ANSWER:
            errors[name] = _("Bitte höchstens %(most)s Zeichen.") % {"most": LONGEST_ANSWER}
    if form is not None:
        errors |= _wrong(opening, form)
    if form is None or errors:
        raise InvalidInput(errors, typed)
    first, last = opening.days_from(form.first_day or opening.first)
    [only_space] = [one for one, _name in opening.spaces] if len(opening.spaces) == 1 else [None]
    return Wish(
        letter=form.letter,
        answers=answers,
        space_id=only_space or form.space,
        first=first,
        last=last,
        birthday=form.birthday,
        schooling_until=form.schooling_until if form.schooling == "lasts" else None,
        school=form.school,
        school_email=form.school_email and mail_address(form.school_email),
    )


def _wrong(opening: Opening, form: ApplicationForm) -> dict[str, str]:
    """What only the posting can say about a form whose fields are right each by itself."""
    errors = _wrong_days(opening, form) | _wrong_person(opening, form)
    if len(opening.spaces) > 1 and form.space not in [one for one, _name in opening.spaces]:
        errors["space"] = _("Bitte wählen Sie einen Raum.")
    if opening.is_school_run and not form.school:
        errors["school"] = _("Dieses Praktikum gehört zur Schule. Bitte schreiben Sie, zu welcher.")
    if opening.is_school_run or form.school_email:
        try:
            mail_address(form.school_email)
        except NotAnAddress as wrong:
            errors["school_email"] = wrong.message
    return errors


def _wrong_days(opening: Opening, form: ApplicationForm) -> dict[str, str]:
    if opening.weeks is None:
        return {}
    if form.first_day is None:
        return {"first_day": _("Bitte schreiben Sie, wann Sie anfangen möchten.")}
    first, last = opening.days_from(form.first_day)
    if first < opening.first or last > opening.last:
        return {"first_day": _("Damit liegt das Praktikum nicht ganz in dem Zeitraum, den die Firma anbietet.")}
    return {}


def _wrong_person(opening: Opening, form: ApplicationForm) -> dict[str, str]:
    errors: dict[str, str] = {}
    today = datetime.now(UTC).astimezone(ZoneInfo(opening.zone)).date()
    first, _last = opening.days_from(form.first_day or opening.first)
    if not today.year - 110 <= form.birthday.year or form.birthday >= today:
        errors["birthday"] = _("Bitte geben Sie den Tag Ihrer Geburt an.")
    elif age_on(form.birthday, first) < opening.minimum_age:
        errors["birthday"] = _("Für dieses Praktikum muss man am ersten Tag mindestens %(age)s sein.") % {
            "age": opening.minimum_age
        }
    if form.schooling == "lasts" and form.schooling_until is None:
        errors["schooling_until"] = _("Bitte schreiben Sie, bis wann. Ungefähr reicht: das Ende des Schuljahrs.")
    return errors
