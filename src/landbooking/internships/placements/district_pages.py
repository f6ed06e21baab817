"""The district's pages: what the law says of a placement, rules that are let pass, and signatures on paper."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import msgspec
from litestar import Request, Response, get, post

from landbooking.accounts.guards import district_staff
from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.forms import InvalidInput, parse_form
from landbooking.ids import BigId, Version
from landbooking.internships.placements.overrides import OverrideForm, override_rule, overrides_of, rules_in_the_way
from landbooking.internships.placements.placement import Placement, placement_in_district, placements_in_district
from landbooking.internships.placements.showing import shown, typed_of
from landbooking.internships.placements.signing import record_paper
from landbooking.internships.placements.words import state_word
from landbooking.pages import page, redirect

Asked = Request[Person, Any, Any]
ROOT = "/district/internships/placements"
ONE = f"{ROOT}/{{placement_id:int}}"


class PaperForm(msgspec.Struct, frozen=True):
    signatory: Literal["guardian", "school"]
    name: Annotated[str, msgspec.Meta(max_length=200)]
    terms_version: Version


@get(ROOT, guards=[district_staff], include_in_schema=False)
async def list_page(request: Asked, reads: Connection) -> Response[str]:
    found = await placements_in_district(reads, request.user)
    return page(request, "internships/placements/district_list.html", placements=found, state=state_word)


@get(ONE, guards=[district_staff], include_in_schema=False)
async def placement_page(request: Asked, placement_id: BigId, reads: Connection) -> Response[str]:
    return await _show(request, reads, await placement_in_district(reads, request.user, placement_id), {}, {})


@post(f"{ONE}/overrides", guards=[district_staff], include_in_schema=False)
async def post_override(request: Asked, placement_id: BigId, connection: Connection) -> Response[Any]:
    placement = await placement_in_district(connection, request.user, placement_id)
    posted = await request.form()
    try:
        form = await parse_form(OverrideForm, request)
        await override_rule(connection, request.user, placement.id, form.rule, form.day, form.reason)
    except InvalidInput as invalid:  # nothing was written yet, so nothing is committed
        return await _show(request, connection, placement, posted, invalid.errors)
    return redirect(request, f"{ROOT}/{placement_id}", notice="rule-overridden")


@post(f"{ONE}/paper", guards=[district_staff], include_in_schema=False)
async def post_paper(request: Asked, placement_id: BigId, connection: Connection) -> Response[Any]:
    placement = await placement_in_district(connection, request.user, placement_id)
    posted = await request.form()
    try:
        form = await parse_form(PaperForm, request)
    except InvalidInput as invalid:
        return await _show(request, connection, placement, posted, invalid.errors)
    await record_paper(connection, request.user, placement.id, form.signatory, form.terms_version, form.name)
    return redirect(request, f"{ROOT}/{placement_id}", notice="paper-recorded")


async def _show(
    request: Asked,
    connection: Connection,
    placement: Placement,
    posted: Mapping[str, Any],
    errors: Mapping[str, str],
) -> Response[str]:
    facts = await shown(connection, placement, "staff")
    return page(
        request,
        "internships/placements/district.html",
        422 if errors else 200,
        **facts,
        rules=[] if placement.is_over else rules_in_the_way(facts["findings"]),
        overrides=await overrides_of(connection, placement.application_id),
        typed=typed_of(posted, ("rule", "day", "reason", "signatory", "name"), {}),
        errors=errors,
    )


ROUTES = [list_page, placement_page, post_override, post_paper]
