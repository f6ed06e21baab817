"""The page on which several spaces are closed for the same days."""

from typing import Any

from litestar import Request, Response, get, post

from landbooking.accounts.guards import host_or_staff
from landbooking.database import Connection
from landbooking.forms import InvalidInput
from landbooking.language import gettext as _
from landbooking.language import ngettext
from landbooking.pages import page, redirect
from landbooking.spaces.hosting.closure_form import closure_from, typed_closure
from landbooking.spaces.hosting.closures import close_days
from landbooking.spaces.hosting.common_closure import ClosableSpace, check_closable, closable_spaces
from landbooking.spaces.hosting.consequence_pages import ask_host, decision_from
from landbooking.spaces.hosting.consequences import Undecided
from landbooking.spaces.space import space_by_id

Asked = Request[Any, Any, Any]
ALL = "all"  # the value of the box for all spaces


@get("/host/closures", guards=[host_or_staff], include_in_schema=False)
async def form_page(request: Asked, reads: Connection) -> Response[str]:
    typed = typed_closure(request.query_params)
    return _form(request, await closable_spaces(reads, request.user), typed, [], {})


@post("/host/closures", guards=[host_or_staff], include_in_schema=False)
async def close(request: Asked, connection: Connection) -> Response[Any]:
    """All of the chosen spaces, or none: what is hit in any of them is asked about first, together."""
    posted = await request.form()
    typed, known = typed_closure(posted), await closable_spaces(connection, request.user)
    ticked = [value for value in posted.getall("space", []) if isinstance(value, str)]
    if "revise" in posted:
        return _form(request, known, typed, ticked, {})
    try:
        chosen = _chosen(ticked, known, typed)
        first = await space_by_id(connection, chosen[0])
        await close_days(connection, request.user, chosen, closure_from(typed, first.rules), decision_from(posted))
    except InvalidInput as refusal:  # nothing was written yet, so nothing is committed
        return _form(request, known, typed, ticked, refusal.errors)
    except Undecided as undecided:
        return ask_host(
            request,
            posted,
            first,
            undecided,
            question=_("Diese Buchungen liegen an den Schließtagen"),
            action=_("Schließtage eintragen"),
            way_back="/host/closures",
            where=ngettext("%(count)s Raum", "%(count)s Räume", len(chosen)) % {"count": len(chosen)},
        )
    return redirect(request, "/host" if request.user.hosts else "/district", notice="closed-together")


def _chosen(ticked: list[str], known: list[ClosableSpace], typed: dict[str, str]) -> list[int]:
    """Raises InvalidInput, and Forbidden for a space that is not among those they may close."""
    numbers = [int(value) for value in ticked if value.isascii() and value.isdigit() and len(value) < 10]
    chosen = [space.id for space in known] if ALL in ticked else numbers
    if not chosen or len(numbers) < len([value for value in ticked if value != ALL]):
        raise InvalidInput({"space": _("Bitte wählen Sie mindestens einen Raum.")}, typed)
    check_closable(chosen, known)
    return chosen


def _form(
    request: Asked, known: list[ClosableSpace], typed: dict[str, str], ticked: list[str], errors: dict[str, str]
) -> Response[str]:
    return page(
        request,
        "spaces/hosting/common_closure.html",
        status=422 if errors else 200,
        empty=not known,
        options=[(ALL, _("Alle hier")), *((str(space.id), f"{space.name}, {space.town}") for space in known)],
        typed=typed,
        ticked=ticked,
        errors=errors,
    )


ROUTES = [form_page, close]
