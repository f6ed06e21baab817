"""The pages of statistics, and their spreadsheets: of a space for its hosts, of a district for its staff."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from litestar import Request, Response, get

from landbooking.accounts.districts import asked_district, districts_of
from landbooking.accounts.guards import district_staff, owner_of_space
from landbooking.charts import bars, columns, heat_map
from landbooking.database import Connection
from landbooking.disclosure import FEWEST_PERSONS
from landbooking.forms import InvalidInput, text_of
from landbooking.ids import Id
from landbooking.language import gettext as _
from landbooking.language import weekday_names
from landbooking.months import month_before
from landbooking.pages import page
from landbooking.spaces.space import space_by_id
from landbooking.spaces.statistics import words
from landbooking.spaces.statistics.figures import Number, Occupancy
from landbooking.spaces.statistics.report import Report, report_of_district, report_of_space, zone_of_district
from landbooking.spaces.statistics.span import MOST_MONTHS, Span, asked_span, last_whole
from landbooking.spaces.statistics.tables import (
    Table,
    as_spreadsheet,
    hours,
    number_tables,
    tables_of_district,
    tables_of_space,
)

Asked = Request[Any, Any, Any]


@get("/host/spaces/{space_id:int}/statistics", guards=[owner_of_space], include_in_schema=False)
async def space_page(request: Asked, space_id: Id, reads: Connection) -> Response[str]:
    space = await space_by_id(reads, space_id)
    zone = space.rules.time_zone
    span, errors = _span(request, zone)
    report = await report_of_space(reads, space_id, span, zone)
    root = f"/host/spaces/{space_id}/statistics"
    shown = _shown(request, report, tables_of_space(report), zone, errors)
    return page(
        request, "spaces/statistics/space.html", 422 if errors else 200, space=space, root=root, fixed={}, **shown
    )


@get("/host/spaces/{space_id:int}/statistics.csv", guards=[owner_of_space], include_in_schema=False)
async def space_file(request: Asked, space_id: Id, reads: Connection) -> Response[bytes]:
    zone = (await space_by_id(reads, space_id)).rules.time_zone
    span = asked_span(request.query_params, zone)
    report = await report_of_space(reads, space_id, span, zone)
    return _file(report, tables_of_space(report))


@get("/district/statistics", guards=[district_staff], include_in_schema=False)
async def district_page(request: Asked, reads: Connection) -> Response[str]:
    district_id = await asked_district(reads, request.user, text_of(request.query_params, "district"))
    zone = await zone_of_district(reads, district_id)
    span, errors = _span(request, zone)
    report = await report_of_district(reads, district_id, span, zone)
    return page(
        request,
        "spaces/statistics/district.html",
        422 if errors else 200,
        root="/district/statistics",
        fixed={"district": district_id},
        district=dict(await districts_of(reads, request.user))[district_id],
        **_shown(request, report, tables_of_district(report), zone, errors),
    )


@get("/district/statistics.csv", guards=[district_staff], include_in_schema=False)
async def district_file(request: Asked, reads: Connection) -> Response[bytes]:
    district_id = await asked_district(reads, request.user, text_of(request.query_params, "district"))
    zone = await zone_of_district(reads, district_id)
    span = asked_span(request.query_params, zone)
    report = await report_of_district(reads, district_id, span, zone)
    return _file(report, tables_of_district(report))


def _span(request: Asked, zone: ZoneInfo) -> tuple[Span, dict[str, str]]:
    """What was asked for; the last quarter where that makes no sense, and what is wrong with it."""
    try:
        return asked_span(request.query_params, zone), {}
    except InvalidInput as wrong:
        # No field is named `span`: what it says comes from a link, or from who typed an address.
        return last_whole(3, zone), {"" if name == "span" else name: said for name, said in wrong.errors.items()}


def _file(report: Report, tables: list[Table]) -> Response[bytes]:
    name = f'attachment; filename="{_("auslastung")}-{report.span.name}.csv"'
    headers = {"Content-Type": "text/csv; charset=utf-8", "Content-Disposition": name}
    return Response(as_spreadsheet(report, tables), headers=headers)


def _shown(
    request: Asked, report: Report, tables: list[Table], zone: ZoneInfo, errors: dict[str, str]
) -> dict[str, Any]:
    """What both pages show."""
    span, last = report.span, last_whole(1, zone)
    choices = [last, last_whole(3, zone), last_whole(12, zone)]
    query: Mapping[str, str] = request.query_params
    return {
        "report": report,
        "choices": [(one.name, one.said) for one in choices],
        "earlier": span.before,
        "later": span.following if span.following.after <= last.after else None,
        "typed": {
            "from": text_of(query, "from") or f"{span.first:%Y-%m}",
            "to": text_of(query, "to") or f"{month_before(span.after):%Y-%m}",
        },
        "errors": errors,
        "tables": [(table, _chart(table, report)) for table in tables],
        "numbers": [(table, _chart(table, report)) for table in number_tables(report)],
        "heat": _heat(report),
        "week_hours": _week_hours(report),
        "weekdays": weekday_names(),
        "words": words,
        "hours": hours,
        "fewest": FEWEST_PERSONS,
        "most": MOST_MONTHS,
    }


def _chart(table: Table, report: Report) -> Any:
    rows = [(row.name, row.label, percent := _percent(row.figure, report), _said(percent)) for row in table.rows]
    if table.shape == "columns":
        return columns(rows)
    return bars([(name, value, said) for name, _label, value, said in rows])


def _percent(figure: Occupancy | Number, report: Report) -> int | None:
    """Of bookings, the share in all."""
    if isinstance(figure, Occupancy):
        return figure.percent
    total = report.figures.bookings.bookings
    return round(100 * figure.bookings / total) if total and figure.bookings is not None else None


def _said(percent: int | None) -> str:
    return "–" if percent is None else f"{percent} %"


def _week_hours(report: Report) -> list[int]:
    opened = {hour for _weekday, hour in report.figures.open_slots}
    return list(range(min(opened), max(opened) + 1)) if opened else []


def _heat(report: Report) -> Any:
    days = sorted({weekday for weekday, _hour in report.figures.open_slots})
    across = [(hour, str(hour)) for hour in _week_hours(report)]
    down = [(day, weekday_names()[day - 1][:2]) for day in days]
    return heat_map(across, down, report.figures.week, report.figures.open_slots)


ROUTES = [space_page, space_file, district_page, district_file]
