"""What surrounds every request: its id and log line, its language, the check of its origin, and security headers.

These wrap the whole app, routing included, so that they hold for addresses that don't exist as well.
"""

import re
import time
import uuid
from urllib.parse import urlsplit

import structlog
from litestar import Request, Response
from litestar.enums import HttpMethod, ScopeType
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send
from prometheus_client import Counter, Histogram

from landbooking.language import IN_ADDRESS, address_prefix, language, preferred_language
from landbooking.language import gettext as _
from landbooking.pages import static
from landbooking.paths import STATIC

log = structlog.get_logger()

REQUESTS = Counter("landbooking_requests_total", "Requests answered", ["method", "route", "status"])
DURATION = Histogram("landbooking_request_seconds", "Time to answer a request", ["route"])

_SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
_REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")


class RequestLog:
    """One JSON line and two metrics a request. The line names the route: addresses may hold secrets."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self.app(scope, receive, send)
            return
        request_id, method = _request_id(scope), scope["method"]
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        started = time.perf_counter()
        status = 500

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], (b"x-request-id", request_id.encode())]
            await send(message)

        try:
            await self.app(scope, receive, send_with_id)
        finally:
            seconds = time.perf_counter() - started
            route = scope.get("path_template") or "unknown"
            REQUESTS.labels(method, route, status).inc()
            DURATION.labels(route).observe(seconds)
            log.info("request", method=method, route=route, status=status, ms=round(seconds * 1000, 1))


def _request_id(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == b"x-request-id" and _REQUEST_ID.fullmatch(value):
            return value.decode()
    return uuid.uuid4().hex


class LanguageAddress:
    """/de/… and /en/… say the language; elsewhere the browser does. Inside, paths have no prefix."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self.app(scope, receive, send)
            return
        if matched := IN_ADDRESS.match(scope["path"]):
            code = matched[1]
            rest = scope["path"][matched.end() :] or "/"
            scope["path"], scope["raw_path"] = rest, rest.encode()
            address_prefix.set(matched[0])
        else:
            address_prefix.set("")
            accepted = next((value for name, value in scope["headers"] if name == b"accept-language"), b"")
            code = preferred_language(accepted.decode("latin-1"))
        language.set(code)
        await self.app(scope, receive, send)


class OriginCheck:
    """Refuses changes that another site's page sends with our visitor's cookie (CSRF).

    Browsers say where a request comes from: `Sec-Fetch-Site`, or the older `Origin`. Programs send neither; they
    have no cookie to abuse.
    """

    def __init__(self, app: ASGIApp, base_url: str) -> None:
        self.app = app
        self.origin = "{0.scheme}://{0.netloc}".format(urlsplit(base_url)).encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP or not self._is_foreign_change(scope["method"], dict(scope["headers"])):
            await self.app(scope, receive, send)
            return
        await _foreign(scope)(scope, receive, send)

    def _is_foreign_change(self, method: str, headers: dict[bytes, bytes]) -> bool:
        if method in _SAFE_METHODS:
            return False
        if site := headers.get(b"sec-fetch-site"):
            return site not in (b"same-origin", b"none")
        if origin := headers.get(b"origin"):
            return origin != self.origin and origin.partition(b"://")[2] != headers.get(b"host")
        return False


def _foreign(scope: HTTPScope) -> ASGIApp:
    """Plain text: a page of ours would look trustworthy in another site's hands."""
    sentence = _("Diese Anfrage kam von einer fremden Seite und wurde nicht ausgeführt.")
    content: str | dict[str, str | int] = sentence
    media_type = "text/plain"
    if scope["path"].startswith("/api/"):
        content = {"type": "urn:landbooking:problem:foreign-origin", "title": sentence, "status": 403}
        media_type = "application/problem+json"
    refusal = Response(content, status_code=403, media_type=media_type)
    return refusal.to_asgi_response(None, Request(scope))


class HeadAsGet:
    """HEAD is answered as GET is, without the body: link checkers, calendar programs and proxies ask so (RFC 9110)."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP or scope["method"] != HttpMethod.HEAD:
            await self.app(scope, receive, send)
            return

        ended = False

        async def send_without_body(message: Message) -> None:
            nonlocal ended
            if message["type"] == "http.response.body":
                if ended:
                    return
                message["body"], message["more_body"], ended = b"", False, True  # also of what would never end
            await send(message)

        scope["method"] = HttpMethod.GET
        await self.app(scope, receive, send_without_body)


class StaticCaching:
    """Browsers keep our style and script for a year where the address has the fingerprint of what is sent.

    Not just any fingerprint: while a new release comes up, the old one is asked for the new one's files.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.addresses = {static(str(file.relative_to(STATIC))) for file in STATIC.rglob("*") if file.is_file()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP or not scope["path"].startswith("/static/"):
            await self.app(scope, receive, send)
            return
        address = f"{scope['path']}?{scope['query_string'].decode('latin-1')}"
        caching = b"public, max-age=31536000, immutable" if address in self.addresses else b"public, max-age=300"

        async def send_cacheable(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] in (200, 304):
                message["headers"] = [*message["headers"], (b"cache-control", caching)]
            await send(message)

        await self.app(scope, receive, send_cacheable)


class SecurityHeaders:
    """A strict policy for every answer; nothing is loaded from elsewhere and nobody may frame us.

    A page that is made to be framed (spaces/widgets) brings a policy of its own.
    """

    POLICY = (
        b"default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
        b"manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )

    def __init__(self, app: ASGIApp, secure: bool) -> None:
        self.app = app
        self.headers = [
            (b"x-content-type-options", b"nosniff"),
            (b"referrer-policy", b"same-origin"),
            (b"permissions-policy", b"camera=(), microphone=(), geolocation=(self)"),
            (b"cross-origin-opener-policy", b"same-origin"),
        ]
        if secure:
            self.headers.append((b"strict-transport-security", b"max-age=31536000"))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_secured(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = [*message["headers"], *self.headers]
                names = {name.lower() for name, _ in headers}
                if b"content-security-policy" not in names:
                    headers.append((b"content-security-policy", self.POLICY))
                if b"cache-control" not in names:
                    headers.append((b"cache-control", b"no-store"))
                if any(name == b"content-type" and value.startswith(b"text/html") for name, value in headers):
                    headers.append((b"vary", b"Accept-Language, Cookie"))
                    headers.append((b"content-language", language.get().encode()))
                message["headers"] = headers
            await send(message)

        await self.app(scope, receive, send_secured)
