"""A host's day in the JSON API: who has what, and what waits for an answer."""

from datetime import UTC, date, datetime
from typing import Annotated, Any

import msgspec
from litestar import Request, get, post
from litestar.params import JSONBody, QueryParameter

from landbooking.accounts.guards import host_of_space
from landbooking.accounts.person import Person
from landbooking.accounts.requirements import OWNER
from landbooking.database import Connection
from landbooking.errors import NotFound, problems
from landbooking.forms import FieldByField, check_within_reach
from landbooking.ids import BigId, Id
from landbooking.spaces.api import storable
from landbooking.spaces.approval.requests import open_requests
from landbooking.spaces.hosting.board import Entry, day_period, entries_between
from landbooking.spaces.hosting.booking import call_off
from landbooking.spaces.hosting.decision_api import DecisionBody, decision_of
from landbooking.spaces.space import space_by_id

Asked = Request[Person, Any, Any]
Day = Annotated[
    date | None,
    QueryParameter(name="date", description="In the space's time zone; today where absent.", required=False),
]


class EntryView(msgspec.Struct, frozen=True):
    """A booking, a request or a blackout. `text` is its person's name or address, a guest's name or code, or the
    blackout's reason. Of a `discreet` one others learn only that the time is taken.
    """

    kind: str
    booking_id: int | None
    blackout_id: int | None
    resource_id: int
    resource: str
    start: datetime
    end: datetime
    text: str
    discreet: bool


class RequestView(msgspec.Struct, frozen=True):
    """To be answered with /bookings/{booking_id}/approval or …/refusal before `until_at`."""

    booking_id: int
    resource: str
    asking: str
    start: datetime
    end: datetime
    until_at: datetime


class CallingOff(msgspec.Struct, frozen=True):
    """`message` is passed on to the person."""

    decision: DecisionBody | None = None


@get(
    "/spaces/{space_id:int}/board",
    guards=[host_of_space],
    operation_id="board",
    summary="A host's day",
    tags=["hosts"],
    security=OWNER,
    responses=problems(403, 404, 422),
)
async def get_board(
    request: Asked,
    reads: Connection,
    space_id: Id,
    day: Annotated[
        date | None,
        QueryParameter(name="date", description="In the space's time zone; today if absent.", required=False),
    ] = None,
) -> list[EntryView]:
    """Everything that holds a resource on that day, by time."""
    space = await space_by_id(reads, space_id)
    asked = day or datetime.now(UTC).astimezone(space.rules.time_zone).date()
    check_within_reach(asked, "date")
    return [_entry(one) for one in await entries_between(reads, space_id, day_period(space.rules, asked))]


@get(
    "/spaces/{space_id:int}/requests",
    guards=[host_of_space],
    operation_id="requests",
    summary="Requests that wait for an answer",
    tags=["hosts"],
    security=OWNER,
    responses=problems(403, 404),
)
async def list_requests(request: Asked, reads: Connection, space_id: Id) -> list[RequestView]:
    """The one that expires first comes first."""
    return [
        RequestView(one.booking_id, one.resource, one.asking, *one.period, one.until_at)
        for one in await open_requests(reads, space_id)
    ]


@post(
    "/spaces/{space_id:int}/bookings/{booking_id:int}/cancellation",
    guards=[host_of_space],
    status_code=200,
    operation_id="callOff",
    summary="Call a booking off, as a host",
    tags=["hosts"],
    security=OWNER,
    dto=FieldByField[CallingOff],
    return_dto=None,
    responses=problems(400, 403, 404, 409, 413, 422),
)
async def post_calling_off(
    request: Asked, connection: Connection, space_id: Id, booking_id: BigId, data: JSONBody[CallingOff]
) -> list[EntryView]:
    """Asks first: 409 `bookings-affected`. The answer is what is left of that booking, or nothing.

    One that is over, or cancelled already, stays as it is; a guest's is cancelled at `/guests`.
    """
    period = await connection.fetchrow(
        """SELECT lower(booking.period) AS start, upper(booking.period) AS end
           FROM booking JOIN resource ON resource.id = booking.resource_id
           WHERE booking.id = $1 AND resource.space_id = $2 AND booking.blackout_id IS NULL""",
        booking_id,
        space_id,
    )
    if period is None:
        raise NotFound
    await call_off(connection, request.user, space_id, booking_id, decision_of(data.decision))
    left = await entries_between(connection, space_id, storable(period["start"], period["end"]))
    return [_entry(one) for one in left if one.booking_id == booking_id]


def _entry(entry: Entry) -> EntryView:
    return EntryView(
        kind=entry.kind,
        booking_id=None if entry.blackout_id else entry.booking_id,
        blackout_id=entry.blackout_id,
        resource_id=entry.resource_id,
        resource=entry.resource,
        start=entry.period.start,
        end=entry.period.end,
        text=entry.text,
        discreet=entry.discreet,
    )


ROUTES = [get_board, list_requests, post_calling_off]
