"""Placements through the JSON API, by the same verbs as the pages."""

from datetime import date
from typing import Any

import httpx
import pytest

from landbooking.accounts.person import Person
from landbooking.database import Connection
from support.people import bearer, make_person
from support.placements import Stage, desks, make_stage, signed, status_of

API = "/api/v1"


@pytest.fixture
async def stage(connection: Connection) -> Stage:
    return await make_stage(connection)


class Program:
    """Calls as one person."""

    def __init__(self, client: httpx.AsyncClient, headers: dict[str, str]) -> None:
        self._client, self._headers = client, headers

    async def get(self, path: str) -> Any:
        return (await self._client.get(API + path, headers=self._headers)).json()

    async def send(self, path: str, body: Any = None, method: str = "POST") -> tuple[int, Any]:
        answer = await self._client.request(method, API + path, headers=self._headers, json=body)
        return answer.status_code, answer.json()


async def program(connection: Connection, client: httpx.AsyncClient, person: Person) -> Program:
    return Program(client, await bearer(connection, person))


async def test_a_program_leads_a_placement_from_terms_to_desks(
    connection: Connection, client: httpx.AsyncClient, stage: Stage
) -> None:
    company, intern = [await program(connection, client, one) for one in (stage.manager, stage.intern)]
    own, theirs = stage.own, f"/companies/{stage.company_id}/placements/{stage.placement_id}"
    [row] = (await company.get(f"/companies/{stage.company_id}/placements"))["items"]
    assert (row["id"], row["status"]) == (stage.placement_id, "agreement_draft")
    assert [one["id"] for one in await intern.get("/placements")] == [stage.placement_id]
    day = {"day": "2027-09-06", "start": "09:00", "end": "15:00:00", "break_minutes": 30}
    terms = {"space_id": stage.space_id, "tasks": "Neu.", "days": [day, {**day, "day": "2027-09-07"}], "version": 1}
    status, changed = await company.send(f"{theirs}/terms", terms, "PUT")
    assert status == 200
    assert (changed["terms_version"], len(changed["days"]), changed["tasks"]) == (2, 2, "Neu.")
    assert (await company.send(f"{theirs}/terms", {**terms, "tasks": "Anders"}, "PUT"))[0] == 409  # seen before
    status, proposed = await company.send(f"{theirs}/proposal", {"version": 2})
    assert (status, proposed["status"]) == (200, "awaiting_signatures")
    status, problem = await intern.send(f"{own}/signature", {"terms_version": 1})
    assert (status, problem["type"]) == (409, "urn:landbooking:problem:terms-changed")
    assert (await intern.send(f"{own}/signature", {"terms_version": 2}))[0] == 200
    status, confirmed = await company.send(f"{theirs}/signature", {"terms_version": 2})
    assert (status, confirmed["status"]) == (200, "confirmed")
    assert all(one["booking_id"] is None for one in confirmed["days"])
    seen = await intern.get(own)
    assert all(one["booking_id"] for one in seen["days"])
    assert "Rechtsberatung" in seen["disclaimer"] or "legal advice" in seen["disclaimer"]
    assert [one["rule"] for one in seen["findings"]] == ["L14"]
    assert seen["possible"] == ["cancel"]
    assert "2000-05" not in str(await company.get(theirs))
    status, cancelled = await intern.send(f"{own}/cancellation")
    assert (status, cancelled["status"]) == (200, "cancelled")
    assert await desks(connection, stage) == []


async def test_a_day_has_several_breaks(connection: Connection, client: httpx.AsyncClient, stage: Stage) -> None:
    company = await program(connection, client, stage.manager)
    path = f"/companies/{stage.company_id}/placements/{stage.placement_id}/terms"
    pieces = [{"start": "13:00", "end": "13:30"}, {"start": "10:30", "end": "11:00"}]
    day = {"day": "2027-09-06", "start": "09:00", "end": "16:00", "breaks": pieces}
    terms = {"space_id": stage.space_id, "tasks": "Neu.", "days": [day]}
    status, changed = await company.send(path, terms, "PUT")
    assert status == 200
    [shown] = changed["days"]
    assert [(one["start"][11:16], one["end"][11:16]) for one in shown["breaks"]] == [
        ("10:30", "11:00"), ("13:00", "13:30"),
    ]  # fmt: skip
    for wrong in (
        {"break_minutes": 30},
        {"breaks": [{"start": "08:00", "end": "08:30"}]},
        {"breaks": [{"start": "11:00", "end": "11:00"}]},
        {"breaks": [*pieces, {"start": "10:45", "end": "11:15"}]},
        {"breaks": [{"start": "11:00"}]},
        {"breaks": [{"start": f"{10 + number}:00", "end": f"{10 + number}:15"} for number in range(5)]},
    ):
        status, problem = await company.send(path, {**terms, "days": [{**day, **wrong}]}, "PUT")
        assert (status, problem["type"]) == (422, "urn:landbooking:problem:invalid-input"), wrong


