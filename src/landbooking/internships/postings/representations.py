"""What the JSON API says of companies and internships, and what it takes."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Annotated, Any

import msgspec

from landbooking.ids import BigRowId, RowId, Version
from landbooking.internships.companies.company import Company, Member, MemberRole, Proof
from landbooking.internships.companies.company import Status as CompanyStatus
from landbooking.internships.companies.company_form import CompanyForm
from landbooking.internships.companies.response_rate import ResponseRate
from landbooking.internships.postings.fields import Field, Kind
from landbooking.internships.postings.posting import ClosedBecause, Posting, PostingSpace, Status
from landbooking.internships.postings.posting_rules import (
    LONGEST_QUESTION,
    MOST_QUESTIONS,
    Places,
    Weekday,
)
from landbooking.internships.postings.saved import SavedSearch
from landbooking.internships.postings.search import Hit
from landbooking.internships.postings.transitions import Actor, StepName, steps_for
from landbooking.period import Clock

Reason = Annotated[str, msgspec.Meta(max_length=1000)]
Question = Annotated[str, msgspec.Meta(max_length=LONGEST_QUESTION)]


class NewCompany(CompanyForm, frozen=True, kw_only=True):
    """`district_id` is where it offers internships; without it the only one there is."""

    district_id: RowId | None = None


class CompanyChange(CompanyForm, frozen=True, kw_only=True):
    """All of the profile anew; `version` is the one that was seen."""

    version: Version | None = None


class NewCompanyMember(msgspec.Struct, frozen=True):
    """A manager runs the company's pages, a mentor looks after interns."""

    email: Annotated[str, msgspec.Meta(max_length=254)]
    role: MemberRole = "mentor"


class Verification(msgspec.Struct, frozen=True):
    proof: Proof
    version: Version | None = None


class CompanyReason(msgspec.Struct, frozen=True):
    """`reason` is mailed to the company."""

    reason: Reason
    version: Version | None = None


class NewPosting(msgspec.Struct, frozen=True, kw_only=True):
    """From `first` to `last`; with `weeks`, so many weeks somewhere between the two. Monday is weekday 1.

    `starts` and `ends` are local clock times. Without `pay_cents_hour` it is unpaid, where the law allows that for its
    `kind`. `deadline` is the last day on which one can apply. `adult_on_site` is required for a `minimum_age` below 18.
    """

    title: Annotated[str, msgspec.Meta(min_length=1, max_length=120)]
    field: Field
    kind: Kind
    tasks: Annotated[str, msgspec.Meta(min_length=1, max_length=4000)]
    learning_goals: Annotated[str, msgspec.Meta(max_length=2000)] = ""
    skills: Annotated[str, msgspec.Meta(max_length=1000)] = ""
    mentor: BigRowId
    spaces: Annotated[list[RowId], msgspec.Meta(min_length=1, max_length=50)]
    light_work: bool = True
    first: date
    last: date
    weeks: Annotated[int, msgspec.Meta(ge=1, le=52)] | None = None
    weekdays: Annotated[list[Weekday], msgspec.Meta(min_length=1, max_length=7)]
    starts: time
    ends: time
    break_minutes: Annotated[int, msgspec.Meta(ge=0, le=180)] = 30
    places: Places = 1
    deadline: date
    pay_cents_hour: Annotated[int, msgspec.Meta(ge=1, le=100_00)] | None = None
    minimum_age: Annotated[int, msgspec.Meta(ge=14, le=99)] = 14
    adult_on_site: Annotated[str, msgspec.Meta(max_length=120)] = ""
    questions: Annotated[list[Question], msgspec.Meta(max_length=MOST_QUESTIONS)] = []


class PostingChange(NewPosting, frozen=True, kw_only=True):
    """All of the draft anew; `version` is the one that was seen."""

    version: Version | None = None


class TermsChange(msgspec.Struct, frozen=True):
    """What may be changed while people apply."""

    places: Places
    deadline: date
    mentor: BigRowId
    version: Version | None = None


class NewStep(msgspec.Struct, frozen=True):
    """`step` is one of the posting's `steps`; who gives it back or takes it down says the `reason`."""

    step: StepName
    version: Version | None = None
    reason: Reason = ""


class NewSavedSearch(msgspec.Struct, frozen=True, kw_only=True):
    """As the search takes it. `place` is a label or official key, `km` the way around it."""

    words: Annotated[str, msgspec.Meta(max_length=200)] = ""
    field: Field | None = None
    place: Annotated[str, msgspec.Meta(max_length=200)] = ""
    km: Annotated[int, msgspec.Meta(ge=1, le=200)] = 20
    first: date | None = None
    last: date | None = None
    age: Annotated[int, msgspec.Meta(ge=10, le=120)] | None = None


