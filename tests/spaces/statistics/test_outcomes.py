"""What became of bookings and how long before they were made, against a slow and plain second count."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from asyncpg import Range
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from landbooking.database import Connection
from landbooking.disclosure import FEWEST_PERSONS, Counted
from landbooking.spaces.statistics.ground import grounds_of
from landbooking.spaces.statistics.outcomes import LEADS, Outcomes, outcomes_of
from landbooking.spaces.statistics.span import Span
from support.people import make_person
from support.spaces import BERLIN, make_desk, make_space
from support.undone import undone

FIRST, AFTER = date(2025, 3, 1), date(2025, 5, 1)  # with the night in which clocks go forward
EDGES = [datetime(2025, *month_day, tzinfo=BERLIN).astimezone(UTC) for month_day in ((3, 1), (3, 30), (4, 1), (5, 1))]
BECAUSE = [None, "person", "host", "declined", "expired", "no_show"]


class Made(NamedTuple):
    """`person` 0 has no account; `kind`: what sort of row it is."""

    desk: int
    person: int
    start: datetime
    end: datetime
    made: datetime
    status: str
    because: str | None
    kind: str


@st.composite
def bookings(draw: st.DrawFn) -> list[Made]:
    found: list[Made] = []
    for _number in range(draw(st.integers(0, 14))):
        start = draw(st.sampled_from(EDGES)) + timedelta(minutes=15 * draw(st.integers(-40, 40)))
        days = draw(st.sampled_from([0, 1, 2, 6, 7, 8, 27, 28, 29, 60]))
        made = Made(
            desk=draw(st.integers(0, 1)),
            person=draw(st.integers(0, 6)),
            start=start,
            end=start + timedelta(minutes=15 * draw(st.sampled_from([1, 4, 200]))),
            made=start - timedelta(days=days, minutes=15 * draw(st.integers(-8, 8))),
            status=draw(st.sampled_from(["confirmed", "confirmed", "cancelled", "requested"])),
            because=draw(st.sampled_from(BECAUSE)),
            kind=draw(st.sampled_from(["booking", "booking", "booking", "blackout"])),
        )
        active = [one for one in found if one.desk == made.desk and one.status != "cancelled"]
        if made.status == "cancelled" or all(made.end <= one.start or one.end <= made.start for one in active):
            found.append(made)
    return found


def expected(made: list[Made]) -> dict[tuple[str, int, object], tuple[int, set[int]]]:
    """By the table, month and row: how many bookings, and whose."""
    found: dict[tuple[str, int, object], tuple[int, set[int]]] = {}
    for one in made:
        day = one.start.astimezone(BERLIN).date()
        if one.kind == "blackout" or one.because in ("declined", "expired") or not FIRST <= day < AFTER:
            continue
        if one.status == "confirmed":
            ended = "no_show" if one.because == "no_show" else "used"
        elif one.status == "cancelled":
            ended = "called_off" if one.because == "host" else "cancelled"
        else:
            continue
        before = (day - one.made.astimezone(BERLIN).date()).days
        lead = max(least for least in LEADS if least <= max(before, 0))
        for table, row in (("ended", ended), ("leads", lead)):
            number, persons = found.get((table, day.month - FIRST.month, row), (0, set()))
            found[table, day.month - FIRST.month, row] = number + 1, {*persons, one.person}
    return found


async def store(connection: Connection, made: list[Made]) -> tuple[int, list[int]]:
    space_id = await make_space(connection, name=f"Raum {datetime.now(UTC)}")
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    desks = [await make_desk(connection, space_id, f"Tisch {number}", created_at=long_ago) for number in range(2)]
    people = [0] + [(await make_person(connection, f"p{number}@example.org")).id for number in range(1, 7)]
    for one in made:
        period, blackout_id = Range(one.start, one.end), None
        if one.kind == "blackout":
            blackout_id = await connection.fetchval(
                "INSERT INTO blackout (space_id, period) VALUES ($1, $2) RETURNING id", space_id, period
            )
        await connection.execute(
            """INSERT INTO booking (resource_id, period, blocked, person_id, blackout_id, created_at, status,
                                    ended_because, cancelled_at, until_at)
               VALUES ($1, $2, $2, $3, $4, $5, $6, $7, $8, $9)""",
            desks[one.desk],
            period,
            (people[one.person] or None) if blackout_id is None else None,
            blackout_id,
            one.made,
            one.status,
            one.because,
            one.made if one.status == "cancelled" else None,
            one.start if one.status == "requested" else None,
        )
    return space_id, people


def counted(outcomes: Outcomes) -> dict[tuple[str, int, object], Counted]:
    tables: dict[str, Sequence[Mapping[Any, Counted]]] = {"ended": outcomes.ended, "leads": outcomes.leads}
    return {
        (table, month, row): cell
        for table, months in tables.items()
        for month, rows in enumerate(months)
        for row, cell in rows.items()
        if cell.amount
    }


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(made=bookings())
async def test_says_what_a_slow_second_count_says(connection: Connection, made: list[Made]) -> None:
    span = Span(FIRST, AFTER)
    async with undone(connection):
        space_id, people = await store(connection, made)
        grounds = await grounds_of(connection, [space_id], span.period(BERLIN))
        outcomes = (await outcomes_of(connection, grounds, span))[space_id]
    found, wanted = counted(outcomes), expected(made)
    assert {key: cell.amount for key, cell in found.items()} == {key: number for key, (number, _) in wanted.items()}
    for key, (_number, persons) in wanted.items():
        assert len(found[key].persons) == min(len(persons), FEWEST_PERSONS)
        assert found[key].persons <= {people[person] for person in persons}
