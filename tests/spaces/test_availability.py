"""What is free for a whole period, where; and the next period in which something is."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.period import Period
from landbooking.spaces.availability import SPACES_AT_ONCE, free_resources, search_spaces
from landbooking.spaces.opening_hours import Closure, Interval, OpeningRules
from landbooking.spaces.schedules import Schedule, next_free, schedules_of
from landbooking.spaces.space import space_by_id
from support.spaces import day_after, make_booking, make_desk, make_space, open_daily, period_on

DAY = day_after(5)
MORNING = period_on(DAY)
NOW = datetime.now(UTC)
KUSEL = (49.5383, 7.4037)
LAUTERECKEN = (49.6497, 7.5925)


@pytest.fixture
async def near(connection: Connection) -> tuple[int, int]:
    """Two desks in Kusel."""
    space_id = await make_space(connection)
    await open_daily(connection, space_id)
    return await make_desk(connection, space_id, "Tisch 1"), await make_desk(connection, space_id, "Tisch 2")


@pytest.fixture
async def far(connection: Connection) -> int:
    """A desk in Lauterecken, 18 km away."""
    space_id = await make_space(connection, name="Dorfbüro", lat=LAUTERECKEN[0], lon=LAUTERECKEN[1])
    await open_daily(connection, space_id)
    return await make_desk(connection, space_id)


async def free(connection: Connection, period: Period = MORNING, radius_km: float = 50.0) -> list[int]:
    found = await free_resources(connection, period, "desk", KUSEL, radius_km, None, 50)
    return [resource.id for resource in found]


async def test_nearest_first_and_within_the_radius(connection: Connection, near: tuple[int, int], far: int) -> None:
    assert await free(connection) == [*near, far]
    assert await free(connection, radius_km=10) == [*near]
    found = await free_resources(connection, MORNING, "desk", KUSEL, 50.0, None, 50)
    assert [round(resource.distance_km or 0) for resource in found] == [0, 0, 18]


@pytest.mark.parametrize(
    ("start", "end", "is_taken"),
    [(-3, 0, False), (-3, 1, True), (-3, 9, True), (0, 3, True), (1, 2, True), (2, 9, True), (3, 4, False)],
)
async def test_a_schedule_has_whatever_reaches_into_the_period(
    connection: Connection, resident: Person, near: tuple[int, int], start: int, end: int, is_taken: bool
) -> None:
    """Hours after the beginning of the asked period, which is three long; the next booking goes on beyond."""
    hour = timedelta(hours=1)
    begin = MORNING.start
    booked = Period(begin + start * hour, begin + end * hour)
    await make_booking(connection, resident, near[0], booked)
    await make_booking(connection, resident, near[0], Period(begin + 9 * hour, begin + 99 * hour))
    await make_booking(connection, resident, near[1], Period(begin + 9 * hour, begin + 99 * hour))
    space = await space_by_id(
        connection, await connection.fetchval("SELECT space_id FROM resource WHERE id = $1", near[0])
    )
    first, second = (await schedules_of(connection, [space], Period(begin, begin + 3 * hour)))[space.id]
    assert (first.resource_id, first.taken) == (near[0], [booked] if is_taken else [])
    assert (second.resource_id, second.taken) == (near[1], [])


async def test_pages_go_on_where_the_last_one_ended(connection: Connection, near: tuple[int, int], far: int) -> None:
    seen: list[int] = []
    after = None
    for _ in range(3):
        [resource] = await free_resources(connection, MORNING, "desk", KUSEL, 50.0, after, 1)
        after = (resource.distance_km or 0.0, resource.id)
        seen.append(resource.id)
    assert seen == [*near, far]
    assert await free_resources(connection, MORNING, "desk", KUSEL, 50.0, after, 1) == []


@pytest.mark.parametrize("point", [KUSEL, None])
async def test_pages_go_on_through_many_spaces_some_equally_far(
    connection: Connection, resident: Person, point: tuple[float, float] | None
) -> None:
    """More than are looked at in one go; in the nearest ones nothing is free."""
    expected = []
    for number in range(4 * SPACES_AT_ONCE):
        lat = KUSEL[0] + number // 3 * 0.001
        space_id = await make_space(connection, name=f"Raum {number}", lat=lat, lon=KUSEL[1])
        await open_daily(connection, space_id)
        desks = [await make_desk(connection, space_id, f"Tisch {each}") for each in (1, 2)]
        if number < SPACES_AT_ONCE + 5:
            await make_booking(connection, resident, desks.pop(0), MORNING)
        if number < SPACES_AT_ONCE:
            await make_booking(connection, resident, desks.pop(), MORNING)
        expected += desks
    found: list[int] = []
    after = None
    while page := await free_resources(connection, MORNING, "desk", point, 50.0, after, 7):
        found += [resource.id for resource in page]
        after = (page[-1].distance_km or 0.0, page[-1].id)
    assert found == expected


async def test_free_means_for_the_whole_period(connection: Connection, near: tuple[int, int], resident: Person) -> None:
    await make_booking(connection, resident, near[0], period_on(DAY, "11:00", "13:00"))
    assert await free(connection) == [near[1]]
    assert await free(connection, period_on(DAY, "09:00", "11:00")) == [*near]
    assert await free(connection, period_on(DAY, "13:00", "14:00")) == [*near]
    await connection.execute("UPDATE booking SET status = 'cancelled', cancelled_at = now()")
    assert await free(connection) == [*near]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE space SET published = false",
        "UPDATE resource SET retired_at = now()",
        "DELETE FROM opening_hours",
        "UPDATE space SET lead_minutes = 20160",
        "UPDATE space SET horizon_days = 1",
        "UPDATE space SET longest_minutes = 60",
        "INSERT INTO closure (space_id, days) SELECT id, daterange(current_date, current_date + 30) FROM space",
    ],
)
async def test_what_the_rules_forbid_is_not_free(connection: Connection, near: tuple[int, int], change: str) -> None:
    await connection.execute(change)
    assert await free(connection) == []


async def test_a_result_counts_what_is_free_or_says_when_something_is(
    connection: Connection, near: tuple[int, int], far: int, resident: Person
) -> None:
    for desk in near:
        await make_booking(connection, resident, desk, period_on(DAY, "10:00", "15:00"))
    kusel, lauterecken = await search_spaces(connection, *KUSEL, 50.0, "desk", MORNING)
    assert (kusel.free, kusel.total, kusel.refusal) == (0, 2, None)
    assert kusel.next_free == period_on(DAY, "15:00", "18:00")
    assert (lauterecken.free, lauterecken.total, lauterecken.next_free) == (1, 1, None)
    at_night = await search_spaces(connection, *KUSEL, 50.0, "desk", period_on(DAY, "20:00", "22:00"))
    assert [result.refusal is not None for result in at_night] == [True, True]
    assert at_night[0].next_free == period_on(DAY + timedelta(days=1), "08:00", "10:00")


def rules(**changes: object) -> OpeningRules:
    base = {"open_on_public_holidays": True, **changes}
    hours = tuple(Interval(day, 480, 1080) for day in range(1, 8))
    return OpeningRules("Europe/Berlin", "RP", hours, **base)  # type: ignore[arg-type]


def desks(rules: OpeningRules, busy: list[list[Period]]) -> list[Schedule]:
    return [Schedule(number, "desk", rules, taken) for number, taken in enumerate(busy)]


def test_the_next_free_period_lies_in_the_first_gap_that_is_long_enough() -> None:
    busy = [[period_on(DAY, "08:00", "11:00"), period_on(DAY, "12:00", "16:00")], [period_on(DAY, "08:00", "17:30")]]
    assert next_free(desks(rules(), busy), period_on(DAY, "08:00", "09:00"), NOW) == period_on(DAY, "11:00", "12:00")
    assert next_free(desks(rules(), busy), period_on(DAY, "08:00", "10:00"), NOW) == period_on(DAY, "16:00", "18:00")
    following = period_on(DAY + timedelta(days=1), "08:00", "11:00")
    assert next_free(desks(rules(), busy), period_on(DAY, "08:00", "11:00"), NOW) == following


def test_it_steps_over_closed_days_and_gives_up_after_two_weeks() -> None:
    closed = rules(closures=(Closure(DAY, DAY + timedelta(days=3)),))
    expected = period_on(DAY + timedelta(days=4), "08:00", "11:00")
    assert next_free(desks(closed, [[]]), MORNING, NOW) == expected
    assert next_free(desks(rules(closures=(Closure(DAY, DAY + timedelta(days=30)),)), [[]]), MORNING, NOW) is None
    assert next_free(desks(rules(), []), MORNING, NOW) is None
    assert next_free(desks(rules(longest_minutes=60), [[]]), MORNING, NOW) is None


def test_it_is_never_in_the_past_nor_before_the_lead_time() -> None:
    now = period_on(DAY, "09:50", "10:00").start
    assert next_free(desks(rules(), [[]]), period_on(DAY, "08:00", "09:00"), now) == period_on(DAY, "10:00", "11:00")
    late = next_free(desks(rules(lead_minutes=60), [[]]), period_on(DAY, "08:00", "09:00"), now)
    assert late == period_on(DAY, "11:00", "12:00")


async def test_the_week_shows_what_is_taken(
    connection: Connection, client: httpx.AsyncClient, near: tuple[int, int], resident: Person
) -> None:
    await make_booking(connection, resident, near[0], MORNING)
    await make_booking(connection, resident, near[1], period_on(DAY, "09:00", "10:00"))
    space_id = await connection.fetchval("SELECT id FROM space")
    week = (await client.get(f"/api/v1/spaces/{space_id}/week?date={DAY}")).json()
    day = next(day for day in week["days"] if day["date"] == str(DAY))
    states = {hour["start"]: (hour["state"], hour["free"]) for hour in day["hours"]}
    assert [states[f"{hour:02}:00"] for hour in (8, 9, 10, 12)] == [
        ("free", 2), ("full", 0), ("partly", 1), ("free", 2),
    ]  # fmt: skip
    assert (day["free_all_day"], day["total"]) == (0, 2)
