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
        super().__init__(_("Zu dieser Rolle gehört ein vorhandener Landkreis, und nur zu dieser: staff."))


async def set_role(connection: Connection, email: str, role: Role, district_id: int | None) -> None:
    """Gives the person with this address the role; they are made where there is none.

    `district_id` goes with "staff" and with nothing else. Raises DistrictMismatch and NotAnAddress.
    """
    known = district_id is None or await connection.fetchval("SELECT true FROM district WHERE id = $1", district_id)
    if (role == "staff") != (district_id is not None) or not known:
        raise DistrictMismatch
    person_id = await ensure_person(connection, mail_address(email), language.get())
    await connection.execute(
        "UPDATE person SET role = $2, district_id = $3 WHERE id = $1", person_id, role, district_id
    )
