"""Booking a series: all chosen dates in one transaction, or none."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import ClassVar

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.errors import Refusal
from landbooking.language import gettext as _
from landbooking.language import ngettext
from landbooking.spaces.bookings import Booking, SeriesDate
from landbooking.spaces.opening_hours import blocked_by
from landbooking.spaces.series.announcements import announce_series
from landbooking.spaces.series.plan import Plan, PlannedDate, Wish, plan_series
from landbooking.spaces.series.series import Series
from landbooking.spaces.space import lock_against_changes
from landbooking.spaces.tariffs.ledger import charge_booking


class SeriesConflicts(Refusal):
    """Dates that can't be had as they were chosen; nothing is booked. `plan` has them with what would be possible."""

    code: ClassVar[str] = "series-conflicts"

    def __init__(self, plan: Plan) -> None:
        count = len(plan.conflicts)
        super().__init__(
            ngettext(
                "An %(count)s Tag geht es so nicht. Noch ist nichts gebucht: Bitte wählen Sie dort anders.",
                "An %(count)s Tagen geht es so nicht. Noch ist nichts gebucht: Bitte wählen Sie dort anders.",
                count,
            )
            % {"count": count}
        )
        self.plan = plan

    @property
    def fields(self) -> dict[str, str]:
        return {f"{one.day}": one.refusal.message for one in self.plan.conflicts if one.refusal}


class SeriesTaken(Refusal):
    """Somebody else was quicker at one of the dates; nothing is booked."""

    code: ClassVar[str] = "taken"

    def __init__(self) -> None:
        super().__init__(
            _("Einer der Termine ist gerade vergeben worden. Noch ist nichts gebucht. Bitte prüfen Sie die Liste.")
        )


class NothingChosen(Refusal):
    status: ClassVar[int] = 422
    code: ClassVar[str] = "nothing-chosen"

    def __init__(self) -> None:
        super().__init__(_("So bleibt kein Termin übrig. Bitte wählen Sie mindestens einen."))


async def book_series(connection: Connection, person: Person, wish: Wish) -> Series:
    """Raises DeskGone, RecurrenceRefused, SeriesConflicts, SeriesTaken, NothingChosen."""
    chosen = {choice.resource_id for choice in wish.choices.values() if choice.resource_id}
    await lock_against_changes(connection, person.id, wish.resource_id, *chosen)
    plan = await plan_series(connection, person, wish, datetime.now(UTC))
    if plan.conflicts:
        raise SeriesConflicts(plan)
    if not plan.booked:
        raise NothingChosen
    series = await _insert_series(connection, person, wish, plan)
    bookings = await _insert_dates(connection, person, plan, series)
    for booking in bookings:
        await charge_booking(connection, booking, person)
    await announce_series(connection, person, series, bookings)
    return series


async def _insert_series(connection: Connection, person: Person, wish: Wish, plan: Plan) -> Series:
    recurrence = wish.recurrence
    series_id = await connection.fetchval(
        """INSERT INTO series (person_id, repeats, weekdays, first, until, count, starts, ends, zone)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id""",
        person.id,
        recurrence.repeats,
        recurrence.weekdays,
        recurrence.first,
        recurrence.until,
        recurrence.count,
        wish.start.replace(tzinfo=None),
        wish.end.replace(tzinfo=None),
        plan.space.rules.zone,
    )
    return Series(
        id=series_id,
        person_id=person.id,
        recurrence=recurrence,
        start=wish.start,
        end=wish.end,
        zone=plan.space.rules.zone,
        version=1,
    )


async def _insert_dates(connection: Connection, person: Person, plan: Plan, series: Series) -> list[Booking]:
    """Each resource's dates in their order, so that two who want the same ones meet at the first."""
    booked = sorted(plan.booked, key=lambda one: (one.resource.id if one.resource else 0, one.period))
    rows = await connection.fetch(
        """INSERT INTO booking (resource_id, person_id, period, blocked, series_id, planned_at)
           SELECT resource_id, $1, period, blocked, $2, planned_at
           FROM unnest($3::int[], $4::tstzrange[], $5::tstzrange[], $6::timestamptz[])
                WITH ORDINALITY AS one (resource_id, period, blocked, planned_at, number) ORDER BY number
           ON CONFLICT DO NOTHING RETURNING id, planned_at, created_at""",
        person.id,
        series.id,
        *_columns(plan, booked),
    )
    if len(rows) < len(booked):
        raise SeriesTaken
    by_plan = {row["planned_at"]: row for row in rows}
    return [
        Booking(
            id=by_plan[one.planned_at]["id"],
            resource_id=one.resource.id,
            resource=one.resource.name,
            kind=one.resource.kind,
            space=plan.space,
            person_id=person.id,
            start=one.period.start,
            end=one.period.end,
            status="confirmed",
            version=1,
            changed_at=by_plan[one.planned_at]["created_at"],
            series=SeriesDate(series.id, one.planned_at, series.version),
        )
        for one in plan.booked
        if one.resource and one.period and one.planned_at
    ]


def _columns(plan: Plan, booked: Sequence[PlannedDate]) -> tuple[list[object], ...]:
    rows = [
        (
            one.resource.id,
            one.period.range,
            blocked_by(plan.space.rules_of(one.resource.kind, one.resource.id), one.period).range,
            one.planned_at,
        )
        for one in booked
        if one.resource and one.period
    ]
    return tuple(list(column) for column in zip(*rows, strict=True))
