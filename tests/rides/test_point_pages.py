"""A stop as a point on the map, by the form over HTTP: typed, or shown on the map without a script."""

import html
import re
from typing import Any

import httpx
import pytest

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.rides.ride import ExactPlace, ride_by_id
from landbooking.rides.way import Point, distance
from support.people import make_person, sign_in
from support.rides import VILLAGES, make_ride, make_road, tomorrow
from support.seats import make_organisation

OFFER = {
    "from": "49.512345, 7.312345", "via_1": "49,5021 7,3851", "to": "geo:49.5,7.59?z=17", "from_exact": "Ahornweg 7",
    "repeats": "weekly", "date": f"{tomorrow()}", "first": f"{tomorrow()}",
    f"time_{tomorrow().isoweekday()}": "07:00", "seats": "2", "flexible": "15", "detour": "10", "share": "",
    "note": "Bitte pünktlich", "with_return": "1", f"back_{tomorrow().isoweekday()}": "16:30", "not_on_holidays": "1",
    "carries": ["luggage", "pets"],
}  # fmt: skip


@pytest.fixture
async def driver(connection: Connection, client: httpx.AsyncClient) -> Person:
    driver = await make_person(connection, "fahrerin@example.org", name="Fahrerin Müller")
    await sign_in(connection, client, driver)
    return driver


def fields_of(answer: httpx.Response) -> dict[str, Any]:
    """What the page's form sends, as a browser would read it there: hidden fields of the map."""
    pairs = re.findall(r'<input type="hidden" name="(.*?)" value="(.*?)">', answer.text)
    names = {name for name, _value in pairs}
    return {name: [html.unescape(value) for one, value in pairs if one == name] for name in names}


def value_of(answer: httpx.Response, field: str) -> str:
    found = re.search(rf'id="field-{field}" name="{field}" value="(.*?)"', answer.text)
    assert found, field
    return html.unescape(found[1])


async def test_points_become_the_places_nearest_to_them(
    connection: Connection, client: httpx.AsyncClient, driver: Person
) -> None:
    await make_road(connection)
    shown = await client.post("/rides/new", data={**OFFER, "action": "propose"})
    assert shown.status_code == 200
    assert re.findall(r"Alle anderen sehen nur: ([^<]+)<", shown.text) == ["Adorf", "Bedorf, Mitfahrbank", "Dedorf"]
    assert value_of(shown, "via_1") == "49,5021 7,3851"
    assert (await client.post("/rides/new", data=OFFER)).status_code == 303

    ride_id = await connection.fetchval("SELECT id FROM ride WHERE outward_id IS NULL")
    ride = await ride_by_id(connection, ride_id)
    assert [stop.place.label for stop in ride.stops] == ["Adorf", "Bedorf, Mitfahrbank", "Dedorf"]
    assert [stop.exact for stop in ride.stops] == [
        ExactPlace("Ahornweg 7", 49.512345, 7.312345), ExactPlace("", 49.5021, 7.3851), ExactPlace("", 49.5, 7.59),
    ]  # fmt: skip
    ends = ride.way.milestones[0], ride.way.milestones[-1]
    assert [(end.lat, end.lon) for end in ends] == [(49.5, VILLAGES["Adorf"]), (49.5, VILLAGES["Dedorf"])]
    back = await ride_by_id(connection, await connection.fetchval("SELECT id FROM ride WHERE outward_id IS NOT NULL"))
    assert back.destination.exact == ride.start.exact

    form = await client.get(f"/rides/{ride_id}/change")
    assert [value_of(form, name) for name in ("from", "via_1", "to")] == [
        "49.512345, 7.312345", "49.5021, 7.3851", "49.5, 7.59",
    ]  # fmt: skip
    assert "49.5123" not in (await client.get("/rides/mine")).text


async def test_what_others_see_is_the_same_as_of_the_place_itself(
    connection: Connection, client: httpx.AsyncClient, driver: Person
) -> None:
    """Way, share and cells, so that nothing can be reckoned back from them."""
    await make_road(connection)
    names = {"from": "Adorf", "via_1": "Bedorf, Mitfahrbank", "to": "Dedorf"}
    for offer in (OFFER, {**OFFER, **names}):
        assert (await client.post("/rides/new", data=offer)).status_code == 303
    rows = await connection.fetch("SELECT way, way_m, way_s, cells, share_cents FROM ride WHERE outward_id IS NULL")
    assert len(rows) == 2
    assert dict(rows[0]) == dict(rows[1])


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("49.5396", "besteht aus zwei Zahlen"),
        ("49.5, 7.4, 3.2", "besteht aus zwei Zahlen"),
        ("geo:", "besteht aus zwei Zahlen"),
        ("52.5200, 13.4050", "mehr als 5 km vom nächsten Ort"),
        ("7.30, 49.5", "Bitte wählen Sie eine nähere"),
    ],
)
async def test_what_is_no_stop_is_told_and_nothing_is_lost(
    connection: Connection, client: httpx.AsyncClient, driver: Person, typed: str, sentence: str
) -> None:
    await make_road(connection)
    answer = await client.post("/rides/new", data={**OFFER, "via_1": typed})
    assert answer.status_code == 422
    assert re.findall(r'href="#field-(\w+)"', answer.text) == ["via_1"]
    assert sentence in answer.text
    assert [value_of(answer, name) for name in ("from", "via_1", "from_exact")] == [
        OFFER["from"], typed, OFFER["from_exact"],
    ]  # fmt: skip
    assert await connection.fetchval("SELECT count(*) FROM ride") == 0


