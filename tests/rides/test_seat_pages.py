"""Riders and drivers at the site, from the form to the thumbs; and the JSON API, which says the same."""

import html
import re
from datetime import timedelta

import httpx
import pytest

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.rides.cancelling import cancel_seat
from landbooking.rides.offering import offer_ride
from landbooking.rides.organisations import name_member
from landbooking.rides.ride import Ride
from landbooking.rides.rota import give_duty
from landbooking.rides.seat import Seat, seat_by_id
from support.people import bearer, make_person, sign_in
from support.rides import Road, make_ride, plan, tomorrow
from support.seats import ask, mails_to, make_organisation, over

WISH = {"day": f"{tomorrow()}", "from": "Adorf", "to": "Dedorf", "places": "1"}


@pytest.fixture
async def ride(connection: Connection, driver: Person, road: Road) -> Ride:
    return await make_ride(connection, driver, road, "Adorf", "Dedorf", seats=2, share_cents=200)


@pytest.fixture
async def seat(connection: Connection, resident: Person, ride: Ride, road: Road) -> Seat:
    return await ask(connection, resident, ride, road)


def text(answer: httpx.Response) -> str:
    """What stands on the page."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


async def test_from_the_form_to_the_yes(
    connection: Connection, client: httpx.AsyncClient, resident: Person, driver: Person, ride: Ride
) -> None:
    await sign_in(connection, client, resident)
    form = await client.get(f"/rides/{ride.id}/seat-requests/new", params=WISH)
    assert f'action="/rides/{ride.id}/seat-requests"' in form.text
    key = re.search(r'name="key" value="([^"]+)"', form.text)
    assert key is not None
    sent = {**WISH, "pick_up_place": "Hauptstraße 7", "key": key[1]}
    asked = await client.post(f"/rides/{ride.id}/seat-requests", data=sent)
    assert asked.status_code == 303
    again = await client.post(f"/rides/{ride.id}/seat-requests", data=sent)
    assert again.headers["location"] == asked.headers["location"]
    page = await client.get(asked.headers["location"])
    assert "angefragt, noch nicht zugesagt" in text(page)
    assert "Hauptstraße 7" in page.text  # one's own words
    assert "Adorf – Dedorf" in text(await client.get("/rides/seats"))
    await sign_in(connection, client, driver)
    assert "Adorf – Dedorf, 1 Platz" in text(await client.get("/rides/requests"))
    page = await client.get(asked.headers["location"])
    assert "Hauptstraße 7" not in page.text
    yes = await client.post(f"{asked.headers['location']}/acceptance", data={"version": "1"})
    assert yes.status_code == 303
    assert "Hauptstraße 7" in (await client.get(asked.headers["location"])).text
    assert "Hauptstraße 7" in (await client.get("/rides/requests")).text
    assert await mails_to(connection, resident) == ["acceptance"]


async def test_english_says_the_same(
    connection: Connection, client: httpx.AsyncClient, resident: Person, seat: Seat
) -> None:
    await sign_in(connection, client, resident)
    assert "asked for, not accepted yet" in text(await client.get(f"/en/rides/seats/{seat.id}"))


@pytest.mark.parametrize(
    ("wrong", "status", "sentence"),
    [
        ({"day": "morgen"}, 422, "Bitte ein Datum"),
        ({"from": "Nirgendwo"}, 422, "Nirgendwo"),
        ({"to": "Adorf"}, 422, "In dieser Richtung"),
        ({"places": "3"}, 409, "kein Platz mehr frei"),
        ({"needs": "pets"}, 422, "nicht mitnehmen"),
        ({"day": f"{tomorrow() + timedelta(days=1)}"}, 422, "An diesem Tag"),
    ],
)
async def test_a_mistake_is_said_and_nothing_typed_is_lost(
    connection: Connection,
    client: httpx.AsyncClient,
    resident: Person,
    ride: Ride,
    wrong: dict[str, str],
    status: int,
    sentence: str,
) -> None:
    await sign_in(connection, client, resident)
    sent = {**WISH, "pick_up_place": "Hauptstraße 7", **wrong}
    answer = await client.post(f"/rides/{ride.id}/seat-requests", data=sent)
    assert answer.status_code == status
    assert sentence in text(answer)
    for name, value in sent.items():
        assert name == "needs" or f'value="{value}"' in html.unescape(answer.text), name
    assert await connection.fetchval("SELECT count(*) FROM seat_request") == 0


async def test_there_and_back_in_one_form(
    connection: Connection, client: httpx.AsyncClient, resident: Person, driver: Person, road: Road, ride: Ride
) -> None:
    await offer_ride(connection, driver, plan(road, "Dedorf", "Adorf", minutes=17 * 60), ride.id)
    await sign_in(connection, client, resident)
    asked = await client.post(f"/rides/{ride.id}/seat-requests", data={**WISH, "with_return": "1"})
    page = await client.get(asked.headers["location"])
    assert "Dedorf – Adorf" in text(page)
    assert "Alles zusammen absagen" in text(page)
    gone = await client.post(f"{asked.headers['location']}/cancellation", data={"version": "1", "scope": "all"})
    assert gone.status_code == 303
    rows = await connection.fetch("SELECT status FROM seat_request")
    assert [row["status"] for row in rows] == ["cancelled", "cancelled"]
    assert "Andere Fahrten suchen" in text(await client.get(asked.headers["location"]))


async def test_where_the_way_back_is_full_nothing_is_asked_for_and_it_is_named(
    connection: Connection,
    client: httpx.AsyncClient,
    resident: Person,
    outsider: Person,
    driver: Person,
    road: Road,
    ride: Ride,
) -> None:
    back = await offer_ride(connection, driver, plan(road, "Dedorf", "Adorf", minutes=1020, instant=True), ride.id)
    taken = await ask(connection, outsider, back, road, "Dedorf", "Adorf")
    await sign_in(connection, client, resident)
    sent = {**WISH, "with_return": "1", "pick_up_place": "Am Bach 1"}
    answer = await client.post(f"/rides/{ride.id}/seat-requests", data=sent)
    assert answer.status_code == 409
    assert "Dedorf – Adorf, " in text(answer)
    assert "Deshalb ist noch nichts angefragt." in text(answer)
    assert "Am Bach 1" in answer.text
    await cancel_seat(connection, outsider, taken.id)
    standing = await client.post(f"/rides/{ride.id}/seat-requests", data=WISH)
    again = await client.post(f"/rides/{ride.id}/seat-requests", data=sent)
    assert again.status_code == 409
    assert f'href="{standing.headers["location"]}">Zu Ihrer Anfrage' in again.text
    assert await connection.fetchval("SELECT count(*) FROM seat_request") == 2


async def test_a_stale_click_leads_to_what_is_so_now(
    connection: Connection, client: httpx.AsyncClient, driver: Person, seat: Seat
) -> None:
    await sign_in(connection, client, driver)
    for verb in ("acceptance", "refusal", "cancellation"):
        answer = await client.post(f"/rides/seats/{seat.id}/{verb}", data={"version": "9"})
        assert answer.status_code == 409
        assert f"/rides/seats/{seat.id}" in answer.text
    assert await seat_by_id(connection, seat.id) == seat


VERBS = ["acceptance", "refusal", "cancellation", "feedback", "report", "block"]


@pytest.mark.parametrize("verb", VERBS)
async def test_others_find_nothing(
    connection: Connection, client: httpx.AsyncClient, outsider: Person, road: Road, seat: Seat, verb: str
) -> None:
    form = {"ridden": "yes", "text": "x"}
    path = f"/rides/seats/{seat.id}"
    assert (await client.post(f"{path}/{verb}", data=form)).status_code == 401
    assert (await client.get(path)).headers["location"].startswith("/sign-in")
    await make_ride(connection, outsider, road, "Adorf", "Dedorf")  # another driver
    await sign_in(connection, client, outsider)
    assert (await client.post(f"{path}/{verb}", data=form)).status_code == 404
    assert (await client.get(path)).status_code == 404
    assert (await client.get(f"{path}/calendar.ics")).status_code == 404
    assert await seat_by_id(connection, seat.id) == seat


async def test_both_say_once_how_it_was(
    connection: Connection, client: httpx.AsyncClient, resident: Person, driver: Person, seat: Seat
) -> None:
    path = f"/rides/seats/{seat.id}/feedback"
    await connection.execute("UPDATE seat_request SET status = 'accepted', until_at = NULL")
    await sign_in(connection, client, resident)
    assert (await client.post(path, data={"ridden": "yes", "thumb": "up"})).status_code == 409
    await over(connection, seat)
    for person, thumb in ((resident, "up"), (driver, "down")):
        await sign_in(connection, client, person)
        assert "Wie war die Fahrt?" in text(await client.get(f"/rides/seats/{seat.id}"))
        assert (await client.post(path, data={"ridden": "yes", "thumb": thumb})).status_code == 303
        assert (await client.post(path, data={"ridden": "no"})).status_code == 409
    rows = await connection.fetch("SELECT about_id, thumb_up, ridden FROM ride_feedback ORDER BY from_driver")
    assert [tuple(row) for row in rows] == [(driver.id, True, True), (resident.id, False, True)]
    await connection.execute("UPDATE ride SET ended_at = now()")
    assert await connection.fetchval("SELECT count(*) FROM ride_feedback") == 2


async def test_sums_are_shown_from_three_ratings_up(
    connection: Connection, client: httpx.AsyncClient, resident: Person, driver: Person, road: Road, seat: Seat
) -> None:
    await sign_in(connection, client, driver)
    for number in range(3):
        assert "waren zufrieden" not in (await client.get(f"/rides/seats/{seat.id}")).text
        before = await make_ride(connection, driver, road, "Adorf", "Dedorf")
        old = await ask(connection, resident, before, road)
        await over(connection, old)
        assert (
            await client.post(
                f"/rides/seats/{old.id}/feedback", data={"ridden": "yes", "thumb": "up" if number else "down"}
            )
        ).status_code == 303
    assert "2 von 3 waren zufrieden." in text(await client.get(f"/rides/seats/{seat.id}"))


async def test_blocking_is_silent_and_mutual(
    connection: Connection, client: httpx.AsyncClient, resident: Person, driver: Person, ride: Ride, seat: Seat
) -> None:
    await sign_in(connection, client, resident)
    assert (await client.post(f"/rides/seats/{seat.id}/block")).status_code == 303
    assert "Sie beide finden einander nicht mehr." in text(await client.get("/rides/seats"))
    assert (await seat_by_id(connection, seat.id)).status == "cancelled"
    refused = await client.post(f"/rides/{ride.id}/seat-requests", data=WISH)
    unknown = await client.post("/rides/999999/seat-requests", data=WISH)
    assert (refused.status_code, text(refused)) == (404, text(unknown))
    assert "blockiert" in text(await client.get("/rides/profile"))
    await sign_in(connection, client, driver)
    assert "nicht mehr blockieren" not in text(await client.get("/rides/profile")).lower()
    assert await mails_to(connection, driver) == ["request", "cancellation_by_rider"]
    await sign_in(connection, client, resident)
    assert (await client.post(f"/rides/blocks/{driver.id}/removal")).status_code == 303
    assert (await client.post(f"/rides/{ride.id}/seat-requests", data=WISH)).status_code == 303


async def test_a_report_is_for_staff_of_the_district(
    connection: Connection, client: httpx.AsyncClient, resident: Person, driver: Person, seat: Seat
) -> None:
    await sign_in(connection, client, resident)
    assert (await client.post(f"/rides/seats/{seat.id}/report", data={"text": "Fuhr zu schnell"})).status_code == 303
    here = await connection.fetchval("SELECT id FROM district WHERE key = '07336'")
    there = await connection.fetchval(
        "INSERT INTO district (key, name, state) VALUES ('07335', 'Nachbarkreis', 'RP') RETURNING id"
    )
    report_id = await connection.fetchval("SELECT id FROM ride_report")
    staff = await make_person(connection, "kreis@example.org", role="staff", district_id=here)
    other = await make_person(connection, "anderer@example.org", role="staff", district_id=there)
    for person, status in ((driver, 403), (other, 404)):
        await sign_in(connection, client, person)
        assert "Fuhr zu schnell" not in (await client.get("/district/rides")).text
        assert (await client.post(f"/district/rides/reports/{report_id}/handling")).status_code == status
    await sign_in(connection, client, staff)
    page = text(await client.get("/district/rides"))
    assert "Fuhr zu schnell" in page
    assert "Frieda Fahrerin" in page
    assert (await client.post(f"/district/rides/reports/{report_id}/handling")).status_code == 303
    assert "Fuhr zu schnell" not in (await client.get("/district/rides")).text


async def test_the_api_says_the_same(
    connection: Connection,
    client: httpx.AsyncClient,
    resident: Person,
    outsider: Person,
    driver: Person,
    ride: Ride,
    road: Road,
) -> None:
    rider, wheel, stranger = [await bearer(connection, person) for person in (resident, driver, outsider)]
    body = {
        "day": f"{tomorrow()}",
        "pick_up": {"municipality_id": road.places.named("Adorf").municipality_id},
        "drop_off": {"municipality_id": road.places.named("Dedorf").municipality_id},
        "pick_up_place": "Hauptstraße 7",
    }
    of_ride = f"/api/v1/rides/{ride.id}/seat-requests"
    asked = await client.post(of_ride, json=body, headers={**rider, "Idempotency-Key": "k1"})
    assert asked.status_code == 201
    again = await client.post(of_ride, json=body, headers={**rider, "Idempotency-Key": "k1"})
    assert again.json() == asked.json()
    assert (await client.post(of_ride, json=body, headers=rider)).json()["type"].endswith(":already-asked")
    seat = asked.json()
    assert (seat["status"], seat["waits_for"], seat["contact"]) == ("requested", "driver", None)
    assert (await client.get(of_ride, headers=rider)).status_code == 404
    assert (await client.get(of_ride, headers=stranger)).status_code == 404
    assert [one["id"] for one in (await client.get(of_ride, headers=wheel)).json()] == [seat["id"]]
    path = f"/api/v1/seat-requests/{seat['id']}"
    for headers in ({}, stranger):
        for verb in ("acceptance", "refusal", "cancellation"):
            answer = await client.post(f"{path}/{verb}", json={}, headers=headers)
            assert answer.status_code == (404 if headers else 401)
    assert (await client.post(f"{path}/acceptance", json={}, headers=rider)).status_code == 404
    yes = await client.post(f"{path}/acceptance", json={"version": 1}, headers=wheel)
    assert (yes.status_code, yes.json()["status"]) == (200, "accepted")
    assert yes.json()["contact"]["pick_up_place"] == "Hauptstraße 7"
    stale = await client.post(f"{path}/cancellation", json={"version": 1}, headers=rider)
    assert (stale.status_code, stale.json()["type"]) == (409, "urn:landbooking:problem:changed-meanwhile")
    early = await client.post(f"{path}/feedback", json={"ridden": True}, headers=rider)
    assert early.json()["type"].endswith(":not-yet-ridden")
    gone = await client.post(f"{path}/cancellation", json={}, headers=rider)
    assert gone.json()["status"] == "cancelled"
    assert (await client.get("/api/v1/seat-requests", headers=rider)).json()["items"][0]["id"] == seat["id"]
    nowhere = {**body, "pick_up": {"municipality_id": 2**31 - 1}}
    wrong = await client.post(of_ride, json=nowhere, headers=rider)
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "pick_up")


async def test_volunteers_have_a_rota_and_a_telephone(
    connection: Connection, client: httpx.AsyncClient, resident: Person, outsider: Person, driver: Person, road: Road
) -> None:
    organisation_id, bus = await make_organisation(connection, driver, road)
    root = f"/rides/organisations/{organisation_id}"
    await name_member(connection, organisation_id, outsider.email, "driver")
    for person in (resident, outsider):  # a driver sees duties, not the telephone book
        await sign_in(connection, client, person)
        assert (await client.get(root)).status_code == 404
        assert (await client.post(f"{root}/duties", data={"ride": "1", "day": WISH["day"]})).status_code == 404
    await sign_in(connection, client, driver)
    assert "noch offen" in text(await client.get(root))
    duty = {"ride": f"{bus.id}", "day": WISH["day"], "person": f"{outsider.id}"}
    assert (await client.post(f"{root}/duties", data=duty)).status_code == 303
    assert (await client.post(f"{root}/duties", data={**duty, "person": f"{resident.id}"})).status_code == 422
    guest = {**WISH, "ride": f"{bus.id}", "name": "Oma Erna", "phone": "06381 999", "pick_up_place": "Gartenweg 2"}
    booked = await client.post(f"{root}/bookings/new", data=guest)
    assert booked.status_code == 303
    page = await client.get(root)
    assert "Oma Erna" in page.text
    assert "06381 999" in page.text
    await sign_in(connection, client, outsider)
    assert "Bürgerbus" in text(await client.get("/rides/duties"))
    riding = text(await client.get("/rides/requests"))
    assert "Oma Erna" in riding
    assert "Gartenweg 2" in riding
    seat_id = await connection.fetchval("SELECT id FROM seat_request")
    assert (await client.post(f"{root}/bookings/{seat_id}/cancellation", data={})).status_code == 404
    staff = await make_person(connection, "kreis@example.org", role="staff", district_id=bus.district_id)
    await sign_in(connection, client, staff)
    assert (await client.post(f"{root}/bookings/{seat_id}/cancellation", data={"version": "1"})).status_code == 303
    assert (await seat_by_id(connection, seat_id)).status == "cancelled"
    assert "Oma Erna" not in (await client.get(root)).text


async def test_who_has_the_duty_answers_and_is_told(
    connection: Connection, client: httpx.AsyncClient, resident: Person, outsider: Person, driver: Person, road: Road
) -> None:
    organisation_id, bus = await make_organisation(connection, driver, road)
    await name_member(connection, organisation_id, outsider.email, "driver")
    await give_duty(connection, organisation_id, bus.id, tomorrow(), outsider.id)
    seat = await ask(connection, resident, bus, road)
    assert seat.drivers == {driver.id, outsider.id}
    assert await mails_to(connection, outsider) == await mails_to(connection, driver) == ["request"]
    await sign_in(connection, client, outsider)
    assert (await client.post(f"/rides/seats/{seat.id}/acceptance", data={"version": "1"})).status_code == 303
    await sign_in(connection, client, resident)
    assert "06381 55" in (await client.get(f"/rides/seats/{seat.id}")).text


async def test_staff_run_organisations_of_their_district(
    connection: Connection, client: httpx.AsyncClient, resident: Person, road: Road
) -> None:
    here = await connection.fetchval("SELECT id FROM district WHERE key = '07336'")
    staff = await make_person(connection, "kreis@example.org", role="staff", district_id=here)
    await sign_in(connection, client, staff)
    made = await client.post("/district/rides/organisations", data={"name": "Bürgerbus Altenglan", "phone": ""})
    path = made.headers["location"]
    assert (await client.post(f"{path}/members", data={"email": "kein", "role": "driver"})).status_code == 422
    named = await client.post(f"{path}/members", data={"email": resident.email, "role": "manager"})
    assert named.status_code == 303
    assert resident.email in text(await client.get(path))
    await sign_in(connection, client, resident)
    assert (await client.get(path)).status_code == 403
    assert "Bürgerbus Altenglan" in text(await client.get("/rides/profile"))
    await sign_in(connection, client, staff)
    assert (await client.post(f"{path}/members/{resident.id}/removal")).status_code == 303
    assert resident.email not in text(await client.get(path))
