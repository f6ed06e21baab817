"""An application as the company sees it: at first without name, photo, address, age or CV."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import msgspec

from landbooking.internships.applications.ages import OF_AGE
from landbooking.internships.applications.application import Application, Status


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """Nothing else of an application leaves for a company. `name` and `is_minor` are None during the first look.

    What the law asks about, birthday and schooling, never leaves; only what follows from it.
    """

    id: int
    version: int
    status: Status
    posting_id: int
    company_id: int
    title: str
    zone: str
    letter: str
    questions: list[tuple[str, str]]
    space: str | None
    first: date | None
    last: date | None
    meets_age_rule: bool
    submitted_at: datetime | None
    offer_until_at: datetime | None
    name: str | None
    is_minor: bool | None
    school: str | None
    has_cv: bool
    is_over: bool


def candidate(application: Application) -> Candidate:
    hidden = application.is_anonymous
    today = datetime.now(UTC).astimezone(ZoneInfo(application.zone)).date()
    answers = [*application.answers, *[""] * len(application.questions)]
    return Candidate(
        id=application.id,
        version=application.version,
        status=application.status,
        posting_id=application.posting_id,
        company_id=application.company_id,
        title=application.title,
        zone=application.zone,
        letter=application.letter,
        questions=list(zip(application.questions, answers, strict=False)),
        space=application.space,
        first=application.first,
        last=application.last,
        meets_age_rule=application.meets_age_rule,
        submitted_at=application.submitted_at,
        offer_until_at=application.offer_until_at,
        name=None if hidden else application.applicant or "",
        is_minor=None if hidden else application.age_on(today) < OF_AGE,
        school=None if hidden else application.school,
        has_cv=application.cv_is_shown,
        is_over=application.is_over,
    )
