"""What district staff see of an application: what the law says of an offer, and the rules that they let pass."""

from collections.abc import Mapping
from typing import Any

from litestar import Request, Response, get, post

from landbooking.accounts.guards import district_staff
from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.forms import InvalidInput, parse_form
from landbooking.ids import BigId
from landbooking.internships.applications.application import Application
from landbooking.internships.applications.exceptions import allow_exception, offer_in_district
from landbooking.internships.law.words import disclaimer
from landbooking.internships.placements.making import findings_on_offer, placement_of
from landbooking.internships.placements.overrides import OverrideForm, overrides_of, rules_in_the_way
from landbooking.internships.placements.showing import typed_of
from landbooking.pages import page, redirect

Asked = Request[Person, Any, Any]
ONE = "/district/internships/applications/{application_id:int}"


@get(ONE, guards=[district_staff], include_in_schema=False)
async def offer_page(request: Asked, application_id: BigId, reads: Connection) -> Response[Any]:
    """What has come of it meanwhile has a page of its own."""
    application = await offer_in_district(reads, request.user, application_id)
    if placement_id := await placement_of(reads, application):
        return redirect(request, f"/district/internships/placements/{placement_id}")
    return await _show(request, reads, application, {}, {})


@post(f"{ONE}/overrides", guards=[district_staff], include_in_schema=False)
async def post_exception(request: Asked, application_id: BigId, connection: Connection) -> Response[Any]:
    application = await offer_in_district(connection, request.user, application_id)
    posted = await request.form()
    try:
        form = await parse_form(OverrideForm, request)
        await allow_exception(connection, request.user, application.id, form.rule, form.day, form.reason)
    except InvalidInput as invalid:  # nothing was written yet, so nothing is committed
        return await _show(request, connection, application, posted, invalid.errors)
    return redirect(request, f"/district/internships/applications/{application_id}", notice="rule-overridden")


async def _show(
    request: Asked,
    connection: Connection,
    application: Application,
    posted: Mapping[str, Any],
    errors: Mapping[str, str],
) -> Response[str]:
    """Neither the letter nor the CV: staff judge the plan."""
    findings = await findings_on_offer(connection, application)
    return page(
        request,
        "internships/district_application.html",
        422 if errors else 200,
        application=application,
        zone=application.zone,
        findings=findings,
        disclaimer=disclaimer(),
        rules=rules_in_the_way(findings),
        overrides=await overrides_of(connection, application.id),
        typed=typed_of(posted, ("rule", "day", "reason"), {}),
        errors=errors,
    )


ROUTES = [offer_page, post_exception]
