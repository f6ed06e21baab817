"""The pages of a plan: who draws it, and who picks a place on it."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.spaces.plans.plan import MOST_ELEMENTS, Element, Floor
from landbooking.spaces.plans.plans import plan_of, save_plan
from support.hosting import Place
from support.people import BASE_URL, sign_in
from support.plans import make_plan
from support.spaces import day_after, make_booking, make_desk, make_override, period_on

DAY = day_after(4)


@pytest.fixture
async def host(connection: Connection, client: httpx.AsyncClient, place: Place) -> httpx.AsyncClient:
    await sign_in(connection, client, place.host)
    return client


@pytest.fixture
async def planned(connection: Connection, place: Place) -> Place:
    return await make_plan(connection, place)


def form_of(*elements: Mapping[str, Any], **fields: Any) -> str:
    """The editor's form; a length of an element is in metres."""
    typed: list[tuple[str, Any]] = [("name", "Halle"), ("width", "12"), ("height", "8")]
    for number, element in enumerate(elements):
        usual = {"kind": "wall", "x": 0, "y": 0, "width": 1, "height": 1, "rotation": 0, "label": "", "resource_id": ""}
        typed += [("element", number), *((f"{name}-{number}", value) for name, value in {**usual, **element}.items())]
    return urlencode([*[(name, value) for name, value in typed if name not in fields], *fields.items()])


async def send(client: httpx.AsyncClient, place: Place, form: str, floor: int = 1) -> httpx.Response:
    return await client.post(
        f"/host/spaces/{place.space_id}/plan?floor={floor}",
        content=form,
        headers={"Content-Type": "application/x-www-form-urlencoded", "Origin": BASE_URL},
    )


async def test_a_host_draws_without_a_script(connection: Connection, host: httpx.AsyncClient, place: Place) -> None:
    empty = await host.get(f"/host/spaces/{place.space_id}/plan")
    assert empty.status_code == 200
    assert "Noch ist nichts da" in empty.text
    more = await send(host, place, form_of(version=0, add="room"))
    assert (more.status_code, re.findall(r'name="element" value="(\d+)"', more.text)) == (200, ["0"])
    more = await send(host, place, form_of({"kind": "room"}, version=0, add="place", resource=place.desk))
    assert f'name="resource_id-1" value="{place.desk}"' in more.text
    less = await send(host, place, form_of({"kind": "room"}, {}, version=0, remove="0"))
    assert re.findall(r'name="element" value="(\d+)"', less.text) == ["1"]
    assert (await plan_of(connection, place.space_id)).version == 0
    desk = {"kind": "place", "x": "1,2", "y": "0.5", "width": "1.4", "height": "1.2", "resource_id": place.desk}
    saved = await send(host, place, form_of({"kind": "room", "label": "Büro"}, desk, version=0))
    assert (saved.status_code, saved.headers["location"]) == (303, f"/host/spaces/{place.space_id}/plan?floor=1")
    (floor,) = (await plan_of(connection, place.space_id)).floors
    assert floor == Floor(
        "Halle",
        120,
        80,
        (Element("room", 0, 0, 10, 10, label="Büro"), Element("place", 12, 5, 14, 12, resource_id=place.desk)),
    )


async def test_every_mistake_has_its_sentence_and_nothing_typed_is_lost(
    connection: Connection, host: httpx.AsyncClient, place: Place
) -> None:
    wrong = form_of(
        {"x": "viel", "label": "<b>"}, {"rotation": 45}, {"kind": "castle"}, {"label": "x" * 41}, name="", width=1
    )
    answer = await send(host, place, wrong)
    assert answer.status_code == 422
    for field in ("name", "width", "x-0", "rotation-1", "kind-2", "label-3"):
        assert f'href="#field-{field}"' in answer.text
        assert f'id="field-{field}"' in answer.text
    assert 'value="viel"' in answer.text
    assert 'value="&lt;b&gt;"' in answer.text
    assert "<b>" not in answer.text
    desk = {"kind": "place", "resource_id": place.desk}
    answer = await send(
        host, place, form_of(desk, desk, {"kind": "place"}, {"kind": "place", "resource_id": 1}, {"x": 12})
    )
    assert answer.status_code == 422
    assert re.findall(r'href="#field-([\w-]+)"', answer.text) == [f"resource_id-{n}" for n in (1, 2, 3)] + ["x-4"]
    assert (await plan_of(connection, place.space_id)).version == 0


