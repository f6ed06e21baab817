"""What hosts ask for a booking, and a district for a card."""

import msgspec

from landbooking.database import Connection
from landbooking.spaces.kinds import Kind
from landbooking.spaces.space import lock_for_change
from landbooking.spaces.tariffs.tariff import Tariff


class Offer(msgspec.Struct, frozen=True):
    """A district's card: so many visits for so much."""

    district_id: int
    visits: int
    cents: int


async def set_tariff(connection: Connection, space_id: int, tariff: Tariff) -> None:
    """For new bookings; what stands keeps its price. A tariff that sets nothing is none."""
    await lock_for_change(connection, space_id)
    await connection.execute(
        """DELETE FROM tariff WHERE space_id = $1 AND kind IS NOT DISTINCT FROM $2
           AND resource_id IS NOT DISTINCT FROM $3""",
        space_id,
        tariff.kind,
        tariff.resource_id,
    )
    amounts = (tariff.hour_cents, tariff.half_day_cents, tariff.day_cents, tariff.month_cents)
    if any(amount is not None for amount in amounts):
        await connection.execute(
            """INSERT INTO tariff (space_id, kind, resource_id, hour_cents, half_day_cents, day_cents, month_cents)
               SELECT $1, $2, $3, $4, $5, $6, $7
               WHERE $3::int IS NULL OR EXISTS (SELECT FROM resource WHERE id = $3 AND space_id = $1)""",
            space_id,
            tariff.kind,
            tariff.resource_id,
            *amounts,
        )


def tariff_at(tariffs: tuple[Tariff, ...], kind: Kind | None, resource_id: int | None) -> Tariff:
    """What is set there itself, without what it inherits."""
    standing = (one for one in tariffs if (one.kind, one.resource_id) == (kind, resource_id))
    return next(standing, Tariff(kind, resource_id))


async def offer_of_space(connection: Connection, space_id: int) -> Offer | None:
    """The card that the space's district sells; None where it sells none."""
    row = await connection.fetchrow(
        """SELECT card_offer.district_id, card_offer.visits, card_offer.cents
           FROM card_offer JOIN municipality ON municipality.district_id = card_offer.district_id
                JOIN space ON space.municipality_id = municipality.id WHERE space.id = $1""",
        space_id,
    )
    return Offer(**row) if row else None


async def offer_of(connection: Connection, district_id: int) -> Offer | None:
    row = await connection.fetchrow(
        "SELECT district_id, visits, cents FROM card_offer WHERE district_id = $1", district_id
    )
    return Offer(**row) if row else None


async def offer_cards(connection: Connection, district_id: int, visits: int, cents: int) -> None:
    """From now on; cards that were sold stay what they were."""
    await connection.execute(
        """INSERT INTO card_offer (district_id, visits, cents) VALUES ($1, $2, $3)
           ON CONFLICT (district_id) DO UPDATE SET visits = EXCLUDED.visits, cents = EXCLUDED.cents""",
        district_id,
        visits,
        cents,
    )
