"""What a person has: cards with what is left on them, and every charge."""

from typing import Any

from litestar import Request, Response, get

from landbooking.accounts.guards import signed_in
from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.pages import page
from landbooking.spaces.tariffs.cards import cards_of
from landbooking.spaces.tariffs.charges import charges_before, spoken_charge

SHOWN = 100  # rows on the page; older ones are in the API


@get("/cards", guards=[signed_in], include_in_schema=False)
async def cards_page(request: Request[Person, Any, Any], reads: Connection) -> Response[str]:
    rows = await charges_before(reads, request.user, None, SHOWN)
    return page(
        request,
        "spaces/tariffs/cards.html",
        cards=await cards_of(reads, request.user),
        charges=[(row, spoken_charge(row)) for row in rows],
    )


ROUTES = [cards_page]
