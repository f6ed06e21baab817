"""Sending rides to Amarillo, against a server that notes what it is sent."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import msgspec
import pytest

from landbooking.database import Pool
from landbooking.rides.exports.pushing import push_rides
from landbooking.settings import Settings
from support.people import make_person
from support.rides import make_ride, make_road


class Amarillo(ThreadingHTTPServer):
    """`carpools` by id, as it knows them; answers `status` to everything where that is set."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.carpools: dict[str, Any] = {}
        self.keys: set[str | None] = set()
        self.status: int | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: Amarillo

    def do_POST(self) -> None:
        carpool = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.server.status is None:  # before the answer: who has it may look at once
            self.server.carpools[carpool["id"]] = carpool
        self._answer(200)

    def do_DELETE(self) -> None:
        _empty, _carpool, agency, id_ = self.path.split("/")
        assert agency == "landbooking"
        known = id_ in self.server.carpools
        if self.server.status is None:
            self.server.carpools.pop(id_, None)
        self._answer(200 if known else 404)

    def _answer(self, status: int) -> None:
        self.server.keys.add(self.headers["X-API-Key"])
        self.send_response(self.server.status or status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Silent."""


@pytest.fixture
def amarillo() -> Iterator[Amarillo]:
    with Amarillo() as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def pushing(settings: Settings, amarillo: Amarillo) -> Settings:
    return msgspec.structs.replace(settings, amarillo_url=amarillo.url, amarillo_key="a key")


async def test_a_ride_is_sent_changed_and_deleted(pool: Pool, amarillo: Amarillo, pushing: Settings) -> None:
    async with pool.acquire() as connection:
        driver = await make_person(connection, "fahrer@example.org")
        road = await make_road(connection)
        ride = await make_ride(connection, driver, road, "Adorf", "Dedorf")
        await make_ride(connection, driver, road, "Adorf", "Cedorf", women_only=True)
        await push_rides(pool, pushing)
        [sent] = amarillo.carpools.values()
        assert sent["departureTime"] == "07:00"
        assert amarillo.keys == {"a key"}

        amarillo.carpools.clear()
        await push_rides(pool, pushing)
        assert not amarillo.carpools, "what was sent is not sent again"

        departs = [None if minutes is None else 450 for minutes in ride.timetable.departs]
        await connection.execute("UPDATE ride SET departs = $2, version = 2 WHERE id = $1", ride.id, departs)
        await push_rides(pool, pushing)
        assert [carpool["departureTime"] for carpool in amarillo.carpools.values()] == ["07:30"]

        await connection.execute("UPDATE ride SET ended_at = now(), version = 3 WHERE id = $1", ride.id)
        await push_rides(pool, pushing)
        assert not amarillo.carpools


async def test_what_could_not_be_sent_is_sent_later(pool: Pool, amarillo: Amarillo, pushing: Settings) -> None:
    async with pool.acquire() as connection:
        driver = await make_person(connection, "fahrer@example.org")
        ride = await make_ride(connection, driver, await make_road(connection), "Adorf", "Dedorf")
        amarillo.status = 503
        await push_rides(pool, pushing)
        assert not amarillo.carpools
        amarillo.status = None
        await push_rides(pool, pushing)
        assert len(amarillo.carpools) == 1
        await connection.execute("UPDATE ride SET ended_at = now() WHERE id = $1", ride.id)
        amarillo.status = 503
        await push_rides(pool, pushing)
        assert len(amarillo.carpools) == 1
        amarillo.status = None
        await push_rides(pool, pushing)
        assert not amarillo.carpools


async def test_without_an_address_nothing_is_sent(pool: Pool, settings: Settings) -> None:
    async with pool.acquire() as connection:
        driver = await make_person(connection, "fahrer@example.org")
        await make_ride(connection, driver, await make_road(connection), "Adorf", "Dedorf")
        await push_rides(pool, settings)
        assert await connection.fetchval("SELECT count(*) FROM ride_export") == 0
