"""A conversation before the decision: the company proposes times, the applicant picks one, either calls it off."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from asyncpg import ExclusionViolationError

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.errors import Stale
from landbooking.forms import InvalidInput
from landbooking.internships.applications.announcements import announce
from landbooking.internships.applications.application import Application
from landbooking.internships.applications.interview_times import InterviewTime, announce_pick, call_off, times_of
from landbooking.internships.applications.locking import lock_application
from landbooking.internships.applications.refusals import InterviewGone, InterviewTaken, NotPossible
from landbooking.internships.applications.transitions import move
from landbooking.internships.events import ActedAs
from landbooking.language import gettext as _
from landbooking.period import Period

FEWEST, MOST = 2, 5
FURTHEST = timedelta(days=92)


async def propose_times(
    connection: Connection,
    manager: Person,
    application: Application,
    periods: Sequence[Period],
    place: str,
    version: int | None = None,
) -> Application:
    """Two to five to pick from, with the manager. Proposed again, they replace those of before, also a picked one.

    Raises InvalidInput for what is over or overlaps, NotPossible, Stale, GuardianMissing.
    """
    _check(periods)
    if application.status == "interview":
        after = await lock_application(connection, application.id)
        if after.status != "interview":
            raise NotPossible
        if version is not None and version != after.version:
            raise Stale(f"/company/{after.company_id}/applications/{after.id}")
        await call_off(connection, after, "company")
        await connection.execute(
            "UPDATE application SET silent_since = now(), reminded = 0, version = version + 1 WHERE id = $1", after.id
        )
    else:
        after = await move(connection, application.id, "interview", "company", manager, version)
    await connection.executemany(
        "INSERT INTO interview_time (application_id, interviewer_id, period, place) VALUES ($1, $2, $3, $4)",
        [(after.id, manager.id, period.range, place) for period in sorted(periods)],
    )
    if application.status == "interview":
        times = await times_of(connection, after.id)
        await announce(connection, ("times_proposed",), after, "company", cause=f"{times[0].id}")
    return after


def _check(periods: Sequence[Period]) -> None:
    ordered = sorted(periods)
    if not FEWEST <= len(ordered) <= MOST:
        raise InvalidInput({"day_1": _("Bitte schlagen Sie zwei bis fünf Termine vor.")}, {})
    if any(period.end <= period.start for period in ordered):
        raise InvalidInput({"day_1": _("Ein Termin endet, bevor er beginnt.")}, {})
    if ordered[0].start <= datetime.now(UTC):
        raise InvalidInput({"day_1": _("Ein Termin liegt in der Vergangenheit.")}, {})
    if ordered[-1].end > datetime.now(UTC) + FURTHEST:
        raise InvalidInput({"day_1": _("Ein Termin liegt zu weit in der Zukunft. Höchstens drei Monate gehen.")}, {})
    if any(one.overlaps(other) for one, other in pairwise(ordered)):
        raise InvalidInput({"day_1": _("Zwei Termine überschneiden sich.")}, {})


async def pick_time(connection: Connection, application: Application, time_id: int) -> InterviewTime:
    """The others are taken back. Sent again it changes nothing.

    Raises InterviewGone, InterviewTaken where the same person of the company was just promised to somebody else,
    NotPossible.
    """
    way_on = f"/applications/{application.id}"
    standing = await lock_application(connection, application.id)
    if standing.status != "interview":
        raise NotPossible(way_on)
    times = {time.id: time for time in await times_of(connection, standing.id)}
    wanted = times.get(time_id)
    if wanted is None or wanted.period.start <= datetime.now(UTC):
        raise InterviewGone(way_on)
    if wanted.is_picked:
        return wanted
    # One after the other for each interviewer: the bare constraint deadlocks under a crowd.
    await connection.execute("SELECT FROM person WHERE id = $1 FOR NO KEY UPDATE", wanted.interviewer_id)
    try:
        await connection.execute("UPDATE interview_time SET picked_at = now() WHERE id = $1", time_id)
    except ExclusionViolationError:
        raise InterviewTaken(way_on) from None
    await connection.execute(
        """UPDATE interview_time SET withdrawn_at = now()
           WHERE application_id = $1 AND picked_at IS NULL AND withdrawn_at IS NULL""",
        standing.id,
    )
    # The company owes an answer once they have talked.
    await connection.execute(
        "UPDATE application SET silent_since = $2, reminded = 0, changed_at = now() WHERE id = $1",
        standing.id,
        wanted.period.end,
    )
    [picked] = await times_of(connection, standing.id)
    await announce_pick(connection, standing, picked)
    return picked


async def call_off_interviews_of(connection: Connection, interviewer: Person) -> None:
    """All that is to come with somebody of the company who closes their account: the applicants hear of it."""
    rows = await connection.fetch(
        """SELECT DISTINCT application_id FROM interview_time
           WHERE interviewer_id = $1 AND withdrawn_at IS NULL AND lower(period) > now() ORDER BY application_id""",
        interviewer.id,
    )
    for row in rows:
        await call_off(connection, await lock_application(connection, row["application_id"]), "company")


async def cancel_interview(connection: Connection, application: Application, acted_as: ActedAs) -> None:
    """Takes it out of both calendars; the company may propose others. Raises NotPossible where nothing is to come."""
    standing = await lock_application(connection, application.id)
    if not await call_off(connection, standing, acted_as):
        raise NotPossible
    await connection.execute(
        "UPDATE application SET silent_since = least(silent_since, now()), changed_at = now() WHERE id = $1",
        standing.id,
    )