async def test_what_the_law_refuses_is_told_finding_by_finding(
    connection: Connection, client: httpx.AsyncClient, stage: Stage
) -> None:
    await connection.execute("UPDATE placement SET pay_cents_hour = NULL")
    company = await program(connection, client, stage.manager)
    theirs = f"/companies/{stage.company_id}/placements/{stage.placement_id}"
    status, problem = await company.send(f"{theirs}/proposal", {})
    assert (status, problem["type"]) == (409, "urn:landbooking:problem:law-refuses")
    [finding] = problem["findings"]
    assert (finding["rule"], finding["day"]) == ("L11", "2027-09-06")
    assert "MiLoG" in finding["paragraph"]
    district = await connection.fetchval("SELECT id FROM district")
    staff = await program(
        connection, client, await make_person(connection, "kreis@example.org", role="staff", district_id=district)
    )
    override = {"rule": "L11", "reason": "Der Kreis zahlt."}
    assert (await company.send(f"/districts/placements/{stage.placement_id}/overrides", override))[0] == 403
    status, view = await staff.send(f"/districts/placements/{stage.placement_id}/overrides", override)
    assert status == 200
    assert [one["overridden_because"] for one in view["findings"] if one["rule"] == "L11"] == ["Der Kreis zahlt."]
    assert [one["id"] for one in await staff.get("/districts/placements")] == [stage.placement_id]
    assert (await company.send(f"{theirs}/proposal", {}))[0] == 200


async def test_what_comes_before_work(connection: Connection, client: httpx.AsyncClient) -> None:
    stage = await make_stage(connection, birthday=date(2010, 12, 1))
    company, intern = [await program(connection, client, one) for one in (stage.manager, stage.intern)]
    theirs = f"/companies/{stage.company_id}/placements/{stage.placement_id}"
    today = (await connection.fetchval("SELECT current_date")).isoformat()
    for what, field in (("instruction", "instructed_on"), ("certificate", "certificate_seen_on")):
        assert (await company.send(f"{theirs}/{what}", {"on": "2090-01-01"}))[0] == 422
        status, view = await company.send(f"{theirs}/{what}", {"on": today})
        assert (status, view[field]) == (200, today)
    assert (await intern.send(f"{stage.own}/days-elsewhere", {"year": 2027, "days": 3}))[0] == 200
    assert (await intern.send(f"{stage.own}/end"))[0] == 409
    assert (await company.send(f"{theirs}/end", {}))[0] == 409
    assert (await company.send(f"{theirs}/school-link"))[0] == 409
    assert (await company.send(f"{theirs}/confirmation", {}))[0] == 409
    assert (await company.send(f"{theirs}/proposal", {}))[0] == 200
    assert (await intern.send(f"{stage.own}/guardian", {"guardian_email": "kein"}))[0] == 422
    assert (await intern.send(f"{stage.own}/guardian", {"guardian_email": "vater@example.org"}))[0] == 200
    district = await connection.fetchval("SELECT id FROM district")
    staff = await program(
        connection, client, await make_person(connection, "kreis@example.org", role="staff", district_id=district)
    )
    paper = {"signatory": "guardian", "name": "Vater Muster", "terms_version": 1}
    assert (await staff.send(f"/districts/placements/{stage.placement_id}/paper", paper))[0] == 200
    assert await signed(connection, stage) == {"guardian"}
    assert (await company.send(f"{theirs}/cancellation", {"version": 2}))[0] == 200
    assert await status_of(connection, stage) == "cancelled"
    assert (await company.send(f"{theirs}/instruction", {"on": today}))[0] == 409


async def test_others_placements_are_not_there(connection: Connection, client: httpx.AsyncClient, stage: Stage) -> None:
    other = await program(connection, client, await make_person(connection, "fremd@example.org"))
    theirs = f"/companies/{stage.company_id}/placements"
    for path in (stage.own, theirs, f"{theirs}/{stage.placement_id}"):
        assert (await other.get(path))["status"] == 404
    assert await other.get("/placements") == []
