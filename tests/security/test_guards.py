"""Who may call what: every route names its guard, and whoever it is not for gets nothing."""

from typing import Any

import httpx
import pytest

from landbooking.accounts import guards
from landbooking.accounts.person import Person
from landbooking.database import Connection
from support.people import BASE_URL, sign_in
from support.spaces import make_host, make_space
from support.world import World, address, all_routes

KNOWN = {
    guards.public, guards.signed_in, guards.host_of_space, guards.owner_of_space, guards.host_or_staff,
    guards.at_counter, guards.district_staff,
}  # fmt: skip
HOSTS = ([guards.host_of_space], [guards.owner_of_space])  # which of them: tests/spaces/hosting/test_roles.py
ROUTES = all_routes()


def guards_of(handler: Any) -> list[Any]:
    return [getattr(guard, "func", guard) for guard in handler.resolve_guards()]


# Looking for a ride needs no account; offering one, asking and wishing does.
FOR_PROGRAMS = ("/api/", "/covoiturage/")
RIDES_FOR_ALL = {
    "/rides",
    "/rides/search",
    "/rides/{ride_id:int}",
    "/api/v1/rides/search",
    "/api/v1/rides/{ride_id:int}/runs/{day:date}",
    "/rides/consent/{token:str}",
}

INTERNSHIPS_FOR_ALL = {
    "/internships",
    "/internships/feed.rss",
    "/internships/easy",
    "/internships/{posting_id:int}",
    "/internships/searches/end/{code:str}",
    "/internships/consent/{token:str}",
    "/internships/reconfirmation/{token:str}",
    "/internships/signature/{token:str}",
    "/companies/{company_id:int}",
    "/api/v1/internships",
    "/api/v1/internships/{posting_id:int}",
    "/api/v1/companies/{company_id:int}",
}

GUARDED = [(method, path) for method, path, handler in ROUTES if guards_of(handler) != [guards.public]]


def test_every_route_names_exactly_one_guard() -> None:
    assert len(ROUTES) > 70
    for method, path, handler in ROUTES:
        named = guards_of(handler)
        assert len(named) == 1, (method, path)
        assert named[0] in KNOWN, (method, path)


def test_every_path_of_a_host_or_of_the_district_is_guarded_as_such() -> None:
    for _method, path, handler in ROUTES:
        if path.startswith("/host/spaces/"):
            assert guards_of(handler) in HOSTS
        if path.startswith("/host") and not path.startswith("/host/spaces/"):
            assert guards_of(handler) == [guards.host_or_staff]
        if path.startswith("/counter"):
            assert guards_of(handler) == [guards.at_counter]
        if path.startswith(("/district", "/api/v1/districts")):
            assert guards_of(handler) == [guards.district_staff]
        if (_method, path) == ("GET", "/api/v1/spaces/{space_id:int}/plan"):
            continue  # anybody looks at a plan, hosts change it
        if path.startswith("/api/v1/spaces/{space_id:int}/") and not path.endswith("/week"):
            assert guards_of(handler) in ([[guards.at_counter]] if "/guests" in path else HOSTS)
        own = (
            "/profile", "/bookings", "/series", "/rides/seats", "/rides/requests", "/rides/profile", "/rides/blocks",
            "/rides/duties", "/rides/organisations", "/api/v1/bookings", "/api/v1/series", "/api/v1/waiting",
            "/api/v1/seat-requests", "/api/v1/journeys", "/api/v1/ride-organisations", "/applications", "/company/",
            "/internships/placements", "/internships/school", "/api/v1/placements", "/api/v1/school", "/placements",
            "/api/v1/applications", "/api/v1/ride-profile", "/api/v1/ride-blocks", "/api/v1/ride-duties",
        )  # fmt: skip
        if path.startswith(own):
            assert guards_of(handler) == [guards.signed_in]
        internships = ("/internships", "/companies", "/postings", "/saved-searches")
        if path.removeprefix("/api/v1").startswith(internships) and path not in INTERNSHIPS_FOR_ALL:
            assert guards_of(handler) == [guards.signed_in], path
        if path.startswith(("/rides", "/api/v1/rides", "/api/v1/ride-wishes")) and path not in RIDES_FOR_ALL:
            assert guards_of(handler) == [guards.signed_in], path


async def refused(client: httpx.AsyncClient, method: str, path: str, *allowed: int) -> None:
    for shown in (path, f"/en{path}", f"/{path}", f"{path}/"):
        answer = await client.request(method, f"{BASE_URL}{shown}", data={} if method == "POST" else None)
        assert answer.status_code in (*allowed, 303, 404), (shown, answer.status_code)
        if answer.status_code == 303 and allowed == (401,):  # //api/… is no address of the API
            assert shown.startswith(("//api/", "//covoiturage/"))
        if answer.status_code == 303:
            assert answer.headers["location"].removeprefix("/en").startswith("/sign-in?next=")
        if shown == path:
            assert answer.status_code in allowed, answer.status_code


