"""The canary: exact places, coordinates, telephone numbers and names are for the two alone, until a day after the ride.

Walks every page and answer of rides as everybody else, and reads every mail and log line.
"""

import io
import json
import zipfile
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import httpx
import pytest
import structlog
import time_machine

from landbooking.accounts.person import Person
from landbooking.agenda.feed import create_feed
from landbooking.database import Connection
from landbooking.notifications.mail import OutboxRow, compose
from landbooking.rides.answers import accept
from landbooking.rides.cancelling import cancel_seat
from landbooking.rides.contact import forget_exact_places
from landbooking.rides.fitting import SeatWish
from landbooking.rides.organisations import name_member
from landbooking.rides.people import save_profile
from landbooking.rides.place import gazetteer
from landbooking.rides.ride import Ride, rides_of
from landbooking.rides.rota import give_duty
from landbooking.rides.seat import Seat
from landbooking.rides.seats import Guest, book_for_guest
from landbooking.settings import Settings
from support.people import bearer, make_person, sign_in
from support.rides import VILLAGES, Road, instant, make_road, tomorrow
from support.seats import ask, mails_to, make_organisation
from support.spaces import make_district
from support.world import app_of, routes_of

RIDERS = ("Hinterhof 7 beim Kanarienvogel", "Kellertreppe am Markt", "06381 777001", "Rosalinde")
POINT = ("49.512345", "7.312345")  # of the driver's door; however many of its digits are told, these are among them
DRIVERS = ("Garage am Kanarienweg", "Werkstor 9", "06381 777002", "Friedegund", POINT[0][:-2], POINT[1][:-2])
SURNAMES = ("Mitfahrerin", "Lenkerin")
GUESTS = ("Gisbert Gastmann", "06381 777003", "Brunnenplatz 3 beim Kanarienbaum")  # who called an association
CANARIES = (*RIDERS, *DRIVERS, *SURNAMES, *GUESTS)


class Scene(NamedTuple):
    ride: Ride
    seat: Seat
    rider: Person
    driver: Person


@pytest.fixture
async def scene(connection: Connection, client: httpx.AsyncClient) -> Scene:
    """Offered by the form, the start as a point on the map."""
    road = await make_road(connection)
    driver = await make_person(connection, "fahrerin@example.org", name="Friedegund Lenkerin")
    rider = await make_person(connection, "mitfahrerin@example.org", name="Rosalinde Mitfahrerin")
    await save_profile(connection, driver, "06381 777002", is_woman=True, birthday=None)
    await save_profile(connection, rider, "06381 777001", is_woman=True, birthday=None)
    await sign_in(connection, client, driver)
    offered = await client.post("/rides/new", data=OFFER)
    assert (offered.status_code, offered.headers["location"]) == (303, "/rides/mine")
    [ride] = await rides_of(connection, driver.id)
    client.cookies.clear()
    seat = await ask(connection, rider, ride, road, pick_up_place=RIDERS[0], drop_off_place=RIDERS[1])
    return Scene(ride, seat, rider, driver)


OFFER = {
    "from": ", ".join(POINT), "from_exact": "Garage am Kanarienweg", "to": "Dedorf", "to_exact": "Werkstor 9",
    "repeats": "once", "date": f"{tomorrow()}", "time": "07:00", "seats": "2", "detour": "10",
}  # fmt: skip


def found(text: str, *but: str) -> list[str]:
    return [canary for canary in CANARIES if canary in text and canary not in but]


# Whatever has to do with rides: pages, answers, exports, feeds, other operators' searches, and the agenda of both.
WALKED = (
    "/rides", "/api/v1/rides", "/api/v1/seat-requests", "/api/v1/ride", "/api/v1/meeting-points", "/meeting-points",
    "/district/rides", "/district/meeting-points", "/api/v1/districts/ride", "/api/v1/districts/meeting-points",
    "/api/v1/districts/{district_id:int}/ride", "/export", "/covoiturage", "/bookings", "/my-day", "/profile",
)  # fmt: skip


async def seen(connection: Connection, client: httpx.AsyncClient, scene: Scene, person: Person | None) -> str:
    """All of that as this person gets it."""
    client.cookies.clear()
    headers: dict[str, str] = {}
    texts = []
    if person:
        await sign_in(connection, client, person)
        headers = await bearer(connection, person)
        feed = await client.get(f"/calendar/{await create_feed(connection, person)}.ics")
        texts.append(unfolded(feed))
    ids = {
        "ride_id:int": scene.ride.id,
        "seat_id:int": scene.seat.id,
        "day:date": scene.seat.day,
        "district_id:int": scene.ride.district_id,
        "meeting_point_id:int": await connection.fetchval("SELECT id FROM meeting_point LIMIT 1"),
        "organisation_id:int": await connection.fetchval("SELECT coalesce(max(id), 1) FROM ride_organisation"),
    }
    for method, path, _handler in routes_of(app_of(client)):
        asked = path
        for name, value in ids.items():
            asked = asked.replace(f"{{{name}}}", str(value))
        if method != "GET" or "{" in asked or not path.startswith(WALKED):
            continue
        query = BY_COORDINATES if asked.startswith("/covoiturage") else BY_NAMES
        answer = await client.get(asked, params=query, headers=headers if path.startswith("/api/") else None)
        assert answer.status_code < 500, path
        texts.append(unfolded(answer))
    assert len(texts) > 50
    return "\n".join(texts)


