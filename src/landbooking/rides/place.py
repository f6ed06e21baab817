"""Where people get in and out, as everybody may see it: a municipality or a meeting point in one."""

from collections.abc import Sequence
from functools import cached_property, lru_cache

import asyncpg
import msgspec

from landbooking.database import Connection
from landbooking.language import gettext as _
from landbooking.language import language
from landbooking.places.municipality import (
    Municipality,
    UnknownPlace,
    all_municipalities,
    labels,
    municipality_named,
)
from landbooking.rides.way import Point, distance

AT_HAND_M = 500  # a meeting point this near stands for a point on the map, as the crow flies
FARTHEST_M = 5000  # from the middle of the nearest village: what lies beyond belongs to none that we know


class Place(msgspec.Struct, frozen=True):
    """`label` is what people type and read: "Altenglan", or "Altenglan, Mitfahrbank am Bahnhof"."""

    municipality_id: int
    meeting_point_id: int | None
    label: str
    municipality: str
    lat: float
    lon: float

    @property
    def point(self) -> Point:
        return Point(self.lat, self.lon)


class Gazetteer(msgspec.Struct, frozen=True, dict=True):
    """All places that a ride can name, the municipalities by name first."""

    places: tuple[Place, ...]
    municipalities: tuple[Municipality, ...]
    labels: dict[int, str]

    def named(self, text: str) -> Place:
        """The meeting point with this label, or the municipality that is meant. Raises UnknownPlace."""
        wanted = text.strip().casefold()
        for place in self.places:
            if place.meeting_point_id is not None and place.label.casefold() == wanted:
                return place
        return self.municipality(municipality_named(text, self.municipalities, self.labels).id)

    def nearest(self, point: Point) -> Place:
        """What everybody is told of a point: the meeting point at hand, else the village whose middle is nearest.

        Raises UnknownPlace for one that is far from all of them.
        """

        def metres(place: Place) -> float:
            return distance(point, place.point)

        if at_hand := [place for place in self.meeting_points if metres(place) <= AT_HAND_M]:
            return min(at_hand, key=metres)
        village = self.village_around(point)
        if metres(village) > FARTHEST_M:
            sentence = _(
                "Diese Stelle liegt mehr als %(km)s km vom nächsten Ort entfernt, den wir kennen. "
                "Bitte wählen Sie eine nähere."
            )
            raise UnknownPlace(sentence % {"km": FARTHEST_M // 1000})
        return village

    def village_around(self, point: Point) -> Place:
        """The one whose middle is nearest, however far. Raises UnknownPlace where there is none at all."""
        if not self.municipalities:
            raise UnknownPlace(_("Hier gibt es noch keine Orte."))
        return min(map(self._centre, self.municipalities), key=lambda place: distance(point, place.point))

    def _centre(self, municipality: Municipality) -> Place:
        return self.municipality(municipality.id)

    @cached_property
    def _by_ids(self) -> dict[tuple[int, int | None], Place]:
        return {(place.municipality_id, place.meeting_point_id): place for place in self.places}

    def find(self, municipality_id: int, meeting_point_id: int | None) -> Place | None:
        """None for a meeting point that was retired."""
        return self._by_ids.get((municipality_id, meeting_point_id))

    def municipality(self, municipality_id: int) -> Place:
        return self._by_ids[municipality_id, None]

    @property
    def meeting_points(self) -> list[Place]:
        return [place for place in self.places if place.meeting_point_id is not None]

    def meeting_point(self, meeting_point_id: int) -> Place | None:
        return next((place for place in self.places if place.meeting_point_id == meeting_point_id), None)


async def gazetteer(connection: Connection) -> Gazetteer:
    """Two queries. Meeting points that were retired are not in it.

    What was read is put together once for as long as it stays the same: every page of rides needs it, and the database
    says each time what is in it, so nothing gets stale in any process.
    """
    everywhere = await all_municipalities(connection)
    rows = await connection.fetch(
        """SELECT id, municipality_id, name, lat, lon FROM meeting_point
           WHERE retired_at IS NULL ORDER BY municipality_id, name"""
    )
    return _gazetteer(tuple(everywhere), tuple(rows), language.get())


@lru_cache(8)
def _gazetteer(everywhere: tuple[Municipality, ...], rows: tuple[asyncpg.Record, ...], _language: str) -> Gazetteer:
    """The labels of meeting points are in that language."""
    label = labels(everywhere)
    by_id = {one.id: one for one in everywhere}
    points = [
        Place(
            row["municipality_id"],
            row["id"],
            meeting_point_label(label[row["municipality_id"]], row["name"]),
            by_id[row["municipality_id"]].name,
            row["lat"],
            row["lon"],
        )
        for row in rows
    ]
    return Gazetteer((*_centres(everywhere, label), *points), everywhere, label)


def _centres(everywhere: Sequence[Municipality], label: dict[int, str]) -> list[Place]:
    return [Place(one.id, None, label[one.id], one.name, one.lat, one.lon) for one in everywhere]


def meeting_point_label(municipality: str, name: str) -> str:
    return _("%(municipality)s, %(name)s") % {"municipality": municipality, "name": name}
