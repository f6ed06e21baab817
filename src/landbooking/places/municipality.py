"""Municipalities, and finding the one that a person names."""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache

import asyncpg
import msgspec
from babel.lists import format_list

from landbooking.database import Connection
from landbooking.errors import Refusal
from landbooking.language import gettext as _
from landbooking.language import language
from landbooking.places import names


class Municipality(msgspec.Struct, frozen=True):
    """`ags` is the official key of eight digits; the centre point is in degrees (WGS 84); `district` is its name."""

    id: int
    ags: str
    name: str
    association: str
    lat: float
    lon: float
    population: int
    district_id: int
    district: str


class UnknownPlace(Refusal):
    """No municipality, or more than one, goes by what was typed; the sentence says which could be meant."""

    status = 422
    code = "unknown-place"

    @property
    def fields(self) -> dict[str, str]:
        return {"municipality": self.message}


async def all_municipalities(connection: Connection) -> list[Municipality]:
    """Every municipality, in the order of a German index. Read each time; put in order only when there are others."""
    rows = await connection.fetch(
        """SELECT m.id, m.ags, m.name, m.association, m.lat, m.lon, m.population, m.district_id, d.name AS district
           FROM municipality m JOIN district d ON d.id = m.district_id"""
    )
    return list(_in_order(tuple(rows)))


@lru_cache(4)
def _in_order(rows: tuple[asyncpg.Record, ...]) -> list[Municipality]:
    return sorted((Municipality(**row) for row in rows), key=lambda place: (names.index_key(place.name), place.ags))


async def municipalities_after(connection: Connection, ags: str, limit: int) -> list[Municipality]:
    """At most `limit` municipalities whose official key comes after `ags`, by that key."""
    rows = await connection.fetch(
        """SELECT m.id, m.ags, m.name, m.association, m.lat, m.lon, m.population, m.district_id, d.name AS district
           FROM municipality m JOIN district d ON d.id = m.district_id
           WHERE m.ags > $1 ORDER BY m.ags LIMIT $2""",
        ags,
        limit,
    )
    return [Municipality(**row) for row in rows]


def municipality_named(text: str, everywhere: Sequence[Municipality], label: Mapping[int, str]) -> Municipality:
    """The municipality that a person means: by label, official key or name, whatever its case, accents and hyphens.

    The first words of a name are enough where only one begins so ("Brücken" for "Brücken (Pfalz)"); an association or a
    district may follow after a comma. `label` are the `labels` of them all. Raises UnknownPlace.
    """
    text = names.without_postal_code(text[:700]).strip()  # no label is longer, and comparing costs time
    found = _meant(text, everywhere, label)
    if len(found) == 1:
        return found[0]
    typed = names.shown(text)
    if not typed:
        raise UnknownPlace(_("Bitte geben Sie einen Ort an."))
    if found:
        sentence = _("Mehrere Orte heißen so. Meinten Sie %(names)s?")
        raise UnknownPlace(sentence % {"names": _either([label[place.id] for place in found[:5]])})
    if close := names.nearest(typed, label.values(), most=3):
        sentence = _("Einen Ort „%(typed)s“ kennen wir nicht. Meinten Sie %(names)s?")
        raise UnknownPlace(sentence % {"typed": typed, "names": _either(close)})
    sentence = _("Einen Ort „%(typed)s“ kennen wir nicht. Bitte wählen Sie einen aus der Liste.")
    raise UnknownPlace(sentence % {"typed": typed})


def labels(everywhere: Sequence[Municipality]) -> dict[int, str]:
    """Every municipality's label by its id: as short as tells it from all others.

    The name, and where several bear it, its association (or district) too: "Oberhausen, Nordtal".
    """
    forms = {place.id: _forms(place) for place in everywhere}
    bearers = Counter(form for longer in forms.values() for form in set(longer))
    return {id_: next((form for form in longer if bearers[form] == 1), longer[-1]) for id_, longer in forms.items()}


def _forms(place: Municipality) -> list[str]:
    """All that it may be called, the shortest first."""
    regions = [[], [place.association], [place.district], [place.association, place.district]]
    return [", ".join(filter(None, [place.name, *region])) for region in regions]


def _meant(text: str, everywhere: Sequence[Municipality], label: Mapping[int, str]) -> list[Municipality]:
    """Who goes by this text, in the strictest sense in which anybody does."""
    if exact := [place for place in everywhere if text in (label[place.id], place.ags)]:
        return exact
    typed = names.spellings(text)
    if same := [place for place in everywhere if any(typed & names.spellings(form) for form in _forms(place))]:
        return same
    name, _comma, region = text.partition(",")
    wanted = names.spellings(region)
    return [
        place
        for place in everywhere
        if names.begins(place.name, name)
        and (not wanted or wanted & (names.spellings(place.association) | names.spellings(place.district)))
    ]


def _either(alternatives: Sequence[str]) -> str:
    quoted = [_("„%(name)s“") % {"name": name} for name in alternatives]
    return format_list(quoted, style="or", locale=language.get())