BY_NAMES = {"from": "Adorf", "to": "Dedorf", "day": f"{tomorrow()}"}
BY_COORDINATES = {
    "departureLat": "49.5", "departureLng": f"{VILLAGES['Adorf']}", "arrivalLat": "49.5",
    "arrivalLng": f"{VILLAGES['Dedorf']}", "departureDate": f"{int(instant(tomorrow(), 7).timestamp())}",
}  # fmt: skip


def unfolded(answer: httpx.Response) -> str:
    """What stands in it: of a calendar without the breaks in its lines, of an archive all its files."""
    if answer.headers.get("content-type") == "application/zip":
        with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
            return "\n".join(archive.read(name).decode() for name in archive.namelist())
    return answer.content.decode(errors="replace").replace("\r\n ", "")


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


async def test_what_is_walked_tells_of_the_ride(client: httpx.AsyncClient, scene: Scene) -> None:
    """Else it would prove nothing that the canary is not in it."""
    for path in ("/export/amarillo.json", "/export/gtfs.zip", "/rides/search", f"/rides/{scene.ride.id}"):
        assert "Dedorf" in unfolded(await client.get(path, params=BY_NAMES)), path
    assert scene.ride.start.place.label == "Adorf"
    [exported] = (await client.get("/export/amarillo.json")).json()["data"]
    assert (exported["stops"][0]["lat"], exported["stops"][0]["lon"]) == (49.5, VILLAGES["Adorf"])
    assert len((await client.get("/covoiturage/driver_journeys", params=BY_COORDINATES)).json()) == 1
    assert f"landbooking:{scene.ride.id}-" in unfolded(await client.get("/export/gtfs-rt"))
    assert "Dedorf" in (await client.get(f"/api/v1/rides/{scene.ride.id}/runs/{scene.seat.day}")).text


async def test_before_the_yes_nobody_learns_anything(
    connection: Connection, client: httpx.AsyncClient, settings: Settings, scene: Scene, outsider: Person
) -> None:
    with structlog.testing.capture_logs() as logged:
        assert found(await seen(connection, client, scene, None)) == []
        assert found(await seen(connection, client, scene, outsider)) == []
        own = ("Hinterhof 7 beim Kanarienvogel", "Kellertreppe am Markt", *RIDERS, *SURNAMES)
        assert found(await seen(connection, client, scene, scene.rider), *own) == []
        assert found(await seen(connection, client, scene, scene.driver), *DRIVERS, "Lenkerin") == []
        assert found(await seen(connection, client, scene, await make_staff(connection))) == []
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
        assert found(await seen(connection, client, scene, await make_staff(connection))) == []
        for_rider = await seen(connection, client, scene, scene.rider)
        for_driver = await seen(connection, client, scene, scene.driver)
    assert {"Garage am Kanarienweg", "Werkstor 9", "06381 777002", "Friedegund"} <= set(found(for_rider))
    assert set(RIDERS) <= set(found(for_driver))
    assert "Lenkerin" not in for_rider  # a first name is enough
    assert "Mitfahrerin" not in for_driver
    mailed = await mails(connection, settings, scene.rider)
    assert {"Garage am Kanarienweg", "06381 777002"} <= set(found(mailed))
    for told in (for_rider, mailed):
        assert f'href="geo:{POINT[0]},{POINT[1]}"' in told
    assert set(RIDERS) <= set(found(await mails(connection, settings, scene.driver)))
    assert found(json.dumps(logged, default=str)) == []


async def test_who_else_rides_along_learns_nothing_of_the_other(
    connection: Connection, client: httpx.AsyncClient, scene: Scene, outsider: Person
) -> None:
    await accept(connection, scene.driver, scene.seat.id, None)
    second = await ask(connection, outsider, scene.ride, Road(await gazetteer(connection), 0))
    await accept(connection, scene.driver, second.id, None)
    assert found(await seen(connection, client, scene, outsider), *DRIVERS) == []


