"""A day and a week of a space as its host sees them: who has what, when."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Literal

import asyncpg
import msgspec

from landbooking.database import Connection
from landbooking.language import format_clock
from landbooking.language import gettext as _
from landbooking.period import STEP, Period, closing_instant, gaps, joined, opening_instant
from landbooking.spaces.bookings import EndedBecause, Status
from landbooking.spaces.opening_hours import OpeningRules, open_periods
from landbooking.spaces.presence.check_in import EARLY
from landbooking.spaces.space import IN_ORDER, Resource, Space, resource_from

HOUR = timedelta(hours=1)

Kind = Literal["open", "booking", "request", "blackout", "closed", "past"]
Presence = Literal["here", "awaited", "left", "absent"]


class Entry(msgspec.Struct, frozen=True):
    """Something that holds a resource: a booking with its person, or a blackout with its reason, as `text`.

    Of a `discreet` booking nobody's name is read, only that the time is taken.
    A request is a booking that waits for the host's answer. `checked_in_at` and `ended_because` are the booking's.
    """

    booking_id: int
    blackout_id: int | None
    resource_id: int
    resource: str
    period: Period
    text: str
    changed_at: datetime
    discreet: bool = False
    status: Status = "confirmed"
    checked_in_at: datetime | None = None
    ended_because: EndedBecause | None = None

    @property
    def kind(self) -> Kind:
        if self.blackout_id:
            return "blackout"
        return "request" if self.status == "requested" else "booking"

    def presence(self, space: Space, now: datetime) -> Presence | None:
        """Whether the person has come, or has left early. None where nobody can say, and where nobody else may know."""
        if self.kind != "booking" or self.status != "confirmed" or self.discreet:
            return None
        if self.ended_because:
            return "absent" if self.ended_because == "no_show" else "left"
        if self.checked_in_at:
            return "here"
        begun = self.period.start - EARLY <= now < self.period.end
        return "awaited" if begun and space.checkin_minutes is not None else None


class Cell(msgspec.Struct, frozen=True):
    """`span` columns of 15 minutes. `entry` is set where the kind is booking, request or blackout."""

    kind: Kind
    span: int
    period: Period
    entry: Entry | None = None


class Board(msgspec.Struct, frozen=True):
    """`hours` label every fourth column; each resource's cells fill all columns. `now_column` None: another day."""

    hours: list[str]
    now_column: int | None
    rows: list[tuple[Resource, list[Cell]]]


async def entries_between(connection: Connection, space_id: int, period: Period) -> list[Entry]:
    """Confirmed bookings and standing blackouts of the space that reach into the period, by time."""
    rows = await connection.fetch(
        """SELECT coalesce(booking.part_of, booking.id) AS id, booking.blackout_id, booking.resource_id,
                  resource.name AS resource,
                  lower(booking.period) AS starts_at, upper(booking.period) AS ends_at,
                  coalesce(blackout.reason, nullif(person.name, ''), person.email, nullif(guest.name, ''),
                           overlay(guest.code PLACING ' ' FROM 4 FOR 0), '') AS text,
                  blackout.id IS NULL AND discreet(booking) AS discreet, booking.status,
                  booking.status = 'held' AND booking.person_id IS NULL AS signing_in,
                  main.checked_in_at, main.ended_because, booking.changed_at
           FROM booking JOIN resource ON resource.id = booking.resource_id
                JOIN booking AS main ON main.id = coalesce(booking.part_of, booking.id)
                LEFT JOIN person ON person.id = booking.person_id AND NOT discreet(booking)
                LEFT JOIN guest ON guest.id = booking.guest_id AND NOT discreet(booking)
                LEFT JOIN blackout ON blackout.id = booking.blackout_id
           WHERE resource.space_id = $1 AND booking.status <> 'cancelled' AND booking.blocked && $2
           ORDER BY lower(booking.period), resource.name, booking.id""",
        space_id,
        period.range,
    )
    return [_entry(row) for row in rows]


