"""What anybody may ask: spaces, their weeks, what is free; and how wrong questions are answered."""

from datetime import datetime
from typing import Any

import httpx
import pytest

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.paging import encode_cursor
from support.hosting import Place
from support.spaces import day_after, make_booking, make_desk, make_municipality, make_space, open_daily, period_on

API = "/api/v1"


def asked(days: int = 3, start: str = "09:00", end: str = "12:00", **others: Any) -> dict[str, Any]:
    period = period_on(day_after(days), start, end)
    return {"start": period.start.isoformat(), "end": period.end.isoformat(), **others}


async def test_a_space_says_its_hours_rules_and_desks(client: httpx.AsyncClient, place: Place) -> None:
    space = (await client.get(f"{API}/spaces/{place.space_id}")).json()
    assert space["name"] == "Alte Schule"
    assert space["address"] == "Hauptstraße 1, 66869 Kusel"
    assert space["municipality"] == "Kusel"
    assert space["time_zone"] == "Europe/Berlin"
    assert space["opening_hours"] == [{"weekday": day, "opens": 480, "closes": 1080} for day in range(1, 8)]
    assert [resource["name"] for resource in space["resources"]] == ["Tisch 1", "Tisch 2"]
    assert {resource["rules"]["hold_minutes"] for resource in space["resources"]} == {30}
    assert (space["shortest_minutes"], space["longest_minutes"], space["horizon_days"]) == (30, 600, 90)


async def test_a_space_that_is_not_published_is_not_there(connection: Connection, client: httpx.AsyncClient) -> None:
    hidden = await make_space(connection, published=False)
    await open_daily(connection, hidden)
    await make_desk(connection, hidden)
    for path in (f"/spaces/{hidden}", f"/spaces/{hidden}/week"):
        assert (await client.get(API + path)).status_code == 404
    assert (await client.get(f"{API}/spaces")).json()["items"] == []
    assert (await client.get(f"{API}/free", params=asked())).json()["items"] == []


@pytest.mark.parametrize("number", ["0", "2147483648", "99999999999999999999", "-1", "1e3", "x", "%00", "１"])
@pytest.mark.parametrize("rest", ["", "/week"])
async def test_a_number_that_no_space_has_is_not_found(client: httpx.AsyncClient, number: str, rest: str) -> None:
    answer = await client.get(f"{API}/spaces/{number}{rest}")
    assert answer.status_code == 404
    assert answer.json()["type"] == "urn:landbooking:problem:not-found"


async def test_spaces_come_nearest_first_with_their_distance(connection: Connection, client: httpx.AsyncClient) -> None:
    far = await make_space(connection, name="fern", lat=49.7, lon=7.6)
    near = await make_space(connection, name="nah", lat=49.54, lon=7.41)
    items = (await client.get(f"{API}/spaces", params={"near": "49.5383,7.4037"})).json()["items"]
    assert [item["id"] for item in items] == [near, far]
    assert items[0]["distance_km"] == pytest.approx(0.5, abs=0.1)
    assert items[1]["distance_km"] == pytest.approx(22.8, abs=1)
    items = (await client.get(f"{API}/spaces", params={"near": "49.5383,7.4037", "radius_km": "5"})).json()["items"]
    assert [item["id"] for item in items] == [near]
    items = (await client.get(f"{API}/spaces")).json()["items"]
    assert [(item["id"], item["distance_km"]) for item in items] == [(far, None), (near, None)]


async def test_spaces_of_one_municipality(connection: Connection, client: httpx.AsyncClient) -> None:
    await make_space(connection)
    lauterecken = await make_municipality(connection, "07336057", name="Lauterecken")
    there = await make_space(connection, municipality_id=lauterecken)
    items = (await client.get(f"{API}/spaces", params={"municipality": "07336057"})).json()["items"]
    assert [item["id"] for item in items] == [there]