async def test_start_and_destination_in_one_village_are_no_ride(
    connection: Connection, client: httpx.AsyncClient, driver: Person
) -> None:
    """Though the two points lie more than a kilometre apart: others would see no way at all."""
    await make_road(connection)
    answer = await client.post("/rides/new", data={**OFFER, "via_1": "", "to": "49.49, 7.29"})
    assert answer.status_code == 422
    assert "mindestens einen Kilometer" in answer.text


async def test_a_stop_is_shown_on_the_map_and_nothing_typed_is_lost(
    connection: Connection, client: httpx.AsyncClient, driver: Person
) -> None:
    await make_road(connection)
    typed = {**OFFER, "from": "adorf", "seats": "neun", "organisation": "", "women_only": "1"}
    page = await client.post("/rides/new/point", data={**typed, "stop": "from"})
    assert page.status_code == 200
    assert "Start auf der Karte zeigen" in page.text
    assert "in der Ortsmitte von Adorf" in page.text
    assert "Diese Stelle nehmen" not in page.text
    for _click in range(2):  # a little to the right and above the middle
        page = await client.post("/rides/new/point", data={**fields_of(page), "at_280.x": "180", "at_280.y": "100"})
    assert "Alle anderen sehen nur: Adorf" in page.text
    assert "nordöstlich der Ortsmitte von Adorf" in page.text

    kept = await client.post("/rides/new/point", data={**fields_of(page), "done": "leave"})
    assert value_of(kept, "from") == "adorf"
    taken = await client.post("/rides/new/point", data={**fields_of(page), "done": "take"})
    lat, lon = map(float, value_of(taken, "from").split(", "))
    away = (8000 + 2000) * 40 / 280  # metres to the north, and as many to the east
    assert distance(Point(lat, lon), Point(49.5 + away / 111_195, 7.30 + away / 72_215)) < 5
    for answer in (kept, taken):
        for name in ("via_1", "to", "from_exact", "first", "seats", f"back_{tomorrow().isoweekday()}"):
            assert value_of(answer, name) == typed[name], name
        assert "Bitte pünktlich" in answer.text
        ticked = re.findall(r'name="(\w+)" value="(\w+)" checked', answer.text)
        assert {("with_return", "1"), ("not_on_holidays", "1"), ("women_only", "1"), ("repeats", "weekly")} < set(
            ticked
        )
        assert {("carries", "luggage"), ("carries", "pets")} < set(ticked)
        assert ("carries", "bicycle") not in ticked
        assert ("instant", "1") not in ticked
    assert await connection.fetchval("SELECT count(*) FROM ride") == 0


async def test_without_a_place_the_map_begins_with_the_district(
    connection: Connection, client: httpx.AsyncClient, driver: Person
) -> None:
    await make_road(connection)
    for typed in ("", "Nirgends", "52.52, 13.4", "49.5"):
        page = await client.post("/rides/new/point", data={"to": typed, "stop": "to"})
        assert "Ziel auf der Karte zeigen" in page.text
        assert 'name="level" value="0"' in page.text, typed
        assert ">Bedorf</text>" in page.text
    near = await client.post("/rides/new/point", data={"to": "49.5001, 7.3001", "stop": "to"})
    assert "Diese Stelle nehmen" in near.text


async def test_outside_of_the_district_nothing_is_taken(
    connection: Connection, client: httpx.AsyncClient, driver: Person
) -> None:
    await make_road(connection)
    seen = {**OFFER, "stop": "to", "spot": "49.46, 7.2", "level": "2"}
    page = await client.post("/rides/new/point", data=seen)
    assert page.status_code == 200
    assert "mehr als 5 km vom nächsten Ort" in page.text
    assert "Diese Stelle nehmen" not in page.text
    forced = await client.post("/rides/new/point", data={**seen, "done": "take"})
    assert forced.status_code == 422
    assert "mehr als 5 km vom nächsten Ort" in forced.text
    back = await client.post("/rides/new/point", data={**fields_of(forced), "done": "leave"})
    assert value_of(back, "to") == OFFER["to"]


