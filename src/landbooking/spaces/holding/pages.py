"""Where somebody who is not signed in chooses a time: it is held, a code is mailed, and signing in leads back to it."""

from collections.abc import Awaitable, Callable
from functools import partial
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
from landbooking.spaces.holding.hold import hold_in, hold_one_of, hold_resource, token_of
from landbooking.spaces.opening_hours import RuleBroken
from landbooking.spaces.pool_page import pool_page
from landbooking.spaces.pools import NoneLeft, pool_of

Asked = Request[Any, Any, Any]
Hold = Callable[[int | None], Awaitable[tuple[int, int] | None]]

# Of one network. A class that books together gets its codes all the same, and only nothing more is held for it.
HOLDS = limits.Limit("holds", most=10, seconds=900)


@post("/resources/{resource_id:int}/holds", guards=[public], include_in_schema=False)
async def hold(request: Asked, connection: Connection, resource_id: Id) -> Response[Any]:
    """Where nothing can be held, the code is mailed all the same. Who is signed in already needs neither."""
    space, resource = await bookable(connection, resource_id)
    posted = await request.form()
    again = partial(form_page, request, connection, space, resource, shown(posted))
    try:
        period = parse_values(PeriodForm, posted).period(space)
    except InvalidInput as invalid:
        return await again(None, dict(invalid.errors))

    async def held(instead_of: int | None) -> tuple[int, int] | None:
        hold_id = await hold_resource(connection, resource_id, period, instead_of)
        return (resource_id, hold_id) if hold_id else None

    wish = clock_names(period, space.rules.time_zone)
    return await _hold_and_mail(request, connection, held, f"/resources/{resource_id}", wish, period, again)


@post("/spaces/{space_id:int}/holds", guards=[public], include_in_schema=False)
async def hold_unit(request: Asked, connection: Connection, space_id: Id) -> Response[Any]:
    """The same for any one of alike units: the one that is held is booked then."""
    posted = await request.form()
    pool = await pool_of(connection, space_id, text_of(posted, "pool"))
    values = {name: text_of(posted, name) for name in ("pool", "date", "start", "end")}
    again = partial(pool_page, request, connection, pool, values)
    try:
        period = parse_values(PeriodForm, posted).period(pool.space)
    except InvalidInput as invalid:
        return await again(None, dict(invalid.errors))
    wish = {"pool": pool.name, **clock_names(period, pool.space.rules.time_zone)}
    held = partial(hold_one_of, connection, pool, period)
    return await _hold_and_mail(request, connection, held, f"/spaces/{space_id}", wish, period, again)


async def _hold_and_mail(
    request: Asked,
    connection: Connection,
    held: Hold,
    root: str,
    wish: dict[str, str],
    period: Period,
    again: Callable[..., Awaitable[Response[str]]],
) -> Response[Any]:
    """`root` with `wish` is the form to which signing in leads where nothing is held; `again` shows it."""
    if request.user:
        return redirect(request, f"{root}/bookings/new?{urlencode(wish)}")
    email = text_of(await request.form(), "email")
    try:
        async with connection.transaction():  # a savepoint: without a code nothing is held
            path, found = f"{root}/bookings/new?{urlencode(wish)}", None
            if await _may_hold(request) and (found := await held(await _held_before(request, connection))):
                resource_id, hold_id = found
                told = {**wish, "hold": token_of(request.app.state.settings, hold_id)}
                path = f"/resources/{resource_id}/bookings/new?{urlencode(told)}"
            return await send_code(request, connection, email, path, notice="held" if found else None)
    except RuleBroken as broken:
        return await again(None, broken.fields)
    except NoneLeft as none_left:
        return await again(None, {"start": none_left.message}, status=409)
    except (NotAnAddress, TooMany) as refusal:
        return await again(period, {"email": refusal.message}, status=refusal.status, email=email)


async def _may_hold(request: Asked) -> bool:
    try:
        await limits.count(request.app.state.valkey, HOLDS, network_address(request))
    except TooMany:
        return False
    return True


async def _held_before(request: Asked, connection: Connection) -> int | None:
    """By this browser: somebody goes back and types another address, say."""
    path = await asked_before(request, connection) or ""
    [token] = parse_qs(urlsplit(path).query).get("hold", [""])[:1]
    return hold_in(request.app.state.settings, token)


ROUTES = [hold, hold_unit]
