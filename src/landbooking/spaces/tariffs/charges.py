"""Reads of the ledger: a person's rows, and a space's day."""

from datetime import date, datetime
from typing import Literal

import msgspec

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.language import gettext as _
from landbooking.spaces.tariffs.cost import Way


class Charge(msgspec.Struct, frozen=True):
    """A row of the ledger as its person sees it. `corrects` is the row that this one takes back."""

    id: int
    what: Literal["booking", "card", "pass"]
    way: Way
    space_id: int
    space: str
    booking_id: int | None
    card_id: int | None
    day: date
    cents: int
    visits: int
    corrects: int | None
    created_at: datetime


class Due(msgspec.Struct, frozen=True):
    """What somebody has to pay, or has paid otherwise, at a space on a day. `who` is empty where nobody is known."""

    booking_id: int
    starts_at: datetime
    ends_at: datetime
    resource: str
    who: str
    way: Way
    cents: int


class Sale(msgspec.Struct, frozen=True):
    """A card or pass sold; `unused` cards can be taken back."""

    what: Literal["card", "pass"]
    number: int
    who: str
    cents: int
    unused: bool


async def charges_before(connection: Connection, person: Person, before: int | None, limit: int) -> list[Charge]:
    """A person's rows, the newest first, from the id `before` on downwards."""
    rows = await connection.fetch(
        """SELECT charge.id, charge.what, charge.way, charge.space_id, space.name AS space, charge.booking_id,
                  charge.card_id, charge.day, charge.cents, charge.visits, charge.corrects, charge.created_at
           FROM charge JOIN space ON space.id = charge.space_id
           WHERE charge.person_id = $1 AND charge.id < $2 ORDER BY charge.id DESC LIMIT $3""",
        person.id,
        before if before is not None else 2**62,
        limit,
    )
    return [Charge(**row) for row in rows]


async def due_on(connection: Connection, space_id: int, day: date) -> list[Due]:
    """The charges of bookings of that day that stand, by time."""
    rows = await connection.fetch(
        """SELECT charge.booking_id, lower(booking.period) AS starts_at, upper(booking.period) AS ends_at,
                  resource.name AS resource, coalesce(nullif(person.name, ''), person.email, nullif(guest.name, ''),
                  overlay(guest.code PLACING ' ' FROM 4 FOR 0), '') AS who, charge.way, charge.cents
           FROM charge JOIN booking ON booking.id = charge.booking_id
                JOIN resource ON resource.id = booking.resource_id
                LEFT JOIN person ON person.id = booking.person_id LEFT JOIN guest ON guest.id = booking.guest_id
           WHERE charge.space_id = $1 AND charge.day = $2 AND charge.corrects IS NULL
             AND NOT EXISTS (SELECT FROM charge AS counter WHERE counter.corrects = charge.id)
           ORDER BY lower(booking.period), booking.id""",
        space_id,
        day,
    )
    return [Due(**row) for row in rows]


async def sold_on(connection: Connection, space_id: int, day: date) -> list[Sale]:
    """Cards and passes that were sold in the space on that day and not taken back."""
    rows = await connection.fetch(
        """SELECT charge.what, coalesce(charge.card_id, charge.pass_id) AS number,
                  coalesce(nullif(person.name, ''), person.email, '') AS who, charge.cents,
                  coalesce(card.visits_left = card.visits, false) AS unused
           FROM charge LEFT JOIN person ON person.id = charge.person_id LEFT JOIN card ON card.id = charge.card_id
           WHERE charge.space_id = $1 AND charge.day = $2 AND charge.what <> 'booking' AND charge.corrects IS NULL
             AND NOT EXISTS (SELECT FROM charge AS counter WHERE counter.corrects = charge.id)
           ORDER BY charge.id""",
        space_id,
        day,
    )
    return [Sale(**row) for row in rows]


def spoken_charge(charge: Charge) -> str:
    """What a row is about."""
    if charge.corrects is not None:
        return _("Zurückgenommen")
    match charge.what, charge.way:
        case ("card", _any):
            return _("Besuchskarte Nr. %(number)s") % {"number": charge.card_id}
        case ("pass", _any):
            return _("Monatspass")
        case (_any, "card"):
            return _("Buchung mit Karte Nr. %(number)s") % {"number": charge.card_id}
        case (_any, "pass"):
            return _("Buchung mit Monatspass")
        case (_any, "waived"):
            return _("Buchung, erlassen")
        case (_any, "voucher"):
            return _("Buchung mit Gutschein")
        case _:
            return _("Buchung")
