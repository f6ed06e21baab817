"""Signing in and out: an address, then a code or a link out of the mail. No password anywhere."""

import re
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.params import FromPath

from landbooking.accounts import limits
from landbooking.accounts.addresses import NotAnAddress, local_path, mail_address
from landbooking.accounts.authentication import session_cookie
from landbooking.accounts.codes import Redeemed, address_of_link, asked_for, redeem_code, redeem_link, request_code
from landbooking.accounts.guards import public
from landbooking.accounts.person import ensure_person
from landbooking.accounts.sessions import end_presented_session, start_session
from landbooking.database import Connection
from landbooking.errors import Refusal, TooMany
from landbooking.forms import InvalidInput, parse_form, text_of
from landbooking.language import gettext as _
from landbooking.language import language
from landbooking.pages import page, redirect

Asked = Request[Any, Any, Any]

# A village hall or a school is one network address, so these stop floods; PostgreSQL counts by mail address and code.
CODES_ASKED = limits.Limit("codes-asked", most=30, seconds=900)
CODES_TRIED = limits.Limit("codes-tried", most=60, seconds=900)

# The browser keeps the session's cookie as long as browsers keep any; the row in PostgreSQL decides when it has ended.
SESSION_COOKIE_SECONDS = 400 * 86_400
# Longer than the code is good for, so that the page can say that it has expired, and offer a new one.
REQUEST_COOKIE_SECONDS = 86_400


class AddressForm(msgspec.Struct):
    email: Annotated[str, msgspec.Meta(max_length=254)]
    next: str = "/"


class CodeForm(msgspec.Struct):
    code: Annotated[str, msgspec.Meta(max_length=40)]


@get("/sign-in", guards=[public], include_in_schema=False)
async def address_page(request: Asked) -> Response[str]:
    return page(
        request, "accounts/sign_in.html", email="", next=local_path(request.query_params.get("next")), errors={}
    )


@post("/sign-in", guards=[public], include_in_schema=False)
async def ask_for_code(request: Asked, connection: NamedDependency[Connection]) -> Response[Any]:
    """The answer is the same whether or not the address is known to us: nothing here looks."""
    try:
        form = await parse_form(AddressForm, request)
        return await send_code(request, connection, form.email, local_path(form.next))
    except (InvalidInput, NotAnAddress, TooMany) as refusal:  # nothing was written yet, so nothing is committed
        posted = await request.form()
        return _again(
            request,
            "accounts/sign_in.html",
            refusal,
            email=text_of(posted, "email"),
            next=local_path(text_of(posted, "next")),
        )


async def send_code(
    request: Asked, connection: Connection, typed: str, next_path: str, notice: str | None = None
) -> Response[Any]:
    """Mails a code to the typed address and leads to where it is entered, and from there to `next_path`.

    Raises NotAnAddress, TooMany before anything is written.
    """
    email = mail_address(typed)
    await limits.count(request.app.state.valkey, CODES_ASKED, network_address(request))
    settings = request.app.state.settings
    request_id = await request_code(connection, settings, email, network_address(request), next_path)
    response = redirect(request, "/sign-in/code", notice)
    response.set_cookie(_cookie(request, _request_cookie(request), str(request_id), REQUEST_COOKIE_SECONDS))
    return response


async def asked_before(request: Asked, connection: Connection) -> str | None:
    """Where the code leads that this browser has asked for and not entered yet."""
    request_id = _request_id(request)
    asked = await asked_for(connection, request_id) if request_id else None
    return asked[0].next_path if asked else None


@get("/sign-in/code", guards=[public], include_in_schema=False)
async def code_page(request: Asked, reads: NamedDependency[Connection]) -> Response[Any]:
    request_id = _request_id(request)
    asked = await asked_for(reads, request_id) if request_id else None
    if asked is None:
        return redirect(request, "/sign-in")
    if not asked[1]:
        return _gone(request, asked[0])
    return page(request, "accounts/code.html", asked=asked[0], code="", errors={})