@pytest.mark.parametrize(("method", "path"), GUARDED)
async def test_who_is_signed_out_gets_nothing(client: httpx.AsyncClient, world: World, method: str, path: str) -> None:
    expected = 401 if method != "GET" or path.startswith(FOR_PROGRAMS) else 303
    await refused(client, method, address(path, world.ids), expected)


OF_OTHERS = [(method, path) for method, path in GUARDED if "{" in path or path.startswith("/district")]


@pytest.mark.parametrize("who", ["resident", "neighbour"])
@pytest.mark.parametrize(("method", "path"), OF_OTHERS)
async def test_who_is_somebody_else_gets_nothing(
    connection: Connection, client: httpx.AsyncClient, world: World, outsider: Person, who: str, method: str, path: str
) -> None:
    if who == "neighbour":
        await make_host(connection, outsider, await make_space(connection, name="Nachbarraum"))
    await sign_in(connection, client, outsider)
    open_to_all = ("/resources/{resource_id:int}/bookings", "/resources/{resource_id:int}/series")
    seats = ("/rides/{ride_id:int}/seat-requests", "/rides/{ride_id:int}/seat-requests/new")
    calls = (
        "/meeting-points/{meeting_point_id:int}/calls",
        "/api/v1/meeting-points/{meeting_point_id:int}/calls",
        "/here/{code:str}/bookings",
        "/api/v1/here/{code:str}/bookings",
    )
    applies = path.startswith(("/internships/{posting_id:int}/application", "/api/v1/internships/{posting_id:int}/"))
    asks = method == "POST" and path == "/api/v1/rides/{ride_id:int}/seat-requests"
    if path in (*open_to_all, *seats, *calls, "/api/v1/here/{code:str}/bookings") or asks or applies:
        return  # anybody may book; nothing here belongs to somebody
    asked = address(path, world.ids)
    answer = await client.request(method, asked, json=_body(path) if method in ("POST", "PUT") else None)
    gone = path in (
        "/profile/devices/{session_id:int}/end",
        "/profile/keys/{token_id:int}/revoke",
        "/rides/blocks/{person_id:int}/removal",
        "/api/v1/ride-blocks/{person_id:int}/removal",
    )
    assert answer.status_code in ((200, 303, 404) if gone else (403, 404)), answer.status_code
    assert await connection.fetchval("SELECT count(*) FROM session WHERE id = $1", world.ids["session_id"]) == 1
    assert await connection.fetchval("SELECT count(*) FROM api_token WHERE id = $1", world.ids["token_id"]) == 1
    assert await connection.fetchval("SELECT version FROM booking WHERE id = $1", world.booking_id) == 1
    assert await connection.fetchval("SELECT version FROM seat_request WHERE id = $1", world.ids["seat_id"]) == 1
    assert await connection.fetchval("SELECT version FROM posting WHERE id = $1", world.ids["posting_id"]) == 1
    assert await connection.fetchval("SELECT version FROM floor_plan WHERE space_id = $1", world.space_id) == 1
    assert await connection.fetchval("SELECT version FROM company WHERE id = $1", world.ids["company_id"]) == 1


INTERNSHIP_BODIES: dict[str, dict[str, object]] = {
    "/verification": {"proof": "letter"},
    "/suspension": {"reason": "Neid"},
    "/name": {"proof": "letter"},
    "/name/refusal": {"reason": "Neid"},
    "/steps": {"step": "publish"},
    "/members": {"email": "jemand@example.org"},
    "/terms": {"places": 1, "deadline": "2029-12-01", "mentor": 1},
    "/companies/{company_id:int}/change": {
        "name": "Neu", "street": "Weg 1", "postal_code": "66869", "town": "Kusel", "contact_name": "Leitung",
    },
}  # fmt: skip
POSTING: dict[str, object] = {
    "title": "Webseiten", "field": "it", "kind": "mandatory", "tasks": "Bauen", "mentor": 1, "spaces": [1],
    "first": "2030-01-07", "last": "2030-01-18", "weekdays": [1], "starts": "08:30", "ends": "15:00",
    "deadline": "2029-12-01",
}  # fmt: skip


OF_DAYS: dict[str, dict[str, object]] = {
    "exceptions": {"day": "2030-01-01"},
    "pauses": {"first": "2030-01-01", "last": "2030-01-01"},
    "pauses/removal": {"first": "2030-01-01"},
    "end": {},
}


