"""Every change of state of an application in one table: from where, who, what must be so, what follows, who is told.

Pages and the JSON API ask it which buttons to show (`possible`), and everybody changes an application by `move`.
"""

from collections.abc import Awaitable, Callable
from typing import Literal

import msgspec

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.errors import Stale
from landbooking.internships.applications.announcements import Told, announce
from landbooking.internships.applications.application import ENDED, OPEN, Application, Status, application_by_id
from landbooking.internships.applications.guards import (
    a_place_remains,
    guardian_agrees_for_minors,
    guardian_agrees_for_the_young,
    guardian_still_decides,
    nothing_was_sent_since,
    offer_still_stands,
    placement_is_cancelled,
    posting_is_open,
    posting_was_not_called_off,
    said_no_lately,
    silence_is_over,
)
from landbooking.internships.applications.interview_times import call_off_interview
from landbooking.internships.applications.locking import lock_application
from landbooking.internships.applications.places import free_place, take_place, take_place_again
from landbooking.internships.applications.reasons import Reason
from landbooking.internships.applications.refusals import NotPossible
from landbooking.internships.applications.steps import Step, Verb
from landbooking.internships.events import ActedAs, note_event
from landbooking.internships.placements.making import make_placement

Part = Callable[[Connection, Step], Awaitable[None]]


class Transition(msgspec.Struct, frozen=True, kw_only=True):
    """`to` is None where it goes back to where it was declined from. `told` names the mails (announcements.py)."""

    verb: Verb
    froms: tuple[Status, ...]
    to: Status | None
    who: tuple[ActedAs, ...]
    guards: tuple[Part, ...] = ()
    effects: tuple[Part, ...] = ()
    told: tuple[Told, ...] = ()


async def place_interns(connection: Connection, step: Step) -> None:
    await make_placement(connection, step.before)


async def withdraw_overlapping(connection: Connection, step: Step) -> None:
    """Who has accepted one can't be elsewhere in that time."""
    rows = await connection.fetch(
        """SELECT other.id FROM application own JOIN application other ON other.person_id = own.person_id
           WHERE own.id = $1 AND other.id <> own.id AND other.status = ANY($2) AND other.days && own.days
           ORDER BY other.id""",
        step.before.id,
        OPEN,
    )
    for row in rows:
        await move(connection, row["id"], "withdraw", "applicant", step.by)


_YOUNG = (guardian_agrees_for_the_young,)

TABLE: tuple[Transition, ...] = (
    Transition(
        verb="submit", froms=("draft",), to="submitted", who=("applicant",),
        guards=(posting_is_open,), told=("received", "new_application"),
    ),
    Transition(
        verb="shortlist", froms=("submitted",), to="shortlisted", who=("company",),
        guards=_YOUNG, told=("shortlisted",),
    ),
    Transition(
        verb="interview", froms=("submitted", "shortlisted"), to="interview", who=("company",),
        guards=_YOUNG, told=("times_proposed",),
    ),
    Transition(
        verb="offer", froms=("submitted", "shortlisted", "interview"), to="offered", who=("company",),
        guards=(*_YOUNG, posting_was_not_called_off), effects=(take_place,), told=("offered",),
    ),
    Transition(
        verb="accept", froms=("offered",), to="accepted", who=("applicant",),
        guards=(offer_still_stands, guardian_agrees_for_minors), effects=(place_interns, withdraw_overlapping),
        told=("accepted",),
    ),
    Transition(
        verb="refuse", froms=("offered",), to="declined", who=("applicant",),
        effects=(free_place, call_off_interview), told=("refused",),
    ),
    Transition(
        verb="decline", froms=OPEN, to="declined", who=("company",),
        effects=(free_place, call_off_interview), told=("declined",),
    ),
    Transition(
        verb="withdraw", froms=OPEN, to="withdrawn", who=("applicant", "guardian"),
        guards=(guardian_still_decides,), effects=(free_place, call_off_interview),
        told=("withdrawn", "withdrawn_for_you"),
    ),
    Transition(
        verb="expire", froms=("submitted", "shortlisted", "interview"), to="expired", who=("worker",),
        guards=(silence_is_over,), effects=(call_off_interview,), told=("expired",),
    ),
    Transition(
        verb="lapse", froms=("offered",), to="lapsed", who=("worker",),
        guards=(silence_is_over,), effects=(free_place, call_off_interview), told=("lapsed", "offer_lapsed"),
    ),
    Transition(
        verb="restore", froms=("declined",), to=None, who=("company",),
        guards=(said_no_lately, nothing_was_sent_since, a_place_remains), effects=(take_place_again,),
        told=("restored",),
    ),
    Transition(  # by the placement's own table, whose mails tell both sides
        verb="cancel", froms=("accepted",), to="cancelled", who=("applicant", "guardian", "company", "school", "staff"),
        guards=(placement_is_cancelled,), effects=(free_place, call_off_interview),
    ),
)  # fmt: skip
BY_VERB = {transition.verb: transition for transition in TABLE}


