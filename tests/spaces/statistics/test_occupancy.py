"""Occupancy against a slow and plain second reckoning, over random hours, closures, blackouts and bookings."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from asyncpg import Range
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from landbooking.database import Connection
from landbooking.disclosure import FEWEST_PERSONS
from landbooking.spaces.statistics.ground import grounds_of
from landbooking.spaces.statistics.occupancy import Use, WeekdayUse, use_of, weekday_use_of
from landbooking.spaces.statistics.span import Span
from support.occupancy_oracle import BERLIN, Desk, Stretch, Village, tally
from support.people import make_person
from support.spaces import make_desk, make_space
from support.undone import undone

# With both nights in which the clocks change, and a leap day.
MONTHS = [date(2024, 2, 1), date(2024, 3, 1), date(2024, 10, 1), date(2025, 3, 1), date(2025, 10, 1)]


def instants(month: date) -> st.SearchStrategy[datetime]:
    """Quarters of hours around the month; every second one in the night in which clocks change, if it has one."""
    start = datetime(month.year, month.month, 1, tzinfo=UTC) - timedelta(days=1)
    last_sunday = max(day for day in range(24, 32) if _is_sunday(month, day)) if month.month in (3, 10) else 10
    night = datetime(month.year, month.month, last_sunday, tzinfo=UTC) - timedelta(hours=6)
    return st.one_of(
        st.integers(0, 33 * 96).map(lambda number: start + timedelta(minutes=15 * number)),
        st.integers(0, 72).map(lambda number: night + timedelta(minutes=15 * number)),
    )


def _is_sunday(month: date, day: int) -> bool:
    try:
        return month.replace(day=day).isoweekday() == 7
    except ValueError:
        return False


@st.composite
def stretches(draw: st.DrawFn, month: date, longest: int = 200) -> Stretch:
    start = draw(instants(month))
    return Stretch(start, start + timedelta(minutes=15 * draw(st.integers(1, longest))))


@st.composite
def villages(draw: st.DrawFn) -> tuple[date, Village]:
    month = draw(st.sampled_from(MONTHS))
    always = Stretch(datetime(2020, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC))
    changed = draw(instants(month))
    during = [Stretch(always.start, changed), Stretch(changed, always.end)]  # the hours before and after a change
    hours = []
    for stood in during:
        for weekday in draw(st.sets(st.integers(1, 7), min_size=1)):
            opens = draw(st.integers(0, 94))
            hours.append((weekday, opens * 15, draw(st.integers(opens + 1, 96)) * 15, stood))
    closed = []
    for _number in range(draw(st.integers(0, 2))):
        first = month + timedelta(days=draw(st.integers(0, 27)))
        taken_back = draw(st.one_of(st.none(), instants(month)))
        closed.append(
            (first, first + timedelta(days=draw(st.integers(0, 3))), Stretch(always.start, taken_back or always.end))
        )
    desks = []
    for number in range(draw(st.integers(1, 2))):
        held: list[tuple[int, Stretch]] = []
        for one in draw(st.lists(st.tuples(st.integers(0, 6), stretches(month)), max_size=8)):
            if all(one[1].end <= other.start or other.end <= one[1].start for _who, other in held):
                held.append(one)
        bookings = [one for place, one in enumerate(held) if place % 3 or not place]
        blackouts = [one[1] for place, one in enumerate(held) if place % 3 == 0 and place]
        desks.append(Desk(number, bookings, blackouts))
    return month, Village(hours, closed, desks)


async def store(connection: Connection, village: Village) -> tuple[int, dict[int, int]]:
    space_id = await make_space(connection, open_on_public_holidays=True, name=f"Raum {datetime.now(UTC)}")
    now = village.hours[-1][3] if village.hours else None
    for weekday, opens, closes, stood in village.hours:
        if stood == now:
            await connection.execute(
                "INSERT INTO opening_hours (space_id, weekday, opens, closes, since) VALUES ($1, $2, $3, $4, $5)",
                space_id, weekday, opens, closes, stood.start,
            )  # fmt: skip
        else:
            await connection.execute(
                "INSERT INTO former_opening_hours VALUES ($1, $2, $3, $4, true, $5)",
                space_id, weekday, opens, closes, Range(*stood),
            )  # fmt: skip
    for first, last, stood in village.closed:
        days = Range(first, last + timedelta(days=1))
        if stood.end.year == 2030:
            await connection.execute(
                "INSERT INTO closure (space_id, days, since) VALUES ($1, $2, $3)", space_id, days, stood.start
            )
        else:
            await connection.execute("INSERT INTO former_closure VALUES ($1, $2, $3)", space_id, days, Range(*stood))
    people = [0] + [(await make_person(connection, f"p{number}@example.org")).id for number in range(1, 7)]
    names = {}
    for desk in village.desks:
        unit = await make_desk(connection, space_id, f"Tisch {desk.id}", created_at=datetime(2020, 1, 1, tzinfo=UTC))
        names[unit] = desk.id
        for person, booked in desk.bookings:
            await _book(connection, unit, booked, person_id=people[person] or None)
        for blackout in desk.blackouts:
            blackout_id = await connection.fetchval(
                "INSERT INTO blackout (space_id, period) VALUES ($1, $2) RETURNING id", space_id, Range(*blackout)
            )
            await _book(connection, unit, blackout, blackout_id=blackout_id)
    return space_id, names


async def _book(connection: Connection, unit: int, period: Stretch, **whose: Any) -> None:
    await connection.execute(
        """INSERT INTO booking (resource_id, period, blocked, person_id, blackout_id, created_at)
           VALUES ($1, $2, $2, $3, $4, '2020-01-01')""",
        unit, Range(*period), whose.get("person_id"), whose.get("blackout_id"),
    )  # fmt: skip


async def measured(connection: Connection, space_id: int, month: date) -> tuple[Use, WeekdayUse]:
    after = (month + timedelta(days=32)).replace(day=1)
    span = Span(month, after)
    grounds = await grounds_of(connection, [space_id], span.period(BERLIN))
    use = await use_of(connection, grounds, span)
    return use[space_id], (await weekday_use_of(connection, grounds, span))[space_id]


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(drawn=villages())
async def test_says_what_a_slow_second_reckoning_says(connection: Connection, drawn: tuple[date, Village]) -> None:
    month, village = drawn
    async with undone(connection):
        space_id, names = await store(connection, village)
        use, totals = await measured(connection, space_id, month)
    expected = tally(village, month, (month + timedelta(days=32)).replace(day=1))
    got = tally(village, month, month)  # nothing yet
    for slot, seconds in use.open_week[0].items():
        for key in (("weekday", slot[0]), ("hour", slot[1]), ("all", 0)):
            got.bookable[key] += seconds
    for slot, counted in use.week[0].items():
        for key in (("weekday", slot[0]), ("hour", slot[1]), ("all", 0)):
            got.booked[key] += counted.amount
            got.persons.setdefault(key, set()).update(counted.persons)
    for unit, seconds in use.open_units[0].items():
        got.bookable["desk", names[unit]] += seconds
    for unit, counted in use.units[0].items():
        got.booked["desk", names[unit]] += counted.amount
        got.persons.setdefault(("desk", names[unit]), set()).update(counted.persons)
    assert totals.bookable == [expected.bookable["all", 0]]
    by_weekday = {day: one.amount for day, one in totals.booked[0].items()}
    assert by_weekday == {day: expected.booked["weekday", day] for day in by_weekday}
    assert sum(by_weekday.values()) == expected.booked["all", 0]
    for day, one in totals.booked[0].items():
        assert len(one.persons) == min(len(expected.persons["weekday", day]), FEWEST_PERSONS)
    assert +got.bookable == +expected.bookable
    assert +got.booked == +expected.booked
    for key, persons in expected.persons.items():  # any five of them are enough to know
        assert min(len(got.persons[key]), FEWEST_PERSONS) == min(len(persons), FEWEST_PERSONS)


async def test_the_same_five_stand_for_a_cell_in_every_span(connection: Connection) -> None:
    """Which cell is hidden beside another may hang on them: two pages that hide different ones would tell both."""
    space_id = await make_space(connection, open_on_public_holidays=True, name="Raum")
    await connection.execute(
        "INSERT INTO opening_hours (space_id, weekday, opens, closes, since) VALUES ($1, 1, 0, 1440, '2020-01-01')",
        space_id,
    )
    desk = await make_desk(connection, space_id, "Tisch", created_at=datetime(2020, 1, 1, tzinfo=UTC))
    people = [(await make_person(connection, f"p{number}@example.org")).id for number in range(8)]
    for place, person in enumerate(reversed(people)):  # who came last is stored first
        start = datetime(2025, 5, 5, 8, tzinfo=UTC) + timedelta(days=7 * (place % 2), minutes=15 * (place // 2))
        await _book(connection, desk, Stretch(start, start + timedelta(minutes=15)), person_id=person)
    whole = Span(date(2025, 4, 1), date(2025, 7, 1))
    for span in (Span(date(2025, 5, 1), date(2025, 6, 1)), whole):
        grounds = await grounds_of(connection, [space_id], span.period(BERLIN))
        use = (await use_of(connection, grounds, span))[space_id]
        month = span.months.index(date(2025, 5, 1))
        assert use.week[month][1, 10].persons == frozenset(people[:FEWEST_PERSONS])
        assert use.units[month][desk].persons == frozenset(people[:FEWEST_PERSONS])
