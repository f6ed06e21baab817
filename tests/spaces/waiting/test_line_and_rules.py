"""Nobody gets what a rule keeps from them, or for longer than it may be held."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.period import Period
from landbooking.spaces.booking import book_resource, cancel_booking
from landbooking.spaces.bookings import Booking
from landbooking.spaces.hosting.resources import add_resource
from landbooking.spaces.opening_hours import OpeningRules, RuleBroken
from landbooking.spaces.waiting.answers import accept_offer, withdraw_wish
from landbooking.spaces.waiting.serving import held_until
from support.hosting import Place
from support.spaces import BERLIN, make_override, period_on
from support.waiting import DAY, MORNING, make_wish, offer_to, states

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


def at(day: date, clock: str) -> datetime:
    return period_on(day, clock, "23:59").start


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
