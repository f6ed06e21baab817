"""What is free now, inside other websites: anybody may frame it, it knows nobody, and nothing runs in it."""

import re
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
import time_machine

from landbooking.accounts.person import Person
from landbooking.database import Connection
from support.hosting import Place
from support.people import sign_in
from support.spaces import BERLIN, make_booking, make_desk, make_space, open_daily, period_on

MORNING = datetime(2027, 2, 3, 10, 5, tzinfo=BERLIN)  # a Wednesday


async def widget(client: httpx.AsyncClient, path: str) -> str:
    answer = await client.get(path)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text[answer.text.index("<main") :]))


async def test_it_counts_what_is_free_by_kind(
    connection: Connection, client: httpx.AsyncClient, place: Place, resident: Person
) -> None:
    await make_desk(connection, place.space_id, "Saal", kind="meeting_room")
    await make_booking(connection, resident, place.desk, period_on(MORNING.date(), "10:00", "11:00"))
    with time_machine.travel(MORNING, tick=False):
        text = await widget(client, f"/de/spaces/{place.space_id}/widget")
        assert "Arbeitsplätze: 1 von 2 frei" in text
        assert "Besprechungsräume: 1 von 1 frei" in text
        assert "Geöffnet bis 18:00 Uhr" in text
        assert "Stand: 10:05 Uhr" in text
        assert resident.email not in text
    with time_machine.travel(MORNING.replace(hour=11), tick=False):
        assert "2 of 2 free" in await widget(client, f"/en/spaces/{place.space_id}/widget")


@pytest.mark.parametrize(
    ("moment", "says"),
    [
        (MORNING.replace(hour=7), "Öffnet Mittwoch, 3. Februar 2027, 08:00 Uhr"),
        (MORNING.replace(hour=18, minute=0), "Öffnet Donnerstag, 4. Februar 2027, 08:00 Uhr"),
        (datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN), "Öffnet Sonntag, 25. Oktober 2026, 08:00 Uhr"),
        (datetime(2027, 3, 28, 1, 59, tzinfo=BERLIN), "Öffnet Sonntag, 28. März 2027, 08:00 Uhr"),
    ],
)
async def test_while_it_is_closed_it_says_when_it_opens(
    client: httpx.AsyncClient, place: Place, moment: datetime, says: str
) -> None:
    with time_machine.travel(moment.astimezone(UTC), tick=False):
        text = await widget(client, f"/spaces/{place.space_id}/widget")
    assert says in text
    assert " frei Arb" not in text


async def test_one_that_does_not_open_soon_says_so(connection: Connection, client: httpx.AsyncClient) -> None:
    space_id = await make_space(connection)
    assert "Zurzeit geschlossen." in await widget(client, f"/spaces/{space_id}/widget")


async def test_a_municipality_shows_all_its_spaces(
    connection: Connection, client: httpx.AsyncClient, place: Place
) -> None:
    other = await make_space(connection, name="Bahnhof")
    await open_daily(connection, other)
    await make_space(connection, name="Noch geheim", published=False)
    text = await widget(client, "/municipalities/07336055/widget")
    assert "Alte Schule" in text
    assert "Bahnhof" in text
    assert "Noch geheim" not in text
    assert (await client.get("/municipalities/99999999/widget")).status_code == 404
    await connection.execute("UPDATE space SET published = false")
    assert "noch keinen Raum" in await widget(client, "/municipalities/07336055/widget")
    assert (await client.get(f"/spaces/{place.space_id}/widget")).status_code == 404


@pytest.mark.parametrize("path", ["/spaces/{}/widget", "/en/spaces/{}/widget", "/municipalities/07336055/widget"])
async def test_anybody_may_frame_it_and_nothing_runs_in_it(
    connection: Connection, client: httpx.AsyncClient, place: Place, path: str
) -> None:
    await sign_in(connection, client, place.host)
    client.cookies.set("notice", "moved")
    answer = await client.get(path.format(place.space_id))
    [policy] = answer.headers.get_list("content-security-policy")
    assert "frame-ancestors *" in policy
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "x-frame-options" not in answer.headers
    assert answer.headers["cache-control"] == "public, max-age=60"
    assert "set-cookie" not in answer.headers
    assert "<script" not in answer.text
    assert place.host.email not in answer.text
    assert 'target="_top"' in answer.text


async def test_nobody_is_looked_up_there(
    connection: Connection, client: httpx.AsyncClient, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    from landbooking.accounts import authentication

    async def never(*_values: Any) -> None:
        raise AssertionError

    await sign_in(connection, client, place.host)
    monkeypatch.setattr(authentication, "_by_session", never)
    assert (await client.get(f"/spaces/{place.space_id}/widget")).status_code == 200
    assert (await client.get("/")).status_code == 500  # the negative control: elsewhere a session is looked up


async def test_hosts_find_the_line_to_copy(hosting: httpx.AsyncClient, place: Place) -> None:
    page = (await hosting.get(f"/en/host/spaces/{place.space_id}/sharing")).text
    [own, municipal] = re.findall(r"&lt;iframe src=&#34;(http[^&]+)&#34; title=&#34;([^&]+)&#34;", page)
    assert own == (f"http://landbooking.test/en/spaces/{place.space_id}/widget", "Free now: Alte Schule")
    assert municipal == ("http://landbooking.test/en/municipalities/07336055/widget", "Free now: Kusel")
