"""A person's own pages: what they can change, and that nobody else can."""

import re

import httpx
import pytest

from landbooking.accounts.devices import device_words
from landbooking.accounts.person import Person
from landbooking.accounts.tokens import MOST
from landbooking.database import Connection
from support import people


@pytest.fixture
async def home(connection: Connection) -> int:
    district = await connection.fetchval(
        "INSERT INTO district (key, name, state) VALUES ('07336', 'Landkreis Kusel', 'RP') RETURNING id"
    )
    municipality: int = await connection.fetchval(
        """INSERT INTO municipality (district_id, ags, name, association, lat, lon, population)
           VALUES ($1, '07336052', 'Körborn', 'Kusel-Altenglan', 49.5, 7.4, 400) RETURNING id""",
        district,
    )
    return municipality


@pytest.mark.parametrize("path", ["/profile", "/profile/devices", "/profile/keys"])
async def test_the_profile_asks_to_sign_in(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/sign-in?next={path.replace('/', '%2F')}")


@pytest.mark.parametrize(
    "path",
    ["/profile", "/profile/devices/1/end", "/profile/devices/end-all", "/profile/keys", "/profile/keys/1/revoke"],
)
async def test_nothing_in_the_profile_is_changed_without_signing_in(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.post(path, data={"label": "x"})).status_code == 401


async def test_name_language_and_home_are_kept(
    client: httpx.AsyncClient, connection: Connection, resident: Person, home: int
) -> None:
    await people.sign_in(connection, client, resident)
    answer = await client.post("/profile", data={"name": " Eine <b> ", "language": "en", "municipality": "körborn"})
    assert answer.status_code == 303
    row = await connection.fetchrow("SELECT name, language, home_id FROM person WHERE id = $1", resident.id)
    assert tuple(row) == ("Eine <b>", "en", home)  # type: ignore[arg-type]
    page = (await client.get("/profile")).text
    assert 'value="Eine &lt;b&gt;"' in page
    assert 'value="Körborn"' in page
    await client.post("/profile", data={"name": "", "language": "de", "municipality": ""})
    assert await connection.fetchval("SELECT home_id FROM person WHERE id = $1", resident.id) is None


async def test_every_mistake_in_the_profile_is_told_at_once_and_what_was_typed_is_kept(
    client: httpx.AsyncClient, connection: Connection, resident: Person, home: int
) -> None:
    await people.sign_in(connection, client, resident)
    answer = await client.post("/profile", data={"name": "x" * 101, "language": "fr", "municipality": "Atlantis"})
    assert answer.status_code == 422
    for field in ("name", "language", "municipality"):
        assert f'id="error-{field}"' in answer.text
    assert "x" * 101 in answer.text
    assert 'value="Atlantis"' in answer.text
    assert await connection.fetchval("SELECT name FROM person WHERE id = $1", resident.id) == ""


async def test_devices_are_listed_and_one_can_be_signed_out(
    client: httpx.AsyncClient, connection: Connection, resident: Person
) -> None:
    await people.sign_in(connection, client, resident)
    lost = client.cookies["session"]
    await connection.execute("UPDATE session SET device = 'Firefox, Android'")
    client.cookies.clear()
    await people.sign_in(connection, client, resident)
    page = (await client.get("/profile/devices")).text
    assert "Firefox, Android" in page
    assert page.count("dieses Gerät") == 1
    path = re.search(r'action="(/profile/devices/\d+/end)"', page)
    assert path is not None
    assert (await client.post(path[1])).status_code == 303
    assert "Firefox, Android" not in (await client.get("/profile/devices")).text
    client.cookies.clear()
    client.cookies.set("session", lost)
    assert (await client.get("/profile")).status_code == 303


async def test_nobody_ends_the_session_or_the_token_of_another_person(
    client: httpx.AsyncClient, connection: Connection, resident: Person, outsider: Person
) -> None:
    await people.bearer(connection, resident)
    await people.sign_in(connection, client, resident)
    session, token = await connection.fetchrow("SELECT (SELECT id FROM session), (SELECT id FROM api_token)") or (0, 0)
    client.cookies.clear()
    await people.sign_in(connection, client, outsider)
    assert (await client.post(f"/profile/devices/{session}/end")).status_code == 303
    assert (await client.post(f"/profile/keys/{token}/revoke")).status_code == 303
    assert (await client.post("/profile/devices/end-all")).status_code == 303
    owners = await connection.fetch("SELECT person_id FROM session UNION ALL SELECT person_id FROM api_token")
    assert [row["person_id"] for row in owners] == [resident.id, resident.id]


@pytest.mark.parametrize("number", ["0", "-1", "9" * 19, "9" * 40, "x"])
async def test_ids_that_cannot_be_are_not_found(
    client: httpx.AsyncClient, connection: Connection, resident: Person, number: str
) -> None:
    await people.sign_in(connection, client, resident)
    for path in (f"/profile/devices/{number}/end", f"/profile/keys/{number}/revoke"):
        assert (await client.post(path)).status_code == 404


async def test_signing_out_everywhere_ends_this_session_too(
    client: httpx.AsyncClient, connection: Connection, resident: Person
) -> None:
    await people.sign_in(connection, client, resident)
    token = client.cookies["session"]
    client.cookies.clear()
    await people.sign_in(connection, client, resident)
    await client.post("/profile/devices/end-all")
    assert (await client.get("/profile")).status_code == 303
    client.cookies.clear()
    client.cookies.set("session", token)
    assert (await client.get("/profile")).status_code == 303


async def add_key(client: httpx.AsyncClient, label: str) -> httpx.Response:
    hidden = re.search(r'name="idempotency_key" value="([^"]+)"', (await client.get("/profile/keys")).text)
    assert hidden is not None
    return await client.post("/profile/keys", data={"label": label, "idempotency_key": hidden[1]})


async def test_a_key_is_shown_once_and_works_until_it_is_revoked(
    client: httpx.AsyncClient, connection: Connection, resident: Person
) -> None:
    await people.sign_in(connection, client, resident)
    answer = await add_key(client, "Tafel & Laden")
    assert answer.status_code == 200
    token = re.search(r"lb_[\w-]{43}", answer.text)
    assert token is not None
    listed = (await client.get("/profile/keys")).text
    assert "Tafel &amp; Laden" in listed
    assert token[0] not in listed
    assert await connection.fetchval("SELECT count(*) FROM api_token WHERE person_id = $1", resident.id) == 1
    path = re.search(r'action="(/profile/keys/\d+/revoke)"', listed)
    assert path is not None
    await client.post(path[1])
    assert await connection.fetchval("SELECT count(*) FROM api_token") == 0


async def test_reloading_the_page_with_the_key_makes_no_second_one(
    client: httpx.AsyncClient, connection: Connection, resident: Person
) -> None:
    await people.sign_in(connection, client, resident)
    form = {"label": "Tafel", "idempotency_key": "the page's own"}
    assert (await client.post("/profile/keys", data=form)).status_code == 200
    answer = await client.post("/profile/keys", data=form)
    assert (answer.status_code, answer.headers["location"]) == (303, "/profile/keys")
    assert (await client.post("/profile/keys", data=form | {"label": "Laden"})).status_code == 200
    assert await connection.fetchval("SELECT count(*) FROM api_token") == 2


async def test_a_key_needs_a_short_label_and_nobody_needs_too_many(
    client: httpx.AsyncClient, connection: Connection, resident: Person
) -> None:
    await people.sign_in(connection, client, resident)
    assert (await add_key(client, "")).status_code == 422
    answer = await add_key(client, "x" * 61)
    assert answer.status_code == 422
    assert "x" * 61 in answer.text
    for _ in range(MOST):
        await people.bearer(connection, resident)
    answer = await add_key(client, "Eine mehr")
    assert answer.status_code == 409
    assert 'value="Eine mehr"' in answer.text


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        ("Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0", "Firefox, Android"),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36", "Chrome, Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge, Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Safari, iPhone"),
        ("curl/8.0", ""),
        ("", ""),
    ],
)  # fmt: skip
def test_a_device_is_called_by_browser_and_system(user_agent: str, words: str) -> None:
    assert device_words(user_agent) == words
