"""Where somebody who is not signed in chooses a time: it is held, a code is mailed, and signing in leads back to it."""

from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from litestar import Request, Response, post

from landbooking.accounts import limits
from landbooking.accounts.addresses import NotAnAddress
from landbooking.accounts.guards import public
from landbooking.accounts.sign_in import asked_before, network_address, send_code
from landbooking.database import Connection
from landbooking.errors import TooMany
from landbooking.forms import InvalidInput, parse_values, text_of
from landbooking.ids import Id
from landbooking.pages import redirect
from landbooking.period import Period, clock_names
from landbooking.spaces.booking import bookable
from landbooking.spaces.booking_forms import PeriodForm
from landbooking.spaces.booking_page import form_page, shown
from landbooking.spaces.holding.hold import hold_in, hold_resource, token_of
from landbooking.spaces.opening_hours import RuleBroken

Asked = Request[Any, Any, Any]

# Of one network. A class that books together gets its codes all the same, and only nothing more is held for it.
HOLDS = limits.Limit("holds", most=10, seconds=900)


@post("/resources/{resource_id:int}/holds", guards=[public], include_in_schema=False)
async def hold(request: Asked, connection: Connection, resource_id: Id) -> Response[Any]:
    """Where nothing can be held, the code is mailed all the same. Who is signed in already needs neither."""
    space, resource = await bookable(connection, resource_id)
    posted = await request.form()
    values, email = shown(posted), text_of(posted, "email")
    try:
        period = parse_values(PeriodForm, posted).period(space)
    except InvalidInput as invalid:
        return await form_page(request, connection, space, resource, values, None, dict(invalid.errors))
    wish = clock_names(period, space.rules.time_zone)
    form_path = f"/resources/{resource_id}/bookings/new"
    if request.user:
        return redirect(request, f"{form_path}?{urlencode(wish)}")
    try:
        async with connection.transaction():  # a savepoint: without a code nothing is held
            hold_id = await _hold(request, connection, resource_id, period)
            told = {"hold": token_of(request.app.state.settings, hold_id)} if hold_id else {}
            path = f"{form_path}?{urlencode(wish | told)}"
            return await send_code(request, connection, email, path, "held" if hold_id else None)
    except RuleBroken as broken:
        return await form_page(request, connection, space, resource, values, None, broken.fields)
    except (NotAnAddress, TooMany) as refusal:
        errors = {"email": refusal.message}
        return await form_page(
            request, connection, space, resource, values, period, errors, status=refusal.status, email=email
        )


async def _hold(request: Asked, connection: Connection, resource_id: int, period: Period) -> int | None:
    """Instead of what this browser has had held before: somebody who goes back and types another address, say."""
    try:
        await limits.count(request.app.state.valkey, HOLDS, network_address(request))
    except TooMany:
        return None
    path = await asked_before(request, connection) or ""
    [token] = parse_qs(urlsplit(path).query).get("hold", [""])[:1]
    return await hold_resource(connection, resource_id, period, hold_in(request.app.state.settings, token))


ROUTES = [hold]
