"""Data for measurements: `landbooking sample` fills a database with as many bookings as a district has in years.

Everything follows from the numbers alone, without chance, so that two runs measure the same.
"""

import secrets
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from itertools import chain, islice
from typing import ClassVar

from asyncpg import Range

from landbooking.accounts.sessions import hash_of
from landbooking.accounts.tokens import PREFIX
from landbooking.database import Connection
from landbooking.errors import Refusal
from landbooking.places.importing import import_municipalities
from landbooking.spaces.opening_hours import last_day, open_periods
from landbooking.spaces.space import space_by_id

SPACES = 20
PEOPLE = 1000
MOST = 10_000_000  # some 26 years of full desks
WORKDAYS = range(1, 6)
HOURS = (8 * 60, 18 * 60)  # minutes since local midnight
LENGTH = timedelta(hours=2)  # of every booking


class SampleRefused(Refusal):
    """The number makes no sense, or the database is not one to be filled."""

    code: ClassVar[str] = "sample"


async def make_sample(connection: Connection, bookings: int) -> list[str]:
    """Adds 20 spaces with 10 to 20 desks, 1,000 people and so many bookings, all or nothing; returns API tokens.

    The coming 90 days are about half full, as far as half of the bookings reach; the rest fills the past, day by day.
    Raises SampleRefused.
    """
    if not 0 <= bookings <= MOST:
        raise SampleRefused(f"The number of bookings must lie between 0 and {MOST:,}.")
    async with connection.transaction():
        await _check_database(connection)
        tokens, people = await _add_people(connection)
        spaces = await _add_spaces(connection)
        await _add_bookings(connection, spaces, people, bookings)
    await connection.execute("ANALYZE")
    return tokens


async def _check_database(connection: Connection) -> None:
    """An empty database or the demo's; never one with residents in it."""
    await connection.execute("LOCK TABLE person IN SHARE ROW EXCLUSIVE MODE")
    if await connection.fetchval("SELECT EXISTS (SELECT FROM person WHERE email LIKE 'messung-%')"):
        raise SampleRefused("The sample is in this database already; it is made once, in an empty one or the demo's.")
    if await connection.fetchval("SELECT EXISTS (SELECT FROM person WHERE email NOT LIKE '%@landbooking.example')"):
        raise SampleRefused("There are people in this database: the sample is for an empty one, or for the demo's.")


async def _add_people(connection: Connection) -> tuple[list[str], list[int]]:
    """Everybody's token, and everybody's id."""
    rows = await connection.fetch(
        """INSERT INTO person (email) SELECT 'messung-' || number || '@landbooking.example'
           FROM generate_series(1, $1::int) AS number RETURNING id""",
        PEOPLE,
    )
    people = [row["id"] for row in rows]
    tokens = [PREFIX + secrets.token_urlsafe(32) for _ in people]
    await connection.copy_records_to_table(
        "api_token",
        columns=["token_hash", "person_id", "label"],
        records=[(hash_of(token), person, "Messung") for token, person in zip(tokens, people, strict=True)],
    )
    return tokens, people


async def _add_spaces(connection: Connection) -> list[int]:
    if not await connection.fetchval("SELECT EXISTS (SELECT FROM municipality)"):
        facts = files("landbooking.demo").joinpath("municipalities.csv").read_bytes()
        await import_municipalities(connection, facts, "Landkreis Kusel")
    rows = await connection.fetch(
        """INSERT INTO space (municipality_id, name, description, street, postal_code, town, lat, lon, features)
           SELECT id, 'Messplatz ' || name, 'Nur zum Messen: Hier sitzt niemand.', 'Hauptstraße 1', '66869', name,
                  lat, lon, '{step-free,wifi,printer,kitchen}'
           FROM municipality ORDER BY population DESC, ags LIMIT $1 RETURNING id""",
        SPACES,
    )
    spaces = [row["id"] for row in rows]
    await connection.execute(
        """INSERT INTO opening_hours (space_id, weekday, opens, closes, since)
           SELECT space_id, weekday, $3, $4, '-infinity'
           FROM unnest($1::int[]) AS space_id, unnest($2::int[]) AS weekday""",
        spaces,
        list(WORKDAYS),
        *HOURS,
    )
    await connection.execute(
        """INSERT INTO resource (space_id, kind, name, created_at)
           SELECT space_id, 'desk', 'Tisch ' || number, '2000-01-01'
           FROM unnest($1::int[]) WITH ORDINALITY AS listed (space_id, place),
                generate_series(1, 10 + place % 11) AS number""",
        spaces,
    )
    return spaces


async def _add_bookings(connection: Connection, spaces: Sequence[int], people: Sequence[int], bookings: int) -> None:
    desks = [row["id"] for row in await connection.fetch("SELECT id FROM resource WHERE space_id = ANY($1)", spaces)]
    now = datetime.now(UTC)
    rules = (await space_by_id(connection, spaces[0])).rules  # all have the same
    today = now.astimezone(rules.time_zone).date()
    future = [today + timedelta(days=number) for number in range(1, (last_day(rules, now) - today).days + 1)]
    past = (today - timedelta(days=number) for number in range(1, today.toordinal()))

    def slots(day: date) -> list[datetime]:
        return [
            opened.start + number * LENGTH
            for opened in open_periods(rules, day)
            for number in range((opened.end - opened.start) // LENGTH)
        ]

    def half_taken(day: date) -> Iterator[tuple[int, datetime]]:
        return (
            (desk, start)
            for number, start in enumerate(slots(day))
            for desk in desks
            if hash((desk, number, day.toordinal())) % 2  # of numbers: the same in every run
        )

    def taken(day: date) -> Iterator[tuple[int, datetime]]:
        return ((desk, start) for start in slots(day) for desk in desks)

    coming = list(islice(chain.from_iterable(map(half_taken, future)), bookings // 2))
    over = list(islice(chain.from_iterable(map(taken, past)), bookings - len(coming)))
    over.reverse()  # as they came to be: the oldest first
    await connection.copy_records_to_table(
        "booking",
        columns=["resource_id", "person_id", "period", "blocked", "created_at", "changed_at"],
        records=(
            (desk, people[number % len(people)], period, period, min(start, now), min(start, now))
            for number, (desk, start) in enumerate(chain(over, coming))
            for period in (Range(start, start + LENGTH),)
        ),
    )
