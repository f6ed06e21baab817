"""The world with a room for talking to a doctor, and who uses it."""

from collections.abc import AsyncIterator

import httpx
import pytest

from landbooking.database import Connection
from landbooking.settings import Settings
from support.discretion import MAIL, NAME, House
from support.people import client_for, make_person, sign_in
from support.spaces import make_desk
from support.world import make_world


@pytest.fixture
async def house(connection: Connection) -> House:
    world = await make_world(connection)
    room = await make_desk(connection, world.space_id, "Raum 3", kind="telemedicine")
    return House(world, room, await make_person(connection, MAIL, name=NAME))


@pytest.fixture
async def host(connection: Connection, client: httpx.AsyncClient, house: House) -> httpx.AsyncClient:
    await sign_in(connection, client, house.world.owner)
    return client


@pytest.fixture
async def own(connection: Connection, settings: Settings, house: House) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the person who books."""
    from conftest import OneConnection

    async with client_for(settings, OneConnection(connection)) as client:
        await sign_in(connection, client, house.person)
        yield client
