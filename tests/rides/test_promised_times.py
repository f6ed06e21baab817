"""What riders were told about when the car comes, once others ride along: counted in, and kept."""

from datetime import timedelta

import httpx
import pytest

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.rides import refusals
from landbooking.rides.answers import accept
from landbooking.rides.cancelling import cancel_seat
from landbooking.rides.consequences import tell_riders
from landbooking.rides.journey import Journey
from landbooking.rides.matching import Match
from landbooking.rides.ride import Ride
from landbooking.rides.routing import Beeline
from landbooking.rides.search import nearest_rides, search_rides
from landbooking.rides.seat import seat_by_id
from support.people import make_person, sign_in
from support.rides import Road, make_ride, make_road, make_village_aside, tomorrow
from support.seats import ask, mails_to

LATER = "UPDATE ride SET departs = array_replace(departs, 420::smallint, 480::smallint)"
# Edorf costs who drives from Adorf to Dedorf 379 seconds, Cedorf as well 583; so who waits in Cedorf waits 583 longer,
# and who got in in Edorf arrives 204 later.


@pytest.fixture
async def road(connection: Connection) -> Road:
    return await make_village_aside(connection, await make_road(connection), "Edorf", 0.06)


@pytest.fixture
async def driver(connection: Connection) -> Person:
    return await make_person(connection, "fahrerin@example.org")


async def offer(connection: Connection, driver: Person, road: Road, **terms: object) -> Ride:
    usual = {"seats": 4, "instant": True, "detour_minutes": 10, "flexible_minutes": 0}
    return await make_ride(connection, driver, road, "Adorf", "Dedorf", **{**usual, **terms})


def journey(road: Road, start: str, to: str = "Dedorf") -> Journey:
    return Journey(origin=road.places.named(start), destination=road.places.named(to), day=tomorrow())


async def shown(connection: Connection, road: Road, start: str, to: str = "Dedorf") -> list[Match]:
    return await search_rides(connection, Beeline(), road.places, journey(road, start, to), None)


async def test_who_gets_in_later_is_told_the_time_with_the_detours_before(
    connection: Connection, resident: Person, outsider: Person, driver: Person, road: Road
) -> None:
    ride = await offer(connection, driver, road, flexible_minutes=5)
    [alone] = await shown(connection, road, "Cedorf")
    first = await ask(connection, outsider, ride, road, "Edorf")
    assert 370 < first.detour_s < 390
    [after] = await shown(connection, road, "Cedorf")
    late = after.pick_up_at - alone.pick_up_at
    seat = await ask(connection, resident, ride, road, "Cedorf")
    assert (seat.start, seat.end, seat.detour_s) == (after.pick_up_at, after.drop_off_at, after.detour_s)
    assert late.total_seconds() == first.detour_s + seat.detour_s
    [before] = await shown(connection, road, "Adorf")
    assert (before.pick_up_at, before.drop_off_at) == (before.departs_at, seat.end)


async def test_a_detour_is_driven_once_for_all_who_get_in_there(
    connection: Connection, resident: Person, outsider: Person, driver: Person, road: Road
) -> None:
    ride = await offer(connection, driver, road)
    first = await ask(connection, resident, ride, road, "Edorf")
    second = await ask(connection, outsider, ride, road, "Edorf")
    assert (second.detour_s, second.start) == (0, first.start)


async def test_the_whole_detour_stays_within_the_limit_also_after_somebody_was_called_off(
    connection: Connection, resident: Person, outsider: Person, driver: Person, road: Road
) -> None:
    road = await make_village_aside(connection, road, "Südorf", -0.06)
    ride = await offer(connection, driver, road, flexible_minutes=60)
    first = await ask(connection, resident, ride, road, "Edorf")
    second = await ask(connection, outsider, ride, road, "Edorf")
    await cancel_seat(connection, resident, first.id)
    assert (await seat_by_id(connection, second.id)).detour_s == first.detour_s
    third = await make_person(connection, "dritter@example.org")
    assert await shown(connection, road, "Südorf") == []
    with pytest.raises(refusals.DetourTooLong):
        async with connection.transaction():
            await ask(connection, third, ride, road, "Südorf")
    await cancel_seat(connection, outsider, second.id)
    assert (await ask(connection, third, ride, road, "Südorf")).status == "accepted"


@pytest.mark.parametrize(("flexible", "fits"), [(0, False), (9, False), (10, True)])
async def test_nobody_waits_longer_for_somebody_else_than_the_driver_said(
    connection: Connection, resident: Person, outsider: Person, driver: Person, road: Road, flexible: int, fits: bool
) -> None:
    ride = await offer(connection, driver, road, flexible_minutes=flexible)
    first = await ask(connection, resident, ride, road, "Cedorf")
    assert len(await shown(connection, road, "Edorf")) == fits
    if fits:
        await ask(connection, outsider, ride, road, "Edorf")
    else:
        [near] = await nearest_rides(connection, road.places, journey(road, "Edorf"), None)
        assert [miss.what for miss in near.misses] == ["promises"]
        with pytest.raises(refusals.LateForOthers):
            async with connection.transaction():
                await ask(connection, outsider, ride, road, "Edorf")
    assert await seat_by_id(connection, first.id) == first
    assert await mails_to(connection, resident) == ["acceptance"]


async def test_who_sits_in_the_car_arrives_as_promised(
    connection: Connection, resident: Person, outsider: Person, driver: Person, road: Road
) -> None:
    ride = await offer(connection, driver, road)
    await ask(connection, resident, ride, road, "Adorf", "Dedorf")
    with pytest.raises(refusals.LateForOthers):
        async with connection.transaction():
            await ask(connection, outsider, ride, road, "Edorf")


