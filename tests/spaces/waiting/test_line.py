"""Who gets what comes free: the first in line whose whole wish fits, and nobody whom a rule keeps from it."""

from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from landbooking.accounts.person import Person
from landbooking.agenda.erasure import erase_account
from landbooking.database import Connection
from landbooking.errors import NotFound
from landbooking.spaces.booking import book_resource, cancel_booking, move_booking
from landbooking.spaces.bookings import Booking, coming_bookings
from landbooking.spaces.hosting.blackouts import Wish as BlackoutWish
from landbooking.spaces.hosting.blackouts import add_blackout, lift_blackout
from landbooking.spaces.hosting.booking import call_off
from landbooking.spaces.hosting.closures import close_days, reopen_days
from landbooking.spaces.hosting.consequences import Decision, Undecided, mark_of
from landbooking.spaces.hosting.hours import Hours, set_hours
from landbooking.spaces.hosting.resources import add_resource, retire_resource
from landbooking.spaces.opening_hours import Closure, Interval, OpeningRules, RuleBroken
from landbooking.spaces.period import Period
from landbooking.spaces.waiting.answers import OfferGone, accept_offer, expire_offer, withdraw_wish
from landbooking.spaces.waiting.serving import held_until
from landbooking.spaces.waiting.wishes import waiting_at, wish_of
from support.hosting import Place
from support.people import make_person
from support.spaces import BERLIN, day_after, make_desk, make_override, make_space, open_daily, period_on
from support.waiting import let_holds_run_out, make_wish, offer_to, states

DAY = day_after(5)
MORNING = period_on(DAY)


@pytest.fixture
async def booking(connection: Connection, place: Place, outsider: Person) -> Booking:
    """The outsider has the first desk; somebody has the other, all day."""
    somebody = await make_person(connection, "jemand@example.org")
    await book_resource(connection, somebody, place.other_desk, period_on(DAY, "08:00", "18:00"))
    return await book_resource(connection, outsider, place.desk, MORNING)


@pytest.fixture
async def second(connection: Connection) -> Person:
    return await make_person(connection, "anwohner@example.org")


async def mails_to(connection: Connection, person: Person) -> list[str]:
    rows = await connection.fetch(
        "SELECT template FROM outbox WHERE recipient = $1 AND withdrawn_at IS NULL ORDER BY id", person.email
    )
    return [row["template"].rpartition("/")[2] for row in rows]


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
    await close_days(connection, host, space_id, Closure(DAY, DAY, "Kerwe"), Decision())
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


BREAK: list[tuple[str, Any]] = [
    ("audience", {"audience": "members"}),
    ("audience", {"audience": "staff"}),
    ("quota", {"weekly_minutes": 179}),
    ("lead", {"lead_minutes": 20160}),
    ("horizon", {"horizon_days": 1}),
    ("shortest", {"shortest_minutes": 240}),
    ("longest", {"longest_minutes": 120}),
    ("unit", {"unit": "day"}),
]


@pytest.mark.parametrize(("rule", "columns"), BREAK)
async def test_nobody_is_promoted_into_something_that_breaks_a_rule(
    connection: Connection, place: Place, booking: Booking, resident: Person, outsider: Person,
    rule: str, columns: dict[str, Any],
) -> None:  # fmt: skip
    """Neither by the offer nor, where the rule came later, by accepting. A host is above some of them."""
    await make_wish(connection, resident, MORNING, place.space_id)
    override = await make_override(connection, place.space_id, None, place.desk, **columns)
    await cancel_booking(connection, outsider, booking.id)
    assert await states(connection) == ["waiting"]
    await connection.execute("DELETE FROM rule_override WHERE id = $1", override)
    await add_resource(connection, place.space_id, "desk", "Tisch 3", [])
    wish = await connection.fetchval("SELECT id FROM waiting WHERE state = 'offered'")
    await make_override(connection, place.space_id, "desk", **columns)
    with pytest.raises(RuleBroken) as broken:
        await accept_offer(connection, resident, wish)
    assert broken.value.code == f"rule-{rule}"


