"""The page of a wished series: its rule to be asked for and, once it is, its dates with a choice for each."""

import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec
from litestar import Request, Response

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.forms import text_of
from landbooking.language import format_day
from landbooking.language import gettext as _
from landbooking.pages import page
from landbooking.period import clock_names
from landbooking.spaces.equipment import pieces_at
from landbooking.spaces.series.form import FIELDS, SKIP, typed_choices
from landbooking.spaces.series.plan import Plan, PlannedDate, answer_due_for
from landbooking.spaces.series.recurrence import REPEATS, weekday_name
from landbooking.spaces.space import Resource, Space
from landbooking.spaces.tariffs.cards import cards_for

Asked = Request[Any, Any, Any]


class DateRow(msgspec.Struct, frozen=True):
    """One date of the list: `desk`, `start` and `end` are what its fields show, `options` the desks to choose from."""

    name: str
    label: str
    planned: PlannedDate
    desk: str
    start: str
    end: str
    options: list[tuple[str, str]]


async def show_wish(
    request: Asked,
    reads: Connection,
    space: Space,
    resource: Resource,
    values: dict[str, Any],
    plan: Plan | None,
    posted: Mapping[str, Any],
    errors: Mapping[str, str],
    status: int = 200,
) -> Response[str]:
    """The page on which a series is wished: its rule and, with a plan, the list of its dates."""
    person: Person | None = request.user
    rows = [_row(space, plan, planned, posted) for planned in plan.dates] if plan else []
    names = {f"{field}-{row.name}": f"{row.label}:" for row in rows for field in ("desk", "start", "end")}
    return page(
        request,
        "spaces/series/new.html",
        status,
        space=space,
        resource=resource,
        values=values,
        plan=plan,
        rows=rows,
        errors=errors,
        names=names | {"date": _("Erster Tag:"), "start": _("Von:"), "end": _("Bis:")},
        repeats=_repeats(),
        weekdays=[(str(number), weekday_name(number)) for number in range(1, 8)],
        carried=[(name, values[name]) for name in FIELDS if values[name]]
        + [(name, value) for name in ("weekdays", "with_equipment") for value in values[name]],
        pieces=await pieces_at(reads, space, resource),
        cards=await cards_for(reads, person, space.id) if person and plan and plan.cents else [],
        pay_with=text_of(posted, "pay_with"),
        until_at=answer_due_for(person, plan, datetime.now(UTC)) if person and plan else None,
        chosen=typed_choices(posted),
        key=text_of(posted, "key") or secrets.token_urlsafe(16),
    )


def _repeats() -> list[tuple[str, str]]:
    said = (
        _("Jeden Tag"),
        _("Jede Woche"),
        _("Alle zwei Wochen"),
        _("Jeden Monat am selben Tag, zum Beispiel am 15."),
        _("Jeden Monat am selben Wochentag, zum Beispiel am 3. Dienstag"),
    )
    return list(zip(REPEATS, said, strict=True))


def _row(space: Space, plan: Plan, planned: PlannedDate, posted: Mapping[str, Any]) -> DateRow:
    """What was chosen stands there again; at first, what is free is booked and what is not is left out."""
    if planned.day is None or planned.period is None:
        return DateRow("", f"{planned.month:%m/%Y}", planned, SKIP, "", "", [])
    name = f"{planned.day}"
    clocks = clock_names(planned.period, space.rules.time_zone)
    desk = str(planned.resource.id) if planned.resource and planned.state == "free" else SKIP
    options = [(str(plan.resource.id), plan.resource.name)]
    if planned.resource and planned.resource.id != plan.resource.id:
        options.append((str(planned.resource.id), planned.resource.name))
    options += [(str(other.id), other.name) for other in planned.others if other.id != plan.resource.id]
    return DateRow(
        name=name,
        label=format_day(planned.day, "short"),
        planned=planned,
        desk=text_of(posted, f"desk-{name}") or desk,
        start=text_of(posted, f"start-{name}") or clocks["start"][:5],
        end=text_of(posted, f"end-{name}") or clocks["end"][:5],
        options=[(SKIP, _("auslassen")), *options],
    )
