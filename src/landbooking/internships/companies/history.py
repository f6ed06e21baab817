"""What has happened to a company, for staff: who did what, when, and why."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from landbooking.database import Connection
from landbooking.internships.companies.company import Proof
from landbooking.internships.events import ActedAs
from landbooking.language import gettext as _
from landbooking.language import mark

_HAPPENED = {
    "unverified": mark("Eingetragen"),
    "verified": mark("Firma geprüft und bestätigt"),
    "suspended": mark("Gesperrt"),
    "renamed": mark("Heißt jetzt anders"),
    "name_refused": mark("Neuer Name abgelehnt"),
}
_PROOFS: dict[Proof, str] = {"register": mark("nach dem Register"), "letter": mark("durch einen Brief")}


class Happened(msgspec.Struct, frozen=True):
    """`by` is the name or address of who did it, empty once the account is closed."""

    what: str
    why: str
    at: datetime
    acted_as: ActedAs
    by: str


async def company_history(connection: Connection, company_id: int) -> Sequence[Happened]:
    """The oldest first, in the language of the request."""
    rows = await connection.fetch(
        """SELECT to_status, reason, at, acted_as, coalesce(nullif(person.name, ''), person.email, '') AS by
           FROM internship_event LEFT JOIN person ON person.id = by_id
           WHERE company_id = $1 ORDER BY internship_event.id""",
        company_id,
    )
    return [
        Happened(_(_HAPPENED[row["to_status"]]), _why(row["reason"]), row["at"], row["acted_as"], row["by"])
        for row in rows
    ]


def _why(reason: str) -> str:
    return next((_(word) for proof, word in _PROOFS.items() if proof == reason), reason)
