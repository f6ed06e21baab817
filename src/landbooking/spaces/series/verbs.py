"""Booking a series: all chosen dates in one transaction, or none."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import ClassVar

import msgspec

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.errors import Refusal
from landbooking.language import gettext as _
from landbooking.language import ngettext
from landbooking.spaces.approval.announcements import announce_request
from landbooking.spaces.bookings import Booking, SeriesDate
from landbooking.spaces.opening_hours import blocked_by
from landbooking.spaces.series.announcements import announce_series
from landbooking.spaces.series.plan import Plan, PlannedDate, Wish, answer_due_for, plan_series
from landbooking.spaces.series.series import Series
from landbooking.spaces.space import lock_against_changes
from landbooking.spaces.tariffs.cards import check_enough
from landbooking.spaces.tariffs.cost import spoken_price
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


class SumChanged(Refusal):
    """What was chosen costs something else than what was said last; nothing is booked. `plan` has the new sum."""

    code: ClassVar[str] = "price"

    def __init__(self, plan: Plan) -> None:
        message = _(
            "Diese Termine kosten zusammen: %(cost)s. Noch ist nichts gebucht. "
            "Wenn Sie einverstanden sind, buchen Sie bitte noch einmal."
        )
        super().__init__(message % {"cost": spoken_price(plan.cents)})
        self.plan = plan


class NothingChosen(Refusal):
    status: ClassVar[int] = 422
    code: ClassVar[str] = "nothing-chosen"

    def __init__(self) -> None:
        super().__init__(_("So bleibt kein Termin übrig. Bitte wählen Sie mindestens einen."))


async def book_series(
    connection: Connection, person: Person, wish: Wish, pay_with: int | None = None, said_cents: int | None = None
) -> Series:
    """Confirmed at once, or requested as a whole where a host has to agree to one of its dates.

    `pay_with` is one of the person's cards; else nothing but `said_cents`, the sum that was said last, is charged
    (None: whatever it is). Raises DeskGone, EquipmentUnfit, RecurrenceRefused, SeriesConflicts, SeriesTaken,
    NothingChosen, SumChanged, CardRefused.
    """
    chosen = {choice.resource_id for choice in wish.choices.values() if choice.resource_id}
    await lock_against_changes(connection, person.id, wish.resource_id, *chosen)
    now = datetime.now(UTC)
    plan = await plan_series(connection, person, wish, now)
    if plan.conflicts:
        raise SeriesConflicts(plan)
    if not plan.booked:
        raise NothingChosen
    if pay_with is None and said_cents not in (None, plan.cents):
        raise SumChanged(plan)
    until_at = answer_due_for(person, plan, now)
    series, bookings = await write_series(connection, person, wish, plan, until_at)
    bookings = await _charge(connection, person, plan, bookings, pay_with)
    if until_at:
        await announce_request(connection, person, bookings)
    else:
        await announce_series(connection, person, series, bookings)
    return series


async def write_series(
    connection: Connection, person: Person, wish: Wish, plan: Plan, until_at: datetime | None = None
) -> tuple[Series, list[Booking]]:
    """All dates of the plan that are free, confirmed or, with `until_at`, requested. Nothing is charged, nobody told.

    The locks of the person and the spaces are held. Raises SeriesTaken.
    """
    series = await _insert_series(connection, person, wish, plan)
    return series, await _insert_dates(connection, person, plan, series, until_at)


async def _charge(
    connection: Connection, person: Person, plan: Plan, bookings: Sequence[Booking], pay_with: int | None
) -> list[Booking]:
    """All of them or, where the card has too few visits for all, none. Raises CardRefused."""
    if pay_with is not None:
        days = [one.day for one in plan.booked if one.day and one.cents]
        await check_enough(connection, pay_with, person.id, plan.space.id, days)
    return [
        msgspec.structs.replace(one, cost=await charge_booking(connection, one, person, pay_with)) for one in bookings
    ]


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


async def _insert_dates(
    connection: Connection, person: Person, plan: Plan, series: Series, until_at: datetime | None
) -> list[Booking]:
    """Each resource's dates in their order, so that two who want the same ones meet at the first."""
    booked = sorted(plan.booked, key=lambda one: (one.resource.id if one.resource else 0, one.period))
    rows = await connection.fetch(
        """INSERT INTO booking (resource_id, person_id, period, blocked, series_id, planned_at, status, until_at)
           SELECT resource_id, $1, period, blocked, $2, planned_at,
                  CASE WHEN $3::timestamptz IS NULL THEN 'confirmed' ELSE 'requested' END, $3
           FROM unnest($4::int[], $5::tstzrange[], $6::tstzrange[], $7::timestamptz[])
                WITH ORDINALITY AS one (resource_id, period, blocked, planned_at, number) ORDER BY number
           ON CONFLICT DO NOTHING RETURNING id, planned_at, created_at""",
        person.id,
        series.id,
        until_at,
        *_columns(plan, booked),
    )
    if len(rows) < len(booked):
        raise SeriesTaken
    by_plan = {row["planned_at"]: row for row in rows}
    await _insert_pieces(connection, plan, [by_plan[one.planned_at]["id"] for one in plan.booked if one.planned_at])
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
            status="requested" if until_at else "confirmed",
            version=1,
            until_at=until_at,
            changed_at=by_plan[one.planned_at]["created_at"],
            series=SeriesDate(series.id, one.planned_at, series.version),
            equipment=tuple(sorted(piece.name for piece in plan.pieces)),
        )
        for one in plan.booked
        if one.resource and one.period and one.planned_at
    ]


async def _insert_pieces(connection: Connection, plan: Plan, booking_ids: Sequence[int]) -> None:
    """After all of the rooms, piece by piece and date by date, so that here too nobody waits in a circle."""
    if not plan.pieces:
        return
    rules = [plan.space.rules_of(piece.kind, piece.id) for piece in plan.pieces]
    rows = await connection.fetch(
        """INSERT INTO booking (resource_id, person_id, period, blocked, status, until_at, part_of)
           SELECT piece.resource_id, person_id, period,
                  tstzrange(lower(period) - make_interval(mins => piece.before),
                            upper(period) + make_interval(mins => piece.after)), status, until_at, booking.id
           FROM booking, unnest($2::int[], $3::int[], $4::int[]) AS piece (resource_id, before, after)
           WHERE booking.id = ANY($1) ORDER BY piece.resource_id, period
           ON CONFLICT DO NOTHING RETURNING id""",
        booking_ids,
        [piece.id for piece in plan.pieces],
        [each.buffer_before_minutes for each in rules],
        [each.buffer_after_minutes for each in rules],
    )
    if len(rows) < len(booking_ids) * len(plan.pieces):
        raise SeriesTaken


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