@pytest.mark.parametrize("near", [None, "49.5,7.4", "-90,180"])
@pytest.mark.parametrize("limit", [1, 2, 5, 7, 200])
async def test_every_space_and_desk_comes_once_page_by_page(
    connection: Connection, client: httpx.AsyncClient, near: str | None, limit: int
) -> None:
    """Also where several are equally far away."""
    desks = set()
    for number in range(7):
        space_id = await make_space(connection, lat=49.5 + number // 3 / 100)
        await open_daily(connection, space_id)
        desks.add(await make_desk(connection, space_id))
    query: dict[str, Any] = {"limit": limit, "radius_km": 20100} | ({"near": near} if near else {})
    assert len(await walk(client, f"{API}/spaces", query)) == 7
    found = await walk(client, f"{API}/free", {**query, **asked()})
    assert set(found) == desks
    assert len(found) == 7


async def walk(client: httpx.AsyncClient, path: str, query: dict[str, Any]) -> list[int]:
    seen: list[int] = []
    while True:
        page = (await client.get(path, params=query)).json()
        assert len(page["items"]) <= query["limit"]
        seen += [item["id"] for item in page["items"]]
        if page["next"] is None:
            return seen
        query = {**query, "cursor": page["next"]}


async def test_free_is_what_is_free_all_the_time_and_may_be_booked(
    connection: Connection, client: httpx.AsyncClient, place: Place, resident: Person
) -> None:
    await make_booking(connection, resident, place.desk, period_on(day_after(3), "11:45", "12:30"))
    free = (await client.get(f"{API}/free", params=asked())).json()["items"]
    assert free == [
        {
            "id": place.other_desk,
            "name": "Tisch 2",
            "kind": "desk",
            "space_id": place.space_id,
            "space": "Alte Schule",
            "distance_km": None,
        }
    ]
    early = (await client.get(f"{API}/free", params=asked(end="11:45"))).json()["items"]
    assert len(early) == 2
    assert (await client.get(f"{API}/free", params=asked(start="07:00"))).json()["items"] == []
    assert (await client.get(f"{API}/free", params=asked(days=-1))).json()["items"] == []


async def test_a_week_says_how_many_are_free(
    connection: Connection, client: httpx.AsyncClient, place: Place, resident: Person
) -> None:
    day = day_after(7)
    await make_booking(connection, resident, place.desk, period_on(day, "09:00", "10:00"))
    week = (await client.get(f"{API}/spaces/{place.space_id}/week", params={"date": str(day)})).json()
    assert len(week["days"]) == 7
    [shown] = [one for one in week["days"] if one["date"] == str(day)]
    hours = {hour["start"]: (hour["state"], hour["free"], hour["total"]) for hour in shown["hours"]}
    assert hours["09:00"] == ("partly", 1, 2)
    assert hours["10:00"] == ("free", 2, 2)
    monday = datetime.fromisoformat(week["days"][0]["date"])
    assert monday.isoweekday() == 1
    this_week = (await client.get(f"{API}/spaces/{place.space_id}/week")).json()
    assert str(day_after(0)) in [one["date"] for one in this_week["days"]]


WRONG = [
    ("/spaces", "near", ["nonsense", "49.5", "49.5,", "91,7", "49,181", "nan,nan", "inf,0", "1e9,1", "5e-324,0", "٤٩,٧",
                         "", "49,7\n", "0x1,1", "--1,1", "9" * 400 + ",1", "1" * 50_000]),
    ("/spaces", "radius_km", ["0", "-1", "nan", "inf", "20101", "1e999", "wide", "", "\0"]),
    ("/spaces", "municipality", ["0733605", "073360555", "Kusel", "", "\0" * 8, "٠٧٣٣٦٠٥٥"]),
    ("/spaces", "limit", ["0", "201", "-1", "1.5", "many", "", "9" * 5000]),
    ("/spaces", "cursor", ["garbage", encode_cursor("x"), encode_cursor([1]), encode_cursor([1.0, -1]), "x" * 401]),
    ("/free", "start", ["tomorrow", "2026-12-01", "2026-12-01T09:00:00", "", "1e9", "\0"]),
    ("/free", "end", ["tomorrow", "2026-12-01 09:00:00", "0"]),
    ("/free", "kind", ["room", "", "DESK"]),
    ("/free", "cursor", [encode_cursor([1.0, 2**63]), encode_cursor([None, 1])]),
    ("/spaces/{space}/week", "date", ["tomorrow", "2026-02-30", "1.12.2026", "2019-12-31", "2101-01-01",
                                      "9999-12-31", "0001-01-01", ""]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("path", "field", "value"), [(path, field, value) for path, field, values in WRONG for value in values]
)
async def test_a_wrong_value_is_named_in_the_persons_language(
    client: httpx.AsyncClient, place: Place, path: str, field: str, value: str
) -> None:
    query = (asked() if path == "/free" else {}) | {field: value}
    messages = []
    for code in ("de", "en"):
        answer = await client.get(
            API + path.format(space=place.space_id), params=query, headers={"Accept-Language": code}
        )
        assert answer.status_code == 422
        assert answer.headers["content-type"] == "application/problem+json"
        [error] = answer.json()["errors"]
        assert error["field"] == field
        assert "Expected" not in error["message"]
        messages.append(error["message"])
    assert messages[0] != messages[1]


async def test_every_wrong_parameter_is_named_at_once(client: httpx.AsyncClient) -> None:
    answer = await client.get(f"{API}/free", params={"end": "x", "limit": "0", "radius_km": "nan"})
    assert answer.status_code == 422
    assert {error["field"] for error in answer.json()["errors"]} == {"start", "end", "limit", "radius_km"}
    answer = await client.get(f"{API}/free")
    assert [error["field"] for error in answer.json()["errors"]] == ["start", "end"]


async def test_a_period_that_ends_before_it_begins_is_refused(client: httpx.AsyncClient) -> None:
    for end in ("09:00", "08:00"):
        answer = await client.get(f"{API}/free", params=asked(end=end))
        assert [error["field"] for error in answer.json()["errors"]] == ["end"]


@pytest.mark.parametrize("lat", [0.0, 0.000001, 90.0, -90.0])
async def test_a_space_anywhere_on_earth_can_be_found(
    connection: Connection, client: httpx.AsyncClient, lat: float
) -> None:
    space_id = await make_space(connection, lat=lat, lon=lat)
    for near in ("0,0", "0.000001,0", "90,0", "-90,180"):
        answer = await client.get(f"{API}/spaces", params={"near": near, "radius_km": "20100"})
        assert [item["id"] for item in answer.json()["items"]] == [space_id]


@pytest.mark.parametrize(
    "path", ["/nothing", "/spaces/1/nothing", "", "/", "/../v1", "/openapi.json/x", "/%00", "/%ff"]
)
async def test_an_unknown_address_is_a_problem_too(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(API + path)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == "urn:landbooking:problem:not-found"


@pytest.mark.parametrize(
    ("method", "path"), [("DELETE", "/bookings/1"), ("PUT", "/spaces"), ("GET", "/bookings/1/move")]
)
async def test_a_wrong_method_is_a_problem_and_names_the_right_ones(
    client: httpx.AsyncClient, method: str, path: str
) -> None:
    answer = await client.request(method, API + path)
    assert answer.status_code == 405
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["allow"]


async def test_head_says_what_get_would(client: httpx.AsyncClient, place: Place) -> None:
    for path in (f"{API}/spaces/{place.space_id}", "/", f"/spaces/{place.space_id}", "/health/live"):
        got, headed = await client.get(path), await client.head(path)
        assert headed.status_code == 200
        assert headed.content == b""
        assert headed.headers["content-type"] == got.headers["content-type"]
