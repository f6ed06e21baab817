"""Cards of visits, good in every space of a district, and month passes: selling, using, giving back."""

from collections.abc import Collection
from datetime import date, datetime
from typing import ClassVar

import asyncpg
import msgspec

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.errors import Refusal
from landbooking.language import gettext as _
from landbooking.language import ngettext


class Card(msgspec.Struct, frozen=True):
    """`sold_in` is the space's name, None for one out of a voucher."""

    id: int
    district_id: int
    district: str
    visits: int
    visits_left: int
    cents: int
    sold_in: str | None
    sold_at: datetime


class Visit(msgspec.Struct, frozen=True):
    """What a booking takes from a card: nothing where the day in this space is paid already."""

    visits: int
    worth_cents: int


NO_VISIT = Visit(0, 0)


class CardRefused(Refusal):
    """The card can't pay for this: it is used up, somebody else's, or of another district."""

    status: ClassVar[int] = 409
    code: ClassVar[str] = "card"

    @property
    def fields(self) -> dict[str, str]:
        return {"pay_with": self.message}


# Whether the card has paid the day in the space, for rows of `card`.
_PAID = """EXISTS (
    SELECT FROM charge
    WHERE charge.card_id = card.id AND charge.space_id = {space} AND charge.day = {day} AND visits = 1
      AND corrects IS NULL AND NOT EXISTS (SELECT FROM charge AS counter WHERE counter.corrects = charge.id))"""


async def check_enough(
    connection: Connection, card_id: int, person_id: int, space_id: int, days: Collection[date]
) -> None:
    """Whether the card can pay each of these days in the space; until commit nobody else takes of it.

    Raises CardRefused.
    """
    left = await connection.fetchval(
        "SELECT visits_left FROM card WHERE id = $1 AND person_id = $2 AND revoked_at IS NULL FOR NO KEY UPDATE",
        card_id,
        person_id,
    )
    needed = await connection.fetchval(
        f"""SELECT count(*) FROM unnest($3::date[]) AS day, card
            WHERE card.id = $1 AND NOT {_PAID.format(space="$2", day="day")}""",  # noqa: S608 a constant
        card_id,
        space_id,
        sorted(set(days)),
    )
    if left is not None and needed > left:
        message = ngettext(
            "Diese Termine brauchen %(needed)s Besuche, auf der Karte ist noch %(count)s. "
            "Bitte lassen Sie Termine aus, oder zahlen Sie vor Ort oder mit einer anderen Karte.",
            "Diese Termine brauchen %(needed)s Besuche, auf der Karte sind noch %(count)s. "
            "Bitte lassen Sie Termine aus, oder zahlen Sie vor Ort oder mit einer anderen Karte.",
            left,
        )
        raise CardRefused(message % {"needed": needed, "count": left})


async def take_visit(connection: Connection, card_id: int, person_id: int | None, space_id: int, day: date) -> Visit:
    """A visit is a day in a space: a second booking of that day takes none. Raises CardRefused."""
    row = await connection.fetchrow(
        f"""SELECT card.cents / card.visits AS worth_cents, {_PAID.format(space="$3", day="$4")} AS paid
           FROM card JOIN municipality ON municipality.district_id = card.district_id
                JOIN space ON space.municipality_id = municipality.id
           WHERE card.id = $1 AND card.person_id = $2 AND space.id = $3 AND card.revoked_at IS NULL""",  # noqa: S608
        card_id,
        person_id,
        space_id,
        day,
    )
    if row is None:
        raise CardRefused(_("Diese Karte gilt hier nicht."))
    if row["paid"]:
        return NO_VISIT
    if not await _spend(connection, card_id):
        raise CardRefused(_("Auf dieser Karte ist kein Besuch mehr. Bitte zahlen Sie vor Ort oder mit einer anderen."))
    return Visit(1, row["worth_cents"])


