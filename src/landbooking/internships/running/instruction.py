"""Who is under 18 is told of dangers and protection before the first work, so check-in waits for that."""

from typing import ClassVar

from landbooking.database import Connection
from landbooking.errors import Refusal
from landbooking.internships.applications.ages import OF_AGE
from landbooking.internships.law.terms import months_after
from landbooking.internships.placements.placement import placement_by_id
from landbooking.language import gettext as _
from landbooking.spaces.bookings import Booking

VALID_MONTHS = 6


class NotInstructed(Refusal):
    code: ClassVar[str] = "not-instructed"

    def __init__(self, way_on: str) -> None:
        super().__init__(
            _(
                "Sie können noch nicht einchecken: Wer noch nicht 18 ist, muss vor der ersten Arbeit über Gefahren und "
                "Schutz unterwiesen werden (§ 29 JArbSchG). Bitte melden Sie sich bei Ihrem Betrieb. Sobald er die "
                "Unterweisung einträgt, geht es."
            ),
            way_on,
        )


async def instructed_first(connection: Connection, booking: Booking) -> None:
    """A gate of check-in (JArbSchG § 29 (1); again after half a year, (2)). Raises NotInstructed."""
    row = await connection.fetchrow(
        "SELECT placement_id, day FROM placement_day WHERE booking_id = $1 ORDER BY day LIMIT 1", booking.id
    )
    if row is None:
        return
    placement = await placement_by_id(connection, row["placement_id"])
    if placement.age_on(row["day"]) >= OF_AGE:
        return
    done = placement.instructed_on
    if done is None or not done <= row["day"] <= months_after(done, VALID_MONTHS):
        raise NotInstructed(f"/internships/placements/{placement.id}")
