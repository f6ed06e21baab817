"""The bare app: the same stack (Litestar, asyncpg, Jinja2, uvicorn) without sign-in, rules, languages and outbox.

It is what our own figures are held against: the least that a week page and a stored booking can cost here.

    python -m benchmarks.bare PORT    with LANDBOOKING_DATABASE_URL
"""

import os
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import msgspec
import uvicorn
from jinja2 import Environment, FileSystemLoader
from litestar import Litestar, Response, get, post
from litestar.datastructures import State
from litestar.params import FromPath, FromQuery, JSONBody

HOURS = range(8, 18)
TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True, trim_blocks=True, lstrip_blocks=True
)
PAGE = TEMPLATES.get_template("week.html")


class NewBooking(msgspec.Struct):
    resource_id: int
    person_id: int
    start: datetime
    end: datetime


@post("/bookings")
async def post_booking(state: State, data: JSONBody[NewBooking]) -> Response[dict[str, Any]]:
    async with state.pool.acquire() as connection, connection.transaction():
        booking_id = await connection.fetchval(
            """INSERT INTO booking (resource_id, person_id, period, blocked) VALUES ($1, $2, $3, $3)
               ON CONFLICT DO NOTHING RETURNING id""",
            data.resource_id,
            data.person_id,
            asyncpg.Range(data.start, data.end),
        )
    if booking_id is None:
        return Response({"detail": "taken"}, status_code=409)
    return Response({"id": booking_id}, status_code=201)


@get("/spaces/{space_id:int}")
async def space_page(state: State, space_id: FromPath[int], day: FromQuery[date]) -> Response[str]:
    monday = day - timedelta(days=day.weekday())
    first = datetime(monday.year, monday.month, monday.day, tzinfo=UTC)
    rows = await state.pool.fetch(
        """SELECT space.name, space.street, space.postal_code, space.town, space.description, resource.id,
                  lower(booking.blocked) AS starts_at, upper(booking.blocked) AS ends_at
           FROM space JOIN resource ON resource.space_id = space.id AND resource.retired_at IS NULL
                LEFT JOIN booking ON booking.resource_id = resource.id
                     AND booking.status = 'confirmed' AND booking.blocked && $2
           WHERE space.id = $1""",
        space_id,
        asyncpg.Range(first, first + timedelta(days=7)),
    )
    desks = {row["id"] for row in rows}
    taken: dict[tuple[int, int], set[int]] = {}
    for row in rows:
        if row["starts_at"] is not None:
            start, end = row["starts_at"] - first, row["ends_at"] - first
            for hour in range(start.seconds // 3600, -(-end.seconds // 3600)):
                taken.setdefault((start.days, hour + 1), set()).add(row["id"])  # Berlin in winter
    total = len(desks)
    html = PAGE.render(
        space=rows[0],
        space_id=space_id,
        total=total,
        days=[monday + timedelta(days=number) for number in range(7)],
        hours=[
            (hour, [total - len(taken.get((number, hour), ())) if number < 5 else None for number in range(7)])
            for hour in HOURS
        ],
    )
    return Response(html, media_type="text/html")


@asynccontextmanager
async def lifespan(app: Litestar) -> AsyncIterator[None]:
    async with asyncpg.create_pool(os.environ["LANDBOOKING_DATABASE_URL"], min_size=1, max_size=10) as app.state.pool:
        yield


if __name__ == "__main__":
    app = Litestar([post_booking, space_page], lifespan=[lifespan], openapi_config=None, logging_config=None)
    listener = socket.create_server(("127.0.0.1", int(sys.argv[1])), backlog=2048)
    config = uvicorn.Config(
        app,
        loop="uvloop",
        http="httptools",
        ws="none",
        lifespan="on",
        access_log=False,
        log_config=None,
        server_header=False,
    )
    uvicorn.Server(config).run(sockets=[listener])
