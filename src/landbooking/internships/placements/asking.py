"""Asking for signatures: a row for each who has to sign, and a link that works once for who has no account."""

import secrets
from datetime import UTC, datetime, timedelta

from landbooking.accounts.addresses import NotAnAddress, mail_address
from landbooking.accounts.guardians import NoAddress
from landbooking.accounts.person import Person
from landbooking.accounts.sessions import hash_of
from landbooking.database import Connection
from landbooking.errors import NotFound, TooMany
from landbooking.internships.placements.announcements import mail_link
from landbooking.internships.placements.locking import lock_placement
from landbooking.internships.placements.placement import Placement
from landbooking.internships.placements.refusals import NotPossible, SameAddress
from landbooking.internships.placements.signatures import Signatory, missing, signatures_of
from landbooking.internships.placements.steps import Step
from landbooking.language import gettext as _

PATIENCE = timedelta(minutes=10)  # between two links to one address


async def ask_all(connection: Connection, step: Step) -> None:
    """The intern and, where their addresses are known, guardian and school; the school's link goes out last.

    Of the company whoever signs gets a row then. Raises SameAddress.
    """
    placement = step.before
    await connection.execute("DELETE FROM placement_signature WHERE placement_id = $1", placement.id)
    terms_version = await connection.fetchval("SELECT terms_version FROM placement WHERE id = $1", placement.id)
    email = await connection.fetchval("SELECT email FROM person WHERE id = $1", placement.person_id)
    if email is None:
        raise NotPossible(step.way_on)
    await _ask(connection, placement, "applicant", email, terms_version)
    wanted = missing(placement, {})
    if "school" in wanted and placement.school_email:
        await _ask(connection, placement, "school", placement.school_email, terms_version)
    guardian = await guardians_address(connection, placement)
    if "guardian" in wanted and guardian:
        await _ask(connection, placement, "guardian", guardian, terms_version)
        await send_link(connection, placement, "guardian")


async def guardians_address(connection: Connection, placement: Placement) -> str | None:
    """That of who has agreed to internships; None where that was on paper."""
    address: str | None = await connection.fetchval(
        """SELECT guardian_email FROM guardian_consent
           WHERE person_id = $1 AND purpose = 'internships' AND granted_at IS NOT NULL AND revoked_at IS NULL
           ORDER BY id DESC LIMIT 1""",
        placement.person_id,
    )
    return address


async def ask_school(connection: Connection, step: Step) -> None:
    """Once all others have signed."""
    await send_link(connection, step.before, "school")


async def ask_guardian_of(connection: Connection, person: Person, placement_id: int, typed: str) -> None:
    """The intern names the address, or has the link sent once more. Raises NotPossible, NoAddress, SameAddress,
    TooMany."""
    placement = await lock_placement(connection, placement_id)
    given = await signatures_of(connection, placement.id)
    if placement.status != "awaiting_signatures" or "guardian" not in missing(placement, given):
        raise NotPossible(f"/placements/{placement.id}")
    try:
        address = mail_address(typed)
    except NotAnAddress:
        raise NoAddress from None
    had = given.get("guardian")
    if had and datetime.now(UTC) - had.asked_at < PATIENCE and had.email == address:
        raise _too_soon()
    await connection.execute(
        "DELETE FROM placement_signature WHERE placement_id = $1 AND signatory = 'guardian'", placement.id
    )
    await _ask(connection, placement, "guardian", address, placement.terms_version, "guardian_email")
    await send_link(connection, placement, "guardian")


async def ask_school_again(connection: Connection, placement_id: int) -> None:
    """For the company, where the link has expired or was lost. Raises NotPossible, TooMany."""
    placement = await lock_placement(connection, placement_id)
    had = (await signatures_of(connection, placement.id)).get("school")
    if placement.status != "school_approval" or had is None:
        raise NotPossible(f"/company/{placement.company_id}/placements/{placement.id}")
    if datetime.now(UTC) - had.asked_at < PATIENCE:
        raise _too_soon()
    await send_link(connection, placement, "school")


async def send_link(connection: Connection, placement: Placement, signatory: Signatory) -> None:
    """A new one; one that was mailed before works no more. Raises NotFound where nobody is asked."""
    token = secrets.token_urlsafe(16)
    row = await connection.fetchrow(
        """UPDATE placement_signature SET token_hash = $3, asked_at = now()
           WHERE placement_id = $1 AND signatory = $2 AND signed_at IS NULL RETURNING email, terms_version""",
        placement.id,
        signatory,
        hash_of(token),
    )
    if row is None:
        raise NotFound
    await mail_link(connection, placement, signatory, row["email"], token)


async def _ask(
    connection: Connection, placement: Placement, signatory: Signatory, email: str, version: int, field: str = ""
) -> None:
    """Raises SameAddress: the database lets each address sign once."""
    asked = await connection.fetchval(
        """INSERT INTO placement_signature (placement_id, signatory, email, terms_version) VALUES ($1, $2, $3, $4)
           ON CONFLICT DO NOTHING RETURNING signatory""",
        placement.id,
        signatory,
        email,
        version,
    )
    if asked is None:
        raise SameAddress(field)


def _too_soon() -> TooMany:
    return TooMany(
        _("Der Link ist gerade erst hinausgegangen. Bitte warten Sie 10 Minuten."), wait=int(PATIENCE.total_seconds())
    )
