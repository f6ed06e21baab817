"""The form on a ride's page: where one gets in and out, how many, what comes along; the way back with it."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any

import msgspec

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.errors import NotFound
from landbooking.forms import InvalidInput, parse_values, text_of
from landbooking.language import gettext as _
from landbooking.places.municipality import UnknownPlace
from landbooking.rides.blocks import is_blocked
from landbooking.rides.fitting import SeatWish
from landbooking.rides.place import Gazetteer, Place
from landbooking.rides.ride import Carried, Ride, ride_by_id

FIELDS = ("day", "from", "to", "places", "pick_up_place", "drop_off_place")


class AskForm(msgspec.Struct, frozen=True, rename={"start": "from", "destination": "to"}):
    """`start` and `destination` are what was typed: a municipality or a meeting point."""

    day: date
    start: Annotated[str, msgspec.Meta(max_length=200)]
    destination: Annotated[str, msgspec.Meta(max_length=200)]
    places: Annotated[int, msgspec.Meta(ge=1, le=8)] = 1
    needs: list[Carried] = []
    pick_up_place: Annotated[str, msgspec.Meta(max_length=200)] = ""
    drop_off_place: Annotated[str, msgspec.Meta(max_length=200)] = ""
    with_return: bool = False
    key: Annotated[str, msgspec.Meta(max_length=100)] = ""


def parse_ask(posted: Mapping[str, Any], places: Gazetteer) -> tuple[AskForm, Place, Place]:
    """The form and its two places. Raises InvalidInput with all that is wrong."""
    errors: dict[str, str] = {}
    form: AskForm | None = None
    found: dict[str, Place] = {}
    try:
        form = parse_values(AskForm, posted)
    except InvalidInput as invalid:
        errors |= invalid.errors
    for name in ("from", "to"):
        if name not in errors:
            try:
                found[name] = places.named(text_of(posted, name))
            except UnknownPlace as unknown:
                errors[name] = unknown.message
    if form is None or errors:
        raise InvalidInput(errors, dict(posted))
    return form, found["from"], found["to"]


async def wishes_of(
    connection: Connection, ride: Ride, form: AskForm, start: Place, destination: Place
) -> list[SeatWish]:
    """The way there and, where it is wanted too, the way back on the same day. Raises InvalidInput without one."""
    wish = SeatWish(
        ride_id=ride.id,
        day=form.day,
        start=start,
        destination=destination,
        places=form.places,
        needs=tuple(form.needs),
        pick_up_place=form.pick_up_place,
        drop_off_place=form.drop_off_place,
    )
    return await there_and_back(connection, ride, [wish]) if form.with_return else [wish]


async def there_and_back(connection: Connection, ride: Ride, wishes: Sequence[SeatWish]) -> list[SeatWish]:
    """Each with the way back on the same day. Raises InvalidInput where none was offered with the ride."""
    back = await return_of(connection, ride)
    if back is None:
        raise InvalidInput({"with_return": _("Zu dieser Fahrt gibt es keine Rückfahrt.")}, {})
    return [one for wish in wishes for one in (wish, _turned(wish, back))]


def _turned(wish: SeatWish, back: Ride) -> SeatWish:
    return msgspec.structs.replace(
        wish,
        ride_id=back.id,
        start=wish.destination,
        destination=wish.start,
        pick_up_place=wish.drop_off_place,
        drop_off_place=wish.pick_up_place,
    )


async def open_ride(connection: Connection, person: Person, ride_id: int) -> Ride:
    """Raises NotFound for one that has ended, also for who does not want to ride with its driver or is not wanted."""
    ride = await ride_by_id(connection, ride_id)
    nobody = ride.driver_id is None and ride.organisation_id is None
    if ride.ended_at is not None or nobody or await is_blocked(connection, person.id, [ride.driver_id or 0]):
        raise NotFound
    return ride


async def return_of(connection: Connection, ride: Ride) -> Ride | None:
    """The way back that was offered with it."""
    ride_id = await connection.fetchval(
        "SELECT id FROM ride WHERE outward_id = $1 AND ended_at IS NULL ORDER BY id LIMIT 1", ride.id
    )
    return await ride_by_id(connection, ride_id) if ride_id else None
