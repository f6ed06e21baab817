"""What a host's change means for bookings that stand already: shown first, decided one by one, never dropped silently.

Every verb that could hit bookings goes the same way, inside its transaction: take `lock_for_change`, ask one of the
reads here what would be hit, call `settle`, only then write, and at last `time_freed`: what comes free by it must not
be offered to anybody before the change stands that they would be hit by.
"""

from collections.abc import Sequence
from typing import Any, ClassVar, Literal

import asyncpg
import msgspec

from landbooking.accounts.person import Person, person_by_id
from landbooking.database import Connection
from landbooking.errors import Refusal
from landbooking.language import gettext as _
from landbooking.period import Period
from landbooking.spaces.announcements import announce_cancellation_by_host, announce_missing_equipment
from landbooking.spaces.approval.announcements import announce_refusal
from landbooking.spaces.blackouts import fill_blackouts
from landbooking.spaces.booking import mark_cancelled
from landbooking.spaces.bookings import booking_by_id
from landbooking.spaces.equipment import take_off
from landbooking.spaces.opening_hours import OpeningRules, is_open
from landbooking.spaces.space import space_by_id
from landbooking.spaces.tariffs.ledger import lower_charge, price_in
from landbooking.spaces.waiting.announcements import announce_lost_offer

Choice = Literal["keep", "cancel"]


class Affected(msgspec.Struct, frozen=True):
    """A coming booking that a change would hit; `name` and `email` are empty where the account was erased.

    So they are where it is `discreet`: the host may only know that the time is taken.
    A guest's `name` is all that helps to reach them: name, phone and code. `part_of` is the booking with which a piece
    of equipment goes; what hits both is told of the whole only.
    """

    booking_id: int
    version: int
    resource: str
    period: Period
    name: str
    email: str
    discreet: bool = False
    part_of: int | None = None


class Decision(msgspec.Struct, frozen=True):
    """What the host decided. `seen` is the `mark_of` the bookings that were shown, None before any were.

    `message` is what those hear whose booking is cancelled; `faults` are sentences by field of what can't be taken.
    """

    seen: str | None = None
    choices: dict[int, Choice] = {}
    message: str = ""
    faults: dict[str, str] = {}


class Undecided(Refusal):
    """The change would hit these bookings, and the host has not (yet, or not fully) said what to do about them.

    Raised before anything is written. `why`: "first" nothing was shown yet, "changed" others than those that were
    shown, "incomplete" a choice is missing or something typed can't be taken.
    """

    code: ClassVar[str] = "bookings-affected"

    def __init__(
        self, why: Literal["first", "changed", "incomplete"], affected: Sequence[Affected], decision: Decision
    ) -> None:
        super().__init__(_("Diese Änderung trifft Buchungen. Bitte entscheiden Sie, was mit ihnen geschieht."))
        self.why = why
        self.affected = affected
        self.decision = decision

    @property
    def more(self) -> dict[str, Any]:
        """What to decide about, and `seen`, which the decision gives back."""
        affected = [
            {
                "booking_id": one.booking_id, "part_of": one.part_of, "resource": one.resource,
                "start": one.period.start.isoformat(), "end": one.period.end.isoformat(),
                "name": one.name, "email": one.email,
            }
            for one in self.affected
        ]  # fmt: skip
        return {"why": self.why, "seen": mark_of(self.affected), "affected": affected}


async def settle(
    connection: Connection, host: Person, affected: Sequence[Affected], decision: Decision, *space_ids: int
) -> None:
    """Cancels what the host chose to cancel and tells those people; what a blackout lay around falls to it.

    `affected` are bookings of these spaces, of which the lock is held. Raises Undecided before it does anything.
    """
    if not affected:
        return
    if decision.seen is None:
        raise Undecided("first", affected, decision)
    if decision.seen != mark_of(affected):
        raise Undecided("changed", affected, decision)
    if decision.faults or any(booking.booking_id not in decision.choices for booking in affected):
        raise Undecided("incomplete", affected, decision)
    for booking in affected:
        if decision.choices[booking.booking_id] == "cancel":
            call_off = _call_off if booking.part_of is None else _call_off_piece
            await call_off(connection, host, booking.booking_id, decision.message)
    for space_id in space_ids:
        await fill_blackouts(connection, space_id)


def mark_of(affected: Sequence[Affected]) -> str:
    """Names these bookings in this state, "id:version,…": carried by the page, compared when it comes back."""
    return ",".join(f"{booking.booking_id}:{booking.version}" for booking in affected)