async def test_too_much_is_refused(connection: Connection, host: httpx.AsyncClient, place: Place) -> None:
    full: list[dict[str, str]] = [{} for _ in range(MOST_ELEMENTS)]
    assert (await send(host, place, form_of(*full, add="wall"))).status_code == 422
    over = await send(host, place, form_of(*full, {}))
    assert (over.status_code, "höchstens 150 Dinge" in over.text) == (422, True)
    assert (await send(host, place, form_of(*full))).status_code == 303


@pytest.mark.parametrize("version", ["zwei", "-1", "9" * 30])
async def test_a_version_that_is_none_is_as_good_as_an_old_one(
    host: httpx.AsyncClient, planned: Place, version: str
) -> None:
    assert (await send(host, planned, form_of(version=version))).status_code == 409


async def test_who_saves_second_sees_both(connection: Connection, host: httpx.AsyncClient, planned: Place) -> None:
    answer = await send(host, planned, form_of({"kind": "thing", "label": "Mein Schrank"}, version=0))
    assert answer.status_code == 409
    assert "Das ist jetzt gespeichert" in answer.text
    assert "Tisch 1" in answer.text
    assert "Mein Schrank" in answer.text
    assert 'name="version" value="1"' in answer.text
    assert len((await plan_of(connection, planned.space_id)).floors[0].elements) == 3
    assert (
        await send(host, planned, form_of({"kind": "thing", "label": "Mein Schrank"}, version=1))
    ).status_code == 303


async def test_floors_are_added_and_taken_away(connection: Connection, host: httpx.AsyncClient, planned: Place) -> None:
    path = f"/host/spaces/{planned.space_id}/plan"
    assert (await host.get(f"{path}?floor=2")).status_code == 200
    for asked in ("3", "0", "-1", "x", "99999", "1 "):
        assert (await host.get(path, params={"floor": asked})).status_code == 404
    there = {"kind": "place", "resource_id": planned.desk}
    twice = await send(host, planned, form_of(there, version=1), floor=2)
    assert (twice.status_code, "steht schon auf dem Plan" in twice.text) == (422, True)
    assert (await send(host, planned, form_of(version=1), floor=2)).status_code == 303
    gone = await host.post(f"{path}/removal?floor=1", data={"version": "1"})
    assert gone.status_code == 409
    gone = await host.post(f"{path}/removal?floor=1", data={"version": "2"})
    assert gone.status_code == 303
    assert [floor.name for floor in (await plan_of(connection, planned.space_id)).floors] == ["Halle"]


async def test_what_is_retired_is_shown_to_hosts_only(
    connection: Connection, host: httpx.AsyncClient, planned: Place
) -> None:
    await connection.execute("UPDATE resource SET retired_at = now() WHERE id = $1", planned.desk)
    editor = (await host.get(f"/host/spaces/{planned.space_id}/plan")).text
    assert "plan-retired" in editor
    assert "ausgemustert" in editor
    page = (await host.get(f"/spaces/{planned.space_id}/plan")).text
    assert "Tisch 1" not in page
    assert "Tisch 2" in page


async def pick(client: httpx.AsyncClient, place: Place, **asked: str) -> httpx.Response:
    wish = {"date": f"{DAY}", "start": "09:00", "end": "12:00", **asked}
    return await client.get(f"/spaces/{place.space_id}/plan", params=wish)


async def test_a_place_is_picked_for_the_wished_time(
    connection: Connection, client: httpx.AsyncClient, planned: Place, resident: Person
) -> None:
    await make_booking(connection, resident, planned.desk, period_on(DAY, "11:00", "13:00"))
    page = await pick(client, planned)
    assert page.status_code == 200
    assert f'id="plan" data-live="{planned.space_id}"' in page.text
    assert "/static/js/live.js" in page.text
    link = f"/resources/{planned.other_desk}/bookings/new?date={DAY}&amp;start=09%3A00&amp;end=12%3A00"
    said = "Tisch 2, frei von 09:00 bis 12:00 Uhr, Platz buchen"
    assert page.text.count(f'href="{link}"') == 2  # on the plan and in the list
    assert page.text.count(f'aria-label="{said}"') == 2
    assert f"/resources/{planned.desk}/" not in page.text
    assert 'aria-label="Tisch 1, belegt"' in page.text
    assert f"/resources/{planned.desk}/" in (await pick(client, planned, end="11:00")).text
    assert "Tisch 1, frei von 09:00 bis 11:00 Uhr" in (await pick(client, planned, end="11:00")).text


