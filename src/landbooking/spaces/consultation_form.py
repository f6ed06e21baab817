"""What is told beside the time of a room for talking to a doctor: the fields of its form, and its page."""

from typing import Annotated, Any

import msgspec
from litestar import Request, Response, post
from litestar.datastructures import FormMultiDict

from landbooking.accounts.guards import signed_in
from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.forms import parse_values, text_of
from landbooking.ids import BigId
from landbooking.language import gettext as _
from landbooking.pages import page
from landbooking.spaces.bookings import booking_of
from landbooking.spaces.consultations import (
    EQUIPMENT,
    Consultation,
    checked_consultation,
    open_consultation,
    openings_of,
)
from landbooking.spaces.kinds import DISCREET, Kind


class _Fields(msgspec.Struct, frozen=True):
    contact: Annotated[str, msgspec.Meta(max_length=100)]
    equipment: list[str]
    assistant: bool = False


def asked_consultation(kind: Kind, posted: FormMultiDict) -> Consultation | None:
    """What the form tells; None for kinds for which nothing is told. Raises InvalidInput."""
    if kind != DISCREET:
        return None
    fields = parse_values(_Fields, posted)
    return checked_consultation(kind, Consultation(fields.contact, tuple(fields.equipment), fields.assistant))


def typed_consultation(posted: FormMultiDict) -> Consultation:
    """To be shown again, right or wrong."""
    equipment = tuple(word for word in posted.getall("equipment", []) if word in EQUIPMENT)
    return Consultation(text_of(posted, "contact"), equipment, bool(text_of(posted, "assistant")))


def equipment_options() -> list[tuple[str, str]]:
    """Word and name of each."""
    return [(word, _(name)) for word, name in EQUIPMENT.items()]


def equipment_names(told: Consultation) -> list[str]:
    return [_(EQUIPMENT[word]) for word in told.equipment]


@post("/bookings/{booking_id:int}/contact", guards=[signed_in], include_in_schema=False, status_code=200)
async def own_details(request: Request[Person, Any, Any], connection: Connection, booking_id: BigId) -> Response[str]:
    """Sent by a button, so that nothing opens it by itself: each opening is logged."""
    booking = await booking_of(connection, request.user, booking_id)
    told = await open_consultation(connection, request.user, booking_id)
    return page(
        request,
        "spaces/consultation.html",
        booking=booking,
        told=told,
        equipment=equipment_names(told),
        openings=await openings_of(connection, booking_id, request.user),
    )


ROUTES = [own_details]
