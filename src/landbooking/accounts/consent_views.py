"""A guardian's consent as the JSON API takes and shows it, whatever it is about."""

from datetime import UTC, datetime
from typing import Annotated, Literal

import msgspec

from landbooking.accounts.guardians import Purpose, consent_of
from landbooking.database import Connection


class GuardianAddress(msgspec.Struct, frozen=True):
    guardian_email: Annotated[str, msgspec.Meta(max_length=254)]


class GuardianConsent(msgspec.Struct, frozen=True):
    """`state` is "expired" where nobody has answered within 14 days; `asked_at` is null where nobody was asked."""

    state: Literal["none", "asked", "expired", "granted", "refused", "revoked"]
    asked_at: datetime | None
    answered_at: datetime | None


async def consent_view(connection: Connection, purpose: Purpose, person_id: int) -> GuardianConsent:
    """How it stands with that person's."""
    consent = await consent_of(connection, purpose, person_id)
    if consent is None:
        return GuardianConsent("none", None, None)
    if consent.revoked_at:
        return GuardianConsent("revoked", consent.asked_at, consent.revoked_at)
    if consent.granted_at:
        return GuardianConsent("granted", consent.asked_at, consent.granted_at)
    if consent.refused_at:
        return GuardianConsent("refused", consent.asked_at, consent.refused_at)
    is_over = consent.expires_at <= datetime.now(UTC)
    return GuardianConsent("expired" if is_over else "asked", consent.asked_at, None)
