"""Photos: who sees them, and what an upload keeps busy."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from conftest import OneConnection
from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.settings import Settings
from landbooking.spaces.hosting import photo_form
from landbooking.spaces.hosting.pictures import Picture
from support.hosting import Place
from support.people import client_for, make_person, sign_in
from support.spaces import make_district


@pytest.fixture
async def photo(connection: Connection, place: Place) -> str:
    """The address of a photo of the place, which is not published."""
    await connection.execute("UPDATE space SET published = false WHERE id = $1", place.space_id)
    photo_id = await connection.fetchval(
        "INSERT INTO space_photo (space_id, alt, width, height, jpeg) VALUES ($1, 'x', 1, 1, 'jpeg') RETURNING id",
        place.space_id,
    )
    return f"/spaces/{place.space_id}/photos/{photo_id}"


async def test_before_its_space_is_published_only_hosts_and_staff_see_a_photo(
    connection: Connection, client: httpx.AsyncClient, place: Place, photo: str, outsider: Person
) -> None:
    assert (await client.get(photo)).status_code == 404
    await sign_in(connection, client, outsider)
    assert (await client.get(photo)).status_code == 404
    staff = await make_person(
        connection, "kreis@example.org", role="staff", district_id=await make_district(connection)
    )
    for viewer in (place.host, staff):
        await sign_in(connection, client, viewer)
        answer = await client.get(photo)
        assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")


async def test_a_photo_that_is_taken_down_is_gone_everywhere_within_a_day(
    connection: Connection, client: httpx.AsyncClient, place: Place, photo: str
) -> None:
    await connection.execute("UPDATE space SET published = true WHERE id = $1", place.space_id)
    assert (await client.get(photo)).headers["cache-control"] == "public, max-age=86400"
    await connection.execute("UPDATE space SET published = false WHERE id = $1", place.space_id)
    answer = await client.get(photo)
    assert (answer.status_code, answer.headers["cache-control"]) == (404, "no-store")


class Counted(OneConnection):
    """Knows how many requests have a connection in hand."""

    lent = 0

    @asynccontextmanager
    async def acquire(self, timeout: float | None = None) -> AsyncIterator[Connection]:  # noqa: ASYNC109 asyncpg's
        self.lent += 1
        try:
            yield self.connection
        finally:
            self.lent -= 1


async def test_no_connection_waits_for_a_picture(
    connection: Connection, settings: Settings, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool = Counted(connection)
    seen = []

    def picture_from(content: bytes) -> Picture:
        seen.append(pool.lent)
        return Picture(content, 1, 1)

    monkeypatch.setattr(photo_form, "picture_from", picture_from)
    async with client_for(settings, pool) as client:
        await sign_in(connection, client, place.host)
        answer = await client.post(
            f"/host/spaces/{place.space_id}/photos", data={"alt": "x"}, files={"photo": ("a.jpg", b"jpeg")}
        )
    assert answer.status_code == 303
    assert seen == [0]
    assert await connection.fetchval("SELECT count(*) FROM space_photo") == 1


async def test_six_megabytes_of_fields_are_not_taken_apart(hosting: httpx.AsyncClient, place: Place) -> None:
    async def cost(field: bytes) -> float:
        """Seconds of processor time."""
        started = time.process_time()
        answer = await hosting.post(
            f"/host/spaces/{place.space_id}/photos",
            content=field * (5_800_000 // len(field)),
            headers={"Content-Type": "application/x-www-form-urlencoded"},
        )
        assert answer.status_code == 422
        return time.process_time() - started

    assert await cost(b"a&") < 10 * await cost(b"aa")  # taken apart, they were hundreds of times as much
