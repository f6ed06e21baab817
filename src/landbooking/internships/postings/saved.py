"""Searches that were saved: once a day a mail with all that is new, and a link in it that ends them."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID

import asyncpg
import msgspec

from landbooking.accounts.locks import lock_person
from landbooking.accounts.person import Person
from landbooking.database import Connection, Pool
from landbooking.errors import NotFound, Refusal
from landbooking.forms import InvalidInput
from landbooking.internships.postings.fields import FIELDS, field_word
from landbooking.internships.postings.search import Asked, search_postings
from landbooking.internships.postings.search_form import Known, asked_from, known_places, query_of
from landbooking.language import gettext as _
from landbooking.language import use_language
from landbooking.notifications.outbox import Mail, enqueue

MOST = 10  # of one person
MOST_IN_MAIL = 20
# What is being published at this moment may be committed later: it is left for the next mail.
MARGIN = timedelta(minutes=1)


class SavedSearch(msgspec.Struct, frozen=True):
    """`asked` is the query as the search form says it; who has `end_code` can end it."""

    id: int
    asked: dict[str, str]
    created_at: datetime
    end_code: UUID


class TooManySearches(Refusal):
    code: ClassVar[str] = "too-many-searches"

    def __init__(self) -> None:
        super().__init__(
            _("Sie haben schon viele Suchen gespeichert. Bitte beenden Sie zuerst eine."), "/internships/searches"
        )


async def save_search(connection: Connection, person: Person, asked: Asked, known: Known) -> int:
    """The id, also of one that asks for the same and is there already. Raises TooManySearches."""
    await lock_person(connection, person.id)
    query = query_of(asked, known)
    saved = await searches_of(connection, person)
    for search in saved:
        if search.asked == query:
            return search.id
    if len(saved) >= MOST:
        raise TooManySearches
    search_id: int = await connection.fetchval(
        "INSERT INTO saved_search (person_id, asked) VALUES ($1, $2) RETURNING id", person.id, query
    )
    return search_id


async def searches_of(connection: Connection, person: Person) -> list[SavedSearch]:
    """One's own, the oldest first."""
    rows = await connection.fetch(
        "SELECT id, asked, created_at, end_code FROM saved_search WHERE person_id = $1 ORDER BY id", person.id
    )
    return [SavedSearch(**row) for row in rows]


async def end_search(connection: Connection, person: Person, search_id: int) -> None:
    """Raises NotFound."""
    ended = await connection.fetchval(
        "DELETE FROM saved_search WHERE id = $1 AND person_id = $2 RETURNING id", search_id, person.id
    )
    if ended is None:
        raise NotFound


async def search_by_code(connection: Connection, code: UUID) -> SavedSearch | None:
    """By the link in a mail; None where it has been ended."""
    row = await connection.fetchrow(
        "SELECT id, asked, created_at, end_code FROM saved_search WHERE end_code = $1", code
    )
    return SavedSearch(**row) if row else None


async def end_by_code(connection: Connection, code: UUID) -> None:
    """Ending twice changes nothing."""
    await connection.execute("DELETE FROM saved_search WHERE end_code = $1", code)


async def mail_new_postings(pool: Pool) -> int:
    """How many people got a mail: each in a transaction of its own."""
    people = await pool.fetch("SELECT DISTINCT person_id FROM saved_search ORDER BY person_id")
    told = 0
    for row in people:
        async with pool.acquire() as connection, connection.transaction():
            told += await _tell(connection, row["person_id"])
    return told


async def _tell(connection: Connection, person_id: int) -> bool:
    """Whether there was something new, and no mail since yesterday. Another worker waits, and finds nothing new."""
    await lock_person(connection, person_id)
    person = await connection.fetchrow(
        "SELECT email, language, now() AS now, current_date AS day FROM person WHERE id = $1", person_id
    )
    if person is None:
        return False
    key, until = f"saved-searches:{person_id}:{person['day']}", person["now"] - MARGIN
    if await connection.fetchval("SELECT EXISTS (SELECT FROM outbox WHERE dedupe_key = $1)", key):
        return False
    with use_language(person["language"]):
        shown = await _new(connection, person_id, until)
        await connection.execute(
            "UPDATE saved_search SET told_until = greatest(told_until, $2) WHERE person_id = $1", person_id, until
        )
        if not any(postings for _search, postings in shown):
            return False
        await enqueue(connection, _mail(person, key, shown))
    return True


async def _new(
    connection: Connection, person_id: int, until: datetime
) -> Sequence[tuple[SavedSearch, list[dict[str, Any]]]]:
    """By search what was published since the last mail; what several find, under the first only."""
    rows = await connection.fetch(
        "SELECT id, asked, created_at, end_code, told_until FROM saved_search WHERE person_id = $1 ORDER BY id",
        person_id,
    )
    known = await known_places(connection)
    had: set[int] = set()
    shown = []
    for row in rows:
        postings = []
        if asked := _still(row["asked"], known):
            hits = await search_postings(
                connection, asked, MOST_IN_MAIL, published=(row["told_until"], until), ranked=False
            )
            postings = [hit.posting for hit in hits if hit.posting.id not in had]
        had |= {posting.id for posting in postings}
        search = SavedSearch(*(row[name] for name in SavedSearch.__struct_fields__))
        lines = [
            {
                "id": posting.id,
                "title": posting.title,
                "company": posting.company.name,
                "places": ", ".join(space.name for space in posting.spaces),
                "deadline": posting.deadline.isoformat(),
            }
            for posting in postings
        ]
        shown.append((search, lines))
    return shown


def _still(query: Mapping[str, str], known: Known) -> Asked | None:
    """None where its place has gone since."""
    try:
        return asked_from(query, known)
    except InvalidInput:
        return None


def _mail(person: asyncpg.Record, key: str, shown: Sequence[tuple[SavedSearch, list[dict[str, Any]]]]) -> Mail:
    prefix = f"/{person['language']}/internships"
    return Mail(
        dedupe_key=key,
        topic=key,
        recipient=person["email"],
        language=person["language"],
        template="internships/emails/new_postings",
        context={
            "searches": [
                {
                    "words": search_words(search.asked),
                    "postings": [{**line, "path": f"{prefix}/{line['id']}"} for line in lines],
                    "end_path": f"{prefix}/searches/end/{search.end_code}",
                }
                for search, lines in shown
                if lines
            ]
        },
    )


def search_words(query: Mapping[str, str]) -> str:
    """What was asked for, on one line."""
    parts = [f"„{query['words']}“"] if query.get("words") else []
    parts += [field_word(field) for field in FIELDS if field == query.get("field")]
    if query.get("place"):
        parts.append(_("%(place)s und %(km)s km darum") % {"place": query["place"], "km": query.get("km", "20")})
    if query.get("first"):
        parts.append(_("ab %(day)s") % {"day": query["first"]})
    if query.get("last"):
        parts.append(_("bis %(day)s") % {"day": query["last"]})
    if query.get("age"):
        parts.append(_("%(age)s Jahre alt") % {"age": query["age"]})
    return ", ".join(parts) or _("alle Praktika")
