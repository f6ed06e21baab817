"""What every page of a placement knows, whoever looks at it."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from landbooking.database import Connection
from landbooking.forms import text_of
from landbooking.internships.events import ActedAs, events_of
from landbooking.internships.law.words import disclaimer
from landbooking.internships.placements.judging import findings_of, stands_before_work
from landbooking.internships.placements.placement import Placement, days_of
from landbooking.internships.placements.signatures import (
    guardian_decides,
    has_signed,
    missing,
    signatories,
    signatures_of,
    signed_too_young,
    today_in,
)
from landbooking.internships.placements.transitions import possible
from landbooking.internships.placements.words import signatory_word, stage_of, stage_words, state_word


async def shown(connection: Connection, placement: Placement, who: ActedAs) -> dict[str, Any]:
    """For the templates. Birthday, schooling and addresses never leave; only what follows from them."""
    given = await signatures_of(connection, placement.id)
    left = missing(placement, given)
    findings = await findings_of(connection, placement)
    return {
        "placement": msgspec.structs.replace(placement, birthday=None, schooling_until=None, school_email=""),
        "is_minor": placement.birthday is not None and guardian_decides(placement),
        "days": await days_of(connection, placement.id),
        "findings": findings,
        "locked_by": await stands_before_work(connection, placement.id) if findings else [],
        "disclaimer": disclaimer(),
        "signers": [
            (signatory_word(each), None if each in left else given.get(each)) for each in signatories(placement, given)
        ],
        "own_signed": who in ("applicant", "company") and who not in left,
        "signed_too_young": signed_too_young(placement, given),
        "guardian_signed": has_signed(given, "guardian"),
        "possible": await possible(connection, placement, who),
        "stages": stage_words(),
        "stage": stage_of(placement),
        "state": state_word,
        "zone": placement.zone,
        "events": await events_of(connection, "placement", placement.id),
        "today": today_in(placement),
    }


def typed_of(values: Mapping[str, Any], names: Sequence[str], before: Mapping[str, str]) -> dict[str, str]:
    """What the form shows again: what was typed, else what stands."""
    return {name: text_of(values, name) if name in values else before.get(name, "") for name in names}
