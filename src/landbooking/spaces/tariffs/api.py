"""Cards and charges in the JSON API, for who shows a token."""

from typing import Any

from litestar import Request, get

from landbooking.accounts.guards import signed_in
from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.errors import problems
from landbooking.paging import Cursor, Limit, Page, decode_cursor, page_of
from landbooking.spaces.booking_api import OWNER
from landbooking.spaces.representations import RowId
from landbooking.spaces.tariffs.cards import Card, cards_of
from landbooking.spaces.tariffs.charges import Charge, charges_before


@get(
    "/cards",
    guards=[signed_in],
    operation_id="cards",
    summary="One's own cards",
    tags=["charges"],
    security=OWNER,
    responses=problems(),
)
async def list_cards(request: Request[Person, Any, Any], reads: Connection) -> list[Card]:
    """Cards of visits with what is left, the newest first. A visit is a day in any space of the district."""
    return await cards_of(reads, request.user)


@get(
    "/charges",
    guards=[signed_in],
    operation_id="charges",
    summary="One's own charges",
    tags=["charges"],
    security=OWNER,
    responses=problems(422),
)
async def list_charges(
    request: Request[Person, Any, Any], reads: Connection, cursor: Cursor = None, limit: Limit = 50
) -> Page[Charge]:
    """The ledger's rows, the newest first. None is ever changed: one with `corrects` takes back the row it names."""
    before = decode_cursor(cursor, RowId) if cursor else None
    found = await charges_before(reads, request.user, before, limit + 1)
    return page_of(found, limit, lambda item: item.id)


ROUTES = [list_cards, list_charges]
