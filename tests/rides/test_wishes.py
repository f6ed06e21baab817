"""Wishes, and calls from a meeting point: who hears of what, and how often."""

import re
from datetime import UTC, datetime, timedelta

import httpx
import msgspec
import pytest
import time_machine

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.rides.cells import cell_at
from landbooking.rides.changes import change_ride
from landbooking.rides.way import Point
from landbooking.rides.wishes import tell_wishes
from support.people import make_person, sign_in
from support.rides import instant, make_ride, make_road, plan, tomorrow

WISH = {"from": "Bedorf", "to": "Cedorf", "day": f"{tomorrow()}", "when": "arrive", "at": "08:00", "repeats": "once"}


async def mails(connection: Connection, template: str) -> list[str]:
    rows = await connection.fetch(
        "SELECT recipient FROM outbox WHERE template = $1 ORDER BY id", f"rides/emails/{template}"
    )
    return [row["recipient"] for row in rows]


async def test_an_offer_that_fits_mails_its_people_once(
    connection: Connection, client: httpx.AsyncClient, resident: Person
) -> None:
    road = await make_road(connection)
    driver = await make_person(connection, "fahrerin@example.org")
    await sign_in(connection, client, resident)
    answer = await client.post("/rides/wishes", data=WISH)
    assert (answer.status_code, answer.headers["location"]) == (303, "/rides/wishes")
    late = await make_ride(connection, driver, road, "Adorf", "Dedorf", minutes=9 * 60)
    await tell_wishes(connection, late)
    assert await mails(connection, "wish_fits") == []
    offer = plan(road, "Adorf", "Dedorf", minutes=7 * 60)
    ride = await change_ride(connection, driver, late.id, late.version, offer)
    await tell_wishes(connection, ride)
    await tell_wishes(connection, ride)
    assert await mails(connection, "wish_fits") == [resident.email]

    await sign_in(connection, client, driver)
    seen = (await client.get("/rides/wishes")).text
    assert "Bedorf → Cedorf" in seen
    assert resident.email not in seen


async def test_a_ride_that_passes_a_bench_within_a_walk_is_told_as_it_is_found(
    connection: Connection, client: httpx.AsyncClient, resident: Person
) -> None:
    """The driver accepts no detour, and the village lies off the cells of the way; its bench stands at the road."""
    road = await make_road(connection)
    driver = await make_person(connection, "fahrerin@example.org")
    ride = await make_ride(connection, driver, road, "Adorf", "Dedorf", minutes=7 * 60, detour_minutes=0)
    cells = await connection.fetchval("SELECT cells FROM ride")
    lons = (7.40 + number / 500 for number in range(60))
    lon = next(lon for lon in lons if cell_at(Point(49.5125, lon)) not in cells)
    await connection.execute("UPDATE municipality SET lat = 49.5125, lon = $1 WHERE name = 'Cedorf'", lon)
    await sign_in(connection, client, resident)
    assert (await client.post("/rides/wishes", data={**WISH, "from": "Adorf"})).status_code == 303
    await tell_wishes(connection, ride)
    assert await mails(connection, "wish_fits") == []

    await connection.execute("UPDATE meeting_point SET lat = 49.5, lon = $1", lon)
    await tell_wishes(connection, ride)
    assert await mails(connection, "wish_fits") == [resident.email]
    context = await connection.fetchval("SELECT context FROM outbox WHERE template = 'rides/emails/wish_fits'")
    assert context["path"].endswith("to=Bedorf%2C+Mitfahrbank")
    await sign_in(connection, client, driver)
    assert "Adorf → Cedorf" in (await client.get("/rides/wishes")).text


@pytest.mark.parametrize(
    ("carries", "starts"),
    [
        ((), ["Adorf"]),
        (("luggage", "bicycle"), ["Adorf", "Bedorf"]),
        (("pets", "bicycle"), ["Adorf", "Bedorf", "Cedorf"]),
    ],
)
async def test_a_driver_sees_only_what_they_can_take_along(
    connection: Connection, client: httpx.AsyncClient, resident: Person, carries: tuple[str, ...], starts: list[str]
) -> None:
    road = await make_road(connection)
    await sign_in(connection, client, resident)
    for start, needs in (("Adorf", []), ("Bedorf", ["bicycle"]), ("Cedorf", ["bicycle", "pets"])):
        wish = {**WISH, "from": start, "to": "Dedorf", "needs": needs}
        assert (await client.post("/rides/wishes", data=wish)).status_code == 303
    driver = await make_person(connection, "fahrerin@example.org")
    ride = await make_ride(connection, driver, road, "Adorf", "Dedorf", carries=carries)
    await sign_in(connection, client, driver)
    assert re.findall(r"(\w+) → Dedorf", (await client.get("/rides/wishes")).text) == starts
    await tell_wishes(connection, ride)
    assert len(await mails(connection, "wish_fits")) == len(starts), "nobody else hears of the ride"


async def test_who_blocked_the_driver_hears_nothing(
    connection: Connection, client: httpx.AsyncClient, resident: Person
) -> None:
    road = await make_road(connection)
    driver = await make_person(connection, "fahrerin@example.org")
    await connection.execute("INSERT INTO person_block VALUES ($1, $2)", resident.id, driver.id)
    await sign_in(connection, client, resident)
    await client.post("/rides/wishes", data=WISH)
    await tell_wishes(connection, await make_ride(connection, driver, road, "Adorf", "Dedorf"))
    assert await mails(connection, "wish_fits") == []
    await sign_in(connection, client, driver)
    assert "Bedorf → Cedorf" not in (await client.get("/rides/wishes")).text


