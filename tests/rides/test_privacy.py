"""The canary: exact places, coordinates, telephone numbers and names are for the two alone, until a day after the ride.

Walks every page and answer of rides as everybody else, and reads every mail and log line.
"""

import json
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import httpx
import msgspec
import pytest
import structlog
import time_machine

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.notifications.mail import OutboxRow, compose
from landbooking.rides.answers import accept
from landbooking.rides.cancelling import cancel_seat
from landbooking.rides.contact import forget_exact_places
from landbooking.rides.offering import PlannedStop, offer_ride
from landbooking.rides.people import save_profile
from landbooking.rides.place import gazetteer
from landbooking.rides.ride import ExactPlace, Ride
from landbooking.rides.seat import Seat
from landbooking.settings import Settings
from support.people import bearer, make_person, sign_in
from support.rides import Road, make_road, plan
from support.seats import ask
from support.world import app_of, routes_of

RIDERS = ("Hinterhof 7 beim Kanarienvogel", "Kellertreppe am Markt", "06381 777001", "Rosalinde")
DRIVERS = ("Garage am Kanarienweg", "Werkstor 9", "06381 777002", "Friedegund", "49.512345", "7.312345")
SURNAMES = ("Mitfahrerin", "Lenkerin")
CANARIES = (*RIDERS, *DRIVERS, *SURNAMES)


class Scene(NamedTuple):
    ride: Ride
    seat: Seat
    rider: Person
    driver: Person


@pytest.fixture
async def scene(connection: Connection) -> Scene:
    road = await make_road(connection)
    driver = await make_person(connection, "fahrerin@example.org", name="Friedegund Lenkerin")
    rider = await make_person(connection, "mitfahrerin@example.org", name="Rosalinde Mitfahrerin")
    await save_profile(connection, driver, "06381 777002", is_woman=True, birthday=None)
    await save_profile(connection, rider, "06381 777001", is_woman=True, birthday=None)
    offer = plan(road, "Adorf", "Dedorf", seats=2)
    first, last = offer.stops
    exact = (
        PlannedStop(first.place, ExactPlace("Garage am Kanarienweg", 49.512345, 7.312345)),
        PlannedStop(last.place, ExactPlace("Werkstor 9")),
    )
    ride = await offer_ride(connection, driver, msgspec.structs.replace(offer, stops=exact))
    seat = await ask(connection, rider, ride, road, pick_up_place=RIDERS[0], drop_off_place=RIDERS[1])
    return Scene(ride, seat, rider, driver)


def found(text: str, *but: str) -> list[str]:
    return [canary for canary in CANARIES if canary in text and canary not in but]


async def seen(connection: Connection, client: httpx.AsyncClient, scene: Scene, person: Person | None) -> str:
    """Every page and answer of rides, and the agenda's, as this person gets them."""
    client.cookies.clear()
    headers = {}
    if person:
        await sign_in(connection, client, person)
        headers = await bearer(connection, person)
    ids = {"ride_id": scene.ride.id, "seat_id": scene.seat.id, "organisation_id": 1, "token": "none"}
    texts = []
    for method, path, _handler in routes_of(app_of(client)):
        if method == "GET" and ("/rides" in path or "seat-requests" in path or path in ("/", "/bookings", "/profile")):
            for name, value in ids.items():
                path = path.replace(f"{{{name}:int}}", str(value)).replace(f"{{{name}:str}}", str(value))  # noqa: PLW2901
            if "{" in path:
                continue
            answer = await client.get(path, headers=headers if path.startswith("/api/") else None)
            assert answer.status_code < 500, path
            texts.append(answer.text)
    assert len(texts) > 12
    return "\n".join(texts)


