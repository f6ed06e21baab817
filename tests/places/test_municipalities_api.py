import httpx
import pytest

from landbooking.database import Connection
from landbooking.paging import encode_cursor
from landbooking.paths import PACKAGE
from landbooking.places.importing import import_municipalities

PATH = "/api/v1/municipalities"


@pytest.fixture(autouse=True)
async def _kusel(connection: Connection) -> None:
    content = (PACKAGE / "demo" / "municipalities.csv").read_bytes()
    await import_municipalities(connection, content, "Landkreis Kusel")


async def test_municipalities_are_public(client: httpx.AsyncClient) -> None:
    answer = await client.get(PATH)
    assert answer.status_code == 200
    assert len(answer.json()["items"]) == 98
    assert answer.json()["next"] is None
    first = answer.json()["items"][0]
    assert isinstance(first.pop("id"), int)
    assert isinstance(first.pop("district_id"), int)
    assert first == {
        "ags": "07336001",
        "name": "Adenbach",
        "association": "Lauterecken-Wolfstein",
        "lat": 49.665,
        "lon": 7.654,
        "population": 145,
        "district": "Landkreis Kusel",
    }


@pytest.mark.parametrize("limit", [1, 40, 49, 97, 98, 200])
async def test_page_by_page_every_municipality_comes_once(client: httpx.AsyncClient, limit: int) -> None:
    keys: list[str] = []
    query: dict[str, str | int] = {"limit": limit}
    while True:
        page = (await client.get(PATH, params=query)).json()
        assert 1 <= len(page["items"]) <= limit
        keys += [item["ags"] for item in page["items"]]
        if page["next"] is None:
            break
        query["cursor"] = page["next"]
    assert len(keys) == 98
    assert keys == sorted(set(keys))


async def test_after_the_last_key_comes_an_empty_page(client: httpx.AsyncClient) -> None:
    answer = await client.get(PATH, params={"cursor": encode_cursor("99999999")})
    assert answer.json() == {"items": [], "next": None}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("cursor", "garbage"),
        ("cursor", encode_cursor(7)),
        ("cursor", encode_cursor("0733\0")),
        ("cursor", encode_cursor("'; DROP TABLE municipality; --")),
        ("cursor", "x" * 401),
        ("limit", "0"),
        ("limit", "-1"),
        ("limit", "201"),
        ("limit", "many"),
        ("limit", "9" * 400),
    ],
)
async def test_a_wrong_cursor_or_limit_is_named_in_a_problem(client: httpx.AsyncClient, field: str, value: str) -> None:
    answer = await client.get(PATH, params={field: value})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert [error["field"] for error in answer.json()["errors"]] == [field]


async def test_the_description_names_the_page_and_the_problem(client: httpx.AsyncClient) -> None:
    description = (await client.get("/api/v1/openapi.json")).json()
    operation = description["paths"][PATH]["get"]
    assert {parameter["name"] for parameter in operation["parameters"]} == {"cursor", "limit"}
    assert {} in operation["security"]
    assert "application/json" in operation["responses"]["200"]["content"]
    assert "application/problem+json" in operation["responses"]["422"]["content"]
