"""Whether a booking may still be moved or cancelled by who has it."""

from datetime import UTC, datetime, timedelta

from landbooking.errors import Stale
from landbooking.spaces.bookings import Booking
from landbooking.spaces.refusals import BookingCancelled, BookingOver, KeptElsewhere, TooLateToChange


def check_changeable(booking: Booking, version: int | None) -> None:
    """Raises BookingCancelled, Stale, BookingOver, KeptElsewhere, TooLateToChange."""
    if booking.status == "cancelled":
        raise BookingCancelled
    if version is not None and version != booking.version:
        raise Stale(f"/bookings/{booking.id}")
    now = datetime.now(UTC)
    if booking.start <= now:
        raise BookingOver
    if booking.kept_by:
        raise KeptElsewhere(booking.kept_by)
    # Guests' bookings are changed by staff, whom others are told to ask. A request binds nobody yet.
    may_be_late = booking.guest_id is not None or booking.status == "requested"
    if not may_be_late and booking.start - timedelta(minutes=booking.rules.cancel_minutes) < now:
        raise TooLateToChange(booking.rules)
