"""The consent that a minor's guardian gives to internships, and whether it stands."""

from landbooking.accounts.guardians import Purpose, consent_of
from landbooking.database import Connection

# The text is templates/internships/_consent_text.html.
INTERNSHIPS = Purpose(
    "internships",
    text_version=1,
    mails="internships/emails",
    path="/internships/consent",
    districts="""
        SELECT company.district_id
        FROM application JOIN posting ON posting.id = posting_id JOIN company ON company.id = posting.company_id
        WHERE application.person_id = $1
        UNION ALL
        SELECT municipality.district_id
        FROM placement JOIN space ON space.id = space_id JOIN municipality ON municipality.id = municipality_id
        WHERE placement.person_id = $1""",
)


async def guardian_agrees(connection: Connection, person_id: int) -> bool:
    """Whether a consent stands. Who asks holds the person's lock, so that nobody revokes it meanwhile."""
    consent = await consent_of(connection, INTERNSHIPS, person_id)
    return consent is not None and consent.stands
