"""The printed slip: one page."""

import asyncio

import msgspec
from litestar import Response

from landbooking.database import Connection
from landbooking.errors import NotFound
from landbooking.language import format_period, language
from landbooking.language import gettext as _
from landbooking.spaces.bookings import Booking
from landbooking.spaces.guests.codes import spoken
from landbooking.spaces.guests.counter import Guest, guest_of
from landbooking.spaces.tariffs.cost import spoken_cost
from landbooking.typesetting import typeset


class Slip(msgspec.Struct, frozen=True):
    """Everything that stands on it, as text: the template holds no words. `rows` are (word, value)."""

    language: str
    title: str
    space: str
    address: str
    code_word: str
    code: str
    rows: list[tuple[str, str]]
    hint: str


async def slip_answer(connection: Connection, booking: Booking) -> Response[bytes]:
    """The page as a file. Raises NotFound where the booking is cancelled, or the guest forgotten."""
    guest = await guest_of(connection, booking)
    if guest is None or booking.status == "cancelled":
        raise NotFound
    slip = slip_of(booking, guest, spoken_cost(booking.cost) if booking.cost else "")
    pdf = await asyncio.to_thread(typeset, "spaces/guests/slip.typ", slip)
    headers = {"Content-Disposition": 'inline; filename="abholschein.pdf"', "Cache-Control": "private, no-store"}
    return Response(pdf, media_type="application/pdf", headers=headers)


def slip_of(booking: Booking, guest: Guest, cost: str = "") -> Slip:
    """In the language of the request. `cost` is what is to be paid, or empty."""
    rows = [
        (_("Wann"), format_period(booking.start, booking.end, booking.space.rules.zone)),
        (_("Platz"), booking.what),
        (_("Name"), guest.name),
        (_("Kosten"), cost),
        (_("Nummer"), str(booking.id)),
    ]
    return Slip(
        language=language.get(),
        title=_("Ihre Buchung"),
        space=booking.space.name,
        address=booking.space.address,
        code_word=_("Ihr Abholcode"),
        code=spoken(guest.code),
        rows=[(word, value) for word, value in rows if value],
        hint=_("Bitte nennen Sie diesen Code, wenn Sie kommen, und wenn Sie verschieben oder absagen wollen."),
    )
