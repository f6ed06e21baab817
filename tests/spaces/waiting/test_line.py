"""Who gets what comes free: the first in line whose whole wish fits."""

import pytest

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.errors import NotFound
from landbooking.spaces.booking import book_resource, cancel_booking
from landbooking.spaces.bookings import Booking, coming_bookings
from landbooking.spaces.hosting.resources import add_resource
from landbooking.spaces.waiting.answers import OfferGone, accept_offer, expire_offer, withdraw_wish
from landbooking.spaces.waiting.wishes import waiting_at, wish_of
from support.hosting import Place
from support.people import make_person
from support.spaces import make_desk, make_override, make_space, open_daily, period_on
from support.waiting import DAY, MORNING, let_holds_run_out, mails_to, make_wish, offer_to, states


async def test_what_comes_free_is_held_for_the_first_and_booked_by_accepting(
    connection: Connection, place: Place, booking: Booking, resident: Person, second: Person, outsider: Person
) -> None:
    first = await make_wish(connection, resident, MORNING, place.space_id, place.desk)
    then = await make_wish(connection, second, MORNING, place.space_id)
    assert [(await wish_of(connection, who, wish)).position for who, wish in ((resident, first), (second, then))] == [
        1,
        2,
    ]
    await cancel_booking(connection, outsider, booking.id)
    held = await offer_to(connection, resident, first)
    assert held is not None
    assert (held.status, held.resource_id, held.start, held.end) == ("held", place.desk, *MORNING)
    assert held.until_at is not None
    assert await mails_to(connection, resident) == ["offer"]
    assert (await wish_of(connection, second, then)).position == 1
    assert await coming_bookings(connection, resident) == []

    accepted = await accept_offer(connection, resident, first)
    assert (accepted.id, accepted.status, accepted.until_at, accepted.version) == (held.id, "confirmed", None, 2)
    assert await mails_to(connection, resident) == ["confirmation", "reminder", "reminder"]
    assert await accept_offer(connection, resident, first) == accepted  # the second click of two
    assert await states(connection) == ["accepted", "waiting"]


async def test_only_whose_whole_wish_fits_is_served(
    connection: Connection, place: Place, booking: Booking, resident: Person, second: Person, outsider: Person
) -> None:
    longer = await make_wish(connection, resident, period_on(DAY, "09:00", "13:30"), place.space_id)
    two = await make_wish(connection, second, period_on(DAY, "10:00", "12:00"), place.space_id)
    other = await make_wish(connection, resident, period_on(DAY, "09:00", "10:00"), place.space_id, place.desk)
    await book_resource(connection, second, place.desk, period_on(DAY, "13:00", "14:00"))
    await cancel_booking(connection, outsider, booking.id)
    assert await states(connection) == ["waiting", "offered", "offered"]
    assert (await wish_of(connection, resident, longer)).position == 1
    for who, wish in ((second, two), (resident, other)):
        assert await offer_to(connection, who, wish)


async def test_any_desk_near_here(connection: Connection, place: Place, booking: Booking, resident: Person) -> None:
    far = await make_space(connection, name="Weit weg", lat=49.7, lon=7.7)
    await open_daily(connection, far)
    await make_desk(connection, far)
    wish = await make_wish(connection, resident, MORNING, near=(49.54, 7.41), radius_km=5)
    await add_resource(connection, far, "desk", "Tisch 2", [])
    assert await offer_to(connection, resident, wish) is None
    await add_resource(connection, place.space_id, "desk", "Tisch 3", [])
    held = await offer_to(connection, resident, wish)
    assert held is not None
    assert held.resource == "Tisch 3"


async def test_declining_and_time_pass_it_on(
    connection: Connection, place: Place, booking: Booking, resident: Person, second: Person, outsider: Person
) -> None:
    third = await make_person(connection, "dritte@example.org")
    wishes = [await make_wish(connection, who, MORNING, place.space_id) for who in (resident, second, third)]
    await cancel_booking(connection, outsider, booking.id)
    await withdraw_wish(connection, resident, wishes[0])
    assert await states(connection) == ["withdrawn", "offered", "waiting"]
    assert await mails_to(connection, resident) == []
    held = await offer_to(connection, second, wishes[1])
    assert held is not None
    assert not await expire_offer(connection, held.id)
    await let_holds_run_out(connection)
    assert await expire_offer(connection, held.id)
    assert await states(connection) == ["withdrawn", "expired", "offered"]
    assert await mails_to(connection, second) == ["offer_expired"]
    ended = await connection.fetchrow("SELECT status, ended_because, cancelled_by FROM booking WHERE id = $1", held.id)
    assert tuple(ended or ()) == ("cancelled", "expired", None)
    for who, wish in ((resident, wishes[0]), (second, wishes[1])):
        with pytest.raises(OfferGone):
            await accept_offer(connection, who, wish)
    with pytest.raises(NotFound):
        await accept_offer(connection, resident, wishes[2])
    with pytest.raises(NotFound):
        await withdraw_wish(connection, resident, wishes[2])


async def test_a_click_after_the_time_is_late_even_before_the_worker_came_by(
    connection: Connection, place: Place, booking: Booking, resident: Person, outsider: Person
) -> None:
    wish = await make_wish(connection, resident, MORNING, place.space_id)
    await cancel_booking(connection, outsider, booking.id)
    await let_holds_run_out(connection)
    with pytest.raises(OfferGone):
        await accept_offer(connection, resident, wish)


async def test_declining_as_a_booking_is_declining(
    connection: Connection, place: Place, booking: Booking, resident: Person, outsider: Person
) -> None:
    wish = await make_wish(connection, resident, MORNING, place.space_id)
    await cancel_booking(connection, outsider, booking.id)
    held = await offer_to(connection, resident, wish)
    assert held is not None
    await make_override(connection, place.space_id, "desk", cancel_minutes=20160)  # keeps nobody from saying no
    await cancel_booking(connection, resident, held.id)
    assert await states(connection) == ["withdrawn"]
    assert "cancellation" not in await mails_to(connection, resident)


async def test_a_host_sees_how_many_wait(
    connection: Connection, place: Place, booking: Booking, resident: Person
) -> None:
    await make_wish(connection, resident, MORNING, place.space_id)
    await make_wish(connection, resident, MORNING, near=(49.54, 7.41))
    await make_wish(connection, resident, MORNING, near=(49.54, 7.41), kind="vehicle")
    assert await waiting_at(connection, place.space_id, MORNING) == [MORNING, MORNING]
