"""Finding an internship: by words (German full text), field, place, dates and age; the best, then the newest first."""

from datetime import date, datetime, timedelta
from typing import Annotated, Any

import msgspec
from asyncpg import Range

from landbooking.database import Connection
from landbooking.forms import InvalidInput
from landbooking.ids import BigRowId
from landbooking.internships.postings.fields import Field
from landbooking.internships.postings.posting import COLUMNS, OPEN, TABLES, Posting, PostingSpace, posting_from
from landbooking.language import gettext as _
from landbooking.paging import decode_cursor
from landbooking.places.municipality import Municipality

MOST = 1000  # hits that are ranked; of more, the newest: all would take long, and nobody reads so far


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """`words` as people type them into search engines ("quotes", -without, or). `first` to `last`: some of those days.

    `place` with `km` around it; `age` is the applicant's.
    """

    words: str = ""
    field: Field | None = None
    place: Municipality | None = None
    km: int = 20
    first: date | None = None
    last: date | None = None
    age: int | None = None


class Hit(msgspec.Struct, frozen=True):
    """`nearest` and `km` where a place was asked for; `rank` is PostgreSQL's, 0 without words."""

    posting: Posting
    rank: float
    nearest: PostingSpace | None = None
    km: float | None = None


class After(msgspec.Struct, frozen=True, array_like=True):
    """What hits are sorted by: those of the next page come after it."""

    rank: Annotated[float, msgspec.Meta(ge=0, le=1000)]
    published_at: Annotated[datetime, msgspec.Meta(tz=True)]
    id: BigRowId


async def search_postings(
    connection: Connection,
    asked: Asked,
    limit: int,
    after: After | None = None,
    published: tuple[datetime, datetime] | None = None,
    ranked: bool = True,
) -> list[Hit]:
    """Those that one may apply for; with `published`, that were published after the one and until the other moment.

    Not `ranked`, the newest come first whatever the words.
    """
    values: list[Any] = []

    def put(value: Any) -> str:
        values.append(value)
        return f"${len(values)}"

    # Company and clock are looked at of those thousand only: what is published is nearly always open.
    # Put together of what is asked for, and no "$1 IS NULL OR": plans are made without values, and must find the index.
    conditions = ["posting.status = 'published'", "posting.deadline >= current_date - 1"]
    rank = "0::float8"
    if asked.words:
        query = f"(SELECT words_asked({put(asked.words)}))"  # once, not for each row
        conditions.append(f"posting.words @@ {query}")
        rank = f"ts_rank(posting.words, {query})::float8" if ranked else rank
    if asked.field:
        conditions.append(f"posting.field = {put(asked.field)}")
    if asked.first or asked.last:
        days: Range[date] = Range(asked.first, asked.last + timedelta(days=1) if asked.last else None)
        conditions.append(f"posting.days && {put(days)}::daterange")
    if asked.age is not None:
        conditions.append(f"posting.minimum_age <= {put(asked.age)}")
    if published:
        conditions.append(f"posting.published_at > {put(published[0])} AND posting.published_at <= {put(published[1])}")
    spaces, nearest, distance = "", "", "NULL::float8 AS km, NULL::int AS nearest_id"
    if asked.place:
        lat, lon, km = (put(value) for value in (asked.place.lat, asked.place.lon, float(asked.km)))
        spaces = _SPACES_NEAR.format(lat=lat, lon=lon, km=km)
        conditions.append(_NEAR)
        nearest, distance = _NEAREST, "nearest.km, nearest.id AS nearest_id"
    following = ""
    if after and asked.words and ranked:
        key = ", ".join((put(after.rank), put(after.published_at), put(after.id)))
        following = f"WHERE (rank, published_at, id) < ({key})"
    elif after:  # without a rank there is no end to the pages
        conditions.append(f"(posting.published_at, posting.id) < ({put(after.published_at)}, {put(after.id)})")
    rows = await connection.fetch(
        f"""WITH {spaces}
            newest AS (SELECT posting.id FROM posting WHERE {" AND ".join(conditions)}
                       ORDER BY posting.published_at DESC, posting.id DESC LIMIT {MOST}),
            found AS (SELECT newest.id, posting.published_at, {rank} AS rank
                      FROM newest JOIN {TABLES} ON posting.id = newest.id WHERE {OPEN}),
            page AS (SELECT * FROM found {following} ORDER BY rank DESC, published_at DESC, id DESC LIMIT {put(limit)})
            SELECT page.rank, {distance}, {COLUMNS}
            FROM page JOIN posting ON posting.id = page.id {nearest}
                 JOIN company ON company.id = posting.company_id JOIN district ON district.id = company.district_id
            ORDER BY page.rank DESC, page.published_at DESC, page.id DESC""",  # noqa: S608 our own words and numbers
        *values,
    )
    return [_hit(posting_from(row), row["rank"], row["nearest_id"], row["km"]) for row in rows]


# Spaces are few: their distances are computed once, and so is which postings are near. "IS TRUE" keeps PostgreSQL from
# joining instead, which would ask for each posting that has the words, of which there may be many; and one looked up
# in a hash can still be read in the order of the newest. How far it is, is asked for those that are shown alone.
_SPACES_NEAR = """
    near AS MATERIALIZED (SELECT * FROM (SELECT id, distance_km({lat}, {lon}, lat, lon) AS km FROM space) AS space
                          WHERE km <= {km}),
"""
_NEAR = """(posting.id IN (SELECT posting_space.posting_id FROM posting_space
                            JOIN near ON near.id = posting_space.space_id)) IS TRUE"""
_NEAREST = """
    JOIN LATERAL (SELECT near.id, near.km FROM posting_space JOIN near ON near.id = posting_space.space_id
                  WHERE posting_space.posting_id = posting.id ORDER BY near.km, near.id LIMIT 1) AS nearest ON true
"""


def _hit(posting: Posting, rank: float, nearest_id: int | None, km: float | None) -> Hit:
    nearest = next((space for space in posting.spaces if space.id == nearest_id), None)
    return Hit(posting, rank, nearest, km)


def after_cursor(cursor: str) -> After:
    """Raises InvalidInput: anybody can write a cursor."""
    after = decode_cursor(cursor, After)
    if not 2000 <= after.published_at.year <= 2200:  # near its ends, the calendar leaves none for another time zone
        raise InvalidInput({"cursor": _("Diese Seite gibt es nicht. Bitte beginnen Sie ohne cursor.")}, {})
    return after


def after_hit(hit: Hit) -> After:
    assert hit.posting.published_at is not None  # noqa: S101 what is found was published
    return After(hit.rank, hit.posting.published_at, hit.posting.id)
