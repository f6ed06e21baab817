"""Internships in the JSON API for who looks for one: searching, reading, saved searches, companies in public."""

from datetime import date
from typing import Annotated, Any

from litestar import Request, get, post
from litestar.params import JSONBody, QueryParameter

from landbooking.accounts.guards import public, signed_in
from landbooking.accounts.person import Person
from landbooking.accounts.requirements import ANYBODY, OWNER
from landbooking.database import Connection
from landbooking.errors import problems
from landbooking.forms import FieldByField, InvalidInput, is_within_reach, out_of_reach, parse_json
from landbooking.ids import BigId, Id
from landbooking.internships.companies.company import public_company
from landbooking.internships.companies.response_rate import response_rate
from landbooking.internships.postings import representations as shown
from landbooking.internships.postings.fields import Field
from landbooking.internships.postings.posting import public_posting
from landbooking.internships.postings.saved import end_search, save_search, searches_of
from landbooking.internships.postings.search import Asked, after_cursor, after_hit, search_postings
from landbooking.internships.postings.search_form import Known, known_places
from landbooking.language import gettext as _
from landbooking.paging import Cursor, Limit, Page, page_of
from landbooking.places.municipality import UnknownPlace

Caller = Request[Person, Any, Any]


def _asked(known: Known, data: shown.NewSavedSearch) -> Asked:
    """Raises InvalidInput."""
    errors = {}
    place = None
    try:
        place = known.named(data.place) if data.place.strip() else None
    except UnknownPlace as unknown:
        errors["place"] = unknown.message
    for name, day in (("first", data.first), ("last", data.last)):
        if day and not is_within_reach(day):
            errors[name] = out_of_reach()
    if data.first and data.last and data.last < data.first:
        errors.setdefault("last", _("Der letzte Tag muss nach dem ersten liegen."))
    if errors:
        raise InvalidInput(errors, {})
    return Asked(
        words=data.words.strip(),
        field=data.field,
        place=place,
        km=data.km,
        first=data.first,
        last=data.last,
        age=data.age,
    )


@get(
    "/internships",
    guards=[public],
    operation_id="internships",
    summary="Internships that one can apply for",
    tags=["internships"],
    security=ANYBODY,
    responses=problems(422),
)
async def list_internships(
    reads: Connection,
    words: Annotated[str, QueryParameter(description='German words; "quoted", or, -without.', max_length=200)] = "",
    field: Annotated[Field | None, QueryParameter(required=False)] = None,
    place: Annotated[str, QueryParameter(description="A municipality's label or key.", max_length=200)] = "",
    km: Annotated[int, QueryParameter(description="Around the place.", ge=1, le=200)] = 20,
    first: Annotated[date | None, QueryParameter(description="Not over before this day.", required=False)] = None,
    last: Annotated[date | None, QueryParameter(description="Begun by this day.", required=False)] = None,
    age: Annotated[int | None, QueryParameter(description="The applicant's.", ge=10, le=120, required=False)] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[shown.InternshipHit]:
    """The best match first, then the newest."""
    known = await known_places(reads)
    query = {"words": words, "field": field, "place": place, "km": km, "first": first, "last": last, "age": age}
    wanted = parse_json(shown.NewSavedSearch, {name: value for name, value in query.items() if value is not None})
    after = after_cursor(cursor) if cursor else None
    hits = await search_postings(reads, _asked(known, wanted), limit + 1, after)
    keys = {hit.posting.id: after_hit(hit) for hit in hits}
    return page_of([shown.hit_view(hit) for hit in hits], limit, lambda item: keys[item.internship.id])


@get(
    "/internships/{posting_id:int}",
    guards=[public],
    operation_id="internship",
    summary="An internship",
    tags=["internships"],
    security=ANYBODY,
    responses=problems(404, 410),
)
async def get_internship(reads: Connection, posting_id: BigId) -> shown.InternshipView:
    """410 `posting-gone` once it is closed."""
    return shown.internship_view(await public_posting(reads, posting_id))


@get(
    "/companies/{company_id:int}",
    guards=[public],
    operation_id="company",
    summary="A company",
    tags=["internships"],
    security=ANYBODY,
    responses=problems(404),
)
async def get_company(reads: Connection, company_id: Id) -> shown.PublicCompany:
    """Once the district has verified it."""
    company = await public_company(reads, company_id)
    return shown.public_company_view(company, await response_rate(reads, company.id))


@get(
    "/saved-searches",
    guards=[signed_in],
    operation_id="savedSearches",
    summary="One's own saved searches",
    tags=["internships"],
    security=OWNER,
    responses=problems(),
)
async def list_searches(request: Caller, reads: Connection) -> list[shown.SavedSearchView]:
    """At most once a day a mail tells what is new."""
    return [shown.search_view(search) for search in await searches_of(reads, request.user)]


@post(
    "/saved-searches",
    guards=[signed_in],
    operation_id="saveSearch",
    summary="Save a search",
    tags=["internships"],
    security=OWNER,
    dto=FieldByField[shown.NewSavedSearch],
    return_dto=None,
    response_description="The search is saved, or was so before.",
    responses=problems(400, 409, 413, 422),
)
async def post_search(
    request: Caller, connection: Connection, data: JSONBody[shown.NewSavedSearch]
) -> shown.SavedSearchView:
    """Saving the same twice is saving it once."""
    known = await known_places(connection)
    search_id = await save_search(connection, request.user, _asked(known, data), known)
    saved = await searches_of(connection, request.user)
    return next(shown.search_view(search) for search in saved if search.id == search_id)


@post(
    "/saved-searches/{saved_search_id:int}/end",
    guards=[signed_in],
    status_code=200,
    operation_id="endSavedSearch",
    summary="End a saved search",
    tags=["internships"],
    security=OWNER,
    responses=problems(404),
)
async def post_end(request: Caller, connection: Connection, saved_search_id: BigId) -> list[shown.SavedSearchView]:
    """Answers with those that are left."""
    await end_search(connection, request.user, saved_search_id)
    return [shown.search_view(search) for search in await searches_of(connection, request.user)]


ROUTES = [list_internships, get_internship, get_company, list_searches, post_search, post_end]
