"""What must be so before a transition: each raises the refusal that says why not.

All are asked with the locks held, so what they see stands until commit.
"""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from landbooking.database import Connection
from landbooking.errors import NotFound
from landbooking.internships.applications.ages import OF_AGE, YOUTH
from landbooking.internships.applications.guardian import guardian_agrees
from landbooking.internships.applications.refusals import GuardianMissing, NoPlaceLeft, NotOpen, NotPossible, OfAge
from landbooking.internships.applications.steps import Step
from landbooking.internships.postings.posting import CALLED_OFF, OPEN, TABLES


async def posting_is_open(connection: Connection, step: Step) -> None:
    """By the database's clock, once the locks are held. Raises NotOpen."""
    is_open = await connection.fetchval(
        f"SELECT {OPEN} FROM {TABLES} WHERE posting.id = $1",  # noqa: S608 our own constants
        step.before.posting_id,
    )
    if not is_open:
        raise NotOpen(step.before.posting_id)


async def guardian_agrees_for_the_young(connection: Connection, step: Step) -> None:
    """Raises GuardianMissing where the applicant is under 16 today and nobody has agreed."""
    if step.before.age_on(_today(step)) < YOUTH and not await _agrees(connection, step):
        raise GuardianMissing(for_company=True)


async def guardian_agrees_for_minors(connection: Connection, step: Step) -> None:
    """Who is under age today can't bind themselves alone (BGB §§ 106 ff.). Of age today is of age on every later day.

    Raises GuardianMissing.
    """
    if step.before.age_on(_today(step)) < OF_AGE and not await _agrees(connection, step):
        raise GuardianMissing(for_company=False)


async def guardian_still_decides(connection: Connection, step: Step) -> None:
    """Who has come of age takes it back alone. Raises OfAge."""
    if step.acted_as == "guardian" and step.before.age_on(_today(step)) >= OF_AGE:
        raise OfAge


async def posting_was_not_called_off(connection: Connection, step: Step) -> None:
    """A company offers no place in what it has taken back, or staff have taken down. Raises NotPossible."""
    row = await connection.fetchrow("SELECT status, closed_because FROM posting WHERE id = $1", step.before.posting_id)
    if row is None:
        raise NotFound
    if row["closed_because"] in CALLED_OFF or row["status"] in ("draft", "in_review", "archived"):
        raise NotPossible(step.way_on)


async def a_place_remains(connection: Connection, step: Step) -> None:
    """Raises NoPlaceLeft."""
    if not await connection.fetchval("SELECT taken < places FROM posting WHERE id = $1", step.before.posting_id):
        raise NoPlaceLeft


async def said_no_lately(connection: Connection, step: Step) -> None:
    """A company takes back its own no only, and only for 48 hours. Raises NotPossible."""
    lately = await connection.fetchval(
        """SELECT declined_by = 'company' AND person_id IS NOT NULL
                  AND ended_at > clock_timestamp() - interval '48 hours'
           FROM application WHERE id = $1""",
        step.before.id,
    )
    if not lately:
        raise NotPossible(step.way_on)


async def nothing_was_sent_since(connection: Connection, step: Step) -> None:
    """Who was turned down may have applied anew; one application a posting stands. Raises NotPossible."""
    stands = await connection.fetchval(
        """SELECT EXISTS (SELECT FROM application
                          WHERE posting_id = $1 AND person_id = $2 AND id <> $3
                            AND status IN ('draft', 'submitted', 'shortlisted', 'interview', 'offered', 'accepted'))""",
        step.before.posting_id,
        step.before.person_id,
        step.before.id,
    )
    if stands:
        raise NotPossible(step.way_on)


async def silence_is_over(connection: Connection, step: Step) -> None:
    """Nobody has answered for 14 days. Raises NotPossible, which the worker takes as: somebody was faster."""
    due = await connection.fetchval(
        """SELECT coalesce(offer_until_at, silent_since + interval '14 days') <= clock_timestamp()
           FROM application WHERE id = $1""",
        step.before.id,
    )
    if not due:
        raise NotPossible(step.way_on)


async def offer_still_stands(connection: Connection, step: Step) -> None:
    """What has run out is not accepted any more, even before the worker has come by. Raises NotPossible."""
    stands = await connection.fetchval(
        "SELECT offer_until_at > clock_timestamp() FROM application WHERE id = $1", step.before.id
    )
    if not stands:
        raise NotPossible(step.way_on)


async def placement_is_cancelled(connection: Connection, step: Step) -> None:
    """What was accepted ends with its placement, and not before. Raises NotPossible."""
    status = await connection.fetchval("SELECT status FROM placement WHERE application_id = $1", step.before.id)
    if status != "cancelled":
        raise NotPossible(step.way_on)


async def _agrees(connection: Connection, step: Step) -> bool:
    return step.before.person_id is not None and await guardian_agrees(connection, step.before.person_id)


def _today(step: Step) -> date:
    return datetime.now(UTC).astimezone(ZoneInfo(step.before.zone)).date()