async def mails(connection: Connection, settings: Settings, to: Person) -> str:
    """All that were written to this person, whole, as they would leave."""
    rows = await connection.fetch(
        "SELECT id, recipient, language, template, context FROM outbox WHERE recipient = $1 ORDER BY id", to.email
    )
    messages = [compose(settings, OutboxRow(**row, attempts=0)) for row in rows]
    parts = [str(part.get_content()) for message in messages for part in message.walk() if not part.is_multipart()]
    subjects = "\n".join(str(message["Subject"]) for message in messages)
    assert found(subjects) == []
    return "\n".join(parts)


async def test_before_the_yes_nobody_learns_anything(
    connection: Connection, client: httpx.AsyncClient, settings: Settings, scene: Scene, outsider: Person
) -> None:
    with structlog.testing.capture_logs() as logged:
        assert found(await seen(connection, client, scene, None)) == []
        assert found(await seen(connection, client, scene, outsider)) == []
        own = ("Hinterhof 7 beim Kanarienvogel", "Kellertreppe am Markt", *RIDERS, *SURNAMES)
        assert found(await seen(connection, client, scene, scene.rider), *own) == []
        assert found(await seen(connection, client, scene, scene.driver), *DRIVERS, "Lenkerin") == []
    assert found(await mails(connection, settings, scene.driver)) == []
    assert found(await mails(connection, settings, scene.rider)) == []
    assert found(json.dumps(logged, default=str)) == []


async def test_after_the_yes_the_two_alone_do(
    connection: Connection, client: httpx.AsyncClient, settings: Settings, scene: Scene, outsider: Person
) -> None:
    with structlog.testing.capture_logs() as logged:
        await accept(connection, scene.driver, scene.seat.id, None)
        assert found(await seen(connection, client, scene, None)) == []
        assert found(await seen(connection, client, scene, outsider)) == []
        for_rider = await seen(connection, client, scene, scene.rider)
        for_driver = await seen(connection, client, scene, scene.driver)
    assert {"Garage am Kanarienweg", "Werkstor 9", "06381 777002", "Friedegund"} <= set(found(for_rider))
    assert set(RIDERS) <= set(found(for_driver))
    assert "Lenkerin" not in for_rider  # a first name is enough
    assert "Mitfahrerin" not in for_driver
    assert "49.512345" not in for_rider
    assert {"Garage am Kanarienweg", "06381 777002"} <= set(found(await mails(connection, settings, scene.rider)))
    assert set(RIDERS) <= set(found(await mails(connection, settings, scene.driver)))
    assert found(json.dumps(logged, default=str)) == []


async def test_who_else_rides_along_learns_nothing_of_the_other(
    connection: Connection, client: httpx.AsyncClient, scene: Scene, outsider: Person
) -> None:
    await accept(connection, scene.driver, scene.seat.id, None)
    second = await ask(connection, outsider, scene.ride, Road(await gazetteer(connection), 0))
    await accept(connection, scene.driver, second.id, None)
    assert found(await seen(connection, client, scene, outsider), *DRIVERS) == []


@pytest.mark.parametrize("ending", ["a day later", "cancelled"])
async def test_afterwards_it_is_hidden_again(
    connection: Connection, client: httpx.AsyncClient, scene: Scene, ending: str
) -> None:
    await accept(connection, scene.driver, scene.seat.id, None)
    if ending == "cancelled":
        await cancel_seat(connection, scene.rider, scene.seat.id)
        assert found(await seen(connection, client, scene, scene.driver), *DRIVERS, "Lenkerin") == []
        return
    with time_machine.travel(scene.seat.end + timedelta(days=1, minutes=1), tick=True):
        assert datetime.now(UTC) > scene.seat.end
        await sign_in(connection, client, scene.rider)
        assert found((await client.get(f"/rides/seats/{scene.seat.id}")).text, *RIDERS, *SURNAMES) == []
    await connection.execute(
        "UPDATE seat_request SET period = tstzrange(now() - interval '3 days', now() - interval '2 days')"
    )
    await forget_exact_places(connection)
    assert await connection.fetchval("SELECT pick_up_place || drop_off_place FROM seat_request") == ""
