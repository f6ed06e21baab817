"""Request bodies: small, and read whole before anything is held for the request.

A body comes as slowly as its sender likes. Were it read with a connection of the pool in hand, as many slow senders as
the pool has connections would keep everybody out.
"""

import asyncio
from typing import Any, ClassVar

from litestar import Request
from litestar.exceptions import InternalServerException

from landbooking.errors import Refusal
from landbooking.language import gettext as _

# The longest text that a form takes is 4000 characters, at most 48 kB in the form's encoding.
LARGEST_BODY = 128 * 1024  # bytes
PATIENCE = 10.0  # seconds

_WITHOUT_BODY = {"GET", "HEAD", "OPTIONS"}


class Incomplete(Refusal):
    """The sender was too slow, or went away."""

    status: ClassVar[int] = 408
    code: ClassVar[str] = "incomplete"

    def __init__(self) -> None:
        super().__init__(_("Ihre Angaben kamen nicht vollständig bei uns an. Bitte versuchen Sie es noch einmal."))


async def read_body(request: Request[Any, Any, Any]) -> None:
    """Litestar's hook between a route's guards and its dependencies. Raises Incomplete."""
    if request.method not in _WITHOUT_BODY:
        await read_within(request, PATIENCE)


async def read_within(request: Request[Any, Any, Any], seconds: float) -> None:
    """The request keeps its body. Raises Incomplete, and Litestar's 413 for more than the route takes."""
    try:
        async with asyncio.timeout(seconds):
            await request.body()
    except (TimeoutError, InternalServerException):  # the latter is Litestar's word for a sender who went away
        raise Incomplete from None
