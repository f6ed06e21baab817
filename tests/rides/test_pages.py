"""Looking for a ride and offering one, as people do it over HTTP."""

import re
from datetime import timedelta

import httpx
import pytest

from landbooking.accounts.person import Person
from landbooking.database import Connection
from support.people import make_person, sign_in
from support.rides import make_ride, make_road, tomorrow

OFFER = {
    "from": "Adorf", "via_1": "Bedorf, Mitfahrbank", "to": "Dedorf", "from_exact": "Ahornweg 7", "repeats": "once",
    "date": f"{tomorrow()}", "time": "07:00", "seats": "2", "flexible": "15", "detour": "10", "share": "",
    "carries": ["luggage"], "note": "Bitte pünktlich", "with_return": "1", "back_time": "16:30",
}  # fmt: skip


@pytest.fixture
async def driver(connection: Connection) -> Person:
    return await make_person(connection, "fahrerin@example.org", name="Fahrerin Müller")


async def test_an_offer_with_its_way_back_is_found_by_village_names_alone(
    connection: Connection, client: httpx.AsyncClient, driver: Person
) -> None:
    await make_road(connection)
    await sign_in(connection, client, driver)
    answer = await client.post("/rides/new", data=OFFER)
    assert (answer.status_code, answer.headers["location"]) == (303, "/rides/mine")
    mine = (await client.get("/rides/mine")).text
    assert "07:00" in mine
    assert "16:30" in mine
    assert await connection.fetchval("SELECT count(*) FROM ride WHERE outward_id IS NOT NULL") == 1

    client.cookies.clear()
    query = {"from": "bedorf", "to": "cedorf", "day": f"{tomorrow()}", "when": "arrive", "at": "08:00"}
    found = await client.get("/rides/search", params=query)
    assert found.status_code == 200
    assert "1 Fahrt passt" in found.text
    assert "kommt hier ohnehin vorbei" in found.text
    ride_id = await connection.fetchval("SELECT id FROM ride WHERE outward_id IS NULL")
    page = await client.get(f"/rides/{ride_id}", params={"day": f"{tomorrow()}", "from": "Bedorf", "to": "Cedorf"})
    assert page.status_code == 200
    assert "<polyline" in page.text
    assert "Adorf → Bedorf, Mitfahrbank → Dedorf" in page.text
    for secret in ("Ahornweg", "Müller", "fahrerin@", "Fahrerin M"):
        assert secret not in found.text + page.text


async def test_an_offer_that_is_sent_twice_is_offered_once(
    connection: Connection, client: httpx.AsyncClient, driver: Person
) -> None:
    await make_road(connection)
    await sign_in(connection, client, driver)
    [key] = re.findall(r'name="key" value="([^"]+)"', (await client.get("/rides/new")).text)
    refused = await client.post("/rides/new", data={**OFFER, "key": key, "seats": "9"})
    assert refused.status_code == 422
    for _again in range(2):
        answer = await client.post("/rides/new", data={**OFFER, "key": key})
        assert (answer.status_code, answer.headers["location"]) == (303, "/rides/mine")
    assert await connection.fetchval("SELECT count(*) FROM ride") == 2, "there and back"
    other = await client.post("/rides/new", data={**OFFER, "key": key, "time": "08:00"})
    assert other.status_code == 422
    assert "schon eine Fahrt angeboten" in other.text
    assert 'value="08:00"' in other.text
    assert await connection.fetchval("SELECT count(*) FROM ride") == 2
    [fresh] = re.findall(r'name="key" value="([^"]+)"', other.text)
    assert (await client.post("/rides/new", data={**OFFER, "key": fresh, "time": "08:00"})).status_code == 303
    assert await connection.fetchval("SELECT count(*) FROM ride") == 4


async def test_the_form_tells_all_mistakes_and_keeps_what_was_typed(
    connection: Connection, client: httpx.AsyncClient, driver: Person
) -> None:
    await make_road(connection)
    await sign_in(connection, client, driver)
    answer = await client.post("/rides/new", data={**OFFER, "to": "Nirgends", "seats": "9", "time": "", "share": "x"})
    assert answer.status_code == 422
    for field in ("to", "seats", "time", "share"):
        assert f'href="#field-{field}"' in answer.text, field
    assert "Ahornweg 7" in answer.text
    assert await connection.fetchval("SELECT count(*) FROM ride") == 0


