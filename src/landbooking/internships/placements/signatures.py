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


def signatories(placement: Placement, given: dict[Signatory, Signature], today: date) -> list[Signatory]:
    """All who have to sign, in their order.

    The guardian where the intern is under 18 on the day of signing (BGB §§ 2, 106 ff.): today, or when they signed.
    """
    own = given.get("applicant")
    day = own.signed_at.astimezone(ZoneInfo(placement.zone)).date() if own and own.signed_at else today
    wanted: list[Signatory] = ["applicant"]
    if placement.age_on(day) < OF_AGE:
        wanted.append("guardian")
    wanted.append("company")
    if placement.is_school_run:
        wanted.append("school")
    return wanted


def missing(placement: Placement, given: dict[Signatory, Signature]) -> list[Signatory]:
    """Who has yet to sign."""
    return [each for each in signatories(placement, given, today_in(placement)) if not has_signed(given, each)]


def has_signed(given: dict[Signatory, Signature], signatory: Signatory) -> bool:
    return signatory in given and given[signatory].signed_at is not None


def today_in(placement: Placement) -> date:
    return datetime.now(UTC).astimezone(ZoneInfo(placement.zone)).date()


def only_school(missing: Iterable[Signatory]) -> bool:
    return list(missing) == ["school"]
