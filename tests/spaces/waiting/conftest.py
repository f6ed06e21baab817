"""A desk that somebody has, in a space where nothing else is free."""

import pytest

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.spaces.booking import book_resource
from landbooking.spaces.bookings import Booking
from support.hosting import Place
from support.people import make_person
from support.spaces import period_on
from support.waiting import DAY, MORNING


@pytest.fixture
async def booking(connection: Connection, place: Place, outsider: Person) -> Booking:
    """The outsider has the first desk; somebody has the other, all day."""
    somebody = await make_person(connection, "jemand@example.org")
    await book_resource(connection, somebody, place.other_desk, period_on(DAY, "08:00", "18:00"))
    return await book_resource(connection, outsider, place.desk, MORNING)


@pytest.fixture
async def second(connection: Connection) -> Person:
    return await make_person(connection, "anwohner@example.org")