async def test_a_share_above_the_law_is_refused_and_the_proposal_is_shown(
    connection: Connection, client: httpx.AsyncClient, driver: Person
) -> None:
    await make_road(connection)
    await sign_in(connection, client, driver)
    answer = await client.post("/rides/new", data={**OFFER, "share": "50"})
    assert answer.status_code == 422
    assert "dürfen nicht mehr geben, als die Fahrt kostet" in answer.text
    shown = await client.post("/rides/new", data={**OFFER, "action": "propose"})
    assert shown.status_code == 200
    assert "Vorschlag für 26 km: 2,60" in shown.text
    assert await connection.fetchval("SELECT count(*) FROM ride") == 0


async def test_what_nearly_fits_is_shown_with_what_misses(
    connection: Connection, client: httpx.AsyncClient, driver: Person
) -> None:
    road = await make_road(connection)
    await make_ride(connection, driver, road, "Adorf", "Dedorf")
    query = {"from": "Bedorf", "to": "Cedorf", "day": f"{tomorrow()}", "when": "leave", "at": "12:00"}
    assert "zu einer anderen Zeit" in (await client.get("/rides/search", params=query)).text
    query = {"from": "Bedorf", "to": "Cedorf", "day": f"{tomorrow() - timedelta(days=1)}"}
    assert "an einem anderen Tag" in (await client.get("/rides/search", params=query)).text
    query |= {"day": f"{tomorrow()}", "needs": "pets"}
    assert "nimmt nicht alles mit" in (await client.get("/rides/search", params=query)).text


async def test_a_driver_skips_a_day_pauses_changes_and_ends(
    connection: Connection, client: httpx.AsyncClient, driver: Person
) -> None:
    await make_road(connection)
    await sign_in(connection, client, driver)
    weekly = {**OFFER, "repeats": "weekly", "first": f"{tomorrow()}", **{f"time_{day}": "07:00" for day in range(1, 8)}}
    weekly.pop("with_return")
    assert (await client.post("/rides/new", data=weekly)).status_code == 303
    ride_id = await connection.fetchval("SELECT id FROM ride")
    await client.post(f"/rides/{ride_id}/days", data={"day": f"{tomorrow()}"})
    await client.post(f"/rides/{ride_id}/days", data={"day": f"{tomorrow() + timedelta(days=1)}", "time": "09:15"})
    last = tomorrow() + timedelta(days=5)
    await client.post(f"/rides/{ride_id}/pauses", data={"first": f"{last}", "last": f"{last}"})
    mine = (await client.get("/rides/mine")).text
    assert f"day={tomorrow()}" not in mine
    assert f"day={last}" not in mine
    assert "09:15" in mine
    again = await client.post(f"/rides/{ride_id}/pauses", data={"first": f"{last}", "last": f"{last}"})
    assert again.status_code == 409
    form = await client.get(f"/rides/{ride_id}/change")
    assert "Ahornweg 7" in form.text
    stale = await client.post(f"/rides/{ride_id}/change", data={**weekly, "version": "1", "seats": "4"})
    assert stale.status_code == 409
    version = await connection.fetchval("SELECT version FROM ride")
    changed = await client.post(f"/rides/{ride_id}/change", data={**weekly, "version": f"{version}", "seats": "4"})
    assert changed.status_code == 303
    assert await connection.fetchval("SELECT seats FROM ride") == 4
    assert (await client.post(f"/rides/{ride_id}/end", data={})).status_code == 303
    assert await connection.fetchval("SELECT ended_at IS NOT NULL FROM ride")
    assert "Sie bieten gerade keine Fahrt an" in (await client.get("/rides/mine")).text


@pytest.mark.parametrize("path", ["change", "days", "pauses", "pauses/removal", "end"])
async def test_nobody_changes_the_ride_of_another(
    connection: Connection, client: httpx.AsyncClient, driver: Person, resident: Person, path: str
) -> None:
    road = await make_road(connection)
    ride = await make_ride(connection, driver, road, "Adorf", "Dedorf")
    assert (await client.post(f"/rides/{ride.id}/{path}", data={})).status_code == 401
    await sign_in(connection, client, resident)
    assert (await client.post(f"/rides/{ride.id}/{path}", data={})).status_code == 403
    assert await connection.fetchval("SELECT version FROM ride") == 1


