"""Series as the JSON API shows them. These names are promises to programs; change them with a version."""

import datetime as dt
from collections.abc import Sequence

import msgspec

from landbooking.period import Clock
from landbooking.spaces import representations as shown
from landbooking.spaces.bookings import Booking
from landbooking.spaces.series.plan import Plan, PlannedDate, State
from landbooking.spaces.series.recurrence import Repeats
from landbooking.spaces.series.series import Series


class SeriesDateView(msgspec.Struct, frozen=True):
    """What one date would give. `free` is booked and `conflict` needs a choice; the others are left out.

    `date` is null for a month that lacks the day, then `month` is its first. `problem` names what stands against it, as
    the `type` of a problem does, and `detail` says it; `other_resource_ids` are free instead. `price_cents` is what it
    costs at the counter: nothing where a month pass covers the day.
    """

    date: dt.date | None
    month: dt.date
    state: State
    resource_id: int | None
    start: dt.datetime | None
    end: dt.datetime | None
    problem: str | None
    detail: str | None
    holiday: str | None
    other_resource_ids: list[int]
    price_cents: int


class SeriesPreview(msgspec.Struct, frozen=True):
    """`free` dates would be booked, as soon as there are no `conflicts`, for `price_cents` together.

    Where a host has to agree, they are `requested` as a whole, and hold their time until `until_at` at the longest.
    """

    free: int
    conflicts: int
    price_cents: int
    until_at: dt.datetime | None
    dates: list[SeriesDateView]


class SeriesView(msgspec.Struct, frozen=True):
    """A series with all its bookings, cancelled ones too. `start` and `end` are clock times of `time_zone`."""

    id: int
    repeats: Repeats
    first: dt.date
    weekdays: list[int]
    until: dt.date | None
    count: int | None
    start: Clock
    end: Clock
    time_zone: str
    version: int
    bookings: list[shown.BookingView]


def preview(plan: Plan, until_at: dt.datetime | None) -> SeriesPreview:
    return SeriesPreview(
        free=len(plan.booked),
        conflicts=len(plan.conflicts),
        price_cents=plan.cents,
        until_at=until_at,
        dates=[_date(planned) for planned in plan.dates],
    )


def _date(planned: PlannedDate) -> SeriesDateView:
    refusal = planned.refusal
    return SeriesDateView(
        date=planned.day,
        month=planned.month,
        state=planned.state,
        resource_id=planned.resource.id if planned.resource else None,
        start=planned.period.start if planned.period else None,
        end=planned.period.end if planned.period else None,
        problem=refusal.code if refusal else None,
        detail=refusal.message if refusal else None,
        holiday=planned.holiday,
        other_resource_ids=[other.id for other in planned.others],
        price_cents=0 if planned.in_pass else planned.cents,
    )


def series(series: Series, bookings: Sequence[Booking]) -> SeriesView:
    recurrence = series.recurrence
    return SeriesView(
        id=series.id,
        repeats=recurrence.repeats,
        first=recurrence.first,
        weekdays=list(recurrence.weekdays),
        until=recurrence.until,
        count=recurrence.count,
        start=f"{series.start:%H:%M}",
        end=f"{series.end:%H:%M}",
        time_zone=series.zone,
        version=series.version,
        bookings=[shown.booking(booking) for booking in bookings],
    )
