"""Who may call a route. Every route names exactly one of these; none of them asks the database.

They are coroutines because Litestar would run a plain function in a thread, which costs more than most answers.
"""

from typing import Any

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from landbooking.accounts.person import Person
from landbooking.errors import Forbidden, NotSignedIn

Asking = ASGIConnection[Any, Any, Any, Any]


async def public(connection: Asking, handler: BaseRouteHandler) -> None:
    """Anybody, signed in or not. Said aloud, so that a route without a guard is noticed as a mistake."""


async def signed_in(connection: Asking, handler: BaseRouteHandler) -> None:
    """Anybody with an account."""
    _viewer(connection)


async def host_of_space(connection: Asking, handler: BaseRouteHandler) -> None:
    """A host of the space that the path parameter `space_id` names: an owner, or somebody at its desk."""
    if not _viewer(connection).acts_for(int(connection.path_params["space_id"])):
        raise Forbidden


async def owner_of_space(connection: Asking, handler: BaseRouteHandler) -> None:
    """A host who answers for the space that `space_id` names."""
    if not _viewer(connection).answers_for(int(connection.path_params["space_id"])):
        raise Forbidden


async def host_or_staff(connection: Asking, handler: BaseRouteHandler) -> None:
    """Who hosts any space, and staff. Which spaces it is about is the route's question."""
    viewer = _viewer(connection)
    if not viewer.hosts and not viewer.is_staff:
        raise Forbidden


async def at_counter(connection: Asking, handler: BaseRouteHandler) -> None:
    """A host of the space that `space_id` names, or staff: whether of its district is the route's question."""
    viewer = _viewer(connection)
    if not viewer.is_staff and not viewer.acts_for(int(connection.path_params["space_id"])):
        raise Forbidden


async def district_staff(connection: Asking, handler: BaseRouteHandler) -> None:
    """Staff of any district, and operators. Which district it is about is the route's question."""
    if not _viewer(connection).is_staff:
        raise Forbidden


def _viewer(connection: Asking) -> Person:
    viewer = connection.scope.get("user")
    if not isinstance(viewer, Person):
        raise NotSignedIn
    return viewer
