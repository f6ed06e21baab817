"""The papers' addresses: agreement and certificate as files, and the public page that says whether one is genuine."""

from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath

from landbooking.accounts import limits
from landbooking.accounts.guards import public, signed_in
from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.errors import NotFound
from landbooking.forms import InvalidInput, parse_form, text_of
from landbooking.ids import BigId
from landbooking.internships.papers.agreement import (
    LONGEST_ADDRESS,
    LONGEST_NOTICE,
    agreement_paper,
    note_collective_agreements,
    tell_address,
)
from landbooking.internships.papers.certificate_paper import certificate_paper
from landbooking.internships.papers.certificates import CHECKS, certificate_of, checked, issue, revoke
from landbooking.internships.papers.paper import as_file
from landbooking.internships.running.access import allowed
from landbooking.internships.running.pages import ROOT, show
from landbooking.pages import page, redirect

Asked = Request[Person, Any, Any]


class AddressForm(msgspec.Struct, frozen=True):
    address: Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST_ADDRESS)]


class NoticeForm(msgspec.Struct, frozen=True):
    notice: Annotated[str, msgspec.Meta(max_length=LONGEST_NOTICE)] = ""


class RevocationForm(msgspec.Struct, frozen=True):
    """`code` is that of the certificate that was seen."""

    code: Annotated[str, msgspec.Meta(max_length=40)] | None = None


@get(f"{ROOT}/agreement.pdf", guards=[signed_in], include_in_schema=False)
async def agreement(request: Asked, placement_id: BigId, reads: Connection) -> Response[bytes]:
    access = await allowed(reads, request.user, placement_id, "agreement")
    return await as_file(await agreement_paper(reads, access.placement), "praktikumsvereinbarung")


@post(f"{ROOT}/address", guards=[signed_in], include_in_schema=False)
async def post_address(request: Asked, placement_id: BigId, connection: Connection) -> Response[Any]:
    access = await allowed(connection, request.user, placement_id, "own_address")
    try:
        form = await parse_form(AddressForm, request)
    except InvalidInput as invalid:
        typed = {"address": text_of(await request.form(), "address")}
        return await show(request, connection, access, None, typed, invalid.errors)
    await tell_address(connection, placement_id, form.address)
    return redirect(request, f"/internships/placements/{placement_id}", notice="agreement-noted")


@post(f"{ROOT}/collective-agreements", guards=[signed_in], include_in_schema=False)
async def post_notice(request: Asked, placement_id: BigId, connection: Connection) -> Response[Any]:
    access = await allowed(connection, request.user, placement_id, "notice_agreements")
    try:
        form = await parse_form(NoticeForm, request)
    except InvalidInput as invalid:
        typed = {"notice": text_of(await request.form(), "notice")}
        return await show(request, connection, access, None, typed, invalid.errors)
    await note_collective_agreements(connection, placement_id, form.notice)
    return redirect(request, f"/internships/placements/{placement_id}", notice="agreement-noted")


@get(f"{ROOT}/certificate.pdf", guards=[signed_in], include_in_schema=False)
async def certificate(request: Asked, placement_id: BigId, reads: Connection) -> Response[bytes]:
    """Not once it is revoked: what does not hold any more is not printed again."""
    await allowed(reads, request.user, placement_id, "certificate")
    issued = await certificate_of(reads, placement_id)
    if issued is None or issued.revoked_at:
        raise NotFound
    paper = certificate_paper(issued, request.app.state.settings.base_url)
    return await as_file(paper, "praktikumsbescheinigung")


@post(f"{ROOT}/certificate", guards=[signed_in], include_in_schema=False)
async def post_certificate(request: Asked, placement_id: BigId, connection: Connection) -> Response[None]:
    await allowed(connection, request.user, placement_id, "issue")
    await issue(connection, request.user, placement_id)
    return redirect(request, f"/internships/placements/{placement_id}", notice="certificate-issued")


@post(f"{ROOT}/certificate/revocation", guards=[signed_in], include_in_schema=False)
async def post_revocation(request: Asked, placement_id: BigId, connection: Connection) -> Response[None]:
    await allowed(connection, request.user, placement_id, "issue")
    form = await parse_form(RevocationForm, request)
    await revoke(connection, placement_id, form.code)
    return redirect(request, f"/internships/placements/{placement_id}", notice="certificate-revoked")


@get("/certificates/{code:str}", guards=[public], include_in_schema=False)
async def check_page(request: Request[Any, Any, Any], code: FromPath[str], reads: Connection) -> Response[str]:
    """Whether the paper is genuine and of when; of whom and what it says nothing. Every other code is not found."""
    await limits.count(request.app.state.valkey, CHECKS, request.client.host if request.client else "")
    return page(request, "internships/papers/check.html", found=await checked(reads, code))


ROUTES = [
    agreement,
    post_address,
    post_notice,
    certificate,
    post_certificate,
    post_revocation,
    check_page,
]
