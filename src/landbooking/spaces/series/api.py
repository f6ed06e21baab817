"""Series in the JSON API: the same verbs as the pages."""

import datetime as dt
from datetime import UTC, datetime
from typing import Annotated, Any

import msgspec
from litestar import Request, get, post
from litestar.params import JSONBody

from landbooking.accounts.guards import signed_in
from landbooking.accounts.idempotency import Key, earlier, store_result
from landbooking.accounts.person import Person
from landbooking.accounts.requirements import OWNER
from landbooking.database import Connection
from landbooking.errors import problems
from landbooking.forms import FieldByField, InvalidInput
from landbooking.ids import BigId, BigRowId, RowId
from landbooking.language import gettext as _
from landbooking.period import Clock
from landbooking.spaces.bookings import bookings_in_series
from landbooking.spaces.series import representations as shown
from landbooking.spaces.series.change import Move, Scope, Which, cancel_dates, move_dates
from landbooking.spaces.series.plan import Choice, Wish, answer_due_for, plan_series
from landbooking.spaces.series.recurrence import MOST_DATES, Recurrence, Repeats
from landbooking.spaces.series.series import series_of
from landbooking.spaces.series.verbs import book_series

Weekday = Annotated[int, msgspec.Meta(ge=1, le=7)]


class DateChoice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """For the date that the rule gives: to skip it, or to book another resource of the space or another time."""

    date: dt.date
    skip: bool = False
    resource_id: RowId | None = None
    start: Clock | None = None
    end: Clock | None = None


class NewSeries(msgspec.Struct, frozen=True):
    """From `first` on, either `until` a day or for `count` dates (left-out ones count, missing days do not).

    `weekdays` (Monday is 1) are those of weekly and fortnightly ones. `monthly` is the same day of the month,
    `monthly_weekday` the same weekday, such as the third Tuesday. Times are those of the space's clock. Public holidays
    are left out, school holidays on request; `choices` are for single dates. Pieces of the kind `equipment` of the same
    space come along on each of them (`with_equipment`, their ids). `pay_with` is a card of one's own (`GET /cards`),
    which has to have a visit for every day; 409 `card` where it has not. `said_cents` is the sum that a person was told
    (`price_cents` of the preview); where it is another by now and no card pays, 409 `price`, and nothing is booked.
    """

    resource_id: RowId
    repeats: Repeats
    first: dt.date
    start: Clock
    end: Clock
    weekdays: Annotated[list[Weekday], msgspec.Meta(max_length=7)] = []
    until: dt.date | None = None
    count: Annotated[int, msgspec.Meta(ge=1, le=MOST_DATES)] | None = None
    skip_school_holidays: bool = False
    choices: Annotated[list[DateChoice], msgspec.Meta(max_length=MOST_DATES)] = []
    with_equipment: Annotated[list[RowId], msgspec.Meta(max_length=20)] = []
    pay_with: Annotated[int, msgspec.Meta(ge=1, le=2**53)] | None = None
    said_cents: Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)] | None = None

    def wish(self) -> Wish:
        return Wish(
            resource_id=self.resource_id,
            recurrence=Recurrence(
                repeats=self.repeats,
                first=self.first,
                weekdays=tuple(self.weekdays),
                until=self.until,
                count=self.count,
            ),
            start=_time(self.start),
            end=_time(self.end),
            skip_school_holidays=self.skip_school_holidays,
            choices={choice.date: self._choice(choice) for choice in self.choices},
            equipment=self.with_equipment,
        )

    def _choice(self, choice: DateChoice) -> Choice:
        if choice.skip:
            return Choice(None)
        return Choice(
            choice.resource_id or self.resource_id, _time(choice.start or self.start), _time(choice.end or self.end)
        )


class SeriesCancellation(msgspec.Struct, frozen=True):
    """`one` date, it and the `following`, or `all` that are still to come. `version` is that of the series."""

    booking_id: BigRowId
    scope: Scope
    version: RowId | None = None


class SeriesMove(SeriesCancellation, frozen=True):
    """To other clock times, another resource or both, on the same days. `leave` are bookings that stay as they are."""

    start: Clock | None = None
    end: Clock | None = None
    resource_id: RowId | None = None
    leave: Annotated[list[BigRowId], msgspec.Meta(max_length=MOST_DATES)] = []


