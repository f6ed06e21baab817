"""Looking for an internship, its page, the feed of new ones, and the way through applying in easy language."""

import secrets
from typing import Any
from urllib.parse import urlencode

from litestar import Request, Response, get

from landbooking.accounts.guards import public
from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.forms import InvalidInput, text_of
from landbooking.ids import BigId, Id
from landbooking.internships.companies.company import public_company
from landbooking.internships.companies.response_rate import response_rate, response_rates
from landbooking.internships.postings import words
from landbooking.internships.postings.feed import NEWEST, feed
from landbooking.internships.postings.fields import field_options, field_word, kind_word
from landbooking.internships.postings.job_posting import job_posting
from landbooking.internships.postings.posting import Posting, PostingSpace, open_postings_of, public_posting
from landbooking.internships.postings.search import Asked, after_cursor, after_hit, search_postings
from landbooking.internships.postings.search_form import (
    REACHES,
    Known,
    asked_from,
    known_places,
    query_of,
    typed_values,
)
from landbooking.pages import page
from landbooking.paging import encode_cursor

Visit = Request[Person | None, Any, Any]
AT_ONCE = 20


@get("/internships", guards=[public], include_in_schema=False)
async def search_page(request: Visit, reads: Connection) -> Response[str]:
    known = await known_places(reads)
    query = request.query_params
    try:
        asked = asked_from(query, known)
        after = after_cursor(query["after"]) if query.get("after") else None
    except InvalidInput as invalid:
        return _page(request, known, None, typed_values(query), dict(invalid.errors), {})
    hits = await search_postings(reads, asked, AT_ONCE + 1, after)
    shown, more = hits[:AT_ONCE], len(hits) > AT_ONCE
    asks = query_of(asked, known)
    following = urlencode({**asks, "after": encode_cursor(after_hit(shown[-1]))}) if more else None
    context = {
        "hits": shown,
        "following": following,
        "first_page": after is None,
        "rates": await response_rates(reads, [hit.posting.company_id for hit in shown]),
        "rides_path": lambda hit: rides_path(
            hit.posting, asks.get("place", ""), hit.nearest or hit.posting.spaces[0], known
        ),
    }
    return _page(request, known, asked, {**typed_values(query)}, {}, context)


def _page(
    request: Visit,
    known: Known,
    asked: Asked | None,
    values: dict[str, str],
    errors: dict[str, str],
    context: dict[str, Any],
) -> Response[str]:
    found = {"hits": [], "following": None, "first_page": True, "rates": {}, "rides_path": None, **context}
    return page(
        request,
        "internships/search.html",
        422 if errors else 200,
        values=values,
        errors=errors,
        fields=field_options(),
        places=list(known.label.values()),
        reaches=REACHES,
        asks=query_of(asked, known) if asked else {},
        words=words,
        field_word=field_word,
        key=secrets.token_urlsafe(16),
        **found,
    )


@get("/internships/{posting_id:int}", guards=[public], include_in_schema=False)
async def posting_page(request: Visit, posting_id: BigId, reads: Connection) -> Response[str]:
    posting = await public_posting(reads, posting_id)
    known = await known_places(reads)
    start = text_of(request.query_params, "place")[:200]
    if not start and request.user and request.user.home_id:
        start = known.label.get(request.user.home_id, "")
    return page(
        request,
        "internships/posting.html",
        posting=posting,
        job=job_posting(posting, request.app.state.settings.base_url) if posting.is_open else None,
        rate=await response_rate(reads, posting.company_id),
        words=words,
        field_word=field_word,
        kind_word=kind_word,
        rides_path=lambda space: rides_path(posting, start, space, known),
    )


@get("/internships/feed.rss", guards=[public], include_in_schema=False)
async def get_feed(request: Visit, reads: Connection) -> Response[bytes]:
    """The newest that answer the query. Raises InvalidInput."""
    known = await known_places(reads)
    asked = asked_from(request.query_params, known)
    hits = await search_postings(reads, asked, NEWEST, ranked=False)
    content = feed([hit.posting for hit in hits], query_of(asked, known), request.app.state.settings.base_url)
    return Response(content, media_type="application/rss+xml; charset=utf-8")


@get("/internships/easy", guards=[public], include_in_schema=False)
async def easy_page(request: Visit) -> Response[str]:
    return page(request, "internships/easy.html")


@get("/companies/{company_id:int}", guards=[public], include_in_schema=False)
async def company_page(request: Visit, company_id: Id, reads: Connection) -> Response[str]:
    company = await public_company(reads, company_id)
    return page(
        request,
        "internships/company.html",
        company=company,
        rate=await response_rate(reads, company.id),
        postings=await open_postings_of(reads, company.id),
        words=words,
        field_word=field_word,
    )


def rides_path(posting: Posting, start: str, space: PostingSpace, known: Known) -> str:
    """Where rides to that space are found for the first day, from `start` where that is known and somewhere else."""
    to = known.label[space.municipality_id]
    query = {"to": to, "day": f"{posting.first}", "when": "arrive", "at": f"{posting.starts:%H:%M}"}
    if start in ("", to):
        return f"/rides?{urlencode(query)}"
    return f"/rides/search?{urlencode({'from': start, **query})}"


ROUTES = [search_page, posting_page, get_feed, easy_page, company_page]
