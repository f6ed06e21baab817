"""What a booking would cost, said before it is made."""

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.period import Period
from landbooking.spaces.space import Space
from landbooking.spaces.tariffs.cards import pass_on
from landbooking.spaces.tariffs.cost import Cost, spoken_cost, spoken_price


async def quote(
    connection: Connection, person: Person | None, space: Space, period: Period, cents: int
) -> tuple[int, str]:
    """What is left of a price for this person, and how that is said: a month pass pays all of it."""
    day = period.start.astimezone(space.rules.time_zone).date()
    if cents and person and await pass_on(connection, person.id, space.id, day) is not None:
        return 0, spoken_cost(Cost("pass", 0))
    return cents, spoken_price(cents)
