"""What is seen to before work begins (JArbSchG §§ 5, 29, 32)."""

from datetime import date

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.forms import InvalidInput
from landbooking.internships.placements.locking import lock_standing
from landbooking.internships.placements.placement import Placement, placement_by_id
from landbooking.internships.placements.signatures import today_in
from landbooking.language import gettext as _

DAYS_A_YEAR = 366


async def record_instruction(connection: Connection, by: Person, placement_id: int, on: date) -> Placement:
    """Dangers and protection were explained on that day, by the company or the mentor (JArbSchG § 29).

    Again after half a year. Raises NotPossible, InvalidInput.
    """
    placement = await lock_standing(connection, placement_id, "company")
    _check_not_to_come(placement, "instructed_on", on)
    await connection.execute(
        "UPDATE placement SET instructed_on = $2, instructed_by = $3, changed_at = now() WHERE id = $1",
        placement.id,
        on,
        by.id,
    )
    return await placement_by_id(connection, placement.id)


async def record_certificate(connection: Connection, placement_id: int, on: date) -> Placement:
    """The company has seen the medical certificate on that day; nothing else is kept of it (JArbSchG § 32).

    Raises NotPossible, InvalidInput.
    """
    placement = await lock_standing(connection, placement_id, "company")
    _check_not_to_come(placement, "certificate_seen_on", on)
    await connection.execute(
        "UPDATE placement SET certificate_seen_on = $2, changed_at = now() WHERE id = $1", placement.id, on
    )
    return await placement_by_id(connection, placement.id)


async def declare_days_elsewhere(connection: Connection, placement_id: int, year: int, days: int) -> Placement:
    """The intern says how many days of holiday work there are beside this one in that year (JArbSchG § 5 (4)).

    Raises NotPossible, InvalidInput.
    """
    placement = await lock_standing(connection, placement_id, "applicant")
    if year not in (placement.first.year, placement.last.year) or not 0 <= days <= DAYS_A_YEAR:
        raise InvalidInput({"days": _("Bitte eine Zahl von %(least)s bis %(most)s angeben.") % _SPAN}, {})
    await connection.execute(
        "UPDATE placement SET days_elsewhere = days_elsewhere || $2, changed_at = now() WHERE id = $1",
        placement.id,
        {f"{year}": days},
    )
    return await placement_by_id(connection, placement.id)


_SPAN = {"least": 0, "most": DAYS_A_YEAR}


def _check_not_to_come(placement: Placement, field: str, on: date) -> None:
    today = today_in(placement)
    if not 0 <= (today - on).days <= DAYS_A_YEAR * 2:
        raise InvalidInput({field: _("Bitte geben Sie den Tag an, an dem es war.")}, {})
