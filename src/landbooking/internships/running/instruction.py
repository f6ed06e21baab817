"""Check-in waits for what the law wants before work begins: first of all for the instruction of who is under 18."""

from collections.abc import Sequence
from typing import ClassVar

from landbooking.database import Connection
from landbooking.errors import Refusal
from landbooking.internships.law.finding import Finding
from landbooking.internships.placements.judging import stands_before_work
from landbooking.language import gettext as _
from landbooking.spaces.bookings import Booking


class NotBeforeWork(Refusal):
    code: ClassVar[str] = "not-before-work"

    def __init__(self, findings: Sequence[Finding], way_on: str) -> None:
        sentences = [f"{each.sentence} ({each.cited})" for each in findings]
        message = [_("Sie können noch nicht einchecken."), *sentences, _("Bitte melden Sie sich bei Ihrer Firma.")]
        super().__init__(" ".join(message), way_on)


async def may_work(connection: Connection, booking: Booking) -> None:
    """A gate of check-in (JArbSchG §§ 29, 32; BGB § 107). Raises NotBeforeWork."""
    placement_id = await connection.fetchval(
        """SELECT placement_id FROM placement_day JOIN placement ON placement.id = placement_id
           WHERE booking_id = $1 AND status IN ('confirmed', 'active')""",
        booking.id,
    )
    if placement_id and (findings := await stands_before_work(connection, placement_id)):
        raise NotBeforeWork(findings, f"/internships/placements/{placement_id}")
