"""Refusals, and how every error is answered: a page for people, problem details (RFC 9457) for programs."""

from collections.abc import Iterator
from typing import Any, ClassVar
from urllib.parse import quote, urlencode

import asyncpg
import msgspec
import structlog
from litestar import Request, Response
from litestar.enums import ParamType
from litestar.exceptions import HTTPException, ValidationException
from litestar.openapi import ResponseSpec
from litestar.params import ParameterKwarg

from landbooking.database import TRY_AGAIN
from landbooking.language import gettext as _
from landbooking.language import use_language
from landbooking.pages import page, redirect
from landbooking.sentences import wanted

log = structlog.get_logger()


class Refusal(Exception):
    """What was asked for can't be had. Raised, never returned, so that the transaction rolls back.

    `message` is a sentence in the person's language, `way_on` a path where the person can go on, `waiting_list` one
    where they can wait for what is taken.
    """

    status: ClassVar[int] = 409
    code: ClassVar[str] = "refused"
    way_on: str | None = None
    waiting_list: str | None = None

    def __init__(self, message: str, way_on: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.way_on = way_on

    @property
    def fields(self) -> dict[str, str]:
        """Sentence by field, where fields are to blame."""
        return {}

    @property
    def more(self) -> dict[str, Any]:
        """What a program needs beside the sentence: members of the problem's own (RFC 9457, section 3.2)."""
        return {}


class NotFound(Refusal):
    status = 404
    code = "not-found"

    def __init__(self) -> None:
        super().__init__(_("Diese Seite gibt es nicht, oder nicht mehr."))


class Forbidden(Refusal):
    status = 403
    code = "forbidden"

    def __init__(self) -> None:
        super().__init__(_("Das ist Ihnen nicht erlaubt. Vielleicht sind Sie mit einer anderen Adresse angemeldet?"))


class NotSignedIn(Refusal):
    status = 401
    code = "not-signed-in"

    def __init__(self) -> None:
        super().__init__(_("Bitte melden Sie sich an."))


class TooMany(Refusal):
    """A limit on how often something may be done; `wait` in seconds."""

    status = 429
    code = "too-many"

    def __init__(self, message: str, wait: int) -> None:
        super().__init__(message)
        self.wait = wait


class Stale(Refusal):
    """The thing was changed since the person saw it."""

    code = "changed-meanwhile"

    def __init__(self, way_on: str | None = None) -> None:
        super().__init__(
            _("Das wurde inzwischen geändert. Nichts ist verloren: Bitte sehen Sie sich den neuen Stand an."), way_on
        )


class Problem(msgspec.Struct, omit_defaults=True):
    """Problem details, RFC 9457. `errors` lists the fields to blame for a 422."""

    type: str
    title: str
    status: int
    detail: str = ""
    errors: "list[FieldProblem]" = []


class FieldProblem(msgspec.Struct):
    field: str
    message: str


def answer(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """The one exception handler of the app."""
    refusal = _as_refusal(request, error)
    headers: dict[str, str] = dict(getattr(error, "headers", None) or {})
    if refusal.status == 503:
        headers["Retry-After"] = "2"
    if isinstance(refusal, TooMany):
        headers["Retry-After"] = str(refusal.wait)
    if request.scope["path"].startswith("/api/"):
        if refusal.status == 401:
            headers["WWW-Authenticate"] = "Bearer"
        return problem(refusal, headers)
    if isinstance(refusal, NotSignedIn) and request.method == "GET":
        query = request.scope["query_string"].decode("latin-1")
        wanted = quote(request.scope["path"]) + (f"?{query}" if query else "")
        return redirect(request, f"/sign-in?{urlencode({'next': wanted})}")
    response = page(request, "errors/refusal.html", status=refusal.status, refusal=refusal)
    response.headers.update(headers)
    return response


def problem(refusal: Refusal, headers: dict[str, str]) -> Response[bytes]:
    body = Problem(
        type=f"urn:landbooking:problem:{refusal.code}",
        title=_title(refusal.status),
        status=refusal.status,
        detail=refusal.message,
        errors=[FieldProblem(field, message) for field, message in refusal.fields.items()],
    )
    return Response(
        msgspec.json.encode({**msgspec.to_builtins(body), **refusal.more}),
        status_code=refusal.status,
        media_type="application/problem+json",
        headers=headers,
    )


def problems(*statuses: int) -> dict[int, ResponseSpec]:
    """For OpenAPI: the errors that a route can answer with.

    Every route may also say 401, since a wrong token is refused wherever it is shown, and 500 and 503.
    """
    with use_language("en"):
        return {
            status: ResponseSpec(
                Problem,
                description=_title(status),
                media_type="application/problem+json",
                generate_examples=False,  # they would be random
            )
            for status in (401, *statuses, 500, 503)
        }


def _title(status: int) -> str:
    titles = {
        400: _("Die Anfrage ist nicht zu verstehen"),
        401: _("Nicht angemeldet"),
        403: _("Nicht erlaubt"),
        404: _("Nicht gefunden"),
        409: _("Das geht gerade nicht"),
        410: _("Nicht mehr da"),
        413: _("Das ist zu groß"),
        422: _("Bitte prüfen Sie Ihre Angaben"),
        429: _("Zu viele Versuche"),
        500: _("Ein Fehler bei uns"),
        503: _("Gleich wieder da"),
    }
    return titles.get(status, _("Das hat nicht geklappt"))


class _Plain(Refusal):
    """An error that is not a domain word: a wrong method, a broken body, a database that is away, a fault of ours."""

    def __init__(self, status: int, code: str, message: str, fields: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status  # type: ignore[misc]
        self.code = code  # type: ignore[misc]
        self._fields = fields or {}

    @property
    def fields(self) -> dict[str, str]:
        return self._fields


def _as_refusal(request: Request[Any, Any, Any], error: Exception) -> Refusal:
    match error:
        case Refusal():
            return error
        case ExceptionGroup():  # Litestar's, where a transaction could not even be rolled back: the database went away
            return _as_refusal(request, error.exceptions[0])
        case asyncpg.ForeignKeyViolationError():  # what the request refers to was deleted since it was looked at
            return Stale()
        case ValidationException():
            return _invalid(request, error)
        case HTTPException(status_code=404):
            return NotFound()
        case HTTPException(status_code=405):
            return _Plain(405, "method-not-allowed", _("Das geht auf diesem Weg nicht."))
        case HTTPException(status_code=413):
            return _Plain(413, "too-large", _("Das ist zu viel auf einmal. Bitte schicken Sie weniger."))
        case HTTPException() if error.status_code < 500:
            return _Plain(error.status_code, "bad-request", _("Diese Anfrage konnten wir nicht verstehen."))
        case _ if isinstance(error, TRY_AGAIN) or _lost_connection(error):
            log.warning("database_away", error=type(error).__name__)
            return _Plain(
                503,
                "try-again",
                _(
                    "Wir sind gleich wieder da. Nichts ist doppelt gebucht: "
                    "Bitte versuchen Sie es in ein paar Sekunden noch einmal."
                ),
            )
        case _:
            log.error("unexpected", exc_info=error)
            return _Plain(500, "unexpected", _("Da ist bei uns etwas schiefgegangen. Es ist notiert und wird behoben."))


def _lost_connection(error: Exception) -> bool:
    return isinstance(error, asyncpg.InternalClientError | OSError)


def _invalid(request: Request[Any, Any, Any], error: ValidationException) -> Refusal:
    """Litestar's own check of path, query and headers: an address that can't exist is not found, a value is named."""
    extra = error.extra if isinstance(error.extra, list) else []
    if any(entry.get("source") == "path" for entry in extra):
        return NotFound()
    fields = dict(_wrong_parameters(request))
    if any(entry.get("source") == "body" for entry in extra):  # there was none: one that is there we judge ourselves
        body = request.route_handler.parsed_fn_signature.parameters["data"].annotation
        required = [field.encode_name for field in msgspec.structs.fields(body) if field.required]
        fields |= dict.fromkeys(required, _("Bitte füllen Sie dieses Feld aus."))
    return _Plain(422, "invalid-input", _("Bitte prüfen Sie Ihre Angaben."), fields)


def _wrong_parameters(request: Request[Any, Any, Any]) -> Iterator[tuple[str, str]]:
    """Every wrong or missing parameter, since Litestar stops at the first that is missing, and speaks English."""
    handler = request.route_handler
    types = handler.signature_model.__annotations__
    for name, field in handler.parsed_fn_signature.parameters.items():
        parameter = field.kwarg_definition
        if field.is_di_field or not isinstance(parameter, ParameterKwarg) or parameter.param_type == ParamType.PATH:
            continue
        sent = request.query_params if parameter.param_type == ParamType.QUERY else request.headers
        shown = parameter.name or name
        value = sent.get(shown)
        if value is not None:
            try:
                msgspec.convert(value, types[name], strict=False)
            except msgspec.ValidationError:
                yield shown, wanted(types[name])
        elif not field.has_default:
            yield shown, _("Bitte füllen Sie dieses Feld aus.")
