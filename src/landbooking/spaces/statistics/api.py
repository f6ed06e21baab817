"""The same figures in the JSON API: of a space for its hosts, of a district for its staff."""

from datetime import date
from typing import Annotated, Any

import msgspec
from litestar import Request, get
from litestar.params import QueryParameter

from landbooking.accounts.districts import check_own_district
from landbooking.accounts.guards import district_staff, owner_of_space
from landbooking.accounts.person import Person
from landbooking.accounts.requirements import OWNER
from landbooking.database import Connection
from landbooking.errors import problems
from landbooking.ids import Id
from landbooking.spaces.kinds import Kind
from landbooking.spaces.space import space_by_id
from landbooking.spaces.statistics.figures import Figures, Number, Occupancy
from landbooking.spaces.statistics.outcomes import Outcome, Visitors
from landbooking.spaces.statistics.report import Report, report_of_district, report_of_space, zone_of_district
from landbooking.spaces.statistics.span import asked_span
from landbooking.spaces.statistics.tables import hours

Asked = Request[Person, Any, Any]
Asking = Annotated[
    str | None,
    QueryParameter(
        name="span",
        description="Months that are over: 2026-10, 2026-Q3, 2026 or 2026-02--2026-05, at most 24 of them; "
        "the last whole quarter if absent.",
        required=False,
    ),
]


class OccupancyView(msgspec.Struct, frozen=True):
    """`booked_hours` and `percent` null: of too few persons. Where `partial`, months or spaces of too few persons are
    missing in both numbers.
    """

    booked_hours: float | None
    bookable_hours: float
    percent: int | None
    partial: bool


class ByMonth(OccupancyView, frozen=True, kw_only=True):
    month: str


class ByWeekday(OccupancyView, frozen=True, kw_only=True):
    """Monday is 1."""

    weekday: int


class ByHour(OccupancyView, frozen=True, kw_only=True):
    """From `hour` o'clock of the place to the next."""

    hour: int


class ByKind(OccupancyView, frozen=True, kw_only=True):
    kind: Kind


class ByResource(OccupancyView, frozen=True, kw_only=True):
    resource_id: int
    resource: str


class BySpace(OccupancyView, frozen=True, kw_only=True):
    space_id: int
    space: str
    municipality: str


class SlotView(msgspec.Struct, frozen=True):
    """`step` 0: nobody, 1: up to a fifth of the time … 5: more than four fifths; null: too few persons."""

    weekday: int
    hour: int
    step: int | None


class NumberView(msgspec.Struct, frozen=True):
    """Null: of too few persons."""

    bookings: int | None
    partial: bool


class EndedView(NumberView, frozen=True, kw_only=True):
    outcome: Outcome


class LeadView(NumberView, frozen=True, kw_only=True):
    """At least so many days before, up to the next."""

    days: int


class VisitorsView(msgspec.Struct, frozen=True):
    """People with an account, rounded down to fives: 0 is fewer than five."""

    persons: int
    new: int
    returning: int


class Statistics(msgspec.Struct, frozen=True):
    """Of desks, rooms and booths, by the hours, closures and blackouts that stood; `kinds` and `resources` have
    vehicles and equipment besides, each by itself. Rooms for video appointments are in no figure, and no figure stands
    for fewer than five persons. `visitors` only of a month, a quarter or a year.
    """

    span: str
    first: date
    after: date
    total: OccupancyView
    before: OccupancyView
    months: list[ByMonth]
    weekdays: list[ByWeekday]
    hours: list[ByHour]
    week: list[SlotView]
    kinds: list[ByKind]
    bookings: NumberView
    bookings_before: NumberView
    ended: list[EndedView]
    leads: list[LeadView]
    visitors: VisitorsView | None
    resources: list[ByResource] = []
    spaces: list[BySpace] = []


@get(
    "/spaces/{space_id:int}/statistics",
    guards=[owner_of_space],
    operation_id="spaceStatistics",
    summary="What a space comes to",
    tags=["hosts"],
    security=OWNER,
    responses=problems(403, 404, 422),
)
async def get_of_space(request: Asked, reads: Connection, space_id: Id, asked: Asking = None) -> Statistics:
    """For its hosts, of months that are over."""
    zone = (await space_by_id(reads, space_id)).rules.time_zone
    report = await report_of_space(reads, space_id, asked_span({"span": asked or ""}, zone), zone)
    names = {unit.id: unit.name for ground in report.grounds for unit in ground.units}
    by_unit = report.figures.by_unit.items()
    return _statistics(
        report,
        resources=[ByResource(*_occupancy(one), resource_id=unit, resource=names[unit]) for unit, one in by_unit],
    )


@get(
    "/districts/{district_id:int}/statistics",
    guards=[district_staff],
    operation_id="districtStatistics",
    summary="What a district's spaces come to",
    tags=["district"],
    security=OWNER,
    responses=problems(403, 404, 422),
)
async def get_of_district(request: Asked, reads: Connection, district_id: Id, asked: Asking = None) -> Statistics:
    """Sums of what its spaces are told of themselves."""
    await check_own_district(reads, request.user, district_id)
    zone = await zone_of_district(reads, district_id)
    report = await report_of_district(reads, district_id, asked_span({"span": asked or ""}, zone), zone)
    spaces = [
        BySpace(
            *_occupancy(report.by_space[ground.id]),
            space_id=ground.id,
            space=ground.name,
            municipality=ground.municipality,
        )
        for ground in report.grounds
    ]
    return _statistics(report, spaces=spaces)


def _statistics(
    report: Report, resources: list[ByResource] | None = None, spaces: list[BySpace] | None = None
) -> Statistics:
    figures: Figures = report.figures
    return Statistics(
        span=report.span.name,
        first=report.span.first,
        after=report.span.after,
        total=OccupancyView(*_occupancy(figures.total)),
        before=OccupancyView(*_occupancy(report.before.total)),
        months=[ByMonth(*_occupancy(one), month=f"{month:%Y-%m}") for month, one in figures.by_month.items()],
        weekdays=[ByWeekday(*_occupancy(one), weekday=day) for day, one in figures.by_weekday.items()],
        hours=[ByHour(*_occupancy(one), hour=hour) for hour, one in figures.by_hour.items()],
        week=[SlotView(*slot, figures.week.get(slot)) for slot in sorted(figures.open_slots)],
        kinds=[ByKind(*_occupancy(one), kind=kind) for kind, one in figures.by_kind.items()],
        bookings=NumberView(*_number(figures.bookings)),
        bookings_before=NumberView(*_number(report.before.bookings)),
        ended=[EndedView(*_number(one), outcome=outcome) for outcome, one in figures.ended.items()],
        leads=[LeadView(*_number(one), days=days) for days, one in figures.leads.items()],
        visitors=_visitors(report.visitors),
        resources=resources or [],
        spaces=spaces or [],
    )


def _occupancy(one: Occupancy) -> tuple[float | None, float, int | None, bool]:
    return None if one.booked is None else hours(one.booked), hours(one.bookable), one.percent, one.partial


def _number(one: Number) -> tuple[int | None, bool]:
    return one.bookings, one.partial


def _visitors(one: Visitors | None) -> VisitorsView | None:
    return VisitorsView(*one) if one else None


ROUTES = [get_of_space, get_of_district]
