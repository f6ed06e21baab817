"""The OpenAPI description: valid, complete, readable, and of the API alone."""

import re
from typing import Any

import httpx
import pytest
from schemathesis.specs.openapi import definitions

from landbooking.accounts.guards import public, signed_in
from landbooking.paths import PACKAGE
from support.world import app_of, routes_of

ADDRESS = "/api/v1/openapi.json"
FILES = {
    "/api/v1/spaces/{space_id}/guests/{guest_booking_id}/slip": "application/pdf",
    "/api/v1/districts/{district_id}/settlement.csv": "text/csv",
    "/api/v1/spaces/{space_id}/photos/{photo_id}": "image/jpeg",
    "/api/v1/applications/{application_id}/cv": "application/pdf",
    "/api/v1/companies/{company_id}/applications/{application_id}/cv": "application/pdf",
    "/api/v1/placements/{placement_id}/agreement.pdf": "application/pdf",
    "/api/v1/placements/{placement_id}/certificate.pdf": "application/pdf",
}


@pytest.fixture
async def description(client: httpx.AsyncClient) -> dict[str, Any]:
    answer = await client.get(ADDRESS)
    assert answer.status_code == 200
    described: dict[str, Any] = answer.json()
    return described


def operations(description: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [(path, method, one) for path, item in description["paths"].items() for method, one in item.items()]


async def test_it_is_valid_openapi(description: dict[str, Any]) -> None:
    assert description["openapi"].startswith("3.1.")
    definitions.OPENAPI_31_VALIDATOR.validate(description)


async def test_it_describes_every_route_of_the_api_and_no_page(
    client: httpx.AsyncClient, description: dict[str, Any]
) -> None:
    registered = {
        (method.lower(), re.sub(r":\w+", "", path))
        for method, path, _handler in routes_of(app_of(client))
        if path.startswith("/api/v1/") and not path.startswith(ADDRESS)
    }
    assert {(method, path) for path, method, _operation in operations(description)} == registered
    assert len(registered) > 10


async def test_every_operation_says_who_may_and_what_can_go_wrong(
    client: httpx.AsyncClient, description: dict[str, Any]
) -> None:
    guard_of = {
        (method.lower(), re.sub(r":\w+", "", path)): getattr(guard := handler.resolve_guards()[0], "func", guard)
        for method, path, handler in routes_of(app_of(client))
        if path.startswith("/api/v1/") and not path.startswith(ADDRESS)
    }
    for path, method, operation in operations(description):
        assert not re.fullmatch(r"(Get|Post|List)[A-Z]\w+", operation["summary"])
        answers = operation["responses"]
        assert {"401", "500", "503"} < set(answers)
        assert ("400" in answers) == ("requestBody" in operation)
        assert ("404" in answers) >= ("{" in path)
        typed = "requestBody" in operation or any(one["in"] != "path" for one in operation.get("parameters", []))
        assert ("422" in answers) >= typed  # a rule may refuse what nobody typed
        assert ({} in operation["security"]) == (guard_of[method, path] is public)
        assert ("403" in answers) >= (guard_of[method, path] not in (public, signed_in))
        for status, answer in answers.items():
            if int(status) >= 400:
                schema = {"$ref": "#/components/schemas/Problem"}
                assert answer["content"] == {"application/problem+json": {"schema": schema}}, (method, path, status)
            else:
                content = [] if status == "204" else [FILES.get(path, "application/json")]
                assert list(answer.get("content", [])) == content


async def test_its_names_and_texts_are_for_readers(client: httpx.AsyncClient, description: dict[str, Any]) -> None:
    names = set(description["components"]["schemas"])
    assert {"Problem", "FieldProblem", "BookingViewPage", "MunicipalityPage", "NewBooking"} <= names
    assert all(re.fullmatch(r"[A-Za-z]+", name) for name in names)
    verbs = [operation["operationId"] for _path, _method, operation in operations(description)]
    assert all(re.fullmatch(r"[a-z][A-Za-z]*", verb) for verb in verbs)  # clients make functions of them
    assert len(set(verbs)) == len(verbs)
    assert "Nicht" not in str(description)
    german = await client.get(ADDRESS, headers={"Accept-Language": "de"})
    english = await client.get(f"/en{ADDRESS}")
    assert german.json() == english.json() == description


async def test_the_key_against_repetition_is_described_as_it_works(description: dict[str, Any]) -> None:
    keys = [
        parameter
        for _path, _method, operation in operations(description)
        for parameter in operation.get("parameters", [])
        if parameter["name"] == "Idempotency-Key"
    ]
    assert len(keys) == 26
    for key in keys:
        assert "same answer" not in key["description"]
        assert "as that stands by then" in key["description"]


async def test_times_of_day_are_described_as_they_are_said(description: dict[str, Any]) -> None:
    """Those that are taken and those that are answered: HH:MM by the local clock, and never an RFC 3339 duration."""
    assert "duration" not in {one.get("format") for one in _schemas(description)}
    schemas = description["components"]["schemas"]
    for name, fields in {
        "NewPosting": ("starts", "ends"), "PostingChange": ("starts", "ends"), "InternshipView": ("starts", "ends"),
        "TermsDay": ("start", "end"), "NewSeries": ("start", "end"), "SeriesMove": ("start", "end"),
        "SeriesView": ("start", "end"), "DateChoice": ("start", "end"), "HourView": ("start",),
    }.items():  # fmt: skip
        for field in fields:
            pattern = schemas[name]["properties"][field]["pattern"]
            assert re.search(pattern, "09:00"), (name, field)
            for wrong in ("9:00", "24:00", "09:60", "PT9H", "09:00Z", ""):
                assert not re.search(pattern, wrong), (name, field, wrong)


def _schemas(part: Any) -> list[dict[str, Any]]:
    """Every object within that describes a string."""
    if isinstance(part, dict):
        own = [part] if part.get("type") == "string" else []
        return own + [one for value in part.values() for one in _schemas(value)]
    return [one for value in part for one in _schemas(value)] if isinstance(part, list) else []


def test_nothing_is_left_of_litestars_pages_about_the_api() -> None:
    assert not list((PACKAGE / "static").glob("*swagger*"))


@pytest.mark.parametrize("path", ["/schema", "/schema/swagger", "/docs", "/openapi.json", f"{ADDRESS}/swagger"])
async def test_no_other_description_is_served(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(path)).status_code == 404