@post("/sign-in/code", guards=[public], include_in_schema=False)
async def enter_code(request: Asked, connection: NamedDependency[Connection]) -> Response[Any]:
    """A wrong code is answered by a *returned* 422: raising would roll the count of wrong tries back."""
    request_id = _request_id(request)
    asked = await asked_for(connection, request_id) if request_id else None
    if asked is None or request_id is None:
        return redirect(request, "/sign-in")
    try:
        digits = _digits((await parse_form(CodeForm, request)).code)
        await limits.count(request.app.state.valkey, CODES_TRIED, network_address(request))
    except (InvalidInput, TooMany) as refusal:
        typed = text_of(await request.form(), "code")
        return _again(request, "accounts/code.html", refusal, asked=asked[0], code=typed)
    result = await redeem_code(connection, request.app.state.settings, request_id, digits)
    if isinstance(result, Redeemed):
        return await _enter(request, connection, result)
    if result == "gone":
        return _gone(request, asked[0])
    wrong = InvalidInput({"code": _("Dieser Code stimmt nicht. Bitte vergleichen Sie ihn mit der neuesten Mail.")}, {})
    return _again(request, "accounts/code.html", wrong, asked=asked[0], code=digits)


@get("/sign-in/link/{token:str}", guards=[public], include_in_schema=False)
async def link_page(request: Asked, token: FromPath[str], reads: NamedDependency[Connection]) -> Response[Any]:
    """Only looks: programs that check mails for bad links open every one of them."""
    email = await address_of_link(reads, token)
    if email is None:
        return _gone(request, None)
    return page(request, "accounts/link.html", email=email, token=token)


@post("/sign-in/link/{token:str}", guards=[public], include_in_schema=False)
async def enter_by_link(request: Asked, token: FromPath[str], connection: NamedDependency[Connection]) -> Response[Any]:
    redeemed = await redeem_link(connection, token)
    return await _enter(request, connection, redeemed) if redeemed else _gone(request, None)


@post("/sign-out", guards=[public], include_in_schema=False)
async def sign_out(request: Asked, connection: NamedDependency[Connection]) -> Response[Any]:
    """Open to everybody: who is signed out already has what they want."""
    name = session_cookie(request.app.state.settings)
    if presented := request.cookies.get(name):
        await end_presented_session(connection, presented)
    response = redirect(request, "/", notice="signed-out")
    response.set_cookie(_cookie(request, name, "", 0))
    return response


async def _enter(request: Asked, connection: Connection, redeemed: Redeemed) -> Response[Any]:
    name = session_cookie(request.app.state.settings)
    person_id = await ensure_person(connection, redeemed.email, language.get())
    token = await start_session(
        connection, person_id, request.headers.get("user-agent", ""), presented=request.cookies.get(name)
    )
    response = redirect(request, redeemed.next_path, notice="signed-in")
    response.set_cookie(_cookie(request, name, token, SESSION_COOKIE_SECONDS))
    response.set_cookie(_cookie(request, _request_cookie(request), "", 0))
    return response


def _gone(request: Asked, asked: Redeemed | None) -> Response[Any]:
    return page(request, "accounts/gone.html", status=410, asked=asked)


def _again(request: Asked, template: str, refusal: Refusal, **typed: Any) -> Response[Any]:
    response = page(request, template, status=refusal.status, errors=refusal.fields or {"": refusal.message}, **typed)
    if isinstance(refusal, TooMany):
        response.headers["Retry-After"] = str(refusal.wait)
    return response


def _cookie(request: Asked, name: str, value: str, seconds: int) -> Cookie:
    """Out of reach for scripts; sent along when somebody follows a link to us, but not by other sites' forms."""
    return Cookie(
        name,
        value=value,
        max_age=seconds,
        path="/",
        httponly=True,
        samesite="lax",
        secure=request.app.state.settings.secure,
    )


def _request_cookie(request: Asked) -> str:
    return "__Host-sign-in" if request.app.state.settings.secure else "sign-in"


def _request_id(request: Asked) -> UUID | None:
    try:
        return UUID(request.cookies.get(_request_cookie(request), ""))
    except ValueError:
        return None


def _digits(typed: str) -> str:
    """The six digits, however they were spaced. Raises InvalidInput, which counts as no try."""
    digits = re.sub(r"[\s\u2010-\u2015-]", "", typed)
    if not re.fullmatch(r"[0-9]{6}", digits):
        raise InvalidInput({"code": _("Der Code hat sechs Ziffern, zum Beispiel 012345.")}, {})
    return digits


def network_address(request: Asked) -> str:
    return request.client.host if request.client else ""


ROUTES = [address_page, ask_for_code, code_page, enter_code, link_page, enter_by_link, sign_out]
