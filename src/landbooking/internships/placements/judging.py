"""What the law says about a placement: its rows as the plan that the law judges."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import msgspec

from landbooking.database import Connection
from landbooking.internships.law.finding import Finding, before_work, refusals
from landbooking.internships.law.judge import judge
from landbooking.internships.law.plan import Day, DayElsewhere, Exemption, Kind, Pause, Pay, Person, Plan
from landbooking.internships.placements.overrides import overrides_of
from landbooking.internships.placements.placement import (
    Placement,
    PlannedDay,
    days_of,
    placement_by_id,
    planned_day,
)
from landbooking.internships.placements.refusals import LawRefuses
from landbooking.period import Period

KINDS: dict[str, Kind] = {"school": "school_run", "mandatory": "mandatory"}  # any other is voluntary
EXEMPTIONS: dict[str, Exemption] = {
    "orientation": "orientation",
    "study": "accompanying",
    "qualification": "entry_qualification",
}


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """What is judged: of a placement, or of what an offer would make. `placement_id` None is not made yet."""

    application_id: int
    person_id: int | None
    company_id: int
    kind: str
    days: Sequence[PlannedDay]
    light_work: bool
    pay_cents_hour: int | None
    birthday: date
    schooling_until: date | None
    zone: str
    state: str
    placement_id: int | None = None
    certificate_seen_on: date | None = None
    instructed_on: date | None = None
    days_elsewhere: dict[str, int] = {}


async def findings_of(connection: Connection, placement: Placement) -> list[Finding]:
    """All that the law says, overridden ones too; none once the birthday is forgotten. Raises PlanUnclear."""
    terms = await _terms_of(connection, placement)
    return await findings_on(connection, terms) if terms else []


async def findings_on(connection: Connection, terms: Terms) -> list[Finding]:
    """Raises PlanUnclear."""
    return judge(await _plan(connection, terms))


async def check_law(connection: Connection, placement: Placement, way_on: str | None = None) -> None:
    """Raises LawRefuses for what stands against it, and PlanUnclear."""
    if found := refusals(await findings_of(connection, placement)):
        raise LawRefuses(found, way_on)


async def may_begin(connection: Connection, placement_id: int) -> bool:
    """Whether work may begin today: instruction, guardian, certificate and all else that comes before it is done."""
    return not await stands_before_work(connection, placement_id)


async def stands_before_work(connection: Connection, placement_id: int) -> list[Finding]:
    """What locks the check-in today, each with its sentence. What is only due later does not. Raises NotFound."""
    placement = await placement_by_id(connection, placement_id)
    today = datetime.now(UTC).astimezone(ZoneInfo(placement.zone)).date()
    due_by = max(today, placement.first)
    return [
        each for each in before_work(await findings_of(connection, placement)) if each.day is None or each.day <= due_by
    ]


async def _terms_of(connection: Connection, placement: Placement) -> Terms | None:
    if placement.birthday is None:
        return None
    return Terms(
        application_id=placement.application_id,
        person_id=placement.person_id,
        company_id=placement.company_id,
        kind=placement.kind,
        days=await days_of(connection, placement.id),
        light_work=placement.light_work,
        pay_cents_hour=placement.pay_cents_hour,
        birthday=placement.birthday,
        schooling_until=placement.schooling_until,
        zone=placement.zone,
        state=placement.state,
        placement_id=placement.id,
        certificate_seen_on=placement.certificate_seen_on,
        instructed_on=placement.instructed_on,
        days_elsewhere=placement.days_elsewhere,
    )


async def _plan(connection: Connection, terms: Terms) -> Plan:
    """The form of an application asks everybody about schooling, so that no day of it means that it is over.

    A pupil's own Land is taken to be that of the space.
    """
    zone = ZoneInfo(terms.zone)
    signed = await _signed_on(connection, terms, zone)
    return Plan(
        person=Person(terms.birthday, terms.schooling_until or terms.birthday, terms.state),
        days=tuple(_day(one, terms.light_work, zone) for one in terms.days),
        kind=KINDS.get(terms.kind, "voluntary"),
        agreed_on=signed.get("applicant") or datetime.now(UTC).astimezone(zone).date(),
        pay=Pay(terms.pay_cents_hour or 0, EXEMPTIONS.get(terms.kind), await _was_here(connection, terms)),
        elsewhere=await _elsewhere(connection, terms, zone),
        days_elsewhere={int(year): days for year, days in terms.days_elsewhere.items()},
        certificate_seen_on=terms.certificate_seen_on,
        instructed_on=terms.instructed_on,
        guardian_consented_on=signed.get("guardian"),
        overrides=await overrides_of(connection, terms.application_id),
        zone=terms.zone,
        state=terms.state,
    )


def _day(one: PlannedDay, light: bool, zone: ZoneInfo) -> Day:
    start, end = _clocks(one.period, zone)
    return Day(one.day, start, end, tuple(Pause(*_clocks(each, zone)) for each in one.breaks), light=light)


def _clocks(period: Period, zone: ZoneInfo) -> tuple[time, time]:
    return period.start.astimezone(zone).time(), period.end.astimezone(zone).time()


async def _signed_on(connection: Connection, terms: Terms, zone: ZoneInfo) -> dict[str, date]:
    """The day on which each signed the terms as they are now."""
    rows = await connection.fetch(
        """SELECT signatory, signed_at FROM placement_signature JOIN placement ON placement.id = placement_id
           WHERE placement_id = $1 AND signed_at IS NOT NULL
             AND placement_signature.terms_version = placement.terms_version""",
        terms.placement_id,
    )
    return {row["signatory"]: row["signed_at"].astimezone(zone).date() for row in rows}


async def _was_here(connection: Connection, terms: Terms) -> bool:
    """Whether there was a placement beside studies with this company before (MiLoG § 22 (1) no. 3)."""
    return bool(
        await connection.fetchval(
            """SELECT EXISTS (SELECT FROM placement
                   WHERE person_id = $1 AND company_id = $2 AND kind = 'study' AND id IS DISTINCT FROM $3
                     AND status IN ('active', 'completed', 'discontinued'))""",
            terms.person_id,
            terms.company_id,
            terms.placement_id,
        )
    )


async def _elsewhere(connection: Connection, terms: Terms, zone: ZoneInfo) -> tuple[DayElsewhere, ...]:
    """Days of the person's other placements, of one that was broken off those on which they came."""
    rows = await connection.fetch(
        """SELECT placement_day.day, period, breaks, booking_id, checked_in_at, left_at, kind, light_work
           FROM placement JOIN placement_day ON placement_id = placement.id
           WHERE person_id = $1 AND placement.id IS DISTINCT FROM $2 AND status NOT IN ('cancelled', 'no_show')
             AND (status <> 'discontinued' OR checked_in_at IS NOT NULL)
           ORDER BY placement_day.day""",
        terms.person_id,
        terms.placement_id,
    )
    return tuple(DayElsewhere(_day(planned_day(row), row["light_work"], zone), row["kind"] == "school") for row in rows)
