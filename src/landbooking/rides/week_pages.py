"""A week of driving and riding along, as a page and in the JSON API; only ever one's own."""

from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get
from litestar.params import QueryParameter

from landbooking.accounts.guards import signed_in
from landbooking.accounts.person import Person
from landbooking.accounts.requirements import OWNER
from landbooking.database import Connection
from landbooking.errors import problems
from landbooking.language import exact_clock
from landbooking.pages import page
from landbooking.period import monday_of
from landbooking.rides.api_fields import check_days
from landbooking.rides.contact import contact_for
from landbooking.rides.reasons import absence_in_words, routed_in_words
from landbooking.rides.seat_views import SeatView, seat_view
from landbooking.rides.timetable import ZONE, Absence
from landbooking.rides.week import DAYS, Run, week_of

FURTHEST = timedelta(days=5 * 366)


class RideRunView(msgspec.Struct, frozen=True, kw_only=True):
    """What one drives on that day or, with an `absence`, would as a rule.

    `regular` is when it leaves on all such days: null where it runs on this day alone. `free` seats are so along the
    whole way. `organisation` is whose duty it is, else empty.
    """

    ride_id: int
    day: date
    start: str
    destination: str
    departure: datetime
    arrival: datetime
    regular: datetime | None
    absence: Absence | None
    organisation: str
    seats: int
    free: int
    riders: list[SeatView]


class RideDayView(msgspec.Struct, frozen=True):
    """`drives` by the day of the departure, `rides` by that of getting in."""

    day: date
    drives: list[RideRunView]
    rides: list[SeatView]


class RideWeekView(msgspec.Struct, frozen=True):
    """Monday to Sunday."""

    days: list[RideDayView]


@get("/rides/week", guards=[signed_in], include_in_schema=False)
async def week_page(request: Request[Person, Any, Any], reads: Connection) -> Response[str]:
    now = datetime.now(UTC)
    today = now.astimezone(ZONE).date()
    monday = monday_of(_asked_day(request, today))
    days = await week_of(reads, request.user, monday)
    seats = [seat for day in days for seat in [*day.seats, *(seat for run in day.runs for seat in run.seats)]]
    return page(
        request,
        "rides/week.html",
        days=days,
        now=now,
        today=today,
        monday=monday,
        sunday=monday + timedelta(days=DAYS - 1),
        last_week=monday - timedelta(days=DAYS),
        next_week=monday + timedelta(days=DAYS),
        contacts={seat.id: await contact_for(reads, seat, request.user) for seat in seats},
        routed={routed_in_words(run.ride.way.routed_by) for day in days for run in day.runs},
        clock=exact_clock,
        absence_in_words=absence_in_words,
    )


@get(
    "/rides/week",
    guards=[signed_in],
    operation_id="rideWeek",
    summary="A week of one's own",
    tags=["rides"],
    security=OWNER,
    responses=problems(422),
)
async def get_week(
    request: Request[Person, Any, Any],
    reads: Connection,
    day: Annotated[date | None, QueryParameter(description="Any of the week; else today.", required=False)] = None,
) -> RideWeekView:
    """What one drives, for oneself or on duty for an association, and where one rides along."""
    shown = day or datetime.now(UTC).astimezone(ZONE).date()
    check_days(shown, None)
    days = await week_of(reads, request.user, monday_of(shown))
    return RideWeekView(
        [
            RideDayView(
                one.day,
                [await _run_view(reads, request.user, run) for run in one.runs],
                [await seat_view(reads, request.user, seat) for seat in one.seats],
            )
            for one in days
        ]
    )


async def _run_view(connection: Connection, person: Person, run: Run) -> RideRunView:
    return RideRunView(
        ride_id=run.ride.id,
        day=run.day,
        start=run.ride.start.place.label,
        destination=run.ride.destination.place.label,
        departure=run.start,
        arrival=run.end,
        regular=run.regular,
        absence=run.absence,
        organisation=run.organisation,
        seats=run.ride.seats,
        free=run.free,
        riders=[await seat_view(connection, person, seat) for seat in run.seats],
    )


def _asked_day(request: Request[Person, Any, Any], today: date) -> date:
    """The day in the address; today where there is none, or none that a calendar here has."""
    try:
        asked = date.fromisoformat(request.query_params.get("day", ""))
    except ValueError:
        return today
    return asked if abs(asked - today) <= FURTHEST else today


ROUTES = [week_page]
API_ROUTES = [get_week]
