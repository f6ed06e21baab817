"""Who works for a district, and who runs the installation. Given on the command line only."""

from typing import ClassVar

from landbooking.accounts.addresses import mail_address
from landbooking.accounts.person import Role, ensure_person
from landbooking.database import Connection
from landbooking.errors import Refusal
from landbooking.language import gettext as _
from landbooking.language import language


class DistrictMismatch(Refusal):
    """Staff work for one district that exists, and nobody else has one."""

    status: ClassVar[int] = 422
    code: ClassVar[str] = "district-mismatch"

    def __init__(self) -> None:
        super().__init__(_("Die Rolle staff braucht einen vorhandenen Landkreis, die anderen Rollen keinen."))


async def set_role(connection: Connection, email: str, role: Role, district_key: str | None) -> None:
    """Gives the person with this address the role; they are made where there is none.

    `district_key` (five digits) goes with "staff" and with nothing else. Raises DistrictMismatch and NotAnAddress.
    """
    district_id = await connection.fetchval("SELECT id FROM district WHERE key = $1", district_key)
    if (role == "staff") != (district_key is not None) or (district_key is not None and district_id is None):
        raise DistrictMismatch
    person_id = await ensure_person(connection, mail_address(email), language.get())
    await connection.execute(
        "UPDATE person SET role = $2, district_id = $3 WHERE id = $1", person_id, role, district_id
    )
