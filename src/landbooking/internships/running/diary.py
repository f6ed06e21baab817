"""The intern's diary: an entry a day, which the mentor reads and nobody else."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from landbooking.database import Connection
from landbooking.errors import Refusal
from landbooking.internships.placements.locking import lock_placement
from landbooking.internships.placements.placement import Status
from landbooking.internships.placements.refusals import NotPossible
from landbooking.language import gettext as _

WRITABLE: tuple[Status, ...] = ("active", "completed")
LONGEST = 4000  # characters


class NoDayOfIt(Refusal):
    status = 422
    code = "no-day-of-it"

    def __init__(self) -> None:
        super().__init__(_("An diesem Tag ist kein Praktikum, oder der Tag kommt erst noch."))

    @property
    def fields(self) -> dict[str, str]:
        return {"day": self.message}


async def diary_of(connection: Connection, placement_id: int) -> dict[date, str]:
    """By day, in order."""
    rows = await connection.fetch(
        "SELECT day, text FROM diary_entry WHERE placement_id = $1 ORDER BY day", placement_id
    )
    return {row["day"]: row["text"] for row in rows}


async def write_entry(connection: Connection, placement_id: int, day: date, text: str) -> None:
    """In place of what stood there; an empty text takes it away. Raises NotPossible, NoDayOfIt."""
    placement = await lock_placement(connection, placement_id)
    if placement.status not in WRITABLE:
        raise NotPossible(f"/internships/placements/{placement_id}")
    planned = await connection.fetchval(
        "SELECT EXISTS (SELECT FROM placement_day WHERE placement_id = $1 AND day = $2)", placement.id, day
    )
    if not planned or day > datetime.now(UTC).astimezone(ZoneInfo(placement.zone)).date():
        raise NoDayOfIt
    if not text:
        await connection.execute("DELETE FROM diary_entry WHERE placement_id = $1 AND day = $2", placement.id, day)
        return
    await connection.execute(
        """INSERT INTO diary_entry (placement_id, day, text) VALUES ($1, $2, $3)
           ON CONFLICT (placement_id, day) DO UPDATE SET text = excluded.text, changed_at = now()""",
        placement.id,
        day,
        text,
    )
