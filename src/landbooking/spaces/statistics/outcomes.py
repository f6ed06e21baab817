"""What became of bookings, how long before their time they were made, and how many people came."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Literal, NamedTuple, get_args
from zoneinfo import ZoneInfo

from landbooking.database import Connection
from landbooking.disclosure import Counted, in_fives, together
from landbooking.period import opening_instant
from landbooking.spaces.statistics.ground import Ground
from landbooking.spaces.statistics.span import Span
from landbooking.spaces.statistics.stood import SOME, STOOD

Outcome = Literal["used", "no_show", "cancelled", "called_off"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
# Days between booking and use, at least; each up to the next.
LEADS = (0, 1, 2, 7, 28)


class Outcomes(NamedTuple):
    """Of one space, month by month: the same bookings by what became of them, and by the fewest days of their lead."""

    ended: list[dict[Outcome, Counted]]
    leads: list[dict[int, Counted]]


class Visitors(NamedTuple):
    """Persons with an account who used something, rounded down to fives: 0 stands for fewer than five."""

    persons: int
    new: int
    returning: int


async def outcomes_of(connection: Connection, grounds: Sequence[Ground], span: Span) -> dict[int, Outcomes]:
    """By the number of the space. Requests that nobody agreed to, and offers nobody took, were no bookings."""
    months = range(len(span.months))
    found: dict[int, list[dict[tuple[Outcome, int], Counted]]] = {one.id: [{} for _ in months] for one in grounds}
    if not grounds:
        return {}
    units = {unit.id: place for place, ground in enumerate(grounds) for unit in ground.units}
    first_day, zone = span.first - timedelta(days=LEADS[-1]), ZoneInfo(grounds[0].zone)
    days = [first_day + timedelta(days=number) for number in range((span.after - first_day).days)]
    rows = await connection.fetch(
        _ENDED,
        sorted(units),
        *span.period(zone),
        [units[unit] for unit in sorted(units)],
        [opening_instant(month, 0, zone) for month in span.months],
        [opening_instant(day, 0, zone) for day in days],
        list(LEADS),
    )
    for place, month, ended, lead, bookings, persons in rows:
        found[grounds[place].id][month - 1][OUTCOMES[ended], LEADS[lead - 1]] = Counted(bookings, frozenset(persons))
    return {
        space_id: Outcomes(
            ended=[
                {one: together(c for (e, _l), c in month.items() if e == one) for one in OUTCOMES} for month in joint
            ],
            leads=[
                {one: together(c for (_e, l_), c in month.items() if l_ == one) for one in LEADS} for month in joint
            ],
        )
        for space_id, joint in found.items()
    }


async def visitors_of(connection: Connection, grounds: Sequence[Ground], span: Span) -> Visitors:
    """Of all these spaces together. New is who had used none of them before.

    Guests and erased accounts are in none of the numbers: nobody can say whether they had been there.
    """
    if not grounds:
        return Visitors(0, 0, 0)
    row = await connection.fetchrow(
        _VISITORS,
        [unit.id for ground in grounds for unit in ground.units],
        *span.period(ZoneInfo(grounds[0].zone)),
        [ground.id for ground in grounds],
    )
    assert row is not None  # noqa: S101 an aggregate
    return Visitors(in_fives(row["persons"]), in_fives(row["new"]), in_fives(row["persons"] - row["new"]))


# What stands by the index `booking_next`, what was called off by `booking_cancelled`. Months and days are found in the
# arrays by binary search; the days begin so long before the span that of what was booked earlier nothing matters more.
# The four by which bookings are counted are one number, as in occupancy.py.
_ENDED = f"""
    WITH made AS (
        SELECT coalesce(person_id, 0) AS person, ($4::int[])[width_bucket(resource_id, $1)] AS place,
               lower(period) AS starts_at, created_at,
               CASE WHEN status = 'confirmed' THEN CASE WHEN ended_because = 'no_show' THEN 1 ELSE 0 END
                    WHEN ended_because = 'host' THEN 3 ELSE 2 END AS ended
        FROM ({STOOD}
              UNION ALL
              SELECT * FROM booking
              WHERE resource_id = ANY($1) AND status = 'cancelled' AND lower(period) >= $2 AND lower(period) < $3
             ) AS booking
        WHERE blackout_id IS NULL AND part_of IS NULL
          AND (ended_because IS NULL OR ended_because NOT IN ('declined', 'expired'))
        OFFSET 0
    ), counted AS (
        SELECT person, ((place * 32 + width_bucket(starts_at, $5::timestamptz[])) * 4 + ended) * 8 + width_bucket(
                   greatest(width_bucket(starts_at, $6::timestamptz[])
                            - width_bucket(created_at, $6::timestamptz[]), 0), $7::int[]) AS cell
        FROM made WHERE starts_at >= $2 AND starts_at < $3 OFFSET 0
    ), grouped AS (
        SELECT cell, count(*)::int AS bookings, array_agg(person) AS persons FROM counted GROUP BY cell
    )
    SELECT cell / 1024 AS place, cell / 32 % 32 AS month, cell / 8 % 4 AS ended, cell % 8 AS lead, bookings, {SOME}
    FROM grouped
"""  # noqa: S608 our own constants
_VISITORS = f"""
    WITH came AS (
        SELECT DISTINCT person_id FROM ({STOOD}) AS booking
        WHERE lower(period) >= $2 AND lower(period) < $3 AND person_id IS NOT NULL AND part_of IS NULL
          AND ended_because IS DISTINCT FROM 'no_show'
    )
    SELECT count(*)::int AS persons, count(*) FILTER (WHERE NOT EXISTS (
        SELECT FROM booking JOIN resource ON resource.id = booking.resource_id
        WHERE booking.person_id = came.person_id AND booking.status = 'confirmed' AND lower(booking.period) < $2
          AND booking.part_of IS NULL AND booking.ended_because IS DISTINCT FROM 'no_show'
          AND resource.space_id = ANY($4) AND resource.kind <> 'telemedicine'))::int AS new
    FROM came
"""  # noqa: S608 our own constants
