"""What can be booked, as hosts add, name, retire and bring it back."""

import httpx
import pytest

from landbooking.database import Connection
from support.hosting import Place
from support.spaces import make_desk

NAMES = "SELECT name FROM resource WHERE space_id = $1 AND retired_at IS NULL ORDER BY id"


async def names(connection: Connection, place: Place) -> list[str]:
    return [row["name"] for row in await connection.fetch(NAMES, place.space_id)]


async def test_one_desk_or_many_are_added(connection: Connection, hosting: httpx.AsyncClient, place: Place) -> None:
    path = f"/host/spaces/{place.space_id}/resources"
    await hosting.post(path, data={"name": "Fensterplatz", "features": ["quiet", "screen"]})
    await hosting.post(path, data={"name": "Tisch", "number": "3"})
    assert await names(connection, place) == ["Tisch 1", "Tisch 2", "Fensterplatz", "Tisch 3", "Tisch 4", "Tisch 5"]
    features = await connection.fetchval("SELECT features FROM resource WHERE name = 'Fensterplatz'")
    assert features == ["screen", "quiet"]
    text = (await hosting.get(path)).text
    assert "Fensterplatz" in text
    assert "Ruhiger Platz" in text


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 61}, "name"),
        ({"name": "a\x00b"}, "name"),
        ({"name": "Tisch 1"}, "name"),
        ({"name": "Pult", "number": "0"}, "number"),
        ({"name": "Pult", "number": "101"}, "number"),
        ({"name": "Pult", "number": "zwei"}, "number"),
        ({"name": "Pult", "features": ["gold"]}, "features"),
        ({"name": "Raum", "kind": "meeting_room", "features": ["height-adjustable"]}, "features"),
        ({"name": "Raum", "kind": "throne"}, "kind"),
        ({"name": "Sprechzimmer", "kind": "telemedicine"}, "name"),
        ({"name": "Arzt", "kind": "telemedicine", "number": "2"}, "name"),
    ],
)
async def test_desks_that_can_not_be_are_told_at_their_field(
    connection: Connection, hosting: httpx.AsyncClient, place: Place, form: dict[str, str], field: str
) -> None:
    answer = await hosting.post(f"/host/spaces/{place.space_id}/resources", data=form)
    assert answer.status_code == 422
    assert f'href="#field-{field}"' in answer.text
    assert await names(connection, place) == ["Tisch 1", "Tisch 2"]


async def test_a_desk_is_renamed(connection: Connection, hosting: httpx.AsyncClient, place: Place) -> None:
    path = f"/host/spaces/{place.space_id}/resources/{place.desk}"
    assert (await hosting.post(path, data={"name": "Pult", "features": "window"})).status_code == 303
    assert await names(connection, place) == ["Pult", "Tisch 2"]
    assert (await hosting.post(path, data={"name": "Pult"})).status_code == 303
    answer = await hosting.post(path, data={"name": "Tisch 2"})
    assert answer.status_code == 422
    assert "gibt es hier schon" in answer.text


async def test_a_retired_desk_comes_back(connection: Connection, hosting: httpx.AsyncClient, place: Place) -> None:
    path = f"/host/spaces/{place.space_id}/resources/{place.desk}"
    assert (await hosting.post(f"{path}/retirement")).status_code == 303
    assert (await hosting.post(f"{path}/retirement")).status_code == 303
    assert await names(connection, place) == ["Tisch 2"]
    assert "Zurückholen" in (await hosting.get(f"/host/spaces/{place.space_id}/resources")).text
    assert (await hosting.post(f"{path}/return")).status_code == 303
    assert (await hosting.post(f"{path}/return")).status_code == 303
    assert await names(connection, place) == ["Tisch 1", "Tisch 2"]


async def test_one_whose_name_is_taken_gets_a_new_name_first(
    connection: Connection, hosting: httpx.AsyncClient, place: Place
) -> None:
    path = f"/host/spaces/{place.space_id}/resources/{place.desk}"
    await hosting.post(f"{path}/retirement")
    await make_desk(connection, place.space_id, "Tisch 1")
    answer = await hosting.post(f"{path}/return")
    assert answer.status_code == 422
    assert f'action="{path}"' in answer.text
    await hosting.post(path, data={"name": "Tisch 9"})
    assert (await hosting.post(f"{path}/return")).status_code == 303
    assert "Tisch 9" in await names(connection, place)


async def test_any_kind_is_added_with_what_belongs_to_it(
    connection: Connection, hosting: httpx.AsyncClient, place: Place
) -> None:
    path = f"/host/spaces/{place.space_id}/resources"
    assert "Tafel oder Whiteboard" in (await hosting.get(f"{path}?kind=meeting_room")).text
    for kind in ("meeting_room", "phone_booth", "telemedicine", "vehicle", "equipment"):
        name = "Raum 7" if kind == "telemedicine" else f"Neu {kind}"
        assert (await hosting.post(path, data={"kind": kind, "name": name})).status_code == 303
    await hosting.post(path, data={"kind": "meeting_room", "name": "Saal", "features": "whiteboard"})
    kinds = await connection.fetch("SELECT kind FROM resource WHERE name LIKE 'Neu %' OR name = 'Raum 7' ORDER BY id")
    assert [row["kind"] for row in kinds] == ["meeting_room", "phone_booth", "telemedicine", "vehicle", "equipment"]
    shown = (await hosting.get(path)).text
    assert "Besprechungsräume" in shown
    assert "Tafel oder Whiteboard" in shown


async def test_alike_ones_are_a_pool_of_one_kind(
    connection: Connection, hosting: httpx.AsyncClient, place: Place
) -> None:
    path = f"/host/spaces/{place.space_id}/resources"
    await hosting.post(path, data={"name": "Pult", "number": "2"})
    await hosting.post(f"{path}/{place.desk}", data={"name": "Tisch 1", "pool": "Pult"})
    pool = await connection.fetch("SELECT name FROM resource WHERE pool = 'Pult' ORDER BY name")
    assert [row["name"] for row in pool] == ["Pult 1", "Pult 2", "Tisch 1"]
    answer = await hosting.post(path, data={"kind": "meeting_room", "name": "Pult", "number": "2"})
    assert answer.status_code == 422
    assert "gleiche Plätze einer anderen Art (Arbeitsplatz)" in answer.text
    room = await make_desk(connection, place.space_id, "Saal", kind="meeting_room")
    answer = await hosting.post(f"{path}/{room}", data={"name": "Saal", "pool": "Pult"})
    assert answer.status_code == 422
    assert 'id="error-pool"' in answer.text
