"""Saved searches: saving what was asked for, one's own, and ending one by the link in a mail."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import FromPath

from landbooking.accounts.guards import public, signed_in
from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.errors import NotFound
from landbooking.ids import BigId
from landbooking.internships.postings.saved import (
    end_by_code,
    end_search,
    save_search,
    search_by_code,
    search_words,
    searches_of,
)
from landbooking.internships.postings.search_form import asked_from, known_places
from landbooking.pages import page, redirect

Asked = Request[Person, Any, Any]
Visit = Request[Person | None, Any, Any]
Code = FromPath[str]


@get("/internships/searches", guards=[signed_in], include_in_schema=False)
async def searches_page(request: Asked, reads: Connection) -> Response[str]:
    searches = await searches_of(reads, request.user)
    return page(request, "internships/searches.html", searches=searches, search_words=search_words)


@post("/internships/searches", guards=[signed_in], include_in_schema=False)
async def post_search(request: Asked, connection: Connection) -> Response[None]:
    """What a person asks for twice is saved once. Raises InvalidInput: nothing here is typed by hand."""
    known = await known_places(connection)
    await save_search(connection, request.user, asked_from(await request.form(), known), known)
    return redirect(request, "/internships/searches", notice="search-saved")


@post("/internships/searches/{saved_search_id:int}/end", guards=[signed_in], include_in_schema=False)
async def post_end(request: Asked, saved_search_id: BigId, connection: Connection) -> Response[None]:
    await end_search(connection, request.user, saved_search_id)
    return redirect(request, "/internships/searches", notice="search-ended")


@get("/internships/searches/end/{code:str}", guards=[public], include_in_schema=False)
async def end_page(request: Visit, code: Code, reads: Connection) -> Response[str]:
    """A button, since mail programs open links to look at them."""
    search = await search_by_code(reads, _code(code))
    words = search_words(search.asked) if search else None
    return page(request, "internships/search_end.html", 200 if search else 410, words=words, code=code)


@post("/internships/searches/end/{code:str}", guards=[public], include_in_schema=False)
async def post_end_by_code(request: Visit, code: Code, connection: Connection) -> Response[None]:
    await end_by_code(connection, _code(code))
    return redirect(request, "/internships", notice="search-ended")


def _code(code: str) -> UUID:
    """Raises NotFound for what can't be one."""
    try:
        return UUID(code)
    except ValueError:
        raise NotFound from None


ROUTES = [searches_page, post_search, post_end, end_page, post_end_by_code]