def _entry(row: asyncpg.Record) -> Entry:
    return Entry(
        booking_id=row["id"],
        blackout_id=row["blackout_id"],
        resource_id=row["resource_id"],
        resource=row["resource"],
        period=Period(row["starts_at"], row["ends_at"]),
        text=_text(row),
        changed_at=row["changed_at"],
        discreet=row["discreet"],
        status=row["status"],
        checked_in_at=row["checked_in_at"],
        ended_because=row["ended_because"],
    )


def _text(row: asyncpg.Record) -> str:
    """Whom something is only offered to stays between them and us."""
    if row["discreet"]:
        return _("belegt")
    if row["signing_in"]:
        return _("wird gerade gebucht")
    text: str = _("für die Warteliste freigehalten") if row["status"] == "held" else row["text"]
    return text


async def resources_on_board(connection: Connection, space_id: int, entries: Iterable[Entry]) -> list[Resource]:
    """What can be booked, and what is retired but still has one of these bookings, which was kept."""
    booked = [entry.resource_id for entry in entries if entry.kind != "blackout"]
    rows = await connection.fetch(
        f"""SELECT id, space_id, kind, name, features, pool, retired_at FROM resource
            WHERE space_id = $1 AND (retired_at IS NULL OR id = ANY($2)) ORDER BY {IN_ORDER}""",  # noqa: S608
        space_id,
        booked,
    )
    return [resource_from(row) for row in rows]


def day_period(rules: OpeningRules, first: date, days: int = 1) -> Period:
    """From the first day's midnight to the last one's, in the space's time zone."""
    zone = rules.time_zone
    return Period(opening_instant(first, 0, zone), closing_instant(first + timedelta(days=days), 0, zone))


def day_board(
    space: Space, day: date, resources: Sequence[Resource], entries: Sequence[Entry], now: datetime
) -> Board | None:
    """The day from the first to the last hour in which it is open or booked; None where it is neither. `now` in UTC."""
    opened = joined(open_periods(space.rules, day))
    whole = day_period(space.rules, day)
    shown = [Period(max(entry.period.start, whole.start), min(entry.period.end, whole.end)) for entry in entries]
    if not opened and all(entry.kind == "blackout" for entry in entries):
        return None
    # A blackout over many days would stretch the board to midnight: only hours with bookings or opening count.
    counted = opened + [part for part, entry in zip(shown, entries, strict=True) if entry.kind != "blackout"]
    within = _full_hours(Period(min(counted)[0], max(part.end for part in counted)), space.rules)
    columns = within.length // STEP
    return Board(
        hours=[format_clock(within.start + STEP * column, space.rules.zone) for column in range(0, columns, 4)],
        now_column=(now - within.start) // STEP if within.start <= now < within.end else None,
        rows=[
            (resource, _cells(within, opened, [one for one in entries if one.resource_id == resource.id], now))
            for resource in resources
        ],
    )


def _full_hours(period: Period, rules: OpeningRules) -> Period:
    start = period.start.astimezone(rules.time_zone)
    start = (start - timedelta(minutes=start.minute)).astimezone(UTC)
    return Period(start, start + -((start - period.end) // HOUR) * HOUR)


def _cells(within: Period, opened: Sequence[Period], entries: Sequence[Entry], now: datetime) -> list[Cell]:
    """Everything between two entries is open, closed, or open no more because it is past."""
    cells = [
        _cell(entry.kind, Period(max(entry.period.start, within.start), min(entry.period.end, within.end)), entry)
        for entry in entries
        if entry.period.overlaps(within)
    ]
    this_quarter = now - (now - within.start) % STEP
    for free in gaps(within, [cell.period for cell in cells]):
        closed = gaps(free, [part for part in opened if part.overlaps(free)])
        cells += [_cell("closed", part) for part in closed]
        for part in gaps(free, closed):
            if part.start < this_quarter:
                cells.append(_cell("past", Period(part.start, min(part.end, this_quarter))))
            if part.end > this_quarter:
                cells.append(_cell("open", Period(max(part.start, this_quarter), part.end)))
    return sorted(cells, key=lambda cell: cell.period)


def _cell(kind: Kind, period: Period, entry: Entry | None = None) -> Cell:
    return Cell(kind, -(-period.length // STEP), period, entry)