async def test_held_time_counts_in_the_quota(
    connection: Connection, place: Place, booking: Booking, resident: Person, second: Person, outsider: Person
) -> None:
    await make_override(connection, place.space_id, "desk", weekly_minutes=240)
    afternoon = period_on(DAY, "13:00", "15:00")
    first = await make_wish(connection, resident, MORNING, place.space_id)
    await make_wish(connection, resident, afternoon, place.space_id)
    await make_wish(connection, second, afternoon, place.space_id)
    await cancel_booking(connection, outsider, booking.id)
    assert await states(connection) == ["offered", "waiting", "offered"]
    with pytest.raises(RuleBroken):
        await book_resource(connection, resident, place.desk, period_on(DAY, "15:00", "17:00"))
    await withdraw_wish(connection, resident, first)
    await book_resource(connection, resident, place.desk, period_on(DAY, "15:00", "17:00"))


async def test_buffers_are_kept(
    connection: Connection, place: Place, booking: Booking, resident: Person, outsider: Person
) -> None:
    await make_override(connection, place.space_id, "desk", buffer_before_minutes=15, buffer_after_minutes=15)
    await make_wish(connection, resident, period_on(DAY, "11:00", "12:00"), place.space_id)
    await make_wish(connection, resident, period_on(DAY, "09:00", "11:00"), place.space_id)
    await make_wish(connection, resident, period_on(DAY, "09:00", "10:30"), place.space_id)
    await cancel_booking(connection, outsider, booking.id)
    assert await states(connection) == ["offered", "waiting", "offered"]


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


def at(day: date, clock: str) -> datetime:
    return period_on(day, clock, "23:59").start


@pytest.mark.parametrize(
    ("now", "start", "lead", "until"),
    [
        (at(DAY, "12:00"), at(DAY, "18:00"), 0, at(DAY, "12:30")),
        (at(DAY, "19:59"), at(DAY + timedelta(days=1), "18:00"), 0, at(DAY, "20:29")),
        (at(DAY, "20:00"), at(DAY + timedelta(days=1), "18:00"), 0, at(DAY + timedelta(days=1), "08:00")),
        (at(DAY, "03:00"), at(DAY, "18:00"), 0, at(DAY, "08:00")),
        (at(DAY, "07:50"), at(DAY, "18:00"), 0, at(DAY, "08:20")),
        (at(DAY, "03:00"), at(DAY, "08:00"), 0, at(DAY, "03:30")),  # nobody else could use it if it were held to 8:00
        (at(DAY, "12:00"), at(DAY, "12:15"), 0, at(DAY, "12:15")),
        (at(DAY, "12:00"), at(DAY, "13:15"), 60, at(DAY, "12:15")),
        # The night in which the clock goes back.
        (at(date(2026, 10, 24), "23:00"), at(date(2026, 10, 25), "18:00"), 0, at(date(2026, 10, 25), "08:00")),
    ],
)
def test_how_long_it_is_held(now: datetime, start: datetime, lead: int, until: datetime) -> None:
    rules = OpeningRules(BERLIN.key, "RP", (), lead_minutes=lead)
    assert held_until(rules, Period(start, start + timedelta(hours=1)), now) == until


@pytest.mark.parametrize(
    ("now", "minutes", "until"),
    [("12:00", 120, "14:00"), ("12:00", 10, "12:10"), ("06:00", 10, "08:00"), ("06:00", 240, "10:00")],
)
def test_hosts_set_how_long_it_is_held_by_day(now: str, minutes: int, until: str) -> None:
    rules = OpeningRules(BERLIN.key, "RP", (), hold_minutes=minutes)
    assert held_until(rules, Period(at(DAY, "18:00"), at(DAY, "19:00")), at(DAY, now)) == at(DAY, until)


async def test_what_a_kind_has_otherwise_counts_for_its_holds(
    connection: Connection, place: Place, booking: Booking, resident: Person, outsider: Person
) -> None:
    await connection.execute("UPDATE space SET hold_minutes = 1440")
    await make_override(connection, place.space_id, "desk", hold_minutes=1000)
    wish = await make_wish(connection, resident, MORNING, place.space_id)
    await cancel_booking(connection, outsider, booking.id)
    held = await offer_to(connection, resident, wish)
    assert held
    assert held.until_at
    assert timedelta(minutes=999) < held.until_at - datetime.now(BERLIN) <= timedelta(minutes=1000)


async def test_a_host_sees_how_many_wait(
    connection: Connection, place: Place, booking: Booking, resident: Person
) -> None:
    await make_wish(connection, resident, MORNING, place.space_id)
    await make_wish(connection, resident, MORNING, near=(49.54, 7.41))
    await make_wish(connection, resident, MORNING, near=(49.54, 7.41), kind="vehicle")
    assert await waiting_at(connection, place.space_id, MORNING) == [MORNING, MORNING]
