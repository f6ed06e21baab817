"""Rules that a kind or a resource has of its own, and rules about the person."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.period import Period
from landbooking.spaces.availability import free_resources, search_spaces
from landbooking.spaces.booking import book_resource, cancel_booking, move_booking
from landbooking.spaces.booking_rules import check_period
from landbooking.spaces.opening_hours import Interval, OpeningRules, RuleBroken, day_parts, spoken_distance
from landbooking.spaces.overrides import Override, effective_rules
from landbooking.spaces.refusals import DeskTaken, TooLateToChange
from landbooking.spaces.schedules import schedules_of
from landbooking.spaces.space import space_by_id
from support.people import make_person
from support.spaces import day_after, make_desk, make_host, make_override, make_space, open_daily, period_on

DAY = day_after(5)
MONDAY = DAY + timedelta(days=7 - DAY.weekday())
KUSEL = (49.5383, 7.4037)
NOW = datetime.now(UTC)


@pytest.fixture
async def space_id(connection: Connection) -> int:
    space_id = await make_space(connection, lat=KUSEL[0], lon=KUSEL[1])
    await open_daily(connection, space_id)
    return space_id


def rules(*hours: tuple[int, int], **changes: Any) -> OpeningRules:
    intervals = tuple(Interval(day, *interval) for day in range(1, 8) for interval in hours)
    return OpeningRules("Europe/Berlin", "RP", intervals, open_on_public_holidays=True, **changes)


def test_a_resource_inherits_from_its_kind_and_the_kind_from_the_space() -> None:
    space = rules((480, 1080), shortest_minutes=30, lead_minutes=60)
    overrides = (
        Override(kind="meeting_room", shortest_minutes=60, approval=True),
        Override(resource_id=7, shortest_minutes=15, lead_minutes=0),
    )
    desk = effective_rules(space, overrides, "desk", 1)
    room = effective_rules(space, overrides, "meeting_room", 2)
    own = effective_rules(space, overrides, "meeting_room", 7)
    assert (desk.shortest_minutes, desk.lead_minutes, desk.approval) == (30, 60, False)
    assert (room.shortest_minutes, room.lead_minutes, room.approval) == (60, 60, True)
    assert (own.shortest_minutes, own.lead_minutes, own.approval) == (15, 0, True)
    assert own.intervals == space.intervals


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        ([(480, 1080)], {"day": ("08:00", "18:00"), "morning": ("08:00", "13:00"), "afternoon": ("13:00", "18:00")}),
        (
            [(480, 720), (780, 1020)],
            {"day": ("08:00", "17:00"), "morning": ("08:00", "12:00"), "afternoon": ("13:00", "17:00")},
        ),
        ([(540, 600)], {"day": ("09:00", "10:00"), "afternoon": ("09:00", "10:00")}),
    ],
)
def test_a_day_has_halves(hours: list[tuple[int, int]], expected: dict[str, tuple[str, str]]) -> None:
    parts = day_parts(rules(*hours, unit="half_day"), DAY)
    assert parts == {name: period_on(DAY, *clocks) for name, clocks in expected.items()}
    assert list(day_parts(rules(*hours, unit="day"), DAY)) == ["day"]
    assert day_parts(rules(unit="day"), DAY) == {}


def test_whole_days_span_the_break_and_nothing_else_is_booked() -> None:
    by_day = rules((480, 720), (780, 1020), unit="day", longest_minutes=60)
    check_period(by_day, period_on(DAY, "08:00", "17:00"), NOW)
    for start, end in (("08:00", "12:00"), ("08:15", "17:00"), ("13:00", "17:00")):
        with pytest.raises(RuleBroken) as broken:
            check_period(by_day, period_on(DAY, start, end), NOW)
        assert broken.value.code == "rule-unit"
        assert "08:00–17:00" in broken.value.message


@pytest.mark.parametrize("step", [30, 60])
def test_a_longer_step_is_kept(step: int) -> None:
    stepped = rules((480, 1080), step_minutes=step)
    check_period(stepped, period_on(DAY, "09:00", "10:00"), NOW)
    with pytest.raises(RuleBroken) as broken:
        check_period(stepped, period_on(DAY, "09:15", "10:15"), NOW)
    assert broken.value.code == "rule-step"


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        (30, "30 Minuten"),
        (90, "1 Stunde 30 Minuten"),
        (1440, "24 Stunden"),
        (2880, "2 Tage"),
        (3600, "2 Tage 12 Stunden"),
        (10080, "7 Tage"),
    ],
)
def test_what_is_far_off_is_said_in_days(minutes: int, said: str) -> None:
    assert spoken_distance(minutes) == said
    with pytest.raises(RuleBroken) as broken:
        check_period(rules((480, 1080), lead_minutes=minutes), period_on(DAY, "09:00", "10:00"), period_on(DAY).start)
    assert said in broken.value.message


async def test_buffers_are_kept_free_on_both_sides(connection: Connection, space_id: int, resident: Person) -> None:
    room = await make_desk(connection, space_id, "Raum 1", kind="meeting_room")
    await make_override(connection, space_id, "meeting_room", buffer_before_minutes=15, buffer_after_minutes=30)
    await book_resource(connection, resident, room, period_on(DAY, "10:00", "11:00"))
    for start, end in (("11:00", "12:00"), ("11:30", "12:00"), ("09:00", "09:30")):
        with pytest.raises(DeskTaken):
            await book_resource(connection, resident, room, period_on(DAY, start, end))
        assert await _free(connection, "meeting_room", period_on(DAY, start, end)) == set()
    for start, end in (("11:45", "12:30"), ("08:15", "09:15")):
        assert await _free(connection, "meeting_room", period_on(DAY, start, end)) == {room}
        await book_resource(connection, resident, room, period_on(DAY, start, end))


async def test_what_is_shown_as_free_regards_the_buffers(
    connection: Connection, space_id: int, resident: Person
) -> None:
    room = await make_desk(connection, space_id, "Raum 1", kind="meeting_room")
    await make_override(connection, space_id, None, room, buffer_before_minutes=15, buffer_after_minutes=30)
    await book_resource(connection, resident, room, period_on(DAY, "10:00", "11:00"))
    [schedule] = (await _schedules(connection, space_id))[space_id]
    assert not schedule.has_free(period_on(DAY, "11:30", "12:00"))
    assert schedule.has_free(period_on(DAY, "11:45", "12:00"))
    assert not schedule.has_free(period_on(DAY, "09:00", "09:30"))
    assert schedule.has_free(period_on(DAY, "09:00", "09:15"))


async def test_a_search_is_for_one_kind(connection: Connection, space_id: int, resident: Person) -> None:
    await make_desk(connection, space_id)
    room = await make_desk(connection, space_id, "Raum 1", kind="meeting_room")
    wish = period_on(DAY)
    [found] = await search_spaces(connection, *KUSEL, 5.0, "meeting_room", wish)
    assert (found.free, found.total) == (1, 1)
    await book_resource(connection, resident, room, wish)
    [found] = await search_spaces(connection, *KUSEL, 5.0, "meeting_room", wish)
    assert (found.free, found.total, found.next_free) == (0, 1, period_on(DAY, "12:00", "15:00"))
    assert await search_spaces(connection, *KUSEL, 5.0, "vehicle", wish) == []


async def test_a_search_by_the_hour_is_told_of_whole_days(connection: Connection, space_id: int) -> None:
    await make_desk(connection, space_id)
    await make_override(connection, space_id, "desk", unit="day")
    [found] = await search_spaces(connection, *KUSEL, 5.0, "desk", period_on(DAY))
    assert found.free == 0
    assert found.refusal == "Hier bucht man ganze Tage: 08:00–18:00."
    assert found.next_free == period_on(DAY, "08:00", "18:00")


@pytest.mark.parametrize(("audience", "member"), [("members", True), ("members", False), ("staff", True)])
async def test_some_resources_are_for_some(
    connection: Connection, space_id: int, resident: Person, outsider: Person, audience: str, member: bool
) -> None:
    desk = await make_desk(connection, space_id)
    await make_override(connection, space_id, None, desk, audience=audience)
    if member:
        await connection.execute("INSERT INTO space_member VALUES ($1, $2)", space_id, resident.id)
    host = await make_host(connection, outsider, space_id)
    await book_resource(connection, host, desk, period_on(DAY, "15:00", "16:00"))
    if member and audience == "members":
        await book_resource(connection, resident, desk, period_on(DAY))
    else:
        with pytest.raises(RuleBroken) as broken:
            await book_resource(connection, resident, desk, period_on(DAY))
        assert broken.value.code == "rule-audience"


async def test_nobody_has_more_than_the_quota_in_a_week(
    connection: Connection, space_id: int, resident: Person
) -> None:
    desk = await make_desk(connection, space_id)
    room = await make_desk(connection, space_id, "Raum 1", kind="meeting_room")
    await make_override(connection, space_id, "desk", weekly_minutes=300)
    sunday = MONDAY + timedelta(days=6)
    await book_resource(connection, resident, desk, period_on(MONDAY, "09:00", "12:00"))
    with pytest.raises(RuleBroken) as broken:
        await book_resource(connection, resident, desk, period_on(sunday, "09:00", "12:00"))
    assert broken.value.code == "rule-quota"
    assert "2 Stunden" in broken.value.message
    kept = await book_resource(connection, resident, desk, period_on(sunday, "09:00", "11:00"))
    await book_resource(connection, resident, room, period_on(MONDAY, "09:00", "18:00"))  # another kind
    await book_resource(connection, resident, desk, period_on(MONDAY + timedelta(days=7), "09:00", "14:00"))
    # What is moved gives up its own time first.
    await move_booking(connection, resident, kept.id, None, None, period_on(sunday, "10:00", "12:00"))
    await cancel_booking(connection, resident, kept.id)
    await book_resource(connection, resident, desk, period_on(sunday, "14:00", "16:00"))


async def test_late_cancellations_are_for_hosts(connection: Connection, space_id: int) -> None:
    person = await make_person(connection, "spaet@example.org")
    desk = await make_desk(connection, space_id)
    booking = await book_resource(connection, person, desk, period_on(DAY))
    await make_override(connection, space_id, "desk", cancel_minutes=7 * 24 * 60)
    with pytest.raises(TooLateToChange) as late:
        await cancel_booking(connection, person, booking.id)
    assert "7 Tage" in late.value.message
    with pytest.raises(TooLateToChange):
        await move_booking(connection, person, booking.id, None, None, period_on(DAY, "13:00", "14:00"))


async def _free(connection: Connection, kind: Any, period: Period) -> set[int]:
    return {resource.id for resource in await free_resources(connection, period, kind, None, 50.0, None, 50)}


async def _schedules(connection: Connection, space_id: int) -> Any:
    space = await space_by_id(connection, space_id)
    return await schedules_of(connection, [space], _day(DAY))


def _day(day: date) -> Period:
    midnight = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo("Europe/Berlin"))
    return Period(midnight, midnight + timedelta(days=1))