async def possible(connection: Connection, application: Application, who: ActedAs) -> frozenset[Verb]:
    """What this side could do now by state and person. Some guards are asked; the others say no later."""
    found = {one.verb for one in TABLE if application.status in one.froms and who in one.who}
    for verb, guard in _ASKED_BEFORE:
        if verb in found:
            try:
                await guard(connection, _step(BY_VERB[verb], application, who, None))
            except NotPossible:
                found.discard(verb)
    return frozenset(found)


_ASKED_BEFORE: tuple[tuple[Verb, Part], ...] = (
    ("restore", said_no_lately),
    ("accept", offer_still_stands),
    ("cancel", placement_is_cancelled),
)


async def move(
    connection: Connection,
    application_id: int,
    verb: Verb,
    acted_as: ActedAs,
    by: Person | None = None,
    version: int | None = None,
    reason: Reason | None = None,
) -> Application:
    """As it stands afterwards. Whose application it is, is the caller's question.

    `version` is the one that was seen (None: whichever is); `reason` goes with "decline" alone. Raises NotPossible,
    Stale, and what the transition's guards and effects raise.
    """
    before = await lock_application(connection, application_id, others=verb == "accept")
    transition = BY_VERB[verb]
    step = _step(transition, before, acted_as, by)
    if before.status not in transition.froms or acted_as not in transition.who:
        raise NotPossible(step.way_on)
    if version is not None and version != before.version:
        raise Stale(step.way_on)
    for guard in transition.guards:
        await guard(connection, step)
    for effect in transition.effects:
        await effect(connection, step)
    await _write(connection, step, reason)
    await note_event(connection, "application", before.id, before.status, step.to, acted_as, by, reason or "")
    after = await application_by_id(connection, before.id)
    await announce(connection, transition.told, after, acted_as)
    return after


def _step(transition: Transition, before: Application, acted_as: ActedAs, by: Person | None) -> Step:
    return Step(before, transition.to or before.declined_from or before.status, acted_as, by)


async def _write(connection: Connection, step: Step, reason: Reason | None) -> None:
    """Raises Stale: only from the state and version that were judged."""
    side: Literal["company", "applicant"] = "company" if step.acted_as == "company" else "applicant"
    written = await connection.fetchval(
        """UPDATE application SET status = $4, version = version + 1, changed_at = now(), reminded = 0,
                  submitted_at = CASE WHEN $4 = 'submitted' THEN coalesce(submitted_at, now()) ELSE submitted_at END,
                  silent_since = CASE WHEN $5 THEN silent_since ELSE now() END,
                  offer_until_at = CASE WHEN $4 = 'offered' THEN now() + interval '14 days' END,
                  ended_at = CASE WHEN $5 THEN now() END,
                  declined_by = CASE WHEN $4 = 'declined' THEN $6 END,
                  decline_reason = CASE WHEN $4 = 'declined' THEN $7 END,
                  declined_from = CASE WHEN $4 = 'declined' THEN $2 END
           WHERE id = $1 AND status = $2 AND version = $3 RETURNING id""",
        step.before.id,
        step.before.status,
        step.before.version,
        step.to,
        step.to in ENDED,
        side,
        reason,
    )
    if written is None:
        raise Stale(step.way_on)
