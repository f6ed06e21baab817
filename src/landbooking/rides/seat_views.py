"""Seats as the JSON API takes and shows them. These names are promises to programs; change them with a version."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

import msgspec

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.forms import InvalidInput
from landbooking.ids import BigRowId, RowId, Version
from landbooking.language import gettext as _
from landbooking.rides.cancelling import Scope
from landbooking.rides.contact import Contact, contact_for, own_places
from landbooking.rides.feedback import RideFeedback, said_by
from landbooking.rides.fitting import SeatWish
from landbooking.rides.place import Gazetteer, Place
from landbooking.rides.reputation import Reputation, reputation_of_rider
from landbooking.rides.ride import Carried
from landbooking.rides.seat import Seat, Status

ExactPlace = Annotated[str, msgspec.Meta(max_length=200)]
Words = Annotated[str, msgspec.Meta(max_length=1000)]


class StopId(msgspec.Struct, frozen=True):
    """A meeting point of that municipality, or without one its centre."""

    municipality_id: RowId
    meeting_point_id: RowId | None = None


class SeatTerms(msgspec.Struct, frozen=True, kw_only=True):
    """The exact places are told to the driver alone, after acceptance."""

    pick_up: StopId
    drop_off: StopId
    places: Annotated[int, msgspec.Meta(ge=1, le=8)] = 1
    needs: Annotated[list[Carried], msgspec.Meta(max_length=5)] = []
    pick_up_place: ExactPlace = ""
    drop_off_place: ExactPlace = ""

    def wish(self, known: Gazetteer, ride_id: int, day: date) -> SeatWish:
        """Raises InvalidInput for a place that is not there."""
        return SeatWish(
            ride_id=ride_id,
            day=day,
            start=_place(known, self.pick_up, "pick_up"),
            destination=_place(known, self.drop_off, "drop_off"),
            places=self.places,
            needs=tuple(self.needs),
            pick_up_place=self.pick_up_place,
            drop_off_place=self.drop_off_place,
        )


class NewSeatRequest(SeatTerms, frozen=True, kw_only=True):
    """`day` is the local day of the departure. The exact places are told to the driver alone, after acceptance."""

    day: date


class NewSeatRequests(SeatTerms, frozen=True, kw_only=True):
    """The same seat on each of the local `days`; with `with_return` on each of them also the other way round.

    The way back is in the ride that was offered as the return trip of this one; 422 `with_return` where there is none.
    """

    ride_id: BigRowId
    days: Annotated[list[date], msgspec.Meta(min_length=1, max_length=31)]
    with_return: bool = False


class Answer(msgspec.Struct, frozen=True):
    """`version` is the one that was seen; a later one is refused."""

    version: Version | None = None


class RefusalWithWords(msgspec.Struct, frozen=True):
    """`message` is passed on to the rider."""

    version: Version | None = None
    message: Words = ""


class SeatCancellation(msgspec.Struct, frozen=True):
    """With `scope` `all` a rider calls off all that was asked for together. A driver's `message` is passed on."""

    version: Version | None = None
    scope: Scope = "one"
    message: Words = ""


class NewFeedback(msgspec.Struct, frozen=True):
    """Whether the two have ridden together, and whether one was content; shown in sums of three at least."""

    ridden: bool
    thumb_up: bool | None = None


class PlaceView(msgspec.Struct, frozen=True):
    municipality_id: int
    meeting_point_id: int | None
    label: str


class SeatView(msgspec.Struct, frozen=True):
    """`version` rises with every change; `asked_with` is the same for all that was asked for together.

    `waits_for` says who has to answer a seat that is `requested`. `contact` is what the two need to find one another:
    null before acceptance, and from a day after the ride on.
    """

    id: int
    ride_id: int
    day: date
    asked_with: UUID
    start: datetime
    end: datetime
    pick_up: PlaceView
    drop_off: PlaceView
    places: int
    needs: tuple[Carried, ...]
    share_cents: int
    status: Status
    waits_for: str | None
    until_at: datetime | None
    version: int
    contact: Contact | None


class SeatDetail(SeatView, frozen=True):
    """Beside what lists show: one's own `pick_up_place` and `drop_off_place` as a rider, else empty; for who answers
    what was said of the one who asks, as `rider`; and `said`, how oneself has found it.
    """

    pick_up_place: str
    drop_off_place: str
    rider: Reputation | None
    said: RideFeedback | None


async def seat_view(connection: Connection, person: Person, seat: Seat) -> SeatView:
    """As this person may see it."""
    return SeatView(
        id=seat.id,
        ride_id=seat.ride_id,
        day=seat.day,
        asked_with=seat.asked_with,
        start=seat.start,
        end=seat.end,
        pick_up=_shown(seat.pick_up),
        drop_off=_shown(seat.drop_off),
        places=seat.places,
        needs=seat.needs,
        share_cents=seat.share_cents,
        status=seat.status,
        waits_for=("rider" if seat.waits_for_rider else "driver") if seat.status == "requested" else None,
        until_at=seat.until_at,
        version=seat.version,
        contact=await contact_for(connection, seat, person),
    )


async def seat_detail(connection: Connection, person: Person, seat: Seat) -> SeatDetail:
    """As this person may see it."""
    view = await seat_view(connection, person, seat)
    pick_up_place, drop_off_place = await own_places(connection, seat, person)
    return SeatDetail(
        **msgspec.structs.asdict(view),
        pick_up_place=pick_up_place,
        drop_off_place=drop_off_place,
        rider=await reputation_of_rider(connection, seat, person),
        said=await said_by(connection, person, seat),
    )


def _place(known: Gazetteer, wanted: StopId, field: str) -> Place:
    place = known.find(wanted.municipality_id, wanted.meeting_point_id)
    if place is None:
        raise InvalidInput({field: _("Diesen Ort gibt es nicht.")}, {})
    return place


def _shown(place: Place) -> PlaceView:
    return PlaceView(place.municipality_id, place.meeting_point_id, place.label)
