"""Placements as the JSON API takes and shows them: promises to programs, changed only with a version."""

from datetime import date, datetime, time
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

import msgspec

from landbooking.database import Connection
from landbooking.forms import InvalidInput
from landbooking.ids import RowId, Version
from landbooking.internships.events import ActedAs
from landbooking.internships.law.finding import Finding
from landbooking.internships.law.plan import Pause, RuleId
from landbooking.internships.law.words import disclaimer
from landbooking.internships.placements.before_work import DAYS_A_YEAR
from landbooking.internships.placements.judging import findings_of
from landbooking.internships.placements.placement import Placement, PlannedDay, Status, days_of
from landbooking.internships.placements.signatures import Channel, Signatory, missing, signatories, signatures_of
from landbooking.internships.placements.steps import Verb
from landbooking.internships.placements.terms import (
    LONGEST_TASKS,
    MOST_BREAKS,
    MOST_DAYS,
    NewDay,
    NewTerms,
    in_the_middle,
)
from landbooking.internships.placements.transitions import possible
from landbooking.language import gettext as _


class Seen(msgspec.Struct, frozen=True):
    """`version` is the one that was seen; a later one is refused."""

    version: Version | None = None


class Signing(msgspec.Struct, frozen=True):
    """Exactly this version of the terms is signed; where it is not the present one, 409 `terms-changed`."""

    terms_version: Version


class DaysElsewhere(msgspec.Struct, frozen=True):
    """Days of holiday work beside this placement in a calendar year."""

    year: Annotated[int, msgspec.Meta(ge=2000, le=2200)]
    days: Annotated[int, msgspec.Meta(ge=0, le=DAYS_A_YEAR)]


class OnDay(msgspec.Struct, frozen=True):
    """The day on which it was done."""

    on: date


class TermsBreak(msgspec.Struct, frozen=True):
    start: time
    end: time


class TermsDay(msgspec.Struct, frozen=True):
    """By the local clock. Either with `breaks`, or with one of `break_minutes` in the middle of it."""

    day: date
    start: time
    end: time
    break_minutes: Annotated[int, msgspec.Meta(ge=0, le=180)] = 0
    breaks: Annotated[list[TermsBreak], msgspec.Meta(max_length=MOST_BREAKS)] = []


class Terms(msgspec.Struct, frozen=True):
    """All of it, as it shall be. Whatever is changed, every signature is void."""

    space_id: RowId
    tasks: Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST_TASKS)]
    days: Annotated[list[TermsDay], msgspec.Meta(min_length=1, max_length=MOST_DAYS)]
    version: Version | None = None


class NewOverride(msgspec.Struct, frozen=True):
    """Without a day the rule is let pass wherever it stands in the way. The reason is shown to both sides."""

    rule: RuleId
    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=500)]
    day: date | None = None


class SeenOnPaper(msgspec.Struct, frozen=True):
    signatory: Literal["guardian", "school"]
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    terms_version: Version


class PlacementBreak(msgspec.Struct, frozen=True):
    start: datetime
    end: datetime


class PlacementDay(msgspec.Struct, frozen=True):
    """`booking_id` is the desk's, once it is confirmed; null for all but the intern."""

    day: date
    start: datetime
    end: datetime
    breaks: list[PlacementBreak]
    booking_id: int | None


class FindingView(msgspec.Struct, frozen=True):
    """`weight`: refuses (it can't be agreed like this), before_work (check-in is locked until it is done), says.

    `day` is the day, or the Monday of the week, on which it falls. `overridden_because`: staff let it pass.
    """

    rule: RuleId
    paragraph: str
    sentence: str
    weight: Literal["refuses", "before_work", "says"]
    day: date | None
    overridden_because: str | None


class SignatureView(msgspec.Struct, frozen=True):
    signatory: Signatory
    signed_at: datetime | None
    channel: Channel | None


class PlacementView(msgspec.Struct, frozen=True, kw_only=True):
    """`terms_version` is what one signs; `version` rises with every change of state. `possible` are the verbs that one
    could use now. `disclaimer` stands beside every judgement: it is a help and not legal advice.
    """

    id: int
    version: int
    terms_version: int
    status: Status
    application_id: int
    company: str
    intern: str | None
    title: str
    tasks: str
    space_id: int
    space: str
    first_day: date
    last_day: date
    pay_cents_hour: int | None
    instructed_on: date | None
    certificate_seen_on: date | None
    days: list[PlacementDay]
    signatures: list[SignatureView]
    findings: list[FindingView]
    disclaimer: str
    possible: list[Verb]


class PlacementRow(msgspec.Struct, frozen=True, kw_only=True):
    """One of a list."""

    id: int
    status: Status
    company: str
    title: str
    space: str
    first_day: date
    last_day: date


def as_terms(data: Terms, placement: Placement) -> NewTerms:
    """Raises InvalidInput."""
    days = sorted(data.days, key=lambda one: one.day)
    zone = ZoneInfo(placement.zone)
    return NewTerms(data.space_id, data.tasks.strip(), [_new_day(one, zone) for one in days])


def _new_day(one: TermsDay, zone: ZoneInfo) -> NewDay:
    start, end = one.start.replace(tzinfo=None), one.end.replace(tzinfo=None)
    if one.breaks and one.break_minutes:
        raise InvalidInput({"days": _("Bitte entweder breaks oder break_minutes angeben.")}, {})
    pauses = [Pause(each.start.replace(tzinfo=None), each.end.replace(tzinfo=None)) for each in one.breaks]
    breaks = tuple(sorted(pauses)) or in_the_middle(one.day, start, end, one.break_minutes, zone)
    return NewDay(one.day, start, end, breaks)


def row_view(placement: Placement) -> PlacementRow:
    return PlacementRow(
        id=placement.id,
        status=placement.status,
        company=placement.company,
        title=placement.title,
        space=placement.space,
        first_day=placement.first,
        last_day=placement.last,
    )


async def placement_view(connection: Connection, placement: Placement, who: ActedAs) -> PlacementView:
    given = await signatures_of(connection, placement.id)
    left = missing(placement, given)
    return PlacementView(
        id=placement.id,
        version=placement.version,
        terms_version=placement.terms_version,
        status=placement.status,
        application_id=placement.application_id,
        company=placement.company,
        intern=placement.applicant,
        title=placement.title,
        tasks=placement.tasks,
        space_id=placement.space_id,
        space=placement.space,
        first_day=placement.first,
        last_day=placement.last,
        pay_cents_hour=placement.pay_cents_hour,
        instructed_on=placement.instructed_on,
        certificate_seen_on=placement.certificate_seen_on,
        days=[_day(one, who, ZoneInfo(placement.zone)) for one in await days_of(connection, placement.id)],
        signatures=[
            SignatureView(each, None, None)
            if each in left
            else SignatureView(each, given[each].signed_at, given[each].channel)
            for each in signatories(placement, given)
        ],
        findings=[finding_view(each) for each in await findings_of(connection, placement)],
        disclaimer=disclaimer(),
        possible=sorted(await possible(connection, placement, who)),
    )


def _day(one: PlannedDay, who: ActedAs, zone: ZoneInfo) -> PlacementDay:
    return PlacementDay(
        one.day,
        one.period.start.astimezone(zone),
        one.period.end.astimezone(zone),
        [PlacementBreak(each.start.astimezone(zone), each.end.astimezone(zone)) for each in one.breaks],
        one.booking_id if who == "applicant" else None,
    )


def finding_view(one: Finding) -> FindingView:
    reason = one.overridden.reason if one.overridden else None
    return FindingView(one.rule, one.cited, one.sentence, one.weight, one.day or one.week, reason)