async def test_who_is_blocked_finds_nothing(
    connection: Connection, client: httpx.AsyncClient, driver: Person, resident: Person
) -> None:
    road = await make_road(connection)
    ride = await make_ride(connection, driver, road, "Adorf", "Dedorf")
    await connection.execute("INSERT INTO person_block VALUES ($1, $2)", resident.id, driver.id)
    await sign_in(connection, client, resident)
    query = {"from": "Adorf", "to": "Dedorf", "day": f"{tomorrow()}"}
    assert "Dafür gibt es gerade keine Fahrt" in (await client.get("/rides/search", params=query)).text
    assert (await client.get(f"/rides/{ride.id}", params=query)).status_code == 404


async def test_a_ride_for_women_is_found_by_women_only(
    connection: Connection, client: httpx.AsyncClient, driver: Person, resident: Person
) -> None:
    road = await make_road(connection)
    await make_ride(connection, driver, road, "Adorf", "Dedorf", women_only=True)
    query = {"from": "Adorf", "to": "Dedorf", "day": f"{tomorrow()}"}
    assert "Fahrt passt" not in (await client.get("/rides/search", params=query)).text
    await sign_in(connection, client, resident)
    assert "Fahrt passt" not in (await client.get("/rides/search", params=query)).text
    await connection.execute("INSERT INTO ride_profile (person_id, is_woman) VALUES ($1, true)", resident.id)
    assert "1 Fahrt passt" in (await client.get("/rides/search", params=query)).text
    assert "Fahrt passt" not in (await client.get("/rides/search", params={**query, "women_only": "1"})).text


async def test_a_minor_drives_with_a_guardians_consent_only(
    connection: Connection, client: httpx.AsyncClient, driver: Person
) -> None:
    road = await make_road(connection)
    await make_ride(connection, driver, road, "Adorf", "Dedorf")
    query = {"from": "Adorf", "to": "Dedorf", "day": f"{tomorrow()}"}
    birthday = tomorrow() + timedelta(days=100)
    await connection.execute("INSERT INTO ride_profile (person_id, of_age_on) VALUES ($1, $2)", driver.id, birthday)
    assert "Fahrt passt" not in (await client.get("/rides/search", params=query)).text
    await connection.execute(
        """INSERT INTO guardian_consent (person_id, purpose, text_version, expires_at, channel, granted_at)
           VALUES ($1, 'rides', 1, now(), 'paper', now())""",
        driver.id,
    )
    assert "1 Fahrt passt" in (await client.get("/rides/search", params=query)).text


async def test_seats_that_are_taken_are_not_offered_again_but_on_another_leg(
    connection: Connection, client: httpx.AsyncClient, driver: Person
) -> None:
    road = await make_road(connection)
    ride = await make_ride(connection, driver, road, "Adorf", "Dedorf", seats=1)
    await connection.execute(
        """INSERT INTO seat_request (ride_id, day, leg, period, pick_up_municipality, drop_off_municipality,
                                     share_cents, status)
           SELECT $1, $2, int4range(0, $3), tstzrange(now(), now() + interval '1 hour'), id, id, 0, 'accepted'
           FROM municipality LIMIT 1""",
        ride.id,
        tomorrow(),
        ride.destination.at_m // 3,
    )
    query = {"from": "Adorf", "to": "Bedorf", "day": f"{tomorrow()}"}
    assert "nicht genug freie Plätze" in (await client.get("/rides/search", params=query)).text
    query = {"from": "Cedorf", "to": "Dedorf", "day": f"{tomorrow()}"}
    assert "1 Fahrt passt" in (await client.get("/rides/search", params=query)).text


async def test_mistakes_are_listed_in_the_order_of_the_form(client: httpx.AsyncClient) -> None:
    answer = await client.get("/rides/search", params={"from": "Nirgends", "to": "", "at": "99"})
    assert answer.status_code == 422
    assert re.findall(r'href="#field-(\w+)"', answer.text) == ["from", "to", "day", "at"]
