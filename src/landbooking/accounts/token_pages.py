"""Keys (API tokens) for programs that book in the person's name."""

from typing import Annotated, Any
from uuid import uuid4

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency

from landbooking.accounts.authentication import Proof
from landbooking.accounts.device_pages import ZONE
from landbooking.accounts.guards import signed_in
from landbooking.accounts.idempotency import earlier_result, store_result
from landbooking.accounts.person import Person
from landbooking.accounts.tokens import EnoughTokens, make_token, revoke_token, tokens_of
from landbooking.database import Connection
from landbooking.errors import Refusal
from landbooking.forms import InvalidInput, parse_form
from landbooking.ids import BigId
from landbooking.pages import page, redirect

Asked = Request[Person, Proof, Any]


class TokenForm(msgspec.Struct):
    label: Annotated[str, msgspec.Meta(max_length=60)]
    idempotency_key: Annotated[str, msgspec.Meta(max_length=100)]


@get("/profile/keys", guards=[signed_in], include_in_schema=False)
async def tokens_page(request: Asked, reads: NamedDependency[Connection]) -> Response[str]:
    return await _page(request, reads, label="")


@post("/profile/keys", guards=[signed_in], include_in_schema=False)
async def add_token(request: Asked, connection: NamedDependency[Connection]) -> Response[Any]:
    """The token stands on this answer and nowhere else; the same form sent again (a reload) makes no second one."""
    try:
        form = await parse_form(TokenForm, request)
        # The label is part of the key: who goes back and types another one wants another token.
        key = f"{form.idempotency_key}:{form.label}"
        if await earlier_result(connection, request.user.id, key, b"add token"):
            return redirect(request, "/profile/keys")
        token, token_id = await make_token(connection, request.user.id, form.label)
    except (InvalidInput, EnoughTokens) as refusal:
        typed = (await request.form()).get("label")
        return await _page(request, connection, label=typed if isinstance(typed, str) else "", refusal=refusal)
    await store_result(connection, request.user.id, key, token_id)
    return page(request, "accounts/new_key.html", token=token, label=form.label)


@post("/profile/keys/{token_id:int}/revoke", guards=[signed_in], include_in_schema=False)
async def end_token(request: Asked, token_id: BigId, connection: NamedDependency[Connection]) -> Response[Any]:
    await revoke_token(connection, request.user.id, token_id)
    return redirect(request, "/profile/keys", notice="token-revoked")


async def _page(request: Asked, connection: Connection, label: str, refusal: Refusal | None = None) -> Response[str]:
    errors: dict[str, str] = {}
    if refusal:
        errors = refusal.fields or {"label": refusal.message}
    return page(
        request,
        "accounts/keys.html",
        status=refusal.status if refusal else 200,
        tokens=await tokens_of(connection, request.user.id),
        label=label,
        errors=errors,
        idempotency_key=str(uuid4()),
        zone=ZONE,
    )


ROUTES = [tokens_page, add_token, end_token]