class PublicCompany(msgspec.Struct, frozen=True, kw_only=True):
    """`answered_percent`: of a hundred applications so many are answered within 14 days; null while there are few."""

    id: int
    name: str
    about: str
    website: str
    street: str
    postal_code: str
    town: str
    contact_name: str
    answered_percent: int | None


class CompanyView(msgspec.Struct, frozen=True, kw_only=True):
    """A company of one's own, or of one's district. `suspended_reason` is empty but for suspended ones.

    `asked_name` and `asked_register_number` wait for staff, null where nothing does; everybody sees the others.
    """

    id: int
    version: int
    district_id: int
    status: CompanyStatus
    suspended_reason: str
    name: str
    about: str
    website: str
    street: str
    postal_code: str
    town: str
    contact_name: str
    contact_phone: str
    register_number: str
    asked_name: str | None
    asked_register_number: str | None
    accident_insurer: str


class CompanyMemberView(msgspec.Struct, frozen=True):
    person_id: int
    email: str
    name: str
    role: MemberRole


class InternshipView(msgspec.Struct, frozen=True, kw_only=True):
    """As everybody sees it. `open`: one may apply now; `why_unpaid` is a sentence where there is no pay."""

    id: int
    company_id: int
    company: str
    open: bool
    title: str
    field: Field
    kind: Kind
    tasks: str
    learning_goals: str
    skills: str
    spaces: list[PostingSpace]
    first: date
    last: date
    weeks: int | None
    weekdays: list[int]
    starts: Clock
    ends: Clock
    break_minutes: int
    light_work: bool
    places: int
    free: int
    deadline: date
    pay_cents_hour: int | None
    why_unpaid: str | None
    minimum_age: int
    adult_on_site: str
    questions: list[str]
    published_at: datetime | None


class InternshipHit(msgspec.Struct, frozen=True):
    """`km` to the nearest of its spaces, null where no place was asked for."""

    internship: InternshipView
    km: float | None


class PostingView(msgspec.Struct, frozen=True, kw_only=True):
    """A posting of one's company, or of one's district: what everybody sees, its state, and what one can do with it."""

    internship: InternshipView
    version: int
    status: Status
    closed_because: ClosedBecause | None
    taken: int
    mentor: int | None
    review_note: str
    steps: list[StepName]


class SavedSearchView(msgspec.Struct, frozen=True):
    """`asked` is the query with which the search asks for it again."""

    id: int
    asked: dict[str, str]
    created_at: datetime


def public_company_view(company: Company, rate: ResponseRate) -> PublicCompany:
    fields = [name for name in PublicCompany.__struct_fields__ if name != "answered_percent"]
    return PublicCompany(**{name: getattr(company, name) for name in fields}, answered_percent=rate.percent)


def company_view(company: Company) -> CompanyView:
    return CompanyView(**{name: getattr(company, name) for name in CompanyView.__struct_fields__})


def member_views(members: Sequence[Member]) -> list[CompanyMemberView]:
    return [CompanyMemberView(one.person_id, one.email, one.name, one.role) for one in members]


def internship_view(posting: Posting) -> InternshipView:
    made: dict[str, Any] = {
        "company": posting.company.name,
        "open": posting.is_open,
        "spaces": list(posting.spaces),
        "starts": f"{posting.starts:%H:%M}",
        "ends": f"{posting.ends:%H:%M}",
        "weekdays": list(posting.weekdays),
        "questions": list(posting.questions),
    }
    plain = [name for name in InternshipView.__struct_fields__ if name not in made]
    return InternshipView(**{name: getattr(posting, name) for name in plain}, **made)


def hit_view(hit: Hit) -> InternshipHit:
    return InternshipHit(internship_view(hit.posting), None if hit.km is None else round(hit.km, 1))


def posting_view(posting: Posting, actor: Actor) -> PostingView:
    return PostingView(
        internship=internship_view(posting),
        version=posting.version,
        status=posting.status,
        closed_because=posting.closed_because,
        taken=posting.taken,
        mentor=posting.mentor_id,
        review_note=posting.review_note,
        steps=steps_for(posting, actor),
    )


def search_view(search: SavedSearch) -> SavedSearchView:
    return SavedSearchView(search.id, search.asked, search.created_at)
