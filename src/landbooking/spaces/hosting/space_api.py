"""What a space is and when it is open, in the JSON API, for those who answer for it."""

from collections import Counter
from typing import Annotated, Any

import msgspec
from litestar import Request, get, post
from litestar.params import JSONBody

from landbooking.accounts.guards import owner_of_space
from landbooking.accounts.person import Person
from landbooking.accounts.requirements import OWNER
from landbooking.database import Connection
from landbooking.errors import problems
from landbooking.forms import FieldByField, InvalidInput, text_of
from landbooking.ids import Id, Version
from landbooking.language import gettext as _
from landbooking.spaces import features
from landbooking.spaces.hosting.decision_api import DecisionBody, decision_of
from landbooking.spaces.hosting.details import Description, Details, change_details
from landbooking.spaces.hosting.hours import MOST_A_DAY, Hours, overlap, set_hours, without_seams
from landbooking.spaces.hosting.times import QUARTER
from landbooking.spaces.opening_hours import Interval
from landbooking.spaces.space import Space, space_by_id

Asked = Request[Person, Any, Any]


class ChangedDetails(Details, frozen=True, kw_only=True):
    """All of it, as it shall be. `version` is the one that was seen; a later one is refused."""

    description: Description
    version: Version | None = None


class OpenInterval(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Monday is weekday 1. Minutes since local midnight, in steps of 15; `closes` after `opens`."""

    weekday: Annotated[int, msgspec.Meta(ge=1, le=7)]
    opens: Annotated[int, msgspec.Meta(ge=0, le=1425)]
    closes: Annotated[int, msgspec.Meta(ge=15, le=1440)]


class ChangedHours(msgspec.Struct, frozen=True):
    """All of the week, as it shall be, at most four intervals a day. `version` is the one that was seen; a later one
    is refused.
    """

    opening_hours: Annotated[list[OpenInterval], msgspec.Meta(max_length=7 * MOST_A_DAY)]
    open_on_public_holidays: bool
    version: Version | None = None
    decision: DecisionBody | None = None


class HostedSpace(msgspec.Struct, frozen=True):
    """As its hosts see it, whether it is `published` or not yet. `version` rises when its hosts save."""

    id: int
    version: int
    published: bool
    name: str
    description: str
    street: str
    postal_code: str
    town: str
    lat: float
    lon: float
    features: tuple[str, ...]
    opening_hours: tuple[Interval, ...]
    open_on_public_holidays: bool


@get(
    "/spaces/{space_id:int}/details",
    guards=[owner_of_space],
    operation_id="hostedSpace",
    summary="A space as its hosts see it",
    tags=["hosts"],
    security=OWNER,
    responses=problems(403, 404),
)
async def get_details(request: Asked, reads: Connection, space_id: Id) -> HostedSpace:
    """Also before it is published."""
    return _shown(await space_by_id(reads, space_id))


@post(
    "/spaces/{space_id:int}/details",
    guards=[owner_of_space],
    status_code=200,
    operation_id="changeSpace",
    summary="Change what a space is",
    tags=["hosts"],
    security=OWNER,
    dto=FieldByField[ChangedDetails],
    return_dto=None,
    responses=problems(400, 403, 404, 409, 413, 422),
)
async def post_details(
    request: Asked, connection: Connection, space_id: Id, data: JSONBody[ChangedDetails]
) -> HostedSpace:
    """Its name, address, point and features; it stays in its municipality."""
    await change_details(connection, space_id, checked_details(data), str(data.version or ""))
    return _shown(await space_by_id(connection, space_id))


@post(
    "/spaces/{space_id:int}/opening-hours",
    guards=[owner_of_space],
    status_code=200,
    operation_id="setOpeningHours",
    summary="Set a space's opening hours",
    tags=["hosts"],
    security=OWNER,
    dto=FieldByField[ChangedHours],
    return_dto=None,
    responses=problems(400, 403, 404, 409, 413, 422),
)
async def post_hours(request: Asked, connection: Connection, space_id: Id, data: JSONBody[ChangedHours]) -> HostedSpace:
    """What is booked outside of them is decided about first: 409 `bookings-affected`."""
    hours, decision = _hours_of(data), decision_of(data.decision)
    await set_hours(connection, request.user, space_id, hours, str(data.version or ""), decision)
    return _shown(await space_by_id(connection, space_id))


def checked_details(body: Details) -> Details:
    """As a form would have sent them. Raises InvalidInput for a feature that there isn't."""
    sent = {name: getattr(body, name) for name in Details.__struct_fields__}
    chosen = features.known_features(body.features, features.OF_SPACES)
    texts = {name: text_of(sent, name) for name, value in sent.items() if isinstance(value, str)}
    return Details(**{**sent, **texts, "features": chosen})


def _hours_of(body: ChangedHours) -> Hours:
    """Raises InvalidInput, with every mistake at once."""
    intervals = [Interval(one.weekday, one.opens, one.closes) for one in body.opening_hours]
    errors = {
        f"opening_hours.{number}": mistake
        for number, one in enumerate(intervals)
        if (mistake := _mistake_in(one, intervals[:number]))
    }
    if errors:
        raise InvalidInput(errors, {})
    joined = without_seams(intervals)
    if any(count > MOST_A_DAY for count in Counter(one.weekday for one in joined).values()):
        sentence = _("Bitte höchstens %(most)s Zeiten an einem Tag.") % {"most": MOST_A_DAY}
        raise InvalidInput({"opening_hours": sentence}, {})
    return Hours(joined, body.open_on_public_holidays)


def _mistake_in(interval: Interval, before: list[Interval]) -> str | None:
    if interval.opens % QUARTER or interval.closes % QUARTER:
        return _("Bitte in Schritten von 15 Minuten, zum Beispiel 09:15.")
    if interval.closes <= interval.opens:
        return _("Das Ende muss nach dem Anfang liegen.")
    if any(overlap(interval, other) for other in before):
        return _("Diese Zeit überschneidet sich mit einer anderen an diesem Tag.")
    return None


def _shown(space: Space) -> HostedSpace:
    own = {"opening_hours", "open_on_public_holidays"}
    stated = {name: getattr(space, name) for name in HostedSpace.__struct_fields__ if name not in own}
    return HostedSpace(
        **stated,
        opening_hours=space.rules.intervals,
        open_on_public_holidays=space.rules.open_on_public_holidays,
    )


ROUTES = [get_details, post_details, post_hours]