RUNNING: dict[str, dict[str, object]] = {
    "tasks": {"week": 1, "text": "x"},
    "tasks/{task_id:int}": {"done": True},
    "diary/{day:date}": {"text": "x"},
    "reconfirmation": {"answer": "yes"},
    "absences": {"day": "2030-01-01"},
    "feedback": {"stars": 3},
    "agreement/address": {"address": "x"},
    "agreement/collective-agreements": {"notice": "x"},
}
BODIES = {f"/api/v1/placements/{{placement_id:int}}/{name}": body for name, body in RUNNING.items()}
BODIES["/api/v1/spaces/{space_id:int}/plan"] = {"floors": []}
OF_ORGANISATIONS = "/api/v1/ride-organisations/{organisation_id:int}"
BODIES[f"{OF_ORGANISATIONS}/duties"] = {"ride_id": 1, "day": "2030-01-01", "person_id": None}
BODIES[f"{OF_ORGANISATIONS}/bookings"] = {
    "ride_id": 1, "day": "2030-01-01", "name": "x", "pick_up": {"municipality_id": 1},
    "drop_off": {"municipality_id": 2},
}  # fmt: skip
BODIES[f"{OF_ORGANISATIONS}/bookings/{{seat_id:int}}/cancellation"] = {}
BODIES["/api/v1/seat-requests/{seat_id:int}/report"] = {"text": "x"}
BODIES["/api/v1/closures"] = {"space_ids": [1], "first": "2030-01-01"}

OF_PLACEMENTS: dict[str, dict[str, object]] = {
    "signature": {"terms_version": 1},
    "guardian": {"guardian_email": "mutter@example.org"},
    "days-elsewhere": {"year": 2030, "days": 1},
    "instruction": {"on": "2026-01-01"},
    "certificate": {"on": "2026-01-01"},
    "terms": {"space_id": 1, "tasks": "x", "days": [{"day": "2030-01-01", "start": "09:00:00", "end": "10:00:00"}]},
}


def _body(path: str) -> dict[str, object] | None:
    if path in BODIES:
        return BODIES[path]
    if "{placement_id:int}/" in path and path.startswith("/api/"):
        return OF_PLACEMENTS.get(path.rpartition("/")[2], {})
    if "{application_id:int}/" in path and path.startswith("/api/"):
        known: dict[str, dict[str, object]] = {"messages": {"text": "x"}, "decline": {"reason": "skills"}}
        times = [{"start": f"2030-01-01T{hour}:00:00Z", "end": f"2030-01-01T{hour}:30:00Z"} for hour in (10, 11)]
        known["interview"] = {"times": times} if "/companies/" in path else {"time_id": 1}
        return known.get(path.rpartition("/")[2], {})
    if path.startswith(("/api/v1/companies/", "/api/v1/postings/", "/api/v1/districts/")):
        for ending, body in INTERNSHIP_BODIES.items():
            if path.endswith(ending):
                return body
        if path.endswith(("/postings", "/change")):
            return POSTING
    without = ("/approval", "/refusal", "/withdrawal", "{wish_id:int}/acceptance")
    if path.endswith(without) or path.startswith("/api/v1/seat-requests"):
        return {"ridden": True} if path.endswith("/feedback") else {}
    if path.startswith("/api/v1/rides/") and (verb := path.rpartition("}/")[2]) in OF_DAYS:
        return OF_DAYS[verb]
    if path.startswith("/api/v1/rides/") and not path.endswith("/seat-requests"):
        return {"from": "Kusel", "to": "Ferndorf", "first": "2030-01-01", "times": [{"weekday": 1, "at": 420}]}
    if path.endswith("/voucher"):
        return {"code": "ABCDEFGHJK"}
    if path.startswith("/api/v1/series/"):
        return {"booking_id": 1, "scope": "all"}
    return {"start": "2030-01-01T09:00:00Z", "end": "2030-01-01T10:00:00Z"} if path.startswith("/api/") else None


@pytest.mark.parametrize(
    "path",
    ["/demo/mail", "/demo", "/demo/mail/1/1", "/admin", "/english", "/deutsch", "/en/en", "/static/",
     "/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2f..%2fapp.py", "/static//etc/passwd",
     "/.git/config", "/%00"],
)  # fmt: skip
async def test_what_is_not_there_is_not_there(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(path)).status_code == 404


async def test_options_tell_nothing_but_methods(client: httpx.AsyncClient, world: World) -> None:
    answer = await client.options(f"/host/spaces/{world.space_id}")
    assert (answer.status_code, answer.content) == (204, b"")


async def test_metrics_exist_for_who_has_the_token_only(connection: Connection, settings: Any) -> None:
    import msgspec

    from conftest import OneConnection
    from support.people import client_for

    token = "m" * 40
    configured = msgspec.structs.replace(settings, metrics_token=token)
    tried: list[tuple[Any, dict[str, Any], int]] = [
        (settings, {}, 404),
        (settings, {"Authorization": f"Bearer {token}"}, 404),
        (settings, {"Authorization": "Bearer None"}, 404),
        (configured, {}, 404),
        (configured, {"Authorization": "Bearer wrong"}, 404),
        (configured, {"Authorization": "Bearer "}, 404),
        (configured, {"Authorization": b"Bearer \xff"}, 404),
        (configured, {"Authorization": f"Bearer {token}"}, 200),
    ]
    for chosen, headers, status in tried:
        async with client_for(chosen, OneConnection(connection)) as client:
            answer = await client.get("/metrics", headers=headers)
        assert answer.status_code == status
    assert "landbooking_requests_total" in answer.text