async def test_delays_add_up_to_what_the_driver_said_at_most(
    connection: Connection, resident: Person, outsider: Person, driver: Person, road: Road
) -> None:
    road = await make_village_aside(connection, road, "Südorf", -0.03)
    ride = await offer(connection, driver, road, flexible_minutes=10, detour_minutes=60)
    await ask(connection, resident, ride, road, "Cedorf")
    await ask(connection, outsider, ride, road, "Edorf")
    third = await make_person(connection, "dritter@example.org")
    with pytest.raises(refusals.LateForOthers):
        async with connection.transaction():
            await ask(connection, third, ride, road, "Südorf")


@pytest.mark.parametrize(("flexible", "refusal"), [(5, refusals.LaterThanAsked), (10, None)])
async def test_a_yes_that_can_not_be_kept_is_not_given(
    connection: Connection,
    resident: Person,
    outsider: Person,
    driver: Person,
    road: Road,
    flexible: int,
    refusal: type[Exception] | None,
) -> None:
    ride = await offer(connection, driver, road, instant=False, flexible_minutes=flexible)
    asked = await ask(connection, resident, ride, road, "Cedorf")
    aside = await ask(connection, outsider, ride, road, "Edorf")
    await accept(connection, driver, aside.id, None)
    if refusal:
        with pytest.raises(refusal):
            async with connection.transaction():
                await accept(connection, driver, asked.id, None)
        assert await seat_by_id(connection, asked.id) == asked
    else:
        given = await accept(connection, driver, asked.id, None)
        assert (given.status, given.start, given.end) == ("accepted", asked.start, asked.end)


async def test_the_first_yes_goes_before_the_second(
    connection: Connection, resident: Person, outsider: Person, driver: Person, road: Road
) -> None:
    ride = await offer(connection, driver, road, instant=False)
    asked = await ask(connection, resident, ride, road, "Cedorf")
    aside = await ask(connection, outsider, ride, road, "Edorf")
    await accept(connection, driver, asked.id, None)
    with pytest.raises(refusals.LateForOthers):
        async with connection.transaction():
            await accept(connection, driver, aside.id, None)


async def test_a_car_that_got_faster_still_waits_for_who_was_told_later(
    connection: Connection, resident: Person, outsider: Person, driver: Person, road: Road
) -> None:
    ride = await offer(connection, driver, road, flexible_minutes=5)
    aside = await ask(connection, outsider, ride, road, "Edorf")
    seat = await ask(connection, resident, ride, road, "Cedorf")
    await cancel_seat(connection, outsider, aside.id)
    left = await seat_by_id(connection, seat.id)
    assert (left.start, left.end, left.version, left.detour_s) == (seat.start, seat.end, seat.version, 0)
    [match] = await shown(connection, road, "Cedorf")
    assert (match.pick_up_at, match.drop_off_at) == (seat.start, seat.end)


async def test_what_others_cost_in_time_is_no_change_by_the_driver(
    connection: Connection, resident: Person, outsider: Person, driver: Person, road: Road
) -> None:
    ride = await offer(connection, driver, road, flexible_minutes=10)
    seats = [
        await ask(connection, resident, ride, road, "Cedorf"),
        await ask(connection, outsider, ride, road, "Edorf"),
    ]
    await connection.execute("UPDATE ride SET note = 'Radio', version = version + 1")
    await tell_riders(connection, driver, ride.id)
    assert [await seat_by_id(connection, seat.id) for seat in seats] == seats
    assert await mails_to(connection, resident) == await mails_to(connection, outsider) == ["acceptance"]


async def test_another_time_of_the_ride_is_told_with_the_detours_and_both_can_say_yes(
    connection: Connection, resident: Person, outsider: Person, driver: Person, road: Road
) -> None:
    ride = await offer(connection, driver, road, flexible_minutes=5)
    aside = await ask(connection, outsider, ride, road, "Edorf")
    seat = await ask(connection, resident, ride, road, "Cedorf")
    await connection.execute(LATER)
    await tell_riders(connection, driver, ride.id)
    hour = timedelta(hours=1)
    moved = await seat_by_id(connection, seat.id)
    assert (moved.start, moved.end, moved.waits_for_rider) == (seat.start + hour, seat.end + hour, True)
    again = await accept(connection, resident, seat.id, None)
    assert (again.start, again.detour_s) == (moved.start, 0)  # as long as nobody gets in in Edorf
    other = await accept(connection, outsider, aside.id, None)
    assert (other.start, other.detour_s) == (aside.start + hour, aside.detour_s + seat.detour_s)


async def test_who_asks_on_the_page_reads_why_not(
    connection: Connection, client: httpx.AsyncClient, resident: Person, outsider: Person, driver: Person, road: Road
) -> None:
    ride = await offer(connection, driver, road)
    await ask(connection, outsider, ride, road, "Cedorf")
    await sign_in(connection, client, resident)
    asked = {"from": "Edorf", "to": "Dedorf", "day": f"{tomorrow()}", "places": "1", "pick_up_place": "Am Brunnen 3"}
    page = await client.post(f"/rides/{ride.id}/seat-requests", data=asked)
    assert page.status_code == 409
    assert "käme der Wagen für andere, die schon mitfahren, zu spät" in page.text
    assert "Am Brunnen 3" in page.text
