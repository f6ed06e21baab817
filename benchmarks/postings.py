"""Finding an internship among 50,000 by words: what it costs in the database.

    .venv/bin/python -m benchmarks.postings         # --postings N --searches N --json FILE

Texts are put together of the German words in which this program speaks, as often as it says them, so that some words
stand in nearly every posting and most in some. Fewer different words than people would write, so each search finds more
than it would among people's own. A search asks for one to three of them, some with a field, a place or an age, as the
pages do. What is measured is PostgreSQL's own execution time of the statement that the app sends, with the plan that
the app's pool makes of it, and the processor's time beside it, which other work on the machine does not lengthen.
"""

import argparse
import asyncio
import random
import re
import statistics
import tempfile
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from itertools import accumulate
from pathlib import Path
from typing import Any

import msgspec
from asyncpg import Range
from babel.messages.pofile import read_po

from landbooking.database import Connection, create_pool
from landbooking.embedded import PostgresServer
from landbooking.internships.postings.fields import FIELDS, KINDS
from landbooking.internships.postings.search import Asked, search_postings
from landbooking.migrate import migrate
from landbooking.paths import LOCALE
from landbooking.places.municipality import Municipality, all_municipalities

PAGE = 21  # a page of the search and one more
WORD = re.compile(r"[A-Za-zÄÖÜäöüß]{3,}")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")
CATALOGUE = LOCALE / "en" / "LC_MESSAGES" / "landbooking.po"


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """Milliseconds; `processor_…` are those in which the processor worked for it (Linux alone tells).

    `matching`: postings that a search's words are in, in the middle and at most.
    """

    postings: int
    searches: int
    p50: float
    p99: float
    most: float
    processor_p50: float
    processor_p99: float
    matching_p50: int
    matching_most: int
    index_mib: float


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.postings")
    parser.add_argument("--postings", type=int, default=50_000)
    parser.add_argument("--searches", type=int, default=500)
    parser.add_argument("--json", type=Path, metavar="FILE")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="landbooking-benchmark-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        postgres = PostgresServer(folder, {"shared_buffers": "512MB", "maintenance_work_mem": "256MB"})
        try:
            postgres.start()
            postgres.create_database("postings")
            figures = asyncio.run(measure(postgres.url("postings"), arguments.postings, arguments.searches))
        finally:
            postgres.stop()
    print(row(figures), flush=True)
    if arguments.json:
        arguments.json.write_bytes(msgspec.json.format(msgspec.json.encode(figures)))


async def measure(url: str, postings: int, searches: int) -> Figures:
    async with await create_pool(url, 1) as pool, pool.acquire() as connection:  # with the app's settings and plans
        await connection.execute("SET statement_timeout = 0")  # bringing them in takes longer than a request may
        await migrate(connection)
        chance = random.Random(postings)
        vocabulary = Vocabulary(chance)
        await bring_in(connection, chance, vocabulary, postings)
        towns = await all_municipalities(connection)
        asked = [random_question(chance, vocabulary, towns) for _search in range(searches)]
        times: list[float] = []
        processor: list[float] = []
        matching: list[int] = []
        prepared: dict[str, str] = {}
        for number, question in enumerate(asked[:20] + asked):  # the first warm up what is read from the disk
            took, worked = await timed(connection, question, prepared)
            if number >= 20:
                times.append(took)
                processor.append(worked)
                found = "SELECT count(*) FROM posting WHERE words @@ words_asked($1)"
                matching.append(await connection.fetchval(found, question.words))
        index = await connection.fetchval("SELECT pg_relation_size('posting_words')")
    return Figures(
        postings=postings,
        searches=searches,
        p50=percentile(times, 50),
        p99=percentile(times, 99),
        most=round(max(times), 1),
        processor_p50=percentile(processor, 50),
        processor_p99=percentile(processor, 99),
        matching_p50=round(statistics.median(matching)),
        matching_most=max(matching),
        index_mib=round(index / 2**20, 1),
    )


class Vocabulary:
    """The words of our own texts, the most frequent first."""

    def __init__(self, chance: random.Random) -> None:
        with CATALOGUE.open("rb") as file:
            said = [text for entry in read_po(file) for text in ([entry.id] if isinstance(entry.id, str) else entry.id)]
        counted = Counter(word for text in said for word in WORD.findall(PLACEHOLDER.sub(" ", text)))
        self.words = [word for word, _count in counted.most_common()]
        self.weights = list(accumulate(counted[word] for word in self.words))
        self.chance = chance

    def text(self, words: int) -> str:
        return " ".join(self.chance.choices(self.words, cum_weights=self.weights, k=words))


