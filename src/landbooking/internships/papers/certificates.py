"""The certificate: what was really there, printed again and again the same, with a code that says it is genuine."""

import secrets
from datetime import date, datetime, timedelta
from typing import ClassVar

import msgspec

from landbooking.accounts.limits import Limit
from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.errors import NotFound, Refusal, Stale
from landbooking.internships.papers.agreement import terms_of
from landbooking.internships.placements.locking import lock_placement
from landbooking.internships.placements.placement import Placement, Status
from landbooking.internships.placements.refusals import NotPossible
from landbooking.internships.placements.signatures import today_in
from landbooking.internships.running.announcements import intern_of, tell
from landbooking.internships.running.presence import presence_of, whole_minutes
from landbooking.internships.running.tasks import tasks_of
from landbooking.language import gettext as _
from landbooking.spaces.space import space_by_id

ISSUED_AFTER: tuple[Status, ...] = ("completed", "discontinued")
CHECKS = Limit("certificates-checked", most=60, seconds=900)  # of one network address
LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # without those that are mistaken for each other
LENGTH = 16  # 79 bits: nobody guesses one


class NobodyCame(Refusal):
    code: ClassVar[str] = "nobody-came"

    def __init__(self, way_on: str) -> None:
        super().__init__(
            _("Es ist kein Tag eingetragen, an dem jemand da war. Darüber gibt es keine Bescheinigung."), way_on
        )


class OnIt(msgspec.Struct, frozen=True, kw_only=True):
    """What was true when it was issued; later changes of names and addresses don't change it.

    Both without breaks, of the days on which the intern came: `minutes` are those planned, `present_minutes` those of
    presence; None on certificates of a time when nobody noted when an intern left.
    """

    intern: str
    company: str
    company_address: str
    mentor: str
    space: str
    title: str
    first: date
    last: date
    days: list[date]
    minutes: int
    present_minutes: int | None = None
    tasks: list[str]
    described: str
    learning_goals: str


class Certificate(msgspec.Struct, frozen=True):
    placement_id: int
    code: str
    issued_on: date
    revoked_at: datetime | None
    on_it: OnIt


class Checked(msgspec.Struct, frozen=True):
    """All that its code tells the public."""

    issued_on: date
    revoked_at: datetime | None
    zone: str


async def certificate_of(connection: Connection, placement_id: int) -> Certificate | None:
    """The one issued last: that which holds, or where all are revoked the latest of them."""
    row = await connection.fetchrow(
        """SELECT placement_id, code, issued_on, revoked_at, stands_on_it FROM certificate
           WHERE placement_id = $1 ORDER BY id DESC LIMIT 1""",
        placement_id,
    )
    if row is None:
        return None
    on_it = msgspec.convert(row["stands_on_it"], OnIt)
    return Certificate(row["placement_id"], row["code"], row["issued_on"], row["revoked_at"], on_it)


def may_issue(placement: Placement) -> bool:
    return placement.status in ISSUED_AFTER


async def issue(connection: Connection, by: Person, placement_id: int) -> Certificate:
    """Issued twice, the first stands; after it was revoked, one with a code of its own.

    Raises NotPossible, NobodyCame.
    """
    placement = await lock_placement(connection, placement_id)
    way_on = f"/internships/placements/{placement_id}"
    if not may_issue(placement):
        raise NotPossible(way_on)
    on_it = await _facts(connection, placement)
    if not on_it.days:
        raise NobodyCame(way_on)
    issued = await connection.fetchval(
        """INSERT INTO certificate (placement_id, code, issued_on, issued_by, stands_on_it)
           VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING RETURNING id""",
        placement_id,
        "".join(secrets.choice(LETTERS) for _number in range(LENGTH)),
        today_in(placement),
        by.id,
        msgspec.to_builtins(on_it),
    )
    if issued and (intern := await intern_of(connection, placement)):
        await tell(connection, "certificate", intern, placement, cause=f"{issued}")
    return await _standing(connection, placement_id)


async def revoke(connection: Connection, placement_id: int, seen: str | None = None) -> Certificate:
    """For good, whatever is issued afterwards; revoked twice, the first time stands.

    `seen` is the code of the one that is meant, None: of whichever holds. Raises NotFound, and Stale where another one
    has been issued since.
    """
    placement = await lock_placement(connection, placement_id)
    last = await certificate_of(connection, placement_id)
    if last is None:
        raise NotFound
    if seen is not None and seen != last.code:
        raise Stale(f"/internships/placements/{placement_id}")
    revoked = await connection.fetchval(
        """UPDATE certificate SET revoked_at = now() WHERE placement_id = $1 AND revoked_at IS NULL
           RETURNING id""",
        placement_id,
    )
    if revoked and (intern := await intern_of(connection, placement)):
        await tell(connection, "certificate_revoked", intern, placement, cause=f"{revoked}")
    return await _standing(connection, placement_id)


async def checked(connection: Connection, typed: str) -> Checked:
    """By the code as it is printed or without its gaps. Raises NotFound for every other alike."""
    code = "".join(letter for letter in typed.upper() if letter.isalnum())
    row = await connection.fetchrow(
        """SELECT issued_on, revoked_at, time_zone AS zone
           FROM certificate JOIN placement ON placement.id = placement_id
                JOIN company ON company.id = company_id JOIN district ON district.id = district_id
           WHERE code = $1""",
        code,
    )
    if row is None:
        raise NotFound
    return Checked(**row)


def printed(code: str) -> str:
    """ "ABCD-EFGH-JKMN-PQRS"."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


async def _standing(connection: Connection, placement_id: int) -> Certificate:
    certificate = await certificate_of(connection, placement_id)
    assert certificate is not None  # noqa: S101 issued by us, or by who was faster
    return certificate


async def _facts(connection: Connection, placement: Placement) -> OnIt:
    came = [each for each in await presence_of(connection, placement) if each.came_at]
    done = [each.text for each in await tasks_of(connection, placement.id) if each.done_at]
    space = await space_by_id(connection, placement.space_id)
    return OnIt(
        intern=placement.applicant or "",
        company=placement.company,
        company_address=(await terms_of(connection, placement.id)).company_address,
        mentor=placement.mentor or "",
        space=f"{space.name}, {space.address}",
        title=placement.title,
        first=placement.first,
        last=placement.last,
        days=[each.day for each in came],
        minutes=whole_minutes(sum((each.planned for each in came), timedelta())),
        present_minutes=whole_minutes(sum((each.present for each in came), timedelta())),
        tasks=done,
        described=placement.tasks,
        learning_goals=placement.learning_goals,
    )
