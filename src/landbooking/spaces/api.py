"""Spaces and what is free in them, in the JSON API: for anybody."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Annotated

import msgspec
from litestar import get
from litestar.params import FromQuery, QueryParameter

from landbooking.accounts.guards import public
from landbooking.accounts.requirements import ANYBODY
from landbooking.database import Connection
from landbooking.errors import problems
from landbooking.forms import InvalidInput, check_within_reach, parse_json
from landbooking.ids import Id
from landbooking.language import gettext as _
from landbooking.paging import Cursor, Limit, Page, decode_cursor, page_of
from landbooking.period import Period, closing_instant, monday_of, opening_instant
from landbooking.spaces import representations as shown
from landbooking.spaces.availability import FreeResource, free_resources, published_spaces
from landbooking.spaces.kinds import Kind
from landbooking.spaces.schedules import schedules_of
from landbooking.spaces.space import published_space, resources_of
from landbooking.spaces.week import week_of

_POINT = r"^-?[0-9]{1,2}(\.[0-9]{1,10})?,-?[0-9]{1,3}(\.[0-9]{1,10})?$"

Near = Annotated[
    str | None,
    QueryParameter(
        description="A point as LAT,LON in degrees, such as 49.538,7.404.",
        # Documented here and checked by `_point`, which has a better sentence than a pattern can give.
        schema_extra={"pattern": _POINT},
        required=False,
    ),
]
Radius = Annotated[float, QueryParameter(description="Kilometres around `near`.", gt=0, le=20100)]
Ags = Annotated[
    str | None,
    QueryParameter(description="A municipality's official key of eight digits.", pattern=r"^[0-9]{8}$", required=False),
]
Instant = Annotated[datetime, msgspec.Meta(tz=True, description="RFC 3339, with its offset.")]
# Text, because Litestar drops `tz` and takes numbers for instants; `_AskedPeriod` reads it.
_Moment = Annotated[
    str,
    QueryParameter(
        description="RFC 3339, with its offset.",
        format="date-time",
        pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})$",
    ),
]


class _AskedPeriod(msgspec.Struct, frozen=True):
    start: Instant
    end: Instant


@get(
    "/spaces",
    guards=[public],
    operation_id="spaces",
    summary="Spaces near a point or in a municipality",
    tags=["spaces"],
    security=ANYBODY,
    responses=problems(422),
)
async def list_spaces(
    reads: Connection,
    near: Near = None,
    radius_km: Radius = 50.0,
    municipality: Ags = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[shown.SpaceSummary]:
    """Spaces, nearest first where `near` is given, else in the order in which they were added."""
    after = decode_cursor(cursor, tuple[float, shown.RowId]) if cursor else None
    found = await published_spaces(reads, _point(near), radius_km, municipality, after, limit + 1)
    return page_of([shown.summary(*row) for row in found], limit, lambda item: (item.distance_km or 0.0, item.id))


@get(
    "/spaces/{space_id:int}",
    guards=[public],
    operation_id="space",
    summary="A space",
    tags=["spaces"],
    security=ANYBODY,
    responses=problems(404),
)
async def get_space(reads: Connection, space_id: Id) -> shown.SpaceDetail:
    """A space with its hours, rules and resources."""
    space = await published_space(reads, space_id)
    return shown.detail(space, await resources_of(reads, space_id))


@get(
    "/spaces/{space_id:int}/week",
    guards=[public],
    operation_id="week",
    summary="A space's week",
    tags=["spaces"],
    security=ANYBODY,
    responses=problems(404, 422),
)
async def get_week(
    reads: Connection,
    space_id: Id,
    day: Annotated[
        date | None, QueryParameter(name="date", description="Any day of the week; today where absent.", required=False)
    ] = None,
    kind: FromQuery[Kind] = "desk",
) -> shown.WeekView:
    """How many resources of the kind are free in each hour of the week, Monday to Sunday."""
    space = await published_space(reads, space_id)
    zone = space.rules.time_zone
    now = datetime.now(UTC)
    asked = day or now.astimezone(zone).date()
    check_within_reach(asked, "date")
    monday = monday_of(asked)
    whole = Period(opening_instant(monday, 0, zone), closing_instant(monday + timedelta(days=6), 24 * 60, zone))
    rules = space.rules_of(kind)
    schedules = await schedules_of(reads, [space], whole, kind)
    busy = [schedule.taken for schedule in schedules[space_id]]
    return shown.week_view(week_of(space_id, kind, rules, busy, monday, now))


@get(
    "/free",
    guards=[public],
    operation_id="free",
    summary="What is free for a whole period",
    tags=["spaces"],
    security=ANYBODY,
    responses=problems(422),
)
async def get_free(
    reads: Connection,
    start: _Moment,
    end: _Moment,
    near: Near = None,
    radius_km: Radius = 50.0,
    kind: FromQuery[Kind] = "desk",
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[FreeResource]:
    """Resources that are free for the whole period and that the rules let be booked, nearest first."""
    asked = parse_json(_AskedPeriod, {"start": start, "end": end})
    if asked.end <= asked.start:
        raise InvalidInput({"end": _("Das Ende muss nach dem Anfang liegen.")}, {})
    after = decode_cursor(cursor, tuple[float, shown.RowId]) if cursor else None
    period = storable(asked.start, asked.end)
    found = await free_resources(reads, period, kind, _point(near), radius_km, after, limit + 1)
    return page_of(found, limit, lambda item: (item.distance_km or 0.0, item.id))


def _point(near: str | None) -> tuple[float, float] | None:
    """Six decimals are a hand's breadth. Raises InvalidInput for what is no point, or not on earth."""
    if near is None:
        return None
    if re.fullmatch(_POINT, near):
        lat, lon = (round(float(part), 6) for part in near.split(","))
        if -90 <= lat <= 90 and -180 <= lon <= 180:
            return lat, lon
    raise InvalidInput({"near": _("Bitte einen Punkt als Breite,Länge in Grad angeben, wie 49.538,7.404.")}, {})


def storable(start: datetime, end: datetime) -> Period:
    """In UTC. Raises InvalidInput for instants at the very ends of the calendar, which no clock here will show."""
    if not (1970 <= start.year <= 9000 and 1970 <= end.year <= 9000):
        raise InvalidInput({"start": _("Bitte einen Zeitpunkt nach 1970 angeben.")}, {})
    return Period(start.astimezone(UTC), end.astimezone(UTC))


ROUTES = [list_spaces, get_space, get_week, get_free]
