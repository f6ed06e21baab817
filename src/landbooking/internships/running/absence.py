"""The intern says that they don't come on a day: who counts on them is told, and the desk is free for others.

Nobody is asked why: that could be a matter of health.
"""

from datetime import UTC, date, datetime
from typing import ClassVar

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.errors import Refusal
from landbooking.internships.companies.company import managers_of
from landbooking.internships.placements.locking import lock_placement
from landbooking.internships.placements.placement import Placement
from landbooking.internships.placements.refusals import NotPossible
from landbooking.internships.running.announcements import tell
from landbooking.internships.running.weeks import week_of
from landbooking.language import format_day, use_language
from landbooking.language import gettext as _
from landbooking.spaces.booking import give_up_booking
from landbooking.spaces.bookings import booking_by_id
from landbooking.spaces.presence.check_in import leave_early


class NothingToMiss(Refusal):
    """The day is none of the placement's, is over, or they came."""

    code: ClassVar[str] = "nothing-to-miss"

    def __init__(self, way_on: str) -> None:
        super().__init__(_("Für diesen Tag können Sie sich nicht mehr abmelden."), way_on)


async def tell_absent(connection: Connection, intern: Person, placement_id: int, day: date) -> Placement:
    """Until the day is over. Said twice, it is said once. Raises NotPossible, NothingToMiss."""
    placement = await lock_placement(connection, placement_id)
    path = f"/internships/placements/{placement_id}"
    if placement.status not in ("confirmed", "active"):
        raise NotPossible(path)
    row = await connection.fetchrow(
        """SELECT booking_id, told_absent_at, checked_in_at IS NULL AND upper(period) > now() AS to_come
           FROM placement_day WHERE placement_id = $1 AND day = $2""",
        placement_id,
        day,
    )
    if row and row["told_absent_at"]:
        return placement
    if row is None or not row["to_come"]:
        raise NothingToMiss(path)
    await connection.execute(
        """UPDATE placement_day SET told_absent_at = now(), booking_id = NULL
           WHERE placement_id = $1 AND day = $2""",
        placement_id,
        day,
    )
    if row["booking_id"]:
        await _free_desk(connection, intern, row["booking_id"])
    for person in await managers_of(connection, placement.company_id, placement.mentor_id):
        with use_language(person.language):
            facts = {"day": format_day(day)}
        await tell(connection, "absent", person, placement, f"{path}?week={week_of(placement, day)}", facts, f":{day}")
    return placement


async def _free_desk(connection: Connection, intern: Person, booking_id: int) -> None:
    """Of a day that has begun what is left of it."""
    if (await booking_by_id(connection, booking_id)).start > datetime.now(UTC):
        await give_up_booking(connection, intern, booking_id)
    else:
        await leave_early(connection, intern, booking_id)
