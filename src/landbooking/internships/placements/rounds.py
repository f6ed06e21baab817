"""What time does to placements: they begin, they end, or nobody came."""

from landbooking.database import Connection, Pool
from landbooking.internships.placements.placement import Status
from landbooking.internships.placements.refusals import NotPossible
from landbooking.internships.placements.steps import Verb
from landbooking.internships.placements.transitions import move

# Which verbs the worker tries on which state, one after the other; the table's guards say whether it is time.
TRIED: tuple[tuple[Status, tuple[Verb, ...]], ...] = (
    ("confirmed", ("begin",)),
    ("active", ("miss", "finish", "run_out")),
)

# Not before the second day may have been missed, and only what the guards may let pass.
_DUE = """
    SELECT placement.id FROM placement
    JOIN company ON company.id = company_id JOIN district ON district.id = district_id,
         LATERAL (SELECT (now() AT TIME ZONE time_zone)::date AS today) AS here
    WHERE placement.status = $1
      AND (placement.status = 'confirmed' AND lower(days) <= today
           OR placement.status = 'active' AND (upper(days) <= today OR NOT EXISTS (
               SELECT FROM placement_day WHERE placement_id = placement.id AND checked_in_at IS NOT NULL)))
    ORDER BY placement.id LIMIT 500"""


async def move_with_time(pool: Pool) -> int:
    """How many were moved: each in a transaction of its own, so that one that is in use holds up no other."""
    moved = 0
    for status, verbs in TRIED:
        for row in await pool.fetch(_DUE, status):
            async with pool.acquire() as connection:
                moved += await _try(connection, row["id"], verbs)
    return moved


async def _try(connection: Connection, placement_id: int, verbs: tuple[Verb, ...]) -> bool:
    for verb in verbs:
        try:
            async with connection.transaction():
                await move(connection, placement_id, verb, "worker")
        except NotPossible:  # not yet, or somebody was faster
            continue
        return True
    return False
