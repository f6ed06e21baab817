"""The devices that are signed in, each to be signed out from afar."""

from typing import Any
from zoneinfo import ZoneInfo

from litestar import Request, Response, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency

from landbooking.accounts.authentication import Proof, session_cookie
from landbooking.accounts.guards import signed_in
from landbooking.accounts.person import Person
from landbooking.accounts.sessions import end_all_sessions, end_session, sessions_of
from landbooking.database import Connection
from landbooking.ids import BigId
from landbooking.pages import page, redirect

Asked = Request[Person, Proof, Any]

ZONE = ZoneInfo("Europe/Berlin")  # all of Germany's: these lists say days, and nobody is asked for a zone


@get("/profile/devices", guards=[signed_in], include_in_schema=False)
async def devices_page(request: Asked, reads: NamedDependency[Connection]) -> Response[str]:
    sessions = await sessions_of(reads, request.user.id)
    return page(request, "accounts/devices.html", sessions=sessions, this=request.auth.id, zone=ZONE)


@post("/profile/devices/{session_id:int}/end", guards=[signed_in], include_in_schema=False)
async def end_device(request: Asked, session_id: BigId, connection: NamedDependency[Connection]) -> Response[Any]:
    await end_session(connection, request.user.id, session_id)
    return redirect(request, "/profile/devices", notice="session-ended")


@post("/profile/devices/end-all", guards=[signed_in], include_in_schema=False)
async def end_every_device(request: Asked, connection: NamedDependency[Connection]) -> Response[Any]:
    """This device too: whoever asks for it has lost something, and should be sure."""
    await end_all_sessions(connection, request.user.id)
    response = redirect(request, "/", notice="signed-out")
    settings = request.app.state.settings
    response.set_cookie(
        Cookie(session_cookie(settings), value="", max_age=0, path="/", httponly=True, secure=settings.secure)
    )
    return response


ROUTES = [devices_page, end_device, end_every_device]
