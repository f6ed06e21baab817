"""Asking for a seat, answering, calling off, letting run out: the verbs on one connection."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from conftest import OneConnection
from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.errors import NotFound, Refusal, Stale
from landbooking.rides import refusals
from landbooking.rides.answers import accept, decline
from landbooking.rides.blocks import block
from landbooking.rides.cancelling import cancel_seat
from landbooking.rides.expiry import expire_seat_requests
from landbooking.rides.fitting import SeatWish
from landbooking.rides.journey import Journey
from landbooking.rides.matching import Match
from landbooking.rides.offering import offer_ride
from landbooking.rides.people import save_profile
from landbooking.rides.ride import Ride
from landbooking.rides.routing import Beeline
from landbooking.rides.search import search_rides
from landbooking.rides.seat import coming_seats, riders_of, seat_by_id
from landbooking.rides.seats import request_seats
from landbooking.rides.timetable import Days, weekly
from support.people import make_person
from support.rides import Road, instant, make_ride, make_village_aside, plan, tomorrow
from support.seats import ask, mails_to, reminders_to


@pytest.fixture
async def ride(connection: Connection, driver: Person, road: Road) -> Ride:
    return await make_ride(connection, driver, road, "Adorf", "Dedorf", seats=1, share_cents=400)


@pytest.fixture
async def instant_ride(connection: Connection, driver: Person, road: Road) -> Ride:
    return await make_ride(connection, driver, road, "Adorf", "Dedorf", seats=1, instant=True)


async def test_a_request_waits_for_the_driver(
    connection: Connection, resident: Person, driver: Person, ride: Ride, road: Road
) -> None:
    seat = await ask(connection, resident, ride, road, "Bedorf", "Cedorf", places=1)
    assert (seat.status, seat.rider_id, seat.drivers) == ("requested", resident.id, frozenset({driver.id}))
    assert seat.until_at is not None
    assert seat.until_at <= min(datetime.now(UTC) + timedelta(hours=24), instant(tomorrow(), 6))
    assert instant(tomorrow(), 7) < seat.start < seat.end < instant(tomorrow(), 7, 30)
    assert 0 < seat.share_cents < 200  # a third of the way costs a third
    assert await mails_to(connection, driver) == ["request"]
    assert await mails_to(connection, resident) == []
    assert await riders_of(connection, ride.id, tomorrow()) == []


async def test_the_driver_accepts(
    connection: Connection, resident: Person, driver: Person, ride: Ride, road: Road
) -> None:
    seat = await ask(connection, resident, ride, road)
    accepted = await accept(connection, driver, seat.id, seat.version)
    assert (accepted.status, accepted.version, accepted.until_at) == ("accepted", 2, None)
    assert await riders_of(connection, ride.id, tomorrow()) == [accepted]
    assert await mails_to(connection, resident) == ["acceptance"]
    assert await mails_to(connection, driver) == ["request", "rider"]
    assert await reminders_to(connection, resident) >= 1
    assert await reminders_to(connection, driver) >= 1
    with pytest.raises(refusals.AlreadyAnswered):
        await accept(connection, driver, seat.id, None)


async def test_the_driver_declines(
    connection: Connection, resident: Person, driver: Person, ride: Ride, road: Road
) -> None:
    seat = await ask(connection, resident, ride, road)
    assert (await decline(connection, driver, seat.id, seat.version, "Auto voll")).status == "declined"
    assert await mails_to(connection, resident) == ["refusal"]
    again = await ask(connection, resident, ride, road)
    assert again.status == "requested"


@pytest.mark.parametrize("answer", [accept, lambda c, p, s, v: decline(c, p, s, v, "")])
async def test_only_the_other_side_answers(
    connection: Connection, resident: Person, outsider: Person, ride: Ride, road: Road, answer: Any
) -> None:
    seat = await ask(connection, resident, ride, road)
    for person in (resident, outsider):
        with pytest.raises(NotFound):
            await answer(connection, person, seat.id, None)
    assert (await seat_by_id(connection, seat.id)).version == 1


async def test_a_stale_click_changes_nothing(
    connection: Connection, resident: Person, driver: Person, ride: Ride, road: Road
) -> None:
    seat = await ask(connection, resident, ride, road)
    for click in (
        accept(connection, driver, seat.id, 7),
        decline(connection, driver, seat.id, 7, ""),
        cancel_seat(connection, resident, seat.id, 7),
    ):
        with pytest.raises(Stale):
            await click
    assert await seat_by_id(connection, seat.id) == seat


async def test_an_instant_ride_gives_the_seat_at_once(
    connection: Connection, resident: Person, driver: Person, instant_ride: Ride, road: Road
) -> None:
    assert (await ask(connection, resident, instant_ride, road)).status == "accepted"
    assert await mails_to(connection, driver) == ["rider"]
    assert await mails_to(connection, resident) == ["acceptance"]


async def test_two_can_use_one_seat_one_after_the_other(
    connection: Connection, resident: Person, outsider: Person, instant_ride: Ride, road: Road
) -> None:
    await ask(connection, resident, instant_ride, road, "Adorf", "Bedorf")
    await ask(connection, outsider, instant_ride, road, "Bedorf", "Dedorf")
    third = await make_person(connection, "dritter@example.org")
    with pytest.raises(refusals.RideFull):
        async with connection.transaction():
            await ask(connection, third, instant_ride, road, "Adorf", "Cedorf")


async def test_who_can_only_hear_no_is_told_so_before_asking(
    connection: Connection, resident: Person, outsider: Person, driver: Person, ride: Ride, road: Road
) -> None:
    first = await ask(connection, resident, ride, road, "Bedorf", "Cedorf")
    await accept(connection, driver, first.id, None)
    with pytest.raises(refusals.RideFull):
        await ask(connection, outsider, ride, road)
    assert (await ask(connection, outsider, ride, road, "Cedorf", "Dedorf")).status == "requested"


@pytest.mark.parametrize(
    ("terms", "wish", "refusal"),
    [
        ({}, {"day": tomorrow() + timedelta(days=1)}, refusals.DoesNotRun),
        ({}, {"day": tomorrow() + timedelta(days=500)}, refusals.TooFarAhead),
        ({}, {"start": "Dedorf", "destination": "Adorf"}, refusals.NotOnTheWay),
        ({}, {"start": "Bedorf", "destination": "Bedorf"}, refusals.NotOnTheWay),
        ({}, {"needs": ("bicycle",)}, refusals.NotCarried),
        ({"carries": ("bicycle",)}, {"needs": ("bicycle", "pets")}, refusals.NotCarried),
        ({"women_only": True}, {}, refusals.WomenOnly),
        ({"seats": 1}, {"places": 2}, refusals.RideFull),
        ({"detour_minutes": 0}, {"start": "Bedorf, Mitfahrbank"}, refusals.DetourTooLong),
    ],
)
@pytest.mark.parametrize("is_instant", [True, False])
async def test_what_can_not_be_is_refused_in_a_sentence(
    connection: Connection,
    resident: Person,
    driver: Person,
    road: Road,
    terms: dict[str, Any],
    wish: dict[str, Any],
    refusal: type[Refusal],
    is_instant: bool,
) -> None:
    ride = await make_ride(connection, driver, road, "Adorf", "Dedorf", instant=is_instant, **terms)
    with pytest.raises(refusal) as refused:
        async with connection.transaction():
            await ask(connection, resident, ride, road, **wish)
    assert refused.value.status in (409, 422)
    assert refused.value.message.endswith(".")
    assert await connection.fetchval("SELECT count(*) FROM seat_request") == 0


async def shown(connection: Connection, rider: Person, road: Road, start: str, to: str) -> Match:
    journey = Journey(origin=road.places.named(start), destination=road.places.named(to), day=tomorrow())
    [match] = await search_rides(connection, Beeline(), road.places, journey, rider)
    return match


@pytest.mark.parametrize(("start", "to"), [("Bedorf", "Dedorf"), ("Adorf", "Cedorf"), ("Edorf", "Cedorf")])
async def test_what_the_search_shows_is_what_one_gets(
    connection: Connection, resident: Person, driver: Person, road: Road, start: str, to: str
) -> None:
    road = await make_village_aside(connection, road)
    ride = await make_ride(connection, driver, road, "Adorf", "Cedorf", "Dedorf", share_cents=400, detour_minutes=20)
    match = await shown(connection, resident, road, start, to)
    seat = await ask(connection, resident, ride, road, match.pick_up.place.label, match.drop_off.place.label)
    leg = await connection.fetchval("SELECT leg FROM seat_request")
    assert (seat.start, seat.end) == (match.pick_up_at, match.drop_off_at)
    assert (leg.lower, leg.upper, seat.detour_s) == (match.from_m, match.to_m, match.detour_s)
    assert seat.share_cents == match.share_cents


async def test_detours_of_all_riders_together_stay_within_the_drivers_limit(
    connection: Connection, resident: Person, outsider: Person, driver: Person, road: Road
) -> None:
    terms = {"instant": True, "seats": 4, "detour_minutes": 1, "flexible_minutes": 15}
    ride = await make_ride(connection, driver, road, "Adorf", "Dedorf", **terms)
    await connection.execute("UPDATE meeting_point SET lat = 49.52")
    road = await make_village_aside(connection, road, "Südorf", -0.02)
    first = await ask(connection, resident, ride, road, "Bedorf, Mitfahrbank")
    assert 30 < first.detour_s <= 60
    with pytest.raises(refusals.DetourTooLong):
        async with connection.transaction():
            await ask(connection, outsider, ride, road, "Südorf")
    assert (await ask(connection, outsider, ride, road, "Bedorf, Mitfahrbank")).detour_s == 0


async def test_nobody_rides_with_themselves_or_in_what_has_begun(
    connection: Connection, resident: Person, driver: Person, ride: Ride, road: Road
) -> None:
    with pytest.raises(refusals.OwnRide):
        await ask(connection, driver, ride, road)
    today = datetime.now(UTC).date() - timedelta(days=1)
    over = await make_ride(connection, driver, road, "Adorf", "Dedorf", day=today)
    with pytest.raises(refusals.RideOver):
        await ask(connection, resident, over, road, day=today)


async def test_a_ride_is_gone_for_who_is_blocked_and_when_it_ended(
    connection: Connection, resident: Person, outsider: Person, driver: Person, ride: Ride, road: Road
) -> None:
    await block(connection, driver, resident.id)
    await block(connection, outsider, driver.id)
    said = set()
    for person in (resident, outsider):
        with pytest.raises(NotFound) as gone:
            await ask(connection, person, ride, road)
        said.add(gone.value.message)
    await connection.execute("UPDATE ride SET ended_at = now()")
    with pytest.raises(NotFound) as gone:
        await ask(connection, await make_person(connection, "noch@example.org"), ride, road)
    assert said == {gone.value.message}


async def test_women_only_and_minors(
    connection: Connection, resident: Person, outsider: Person, driver: Person, road: Road
) -> None:
    ride = await make_ride(connection, driver, road, "Adorf", "Dedorf", women_only=True)
    await save_profile(connection, resident, "", is_woman=True, birthday=None)
    assert (await ask(connection, resident, ride, road)).status == "requested"
    minor = datetime.now(UTC).date() - timedelta(days=15 * 365)
    await save_profile(connection, outsider, "", is_woman=True, birthday=minor)
    with pytest.raises(refusals.ConsentMissing):
        await ask(connection, outsider, ride, road)


async def test_one_asks_once(connection: Connection, resident: Person, ride: Ride, road: Road) -> None:
    seat = await ask(connection, resident, ride, road)
    with pytest.raises(refusals.AlreadyAsked) as refused:
        await ask(connection, resident, ride, road, "Bedorf")
    assert refused.value.way_on == f"/rides/seats/{seat.id}"


async def test_the_rider_cancels(
    connection: Connection, resident: Person, driver: Person, instant_ride: Ride, road: Road
) -> None:
    seat = await ask(connection, resident, instant_ride, road)
    cancelled = await cancel_seat(connection, resident, seat.id, seat.version)
    assert (cancelled.status, cancelled.ended_by) == ("cancelled", resident.id)
    assert await mails_to(connection, driver) == ["rider", "cancellation_by_rider"]
    assert await mails_to(connection, resident) == ["acceptance", "cancellation"]
    assert await reminders_to(connection, resident) == await reminders_to(connection, driver) == 0
    assert await cancel_seat(connection, resident, seat.id) == cancelled  # once more changes nothing
    assert len(await mails_to(connection, driver)) == 2


async def test_the_driver_cancels(
    connection: Connection, resident: Person, driver: Person, instant_ride: Ride, road: Road
) -> None:
    seat = await ask(connection, resident, instant_ride, road)
    await cancel_seat(connection, driver, seat.id, seat.version, message="Das Auto ist kaputt.")
    assert await mails_to(connection, resident) == ["acceptance", "cancellation_by_driver"]
    assert await reminders_to(connection, resident) == await reminders_to(connection, driver) == 0
    context = await connection.fetchval("SELECT context FROM outbox WHERE template LIKE '%cancellation_by_driver'")
    assert context["message"] == "Das Auto ist kaputt."
    assert context["search_path"] == f"/rides/search?from=Adorf&to=Dedorf&day={tomorrow()}"


async def test_strangers_cancel_nothing(
    connection: Connection, resident: Person, outsider: Person, instant_ride: Ride, road: Road
) -> None:
    seat = await ask(connection, resident, instant_ride, road)
    with pytest.raises(NotFound):
        await cancel_seat(connection, outsider, seat.id)


async def test_what_has_begun_is_not_cancelled(
    connection: Connection, resident: Person, instant_ride: Ride, road: Road
) -> None:
    seat = await ask(connection, resident, instant_ride, road)
    await connection.execute("UPDATE seat_request SET period = tstzrange(now() - interval '1 minute', upper(period))")
    with pytest.raises(refusals.SeatOver):
        await cancel_seat(connection, resident, seat.id)


async def there_and_back(
    connection: Connection, rider: Person, driver: Person, road: Road, **terms: Any
) -> tuple[Ride, Ride, list[Any]]:
    there = await make_ride(connection, driver, road, "Adorf", "Dedorf", instant=True, **terms)
    back = await make_ride(connection, driver, road, "Dedorf", "Adorf", instant=True, minutes=17 * 60, **terms)
    here, yonder = road.places.named("Adorf"), road.places.named("Dedorf")
    seats = await request_seats(
        connection,
        rider,
        [
            SeatWish(ride_id=there.id, day=tomorrow(), start=here, destination=yonder),
            SeatWish(ride_id=back.id, day=tomorrow(), start=yonder, destination=here),
        ],
    )
    return there, back, seats


async def test_there_and_back_are_asked_for_together_or_not_at_all(
    connection: Connection, resident: Person, outsider: Person, driver: Person, road: Road
) -> None:
    there, back, seats = await there_and_back(connection, resident, driver, road, seats=2)
    assert seats[0].asked_with == seats[1].asked_with
    here, yonder = road.places.named("Adorf"), road.places.named("Dedorf")
    wish = SeatWish(ride_id=there.id, day=tomorrow(), start=here, destination=yonder)
    late = SeatWish(ride_id=back.id, day=tomorrow() + timedelta(days=3), start=yonder, destination=here)
    with pytest.raises(refusals.OneOfSeveralRefused) as refused:
        async with connection.transaction():
            await request_seats(connection, outsider, [wish, late])
    assert (refused.value.code, refused.value.status) == (refusals.DoesNotRun.code, refusals.DoesNotRun.status)
    assert refused.value.more == {"ride_id": back.id, "day": f"{late.day}"}
    assert await connection.fetchval("SELECT count(*) FROM seat_request WHERE rider_id = $1", outsider.id) == 0


async def test_the_return_trip_is_watched(connection: Connection, resident: Person, driver: Person, road: Road) -> None:
    _there, _back, seats = await there_and_back(connection, resident, driver, road)
    await cancel_seat(connection, driver, seats[1].id)
    context = await connection.fetchval("SELECT context FROM outbox WHERE template LIKE '%cancellation_by_driver'")
    assert [one["path"] for one in context["standing"]] == [f"/rides/seats/{seats[0].id}"]


async def test_all_that_was_asked_for_together_is_cancelled_at_once(
    connection: Connection, resident: Person, driver: Person, road: Road
) -> None:
    _there, _back, seats = await there_and_back(connection, resident, driver, road)
    await cancel_seat(connection, resident, seats[0].id, scope="all")
    assert {(await seat_by_id(connection, seat.id)).status for seat in seats} == {"cancelled"}
    contexts = await connection.fetch("SELECT context FROM outbox WHERE template LIKE '%/cancellation'")
    assert [row["context"]["standing"] for row in contexts] == [[], []]


async def test_a_riders_coming_seats_are_those_that_stand_and_are_not_over(
    connection: Connection, resident: Person, outsider: Person, driver: Person, road: Road
) -> None:
    daily: dict[str, Any] = {"days": Days(tomorrow()), "departs": (420,) * 7, "seats": 8}
    asked = await make_ride(connection, driver, road, "Adorf", "Dedorf", **daily)
    given = await make_ride(connection, driver, road, "Adorf", "Dedorf", instant=True, **daily)
    days = [tomorrow() + timedelta(days=number) for number in range(4)]
    late = await ask(connection, resident, given, road, day=days[3])
    waiting = await ask(connection, resident, asked, road, day=days[1])
    under_way = await ask(connection, resident, given, road, day=days[0])
    over = await ask(connection, resident, given, road, day=days[1])
    cancelled = await ask(connection, resident, given, road, day=days[2])
    await cancel_seat(connection, resident, cancelled.id)
    declined = await ask(connection, resident, asked, road, day=days[2])
    await decline(connection, driver, declined.id, None, "")
    await ask(connection, outsider, given, road, day=days[0])
    move = "UPDATE seat_request SET period = tstzrange(now() - interval '2 hours', now() + $2) WHERE id = $1"
    await connection.execute(move, under_way.id, timedelta(minutes=5))
    await connection.execute(move, over.id, timedelta(minutes=-5))
    coming = await coming_seats(connection, resident)
    assert [(seat.id, seat.status) for seat in coming] == [
        (under_way.id, "accepted"),
        (waiting.id, "requested"),
        (late.id, "accepted"),
    ]
    assert await coming_seats(connection, driver) == []


async def test_a_request_runs_out(
    connection: Connection, resident: Person, driver: Person, ride: Ride, road: Road
) -> None:
    seat = await ask(connection, resident, ride, road)
    pool: Any = OneConnection(connection)
    assert await expire_seat_requests(pool) == 0
    await connection.execute("UPDATE seat_request SET until_at = now() - interval '1 second'")
    with pytest.raises(refusals.AlreadyAnswered):
        await accept(connection, driver, seat.id, None)
    assert await expire_seat_requests(pool) == 1
    assert (await seat_by_id(connection, seat.id)).status == "expired"
    assert await mails_to(connection, resident) == ["expiry"]
    assert await expire_seat_requests(pool) == 0


async def test_other_dates_of_a_recurring_ride_stay(
    connection: Connection, resident: Person, driver: Person, road: Road
) -> None:
    daily = weekly(dict.fromkeys(range(1, 8), 420))
    offer = plan(road, "Adorf", "Dedorf", days=Days(tomorrow()), departs=daily, instant=True)
    ride = await offer_ride(connection, driver, offer)
    seats = [await ask(connection, resident, ride, road, day=tomorrow() + timedelta(days=n)) for n in range(3)]
    await cancel_seat(connection, resident, seats[1].id)
    assert [(await seat_by_id(connection, seat.id)).status for seat in seats] == ["accepted", "cancelled", "accepted"]
