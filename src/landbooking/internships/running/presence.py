"""Who has come on which day, and for how long: noted where they check in at the desk, and where they leave early."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Literal

import msgspec

from landbooking.database import Connection
from landbooking.internships.placements.placement import Placement, days_of
from landbooking.period import Period, gaps

State = Literal["came", "missed", "told", "due", "dropped"]


class Attendance(msgspec.Struct, frozen=True):
    """One planned day. "told": the intern said that they don't come; "due": it is not over yet; "dropped": the
    placement had ended before.

    `left_at` None: stayed to the end, as far as anybody knows. Nothing of the day counts after `ended_at`, when the
    placement ended.
    """

    day: date
    period: Period
    breaks: tuple[Period, ...]
    came_at: datetime | None
    left_at: datetime | None
    ended_at: datetime | None
    state: State

    @property
    def planned(self) -> timedelta:
        """Without breaks."""
        return self._worked(self.period)

    @property
    def present(self) -> timedelta:
        """From coming to leaving, within what is planned and without its breaks.

        Who checks in a little early waits for the work to begin, and who stays longer does so beside the agreement,
        which the law was judged on: neither is time of the internship.
        """
        if self.came_at is None:
            return timedelta()
        ends = [moment for moment in (self.left_at, self.ended_at) if moment]
        return self._worked(self.period.common(Period(self.came_at, min([self.period.end, *ends]))))

    def _worked(self, within: Period) -> timedelta:
        return sum((each.length for each in gaps(within, self.breaks)), timedelta())


async def presence_of(connection: Connection, placement: Placement) -> Sequence[Attendance]:
    """In order."""
    now = datetime.now(UTC)
    rows = await connection.fetch(
        "SELECT day FROM placement_day WHERE placement_id = $1 AND told_absent_at IS NOT NULL", placement.id
    )
    told = {row["day"] for row in rows}
    return [
        Attendance(
            each.day,
            each.period,
            each.breaks,
            each.checked_in_at,
            each.left_at,
            placement.ended_at,
            _state(placement, each.period, each.checked_in_at, each.day in told, now),
        )
        for each in await days_of(connection, placement.id)
    ]


def _state(placement: Placement, period: Period, came_at: datetime | None, told: bool, now: datetime) -> State:
    if came_at:
        return "came"
    if placement.ended_at and placement.ended_at <= period.start:
        return "dropped"
    if told:
        return "told"
    return "missed" if period.end <= now else "due"


def whole_minutes(length: timedelta) -> int:
    return round(length.total_seconds() / 60)
