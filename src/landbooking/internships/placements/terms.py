"""Changing what is agreed: dates, hours, place or tasks. Nothing that was signed is signed any more."""

from collections.abc import Sequence
from datetime import date, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import msgspec
from asyncpg import ExclusionViolationError, Range

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.forms import InvalidInput
from landbooking.internships.applications.refusals import AlreadyInPlacement
from landbooking.internships.law.plan import Pause
from landbooking.internships.placements.judging import check_law
from landbooking.internships.placements.locking import lock_placement
from landbooking.internships.placements.making import one_break, planned_days
from landbooking.internships.placements.placement import Placement, PlannedDay, days_of, placement_by_id
from landbooking.internships.placements.steps import Verb
from landbooking.internships.placements.transitions import move
from landbooking.language import gettext as _
from landbooking.period import Period, local_period

LONGEST_TASKS = 5000
MOST_DAYS = 370
MOST_BREAKS = 4  # of a day: an hour, as the young have it, in pieces of a quarter of an hour


class NewDay(msgspec.Struct, frozen=True):
    """One day by the local clock, its breaks in order."""

    day: date
    start: time
    end: time
    breaks: tuple[Pause, ...]


class NewTerms(msgspec.Struct, frozen=True):
    """All of it, as it shall be."""

    space_id: int
    tasks: str
    days: Sequence[NewDay]


async def terms_of(connection: Connection, placement: Placement) -> NewTerms:
    """As they are now."""
    days = await days_of(connection, placement.id)
    return NewTerms(placement.space_id, placement.tasks, [_as_new(one, ZoneInfo(placement.zone)) for one in days])


def _as_new(one: PlannedDay, zone: ZoneInfo) -> NewDay:
    start, end = (moment.astimezone(zone).time() for moment in one.period)
    return NewDay(one.day, start, end, tuple(as_pause(each, zone) for each in one.breaks))


def as_pause(period: Period, zone: ZoneInfo) -> Pause:
    """By the local clock."""
    return Pause(period.start.astimezone(zone).time(), period.end.astimezone(zone).time())


def in_the_middle(day: date, start: time, end: time, minutes: int, zone: ZoneInfo) -> tuple[Pause, ...]:
    """One break of that length. Raises InvalidInput where it is as long as the day."""
    period = local_period(day, start, end, zone)
    if minutes and timedelta(minutes=minutes) >= period.length > timedelta():
        raise InvalidInput({"break_minutes": _("Die Pause ist so lang wie der Tag.")}, {})
    return tuple(as_pause(each, zone) for each in one_break(period, start, minutes))


def days_between(
    placement: Placement, before: NewTerms, first: date, last: date, start: time, end: time, breaks: tuple[Pause, ...]
) -> list[NewDay]:
    """The weekdays that the plan has now, without public holidays, all with the same hours and breaks."""
    plan = {
        "time_zone": placement.zone,
        "state": placement.state,
        "days": Range(first, last + timedelta(days=1)),
        "weekdays": {one.day.isoweekday() for one in before.days},
        "starts": start,
        "ends": end,
        "break_minutes": 0,
    }
    return [NewDay(day, start, end, breaks) for day, _period, _breaks in planned_days(plan)]


async def change_terms(
    connection: Connection, manager: Person, placement_id: int, version: int | None, new: NewTerms
) -> Placement:
    """By the company. What is as before changes nothing. That the placement is theirs is the caller's question.

    Raises NotPossible, Stale, InvalidInput, AlreadyInPlacement, LawRefuses, PlanUnclear, SameAddress.
    """
    placement = await lock_placement(connection, placement_id)
    if new == await terms_of(connection, placement):
        return placement
    await _check(connection, placement, new)
    verb: Verb = "edit" if placement.status == "agreement_draft" else "reopen"
    await move(connection, placement.id, verb, "company", manager, version)
    await _write(connection, placement, new)
    after = await placement_by_id(connection, placement.id)
    await check_law(connection, after, f"/company/{placement.company_id}/placements/{placement.id}")
    return after


async def _check(connection: Connection, placement: Placement, new: NewTerms) -> None:
    """Raises InvalidInput."""
    errors = {}
    offered = await connection.fetchval(
        "SELECT EXISTS (SELECT FROM posting_space WHERE posting_id = $1 AND space_id = $2)",
        placement.posting_id,
        new.space_id,
    )
    if not offered and new.space_id != placement.space_id:
        errors["space"] = _("Bitte wählen Sie einen Raum, in dem Sie das Praktikum anbieten.")
    if not new.tasks:
        errors["tasks"] = _("Bitte schreiben Sie, was zu tun ist.")
    if not 0 < len(new.days) <= MOST_DAYS:
        errors["first"] = _("So bleibt kein Tag übrig, oder es werden zu viele. Bitte prüfen Sie die Daten.")
    if len({one.day for one in new.days}) < len(new.days):
        errors["first"] = _("Ein Tag steht zweimal im Plan.")
    for one in new.days:
        period = local_period(one.day, one.start, one.end, ZoneInfo(placement.zone))
        if period.end <= period.start:
            errors["end"] = _("Das Ende muss nach dem Anfang liegen.")
        elif not _fit(one, period, ZoneInfo(placement.zone)):
            errors["break_minutes"] = _("Pausen müssen in der Arbeitszeit liegen und dürfen sich nicht überschneiden.")
    if errors:
        raise InvalidInput(errors, {})


def _fit(one: NewDay, period: Period, zone: ZoneInfo) -> bool:
    """Whether work comes before, between and after the breaks. How long they have to be is the law's to say."""
    pauses = [local_period(one.day, each.start, each.end, zone) for each in one.breaks]
    edges = [period.start, *(edge for pause in pauses for edge in pause), period.end]
    return all(before < after for before, after in pairwise(edges))


async def _write(connection: Connection, placement: Placement, new: NewTerms) -> None:
    """Raises AlreadyInPlacement."""
    days = sorted(new.days, key=lambda one: one.day)
    zone = ZoneInfo(placement.zone)
    try:
        await connection.execute(
            "UPDATE placement SET space_id = $2, tasks = $3, days = $4 WHERE id = $1",
            placement.id,
            new.space_id,
            new.tasks,
            Range(days[0].day, days[-1].day + timedelta(days=1)),
        )
    except ExclusionViolationError:
        raise AlreadyInPlacement from None
    await connection.execute("DELETE FROM placement_day WHERE placement_id = $1", placement.id)
    rows = []
    for one in days:
        period = local_period(one.day, one.start, one.end, zone)
        breaks = [local_period(one.day, each.start, each.end, zone).range for each in one.breaks]
        rows.append((placement.id, one.day, period.range, breaks))
    await connection.executemany(
        "INSERT INTO placement_day (placement_id, day, period, breaks) VALUES ($1, $2, $3, $4)", rows
    )
