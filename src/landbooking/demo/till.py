"""What costs something in the demo: prices of the second space and of the vehicles, cards, a pass, a voucher."""

from datetime import UTC, datetime

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.demo.calendar import stretches
from landbooking.spaces.booking import book_resource
from landbooking.spaces.hosting.rules import set_override
from landbooking.spaces.kinds import Kind
from landbooking.spaces.overrides import Override
from landbooking.spaces.space import Space
from landbooking.spaces.tariffs.prices import offer_cards, set_tariff
from landbooking.spaces.tariffs.sales import sell_card, sell_pass, waive
from landbooking.spaces.tariffs.tariff import Tariff
from landbooking.spaces.tariffs.vouchers import issue_voucher

# By space (of two) and name: what it costs. The first space's desks are free, as most are.
PRICES = (
    (1, None, Tariff(hour_cents=300, half_day_cents=700, day_cents=1200, month_cents=9000)),
    (1, "Klassenzimmer", Tariff(half_day_cents=2500, day_cents=4000)),
    (0, "E-Auto", Tariff(hour_cents=500, day_cents=4000)),
    (0, "Lastenrad", Tariff(half_day_cents=500, day_cents=800)),
    (0, "Beamer", Tariff(day_cents=500)),
)


async def add_prices(connection: Connection, spaces: list[Space], named: dict[str, int]) -> None:
    for number, name, tariff in PRICES:
        resource_id = named[name] if name else None
        amounts = {field: getattr(tariff, field) for field in Tariff.__struct_fields__[2:]}
        await set_tariff(connection, spaces[number].id, Tariff(resource_id=resource_id, **amounts))
    around_the_clock = Override(resource_id=named["E-Auto"], around_the_clock=True)  # it is parked at the door
    await set_override(connection, spaces[0].id, around_the_clock, "")


async def add_sales(
    connection: Connection, spaces: list[Space], host: Person, staff: Person, buyers: list[Person]
) -> None:
    """A card each, of which one is used; a pass, a voucher for visits and one for an amount, a waived booking."""
    paid = spaces[1]
    district_id = await connection.fetchval("SELECT id FROM district")
    await offer_cards(connection, district_id, 10, 8000)
    await issue_voucher(connection, staff, district_id, 3, None)
    await issue_voucher(connection, staff, district_id, None, 1000)
    card, *_more = [await sell_card(connection, host, paid, buyer.email) for buyer in buyers]
    await sell_pass(connection, host, paid, buyers[-1].email, datetime.now(UTC).astimezone(paid.rules.time_zone).date())
    desks = await desks_of(connection, paid)
    coming = stretches(paid, 4)
    await book_resource(connection, buyers[0], desks[-1], coming[0], pay_with=card)
    waived = await book_resource(connection, buyers[0], desks[-1], coming[1])
    await waive(connection, host, paid.id, waived.id, "volunteer")
    await book_resource(connection, buyers[0], desks[-1], coming[2])
    await book_resource(connection, buyers[-1], desks[-2], coming[3])


async def desks_of(connection: Connection, space: Space, kind: Kind = "desk") -> list[int]:
    rows = await connection.fetch(
        "SELECT id FROM resource WHERE space_id = $1 AND kind = $2 ORDER BY id", space.id, kind
    )
    return [row["id"] for row in rows]
