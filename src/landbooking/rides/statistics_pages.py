"""What the district sees of shared rides: a month by municipality, as a page and as a spreadsheet."""

from datetime import UTC, datetime
from typing import Any

from litestar import Request, Response, get

from landbooking.accounts.districts import asked_district
from landbooking.accounts.guards import district_staff
from landbooking.database import Connection
from landbooking.disclosure import FEWEST_PERSONS
from landbooking.forms import text_of
from landbooking.language import gettext as _
from landbooking.months import asked_month, month_before, next_month
from landbooking.pages import page
from landbooking.rides.statistics import GRAMS_PER_KM, shared_rides, total
from landbooking.spreadsheets import as_csv

Asked = Request[Any, Any, Any]


@get("/district/rides/statistics", guards=[district_staff], include_in_schema=False)
async def statistics_page(request: Asked, reads: Connection) -> Response[str]:
    district_id = await asked_district(reads, request.user, text_of(request.query_params, "district"))
    first = asked_month(text_of(request.query_params, "month"))
    lines = await shared_rides(reads, district_id, first, next_month(first))
    return page(
        request,
        "rides/statistics.html",
        first=first,
        month=f"{first:%Y-%m}",
        previous=month_before(first),
        following=next_month(first) if next_month(first) <= datetime.now(UTC).date() else None,
        district_id=district_id,
        lines=lines,
        total=total(lines),
        fewest=FEWEST_PERSONS,
        grams=GRAMS_PER_KM,
    )


@get("/district/rides/statistics.csv", guards=[district_staff], include_in_schema=False)
async def statistics_file(request: Asked, reads: Connection) -> Response[bytes]:
    district_id = await asked_district(reads, request.user, text_of(request.query_params, "district"))
    first = asked_month(text_of(request.query_params, "month"))
    lines = await shared_rides(reads, district_id, first, next_month(first))
    month = f"{first:%Y-%m}"
    body = as_csv(
        [_("Monat"), _("Gemeinde"), _("Personen"), _("Mitfahrten"), _("Gemeinsame Kilometer"), _("Kilogramm CO₂")],
        [
            [month, line.municipality or _("Übrige"), line.persons, line.rides, line.kilometres, line.kilograms]
            for line in lines
        ],
    )
    return Response(
        body,
        headers={
            "Content-Type": "text/csv; charset=utf-8",
            "Content-Disposition": f'attachment; filename="{_("mitfahrten")}-{month}.csv"',
        },
    )


ROUTES = [statistics_page, statistics_file]
