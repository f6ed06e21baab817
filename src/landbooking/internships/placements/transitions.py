"""Every change of state of a placement in one table: from where, who, what must be so, what follows, who is told.

Pages and the JSON API ask it which buttons to show (`possible`), and everybody changes a placement by `move`.
"""

from collections.abc import Awaitable, Callable

import msgspec

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.errors import Stale
from landbooking.internships.applications.transitions import move as move_application
from landbooking.internships.events import ActedAs, note_event
from landbooking.internships.placements.announcements import Told, announce
from landbooking.internships.placements.asking import ask_all, ask_school
from landbooking.internships.placements.desks import book_desks, free_desks
from landbooking.internships.placements.guards import (
    check_in_was_open,
    everybody_has_signed,
    first_day_has_come,
    guardian_still_decides,
    last_day_is_over,
    law_allows,
    nobody_came,
    only_the_school_is_missing,
    somebody_came,
    two_days_are_over,
)
from landbooking.internships.placements.locking import lock_placement
from landbooking.internships.placements.placement import (
    BEFORE_ACTIVE,
    ENDED,
    Placement,
    Status,
    placement_by_id,
)
from landbooking.internships.placements.refusals import NotPossible, SignaturesMissing
from landbooking.internships.placements.steps import Step, Verb

Part = Callable[[Connection, Step], Awaitable[None]]


class Transition(msgspec.Struct, frozen=True, kw_only=True):
    """`told` names the mails (announcements.py); `new_terms`: nothing that was signed is signed any more."""

    verb: Verb
    froms: tuple[Status, ...]
    to: Status
    who: tuple[ActedAs, ...]
    guards: tuple[Part, ...] = ()
    effects: tuple[Part, ...] = ()
    told: tuple[Told, ...] = ()
    new_terms: bool = False


async def end_application(connection: Connection, step: Step) -> None:
    """It is cancelled too: that frees the place, and lets the person apply again."""
    await move_application(connection, step.before.application_id, "cancel", step.acted_as, step.by)


_SIGNERS: tuple[ActedAs, ...] = ("applicant", "guardian", "company", "school", "staff")

TABLE: tuple[Transition, ...] = (
    Transition(
        verb="edit", froms=("agreement_draft",), to="agreement_draft", who=("company",), new_terms=True,
    ),
    Transition(
        verb="propose", froms=("agreement_draft",), to="awaiting_signatures", who=("company",),
        guards=(law_allows,), effects=(ask_all,), told=("to_sign",),
    ),
    Transition(
        verb="reopen", froms=("awaiting_signatures", "school_approval", "confirmed"), to="awaiting_signatures",
        who=("company",), effects=(free_desks, ask_all), told=("terms_changed", "terms_changed_company"),
        new_terms=True,
    ),
    Transition(
        verb="request_approval", froms=("awaiting_signatures",), to="school_approval", who=_SIGNERS,
        guards=(only_the_school_is_missing,), effects=(ask_school,),
    ),
    Transition(
        verb="confirm", froms=("awaiting_signatures", "school_approval"), to="confirmed", who=_SIGNERS,
        guards=(everybody_has_signed, law_allows), effects=(book_desks,), told=("confirmed", "confirmed_company"),
    ),
    Transition(
        verb="cancel", froms=BEFORE_ACTIVE, to="cancelled", who=_SIGNERS,
        guards=(guardian_still_decides,), effects=(free_desks, end_application),
        told=("cancelled", "cancelled_company"),
    ),
    Transition(
        verb="begin", froms=("confirmed",), to="active", who=("worker",),
        guards=(first_day_has_come,), told=("begun",),
    ),
    Transition(
        verb="finish", froms=("active",), to="completed", who=("worker",),
        guards=(last_day_is_over, somebody_came), told=("completed", "completed_company"),
    ),
    Transition(
        verb="miss", froms=("active",), to="no_show", who=("worker",),
        guards=(two_days_are_over, nobody_came, check_in_was_open), effects=(free_desks,),
        told=("no_show", "no_show_company"),
    ),
    Transition(
        verb="run_out", froms=("active",), to="discontinued", who=("worker",),
        guards=(last_day_is_over, nobody_came), told=("discontinued", "discontinued_company"),
    ),
    Transition(
        verb="discontinue", froms=("active",), to="discontinued", who=_SIGNERS,
        guards=(guardian_still_decides,), effects=(free_desks,), told=("discontinued", "discontinued_company"),
    ),
)  # fmt: skip
BY_VERB = {transition.verb: transition for transition in TABLE}


async def possible(connection: Connection, placement: Placement, who: ActedAs) -> frozenset[Verb]:
    """What this side could do now by state and person; whether all have signed is asked, other guards say no later."""
    found = {one.verb for one in TABLE if placement.status in one.froms and who in one.who}
    for verb in found & {"confirm", "request_approval"}:
        try:
            await BY_VERB[verb].guards[0](connection, Step(placement, BY_VERB[verb].to, who, None))
        except (NotPossible, SignaturesMissing):
            found.discard(verb)
    return frozenset(found)


async def move(
    connection: Connection,
    placement_id: int,
    verb: Verb,
    acted_as: ActedAs,
    by: Person | None = None,
    version: int | None = None,
    reason: str = "",
) -> Placement:
    """As it stands afterwards. Whose placement it is, is the caller's question.

    `version` is the one that was seen (None: whichever is). Raises NotPossible, Stale, and what the transition's guards
    and effects raise.
    """
    before = await lock_placement(connection, placement_id)
    transition = BY_VERB[verb]
    step = Step(before, transition.to, acted_as, by)
    if before.status not in transition.froms or acted_as not in transition.who:
        raise NotPossible(step.way_on)
    if version is not None and version != before.version:
        raise Stale(step.way_on)
    for guard in transition.guards:
        await guard(connection, step)
    await _write(connection, step, transition.new_terms)
    for effect in transition.effects:
        await effect(connection, step)
    await note_event(connection, "placement", before.id, before.status, step.to, acted_as, by, reason)
    after = await placement_by_id(connection, before.id)
    await announce(connection, transition.told, after)
    return after


async def _write(connection: Connection, step: Step, new_terms: bool) -> None:
    """Raises Stale: only from the state and version that were judged."""
    written = await connection.fetchval(
        """UPDATE placement SET status = $4, version = version + 1, changed_at = now(),
                  terms_version = terms_version + CASE WHEN $5 THEN 1 ELSE 0 END,
                  ended_at = CASE WHEN $6 THEN now() END
           WHERE id = $1 AND status = $2 AND version = $3 RETURNING id""",
        step.before.id,
        step.before.status,
        step.before.version,
        step.to,
        new_terms,
        step.to in ENDED,
    )
    if written is None:
        raise Stale(step.way_on)
