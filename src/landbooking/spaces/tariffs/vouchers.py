"""Vouchers of a district: worth visits, which become a card, or an amount off one booking. Each is redeemed once."""

import secrets
from typing import ClassVar

import asyncpg
import msgspec

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.errors import Refusal
from landbooking.language import gettext as _
from landbooking.spaces.bookings import booking_of
from landbooking.spaces.space import lock_to_free
from landbooking.spaces.tariffs import ledger

_VOUCHERS = "SELECT id, code, visits, cents, redeemed_at IS NOT NULL AS redeemed FROM voucher"
_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ23456789"  # without those that are taken for one another


class Voucher(msgspec.Struct, frozen=True):
    """Worth `visits` or `cents`."""

    id: int
    code: str
    visits: int | None
    cents: int | None
    redeemed: bool


class VoucherRefused(Refusal):
    status: ClassVar[int] = 422
    code: ClassVar[str] = "voucher"

    @property
    def fields(self) -> dict[str, str]:
        return {"code": self.message}


async def issue_voucher(
    connection: Connection, staff: Person, district_id: int, visits: int | None, cents: int | None
) -> Voucher:
    """With a code that nobody can guess."""
    voucher_id = await connection.fetchval(
        "INSERT INTO voucher (district_id, code, visits, cents, issued_by) VALUES ($1, $2, $3, $4, $5) RETURNING id",
        district_id,
        "".join(secrets.choice(_LETTERS) for _ in range(10)),
        visits,
        cents,
        staff.id,
    )
    return await voucher_with(connection, voucher_id)


async def voucher_with(connection: Connection, voucher_id: int) -> Voucher:
    """One that was just issued."""
    return _voucher(await connection.fetchrow(f"{_VOUCHERS} WHERE id = $1", voucher_id))


async def vouchers_of(connection: Connection, district_id: int) -> list[Voucher]:
    """The newest first."""
    rows = await connection.fetch(f"{_VOUCHERS} WHERE district_id = $1 ORDER BY id DESC LIMIT 100", district_id)
    return [_voucher(row) for row in rows]


def _voucher(row: asyncpg.Record | None) -> Voucher:
    return msgspec.convert(dict(row or {}), Voucher)


async def redeem_for_card(connection: Connection, person: Person, typed: str) -> int:
    """A card with the voucher's visits, each worth what one of the district's card is. Raises VoucherRefused."""
    row = await _redeem(connection, person, typed, "visits IS NOT NULL")
    card_id: int = await connection.fetchval(
        """INSERT INTO card (district_id, person_id, visits, visits_left, cents)
           SELECT $1::int, $2, $3::int, $3::int,
                  coalesce((SELECT cents / visits FROM card_offer WHERE district_id = $1::int), 0) * $3::int
           RETURNING id""",
        row["district_id"],
        person.id,
        row["visits"],
    )
    return card_id


async def redeem_for_booking(connection: Connection, person: Person, booking_id: int, typed: str) -> None:
    """Takes the amount off what is to be paid at the counter, and stays with the booking until that is cancelled.

    Raises NotFound, VoucherRefused.
    """
    booking = await booking_of(connection, person, booking_id)
    await lock_to_free(connection, person.id, booking.resource_id)
    booking = await booking_of(connection, person, booking_id)
    if booking.status == "cancelled" or booking.cost is None or booking.cost.way != "counter":
        raise VoucherRefused(_("Für diese Buchung ist vor Ort nichts zu zahlen."))
    row = await _redeem(connection, person, typed, "cents IS NOT NULL")
    await ledger.take_back(connection, booking, person)
    left = max(0, booking.cost.cents - row["cents"])
    await ledger.write_voucher(connection, booking, person, row["id"], left)


async def _redeem(connection: Connection, person: Person, typed: str, worth: str) -> dict[str, int]:
    """One statement that looks and takes, so that it is redeemed once, whoever else has it."""
    row = await connection.fetchrow(
        f"""UPDATE voucher SET redeemed_by = $2, redeemed_at = now()
            WHERE code = $1 AND redeemed_at IS NULL AND {worth}
            RETURNING id, district_id, visits, cents""",  # noqa: S608 conditions are ours
        typed.replace(" ", "").replace("-", "").upper(),
        person.id,
    )
    if row is None:
        raise VoucherRefused(_("Diesen Gutschein gibt es nicht, er ist schon eingelöst, oder er gilt hierfür nicht."))
    return dict(row)
