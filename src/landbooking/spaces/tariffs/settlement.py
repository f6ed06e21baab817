"""A month's settlement: which municipality sold a card, which one served its visits, and what one owes the other."""

import csv
import io
from datetime import date

import msgspec

from landbooking.database import Connection
from landbooking.language import gettext as _


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


def as_csv(month: str, lines: list[Line]) -> bytes:
    """RFC 4180: commas, CRLF. With a byte order mark, without which Excel reads umlauts as two letters each.

    Amounts have a decimal point. A text that a spreadsheet would take for a formula is made one by an apostrophe.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(
        [_("Monat"), _("Verkauft von (AGS)"), _("Verkauft von"), _("Besucht in (AGS)"), _("Besucht in"), _("Besuche"),
         _("Betrag in Euro")]
    )  # fmt: skip
    for line in lines:
        worth = f"{'-' if line.worth_cents < 0 else ''}{abs(line.worth_cents) // 100}.{abs(line.worth_cents) % 100:02}"
        texts = [month, line.sold_ags, line.sold_by or _("Landkreis (Gutschein)"), line.served_ags, line.served_by]
        writer.writerow([*map(_harmless, texts), line.visits, worth])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
