"""Finding a ride among 10,000, 100,000 and 1,000,000 offers: what it costs, its recall, and bringing the offers in.

    .venv/bin/python -m benchmarks.rides            # --sizes 10000,100000 --searches N --json FILE

The region grows with the number: five offers and a sixth of a village on a square kilometre, which is one offer for
some 25 residents of a district like Kusel; 100,000 offers fill Rhineland-Palatinate. With `--ways` fewer than offers,
each way is driven by several at times of their own: computing more catchments would measure nothing new.
"""

import argparse
import asyncio
import random
import statistics
import tempfile
import time
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import count
from math import cos, radians, sqrt
from pathlib import Path
from typing import Any

import msgspec
from asyncpg import Range

from landbooking.database import Connection, create_pool
from landbooking.embedded import PostgresServer
from landbooking.migrate import migrate
from landbooking.rides.candidates import (
    CANDIDATES,
    EXCEPTIONS,
    PAUSES,
    STOPS,
    Ends,
    candidate_arguments,
    candidates,
    candidates_from,
    ends_of,
)
from landbooking.rides.cells import catchment
from landbooking.rides.journey import Journey
from landbooking.rides.matching import Candidate, matches_of
from landbooking.rides.place import Gazetteer, Place, gazetteer
from landbooking.rides.routing import Beeline, beeline
from landbooking.rides.search import search_rides

