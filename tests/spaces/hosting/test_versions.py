"""Two hosts who have the same form open: whoever saves second is told, and nothing is undone unawares."""

import asyncio
import re
from typing import Any, NamedTuple

import httpx
import pytest

from landbooking.database import Connection, Pool
from landbooking.errors import Stale
from landbooking.spaces.hosting.details import Details, change_details
from support.hosting import RULES, Place
from support.races import Scene, make_scene, outcome
from support.spaces import day_after, make_booking, period_on

DETAILS: dict[str, Any] = {
    "name": "Alte Schule",
    "description": "",
    "street": "Hauptstraße 1",
    "postal_code": "66869",
    "town": "Kusel",
    "lat": "49.5383",
    "lon": "7.4037",
    "features": [],
}
HOURS = {f"{end}-{day}-0": clock for day in range(1, 8) for end, clock in (("opens", "08:00"), ("closes", "18:00"))}
HOURS["open_on_public_holidays"] = "1"


class Form(NamedTuple):
    """A form's last part of the address, what stands in it, and one change by each of two hosts."""

    part: str
    standing: dict[str, Any]
    first: dict[str, Any]
    second: dict[str, Any]


FORMS = [
    Form("details", DETAILS, {"name": "Neuer Name"}, {"town": "Wolfstein"}),
    Form("hours", HOURS, {"closes-1-0": "17:00"}, {"closes-2-0": "16:00"}),
    Form("rules", RULES, {"horizon_days": "30"}, {"longest_minutes": "240"}),
    Form("rules/desk", {}, {"horizon_days": "30"}, {"longest_minutes": "240"}),
    Form("resources/{desk}/rules", {}, {"horizon_days": "30"}, {"longest_minutes": "240"}),
    Form(
        "resources/{desk}",
        {"name": "Tisch 1", "features": []},
        {"name": "Fensterplatz"},
        {"features": ["height-adjustable"]},
    ),
]


def version_in(text: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', text)
    assert found
    return found[1]


async def stored(connection: Connection) -> list[Any]:
    queries = (
        "SELECT * FROM space ORDER BY id",
        "SELECT * FROM opening_hours ORDER BY weekday, opens",
        "SELECT * FROM resource ORDER BY id",
        "SELECT * FROM rule_override ORDER BY id",
    )
    return [await connection.fetch(query) for query in queries]


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.part)
async def test_who_saves_second_is_told_and_keeps_what_was_typed(
    connection: Connection, hosting: httpx.AsyncClient, place: Place, form: Form
) -> None:
    path = f"/host/spaces/{place.space_id}/{form.part.format(desk=place.desk)}"
    seen = {"version": version_in((await hosting.get(path)).text)}
    assert (await hosting.post(path, data={**form.standing, **form.first, **seen})).status_code == 303
    standing = await stored(connection)

    refused = await hosting.post(path, data={**form.standing, **form.second, **seen})
    assert refused.status_code == 409
    assert "Jemand anderes hat hier inzwischen etwas geändert" in refused.text
    assert f'href="{path}" target="_blank"' in refused.text
    for name, value in form.second.items():
        assert (f'value="{value}"' if isinstance(value, str) else f'value="{value[0]}" checked') in refused.text, name
    assert await stored(connection) == standing

    again = {"version": version_in(refused.text)}
    assert again != seen
    assert (await hosting.post(path, data={**form.standing, **form.second, **again})).status_code == 303
    assert await stored(connection) != standing


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.part)
async def test_a_double_click_saves_once_and_is_no_conflict(
    connection: Connection, hosting: httpx.AsyncClient, place: Place, form: Form
) -> None:
    path = f"/host/spaces/{place.space_id}/{form.part.format(desk=place.desk)}"
    sent = {**form.standing, **form.first, "version": version_in((await hosting.get(path)).text)}
    assert (await hosting.post(path, data=sent)).status_code == 303
    standing = await stored(connection)
    assert (await hosting.post(path, data=sent)).status_code == 303
    assert await stored(connection) == standing


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.part)
@pytest.mark.parametrize("version", ["0", "-1", "eins", "9" * 30, "１"])
async def test_a_version_that_never_was_changes_nothing(
    connection: Connection, hosting: httpx.AsyncClient, place: Place, form: Form, version: str
) -> None:
    path = f"/host/spaces/{place.space_id}/{form.part.format(desk=place.desk)}"
    before = await stored(connection)
    answer = await hosting.post(path, data={**form.standing, **form.first, "version": version})
    assert answer.status_code == 409
    assert await stored(connection) == before


async def test_a_mistake_keeps_the_version_that_was_seen(
    connection: Connection, hosting: httpx.AsyncClient, place: Place
) -> None:
    path = f"/host/spaces/{place.space_id}/details"
    assert (await hosting.post(path, data={**DETAILS, "name": "Neuer Name"})).status_code == 303
    answer = await hosting.post(path, data={**DETAILS, "town": "", "version": "1"})
    assert answer.status_code == 422
    assert version_in(answer.text) == "1"


async def test_the_decision_about_bookings_carries_the_version(
    connection: Connection, hosting: httpx.AsyncClient, place: Place
) -> None:
    path = f"/host/spaces/{place.space_id}/hours"
    await make_booking(connection, place.host, place.desk, period_on(day_after(5), "09:00", "12:00"))
    shorter = {name: "10:00" if name.startswith("opens") else value for name, value in HOURS.items()}
    asked = await hosting.post(path, data={**shorter, "version": "1"})
    assert asked.status_code == 200
    assert version_in(asked.text) == "1"
    carried = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', asked.text))
    assert (await hosting.post(path, data={**HOURS, "closes-1-0": "17:00"})).status_code == 303
    answer = await hosting.post(path, data={**carried, "rest": "keep"})
    assert answer.status_code == 409
    assert 'name="opens-1-0" value="10:00"' in answer.text
    assert await connection.fetchval("SELECT min(opens) FROM opening_hours") == 8 * 60


async def test_of_two_at_once_one_wins_and_the_other_is_told(pool: Pool) -> None:

    scene: Scene = await make_scene(pool)
    wanted = [Details(f"Raum {number}", "Hauptstraße 1", "66869", "Kusel", 49.5383, 7.4037, []) for number in range(8)]

    async def save(details: Details) -> None:
        async with pool.acquire() as connection, connection.transaction():
            await change_details(connection, scene.space_id, details, "1")

    outcomes = await asyncio.gather(*(outcome(save(details)) for details in wanted))
    assert outcomes.count("done") == 1
    assert outcomes.count(Stale) == 7
    assert await pool.fetchval("SELECT version FROM space WHERE id = $1", scene.space_id) == 2
