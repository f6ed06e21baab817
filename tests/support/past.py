"""A month that is over, and who came in it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from asyncpg import Range

from landbooking.accounts.person import Person
from landbooking.database import Connection
from support.hosting import Place
from support.people import bearer, make_person
from support.spaces import BERLIN

MONTH = "2025-05"  # of 31 days, in which nothing else happens
DAY = datetime(2025, 5, 6, tzinfo=BERLIN)  # a Tuesday
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


async def as_for_years(connection: Connection, place: Place) -> Place:
    """With its hours and its desks."""
    await connection.execute("UPDATE opening_hours SET since = '-infinity'")
    await connection.execute("UPDATE resource SET created_at = '2020-01-01'")
    return place


async def book(
    connection: Connection,
    desk: int,
    person: Person | None,
    hour: int = 9,
    length: int = 2,
    day: int = 0,
    **columns: Any,
) -> int:
    start = (DAY + timedelta(days=day)).replace(hour=hour)
    values = {
        "resource_id": desk,
        "person_id": person.id if person else None,
        "period": Range(start, start + timedelta(hours=length)),
        "blocked": Range(start, start + timedelta(hours=length)),
        "created_at": start - timedelta(days=3),
        **columns,
    }
    places = ", ".join(f"${number + 1}" for number in range(len(values)))
    booking_id: int = await connection.fetchval(
        f"INSERT INTO booking ({', '.join(values)}) VALUES ({places}) RETURNING id",  # noqa: S608
        *values.values(),
    )
    return booking_id


async def people(connection: Connection, count: int, prefix: str = "p") -> list[Person]:
    return [await make_person(connection, f"{prefix}{number}@example.org") for number in range(count)]


async def five_mornings(connection: Connection, desk: int, prefix: str = "p") -> list[Person]:
    """Five people, two hours each, on five days."""
    those = await people(connection, 5, prefix)
    for day, person in enumerate(those):
        await book(connection, desk, person, day=day)
    return those


async def figures(connection: Connection, client: httpx.AsyncClient, place: Place, span: str = MONTH) -> dict[str, Any]:
    headers = await bearer(connection, place.host)
    answer = await client.get(f"/api/v1/spaces/{place.space_id}/statistics?span={span}", headers=headers)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found
