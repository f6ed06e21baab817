"""Opening hours and closures, as hosts set them."""

from typing import Any

import httpx
import pytest

from landbooking.database import Connection
from landbooking.spaces.hosting.hours_form import hours_as_typed, hours_from
from landbooking.spaces.opening_hours import Interval
from support.hosting import Place
from support.spaces import day_after

ROWS = "SELECT weekday, opens, closes FROM opening_hours ORDER BY weekday, opens"


async def test_several_intervals_a_day_are_saved_and_shown_again(
    connection: Connection, hosting: httpx.AsyncClient, place: Place
) -> None:
    path = f"/host/spaces/{place.space_id}/hours"
    form = {
        "opens-1-0": "14:00", "closes-1-0": "18:30", "opens-1-3": "8:15", "closes-1-3": "12:00",
        "opens-7-0": "20:00", "closes-7-0": "00:00",
    }  # fmt: skip
    assert (await hosting.post(path, data=form)).status_code == 303
    assert [tuple(row) for row in await connection.fetch(ROWS)] == [(1, 495, 720), (1, 840, 1110), (7, 1200, 1440)]
    assert not await connection.fetchval("SELECT open_on_public_holidays FROM space WHERE id = $1", place.space_id)
    text = (await hosting.get(path)).text
    assert "Die Öffnungszeiten sind gespeichert." in text
    assert 'name="opens-1-0" value="08:15"' in text
    assert 'name="opens-1-1" value="14:00"' in text
    assert 'name="closes-7-0" value="00:00"' in text


def test_intervals_that_touch_are_one() -> None:
    typed = hours_as_typed([Interval(1, 480, 720), Interval(1, 720, 960), Interval(2, 0, 1440)], True, 1)
    hours = hours_from(typed)
    assert hours.intervals == (Interval(1, 480, 960), Interval(2, 0, 1440))
    assert hours.open_on_public_holidays


@pytest.mark.parametrize(
    ("form", "fields"),
    [
        ({"opens-1-0": "12:00", "closes-1-0": "08:00"}, ["closes-1-0"]),
        ({"opens-1-0": "08:00", "closes-1-0": "08:00"}, ["closes-1-0"]),
        ({"opens-1-0": "08:00"}, ["closes-1-0"]),
        ({"closes-6-2": "08:00"}, ["opens-6-2"]),
        ({"opens-1-0": "08:07", "closes-1-0": "neun"}, ["opens-1-0", "closes-1-0"]),
        ({"opens-1-0": "24:00", "closes-1-0": "24:15"}, ["opens-1-0", "closes-1-0"]),
        ({"opens-1-0": "8", "closes-1-0": "12", "opens-1-1": "11", "closes-1-1": "13"}, ["opens-1-1"]),
        ({"opens-1-0": "8", "closes-1-0": "12", "opens-1-3": "7", "closes-1-3": "0:00"}, ["opens-1-3"]),
        ({"opens-1-0": "x", "opens-2-0": "y" * 9000, "closes-7-3": "99:99"}, ["opens-1-0", "opens-2-0", "closes-7-3"]),
    ],
)
async def test_every_wrong_time_is_told_at_its_field_and_nothing_is_lost(
    connection: Connection, hosting: httpx.AsyncClient, place: Place, form: dict[str, str], fields: list[str]
) -> None:
    before = await connection.fetch(ROWS)
    answer = await hosting.post(f"/host/spaces/{place.space_id}/hours", data={**form, "opens-5-0": "07:45"})
    assert answer.status_code == 422
    for field in fields:
        assert f'id="error-{field}"' in answer.text
    for name, value in form.items():
        assert f'name="{name}" value="{value}"' in answer.text
    assert 'name="opens-5-0" value="07:45"' in answer.text
    assert await connection.fetch(ROWS) == before


async def test_no_hours_at_all_is_closed(connection: Connection, hosting: httpx.AsyncClient, place: Place) -> None:
    assert (await hosting.post(f"/host/spaces/{place.space_id}/hours", data={})).status_code == 303
    assert await connection.fetch(ROWS) == []


async def test_closures_are_entered_listed_and_taken_back(
    connection: Connection, hosting: httpx.AsyncClient, place: Place
) -> None:
    path = f"/host/spaces/{place.space_id}/closures"
    assert "Kein Schließtag eingetragen" in (await hosting.get(path)).text
    form = {"first": str(day_after(3)), "last": str(day_after(9)), "reason": "Betriebsferien"}
    assert (await hosting.post(path, data=form)).status_code == 303
    assert (await hosting.post(path, data=form)).status_code == 303
    rows = await connection.fetch("SELECT id, days FROM closure")
    assert [(row["days"].lower, row["days"].upper) for row in rows] == [(day_after(3), day_after(10))]
    assert "Betriebsferien" in (await hosting.get(path)).text
    assert (await hosting.post(f"{path}/{rows[0]['id']}/removal")).status_code == 303
    assert await connection.fetch("SELECT id FROM closure") == []
    assert (await hosting.post(f"{path}/{rows[0]['id']}/removal")).status_code == 404


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({}, "first"),
        ({"first": "bald"}, "first"),
        ({"first": "2001-01-01"}, "first"),
        ({"first": "9999-12-31"}, "first"),
        ({"first": str(day_after(5)), "last": str(day_after(4))}, "last"),
        ({"first": str(day_after(5)), "last": "9999-12-31"}, "last"),
        ({"first": str(day_after(5)), "reason": "x" * 201}, "reason"),
    ],
)
async def test_closures_that_can_not_be_are_told_at_their_field(
    connection: Connection, hosting: httpx.AsyncClient, place: Place, form: dict[str, Any], field: str
) -> None:
    answer = await hosting.post(f"/host/spaces/{place.space_id}/closures", data=form)
    assert answer.status_code == 422
    assert f'id="error-{field}"' in answer.text
    assert await connection.fetchval("SELECT count(*) FROM closure") == 0
