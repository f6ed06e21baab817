"""A month's settlement: which municipality sold a card, which one served its visits, and what one owes the other."""

from datetime import date
from decimal import Decimal

import msgspec

from landbooking.database import Connection
from landbooking.language import gettext as _
from landbooking.spreadsheets import as_csv


class Line(msgspec.Struct, frozen=True):
    """Visits with cards that one municipality sold, served by another, and their worth; `sold_by` "": the district."""

    sold_ags: str
    sold_by: str
    served_ags: str
    served_by: str
    visits: int
    worth_cents: int


class Taking(msgspec.Struct, frozen=True):
    """What a municipality's spaces took at the counter, corrections counted."""

    ags: str
    municipality: str
    bookings_cents: int
    cards_cents: int
    passes_cents: int


async def settlement(connection: Connection, district_id: int, first: date, after: date) -> list[Line]:
    """Of the days from `first` up to, not including, `after`. Rows that cancel out are left out."""
    rows = await connection.fetch(
        """SELECT coalesce(seller.ags, '') AS sold_ags, coalesce(seller.name, '') AS sold_by,
                  server.ags AS served_ags, server.name AS served_by,
                  sum(charge.visits)::int AS visits, sum(charge.worth_cents)::int AS worth_cents
           FROM charge JOIN card ON card.id = charge.card_id
                JOIN space ON space.id = charge.space_id
                JOIN municipality AS server ON server.id = space.municipality_id
                LEFT JOIN space AS shop ON shop.id = card.sold_in
                LEFT JOIN municipality AS seller ON seller.id = shop.municipality_id
           WHERE card.district_id = $1 AND charge.what = 'booking'
             AND charge.counts_on >= $2 AND charge.counts_on < $3
           GROUP BY seller.ags, seller.name, server.ags, server.name
           HAVING sum(charge.visits) <> 0 OR sum(charge.worth_cents) <> 0
           ORDER BY seller.name NULLS FIRST, server.name, server.ags""",
        district_id,
        first,
        after,
    )
    return [Line(**row) for row in rows]


async def takings(connection: Connection, district_id: int, first: date, after: date) -> list[Taking]:
    """In the same days, by municipality."""
    rows = await connection.fetch(
        """SELECT municipality.ags, municipality.name AS municipality,
                  coalesce(sum(charge.cents) FILTER (WHERE charge.what = 'booking'), 0)::int AS bookings_cents,
                  coalesce(sum(charge.cents) FILTER (WHERE charge.what = 'card'), 0)::int AS cards_cents,
                  coalesce(sum(charge.cents) FILTER (WHERE charge.what = 'pass'), 0)::int AS passes_cents
           FROM charge JOIN space ON space.id = charge.space_id
                JOIN municipality ON municipality.id = space.municipality_id
           WHERE municipality.district_id = $1 AND charge.counts_on >= $2 AND charge.counts_on < $3
           GROUP BY municipality.ags, municipality.name ORDER BY municipality.name, municipality.ags""",
        district_id,
        first,
        after,
    )
    return [Taking(**row) for row in rows]


def settlement_table(month: str, lines: list[Line]) -> bytes:
    """The lines as a spreadsheet opens them."""
    return as_csv(
        [_("Monat"), _("Verkauft von (AGS)"), _("Verkauft von"), _("Besucht in (AGS)"), _("Besucht in"), _("Besuche"),
         _("Betrag in Euro")],
        [
            [month, line.sold_ags, line.sold_by or _("Landkreis (Gutschein)"), line.served_ags, line.served_by,
             line.visits, Decimal(line.worth_cents).scaleb(-2)]
            for line in lines
        ],
    )  # fmt: skip
