"""People in line."""

from landbooking.accounts.person import Person
from landbooking.database import Connection, Pool
from landbooking.period import Period
from landbooking.spaces.booking import cancel_booking
from landbooking.spaces.bookings import Booking, booking_by_id
from landbooking.spaces.waiting.answers import accept_offer
from landbooking.spaces.waiting.wishes import wish_of
from support.races import Scene
from support.spaces import day_after, insert, period_on

DAY = day_after(5)
MORNING = period_on(DAY)


async def make_wish(
    connection: Connection,
    person: Person,
    period: Period,
    space_id: int | None = None,
    resource_id: int | None = None,
    near: tuple[float, float] | None = None,
    radius_km: float = 10.0,
    kind: str = "desk",
) -> int:
    """A wish's id, without asking whether it makes sense to wait."""
    values: dict[str, object] = {"person_id": person.id, "period": period.range, "kind": kind}
    if near:
        values |= {"lat": near[0], "lon": near[1], "radius_km": radius_km}
    else:
        values |= {"space_id": space_id, "resource_id": resource_id}
    return await insert(connection, "waiting", values)


async def offer_to(connection: Connection, person: Person, wish_id: int) -> Booking | None:
    """What is held for the wish; None where nothing is."""
    wish = await wish_of(connection, person, wish_id)
    if wish.state != "offered" or wish.booking_id is None:
        return None
    return await booking_by_id(connection, wish.booking_id)


async def let_holds_run_out(connection: Connection | Pool) -> None:
    await connection.execute("UPDATE booking SET until_at = now() - interval '1 second' WHERE status = 'held'")


async def states(connection: Connection | Pool) -> list[str]:
    """Of all wishes, in the order of the line."""
    return [row["state"] for row in await connection.fetch("SELECT state FROM waiting ORDER BY id")]


async def cancel(pool: Pool, person: Person, booking_id: int) -> None:
    async with pool.acquire() as connection, connection.transaction():
        await cancel_booking(connection, person, booking_id)


async def wait(pool: Pool, person: Person, scene: Scene, period: Period, desk: int | None = None) -> int:
    async with pool.acquire() as connection:
        return await make_wish(connection, person, period, scene.space_id, desk)


async def accept(pool: Pool, person: Person, wish_id: int) -> None:
    async with pool.acquire() as connection, connection.transaction():
        await accept_offer(connection, person, wish_id)


async def held_together(pool: Pool) -> int:
    """Pairs of bookings that stand in each other's way, whatever their state."""
    count: int = await pool.fetchval(
        """SELECT count(*) FROM booking AS one JOIN booking AS other
               ON one.id < other.id AND one.resource_id = other.resource_id AND one.blocked && other.blocked
           WHERE one.status <> 'cancelled' AND other.status <> 'cancelled'"""
    )
    return count


async def mails_to(connection: Connection, person: Person) -> list[str]:
    rows = await connection.fetch(
        "SELECT template FROM outbox WHERE recipient = $1 AND withdrawn_at IS NULL ORDER BY id", person.email
    )
    return [row["template"].rpartition("/")[2] for row in rows]