async def bring_in(connection: Connection, chance: random.Random, vocabulary: Vocabulary, number: int) -> None:
    """A hundred spaces in as many villages, a thousand companies, and the postings, all published."""
    district = await connection.fetchval(
        "INSERT INTO district (key, name, state) VALUES ('07336', 'Region', 'RP') RETURNING id"
    )
    await connection.execute(
        """INSERT INTO municipality (district_id, ags, name, association, lat, lon, population)
           SELECT $1, lpad(n::text, 8, '0'), 'Dorf ' || n, '', 49.3 + (n % 10) * 0.05, 7.2 + (n / 10) * 0.05, 400
           FROM generate_series(1, 100) AS n""",
        district,
    )
    await connection.execute(
        """INSERT INTO space (municipality_id, name, street, postal_code, town, lat, lon)
           SELECT id, 'Raum in ' || name, 'Weg 1', '66869', name, lat, lon FROM municipality"""
    )
    await connection.execute(
        """INSERT INTO company (district_id, name, street, postal_code, town, contact_name, status, verified_by,
                                verified_at)
           SELECT $1, 'Firma ' || n, 'Weg 1', '66869', 'Kusel', 'Leitung', 'verified', 'letter', now()
           FROM generate_series(1, 1000) AS n""",
        district,
    )
    now: datetime = await connection.fetchval("SELECT now()")
    columns = [
        "company_id", "status", "kind", "title", "field", "tasks", "learning_goals", "skills", "days", "starts", "ends",
        "places", "deadline", "minimum_age", "published_at", "pay_cents_hour",
    ]  # fmt: skip
    records = [_posting(chance, vocabulary, now) for _posting_number in range(number)]
    await connection.copy_records_to_table("posting", records=records, columns=columns)
    await connection.execute(
        """INSERT INTO posting_space (posting_id, space_id)
           SELECT posting.id, space.id FROM posting JOIN space ON space.id % 100 = posting.id % 100"""
    )
    for table in ("posting", "posting_space", "company", "space"):
        await connection.execute(f"VACUUM ANALYZE {table}")


def _posting(chance: random.Random, vocabulary: Vocabulary, now: datetime) -> tuple[Any, ...]:
    first = now.date() + timedelta(days=chance.randint(40, 300))
    return (
        chance.randint(1, 1000), "published", chance.choice(KINDS), vocabulary.text(4), chance.choice(FIELDS),
        vocabulary.text(60), vocabulary.text(20), vocabulary.text(10), Range(first, first + timedelta(days=12)),
        time(8, 30), time(15, 0), 2, first - timedelta(days=10), chance.choice((14, 15, 16, 18)),
        now - timedelta(minutes=chance.randint(1, 200_000)), 1500,
    )  # fmt: skip


def random_question(chance: random.Random, vocabulary: Vocabulary, towns: Sequence[Municipality]) -> Asked:
    """Words are drawn from all alike, since nobody looks for "und"; one in four from the hundred most frequent."""
    words = [
        chance.choice(vocabulary.words[:100]) if chance.random() < 0.25 else chance.choice(vocabulary.words)
        for _word in range(chance.randint(1, 3))
    ]
    return Asked(
        words=" or ".join(words) if chance.random() < 0.2 else " ".join(words),
        field=chance.choice(FIELDS) if chance.random() < 0.2 else None,
        place=chance.choice(towns) if chance.random() < 0.3 else None,
        age=chance.randint(14, 20) if chance.random() < 0.2 else None,
    )


async def timed(connection: Connection, asked: Asked, prepared: dict[str, str]) -> tuple[float, float]:
    """PostgreSQL's execution time of what the search sends, and its processor's, in milliseconds.

    `prepared` are names by statement.
    """
    listener = Listening(connection)
    await search_postings(listener, asked, PAGE)  # type: ignore[arg-type]
    if listener.statement not in prepared:
        prepared[listener.statement] = f"search_{len(prepared)}"
        await connection.execute(f"PREPARE {prepared[listener.statement]} AS {listener.statement}")
    values = ", ".join(map(literal, listener.values))  # EXPLAIN alone would plan for the very values
    before = processor_time(connection)
    plan = await connection.fetchval(
        f"EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE {prepared[listener.statement]} ({values})"
    )
    return float(msgspec.json.decode(plan)[0]["Execution Time"]), processor_time(connection) - before


def processor_time(connection: Connection) -> float:
    """Milliseconds in which the processor has worked for this connection's process so far."""
    running, *_waiting = Path(f"/proc/{connection.get_server_pid()}/schedstat").read_text().split()
    return int(running) / 1e6


def literal(value: Any) -> str:
    return f"'{value}'" if isinstance(value, str) else f"{value}"  # words have no quotes


class Listening:
    """Keeps the statement that is sent."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.statement = ""
        self.values: tuple[Any, ...] = ()

    async def fetch(self, statement: str, *values: Any) -> list[Any]:
        self.statement, self.values = statement, values
        return await self.connection.fetch(statement, *values)


def percentile(values: Sequence[float], percent: int) -> float:
    return round(statistics.quantiles(values, n=100)[percent - 1], 1)


def row(figures: Figures) -> str:
    return (
        f"| {figures.postings:,} | {figures.p50} / {figures.p99} ms | {figures.most} ms | "
        f"{figures.processor_p50} / {figures.processor_p99} ms | "
        f"{figures.matching_p50:,} / {figures.matching_most:,} | {figures.index_mib} MiB |"
    )


if __name__ == "__main__":
    main()
