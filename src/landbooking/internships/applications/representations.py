"""Applications as the JSON API takes and shows them: promises to programs, changed only with a version."""

from datetime import date, datetime
from typing import Annotated

import msgspec

from landbooking.database import Connection
from landbooking.ids import BigRowId, Version
from landbooking.internships.applications.application import Application, Status
from landbooking.internships.applications.candidate import candidate
from landbooking.internships.applications.form import KEPT, Typed
from landbooking.internships.applications.interview_times import times_of
from landbooking.internships.applications.messages import LONGEST
from landbooking.internships.applications.reasons import Reason
from landbooking.internships.applications.steps import Verb
from landbooking.internships.applications.transitions import possible
from landbooking.internships.law.words import disclaimer
from landbooking.internships.placements.making import findings_on_offer, placement_of
from landbooking.internships.placements.representations import FindingView, finding_view

Instant = Annotated[datetime, msgspec.Meta(tz=True)]
Text = Annotated[str, msgspec.Meta(max_length=KEPT)]


class ApplicationDraft(msgspec.Struct, frozen=True, kw_only=True):
    """All as text, as it is typed: it is judged when it is sent. `answers` are to the posting's questions in order.

    `schooling` is "lasts" or "over"; days are written as 2027-09-06.
    """

    letter: Text = ""
    answers: Annotated[list[Text], msgspec.Meta(max_length=20)] = []
    space: Text = ""
    first_day: Text = ""
    birthday: Text = ""
    schooling: Text = ""
    schooling_until: Text = ""
    school: Text = ""
    school_email: Text = ""


class ApplicationAnswer(msgspec.Struct, frozen=True):
    """`version` is the one that was seen; a later one is refused."""

    version: Version | None = None


class ApplicationDecline(msgspec.Struct, frozen=True):
    reason: Reason
    version: Version | None = None


class NewApplicationMessage(msgspec.Struct, frozen=True):
    text: Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST)]


class ProposedTime(msgspec.Struct, frozen=True):
    start: Instant
    end: Instant


class InterviewProposal(msgspec.Struct, frozen=True):
    """Two to five times; `place` is where or how. Proposed again, they replace those of before."""

    times: Annotated[list[ProposedTime], msgspec.Meta(min_length=2, max_length=5)]
    place: Annotated[str, msgspec.Meta(max_length=300)] = ""
    version: Version | None = None


class InterviewPick(msgspec.Struct, frozen=True):
    time_id: BigRowId


class InterviewTimeView(msgspec.Struct, frozen=True):
    """`picked` says whether it stands; the others of its application are gone then."""

    id: int
    start: datetime
    end: datetime
    place: str
    picked: bool


class SavedDraft(msgspec.Struct, frozen=True):
    """The draft's id, with which a CV is added and the application is sent."""

    id: int


class ApplicationView(msgspec.Struct, frozen=True, kw_only=True):
    """One's own. `possible` are the verbs that one could use now; `version` rises with every change of state."""

    id: int
    version: int
    status: Status
    posting_id: int
    company_id: int
    company: str
    title: str
    letter: str
    answers: list[str]
    space_id: int | None
    first_day: date | None
    last_day: date | None
    submitted_at: datetime | None
    offer_until_at: datetime | None
    decline_reason: Reason | None
    exception_asked_at: datetime | None
    has_cv: bool
    times: list[InterviewTimeView]
    possible: list[Verb]


class OfferRow(msgspec.Struct, frozen=True, kw_only=True):
    """One of a list for the district: an offer that the law refuses, and whose applicant asked for an exception."""

    id: int
    company: str
    title: str
    asked_at: datetime | None
    offer_until_at: datetime | None


class OfferView(msgspec.Struct, frozen=True, kw_only=True):
    """As staff of the district see it. `findings` are what the law says of what accepting would make; empty once there
    is a placement, which says it itself. `disclaimer` stands beside every judgement.
    """

    id: int
    status: Status
    company: str
    title: str
    applicant: str | None
    space: str | None
    first_day: date | None
    last_day: date | None
    offer_until_at: datetime | None
    exception_asked_at: datetime | None
    placement_id: int | None
    findings: list[FindingView]
    disclaimer: str


class CandidateView(msgspec.Struct, frozen=True, kw_only=True):
    """As the company sees it. `name`, `is_minor` and `school` are null during the first look."""

    id: int
    version: int
    status: Status
    posting_id: int
    title: str
    letter: str
    answers: list[str]
    space: str | None
    first_day: date | None
    last_day: date | None
    meets_age_rule: bool
    submitted_at: datetime | None
    offer_until_at: datetime | None
    name: str | None
    is_minor: bool | None
    school: str | None
    has_cv: bool
    times: list[InterviewTimeView]
    possible: list[Verb]


def typed(draft: ApplicationDraft) -> Typed:
    """As the form has it."""
    fields = {name: value for name, value in msgspec.structs.asdict(draft).items() if name != "answers" and value}
    return fields | {f"answer_{number}": text for number, text in enumerate(draft.answers, 1) if text}


async def application_view(connection: Connection, application: Application) -> ApplicationView:
    return ApplicationView(
        id=application.id,
        version=application.version,
        status=application.status,
        posting_id=application.posting_id,
        company_id=application.company_id,
        company=application.company,
        title=application.title,
        letter=application.letter,
        answers=application.answers,
        space_id=application.space_id,
        first_day=application.first,
        last_day=application.last,
        submitted_at=application.submitted_at,
        offer_until_at=application.offer_until_at,
        decline_reason=application.decline_reason,
        exception_asked_at=application.exception_asked_at,
        has_cv=application.has_cv,
        times=await _times(connection, application),
        possible=sorted(await possible(connection, application, "applicant")),
    )


async def candidate_view(connection: Connection, application: Application) -> CandidateView:
    seen = candidate(application)
    return CandidateView(
        id=seen.id,
        version=seen.version,
        status=seen.status,
        posting_id=seen.posting_id,
        title=seen.title,
        letter=seen.letter,
        answers=[answer for _question, answer in seen.questions],
        space=seen.space,
        first_day=seen.first,
        last_day=seen.last,
        meets_age_rule=seen.meets_age_rule,
        submitted_at=seen.submitted_at,
        offer_until_at=seen.offer_until_at,
        name=seen.name,
        is_minor=seen.is_minor,
        school=seen.school,
        has_cv=seen.has_cv,
        times=await _times(connection, application),
        possible=sorted(await possible(connection, application, "company")),
    )


def offer_row(application: Application) -> OfferRow:
    return OfferRow(
        id=application.id,
        company=application.company,
        title=application.title,
        asked_at=application.exception_asked_at,
        offer_until_at=application.offer_until_at,
    )


async def offer_view(connection: Connection, application: Application) -> OfferView:
    placement_id = await placement_of(connection, application)
    findings = [] if placement_id else await findings_on_offer(connection, application)
    return OfferView(
        id=application.id,
        status=application.status,
        company=application.company,
        title=application.title,
        applicant=application.applicant,
        space=application.space,
        first_day=application.first,
        last_day=application.last,
        offer_until_at=application.offer_until_at,
        exception_asked_at=application.exception_asked_at,
        placement_id=placement_id,
        findings=[finding_view(one) for one in findings],
        disclaimer=disclaimer(),
    )


async def _times(connection: Connection, application: Application) -> list[InterviewTimeView]:
    return [
        InterviewTimeView(time.id, time.period.start, time.period.end, time.place, time.is_picked)
        for time in await times_of(connection, application.id)
    ]
