"""What became of bookings, how long before their time they were made, and how many people came."""

from collections.abc import Sequence
from typing import Literal, NamedTuple, get_args
from zoneinfo import ZoneInfo

from landbooking.database import Connection
from landbooking.disclosure import Counted, in_fives, together
from landbooking.spaces.statistics.ground import Ground
from landbooking.spaces.statistics.span import Span

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
    zone = ZoneInfo(grounds[0].zone)
    rows = await connection.fetch(
        _ENDED,
        [unit.id for ground in grounds for unit in ground.units],
        [ground.id for ground in grounds for unit in ground.units],
        *span.period(zone),
        zone.key,
        span.first,
        list(LEADS),
    )
    for space_id, month, ended, lead, bookings, persons in rows:
        found[space_id][month][ended, LEADS[lead - 1]] = Counted(bookings, frozenset(persons))
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
        [ground.id for ground in grounds],
        *span.period(ZoneInfo(grounds[0].zone)),
    )
    assert row is not None  # noqa: S101 an aggregate
    return Visitors(in_fives(row["persons"]), in_fives(row["new"]), in_fives(row["persons"] - row["new"]))


# Bookings by resource and time: those that stand by the index `booking_next`, the others by `booking_cancelled`.
_BOOKINGS = """
    listed CROSS JOIN LATERAL (
        SELECT booking.* FROM booking
        WHERE resource_id = listed.unit AND status <> 'cancelled' AND upper(blocked) > $3 AND upper(blocked) <= $4
        UNION ALL
        (SELECT booking.* FROM booking
         WHERE resource_id = listed.unit AND status <> 'cancelled' AND upper(blocked) > $4
         ORDER BY upper(blocked) LIMIT 1)
        UNION ALL
        SELECT booking.* FROM booking
        WHERE resource_id = listed.unit AND status = 'cancelled' AND lower(period) >= $3 AND lower(period) < $4
    ) AS booking
"""
_ENDED = f"""
    WITH listed AS (SELECT * FROM unnest($1::int[], $2::int[]) AS listed (unit, space)),
    counted AS (
        SELECT listed.space,
               (extract(year FROM used_on) * 12 + extract(month FROM used_on)
                - extract(year FROM $6::date) * 12 - extract(month FROM $6::date))::int AS month,
               CASE WHEN booking.status = 'cancelled' THEN
                        CASE WHEN booking.ended_because IS DISTINCT FROM 'host' THEN 'cancelled' ELSE 'called_off' END
                    WHEN booking.ended_because = 'no_show' THEN 'no_show' ELSE 'used' END AS ended,
               width_bucket(greatest(used_on - (booking.created_at AT TIME ZONE $5)::date, 0), $7::int[]) AS lead,
               coalesce(booking.person_id, 0) AS person, count(*) AS bookings
        FROM {_BOOKINGS}
             CROSS JOIN LATERAL (SELECT (lower(booking.period) AT TIME ZONE $5)::date AS used_on) AS used
        WHERE lower(booking.period) >= $3 AND lower(booking.period) < $4
          AND booking.blackout_id IS NULL AND booking.part_of IS NULL AND booking.status IN ('confirmed', 'cancelled')
          AND (booking.ended_because IS NULL OR booking.ended_because NOT IN ('declined', 'expired'))
        GROUP BY 1, 2, 3, 4, 5
    )
    SELECT space, month, ended, lead, sum(bookings)::int, (array_agg(person))[1:5] FROM counted GROUP BY 1, 2, 3, 4
"""  # noqa: S608 our own constant
_VISITORS = f"""
    WITH listed AS (SELECT * FROM unnest($1::int[]) AS listed (unit)),
    came AS (
        SELECT DISTINCT booking.person_id FROM {_BOOKINGS}
        WHERE lower(booking.period) >= $3 AND lower(booking.period) < $4 AND booking.status = 'confirmed'
          AND booking.person_id IS NOT NULL AND booking.part_of IS NULL
          AND booking.ended_because IS DISTINCT FROM 'no_show'
    )
    SELECT count(*)::int AS persons, count(*) FILTER (WHERE NOT EXISTS (
        SELECT FROM booking JOIN resource ON resource.id = booking.resource_id
        WHERE booking.person_id = came.person_id AND booking.status = 'confirmed' AND lower(booking.period) < $3
          AND booking.part_of IS NULL AND booking.ended_because IS DISTINCT FROM 'no_show'
          AND resource.space_id = ANY($2) AND resource.kind <> 'telemedicine'))::int AS new
    FROM came
"""  # noqa: S608 our own constant
