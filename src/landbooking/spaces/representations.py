"""Spaces and bookings as the JSON API shows them. These names are promises to programs; change them with a version."""

from datetime import date, datetime
from typing import Annotated, Literal

import msgspec

from landbooking.period import Clock
from landbooking.spaces.bookings import Booking, Status
from landbooking.spaces.kinds import DISCREET, Kind
from landbooking.spaces.opening_hours import Audience, Closure, Interval, Unit
from landbooking.spaces.space import Resource, Space
from landbooking.spaces.tariffs.tariff import Tariff
from landbooking.spaces.week import State, Week

RowId = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]
Paid = Literal["free", "counter", "card", "pass", "voucher", "waived"]


class SpaceSummary(msgspec.Struct, frozen=True):
    """`distance_km` from the asked point, null without one."""

    id: int
    name: str
    municipality: str
    address: str
    lat: float
    lon: float
    features: tuple[str, ...]
    distance_km: float | None


class RulesView(msgspec.Struct, frozen=True):
    """The rules by which a resource is booked, its own, its kind's and the space's taken together.

    `unit` is `time` (by the clock, in steps of `step_minutes`), `half_day` or `day` (lengths and steps don't count).
    Buffers are kept free around each booking. `weekly_minutes` is what one person may have of a kind in a space and a
    week, 0 as much as they like. `cancel_minutes` before the start one can still cancel and move. `hold_minutes` is how
    long by day what came free is held for the first in line. `audience` is `everyone`, `members` or `staff`. With
    `approval` a booking is `requested` until a host answers. What is to be had `around_the_clock` heeds no opening
    hours.
    """

    unit: Unit
    step_minutes: int
    shortest_minutes: int
    longest_minutes: int
    lead_minutes: int
    horizon_days: int
    buffer_before_minutes: int
    buffer_after_minutes: int
    weekly_minutes: int
    cancel_minutes: int
    hold_minutes: int
    audience: Audience
    approval: bool
    around_the_clock: bool


class PriceView(msgspec.Struct, frozen=True):
    """In euro cents, for each hour that has begun, half day and day; null is not offered."""

    hour_cents: int | None
    half_day_cents: int | None
    day_cents: int | None


class ResourceView(msgspec.Struct, frozen=True):
    """Those of one `pool` are alike: POST /bookings takes any of them by the space and the pool's name.

    `price`: the cheapest of what is offered is to be paid; where nothing is, or 0, it is free.
    """

    id: int
    kind: Kind
    name: str
    features: tuple[str, ...]
    pool: str | None
    rules: RulesView
    price: PriceView


class SpaceDetail(msgspec.Struct, frozen=True):
    """`opening_hours` in minutes since local midnight of `time_zone`; weekday 1 is Monday."""

    id: int
    name: str
    description: str
    municipality: str
    address: str
    lat: float
    lon: float
    features: tuple[str, ...]
    time_zone: str
    opening_hours: tuple[Interval, ...]
    closures: tuple[Closure, ...]
    open_on_public_holidays: bool
    lead_minutes: int
    horizon_days: int
    shortest_minutes: int
    longest_minutes: int
    resources: list[ResourceView]


class HourView(msgspec.Struct, frozen=True):
    """One hour from `start` (local): `free` of `total` resources are free for all of it that is open."""

    start: Clock
    state: State
    free: int
    total: int


class DayView(msgspec.Struct, frozen=True):
    date: date
    state: State
    closed_reason: str | None
    free_all_day: int
    total: int
    hours: list[HourView]


class WeekView(msgspec.Struct, frozen=True):
    days: list[DayView]


class BookingView(msgspec.Struct, frozen=True):
    """`version` rises with every change; send it with a move so that a stale one is refused.

    Where a host has to agree, a booking is `requested` first: it holds its time until `until_at`, then it is cancelled.
    `equipment` are the names of what goes with the resource, wherever that is moved.
    `price_cents` are to be paid at the counter (euro cents). `paid` says how: `free`, `counter`, `card` (with
    `card_id`), `pass`, `voucher` or `waived`. `kept_by`: somebody counts on it, as the page of this path says; moving
    and cancelling it is refused here (409 `kept-elsewhere`).
    """

    id: int
    resource_id: int
    resource: str
    space_id: int
    space: str
    start: datetime
    end: datetime
    status: Status
    version: int
    until_at: datetime | None
    equipment: tuple[str, ...]
    checked_in_at: datetime | None
    series_id: int | None
    price_cents: int
    paid: Paid
    card_id: int | None
    kept_by: str | None


class ConsultationView(msgspec.Struct, frozen=True):
    """How to reach the person, what they need, and whether somebody shall help them."""

    contact: str
    equipment: tuple[str, ...]
    assistant: bool


def summary(space: Space, distance_km: float | None) -> SpaceSummary:
    return SpaceSummary(
        id=space.id,
        name=space.name,
        municipality=space.municipality,
        address=space.address,
        lat=space.lat,
        lon=space.lon,
        features=space.features,
        distance_km=distance_km,
    )


def detail(space: Space, resources: list[Resource]) -> SpaceDetail:
    rules = space.rules
    return SpaceDetail(
        id=space.id,
        name=space.name,
        description=space.description,
        municipality=space.municipality,
        address=space.address,
        lat=space.lat,
        lon=space.lon,
        features=space.features,
        time_zone=rules.zone,
        opening_hours=rules.intervals,
        closures=rules.closures,
        open_on_public_holidays=rules.open_on_public_holidays,
        lead_minutes=rules.lead_minutes,
        horizon_days=rules.horizon_days,
        shortest_minutes=rules.shortest_minutes,
        longest_minutes=rules.longest_minutes,
        resources=[_resource(space, each) for each in resources],
    )


def _resource(space: Space, resource: Resource) -> ResourceView:
    rules = space.rules_of(resource.kind, resource.id)
    tariff = Tariff() if resource.kind == DISCREET else space.tariff_of(resource.kind, resource.id)
    return ResourceView(
        id=resource.id,
        kind=resource.kind,
        name=resource.name,
        features=resource.features,
        pool=resource.pool,
        rules=RulesView(**{name: getattr(rules, name) for name in RulesView.__struct_fields__}),
        price=PriceView(tariff.hour_cents, tariff.half_day_cents, tariff.day_cents),
    )


def week_view(week: Week) -> WeekView:
    return WeekView(
        [
            DayView(
                date=day.date,
                state=day.state,
                closed_reason=day.closed_reason,
                free_all_day=day.free_count,
                total=day.total,
                hours=[
                    HourView(row.label, row.cells[number].state, row.cells[number].free, row.cells[number].total)
                    for row in week.rows
                ],
            )
            for number, day in enumerate(week.days)
        ]
    )


def booking(booking: Booking) -> BookingView:
    return BookingView(
        id=booking.id,
        resource_id=booking.resource_id,
        resource=booking.resource,
        space_id=booking.space.id,
        space=booking.space.name,
        start=booking.start,
        end=booking.end,
        status=booking.status,
        version=booking.version,
        until_at=booking.until_at,
        equipment=booking.equipment,
        checked_in_at=booking.checked_in_at,
        series_id=booking.series.series_id if booking.series else None,
        price_cents=booking.cost.cents if booking.cost else 0,
        paid=booking.cost.way if booking.cost else "free",
        card_id=booking.cost.card_id if booking.cost else None,
        kept_by=booking.kept_by,
    )
