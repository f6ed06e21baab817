"""Moving and cancelling several dates of a series: this and all that follow, or all that are still to come."""

import datetime as dt
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import ClassVar, Literal

import asyncpg
import msgspec

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.errors import NotFound, Refusal, Stale
from landbooking.language import ngettext
from landbooking.period import Period, closing_instant, local_period, opening_instant
from landbooking.spaces.approval.announcements import announce_withdrawal
from landbooking.spaces.approval.deadline import first_answer_due
from landbooking.spaces.booking import bookable, cancel_booking, mark_cancelled, move_booking
from landbooking.spaces.bookings import Booking, bookings_in_series
from landbooking.spaces.changeable import check_changeable
from landbooking.spaces.equipment import fixed_elsewhere, pieces_along
from landbooking.spaces.freed import time_freed
from landbooking.spaces.kinds import DISCREET
from landbooking.spaces.opening_hours import blocked_by
from landbooking.spaces.refusals import BookingOver, DeskGone, NeedsApproval
from landbooking.spaces.series.announcements import announce_series_cancellation, announce_series_change
from landbooking.spaces.series.ground import read_ground
from landbooking.spaces.series.series import Series, series_of
from landbooking.spaces.series.verbs import SeriesTaken
from landbooking.spaces.space import Resource, Space, lock_to_free, resources_of
from landbooking.spaces.tariffs.ledger import recharge_booking

Scope = Literal["one", "following", "all"]


class Which(msgspec.Struct, frozen=True):
    """The date `booking_id`, it and all that follow by the rule, or all that are still to come.

    `version` is that of the series as the person saw it (None: whichever is).
    """

    series_id: int
    booking_id: int
    scope: Scope
    version: int | None = None


class Move(msgspec.Struct, frozen=True):
    """To another time of the same days, another resource or both. None stays; `leave` are bookings that stay too."""

    start: dt.time | None = None
    end: dt.time | None = None
    resource_id: int | None = None
    leave: Collection[int] = ()


class MovedDate(msgspec.Struct, frozen=True):
    """A booking, and what it would become; `refusal` says why it can't."""

    booking: Booking
    resource: Resource
    period: Period
    refusal: Refusal | None


class MoveConflicts(Refusal):
    """Dates that can't be moved like this; nothing is changed."""

    code: ClassVar[str] = "series-conflicts"

    def __init__(self, dates: list[MovedDate]) -> None:
        self.conflicts = [one for one in dates if one.refusal]
        self.dates = dates
        count = len(self.conflicts)
        super().__init__(
            ngettext(
                "An %(count)s Tag geht es so nicht. Noch ist nichts geändert.",
                "An %(count)s Tagen geht es so nicht. Noch ist nichts geändert.",
                count,
            )
            % {"count": count}
        )

    @property
    def fields(self) -> dict[str, str]:
        return {f"{_day_of(one.booking)}": one.refusal.message for one in self.conflicts if one.refusal}


async def cancel_dates(connection: Connection, person: Person, which: Which) -> list[Booking]:
    """What was cancelled: nothing where all of it is already. Of all, those that have begun or that it is too late for
    stay.

    Raises NotFound, Stale, BookingOver, TooLateToChange, KeptElsewhere, BookingCancelled.
    """
    if which.scope == "one":
        await _check_belongs(connection, person, which)
        return [await cancel_booking(connection, person, which.booking_id)]
    series, bookings = await _lock_dates(connection, person, which.series_id)
    # Of two cancellations at once, by a double click, the second finds them cancelled and not changed meanwhile.
    if all(one.status == "cancelled" for one in _concerned(bookings, which)):
        return []
    return await _cancel(connection, person, series, _changeable(series, bookings, which))


async def give_up_dates(connection: Connection, person: Person, series_id: int) -> list[Booking]:
    """For what can't go on: all that has not begun is cancelled, however late it is. Raises NotFound, Stale."""
    series, bookings = await _lock_dates(connection, person, series_id)
    coming = [one for one in bookings if one.status != "cancelled" and one.start > datetime.now(UTC)]
    return await _cancel(connection, person, series, coming) if coming else []