PER_KM2, VILLAGES_PER_KM2 = 5.0, 1 / 6
DAY = date(2027, 2, 23)  # a Tuesday in school time
DISTINCT = 200_000  # ways that are computed at most
SOUTH, WEST = 48.0, 7.0
BELONGINGS = {"stops": STOPS, "exceptions": EXCEPTIONS, "pauses": PAUSES}  # what is asked about the candidates found
ANYWHERE = CANDIDATES.replace(
    "ride.cells && $3 AND ride.cells && $4", "$3::bigint[] IS NOT NULL AND $4::bigint[] IS NOT NULL"
)


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """Times in milliseconds but those of the import, which are seconds; `found` is the mean of what fits."""

    offers: int
    km2: int
    computing_s: float
    copying_s: float
    index_mib: float
    candidates: float
    found: float
    database_p50: float
    database_p99: float
    whole_p50: float
    whole_p99: float
    recall: float


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.rides")
    parser.add_argument("--sizes", default="10000,100000,1000000")
    parser.add_argument("--searches", type=int, default=300)
    parser.add_argument("--ways", type=int, default=DISTINCT, help="so many are computed; several drive each")
    parser.add_argument("--json", type=Path, metavar="FILE")
    arguments = parser.parse_args()
    sizes = [int(size) for size in arguments.sizes.split(",")]
    with tempfile.TemporaryDirectory(prefix="landbooking-benchmark-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        postgres = PostgresServer(folder, {"shared_buffers": "1GB", "maintenance_work_mem": "512MB"})
        try:
            postgres.start()
            figures = []
            for size in sizes:
                postgres.create_database(f"rides_{size}")
                figures.append(
                    asyncio.run(measure(postgres.url(f"rides_{size}"), size, arguments.searches, arguments.ways))
                )
                print(row(figures[-1]), flush=True)
        finally:
            postgres.stop()
    if arguments.json:
        arguments.json.write_bytes(msgspec.json.format(msgspec.json.encode(figures)))


async def measure(url: str, size: int, searches: int, ways: int) -> Figures:
    async with await create_pool(url, 1) as pool, pool.acquire() as connection:  # with the app's settings and plans
        await connection.execute("SET statement_timeout = 0")  # bringing in a million takes longer than a request may
        await migrate(connection)
        return await measure_in(connection, size, searches, ways)


async def measure_in(connection: Connection, size: int, searches: int, ways: int) -> Figures:
    chance = random.Random(size)
    side_km = sqrt(size / PER_KM2)
    places = await make_region(connection, chance, side_km)
    near = Neighbours(places.places)
    computing, copying = await bring_in(connection, chance, near, size, min(size, ways))
    await connection.execute("VACUUM ANALYZE ride")
    await connection.execute("VACUUM ANALYZE ride_stop")
    journeys = [random_journey(chance, near) for _search in range(searches)]
    database, whole, seen, found = [], [], [], []
    await connection.execute(f"PREPARE candidates AS {CANDIDATES}")  # EXPLAIN alone would plan for the very values
    for name, statement in BELONGINGS.items():
        await connection.execute(f"PREPARE {name} AS {statement}")
    for journey in journeys:
        ends = ends_of(journey, places)
        asked = candidate_arguments(journey, ends, None)
        rows = await connection.fetch(CANDIDATES, *asked)
        took = [await execution_ms(connection, "candidates", asked)]
        took += [await execution_ms(connection, name, ([row["id"] for row in rows],)) for name in BELONGINGS]
        database.append(sum(took))
        seen.append(len(rows))
    for journey in journeys:
        started = time.perf_counter()
        found.append(len(await search_rides(connection, Beeline(), places, journey, None)))
        whole.append((time.perf_counter() - started) * 1000)
    recall = await measured_recall(connection, places, journeys[:4])
    index = await connection.fetchval("SELECT pg_relation_size('ride_cells')")
    return Figures(
        offers=size,
        km2=round(side_km**2),
        computing_s=round(computing, 1),
        copying_s=round(copying, 1),
        index_mib=round(index / 2**20, 1),
        candidates=round(statistics.mean(seen), 1),
        found=round(statistics.mean(found), 1),
        database_p50=percentile(database, 50),
        database_p99=percentile(database, 99),
        whole_p50=percentile(whole, 50),
        whole_p99=percentile(whole, 99),
        recall=recall,
    )


async def make_region(connection: Connection, chance: random.Random, side_km: float) -> Gazetteer:
    district = await connection.fetchval(
        "INSERT INTO district (key, name, state) VALUES ('07336', 'Region', 'RP') RETURNING id"
    )
    degree = 111.2
    villages = [
        (
            district, f"{number:08}", f"Dorf {number}", "",
            SOUTH + chance.random() * side_km / degree,
            WEST + chance.random() * side_km / (degree * cos(radians(SOUTH))), 400,
        )
        for number in range(int(side_km**2 * VILLAGES_PER_KM2))
    ]  # fmt: skip
    columns = ["district_id", "ags", "name", "association", "lat", "lon", "population"]
    await connection.copy_records_to_table("municipality", records=villages, columns=columns)
    return await gazetteer(connection)


class Neighbours:
    """Villages by a grid of ten kilometres, so that drawing one nearby is quick."""

    def __init__(self, places: Sequence[Place]) -> None:
        self.places = places
        self._grid: dict[tuple[int, int], list[Place]] = {}
        for place in places:
            self._grid.setdefault(self._field(place), []).append(place)

    def pair(self, chance: random.Random) -> tuple[Place, Place]:
        """Two that are some 3 to 40 kilometres apart."""
        while True:
            start = chance.choice(self.places)
            lat, lon = self._field(start)
            there = self._grid.get((lat + chance.randint(-2, 2), lon + chance.randint(-2, 2)), [])
            if there and (end := chance.choice(there)) != start:
                return start, end

    @staticmethod
    def _field(place: Place) -> tuple[int, int]:
        return int((place.lat - SOUTH) * 11.1), int((place.lon - WEST) * 7.4)


async def bring_in(
    connection: Connection, chance: random.Random, near: Neighbours, size: int, distinct: int
) -> tuple[float, float]:
    """Seconds for computing the ways and catchments, and for COPY into the table with its indexes."""
    await connection.execute("INSERT INTO person (email, name) VALUES ('fahrer@example.org', '')")
    driver = await connection.fetchval("SELECT id FROM person")
    district = await connection.fetchval("SELECT id FROM district")
    numbers = count(1)
    computing = copying = 0.0
    for begin in range(0, distinct, 10_000):
        started = time.perf_counter()
        rides, stops = [], []
        for _way in range(min(10_000, distinct - begin)):
            pair = near.pair(chance)
            way = beeline([place.point for place in pair])
            detour = chance.choice([0, 5, 10, 10, 15])
            cells = catchment(way, way.milestones, detour * 60)
            for _driver in range(size // distinct):
                number = next(numbers)
                minutes = int(chance.choice([chance.gauss(440, 60), chance.gauss(1000, 90), chance.uniform(300, 1300)]))
                departs = [minutes if day < 5 or chance.random() < 0.2 else None for day in range(7)]
                rides.append(
                    (
                        number, district, driver, Range(DAY - timedelta(days=30), None), departs, chance.randint(1, 4),
                        chance.choice([0, 15, 30]), detour, ["luggage"], [list(one) for one in way.milestones],
                        int(way.metres), int(way.seconds), "beeline", cells,
                    )
                )  # fmt: skip
                ends = [(0, 0), (int(way.metres), int(way.seconds))]
                stops += [
                    (number, position, place.municipality_id, *ends[position]) for position, place in enumerate(pair)
                ]
        computing += time.perf_counter() - started
        started = time.perf_counter()
        await _copy(connection, rides, stops)
        copying += time.perf_counter() - started
    return computing, copying


async def _copy(connection: Connection, rides: list[tuple[Any, ...]], stops: list[tuple[Any, ...]]) -> None:
    columns = [
        "id", "district_id", "driver_id", "days", "departs", "seats", "flexible_minutes", "detour_minutes", "carries",
        "way", "way_m", "way_s", "routed_by", "cells",
    ]  # fmt: skip
    await connection.copy_records_to_table("ride", records=rides, columns=columns)
    columns = ["ride_id", "position", "municipality_id", "at_m", "at_s"]
    await connection.copy_records_to_table("ride_stop", records=stops, columns=columns)


def random_journey(chance: random.Random, near: Neighbours) -> Journey:
    origin, destination = near.pair(chance)
    at = int(chance.choice([chance.gauss(470, 60), chance.gauss(1000, 90)]))
    return Journey(origin=origin, destination=destination, day=DAY, by_arrival=chance.random() < 0.6, at=at)


async def measured_recall(connection: Connection, places: Gazetteer, journeys: Sequence[Journey]) -> float:
    """Against every ride that runs then, wherever it drives."""
    hits = there = 0
    for journey in journeys:
        ends = ends_of(journey, places)
        rows = await connection.fetch(ANYWHERE, *candidate_arguments(journey, ends, None))
        everywhere = fitting(await candidates_from(connection, rows, places), journey, ends)
        found = fitting(await candidates(connection, places, journey, ends, None), journey, ends)
        assert found <= everywhere
        hits, there = hits + len(found), there + len(everywhere)
    return round(hits / there, 4)


def fitting(rides: Sequence[Candidate], journey: Journey, ends: Ends) -> set[tuple[int, date]]:
    return {
        (match.ride_id, match.day)
        for candidate in rides
        for match in matches_of(candidate, journey, ends.origins, ends.destinations, {})
        if not match.misses
    }


async def execution_ms(connection: Connection, prepared: str, arguments: Sequence[Any]) -> float:
    """PostgreSQL's own execution time; without a clock around each row, which would be a good part of it."""
    asked = ", ".join(map(literal, arguments))
    plan = await connection.fetchval(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) EXECUTE {prepared} ({asked})")
    took: float = msgspec.json.decode(plan)[0]["Execution Time"]
    return took


def literal(value: object) -> str:
    """As PostgreSQL reads it: NULL, or a quoted text of any type; our numbers, days and words need no escapes."""
    if value is None:
        return "NULL"
    return f"'{{{','.join(map(str, value))}}}'" if isinstance(value, list) else f"'{value}'"


def percentile(values: Sequence[float], percent: int) -> float:
    return round(statistics.quantiles(values, n=100)[percent - 1], 1)


def row(figures: Figures) -> str:
    return (
        f"| {figures.offers:,} on {figures.km2:,} km² | {figures.database_p50} / {figures.database_p99} ms | "
        f"{figures.whole_p50} / {figures.whole_p99} ms | {figures.recall} | {figures.candidates} / {figures.found} | "
        f"{figures.computing_s} s + {figures.copying_s} s | {figures.index_mib} MiB |"
    )


if __name__ == "__main__":
    main()
