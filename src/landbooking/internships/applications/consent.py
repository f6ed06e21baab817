"""A guardian says no, or no longer: what the minor has applied for is withdrawn, and placements end."""

from landbooking.accounts.addresses import mail_address
from landbooking.accounts.guardians import concerns, end_by_link, end_on_paper
from landbooking.accounts.person import Person, person_by_email
from landbooking.database import Connection
from landbooking.forms import InvalidInput
from landbooking.internships.applications.guardian import INTERNSHIPS
from landbooking.internships.applications.withdrawing import withdraw_all_of
from landbooking.internships.placements.ending import end_placements_of
from landbooking.language import gettext as _


async def refuse_by_link(connection: Connection, token: str) -> bool:
    """Refuses or revokes; whether the link was still good."""
    person_id = await end_by_link(connection, INTERNSHIPS, token)
    if person_id is None:
        return False
    await withdraw_all_of(connection, person_id, "guardian")
    await end_placements_of(connection, person_id, "guardian")
    return True


async def revoke_on_paper(connection: Connection, person_id: int) -> None:
    """The guardian has told staff. Raises NotFound where no consent stands."""
    await end_on_paper(connection, INTERNSHIPS, person_id)
    await withdraw_all_of(connection, person_id, "guardian")
    await end_placements_of(connection, person_id, "guardian")


async def minor_at(connection: Connection, staff: Person, typed: str) -> Person:
    """Whose consent staff have on paper. Raises NotAnAddress, InvalidInput; for who is another district's, too."""
    person = await person_by_email(connection, mail_address(typed))
    if person is None or not await concerns(connection, staff, INTERNSHIPS, person):
        said = _(
            "Mit dieser Adresse ist in Ihrem Kreis niemand bekannt. Wer hier wohnt, trägt im Profil den Wohnort ein; "
            "wer sich hier bewirbt, beginnt zuerst die Bewerbung."
        )
        raise InvalidInput({"email": said}, {"email": typed})
    return person
