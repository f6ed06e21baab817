"""A placement as its company sees it: what can be done, what stands in the way, and what was typed."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from litestar import Request, Response

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.internships.placements.breaks_form import NAMES, NUMBERS, break_fields, typed_breaks
from landbooking.internships.placements.desks import DayConflict, NoDesk, other_spaces, plan_desks
from landbooking.internships.placements.placement import Placement, PlannedDay
from landbooking.internships.placements.showing import shown, typed_of
from landbooking.internships.placements.terms import as_pause, terms_of
from landbooking.pages import page
from landbooking.period import Period, clock_names

Asked = Request[Person, Any, Any]

_NAMES = (
    "space", "tasks", "first", "last", "start", "end", "break_minutes", "one_day", "one_start", "one_end",
    "one_break_minutes", "instructed_on", "certificate_seen_on", *NAMES, *(f"one_{name}" for name in NAMES),
)  # fmt: skip


async def show_to_company(
    request: Asked,
    connection: Connection,
    placement: Placement,
    posted: Mapping[str, Any],
    errors: Mapping[str, str],
) -> Response[str]:
    """A mentor sees it all, and changes nothing but the instruction."""
    facts = await shown(connection, placement, "company")
    manages = bool(
        await connection.fetchval(
            "SELECT role = 'manager' FROM company_member WHERE company_id = $1 AND person_id = $2",
            placement.company_id,
            request.user.id,
        )
    )
    waits_for_desks = manages and "confirm" in facts["possible"]
    return page(
        request,
        "internships/placements/company.html",
        422 if errors else 200,
        **facts,
        manages=manages,
        conflicts=await _conflicts(connection, placement, facts["days"]) if waits_for_desks else [],
        other_spaces=await other_spaces(connection, placement) if waits_for_desks else [],
        moved=lambda conflict: _moved(conflict, facts["days"], ZoneInfo(placement.zone)),
        break_numbers=NUMBERS,
        break_names=lambda prefix: [f"{prefix}{name}" for name in NAMES],
        spaces=await _spaces(connection, placement),
        typed=typed_of(posted, _NAMES, await _typed(connection, placement)),
        errors=errors,
    )


async def _typed(connection: Connection, placement: Placement) -> dict[str, str]:
    terms = await terms_of(connection, placement)
    usual = terms.days[0] if terms.days else None
    hours = (
        {
            "start": f"{usual.start:%H:%M}",
            "end": f"{usual.end:%H:%M}",
            **typed_breaks(usual, ZoneInfo(placement.zone)),
        }
        if usual
        else {}
    )
    return {
        "space": f"{terms.space_id}",
        "tasks": terms.tasks,
        "first": f"{placement.first}",
        "last": f"{placement.last}",
        **hours,
        **{f"one_{name}": value for name, value in hours.items()},
    }


async def _conflicts(connection: Connection, placement: Placement, days: list[PlannedDay]) -> list[DayConflict]:
    try:
        desks = await plan_desks(connection, placement.space_id, days, ZoneInfo(placement.zone), datetime.now(UTC))
    except NoDesk as none:
        return [DayConflict(one.day, one.period, none.message, None) for one in days]
    return desks.conflicts


def _moved(conflict: DayConflict, days: list[PlannedDay], zone: ZoneInfo) -> dict[str, str]:
    """The fields of that day at the time at which there is a desk; its breaks move with it."""
    assert conflict.other_time is not None  # noqa: S101 the page asks where there is one
    by = conflict.other_time.start - conflict.period.start
    planned = next(one for one in days if one.day == conflict.day)
    breaks = [as_pause(Period(each.start + by, each.end + by), zone) for each in planned.breaks]
    clocks = clock_names(conflict.other_time, zone)
    return {"start": clocks["start"], "end": clocks["end"], **break_fields(breaks)}


async def _spaces(connection: Connection, placement: Placement) -> list[tuple[int, str]]:
    rows = await connection.fetch(
        """SELECT id, name FROM space
           WHERE id = $2 OR id IN (SELECT space_id FROM posting_space WHERE posting_id = $1) ORDER BY name""",
        placement.posting_id,
        placement.space_id,
    )
    return [(row["id"], row["name"]) for row in rows]


def path_at_company(placement: Placement) -> str:
    return f"/company/{placement.company_id}/placements/{placement.id}"
