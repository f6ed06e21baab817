"""Signing the terms as they are now, and what follows once nobody is missing."""

from typing import Literal

from landbooking.accounts.person import Person
from landbooking.accounts.sessions import hash_of
from landbooking.database import Connection
from landbooking.internships.applications.refusals import OfAge
from landbooking.internships.events import ActedAs
from landbooking.internships.placements.announcements import announce
from landbooking.internships.placements.locking import lock_placement
from landbooking.internships.placements.placement import Placement, Status, placement_by_id
from landbooking.internships.placements.refusals import DesksMissing, LawRefuses, NotPossible, OtherTerms, SameAddress
from landbooking.internships.placements.signatures import (
    VALID,
    Channel,
    Signatory,
    asked_by_link,
    has_signed,
    missing,
    only_school,
    signatories,
    signatures_of,
)
from landbooking.internships.placements.steps import path_for
from landbooking.internships.placements.transitions import move

SIGNABLE: tuple[Status, ...] = ("awaiting_signatures", "school_approval")


async def sign_by_account(
    connection: Connection,
    person: Person,
    placement_id: int,
    side: Literal["applicant", "company"],
    terms_version: int | None,
) -> Placement:
    """Whose placement or company it is, is the caller's question. Signing twice is signing once.

    Raises NotPossible, OtherTerms, SameAddress.
    """
    placement = await _lock_to_sign(connection, placement_id, side, terms_version, side)
    if side not in missing(placement, await signatures_of(connection, placement.id)):
        return placement
    await _write(connection, placement, side, "account", person.email, person.name)
    return await go_on(connection, placement.id, side, person)


async def sign_by_link(connection: Connection, token: str, terms_version: int | None, name: str) -> bool:
    """Whether the link was still good. Raises NotPossible, OtherTerms, OfAge."""
    asked = await asked_by_link(connection, token)
    if asked is None:
        return False
    placement = await _lock_to_sign(connection, asked.placement_id, asked.signatory, terms_version, asked.signatory)
    signed = await connection.fetchval(
        f"""UPDATE placement_signature SET signed_at = now(), channel = 'link', name = $3, token_hash = NULL
            WHERE placement_id = $1 AND token_hash = $2 AND signed_at IS NULL
              AND asked_at > now() - interval '{VALID}' RETURNING signatory""",  # noqa: S608 our own constant
        placement.id,
        hash_of(token),
        name,
    )
    if signed is None:
        return False
    await go_on(connection, placement.id, asked.signatory, None)
    return True


async def refuse_by_link(connection: Connection, token: str) -> bool:
    """The guardian or the school says no: that ends it. Whether the link was still good. Raises NotPossible, OfAge."""
    asked = await asked_by_link(connection, token)
    if asked is None:
        return False
    placement = await lock_placement(connection, asked.placement_id)
    used = await connection.fetchval(
        "UPDATE placement_signature SET token_hash = NULL WHERE token_hash = $1 RETURNING signatory", hash_of(token)
    )
    if used is None:
        return False
    await move(connection, placement.id, "cancel", asked.signatory)
    return True


async def record_paper(
    connection: Connection,
    staff: Person,
    placement_id: int,
    signatory: Literal["guardian", "school"],
    terms_version: int | None,
    name: str,
) -> Placement:
    """A member of staff has seen the signature. Raises NotPossible, OtherTerms, OfAge."""
    placement = await _lock_to_sign(connection, placement_id, signatory, terms_version, "staff")
    if has_signed(await signatures_of(connection, placement.id), signatory):
        return placement
    await _write(connection, placement, signatory, "paper", f"paper:{signatory}", name, staff)
    return await go_on(connection, placement.id, "staff", staff)


async def go_on(connection: Connection, placement_id: int, acted_as: ActedAs, by: Person | None) -> Placement:
    """After a signature: to the school, or confirmed once nobody is missing.

    Where the law or the desks are in the way then, the signature stands all the same: only what would confirm is rolled
    back, and the company is told. The locks are held, so that of two who sign at once the second sees both.
    """
    placement = await placement_by_id(connection, placement_id)
    left = missing(placement, await signatures_of(connection, placement_id))
    if only_school(left) and placement.status == "awaiting_signatures":
        return await move(connection, placement_id, "request_approval", acted_as, by)
    if left:
        return placement
    try:
        async with connection.transaction():
            return await move(connection, placement_id, "confirm", acted_as, by)
    except DesksMissing:
        await announce(connection, ("no_desks",), placement)
    except LawRefuses:
        await announce(connection, ("law_refuses",), placement)
    return placement


async def _lock_to_sign(
    connection: Connection, placement_id: int, signatory: Signatory, terms_version: int | None, acted_as: ActedAs
) -> Placement:
    placement = await lock_placement(connection, placement_id)
    way_on = path_for(placement, acted_as)
    given = await signatures_of(connection, placement_id)
    asked = signatory in signatories(placement, given)
    too_early = signatory == "school" and placement.status != "school_approval"
    if signatory == "guardian" and not asked:
        raise OfAge
    if placement.status not in SIGNABLE or not asked or too_early:
        raise NotPossible(way_on)
    if terms_version is not None and terms_version != placement.terms_version:
        raise OtherTerms(way_on)
    return placement


async def _write(
    connection: Connection,
    placement: Placement,
    signatory: Signatory,
    channel: Channel,
    email: str,
    name: str,
    seen_by: Person | None = None,
) -> None:
    """Raises SameAddress: the database lets each address sign once."""
    await connection.execute(
        "DELETE FROM placement_signature WHERE placement_id = $1 AND signatory = $2", placement.id, signatory
    )
    written = await connection.fetchval(
        """INSERT INTO placement_signature (placement_id, signatory, email, name, terms_version, signed_at, channel,
                                            seen_by)
           VALUES ($1, $2, $3, $4, $5, now(), $6, $7) ON CONFLICT DO NOTHING RETURNING signatory""",
        placement.id,
        signatory,
        email,
        name,
        placement.terms_version,
        channel,
        seen_by.id if seen_by else None,
    )
    if written is None:
        raise SameAddress
