"""Series for tests: what is wished, and what came of it."""

import html
import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from landbooking.accounts.person import Person
from landbooking.database import Connection, Pool
from landbooking.spaces.bookings import Booking, bookings_in_series
from landbooking.spaces.series.plan import Choice, Plan, Wish, plan_series
from landbooking.spaces.series.recurrence import Recurrence, Repeats
from landbooking.spaces.series.series import Series
from landbooking.spaces.series.verbs import book_series


def weekly(
    resource_id: int,
    first: date,
    count: int = 4,
    start: str = "09:00",
    end: str = "12:00",
    repeats: Repeats = "weekly",
    weekdays: tuple[int, ...] = (),
    **more: Any,
) -> Wish:
    return Wish(
        resource_id,
        Recurrence(repeats=repeats, first=first, weekdays=weekdays, count=count),
        time.fromisoformat(start),
        time.fromisoformat(end),
        **more,
    )


def daily(resource_id: int, first: date, start: str = "09:00", end: str = "12:00", **more: Any) -> Wish:
    """Three days in a row, holidays too."""
    every = {first + timedelta(days=number): Choice(resource_id) for number in range(3)}
    return weekly(resource_id, first, 3, start, end, repeats="daily", choices=every, **more)


async def book_all(pool: Pool, person: Person, wish: Wish, pay_with: int | None = None) -> int:
    """As a request would, in a transaction of its own. The booking of the first date."""
    async with pool.acquire() as connection, connection.transaction():
        series = await book_series(connection, person, wish, pay_with)
        first: int = await connection.fetchval("SELECT min(id) FROM booking WHERE series_id = $1", series.id)
        return first


async def booked_series(connection: Connection, person: Person, wish: Wish) -> tuple[Series, list[Booking]]:
    series = await book_series(connection, person, wish)
    return series, await bookings_in_series(connection, series.id)


async def planned(connection: Connection, person: Person, wish: Wish) -> Plan:
    """What the wish would give now."""
    return await plan_series(connection, person, wish, datetime.now(UTC))


def rule(monday: date, **others: Any) -> dict[str, Any]:
    return {"date": f"{monday}", "start": "09:00", "end": "12:00", "repeats": "weekly", "count": "4", **others}


def fields(text: str) -> dict[str, Any]:
    """What a browser would send of the list of dates: hidden fields, inputs and chosen options."""
    [form] = re.findall(r'<form class="stack" method="post".*?</form>', text, re.DOTALL)
    sent: dict[str, Any] = {}
    for tag in re.findall(r"<input [^>]*>", form):
        found = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        sent[found["name"]] = html.unescape(found["value"])
    for name, options in re.findall(r'<select[^>]* name="([^"]+)".*?>(.*?)</select>', form, re.DOTALL):
        [sent[name]] = re.findall(r'<option value="([^"]*)" selected', options)
    return sent