async def test_buffers_rules_and_closing_are_those_of_the_day(
    connection: Connection, client: httpx.AsyncClient, planned: Place, resident: Person
) -> None:
    """The plan asks what the page of the day asks; where that offers nothing, this does not."""
    await make_override(connection, planned.space_id, None, planned.desk, longest_minutes=60, buffer_before_minutes=30)
    page = await pick(client, planned)
    assert 'aria-label="Tisch 1, nicht möglich"' in page.text
    assert "höchstens 1 Stunde" in page.text
    night = await pick(client, planned, start="04:00", end="05:00")
    assert "auf dem Plan nichts frei" in night.text
    assert "/bookings/new" not in night.text


async def test_a_discreet_room_tells_no_more_than_that_its_time_is_taken(
    connection: Connection, client: httpx.AsyncClient, place: Place, resident: Person
) -> None:
    room = await make_desk(connection, place.space_id, "Raum 3", kind="telemedicine")
    floor = Floor("Erdgeschoss", 120, 80, (Element("place", 0, 0, 20, 15, resource_id=room),))
    await save_plan(connection, place.space_id, (floor,), 0)
    await make_booking(connection, resident, room, period_on(DAY, "10:00", "11:00"))
    page = (await pick(client, place)).text
    assert 'aria-label="Raum 3, belegt"' in page
    assert "Video" not in page
    assert "10:00" not in page
    assert resident.email not in page


async def test_without_a_wish_the_next_hours_are_shown(client: httpx.AsyncClient, planned: Place) -> None:
    page = await client.get(f"/spaces/{planned.space_id}/plan")
    assert page.status_code == 200
    assert "Tisch 1, frei von" in page.text


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"end": "08:00"}, "end"),
        ({"date": "gestern"}, "date"),
        ({"date": "2500-01-01"}, "date"),
        ({"date": "9999-12-31", "end": "00:00"}, "date"),  # there is no day after
        ({"start": ""}, "start"),
    ],
)
async def test_a_wish_with_mistakes_is_shown_again(
    client: httpx.AsyncClient, planned: Place, asked: dict[str, str], field: str
) -> None:
    page = await pick(client, planned, **asked)
    assert page.status_code == 422
    assert f'href="#field-{field}"' in page.text
    assert "Tisch 1" in page.text  # the plan itself is still there
    assert "/static/js/live.js" not in page.text  # it would load this page again and again, since it is no success


async def test_there_is_no_page_where_there_is_no_plan(
    connection: Connection, client: httpx.AsyncClient, place: Place, planned: Place
) -> None:
    linked = f'href="/spaces/{planned.space_id}/plan'
    for path in (f"/spaces/{planned.space_id}", f"/spaces/{planned.space_id}/days/{DAY}"):
        assert linked in (await client.get(path)).text
    await connection.execute("UPDATE space SET published = false WHERE id = $1", planned.space_id)
    assert (await pick(client, planned)).status_code == 404
    await connection.execute("UPDATE space SET published = true WHERE id = $1", planned.space_id)
    await save_plan(connection, planned.space_id, (), None)
    assert (await pick(client, planned)).status_code == 404
    for path in (f"/spaces/{planned.space_id}", f"/spaces/{planned.space_id}/days/{DAY}"):
        assert linked not in (await client.get(path)).text


async def test_names_are_escaped(connection: Connection, client: httpx.AsyncClient, place: Place) -> None:
    await connection.execute("UPDATE resource SET name = '<script>\"' WHERE id = $1", place.desk)
    elements = (
        Element("room", 0, 0, 20, 20, label='"><img>'),
        Element("place", 0, 0, 20, 15, resource_id=place.desk),
    )
    await save_plan(connection, place.space_id, (Floor("<i>", 120, 80, elements),), 0)
    page = (await pick(client, place)).text
    assert not re.search(r"<script>\"|<img>|<i>", page)
    assert "&lt;script&gt;" in page