async def test_a_wish_is_taken_back_by_who_left_it_only(
    connection: Connection, client: httpx.AsyncClient, resident: Person
) -> None:
    await make_road(connection)
    await sign_in(connection, client, resident)
    weekly = {**WISH, "repeats": "weekly", "weekdays": ["1", "3"]}
    assert (await client.post("/rides/wishes", data=weekly)).status_code == 303
    assert (await client.post("/rides/wishes", data={**WISH, "at": "", "to": "Bedorf"})).status_code == 422
    wish_id = await connection.fetchval("SELECT id FROM ride_wish")
    await sign_in(connection, client, await make_person(connection, "andere@example.org"))
    assert (await client.post(f"/rides/wishes/{wish_id}/withdrawal")).status_code == 404
    await sign_in(connection, client, resident)
    assert (await client.post(f"/rides/wishes/{wish_id}/withdrawal")).status_code == 303
    assert await connection.fetchval("SELECT ended_at IS NOT NULL FROM ride_wish")


async def test_who_stands_at_a_bench_tells_drivers_who_pass_soon_and_once(
    connection: Connection, client: httpx.AsyncClient, resident: Person
) -> None:
    road = await make_road(connection)
    driver = await make_person(connection, "fahrerin@example.org")
    other = await make_person(connection, "spaeter@example.org")
    await make_ride(connection, driver, road, "Adorf", "Bedorf, Mitfahrbank", "Dedorf", minutes=7 * 60)
    await make_ride(connection, other, road, "Adorf", "Bedorf, Mitfahrbank", "Dedorf", minutes=8 * 60)
    page = f"/meeting-points/{road.bench}"
    with time_machine.travel(instant(tomorrow(), 6, 50), tick=False):
        assert "Richtung Dedorf" in (await client.get(page)).text
        assert (await client.post(f"{page}/calls", data={"to": "Cedorf"})).status_code == 401
        await sign_in(connection, client, resident)
        for _again in range(2):
            assert (await client.post(f"{page}/calls", data={"to": "Cedorf"})).status_code == 303
        assert (await client.post(f"{page}/calls", data={"to": "Bedorf"})).status_code == 422
        assert (await client.post(f"{page}/calls", data={"to": "Nirgends"})).status_code == 422
    assert await mails(connection, "call") == [driver.email]
    context = await connection.fetchval("SELECT context FROM outbox WHERE template = 'rides/emails/call'")
    assert resident.email not in msgspec.json.encode(context).decode()


async def test_nobody_calls_all_day_long(connection: Connection, client: httpx.AsyncClient, resident: Person) -> None:
    road = await make_road(connection)
    await connection.executemany(
        "INSERT INTO ride_call (meeting_point_id, person_id, to_municipality, until_at) VALUES ($1, $2, $3, $4)",
        [(road.bench, resident.id, road.places.named("Adorf").municipality_id, datetime.now(UTC) - timedelta(hours=1))]
        * 5,
    )
    await sign_in(connection, client, resident)
    assert (await client.post(f"/meeting-points/{road.bench}/calls", data={"to": "Cedorf"})).status_code == 429


async def test_staff_keep_the_meeting_points_of_their_district(
    connection: Connection, client: httpx.AsyncClient
) -> None:
    road = await make_road(connection)
    district = await connection.fetchval("SELECT id FROM district")
    await sign_in(
        connection, client, await make_person(connection, "kreis@example.org", role="staff", district_id=district)
    )
    new = {"municipality": "Cedorf", "name": "Bank am Brunnen", "lat": "", "lon": "", "lit": "1", "description": ""}
    assert (await client.post("/district/meeting-points/new", data=new)).status_code == 303
    assert (await client.post("/district/meeting-points/new", data=new)).status_code == 422
    assert (await client.post("/district/meeting-points/new", data={**new, "name": "", "lat": "x"})).status_code == 422
    point = await connection.fetchval("SELECT id FROM meeting_point WHERE name = 'Bank am Brunnen'")
    assert "beleuchtet" in (await client.get(f"/meeting-points/{point}")).text
    assert "<svg" in (await client.get(f"/meeting-points/{point}/sheet")).text
    changed = {**new, "name": "Bank", "lat": "49,5", "lon": "7,47"}
    assert (await client.post(f"/district/meeting-points/{point}", data=changed)).status_code == 303
    assert (await client.post(f"/district/meeting-points/{point}/retirement")).status_code == 303
    assert (await client.get(f"/meeting-points/{point}")).status_code == 404
    elsewhere = await connection.fetchval(
        "INSERT INTO district (key, name, state) VALUES ('07999', 'Anderswo', 'RP') RETURNING id"
    )
    await sign_in(
        connection, client, await make_person(connection, "fremd@example.org", role="staff", district_id=elsewhere)
    )
    assert (await client.get(f"/district/meeting-points/{road.bench}")).status_code == 404
    assert (await client.post(f"/district/meeting-points/{road.bench}/retirement")).status_code == 404
    assert (await client.post("/district/meeting-points/new", data=new)).status_code == 422
