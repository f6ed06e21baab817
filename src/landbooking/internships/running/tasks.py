"""Tasks by week: the company sets them, the intern ticks what is done."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from landbooking.database import Connection
from landbooking.errors import NotFound, Refusal
from landbooking.internships.placements.locking import lock_placement
from landbooking.internships.placements.placement import Placement, Status
from landbooking.internships.placements.refusals import NotPossible
from landbooking.internships.running.weeks import last_week
from landbooking.language import gettext as _

WRITABLE: tuple[Status, ...] = ("confirmed", "active")
LONGEST = 300  # characters
MOST = 30  # a week


class Task(msgspec.Struct, frozen=True):
    id: int
    week: int
    text: str
    done_at: datetime | None


class TooManyTasks(Refusal):
    code = "too-many-tasks"

    def __init__(self) -> None:
        super().__init__(_("In dieser Woche stehen schon 30 Aufgaben. Bitte fassen Sie zusammen."))


class NoSuchWeek(Refusal):
    status = 422
    code = "no-such-week"

    def __init__(self) -> None:
        super().__init__(_("So viele Wochen hat das Praktikum nicht."))

    @property
    def fields(self) -> dict[str, str]:
        return {"week": self.message}


async def tasks_of(connection: Connection, placement_id: int) -> Sequence[Task]:
    """By week, in the order in which they were set."""
    rows = await connection.fetch(
        "SELECT id, week, text, done_at FROM placement_task WHERE placement_id = $1 ORDER BY week, id", placement_id
    )
    return [Task(**row) for row in rows]


async def set_task(connection: Connection, placement_id: int, week: int, text: str) -> Task:
    """Raises NotPossible, NoSuchWeek, TooManyTasks."""
    placement = await _lock(connection, placement_id)
    if week > last_week(placement):
        raise NoSuchWeek
    count: int = await connection.fetchval(
        "SELECT count(*) FROM placement_task WHERE placement_id = $1 AND week = $2", placement.id, week
    )
    if count >= MOST:
        raise TooManyTasks
    row = await connection.fetchrow(
        "INSERT INTO placement_task (placement_id, week, text) VALUES ($1, $2, $3) RETURNING id, week, text, done_at",
        placement.id,
        week,
        text,
    )
    assert row is not None  # noqa: S101 a row was inserted
    return Task(**row)


async def tick_task(connection: Connection, placement_id: int, task_id: int, done: bool) -> Task:
    """Ticked twice, the first time stands. Raises NotFound, NotPossible."""
    await _check_there(connection, placement_id, task_id)
    await _lock(connection, placement_id)
    row = await connection.fetchrow(
        """UPDATE placement_task SET done_at = CASE WHEN $3 THEN coalesce(done_at, now()) END
           WHERE placement_id = $1 AND id = $2 RETURNING id, week, text, done_at""",
        placement_id,
        task_id,
        done,
    )
    if row is None:
        raise NotFound
    return Task(**row)


async def remove_task(connection: Connection, placement_id: int, task_id: int) -> None:
    """Not what is done: that stays for the certificate. Raises NotFound, NotPossible."""
    await _check_there(connection, placement_id, task_id)
    await _lock(connection, placement_id)
    row = await connection.fetchrow(
        "SELECT done_at FROM placement_task WHERE placement_id = $1 AND id = $2", placement_id, task_id
    )
    if row is None:
        raise NotFound
    if row["done_at"]:
        raise NotPossible(f"/internships/placements/{placement_id}")
    await connection.execute("DELETE FROM placement_task WHERE id = $1", task_id)


async def _check_there(connection: Connection, placement_id: int, task_id: int) -> None:
    """Before the state: of what never was, it says nothing. Raises NotFound."""
    if not await connection.fetchval(
        "SELECT true FROM placement_task WHERE placement_id = $1 AND id = $2", placement_id, task_id
    ):
        raise NotFound


async def _lock(connection: Connection, placement_id: int) -> Placement:
    placement = await lock_placement(connection, placement_id)
    if placement.status not in WRITABLE:
        raise NotPossible(f"/internships/placements/{placement_id}")
    return placement
