"""The page behind the link that a guardian or a school gets: what is agreed, and yes or no."""

from typing import Annotated, Any, Literal

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath

from landbooking.accounts.guards import public
from landbooking.accounts.person import first_name
from landbooking.database import Connection
from landbooking.forms import InvalidInput, parse_form, text_of
from landbooking.ids import Version
from landbooking.internships.applications.refusals import OfAge
from landbooking.internships.placements.placement import days_of, placement_by_id
from landbooking.internships.placements.signatures import asked_by_link, guardian_decides
from landbooking.internships.placements.signing import refuse_by_link, sign_by_link
from landbooking.language import gettext as _
from landbooking.pages import page

Asked = Request[Any, Any, Any]


class AnswerForm(msgspec.Struct, frozen=True):
    answer: Literal["yes", "no"]
    name: Annotated[str, msgspec.Meta(max_length=200)] = ""
    terms_version: Version | None = None


@get("/internships/signature/{token:str}", guards=[public], include_in_schema=False)
async def signature_page(request: Asked, token: FromPath[str], reads: Connection) -> Response[str]:
    """Nothing happens before a button is pressed: mail programs look at links by themselves."""
    return await _show(request, reads, token, "", {})


@post("/internships/signature/{token:str}", guards=[public], include_in_schema=False, status_code=200)
async def post_signature(request: Asked, token: FromPath[str], connection: Connection) -> Response[str]:
    posted = await request.form()
    try:
        form = await parse_form(AnswerForm, request)
        if form.answer == "yes" and not form.name:
            raise InvalidInput({"name": _("Bitte schreiben Sie Ihren Namen.")}, posted)
    except InvalidInput as invalid:
        return await _show(request, connection, token, text_of(posted, "name"), invalid.errors)
    if form.answer == "yes":
        answered = await sign_by_link(connection, token, form.terms_version, form.name)
    else:
        answered = await refuse_by_link(connection, token)
    return page(
        request,
        "internships/placements/signature.html",
        200 if answered else 410,
        asked=None,
        done=form.answer if answered else None,
        errors={},
    )


async def _show(request: Asked, connection: Connection, token: str, name: str, errors: dict[str, str]) -> Response[str]:
    asked = await asked_by_link(connection, token)
    if asked is None:
        return page(request, "internships/placements/signature.html", 410, asked=None, done=None, errors={})
    placement = await placement_by_id(connection, asked.placement_id)
    if asked.signatory == "guardian" and not guardian_decides(placement):
        raise OfAge
    return page(
        request,
        "internships/placements/signature.html",
        422 if errors else 200,
        asked=asked,
        done=None,
        token=token,
        called=first_name(placement.applicant or ""),
        placement=placement,
        days=await days_of(connection, placement.id),
        zone=placement.zone,
        name=name,
        errors=errors,
    )


ROUTES = [signature_page, post_signature]
