"""Who has to sign, who has signed the terms as they are now, and what a link leads to."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

from landbooking.accounts.sessions import hash_of
from landbooking.database import Connection
from landbooking.internships.applications.ages import OF_AGE
from landbooking.internships.placements.placement import Placement

Signatory = Literal["applicant", "guardian", "company", "school"]
Channel = Literal["account", "link", "paper"]
VALID = "14 days"  # a link, since it was asked for


class Signature(msgspec.Struct, frozen=True):
    """Asked for, and given where `signed_at` is set; of the terms as they are now, since others are deleted."""

    signatory: Signatory
    email: str
    name: str
    terms_version: int
    asked_at: datetime
    signed_at: datetime | None
    channel: Channel | None
    link_is_good: bool


class AskedToSign(msgspec.Struct, frozen=True):
    """What a link leads to."""

    placement_id: int
    signatory: Literal["guardian", "school"]
    terms_version: int


async def signatures_of(connection: Connection, placement_id: int) -> dict[Signatory, Signature]:
    rows = await connection.fetch(
        f"""SELECT signatory, email, name, terms_version, asked_at, signed_at, channel,
                   token_hash IS NOT NULL AND asked_at > now() - interval '{VALID}' AS link_is_good
            FROM placement_signature WHERE placement_id = $1""",  # noqa: S608 our own constant
        placement_id,
    )
    return {row["signatory"]: Signature(**row) for row in rows}


async def asked_by_link(connection: Connection, token: str) -> AskedToSign | None:
    """None for a link that was used, has expired, or never was. Changes nothing."""
    row = await connection.fetchrow(
        f"""SELECT placement_id, signatory, terms_version FROM placement_signature
            WHERE token_hash = $1 AND signed_at IS NULL AND asked_at > now() - interval '{VALID}'""",  # noqa: S608
        hash_of(token),
    )
    return AskedToSign(**row) if row else None


def signatories(placement: Placement, given: dict[Signatory, Signature]) -> list[Signatory]:
    """All who have to sign, in their order.

    The guardian as long as the intern is under 18 (BGB §§ 2, 106 ff.): today, whenever it was drafted. A guardian's
    signature that stands stays.
    """
    wanted: list[Signatory] = ["applicant"]
    if guardian_decides(placement) or has_signed(given, "guardian"):
        wanted.append("guardian")
    wanted.append("company")
    if placement.is_school_run:
        wanted.append("school")
    return wanted


def missing(placement: Placement, given: dict[Signatory, Signature]) -> list[Signatory]:
    """Who has yet to sign, or to sign once more."""
    again = ["applicant"] if signed_too_young(placement, given) else []
    return [each for each in signatories(placement, given) if each in again or not has_signed(given, each)]


def signed_too_young(placement: Placement, given: dict[Signatory, Signature]) -> bool:
    """Whether the intern signed under 18 without a guardian: once of age they approve it themselves (BGB § 108 (3))."""
    own = given.get("applicant")
    if own is None or own.signed_at is None or guardian_decides(placement) or has_signed(given, "guardian"):
        return False
    return placement.age_on(own.signed_at.astimezone(ZoneInfo(placement.zone)).date()) < OF_AGE


def guardian_decides(placement: Placement) -> bool:
    """Whether the intern is under 18 today."""
    return placement.age_on(today_in(placement)) < OF_AGE


def has_signed(given: dict[Signatory, Signature], signatory: Signatory) -> bool:
    return signatory in given and given[signatory].signed_at is not None


def today_in(placement: Placement) -> date:
    return datetime.now(UTC).astimezone(ZoneInfo(placement.zone)).date()


def only_school(missing: Iterable[Signatory]) -> bool:
    return list(missing) == ["school"]
