"""However time comes free, and whoever frees it: the line is served."""

from collections.abc import Awaitable, Callable

import pytest

from landbooking.accounts.person import Person
from landbooking.agenda.erasure import erase_account
from landbooking.database import Connection
from landbooking.spaces.booking import cancel_booking, move_booking
from landbooking.spaces.bookings import Booking
from landbooking.spaces.hosting.blackouts import Wish as BlackoutWish
from landbooking.spaces.hosting.blackouts import add_blackout, lift_blackout
from landbooking.spaces.hosting.booking import call_off
from landbooking.spaces.hosting.closures import close_days, reopen_days
from landbooking.spaces.hosting.consequences import Decision, Undecided, mark_of
from landbooking.spaces.hosting.hours import Hours, set_hours
from landbooking.spaces.hosting.resources import add_resource, retire_resource
from landbooking.spaces.opening_hours import Closure, Interval
from landbooking.spaces.waiting.wishes import wish_of
from support.hosting import Place
from support.spaces import period_on
from support.waiting import DAY, MORNING, mails_to, make_wish, offer_to, states

Free = Callable[[Connection, Place, Booking, Person], Awaitable[object]]


async def by_moving(connection: Connection, place: Place, booking: Booking, outsider: Person) -> None:
    await move_booking(connection, outsider, booking.id, None, None, period_on(DAY, "13:00", "14:00"))


async def by_calling_off(connection: Connection, place: Place, booking: Booking, outsider: Person) -> None:
    decision = Decision(f"{booking.id}:{booking.version}", {booking.id: "cancel"})
    await call_off(connection, place.host, place.space_id, booking.id, decision)


async def by_a_desk_more(connection: Connection, place: Place, booking: Booking, outsider: Person) -> None:
    await add_resource(connection, place.space_id, "desk", "Tisch 3", [])


async def by_leaving_us(connection: Connection, place: Place, booking: Booking, outsider: Person) -> None:
    await erase_account(connection, outsider)


@pytest.mark.parametrize("free", [by_moving, by_calling_off, by_a_desk_more, by_leaving_us])
async def test_every_way_to_free_time_serves_the_line(
    connection: Connection, place: Place, booking: Booking, resident: Person, outsider: Person, free: Free
) -> None:
    wish = await make_wish(connection, resident, MORNING, place.space_id)
    await free(connection, place, booking, outsider)
    assert await offer_to(connection, resident, wish)


async def test_blackouts_closures_and_hours(
    connection: Connection, place: Place, booking: Booking, resident: Person, outsider: Person
) -> None:
    """What a host takes goes to nobody; when it comes back, the line is served."""
    wish = await make_wish(connection, resident, MORNING, place.space_id)
    host, space_id = place.host, place.space_id
    kept = BlackoutWish(None, MORNING, "Putzen")
    with pytest.raises(Undecided) as shown:
        await add_blackout(connection, host, space_id, kept, Decision())
    decision = Decision(mark_of(shown.value.affected), {one.booking_id: "cancel" for one in shown.value.affected})
    blackout = await add_blackout(connection, host, space_id, kept, decision)
    assert await offer_to(connection, resident, wish) is None
    await close_days(connection, host, [space_id], Closure(DAY, DAY, "Kerwe"), Decision())
    await lift_blackout(connection, host, space_id, blackout)
    assert await offer_to(connection, resident, wish) is None
    nights = Hours(tuple(Interval(day, 0, 60) for day in range(1, 8)), open_on_public_holidays=True)
    await set_hours(connection, host, space_id, nights, "", Decision())
    closure = await connection.fetchval("SELECT id FROM closure")
    await reopen_days(connection, space_id, closure)
    assert await offer_to(connection, resident, wish) is None
    days = Hours(tuple(Interval(day, 480, 1080) for day in range(1, 8)), open_on_public_holidays=True)
    await set_hours(connection, host, space_id, days, "", Decision())
    assert await offer_to(connection, resident, wish)


async def test_who_loses_an_offer_to_a_host_keeps_the_place_in_line(
    connection: Connection, place: Place, booking: Booking, resident: Person, second: Person, outsider: Person
) -> None:
    first = await make_wish(connection, resident, MORNING, place.space_id)
    await make_wish(connection, second, MORNING, place.space_id)
    await cancel_booking(connection, outsider, booking.id)
    held = await offer_to(connection, resident, first)
    assert held is not None
    decision = Decision(f"{held.id}:1", {held.id: "cancel"})
    await retire_resource(connection, place.host, place.space_id, place.desk, decision)
    assert await states(connection) == ["waiting", "waiting"]
    assert (await wish_of(connection, resident, first)).position == 1
    assert await mails_to(connection, resident) == ["offer_lost"]


async def test_who_leaves_us_leaves_the_lines_and_what_is_held(
    connection: Connection, place: Place, booking: Booking, resident: Person, second: Person, outsider: Person
) -> None:
    await make_wish(connection, resident, MORNING, place.space_id)
    await make_wish(connection, resident, MORNING, near=(49.5, 7.4))
    await make_wish(connection, outsider, MORNING, place.space_id)  # who must not get what they give up themselves
    after = await make_wish(connection, second, MORNING, place.space_id)
    await cancel_booking(connection, outsider, booking.id)
    await erase_account(connection, resident)
    await erase_account(connection, outsider)
    assert await states(connection) == ["offered"]
    assert await offer_to(connection, second, after)