async def test_another_exact_place_is_told_to_who_gets_in_there_and_to_nobody_else(
    connection: Connection, client: httpx.AsyncClient, settings: Settings, scene: Scene, outsider: Person
) -> None:
    road = Road(await gazetteer(connection), 0)
    await accept(connection, scene.driver, scene.seat.id, None)
    others = [outsider, await make_person(connection, "fragt@example.org")]
    from_bedorf, only_asked = [
        await ask(connection, person, scene.ride, road, start)
        for person, start in zip(others, ("Bedorf", "Adorf"), strict=True)
    ]
    await accept(connection, scene.driver, from_bedorf.id, None)
    before = [await mails_to(connection, person) for person in (*others, scene.driver)]
    await sign_in(connection, client, scene.driver)
    for version, place in enumerate(("Scheune beim Zaunkönig", "Scheune beim Zaunkönig", "Kapelle", ""), 1):
        changed = {**OFFER, "seats": "3", "from_exact": place, "version": f"{version}"}
        assert (await client.post(f"/rides/{scene.ride.id}/change", data=changed)).status_code == 303
    assert await mails_to(connection, scene.rider) == ["acceptance", "place", "place", "place"]
    told = await mails(connection, settings, scene.rider)
    assert (told.count("Scheune beim Zaunkönig"), told.count("Kapelle")) == (2, 2)  # as text and as a page
    assert [await mails_to(connection, person) for person in (*others, scene.driver)] == before
    await accept(connection, scene.driver, only_asked.id, None)
    assert f"{POINT[0]}, {POINT[1]}" in await mails(connection, settings, others[1])


async def test_who_called_is_known_at_the_telephone_and_to_who_drives_that_day(
    connection: Connection, client: httpx.AsyncClient, scene: Scene, outsider: Person
) -> None:
    manager, on_duty, off_duty = [
        await make_person(connection, f"{name}@example.org") for name in ("leitung", "dienst", "frei")
    ]
    places = await gazetteer(connection)
    organisation_id, bus = await make_organisation(connection, manager, Road(places, 0))
    for driver in (on_duty, off_duty):
        await name_member(connection, organisation_id, driver.email, "driver")
    await give_duty(connection, organisation_id, bus.id, scene.seat.day, on_duty.id)
    wish = SeatWish(
        ride_id=bus.id,
        day=scene.seat.day,
        start=places.named("Adorf"),
        destination=places.named("Dedorf"),
        pick_up_place=GUESTS[2],
    )
    await book_for_guest(connection, manager, wish, Guest(*GUESTS[:2]))
    for person in (None, outsider, off_duty):
        assert found(await seen(connection, client, scene, person)) == [], person
    assert found(await seen(connection, client, scene, scene.driver), *DRIVERS, "Lenkerin") == []
    for insider in (manager, on_duty, await make_staff(connection)):
        assert set(found(await seen(connection, client, scene, insider))) == set(GUESTS), insider


async def make_staff(connection: Connection) -> Person:
    """Of the district of the ride; nobody has reported anything to them."""
    here = await make_district(connection)
    return await make_person(connection, "kreis@example.org", role="staff", district_id=here)


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


@pytest.mark.parametrize(
    ("change", "kept"),
    [
        ("SELECT", True),
        ("UPDATE ride SET days = daterange(current_date - 9, current_date - 1)", True),
        ("UPDATE ride SET days = daterange(current_date - 9, current_date - 2)", False),
        ("UPDATE ride SET days = daterange(current_date - 9, NULL)", True),
        ("UPDATE ride SET ended_at = now()", False),
        ("UPDATE ride SET days = daterange(current_date - 9, current_date - 2), ended_at = now()", False),
    ],
)
async def test_a_stop_is_forgotten_with_the_last_run(
    connection: Connection, client: httpx.AsyncClient, scene: Scene, change: str, kept: bool
) -> None:
    """Of the stops, the words and the point; public places stay."""
    await connection.execute(change)
    await forget_exact_places(connection)
    told = await connection.fetch("SELECT exact_place, exact_lat, exact_lon FROM ride_stop ORDER BY position")
    assert [tuple(stop) for stop in told] == (
        [("Garage am Kanarienweg", 49.512345, 7.312345), ("Werkstor 9", None, None)] if kept else 2 * [("", None, None)]
    )


async def test_a_stop_is_kept_for_who_still_rides_along_and_for_an_extra_day(
    connection: Connection, client: httpx.AsyncClient, scene: Scene
) -> None:
    await connection.execute("UPDATE ride SET days = daterange(current_date - 9, current_date - 2)")
    await connection.execute("INSERT INTO ride_exception VALUES ($1, current_date, 600)", scene.ride.id)
    await forget_exact_places(connection)
    assert await connection.fetchval("SELECT count(*) FROM ride_stop WHERE exact_place <> ''") == 2
    await connection.execute("UPDATE ride_exception SET departs = NULL")
    await connection.execute(
        """UPDATE seat_request SET status = 'accepted', until_at = NULL,
                  period = tstzrange(now() - interval '25 hours', now() - interval '23 hours')"""
    )
    await forget_exact_places(connection)
    assert await connection.fetchval("SELECT count(*) FROM ride_stop WHERE exact_place <> ''") == 2
    await connection.execute(
        "UPDATE seat_request SET period = tstzrange(now() - interval '3 days', now() - '25 h'::interval)"
    )
    await forget_exact_places(connection)
    assert await connection.fetchval("SELECT count(*) FROM ride_stop WHERE exact_place <> ''") == 0
