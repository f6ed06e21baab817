"""The guardian's own page, which a link leads to: what is asked, and yes or no. Each purpose has its template."""

from collections.abc import Awaitable, Callable
from typing import Any, Literal

import msgspec
from litestar import Request, Response

from landbooking.accounts.guardians import Purpose, asked_by_link, grant_by_link
from landbooking.database import Connection
from landbooking.forms import InvalidInput, parse_form
from landbooking.pages import page


class ConsentForm(msgspec.Struct, frozen=True):
    answer: Literal["yes", "no"]


async def show_consent(
    request: Request[Any, Any, Any], connection: Connection, purpose: Purpose, token: str, status: int = 200
) -> Response[str]:
    """Nothing happens before a button is pressed: mail programs look at links by themselves. 410 for a used link."""
    asked = await asked_by_link(connection, purpose, token)
    return page(
        request,
        f"{purpose.name}/consent.html",
        status if asked else 410,
        asked=asked,
        done=None,
        link=_link(purpose, token),
    )


async def answer_consent(
    request: Request[Any, Any, Any],
    connection: Connection,
    purpose: Purpose,
    token: str,
    refuse: Callable[[Connection, str], Awaitable[bool]],
) -> Response[str]:
    """`refuse` ends what the purpose's slice has open, and says whether the link was still good."""
    try:
        form = await parse_form(ConsentForm, request)
    except InvalidInput:
        return await show_consent(request, connection, purpose, token, 422)
    if form.answer == "yes":
        answered = await grant_by_link(connection, purpose, token)
    else:
        answered = await refuse(connection, token)
    return page(
        request,
        f"{purpose.name}/consent.html",
        200 if answered else 410,
        asked=None,
        done=form.answer if answered else None,
        link=_link(purpose, token),
    )


def _link(purpose: Purpose, token: str) -> str:
    return f"{purpose.path}/{token}"
