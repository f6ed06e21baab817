"""The question of who looks for an internship, as a query says it; a saved search keeps just that."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

import msgspec

from landbooking.database import Connection
from landbooking.forms import InvalidInput, parse_values, text_of
from landbooking.internships.postings.fields import Field
from landbooking.internships.postings.search import Asked
from landbooking.language import gettext as _
from landbooking.places.municipality import Municipality, UnknownPlace, all_municipalities, labels, municipality_named

NAMES = ("words", "field", "place", "km", "first", "last", "age")
REACHES = (5, 10, 20, 30, 50)


class SearchForm(msgspec.Struct, frozen=True, kw_only=True):
    words: Annotated[str, msgspec.Meta(max_length=200)] = ""
    field: Field | None = None
    km: Annotated[int, msgspec.Meta(ge=1, le=200)] = 20
    first: date | None = None
    last: date | None = None
    age: Annotated[int, msgspec.Meta(ge=10, le=120)] | None = None


class Known(msgspec.Struct, frozen=True):
    """The places that can be named, with the labels by which they are."""

    everywhere: list[Municipality]
    label: dict[int, str]

    def named(self, typed: str) -> Municipality:
        return municipality_named(typed, self.everywhere, self.label)


async def known_places(connection: Connection) -> Known:
    everywhere = await all_municipalities(connection)
    return Known(everywhere, labels(everywhere))


def asked_from(query: Mapping[str, Any], known: Known) -> Asked:
    """Raises InvalidInput with all that is wrong."""
    errors: dict[str, str] = {}
    form: SearchForm | None = None
    place: Municipality | None = None
    try:
        form = parse_values(SearchForm, query)
    except InvalidInput as invalid:
        errors |= invalid.errors
    try:
        place = known.named(text_of(query, "place")) if text_of(query, "place") else None
    except UnknownPlace as unknown:
        errors["place"] = unknown.message
    if form and form.first and form.last and form.last < form.first:
        errors["last"] = _("Der letzte Tag muss nach dem ersten liegen.")
    if form is None or errors:
        raise InvalidInput(errors, dict(query))
    return Asked(
        words=form.words,
        field=form.field,
        place=place,
        km=form.km,
        first=form.first,
        last=form.last,
        age=form.age,
    )


def typed_values(query: Mapping[str, Any]) -> dict[str, str]:
    values = {name: text_of(query, name) for name in NAMES}
    return {**values, "km": values["km"] or "20"}


def query_of(asked: Asked, known: Known) -> dict[str, str]:
    """The query that asks for it again; what was not asked for is left out."""
    values = {
        "words": asked.words,
        "field": asked.field or "",
        "place": known.label[asked.place.id] if asked.place else "",
        "km": f"{asked.km}" if asked.place else "",
        "first": f"{asked.first or ''}",
        "last": f"{asked.last or ''}",
        "age": f"{'' if asked.age is None else asked.age}",
    }
    return {name: value for name, value in values.items() if value}
