"""Times for a conversation: proposed by the company, one picked by the applicant, and nobody promised twice."""

from collections.abc import Callable, Sequence
from datetime import datetime

import asyncpg
import msgspec

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.errors import NotFound
from landbooking.internships.applications.announcements import Side, announce, path_for
from landbooking.internships.applications.application import Application
from landbooking.internships.applications.steps import Step
from landbooking.internships.events import ActedAs
from landbooking.language import gettext as _
from landbooking.language import use_language
from landbooking.notifications.calendar import Event
from landbooking.period import Period

_TIME = "id, application_id, interviewer_id, period, place, picked_at, sequence, withdrawn_at"


class InterviewTime(msgspec.Struct, frozen=True):
    """`place` is where or how, such as a link; `sequence` is that of its calendar entry."""

    id: int
    application_id: int
    interviewer_id: int
    period: Period
    place: str
    picked_at: datetime | None
    sequence: int
    withdrawn_at: datetime | None

    @property
    def is_picked(self) -> bool:
        return self.picked_at is not None


async def times_of(connection: Connection, application_id: int) -> Sequence[InterviewTime]:
    """Those that stand, in their order: proposed, or the one that was picked."""
    rows = await connection.fetch(
        f"""SELECT {_TIME} FROM interview_time WHERE application_id = $1 AND withdrawn_at IS NULL
            ORDER BY period, id""",  # noqa: S608 our own columns
        application_id,
    )
    return [_time(row) for row in rows]


async def picked_time(connection: Connection, application: Application) -> InterviewTime:
    """Raises NotFound where none is picked."""
    for time in await times_of(connection, application.id):
        if time.is_picked:
            return time
    raise NotFound


async def call_off_interview(connection: Connection, step: Step) -> None:
    """What was picked and is to come is cancelled in both calendars, what was only proposed is taken back."""
    await call_off(connection, step.before, step.acted_as)


async def call_off(connection: Connection, application: Application, acted_as: ActedAs) -> bool:
    """Whether there was one that was picked and had not begun."""
    rows = await connection.fetch(
        f"""UPDATE interview_time SET withdrawn_at = now(), sequence = sequence + 1
            WHERE application_id = $1 AND withdrawn_at IS NULL AND (picked_at IS NULL OR lower(period) > now())
            RETURNING {_TIME}""",  # noqa: S608 our own columns
        application.id,
    )
    picked = [time for time in map(_time, rows) if time.is_picked]
    for time in picked:
        entry = entries(application, time)
        await announce(connection, ("called_off", "called_off_for_you"), application, acted_as, entry, f"{time.id}")
    return bool(picked)


async def announce_pick(connection: Connection, application: Application, time: InterviewTime) -> None:
    """Both get it into their calendars."""
    entry = entries(application, time)
    await announce(connection, ("picked", "picked_by_you"), application, "applicant", entry, f"{time.id}")


def entries(application: Application, time: InterviewTime) -> Callable[[Person, Side], Event]:
    """The calendar entry of one person; without names, since calendars are shown to many."""

    def entry(person: Person, side: Side) -> Event:
        with use_language(person.language):
            summary = _("Gespräch: %(title)s") % {"title": application.title}
        return Event(
            uid=f"interview-{time.id}-{side}@landbooking",
            sequence=time.sequence,
            method="CANCEL" if time.withdrawn_at else "REQUEST",
            start=time.period.start,
            end=time.period.end,
            zone=application.zone,
            changed_at=time.withdrawn_at or time.picked_at or time.period.start,
            summary=summary,
            location=time.place,
            path=path_for(application, side),
            attendee=person.email,
        )

    return entry


def _time(row: asyncpg.Record) -> InterviewTime:
    fields = dict(row)
    period = fields.pop("period")
    return InterviewTime(period=Period(period.lower, period.upper), **fields)
