"""When something happens in the demo: in the last hours of the coming open days, which other bookings leave free."""

from datetime import UTC, datetime, timedelta

from landbooking.period import Period
from landbooking.spaces.opening_hours import open_periods
from landbooking.spaces.space import Space

# At the end of each day: the last hour, and before it what a room keeps free between two bookings.
KEPT_FREE = timedelta(hours=1, minutes=15)


def stretches(space: Space, count: int) -> list[Period]:
    """The last hour of each of so many open days from tomorrow on."""
    today = datetime.now(UTC).astimezone(space.rules.time_zone).date()
    days = (today + timedelta(days=number) for number in range(1, 60))
    closing = (opened[-1].end for day in days if (opened := open_periods(space.rules, day)))
    return [Period(end - timedelta(hours=1), end) for _number, end in zip(range(count), closing, strict=False)]
