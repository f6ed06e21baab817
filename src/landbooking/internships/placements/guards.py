"""What must be so before a transition: each raises the refusal that says why not.

All are asked with the locks held, so what they see stands until commit.
"""

from landbooking.database import Connection
from landbooking.internships.applications.refusals import OfAge
from landbooking.internships.placements.judging import check_law, stands_before_work
from landbooking.internships.placements.refusals import NotPossible, SignaturesMissing
from landbooking.internships.placements.signatures import (
    guardian_decides,
    missing,
    only_school,
    signatures_of,
    today_in,
)
from landbooking.internships.placements.steps import Step


async def law_allows(connection: Connection, step: Step) -> None:
    """Raises LawRefuses and PlanUnclear."""
    await check_law(connection, step.before, step.way_on)


async def everybody_has_signed(connection: Connection, step: Step) -> None:
    """The terms as they are now. Raises SignaturesMissing."""
    if missing(step.before, await signatures_of(connection, step.before.id)):
        raise SignaturesMissing(step.way_on)


async def only_the_school_is_missing(connection: Connection, step: Step) -> None:
    """Raises SignaturesMissing, and NotPossible where nothing is."""
    left = missing(step.before, await signatures_of(connection, step.before.id))
    if not left:
        raise NotPossible(step.way_on)
    if not only_school(left):
        raise SignaturesMissing(step.way_on)


async def guardian_still_decides(connection: Connection, step: Step) -> None:
    """Who has come of age ends it alone. Raises OfAge."""
    if step.acted_as == "guardian" and not guardian_decides(step.before):
        raise OfAge


async def first_day_has_come(connection: Connection, step: Step) -> None:
    """Raises NotPossible."""
    if today_in(step.before) < step.before.first:
        raise NotPossible(step.way_on)


async def last_day_is_over(connection: Connection, step: Step) -> None:
    """Raises NotPossible."""
    if today_in(step.before) <= step.before.last:
        raise NotPossible(step.way_on)


async def somebody_came(connection: Connection, step: Step) -> None:
    """Raises NotPossible."""
    if not await _days_with_presence(connection, step):
        raise NotPossible(step.way_on)


async def nobody_came(connection: Connection, step: Step) -> None:
    """Raises NotPossible."""
    if await _days_with_presence(connection, step):
        raise NotPossible(step.way_on)


async def two_days_are_over(connection: Connection, step: Step) -> None:
    """The first two, or the only one. One day is soon missed, by a bus or a fever; a second without a word is an
    answer, and a desk and a mentor wait. Days for which they said so don't count. Raises NotPossible.
    """
    waited = await connection.fetchval(
        """SELECT count(*) FILTER (WHERE day < $2 AND told_absent_at IS NULL) >= least(2, count(*))
           FROM placement_day WHERE placement_id = $1""",
        step.before.id,
        today_in(step.before),
    )
    if not waited:
        raise NotPossible(step.way_on)


async def check_in_was_open(connection: Connection, step: Step) -> None:
    """Whom the company has not instructed could not check in: that is not their absence. Raises NotPossible."""
    if await stands_before_work(connection, step.before.id):
        raise NotPossible(step.way_on)


async def _days_with_presence(connection: Connection, step: Step) -> int:
    count: int = await connection.fetchval(
        "SELECT count(*) FROM placement_day WHERE placement_id = $1 AND checked_in_at IS NOT NULL", step.before.id
    )
    return count
