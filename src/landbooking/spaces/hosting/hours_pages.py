"""The page of opening hours."""

from typing import Any

from litestar import Request, Response, get, post

from landbooking.accounts.guards import owner_of_space
from landbooking.database import Connection
from landbooking.errors import Stale
from landbooking.forms import InvalidInput
from landbooking.ids import Id
from landbooking.language import gettext as _
from landbooking.language import mark as N_
from landbooking.pages import page, redirect
from landbooking.spaces.hosting.consequence_pages import ask_host, decision_from
from landbooking.spaces.hosting.consequences import Undecided
from landbooking.spaces.hosting.hours import MOST_A_DAY, set_hours
from landbooking.spaces.hosting.hours_form import hours_as_typed, hours_from, typed_hours
from landbooking.spaces.space import Space, space_by_id

Asked = Request[Any, Any, Any]

WEEKDAYS = (
    N_("Montag"),
    N_("Dienstag"),
    N_("Mittwoch"),
    N_("Donnerstag"),
    N_("Freitag"),
    N_("Samstag"),
    N_("Sonntag"),
)


@get("/host/spaces/{space_id:int}/hours", guards=[owner_of_space], include_in_schema=False)
async def hours_page(request: Asked, space_id: Id, reads: Connection) -> Response[str]:
    space = await space_by_id(reads, space_id)
    typed = hours_as_typed(space.rules.intervals, space.rules.open_on_public_holidays, space.version)
    return _hours(request, space, typed, {})


@post("/host/spaces/{space_id:int}/hours", guards=[owner_of_space], include_in_schema=False)
async def save_hours(request: Asked, space_id: Id, connection: Connection) -> Response[Any]:
    posted = await request.form()
    space = await space_by_id(connection, space_id)
    typed = typed_hours(posted)
    if "revise" in posted:
        return _hours(request, space, typed, {})
    try:
        hours = hours_from(typed)
        await set_hours(connection, request.user, space_id, hours, typed["version"], decision_from(posted))
    except InvalidInput as refusal:  # nothing was written yet, so nothing is committed
        return _hours(request, space, typed, refusal.errors)
    except Stale:
        space = await space_by_id(connection, space_id)
        return _hours(request, space, {**typed, "version": str(space.version)}, {}, changed=True)
    except Undecided as undecided:
        return ask_host(
            request,
            posted,
            space,
            undecided,
            question=_("Diese Buchungen liegen außerhalb der neuen Öffnungszeiten"),
            action=_("Öffnungszeiten speichern"),
            way_back=f"/host/spaces/{space_id}/hours",
        )
    return redirect(request, f"/host/spaces/{space_id}/hours", notice="hours-saved")


def _hours(
    request: Asked, space: Space, typed: dict[str, str], errors: dict[str, str], changed: bool = False
) -> Response[str]:
    return page(
        request,
        "spaces/hosting/hours.html",
        status=409 if changed else 422 if errors else 200,
        space=space,
        weekdays=[(number, _(name)) for number, name in enumerate(WEEKDAYS, 1)],
        slots=range(MOST_A_DAY),
        names=_field_names(),
        typed=typed,
        errors=errors,
        changed=changed,
    )


def _field_names() -> dict[str, str]:
    """What stands before a mistake in the summary, where seven days could have made it."""
    return {
        f"{end}-{number}-{slot}": _(words) % {"weekday": _(weekday), "slot": slot + 1}
        for number, weekday in enumerate(WEEKDAYS, 1)
        for slot in range(MOST_A_DAY)
        for end, words in (
            ("opens", N_("%(weekday)s, %(slot)s. Zeit, von:")),
            ("closes", N_("%(weekday)s, %(slot)s. Zeit, bis:")),
        )
    }


ROUTES = [hours_page, save_hours]
