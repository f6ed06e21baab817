"""Who has come on which day: noted where they check in at the desk."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Literal

import msgspec

from landbooking.database import Connection
from landbooking.internships.placements.placement import Placement, days_of
from landbooking.period import Period

State = Literal["came", "missed", "told", "due", "dropped"]


class Attendance(msgspec.Struct, frozen=True):
    """One planned day. "told": the intern said that they don't come; "due": it is not over yet; "dropped": the
    placement had ended before.
    """

    day: date
    period: Period
    breaks: tuple[Period, ...]
    came_at: datetime | None
    state: State

    @property
    def hours(self) -> float:
        """Without breaks."""
        worked = self.period.end - self.period.start
        return (worked - sum((each.end - each.start for each in self.breaks), worked * 0)).total_seconds() / 3600


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