async def test_a_driver_moves_a_stop_of_a_ride_and_others_do_not(
    connection: Connection, client: httpx.AsyncClient, driver: Person, outsider: Person
) -> None:
    road = await make_road(connection)
    ride = await make_ride(connection, driver, road, "Adorf", "Dedorf")
    path = f"/rides/{ride.id}/change/point"
    once = {"repeats": "once", "date": f"{tomorrow()}", "time": "07:00", "seats": "2", "to": "Dedorf"}
    page = await client.post(path, data={**once, "from": "49.5123, 7.3123", "stop": "from"})
    moved = await client.post(path, data={**fields_of(page), "step": "north"})
    form = await client.post(path, data={**fields_of(moved), "done": "take"})
    assert f'action="/rides/{ride.id}/change"' in form.text
    assert value_of(form, "from") == "49.513199, 7.3123"
    changed = await client.post(
        f"/rides/{ride.id}/change", data={**once, "from": value_of(form, "from"), "version": f"{ride.version}"}
    )
    assert changed.status_code == 303
    assert (await ride_by_id(connection, ride.id)).start.exact == ExactPlace("", 49.513199, 7.3123)
    assert (await client.get(path)).headers["location"] == f"/rides/{ride.id}/change"
    assert (await client.get("/rides/new/point")).headers["location"] == "/rides/new"

    await sign_in(connection, client, outsider)
    for method in ("GET", "POST"):
        assert (
            await client.request(method, path, data={"stop": "from"} if method == "POST" else None)
        ).status_code == 403
    client.cookies.clear()
    assert (await client.post(path, data={"stop": "from"})).status_code == 401
    assert (await client.post("/rides/new/point", data={"stop": "from"})).status_code == 401


async def test_what_was_changed_meanwhile_is_not_overwritten_by_who_comes_from_the_map_or_from_an_error(
    connection: Connection, client: httpx.AsyncClient, driver: Person
) -> None:
    ride = await make_ride(connection, driver, await make_road(connection), "Adorf", "Dedorf")
    change = f"/rides/{ride.id}/change"
    once = {"repeats": "once", "date": f"{tomorrow()}", "time": "07:00", "seats": "2", "from": "Adorf", "to": "Dedorf"}
    read = {**once, **fields_of(await client.get(change))}
    page = await client.post(f"{change}/point", data={**read, "stop": "from"})
    await connection.execute("UPDATE ride SET note = 'Radio', version = version + 1")
    from_map = await client.post(f"{change}/point", data={**fields_of(page), "done": "leave"})
    wrong = await client.post(change, data={**read, "seats": "neun"})
    assert (from_map.status_code, wrong.status_code) == (200, 422)
    for form in (from_map, wrong):
        answer = await client.post(change, data={**once, **fields_of(form)})
        assert answer.status_code == 409
        assert "inzwischen geändert" in answer.text
    assert await connection.fetchval("SELECT note FROM ride") == "Radio"
    answer = await client.post(change, data={**once, **fields_of(await client.get(change))})
    assert answer.status_code == 303


async def test_for_an_association_the_choice_stays(
    connection: Connection, client: httpx.AsyncClient, driver: Person
) -> None:
    organisation_id, _bus = await make_organisation(connection, driver, await make_road(connection))
    page = await client.post("/rides/new/point", data={**OFFER, "organisation": organisation_id, "stop": "via_2"})
    assert "Zwischenhalt 2 auf der Karte zeigen" in page.text
    form = await client.post("/rides/new/point", data={**fields_of(page), "done": "leave"})
    assert f'name="organisation" value="{organisation_id}" checked' in form.text


@pytest.mark.parametrize("stop", ["", "note", "via_4", "x" * 1000])
async def test_there_are_no_other_stops(
    connection: Connection, client: httpx.AsyncClient, driver: Person, stop: str
) -> None:
    await make_road(connection)
    assert (await client.post("/rides/new/point", data={**OFFER, "stop": stop})).status_code == 404


async def test_where_there_are_no_places_there_is_no_map(client: httpx.AsyncClient, driver: Person) -> None:
    assert (await client.post("/rides/new/point", data={"stop": "from"})).status_code == 404
    typed = await client.post("/rides/new", data=OFFER)
    assert typed.status_code == 422
    assert "Hier gibt es noch keine Orte" in typed.text


async def test_a_search_takes_no_points(connection: Connection, client: httpx.AsyncClient) -> None:
    """It would stand in the address."""
    await make_road(connection)
    answer = await client.get("/rides/search", params={"from": "49.5, 7.3", "to": "Dedorf", "day": f"{tomorrow()}"})
    assert answer.status_code == 422
    assert "Bitte wählen Sie einen aus der Liste" in answer.text