async def _cancel(
    connection: Connection, person: Person, series: Series, concerned: Sequence[Booking]
) -> list[Booking]:
    cancelled = [await mark_cancelled(connection, one, person, "person") for one in concerned]
    for space_id in sorted({one.space.id for one in cancelled}):
        await time_freed(connection, space_id)
    now_standing = await bookings_in_series(connection, series.id)
    if concerned[0].status == "requested":  # then all of them are: one answer is for all
        await announce_withdrawal(connection, person, cancelled)
        return cancelled
    await announce_series_cancellation(connection, person, series, now_standing, cancelled)
    return cancelled


async def move_dates(connection: Connection, person: Person, which: Which, move: Move) -> list[Booking]:
    """What was moved: all of them in one go, or none. A date keeps its day.

    Raises NotFound, Stale, BookingOver, TooLateToChange, KeptElsewhere, BookingCancelled, DeskGone, MoveConflicts,
    SeriesTaken.
    """
    if which.scope == "one":
        booking = await _check_belongs(connection, person, which)
        return [
            await move_booking(connection, person, booking.id, None, move.resource_id, _moved_period(booking, move))
        ]
    series, bookings = await _lock_dates(connection, person, which.series_id, move.resource_id)
    concerned = [one for one in _changeable(series, bookings, which) if one.id not in move.leave]
    dates = await _judge(connection, person, concerned, move)
    if any(one.refusal for one in dates):
        raise MoveConflicts(dates)
    changes = [one for one in dates if not _is_as_before(one)]
    await _write(connection, changes)
    for one in changes:
        await recharge_booking(connection, one.booking, _as_moved(one), person)
    for space_id in sorted({one.booking.space.id for one in changes}):
        await time_freed(connection, space_id)
    after = await bookings_in_series(connection, series.id)
    moved = [one for one in after if one.id in {change.booking.id for change in changes}]
    if moved:
        await announce_series_change(connection, person, series, after, moved)
    return moved


async def _check_belongs(connection: Connection, person: Person, which: Which) -> Booking:
    await series_of(connection, person, which.series_id)
    return _begin(await bookings_in_series(connection, which.series_id), which)


def _begin(bookings: Sequence[Booking], which: Which) -> Booking:
    for booking in bookings:
        if booking.id == which.booking_id:
            return booking
    raise NotFound


async def _lock_dates(
    connection: Connection, person: Person, series_id: int, target: int | None = None
) -> tuple[Series, list[Booking]]:
    """The series and all of its dates; nobody else changes them until commit.

    Person, spaces, bookings: in this order, as moving and cancelling a single one do.
    """
    await series_of(connection, person, series_id)
    seen = {one.resource_id for one in await bookings_in_series(connection, series_id)} | {target or 0}
    await lock_to_free(connection, person.id, *seen)
    await connection.execute("SELECT FROM booking WHERE series_id = $1 ORDER BY id FOR NO KEY UPDATE", series_id)
    series = await series_of(connection, person, series_id)
    bookings = await bookings_in_series(connection, series_id)
    if {one.resource_id for one in bookings} - seen:  # moved away
        raise Stale(f"/series/{series.id}")
    return series, bookings


def _concerned(bookings: Sequence[Booking], which: Which) -> Sequence[Booking]:
    """Those that are meant, cancelled ones too: of all what is still to come, or all where nothing is."""
    begin = _begin(bookings, which)
    if which.scope == "following":
        return bookings[bookings.index(begin) :]
    return [one for one in bookings if one.start > datetime.now(UTC)] or bookings


