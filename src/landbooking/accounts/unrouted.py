"""Who asks for an address that does not exist: the page that says so shows people who are signed in as signed in."""

from typing import Any

from litestar import Request, Response
from litestar.types import ASGIApp, Receive, Scope, Send

from landbooking.accounts.authentication import Authentication
from landbooking.errors import answer


def answer_anybody(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """The app's exception handler. Litestar asks who it is only once a route was found."""
    if "user" in request.scope or request.scope["path"].startswith("/api/"):
        return answer(request, error)
    return _Unrouted(error)


class _Unrouted(Response[None]):
    """Finds out who asks, and answers then. Exception handlers can't wait for the database, but their answers can."""

    def __init__(self, error: Exception) -> None:
        super().__init__(None)
        self.error = error

    def to_asgi_response(self, *_arguments: Any, **_options: Any) -> ASGIApp:  # type: ignore[override]
        return self._answer

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        error = self.error
        try:
            await Authentication(_nothing)(scope, receive, send)
        except Exception as failed:  # the database is away, say: told as on every other page
            error = failed
        request: Request[Any, Any, Any] = Request(scope, receive, send)
        await answer(request, error).to_asgi_response(None, request)(scope, receive, send)


async def _nothing(scope: Scope, receive: Receive, send: Send) -> None:
    """In place of a route: all that is wanted is who asks."""
