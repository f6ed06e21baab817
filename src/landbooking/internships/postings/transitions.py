"""The one table of how a posting goes from state to state: who may do it, from where, and what stands in the way.

draft → in_review → published ⇄ paused → closed (deadline, filled, withdrawn, taken_down) → archived. Pages and API ask
it which buttons to show, `step` does it. What is closed as filled is published again where a place comes free in time.
"""

from collections.abc import Callable
from typing import ClassVar, Literal

import msgspec

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.errors import Refusal, Stale
from landbooking.internships.companies.company import NotVerified
from landbooking.internships.companies.reasons import check_reason
from landbooking.internships.events import note_event
from landbooking.internships.postings.announcements import announce_step
from landbooking.internships.postings.posting import ClosedBecause, Posting, Status, posting_by_id
from landbooking.language import gettext as _

StepName = Literal[
    "submit", "take_back", "publish", "give_back", "pause", "resume", "withdraw", "take_down", "halt", "end", "fill",
    "reopen", "archive",
]  # fmt: skip
Actor = Literal["company", "staff", "worker"]
Guard = Callable[[Posting], Refusal | None]


class NotNow(Refusal):
    """The step is not one that the posting's state, or the one who asks, allows."""

    code: ClassVar[str] = "step-not-allowed"

    def __init__(self) -> None:
        super().__init__(_("Das geht bei diesem Praktikum nicht, oder nicht mehr. Bitte sehen Sie den neuen Stand an."))


class DeadlineOver(Refusal):
    code: ClassVar[str] = "deadline-over"

    def __init__(self) -> None:
        super().__init__(_("Die Frist für Bewerbungen ist vorbei. Bitte tragen Sie zuerst eine spätere ein."))


class NoPlaceLeft(Refusal):
    code: ClassVar[str] = "no-place-left"

    def __init__(self) -> None:
        super().__init__(_("Alle Plätze sind vergeben. Bitte tragen Sie zuerst mehr Plätze ein."))


class NoMentor(Refusal):
    code: ClassVar[str] = "no-mentor"

    def __init__(self) -> None:
        super().__init__(_("Bitte tragen Sie zuerst ein, wer das Praktikum betreut."))


class NotSuspended(Refusal):
    code: ClassVar[str] = "not-suspended"

    def __init__(self) -> None:
        super().__init__(_("Angehalten wird, was eine gesperrte Firma ausgeschrieben hat."))


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """`guard` gives the refusal that stands in the way; `mail` is the template with which managers are told.

    `reasoned`: staff say why. `closes` is why the posting is over then.
    """

    starts: tuple[Status, ...]
    to: Status
    by: tuple[Actor, ...]
    guard: Guard | None = None
    closes: ClosedBecause | None = None
    reasoned: bool = False
    mail: str = ""


def _ready(posting: Posting) -> Refusal | None:
    """What review would only give back."""
    if posting.mentor_id is None:
        return NoMentor()
    return DeadlineOver() if posting.deadline_over else None


def _publishable(posting: Posting) -> Refusal | None:
    if not posting.company.is_verified:
        return NotVerified()
    return DeadlineOver() if posting.deadline_over else None


def _resumable(posting: Posting) -> Refusal | None:
    return _publishable(posting) or (None if posting.free else NoPlaceLeft())


def _over(posting: Posting) -> Refusal | None:
    return None if posting.deadline_over else NotNow()


def _filled(posting: Posting) -> Refusal | None:
    return None if posting.filled else NotNow()


def _vacant(posting: Posting) -> Refusal | None:
    """What a company or staff have ended stays so."""
    if posting.closed_because != "filled":
        return NotNow()
    return _resumable(posting)


def _halted(posting: Posting) -> Refusal | None:
    return None if posting.company.status == "suspended" else NotSuspended()


