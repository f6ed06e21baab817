"""Selling cards and passes at the counter, taking a sale back, waiving a charge: each a row of the ledger."""

from datetime import UTC, date, datetime
from typing import ClassVar, Literal, get_args

from landbooking.accounts.addresses import mail_address
from landbooking.accounts.person import Person, ensure_person
from landbooking.database import Connection
from landbooking.errors import NotFound, Refusal
from landbooking.language import gettext as _
from landbooking.language import language
from landbooking.language import mark as N_
from landbooking.spaces.bookings import booking_by_id
from landbooking.spaces.space import Space, lock_for_change
from landbooking.spaces.tariffs import ledger
from landbooking.spaces.tariffs.prices import offer_of_space, tariff_at

Reason = Literal["volunteer", "income", "training", "official", "defect"]
REASONS: tuple[Reason, ...] = get_args(Reason)
_REASONS = {
    "volunteer": N_("Ehrenamt"),
    "income": N_("Ermäßigung nachgewiesen"),
    "training": N_("Schule, Ausbildung, Studium"),
    "official": N_("im Auftrag von Gemeinde oder Kreis"),
    "defect": N_("Fehler oder Mangel auf unserer Seite"),
}
_SALE = """
    INSERT INTO charge (what, way, space_id, person_id, card_id, pass_id, day, counts_on, cents, made_by)
    VALUES ($1, 'counter', $2, $3, $4, $5, $6, $6, $7, $8)
"""


class NotForSale(Refusal):
    code: ClassVar[str] = "not-for-sale"

    def __init__(self) -> None:
        super().__init__(_("Das wird hier nicht verkauft: Es ist kein Preis dafür festgelegt."))


class AlreadyPaid(Refusal):
    code: ClassVar[str] = "already-paid"


def reasons() -> list[tuple[str, str]]:
    """Word and name of each, for a form. None says anything about health."""
    return [(reason, _(_REASONS[reason])) for reason in REASONS]


async def sell_card(connection: Connection, host: Person, space: Space, email: str) -> int:
    """To whoever has this address, paid at the counter. The card's number. Raises NotAnAddress, NotForSale."""
    offer = await offer_of_space(connection, space.id)
    if offer is None:
        raise NotForSale
    buyer = await ensure_person(connection, mail_address(email), language.get())
    card_id: int = await connection.fetchval(
        """INSERT INTO card (district_id, person_id, sold_in, sold_by, visits, visits_left, cents)
           VALUES ($1, $2, $3, $4, $5, $5, $6) RETURNING id""",
        offer.district_id,
        buyer,
        space.id,
        host.id,
        offer.visits,
        offer.cents,
    )
    await connection.execute(_SALE, "card", space.id, buyer, card_id, None, _today(space), offer.cents, host.id)
    return card_id


async def take_card_back(connection: Connection, host: Person, space: Space, card_id: int) -> None:
    """A sale by mistake, as long as nothing was used of it. Raises NotFound, AlreadyPaid."""
    if not await connection.fetchval(
        "SELECT EXISTS (SELECT FROM card WHERE id = $1 AND sold_in = $2)", card_id, space.id
    ):
        raise NotFound
    revoked = await connection.fetchval(
        """UPDATE card SET visits_left = 0, revoked_at = now()
           WHERE id = $1 AND visits_left = visits AND revoked_at IS NULL RETURNING id""",
        card_id,
    )
    if revoked is None:
        raise AlreadyPaid(_("Von dieser Karte ist schon etwas verbraucht; sie lässt sich nicht mehr zurücknehmen."))
    await connection.execute(
        """INSERT INTO charge (what, way, space_id, person_id, card_id, day, counts_on, cents, corrects, made_by)
           SELECT what, way, space_id, person_id, card_id, day, greatest(day, $2), -cents, id, $3
           FROM charge WHERE card_id = $1 AND what = 'card'""",
        card_id,
        _today(space),
        host.id,
    )


async def sell_pass(connection: Connection, host: Person, space: Space, email: str, first: date) -> int:
    """A month in this space from `first` on, paid at the counter. Raises NotAnAddress, NotForSale, AlreadyPaid."""
    cents = tariff_at(space.tariffs, None, None).month_cents
    if cents is None:
        raise NotForSale
    buyer = await ensure_person(connection, mail_address(email), language.get())
    pass_id: int | None = await connection.fetchval(
        """INSERT INTO month_pass (space_id, person_id, days, cents, sold_by)
           VALUES ($1, $2, daterange($3::date, ($3::date + interval '1 month')::date), $4, $5)
           ON CONFLICT DO NOTHING RETURNING id""",
        space.id,
        buyer,
        first,
        cents,
        host.id,
    )
    if pass_id is None:
        raise AlreadyPaid(_("Für diese Zeit hat die Person hier schon einen Monatspass."))
    await connection.execute(_SALE, "pass", space.id, buyer, None, pass_id, max(first, _today(space)), cents, host.id)
    return pass_id


async def waive(connection: Connection, host: Person, space_id: int, booking_id: int, reason: Reason) -> None:
    """What a booking costs is taken back, and stands as waived. Raises NotFound, AlreadyPaid."""
    await lock_for_change(connection, space_id)
    booking = await booking_by_id(connection, booking_id)
    if booking.space.id != space_id:
        raise NotFound
    if booking.status == "cancelled" or booking.cost is None or booking.cost.way == "waived":
        raise AlreadyPaid(_("Für diese Buchung ist nichts zu erlassen."))
    await ledger.take_back(connection, booking, host)
    await ledger.write_waiver(connection, booking, host, reason)


def _today(space: Space) -> date:
    return datetime.now(UTC).astimezone(space.rules.time_zone).date()
