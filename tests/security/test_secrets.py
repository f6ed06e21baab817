"""What must not get out: secrets in logs, what people typed as code in pages and mails."""

import json
import re

import httpx
import pytest
import structlog

from landbooking.accounts.person import Person
from landbooking.database import Connection
from support.people import bearer, make_person, sign_in
from support.spaces import day_after, make_booking, make_desk, make_host, make_space, open_daily, period_on
from support.world import World, address, app_of, routes_of

EVIL = "<script>alert('x')</script><b>\"'&{{7*7}}{% raw %}"


async def test_no_secret_stands_in_a_log_line(
    connection: Connection, client: httpx.AsyncClient, resident: Person
) -> None:
    token = (await bearer(connection, resident))["Authorization"].removeprefix("Bearer ")
    await sign_in(connection, client, resident)
    session = client.cookies["session"]
    with structlog.testing.capture_logs() as logged:
        page = await client.post("/bookings/feed")
        feed = re.search(r"/calendar/([\w-]+)\.ics", page.text)
        assert feed is not None
        assert (await client.get(f"/calendar/{feed[1]}.ics")).status_code == 200
        assert (await client.get(f"/en/calendar/{feed[1]}.ics")).status_code == 200
        await client.get(f"/calendar/{feed[1]}.ics/more")
        made = await client.post("/profile/keys", data={"label": "Skript", "idempotency_key": "k"})
        new_token = re.search(r"lb_[\w-]+", made.text)
        assert new_token is not None
        await client.get("/api/v1/bookings", headers={"Authorization": f"Bearer {token}"})
        client.cookies.clear()
        await client.post("/sign-in", data={"email": "geheim@example.org", "next": "/"})
        context = await connection.fetchval("SELECT context FROM outbox WHERE recipient = 'geheim@example.org'")
        link = re.search(r"/sign-in/link/([\w-]+)", json.dumps(context))
        assert link is not None
        code = re.search(r"\b[0-9]{6}\b", json.dumps(context))
        assert code is not None
        await client.get(f"/sign-in/link/{link[1]}?code={code[0]}")
        await client.post("/sign-in/code", data={"code": code[0]})
    lines = json.dumps(logged, default=str)
    assert len(logged) >= 9
    for secret in (session, token, new_token[0], feed[1], link[1], code[0], "geheim@example.org", resident.email):
        assert secret not in lines


async def test_a_line_names_method_route_and_status(client: httpx.AsyncClient) -> None:
    with structlog.testing.capture_logs() as logged:
        await client.get("/en/spaces/77?x=secret")
        await client.head("/health/live")
        await client.get("/nothing/secret")
    shown = [(line["method"], line["route"], line["status"]) for line in logged if line["event"] == "request"]
    assert shown == [("GET", "/spaces/{space_id}", 404), ("HEAD", "/health/live", 200), ("GET", "unknown", 404)]
    assert "secret" not in str(logged)


@pytest.mark.parametrize("sent", ["x" * 65, "a b", "<script>", "ä", ""])
async def test_a_request_id_of_ours_replaces_a_strange_one(client: httpx.AsyncClient, sent: str) -> None:
    headers = {b"X-Request-Id": sent.encode()}
    answer = await client.get("/health/live", headers=headers)
    assert re.fullmatch(r"[0-9a-f]{32}", answer.headers["x-request-id"])
    assert (await client.get("/health/live", headers={"X-Request-Id": "a-1"})).headers["x-request-id"] == "a-1"


async def test_what_people_typed_is_text_on_every_page(connection: Connection, client: httpx.AsyncClient) -> None:
    space_id = await make_space(connection, name=EVIL, description=EVIL, street=EVIL, town=EVIL)
    await open_daily(connection, space_id)
    desk = await make_desk(connection, space_id, EVIL)
    owner = await make_person(
        connection, "rollen@example.org", name=EVIL, role="staff", district_id=await district(connection)
    )
    await make_host(connection, owner, space_id)
    ids: dict[str, int | str] = {
        "space_id": space_id,
        "resource_id": desk,
        "booking_id": await make_booking(connection, owner, desk, period_on(day_after(1))),
        "day": f"{day_after(1)}",
    }
    await connection.execute("UPDATE municipality SET name = $1", EVIL)
    await connection.execute(
        "INSERT INTO closure (space_id, days, reason) VALUES ($1, daterange($2, $2, '[]'), $3)",
        space_id,
        day_after(2),
        EVIL,
    )
    await sign_in(connection, client, owner)
    await connection.execute("UPDATE session SET device = $1", EVIL)
    wish = {"date": f"{day_after(1)}", "start": "13:00", "end": "14:00", "place": "07336055", "next": EVIL, "q": EVIL}
    seen = 0
    for method, path, _handler in routes_of(app_of(client)):
        if (
            method == "GET"
            and not path.startswith(("/api/", "/static"))
            and all(name in ids for name in re.findall(r"{(\w+)", path))
        ):
            answer = await client.get(address(path, ids), params=wish)
            if answer.headers.get("content-type", "").startswith("text/html"):
                seen += 1
                assert "<script>alert" not in answer.text, path
                assert "<b>" not in answer.text, path
                assert ">49" not in answer.text, path
    assert seen > 25


async def district(connection: Connection) -> int:
    found: int = await connection.fetchval("SELECT id FROM district LIMIT 1")
    return found


@pytest.mark.parametrize(
    "path", ["/search?place={}&date={}&start={}&end={}", "/sign-in?next={}", "/{}", "/spaces/1/days/{}"]
)
async def test_what_stands_in_an_address_is_text_too(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path.replace("{}", "%3Cscript%3Ealert(1)%3C/script%3E%22%27"))
    assert "<script>alert" not in answer.text


async def test_what_people_typed_is_text_in_mails(
    connection: Connection, client: httpx.AsyncClient, world: World
) -> None:
    from landbooking.pages import environment

    html = [name for name in environment().list_templates() if "/emails/" in name and name.endswith("body.html")]
    assert len(html) >= 5
    for name in html:
        assert environment().autoescape(name)  # type: ignore[operator]
        source = environment().loader.get_source(environment(), name)[0]  # type: ignore[union-attr]
        assert "|safe" not in source.replace(" ", "")


def test_no_template_switches_escaping_off() -> None:
    from landbooking.pages import environment

    for name in environment().list_templates():
        source = environment().loader.get_source(environment(), name)[0].replace(" ", "")  # type: ignore[union-attr]
        if name not in ("macros/icons.html", "spaces/plans/_drawing.html"):  # drawings of our own, picked by name
            assert "|safe" not in source, name
        assert "autoescapefalse" not in source
