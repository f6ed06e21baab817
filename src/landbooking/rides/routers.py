"""Valhalla or OSRM over HTTP. Where they are slow, away or talk nonsense, the beeline has to do."""

import time
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import accumulate, pairwise
from typing import Any, NamedTuple, Protocol

import httpx
import structlog

from landbooking.rides.routing import Beeline, Router, beeline
from landbooking.rides.way import Milestone, Point, Way, distance
from landbooking.settings import Settings

log = structlog.get_logger()

PATIENCE = 3.0  # seconds
REST = 30.0  # seconds for which a router that failed is not asked again, so that it holds nobody up
_STEP_M = 150.0  # milestones are not set closer: a search goes through them all


class Piece(NamedTuple):
    """A part of a route whose length and duration the router says."""

    points: list[Point]
    metres: float
    seconds: float


class Engine(Protocol):
    """How one kind of router is asked, and what its answer says."""

    name: str

    def request(self, points: Sequence[Point]) -> httpx.Request: ...

    def pieces(self, answer: Any) -> Iterator[Piece]: ...


class Osrm:
    """https://project-osrm.org/docs/v5.24.0/api/#route-service"""

    name = "osrm"

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")

    def request(self, points: Sequence[Point]) -> httpx.Request:
        through = ";".join(f"{point.lon:.6f},{point.lat:.6f}" for point in points)
        query = {"steps": "true", "geometries": "geojson", "overview": "false"}
        return httpx.Request("GET", f"{self._url}/route/v1/driving/{through}", params=query)

    def pieces(self, answer: Any) -> Iterator[Piece]:
        for leg in answer["routes"][0]["legs"]:
            for step in leg["steps"]:
                points = [Point(lat, lon) for lon, lat in step["geometry"]["coordinates"]]
                yield Piece(points, step["distance"], step["duration"])


class Valhalla:
    """https://valhalla.github.io/valhalla/api/turn-by-turn/api-reference/"""

    name = "valhalla"

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")

    def request(self, points: Sequence[Point]) -> httpx.Request:
        locations = [{"lat": point.lat, "lon": point.lon, "type": "break"} for point in points]
        body = {"locations": locations, "costing": "auto", "directions_options": {"units": "kilometers"}}
        return httpx.Request("POST", f"{self._url}/route", json=body)

    def pieces(self, answer: Any) -> Iterator[Piece]:
        for leg in answer["trip"]["legs"]:
            shape = list(_decoded(leg["shape"]))
            for maneuver in leg["maneuvers"]:
                points = shape[maneuver["begin_shape_index"] : maneuver["end_shape_index"] + 1]
                yield Piece(points, maneuver["length"] * 1000, maneuver["time"])


class OverHttp:
    """Asks an engine; the Way says by its `routed_by` whether that has answered."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._client = httpx.AsyncClient(timeout=PATIENCE)
        self._rests_until = 0.0

    async def way(self, points: Sequence[Point]) -> Way:
        if time.monotonic() >= self._rests_until:
            try:
                answer = await self._client.send(self._engine.request(points))
                answer.raise_for_status()
                return Way(tuple(_milestones(list(self._engine.pieces(answer.json())))), self._engine.name)
            except (httpx.HTTPError, ValueError, LookupError, TypeError) as error:
                log.warning("router_failed", router=self._engine.name, error=type(error).__name__)
                self._rests_until = time.monotonic() + REST
        return beeline(points)


@cache
def configured_router(settings: Settings) -> Router:
    if settings.valhalla_url:
        return OverHttp(Valhalla(settings.valhalla_url))
    if settings.osrm_url:
        return OverHttp(Osrm(settings.osrm_url))
    return Beeline()


def _milestones(pieces: Sequence[Piece]) -> Iterator[Milestone]:
    """Along each piece by its own speed. Raises ValueError where there is no way."""
    driven = [piece for piece in pieces if len(piece.points) > 1 and piece.metres > 0]
    if not driven:
        raise ValueError
    metres = seconds = 0.0
    yield Milestone(*driven[0].points[0], 0.0, 0.0)
    for piece in driven:
        lengths = list(accumulate(distance(*pair) for pair in pairwise(piece.points)))
        passed = 0.0
        for point, length in zip(piece.points[1:-1], lengths[:-1], strict=True):
            if length - passed >= _STEP_M and length < lengths[-1]:
                share, passed = length / lengths[-1], length
                yield Milestone(*point, metres + piece.metres * share, seconds + piece.seconds * share)
        metres, seconds = metres + piece.metres, seconds + piece.seconds
        yield Milestone(*piece.points[-1], metres, seconds)


def _decoded(shape: str) -> Iterator[Point]:
    """A polyline of six digits: https://valhalla.github.io/valhalla/decoding/"""
    values, value, shift = [0, 0], 0, 0
    axis = 0
    for character in shape:
        bits = ord(character) - 63
        value |= (bits & 0x1F) << shift
        shift += 5
        if bits < 0x20:
            values[axis] += ~(value >> 1) if value & 1 else value >> 1
            value = shift = 0
            if axis:
                yield Point(values[0] / 1e6, values[1] / 1e6)
            axis = 1 - axis