STEPS: dict[StepName, Step] = {
    "submit": Step(starts=("draft",), to="in_review", by=("company",), guard=_ready),
    "take_back": Step(starts=("in_review",), to="draft", by=("company",)),
    "publish": Step(starts=("in_review",), to="published", by=("staff",), guard=_publishable, mail="published"),
    "give_back": Step(starts=("in_review",), to="draft", by=("staff",), reasoned=True, mail="given_back"),
    "pause": Step(starts=("published",), to="paused", by=("company",)),
    "resume": Step(starts=("paused",), to="published", by=("company",), guard=_resumable),
    "withdraw": Step(
        starts=("draft", "in_review", "published", "paused"), to="closed", by=("company",), closes="withdrawn"
    ),
    "take_down": Step(
        starts=("published", "paused"),
        to="closed",
        by=("staff",),
        closes="taken_down",
        reasoned=True,
        mail="taken_down",
    ),
    "halt": Step(starts=("published",), to="paused", by=("staff",), guard=_halted),  # told by the suspension's mail
    "end": Step(
        starts=("published", "paused"),
        to="closed",
        by=("worker",),
        guard=_over,
        closes="deadline",
        mail="deadline_over",
    ),
    "fill": Step(
        starts=("published", "paused"), to="closed", by=("worker",), guard=_filled, closes="filled", mail="filled"
    ),
    "reopen": Step(starts=("closed",), to="published", by=("worker",), guard=_vacant, mail="reopened"),
    "archive": Step(starts=("closed",), to="archived", by=("worker",)),
}


def steps_for(posting: Posting, actor: Actor) -> list[StepName]:
    """What this one may do with it now; what stands in the way of a step is told when it is tried."""
    return [
        name
        for name, step in STEPS.items()
        if actor in step.by and posting.status in step.starts and not (name == "halt" and _halted(posting))
    ]


async def take_step(
    connection: Connection,
    posting: Posting,
    name: StepName,
    actor: Actor,
    person: Person | None,
    version: int | None = None,
    reason: str = "",
) -> Posting:
    """The posting after it, with the event and the mail in the same transaction.

    `version` is the one that was seen, None: as it stands. Raises NotNow, Stale, NoReason and what the guard says.
    """
    step = STEPS[name]
    await lock_company(connection, posting.company_id)
    posting = await _judged(connection, posting.id, name, actor, version)
    if step.reasoned:
        check_reason(reason)
    await connection.execute(
        """UPDATE posting SET status = $2, version = version + 1, changed_at = now(), review_note = $3,
                  closed_because = CASE WHEN $2 IN ('closed', 'archived') THEN coalesce($4, closed_because) END,
                  published_at = CASE WHEN $2 = 'published' THEN coalesce(published_at, now()) ELSE published_at END
           WHERE id = $1""",
        posting.id,
        step.to,
        reason if step.reasoned else "",
        step.closes,
    )
    because = reason if step.reasoned else step.closes or ""
    await note_event(connection, "posting", posting.id, posting.status, step.to, actor, person, because)
    after = await posting_by_id(connection, posting.id)
    if step.mail:
        await announce_step(connection, after, step.mail, reason)
    return after


async def lock_company(connection: Connection, company_id: int) -> None:
    """Shared, and before the posting: who suspends the company waits until this is done, or is seen to have done it."""
    await connection.execute("SELECT FROM company WHERE id = $1 FOR SHARE", company_id)


async def _judged(
    connection: Connection, posting_id: int, name: StepName, actor: Actor, version: int | None
) -> Posting:
    """As it stands now, and until the transaction is over, where the step may be taken."""
    step = STEPS[name]
    await connection.execute("SELECT FROM posting WHERE id = $1 FOR NO KEY UPDATE", posting_id)
    posting = await posting_by_id(connection, posting_id)
    if version is not None and version != posting.version:
        raise Stale
    if actor not in step.by or posting.status not in step.starts:
        raise NotNow
    if step.guard and (refusal := step.guard(posting)):
        raise refusal
    return posting