@post(
    "/series/preview",
    guards=[signed_in],
    status_code=200,
    operation_id="previewSeries",
    summary="What a series would give",
    tags=["series"],
    security=OWNER,
    dto=FieldByField[NewSeries],
    return_dto=None,
    responses=problems(400, 403, 404, 413, 422),
)
async def post_preview(
    request: Request[Person, Any, Any], connection: Connection, data: JSONBody[NewSeries]
) -> shown.SeriesPreview:
    """Judges every date by every rule; nothing is written."""
    now = datetime.now(UTC)
    plan = await plan_series(connection, request.user, data.wish(), now)
    return shown.preview(plan, answer_due_for(request.user, plan, now))


@post(
    "/series",
    guards=[signed_in],
    operation_id="bookSeries",
    summary="Book a series",
    tags=["series"],
    security=OWNER,
    dto=FieldByField[NewSeries],
    return_dto=None,
    response_description="All dates are booked, or asked for.",
    responses=problems(400, 403, 404, 409, 413, 422),
)
async def post_series(
    request: Request[Person, Any, Any], connection: Connection, data: JSONBody[NewSeries], idempotency_key: Key = None
) -> shown.SeriesView:
    """Books all dates or none: 409 `series-conflicts` names those that need a choice.

    Where a host has to agree to one of them, all are `requested` and get one answer.
    """
    person = request.user
    if known := await earlier(connection, person, idempotency_key, "series", data):
        return await _view(connection, person, known)
    series = await book_series(connection, person, data.wish(), data.pay_with, data.said_cents)
    if idempotency_key:
        await store_result(connection, person.id, idempotency_key, series.id)
    return await _view(connection, person, series.id)


@get(
    "/series/{series_id:int}",
    guards=[signed_in],
    operation_id="series",
    summary="A series",
    tags=["series"],
    security=OWNER,
    responses=problems(404),
)
async def get_series(request: Request[Person, Any, Any], reads: Connection, series_id: BigId) -> shown.SeriesView:
    """One of one's own series with its bookings."""
    return await _view(reads, request.user, series_id)


@post(
    "/series/{series_id:int}/move",
    guards=[signed_in],
    status_code=200,
    operation_id="moveSeries",
    summary="Move dates of a series",
    tags=["series"],
    security=OWNER,
    dto=FieldByField[SeriesMove],
    return_dto=None,
    responses=problems(400, 403, 404, 409, 413, 422),
)
async def post_series_move(
    request: Request[Person, Any, Any],
    connection: Connection,
    series_id: BigId,
    data: JSONBody[SeriesMove],
    idempotency_key: Key = None,
) -> shown.SeriesView:
    """Moves all of these dates or none: 409 `series-conflicts` names those that can't be."""
    person = request.user
    if not await earlier(connection, person, idempotency_key, f"move series {series_id}", data):
        if (data.start is None) != (data.end is None):
            raise InvalidInput({"end": _("Bitte geben Sie Anfang und Ende an.")}, {})
        which = Which(series_id, data.booking_id, data.scope, data.version)
        start, end = (_time(clock) if clock else None for clock in (data.start, data.end))
        await move_dates(connection, person, which, Move(start, end, data.resource_id, data.leave))
        if idempotency_key:
            await store_result(connection, person.id, idempotency_key, series_id)
    return await _view(connection, person, series_id)


@post(
    "/series/{series_id:int}/cancellation",
    guards=[signed_in],
    status_code=200,
    operation_id="cancelSeries",
    summary="Cancel dates of a series",
    tags=["series"],
    security=OWNER,
    dto=FieldByField[SeriesCancellation],
    return_dto=None,
    responses=problems(400, 403, 404, 409, 413, 422),
)
async def post_series_cancellation(
    request: Request[Person, Any, Any],
    connection: Connection,
    series_id: BigId,
    data: JSONBody[SeriesCancellation],
    idempotency_key: Key = None,
) -> shown.SeriesView:
    """Cancels one date, it and those that follow, or all that are still to come."""
    person = request.user
    if not await earlier(connection, person, idempotency_key, f"cancel series {series_id}", data):
        await cancel_dates(connection, person, Which(series_id, data.booking_id, data.scope, data.version))
        if idempotency_key:
            await store_result(connection, person.id, idempotency_key, series_id)
    return await _view(connection, person, series_id)


async def _view(connection: Connection, person: Person, series_id: int) -> shown.SeriesView:
    series = await series_of(connection, person, series_id)
    return shown.series(series, await bookings_in_series(connection, series_id))


def _time(clock: str) -> dt.time:
    return dt.time.fromisoformat(clock)


ROUTES = [post_preview, post_series, get_series, post_series_move, post_series_cancellation]
