"""The papers in the JSON API: the same verbs as the pages."""

from datetime import date, datetime
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get, post, put
from litestar.params import FromPath, JSONBody

from landbooking.accounts import limits
from landbooking.accounts.guards import public, signed_in
from landbooking.accounts.person import Person
from landbooking.accounts.requirements import ANYBODY, OWNER
from landbooking.database import Connection
from landbooking.errors import NotFound, problems
from landbooking.forms import FieldByField
from landbooking.ids import BigId
from landbooking.internships.papers.agreement import (
    LONGEST_ADDRESS,
    LONGEST_NOTICE,
    agreement_paper,
    note_collective_agreements,
    tell_address,
)
from landbooking.internships.papers.certificate_paper import certificate_paper
from landbooking.internships.papers.certificates import (
    CHECKS,
    Certificate,
    certificate_of,
    checked,
    issue,
    printed,
    revoke,
)
from landbooking.internships.papers.paper import as_file
from landbooking.internships.running.access import allowed

Asked = Request[Person, Any, Any]
ONE = "/placements/{placement_id:int}"
TAGS = ["internships"]


class NewAddress(msgspec.Struct, frozen=True):
    address: Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST_ADDRESS)]


class NewNotice(msgspec.Struct, frozen=True):
    """Which collective, works or service agreements apply, in general words (NachwG § 2 (1a) no. 7)."""

    notice: Annotated[str, msgspec.Meta(max_length=LONGEST_NOTICE)]


class CertificateView(msgspec.Struct, frozen=True):
    """Both without breaks, of the days of presence: `minutes` are those planned, `present_minutes` from checking in to
    leaving; null on certificates of a time when leaving was not noted."""

    code: str
    issued_on: date
    revoked_at: datetime | None
    days: list[date]
    minutes: int
    present_minutes: int | None


class CheckView(msgspec.Struct, frozen=True):
    """All that its code tells the public."""

    issued_on: date
    revoked_at: datetime | None


@get(
    f"{ONE}/agreement.pdf",
    guards=[signed_in],
    operation_id="placementAgreement",
    summary="The agreement as PDF",
    tags=TAGS,
    security=OWNER,
    media_type="application/pdf",
    responses=problems(403, 404),
)
async def get_agreement(request: Asked, reads: Connection, placement_id: BigId) -> Response[bytes]:
    """Tagged (PDF/UA-1), in the language of the request."""
    access = await allowed(reads, request.user, placement_id, "agreement")
    return await as_file(await agreement_paper(reads, access.placement), "praktikumsvereinbarung")


@put(
    f"{ONE}/agreement/address",
    guards=[signed_in],
    operation_id="tellInternAddress",
    summary="Say one's address for the agreement",
    tags=TAGS,
    security=OWNER,
    status_code=204,
    dto=FieldByField[NewAddress],
    return_dto=None,
    responses=problems(400, 403, 404, 409, 413, 422),
)
async def put_address(request: Asked, connection: Connection, placement_id: BigId, data: JSONBody[NewAddress]) -> None:
    """For the intern."""
    await allowed(connection, request.user, placement_id, "own_address")
    await tell_address(connection, placement_id, data.address)


@put(
    f"{ONE}/agreement/collective-agreements",
    guards=[signed_in],
    operation_id="noteCollectiveAgreements",
    summary="Note which collective agreements apply",
    tags=TAGS,
    security=OWNER,
    status_code=204,
    dto=FieldByField[NewNotice],
    return_dto=None,
    responses=problems(400, 403, 404, 409, 413, 422),
)
async def put_notice(request: Asked, connection: Connection, placement_id: BigId, data: JSONBody[NewNotice]) -> None:
    """For who manages the company, before anybody has signed."""
    await allowed(connection, request.user, placement_id, "notice_agreements")
    await note_collective_agreements(connection, placement_id, data.notice)


@post(
    f"{ONE}/certificate",
    guards=[signed_in],
    operation_id="issueCertificate",
    summary="Issue the certificate",
    tags=TAGS,
    security=OWNER,
    status_code=200,
    responses=problems(403, 404, 409),
)
async def post_certificate(request: Asked, connection: Connection, placement_id: BigId) -> CertificateView:
    """For the company and for staff, after the end. Sent again, the first stands; once revoked, a new one is issued."""
    await allowed(connection, request.user, placement_id, "issue")
    return _view(await issue(connection, request.user, placement_id))


@post(
    f"{ONE}/certificate/revocation",
    guards=[signed_in],
    operation_id="revokeCertificate",
    summary="Revoke the certificate",
    tags=TAGS,
    security=OWNER,
    status_code=200,
    responses=problems(403, 404),
)
async def post_revocation(request: Asked, connection: Connection, placement_id: BigId) -> CertificateView:
    """For good; a new one may be issued."""
    await allowed(connection, request.user, placement_id, "issue")
    return _view(await revoke(connection, placement_id))


@get(
    f"{ONE}/certificate.pdf",
    guards=[signed_in],
    operation_id="placementCertificate",
    summary="The certificate as PDF",
    tags=TAGS,
    security=OWNER,
    media_type="application/pdf",
    responses=problems(403, 404),
)
async def get_certificate(request: Asked, reads: Connection, placement_id: BigId) -> Response[bytes]:
    """Tagged (PDF/UA-1), in the language of the request; 404 once it is revoked."""
    await allowed(reads, request.user, placement_id, "certificate")
    issued = await certificate_of(reads, placement_id)
    if issued is None or issued.revoked_at:
        raise NotFound
    paper = certificate_paper(issued, request.app.state.settings.base_url)
    return await as_file(paper, "praktikumsbescheinigung")


@get(
    "/certificates/{code:str}",
    guards=[public],
    operation_id="checkCertificate",
    summary="Whether a certificate is genuine",
    tags=TAGS,
    security=ANYBODY,
    responses=problems(404, 429),
)
async def get_check(request: Request[Any, Any, Any], reads: Connection, code: FromPath[str]) -> CheckView:
    """Of whom it is, and what it says, is not told."""
    await limits.count(request.app.state.valkey, CHECKS, request.client.host if request.client else "")
    found = await checked(reads, code)
    return CheckView(found.issued_on, found.revoked_at)


def _view(certificate: Certificate) -> CertificateView:
    return CertificateView(
        code=printed(certificate.code),
        issued_on=certificate.issued_on,
        revoked_at=certificate.revoked_at,
        days=certificate.on_it.days,
        minutes=certificate.on_it.minutes,
        present_minutes=certificate.on_it.present_minutes,
    )


ROUTES = [
    get_agreement,
    put_address,
    put_notice,
    post_certificate,
    post_revocation,
    get_certificate,
    get_check,
]
