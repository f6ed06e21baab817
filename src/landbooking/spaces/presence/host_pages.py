"""A host's pages: how long an absent person is waited for, and the sheet of codes to print."""

from typing import Annotated, Any
from urllib.parse import urljoin

import msgspec
from litestar import Request, Response, get, post

from landbooking.accounts.guards import host_of_space, owner_of_space
from landbooking.database import Connection
from landbooking.errors import Stale
from landbooking.forms import InvalidInput, parse_form, text_of
from landbooking.ids import Id
from landbooking.language import gettext as _
from landbooking.pages import page, redirect
from landbooking.qr import qr_code
from landbooking.spaces.opening_hours import spoken_length
from landbooking.spaces.presence.setting import codes_of, set_patience
from landbooking.spaces.space import Space, space_by_id

Asked = Request[Any, Any, Any]
PATIENCES = (10, 15, 20, 30, 45, 60)


class PatienceForm(msgspec.Struct, frozen=True):
    """0: nobody checks in."""

    patience: Annotated[int, msgspec.Meta(ge=0, le=120, multiple_of=5)]


@get("/host/spaces/{space_id:int}/checkin", guards=[owner_of_space], include_in_schema=False)
async def setting_page(request: Asked, space_id: Id, reads: Connection) -> Response[str]:
    return _page(request, await space_by_id(reads, space_id), {})


@post("/host/spaces/{space_id:int}/checkin", guards=[owner_of_space], include_in_schema=False)
async def save_setting(request: Asked, space_id: Id, connection: Connection) -> Response[Any]:
    seen = text_of(await request.form(), "version")
    try:
        form = await parse_form(PatienceForm, request)
        await set_patience(connection, space_id, form.patience, seen)
    except InvalidInput as invalid:  # nothing was written yet, so nothing is committed
        return _page(request, await space_by_id(connection, space_id), invalid.errors)
    except Stale:
        return _page(request, await space_by_id(connection, space_id), {}, changed=True)
    return redirect(request, f"/host/spaces/{space_id}/checkin", notice="rules-saved")


@get("/host/spaces/{space_id:int}/codes", guards=[host_of_space], include_in_schema=False)
async def codes_page(request: Asked, space_id: Id, reads: Connection) -> Response[str]:
    """A4, to be cut up: each desk's name with its code."""
    base = request.app.state.settings.base_url.rstrip("/") + "/"
    cards = [(name, urljoin(base, f"here/{code}")) for name, code in await codes_of(reads, space_id)]
    return page(
        request,
        "spaces/presence/codes.html",
        space=await space_by_id(reads, space_id),
        cards=[(name, address, qr_code(address)) for name, address in cards],
    )


def _page(request: Asked, space: Space, errors: dict[str, str], changed: bool = False) -> Response[str]:
    usual = sorted({*PATIENCES, *([space.checkin_minutes] if space.checkin_minutes else [])})
    return page(
        request,
        "spaces/presence/setting.html",
        409 if changed else 422 if errors else 200,
        space=space,
        options=[("0", _("Nein, niemand muss einchecken")), *((str(each), _in_words(each)) for each in usual)],
        errors=errors,
        changed=changed,
    )


def _in_words(minutes: int) -> str:
    return _("Ja, frei nach %(length)s") % {"length": spoken_length(minutes)}


ROUTES = [setting_page, save_setting, codes_page]