async def _call_off(connection: Connection, host: Person, booking_id: int, message: str) -> None:
    before = await booking_by_id(connection, booking_id)
    cancelled = await mark_cancelled(connection, before, host, "declined" if before.status == "requested" else "host")
    if cancelled.person_id is None:
        return
    person = await person_by_id(connection, cancelled.person_id)
    if before.status == "held":
        await announce_lost_offer(connection, person, cancelled)
    elif before.status == "requested":
        await announce_refusal(connection, person, [cancelled], message)
    else:
        await announce_cancellation_by_host(connection, person, cancelled, message)


async def _call_off_piece(connection: Connection, host: Person, part_id: int, message: str) -> None:
    """The room stays booked; whoever can do nothing with it alone cancels it themself."""
    booking_id, piece = await take_off(connection, host, part_id)
    booking = await booking_by_id(connection, booking_id)
    await lower_charge(connection, booking, price_in(booking.space, piece, Period(booking.start, booking.end)), host)
    if booking.person_id is not None and booking.status == "confirmed":
        person = await person_by_id(connection, booking.person_id)
        await announce_missing_equipment(connection, person, booking, piece.name, message)


async def hit_by_rules(
    connection: Connection, space_id: int, before: OpeningRules, after: OpeningRules
) -> list[Affected]:
    """Bookings that lie in open hours now and would not any more. Exceptions that were kept before stay unmentioned.

    What can be had around the clock heeds no hours.
    """
    space = await space_by_id(connection, space_id)
    rows = await connection.fetch("SELECT id, kind FROM resource WHERE space_id = $1", space_id)
    clockless = [row["id"] for row in rows if space.rules_of(row["kind"], row["id"]).around_the_clock]
    coming = await _coming(connection, space_id, "booking.resource_id <> ALL($2)", clockless)
    return [one for one in coming if is_open(before, one.period) and not is_open(after, one.period)]


async def hit_by_blackout(
    connection: Connection, space_id: int, resource_ids: Sequence[int], period: Period
) -> list[Affected]:
    """Bookings of these resources that reach into the period."""
    return await _coming(
        connection, space_id, "booking.resource_id = ANY($2) AND booking.blocked && $3", resource_ids, period.range
    )


async def hit_by_retirement(connection: Connection, space_id: int, resource_id: int) -> list[Affected]:
    """All that is still to come on this resource."""
    return await _coming(connection, space_id, "booking.resource_id = $2", resource_id)


async def hit_by_cancellation(connection: Connection, space_id: int, booking_id: int) -> list[Affected]:
    """The one booking, unless it is over or cancelled or elsewhere."""
    return await _coming(connection, space_id, "booking.id = $2", booking_id)


async def _coming(connection: Connection, space_id: int, condition: str, *values: object) -> list[Affected]:
    """Standing and not over yet. Their rows are locked: who cancels meanwhile waits, so what was found here holds."""
    rows = await connection.fetch(
        f"""SELECT booking.id, booking.version, booking.part_of, resource.name AS resource,
                   lower(booking.period) AS starts_at, upper(booking.period) AS ends_at,
                   coalesce(person.name, concat_ws(', ', nullif(guest.name, ''), nullif(guest.phone, ''),
                                                   overlay(guest.code PLACING ' ' FROM 4 FOR 0))) AS name,
                   coalesce(person.email, '') AS email, discreet(booking) AS discreet
            FROM booking JOIN resource ON resource.id = booking.resource_id
                 LEFT JOIN person ON person.id = booking.person_id AND NOT discreet(booking)
                 LEFT JOIN guest ON guest.id = booking.guest_id AND NOT discreet(booking)
            WHERE resource.space_id = $1 AND booking.status <> 'cancelled' AND booking.blackout_id IS NULL
              AND NOT (booking.status = 'held' AND booking.person_id IS NULL)  -- of who is just signing in
              AND upper(booking.period) > now() AND {condition}
            ORDER BY lower(booking.period), booking.id FOR UPDATE OF booking""",  # noqa: S608 conditions are ours
        space_id,
        *values,
    )
    hit = {row["id"] for row in rows}
    return [_affected(row) for row in rows if row["part_of"] not in hit]


def _affected(row: asyncpg.Record) -> Affected:
    return Affected(
        booking_id=row["id"],
        version=row["version"],
        resource=row["resource"],
        period=Period(row["starts_at"], row["ends_at"]),
        name=row["name"],
        email=row["email"],
        discreet=row["discreet"],
        part_of=row["part_of"],
    )