async def _spend(connection: Connection, card_id: int) -> bool:
    """One statement that looks and takes: whoever comes second waits for the row and finds what is left then."""
    left = await connection.fetchval(
        "UPDATE card SET visits_left = visits_left - 1 WHERE id = $1 AND visits_left > 0 RETURNING visits_left", card_id
    )
    return left is not None


async def give_visit_back(connection: Connection, card_id: int, space_id: int, day: date, today: date) -> None:
    """After the booking that took it was taken back. Another one of that day keeps the visit, if there is one."""
    heir = await connection.fetchrow(
        """INSERT INTO charge (what, way, space_id, person_id, booking_id, card_id, day, counts_on, cents, corrects,
                               made_by)
           SELECT what, way, space_id, person_id, booking_id, card_id, day, greatest(day, $4), -cents, id, made_by
           FROM charge WHERE card_id = $1 AND space_id = $2 AND day = $3 AND what = 'booking' AND corrects IS NULL
             AND NOT EXISTS (SELECT FROM charge AS counter WHERE counter.corrects = charge.id)
           ORDER BY id LIMIT 1 RETURNING *""",
        card_id,
        space_id,
        day,
        today,
    )
    if heir is None:
        await connection.execute(
            "UPDATE card SET visits_left = visits_left + 1 WHERE id = $1 AND revoked_at IS NULL", card_id
        )
        return
    await connection.execute(
        """INSERT INTO charge (what, way, space_id, person_id, booking_id, card_id, day, counts_on, cents, visits,
                               worth_cents, made_by)
           SELECT 'booking', 'card', $2, $3, $4, card.id, $5, $6, 0, 1, card.cents / card.visits, $7
           FROM card WHERE card.id = $1""",
        card_id,
        space_id,
        heir["person_id"],
        heir["booking_id"],
        day,
        heir["counts_on"],
        heir["made_by"],
    )


async def pass_on(connection: Connection, person_id: int, space_id: int, day: date) -> int | None:
    """The person's month pass of the space that covers the day."""
    found: int | None = await connection.fetchval(
        "SELECT id FROM month_pass WHERE person_id = $1 AND space_id = $2 AND days @> $3::date",
        person_id,
        space_id,
        day,
    )
    return found


async def days_in_pass(connection: Connection, person_id: int, space_id: int, days: Collection[date]) -> set[date]:
    """Those of the days that the person's month passes of the space cover."""
    rows = await connection.fetch(
        """SELECT day FROM unnest($3::date[]) AS day
           WHERE EXISTS (SELECT FROM month_pass WHERE person_id = $1 AND space_id = $2 AND days @> day)""",
        person_id,
        space_id,
        days,
    )
    return {row["day"] for row in rows}


_CARDS = """
    SELECT card.id, card.district_id, district.name AS district, card.visits, card.visits_left, card.cents,
           space.name AS sold_in, card.sold_at
    FROM card JOIN district ON district.id = card.district_id LEFT JOIN space ON space.id = card.sold_in
    WHERE card.person_id = $1 AND card.revoked_at IS NULL
"""


async def cards_of(connection: Connection, person: Person) -> list[Card]:
    """All of a person's cards, those that are used up too, the newest first."""
    rows = await connection.fetch(f"{_CARDS} ORDER BY card.id DESC", person.id)
    return [_card(row) for row in rows]


async def cards_for(connection: Connection, person: Person, space_id: int) -> list[Card]:
    """Those that can pay in this space, the oldest first."""
    rows = await connection.fetch(
        f"""{_CARDS} AND card.visits_left > 0 AND card.district_id = (
                SELECT municipality.district_id FROM space JOIN municipality ON municipality.id = space.municipality_id
                WHERE space.id = $2) ORDER BY card.id""",  # noqa: S608 a constant
        person.id,
        space_id,
    )
    return [_card(row) for row in rows]


def _card(row: asyncpg.Record) -> Card:
    return Card(**row)