def _changeable(series: Series, bookings: Sequence[Booking], which: Which) -> list[Booking]:
    """Those that are meant and can still be changed. Raises Stale, and what stands against all of them."""
    if which.version not in (None, series.version):
        raise Stale(f"/series/{series.id}")
    if which.scope == "following":
        check_changeable(_begin(bookings, which), None)
    now = datetime.now(UTC)
    coming = [one for one in _concerned(bookings, which) if one.status != "cancelled" and one.start > now]
    if not coming:
        raise BookingOver
    changeable = [one for one in coming if _is_changeable(one)]
    if not changeable:
        check_changeable(coming[-1], None)
    return changeable


def _is_changeable(booking: Booking) -> bool:
    try:
        check_changeable(booking, None)
    except Refusal:
        return False
    return True


async def _judge(connection: Connection, person: Person, bookings: Sequence[Booking], move: Move) -> list[MovedDate]:
    """By every rule, as if these bookings had given up their time already."""
    now = datetime.now(UTC)
    dates: list[MovedDate] = []
    for space in _spaces_of(bookings):
        own = [one for one in bookings if one.space.id == space.id]
        resources = {each.id: each for each in await resources_of(connection, space.id) if each.kind != DISCREET}
        if move.resource_id:
            target_space, _target = await bookable(connection, move.resource_id)
            if target_space.id != space.id:
                raise DeskGone
        zone = space.rules.time_zone
        days = [Period(opening_instant(day, 0, zone), closing_instant(day, 24 * 60, zone)) for day in map(_day_of, own)]
        ground = await read_ground(
            connection, person, space, list(resources.values()), days, [one.id for one in own], now
        )
        along = await pieces_along(connection, [one.id for one in own])
        for booking in own:
            resource, period = resources.get(move.resource_id or booking.resource_id), _moved_period(booking, move)
            if resource is None:
                raise DeskGone
            ids = along.get(booking.id, [])
            pieces = [resources[each] for each in ids if each in resources]
            refusal = ground.refusal(resource, pieces, period) if len(pieces) == len(ids) else fixed_elsewhere()
            rules = [space.rules_of(each.kind, each.id) for each in (resource, *pieces)]
            if booking.status == "requested" or first_answer_due(person, space, rules, period, now):
                refusal = NeedsApproval()
            if refusal is None:
                ground.grant(resource, pieces, period)
            dates.append(MovedDate(booking, resource, period, refusal))
    return dates


def _spaces_of(bookings: Sequence[Booking]) -> list[Space]:
    return list({one.space.id: one.space for one in bookings}.values())


def _day_of(booking: Booking) -> dt.date:
    return booking.start.astimezone(booking.space.rules.time_zone).date()


def _moved_period(booking: Booking, move: Move) -> Period:
    if move.start is None or move.end is None:
        return Period(booking.start, booking.end)
    return local_period(_day_of(booking), move.start, move.end, booking.space.rules.time_zone)


def _is_as_before(one: MovedDate) -> bool:
    before = one.booking
    return (before.resource_id, before.start, before.end) == (one.resource.id, *one.period)


def _as_moved(one: MovedDate) -> Booking:
    return msgspec.structs.replace(
        one.booking,
        resource_id=one.resource.id,
        resource=one.resource.name,
        kind=one.resource.kind,
        start=one.period.start,
        end=one.period.end,
    )


async def _write(connection: Connection, changes: Sequence[MovedDate]) -> None:
    """Raises SeriesTaken. The last first where they go to later times, so that none gets into the next one's way."""
    later = bool(changes) and changes[0].period.start > changes[0].booking.start
    try:
        await connection.executemany(
            """UPDATE booking SET resource_id = $2, period = $3, blocked = $4, checked_in_at = NULL,
                      version = version + 1, changed_at = now()
               WHERE id = $1""",
            [
                (
                    one.booking.id,
                    one.resource.id,
                    one.period.range,
                    blocked_by(one.booking.space.rules_of(one.resource.kind, one.resource.id), one.period).range,
                )
                for one in sorted(changes, key=lambda change: change.period, reverse=later)
            ],
        )
    except asyncpg.ExclusionViolationError:
        raise SeriesTaken from None
