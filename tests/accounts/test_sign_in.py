"""Signing in, from the address to the session: what works, and everything that must not."""

import asyncio
import re
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from hashlib import sha256
from typing import Any

import httpx
import pytest
from redis.exceptions import ConnectionError as ValkeyAway

from landbooking import database
from landbooking.accounts import limits
from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.notifications.mail import OutboxRow, compose
from landbooking.settings import Settings
from support import people

ADDRESS = "lehrerin@example.org"


async def mailed(connection: Connection, address: str = ADDRESS) -> dict[str, str]:
    """The context of the newest mail to the address: code and link_path."""
    context: dict[str, str] = await connection.fetchval(
        "SELECT context FROM outbox WHERE recipient = $1 ORDER BY id DESC LIMIT 1", address
    )
    return context


async def ask(client: httpx.AsyncClient, address: str = ADDRESS, **fields: str) -> httpx.Response:
    return await client.post("/sign-in", data={"email": address, **fields})


async def enter(client: httpx.AsyncClient, code: str) -> httpx.Response:
    return await client.post("/sign-in/code", data={"code": code})


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


async def sessions(connection: Connection, address: str = ADDRESS) -> int:
    count: int = await connection.fetchval(
        "SELECT count(*) FROM session JOIN person ON person.id = person_id WHERE email = $1", address
    )
    return count


async def test_a_mailed_code_signs_in_and_leads_on(client: httpx.AsyncClient, connection: Connection) -> None:
    answer = await ask(client, next="/profile?a=1")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in/code")
    page = await client.get("/sign-in/code")
    assert page.status_code == 200
    assert ADDRESS in page.text
    code = (await mailed(connection))["code"]
    answer = await enter(client, f" {code[:3]} {code[3:]} ")
    assert (answer.status_code, answer.headers["location"]) == (303, "/profile?a=1")
    cookie = answer.headers["set-cookie"].lower()
    assert "session=" in cookie
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    page = await client.get("/profile")
    assert page.status_code == 200
    assert ADDRESS in page.text


async def test_the_first_sign_in_makes_an_account_in_the_language_of_the_page(
    client: httpx.AsyncClient, connection: Connection
) -> None:
    await client.post("/en/sign-in", data={"email": " Lehrerin@Example.ORG "})
    assert await connection.fetchval("SELECT count(*) FROM person") == 0
    context = await mailed(connection)
    assert context["link_path"].startswith("/en/")
    answer = await client.post("/en/sign-in/code", data={"code": context["code"]})
    assert answer.headers["location"] == "/en/"
    row = await connection.fetchrow("SELECT email, language, role FROM person")
    assert tuple(row) == (ADDRESS, "en", "resident")  # type: ignore[arg-type]


async def test_the_mail_has_code_and_link_in_its_body_but_not_in_its_subject(
    client: httpx.AsyncClient, connection: Connection, settings: Settings
) -> None:
    await ask(client)
    row = await connection.fetchrow("SELECT id, recipient, language, template, context, attempts FROM outbox")
    assert row is not None
    mail = compose(settings, OutboxRow(**row))
    context = row["context"]
    for kind in ("plain", "html"):
        body = mail.get_body((kind,))
        assert body is not None
        assert context["code"] in body.get_content()
        assert people.BASE_URL + context["link_path"] in body.get_content()
    assert context["code"] not in mail["Subject"]
    assert "lehrerin" not in mail["Subject"].lower()


async def test_neither_code_nor_link_stands_in_the_table_as_it_is(
    client: httpx.AsyncClient, connection: Connection
) -> None:
    await ask(client)
    context = await mailed(connection)
    row = await connection.fetchval("SELECT sign_in_code::text FROM sign_in_code")
    assert context["code"] not in row
    assert context["link_path"].rpartition("/")[2] not in row
    assert context["link_path"].rpartition("/")[2].encode().hex() not in row


async def test_known_and_unknown_addresses_are_answered_alike(
    client: httpx.AsyncClient, connection: Connection
) -> None:
    await people.make_person(connection, "bekannt@example.org", name="Eine Lehrerin", role="operator")
    pages = []
    for address in ("bekannt@example.org", "unbekan@example.org"):
        asked = await ask(client, address)
        shown = await client.get("/sign-in/code")
        tried = await enter(client, wrong((await mailed(connection, address))["code"]))
        pages.append(
            [
                (answer.status_code, answer.text.replace(address, "ADDRESS"), sorted(answer.headers.keys()))
                for answer in (asked, shown, _without_typed(tried))
            ]
        )
    assert pages[0] == pages[1]


def _without_typed(answer: httpx.Response) -> httpx.Response:
    text = re.sub(r'value="\d{6}"', "", answer.text)
    return httpx.Response(answer.status_code, headers=answer.headers, content=text.encode())


NO_ADDRESSES = [
    *["", "lehrerin", "lehrerin@", "@example.org", "a@b", "a@x..de", "a@-x.de", "a b@x.de", '"a"@x.de'],
    *["a@x.de, b@x.de", "a@x.de\nBcc: b@x.de", "ä@x.de", "a@straße.de"],
    *["a@" + "x" * 70 + ".de", "a" * 65 + "@x.de", "a" * 300 + "@x.de"],
]


@pytest.mark.parametrize("address", NO_ADDRESSES)
async def test_what_is_no_address_is_told_and_kept(
    client: httpx.AsyncClient, connection: Connection, address: str
) -> None:
    answer = await ask(client, address, next="/bookings")
    assert answer.status_code == 422
    assert 'id="error-email"' in answer.text
    assert 'value="/bookings"' in answer.text
    assert await connection.fetchval("SELECT count(*) FROM outbox") == 0


async def test_a_domain_with_an_umlaut_is_written_in_ascii(client: httpx.AsyncClient, connection: Connection) -> None:
    await ask(client, "post@müller.example")
    assert await connection.fetchval("SELECT recipient FROM outbox") == "post@xn--mller-kva.example"


async def test_a_wrong_code_is_told_and_counted_although_the_answer_is_an_error(
    client: httpx.AsyncClient, connection: Connection
) -> None:
    await ask(client)
    code = (await mailed(connection))["code"]
    answer = await enter(client, wrong(code))
    assert answer.status_code == 422
    assert 'id="error-code"' in answer.text
    assert await connection.fetchval("SELECT wrong_tries FROM sign_in_code") == 1
    assert await sessions(connection) == 0
    assert (await enter(client, code)).status_code == 303


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "１２３４５６", "12345\x006", "9" * 50])
async def test_what_cannot_be_a_code_costs_no_try(
    client: httpx.AsyncClient, connection: Connection, typed: str
) -> None:
    await ask(client)
    assert (await enter(client, typed)).status_code == 422
    assert await connection.fetchval("SELECT wrong_tries FROM sign_in_code") == 0


async def test_after_five_wrong_tries_the_right_code_is_worth_nothing(
    client: httpx.AsyncClient, connection: Connection
) -> None:
    await ask(client)
    code = (await mailed(connection))["code"]
    statuses = [(await enter(client, wrong(code))).status_code for _ in range(5)]
    assert statuses == [422, 422, 422, 422, 410]
    answer = await enter(client, code)
    assert answer.status_code == 410
    assert f'value="{ADDRESS}"' in answer.text
    assert await connection.fetchval("SELECT wrong_tries FROM sign_in_code") == 5
    assert await sessions(connection) == 0
    assert (await client.get("/sign-in/code")).status_code == 410


async def test_a_code_works_once(client: httpx.AsyncClient, connection: Connection) -> None:
    await ask(client)
    request = client.cookies["sign-in"]
    code = (await mailed(connection))["code"]
    assert (await enter(client, code)).status_code == 303
    client.cookies.set("sign-in", request)
    assert (await enter(client, code)).status_code == 410
    assert await sessions(connection) == 1


async def test_an_expired_code_and_link_are_refused_kindly(client: httpx.AsyncClient, connection: Connection) -> None:
    await ask(client)
    context = await mailed(connection)
    await connection.execute("UPDATE sign_in_code SET expires_at = now() - interval '1 second'")
    assert (await enter(client, context["code"])).status_code == 410
    assert (await client.get("/sign-in/code")).status_code == 410
    for answer in (await client.get(context["link_path"]), await client.post(context["link_path"])):
        assert answer.status_code == 410
        assert 'href="/de/sign-in"' in answer.text
    assert await sessions(connection) == 0


async def test_a_code_is_good_only_in_the_browser_that_asked(client: httpx.AsyncClient, connection: Connection) -> None:
    await ask(client)
    code = (await mailed(connection))["code"]
    await ask(client, "andere@example.org")
    assert (await enter(client, code)).status_code == 422
    for cookie in ("", "1", "00000000-0000-4000-8000-000000000000", "x" * 500):
        client.cookies.clear()
        client.cookies.set("sign-in", cookie)
        answer = await enter(client, code)
        assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
    assert await connection.fetchval("SELECT count(*) FROM session") == 0


async def test_opening_the_link_changes_nothing_and_its_button_signs_in(
    client: httpx.AsyncClient, connection: Connection
) -> None:
    await ask(client, next="/bookings")
    link = (await mailed(connection))["link_path"]
    client.cookies.clear()  # the mail is read on another device
    before = await connection.fetchval("SELECT array_agg(sign_in_code::text) FROM sign_in_code")
    for _ in range(3):
        page = await client.get(link)
        assert page.status_code == 200
        assert ADDRESS in page.text
        assert "set-cookie" not in page.headers
    assert await connection.fetchval("SELECT array_agg(sign_in_code::text) FROM sign_in_code") == before
    assert await sessions(connection) == 0
    answer = await client.post(link)
    assert (answer.status_code, answer.headers["location"]) == (303, "/de/bookings")
    assert await sessions(connection) == 1


@pytest.mark.parametrize("first", ["code", "link"])
async def test_code_and_link_end_each_other(client: httpx.AsyncClient, connection: Connection, first: str) -> None:
    await ask(client)
    request = client.cookies["sign-in"]
    context = await mailed(connection)
    if first == "code":
        assert (await enter(client, context["code"])).status_code == 303
        assert (await client.get(context["link_path"])).status_code == 410
        assert (await client.post(context["link_path"])).status_code == 410
    else:
        assert (await client.post(context["link_path"])).status_code == 303
        client.cookies.set("sign-in", request)
        assert (await enter(client, context["code"])).status_code == 410
    assert await sessions(connection) == 1


async def test_an_invented_link_is_refused(client: httpx.AsyncClient) -> None:
    for token in ("x", "y" * 43, "%00", "%ff"):
        assert (await client.get(f"/sign-in/link/{token}")).status_code == 410
        assert (await client.post(f"/sign-in/link/{token}")).status_code == 410


@pytest.mark.parametrize(
    "evil",
    ["//evil.example", "/\\evil.example", "\\\\evil.example", "https://evil.example", "javascript:alert(1)",
     "evil.example", "/\t/evil.example", "/\n/evil.example", "/de//evil.example", "/x\r\nSet-Cookie: a=b",
     "/" + "x" * 3000],
)  # fmt: skip
async def test_next_cannot_leave_the_site(client: httpx.AsyncClient, connection: Connection, evil: str) -> None:
    page = await client.get("/sign-in", params={"next": evil})
    assert 'name="next" value="/"' in page.text
    answer = await ask(client, next=evil)
    if answer.status_code == 303:  # a form with control characters is refused altogether
        answer = await enter(client, (await mailed(connection))["code"])
        assert answer.headers["location"] == "/"


async def test_next_keeps_umlauts_and_the_query(client: httpx.AsyncClient, connection: Connection) -> None:
    await ask(client, next="/spaces?ort=Körborn&kind=desk")
    answer = await enter(client, (await mailed(connection))["code"])
    assert answer.headers["location"] == "/spaces?ort=K%C3%B6rborn&kind=desk"


async def test_signing_in_rotates_the_session(
    client: httpx.AsyncClient, connection: Connection, resident: Person
) -> None:
    await people.sign_in(connection, client, resident)
    old = client.cookies["session"]
    await ask(client)
    answer = await enter(client, (await mailed(connection))["code"])
    assert re.search(r"session=(?!" + old + r")[\w-]{43};", answer.headers["set-cookie"])
    client.cookies.clear()
    client.cookies.set("session", old)
    assert (await client.get("/profile")).status_code == 303
    assert await sessions(connection, resident.email) == 0


async def test_signing_out_ends_the_session_in_the_database(
    client: httpx.AsyncClient, connection: Connection, resident: Person
) -> None:
    await people.sign_in(connection, client, resident)
    token = client.cookies["session"]
    answer = await client.post("/sign-out")
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert 'session=""; ' in answer.headers["set-cookie"]
    client.cookies.clear()
    client.cookies.set("session", token)
    assert (await client.get("/profile")).status_code == 303
    assert (await client.get("/sign-out")).status_code == 405
    client.cookies.clear()
    assert (await client.post("/sign-out")).status_code == 303


async def test_five_codes_in_a_quarter_of_an_hour_are_enough_for_one_address(
    client: httpx.AsyncClient, connection: Connection
) -> None:
    for _ in range(5):
        assert (await ask(client)).status_code == 303
    answer = await ask(client, next="/bookings")
    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "900"
    assert f'value="{ADDRESS}"' in answer.text
    assert 'value="/bookings"' in answer.text
    assert await connection.fetchval("SELECT count(*) FROM outbox") == 5
    assert (await ask(client, "andere@example.org")).status_code == 303
    await connection.execute("UPDATE sign_in_code SET created_at = created_at - interval '16 minutes'")
    assert (await ask(client)).status_code == 303


async def test_ten_codes_a_day_are_enough_for_one_address(client: httpx.AsyncClient, connection: Connection) -> None:
    for _ in range(10):
        assert (await ask(client)).status_code == 303
        await connection.execute("UPDATE sign_in_code SET created_at = created_at - interval '16 minutes'")
    answer = await ask(client)
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "86400")
    assert "Bitte versuchen Sie es morgen wieder." in answer.text
    await connection.execute("UPDATE sign_in_code SET created_at = created_at - interval '1 day'")
    assert (await ask(client)).status_code == 303


@asynccontextmanager
async def elsewhere(client: httpx.AsyncClient, network_address: str) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the same app on another network."""
    transport = httpx.ASGITransport(client._transport.app, client=(network_address, 1))  # type: ignore[attr-defined]
    async with httpx.AsyncClient(transport=transport, base_url=people.BASE_URL) as other:
        yield other


async def test_nobody_keeps_another_from_signing_in(client: httpx.AsyncClient, connection: Connection) -> None:
    for _ in range(20):  # as often as one network can: it stays far below what the address may have at all
        await ask(client)
        await connection.execute("UPDATE sign_in_code SET created_at = created_at - interval '4 minutes'")
    assert (await ask(client)).status_code == 429
    async with elsewhere(client, "192.0.2.1") as owner:
        assert (await ask(owner)).status_code == 303
        assert (await enter(owner, (await mailed(connection))["code"])).status_code == 303


async def test_a_household_has_one_network(client: httpx.AsyncClient) -> None:
    for number in range(1, 7):
        async with elsewhere(client, f"2001:db8:0:7::{number}") as device:
            assert (await ask(device)).status_code == (303 if number < 6 else 429)


async def test_a_mailbox_is_not_flooded_from_many_networks(client: httpx.AsyncClient, connection: Connection) -> None:
    async def ask_from(number: int) -> httpx.Response:
        async with elsewhere(client, f"192.0.2.{number}") as other:
            return await ask(other)

    assert [(await ask_from(number)).status_code for number in range(21)] == [303] * 20 + [429]
    answer = await ask_from(99)
    assert answer.headers["retry-after"] == "3600"
    assert "Link aus der neuesten Mail" in answer.text
    for hour in range(1, 3):
        await connection.execute("UPDATE sign_in_code SET created_at = created_at - interval '61 minutes'")
        assert {(await ask_from(100 + 20 * hour + number)).status_code for number in range(20)} == {303}
    await connection.execute("UPDATE sign_in_code SET created_at = created_at - interval '61 minutes'")
    assert (await ask_from(200)).headers["retry-after"] == "86400"
    assert await connection.fetchval("SELECT count(*) FROM outbox") == 60


async def test_the_network_address_is_kept_as_a_hash_with_a_key(
    client: httpx.AsyncClient, connection: Connection
) -> None:
    async with elsewhere(client, "192.0.2.77") as other:
        await ask(other)
    asked_from = await connection.fetchval("SELECT asked_from FROM sign_in_code")
    assert len(asked_from) == 32
    assert asked_from not in {sha256(text).digest() for text in (b"192.0.2.77", b"asked-from:192.0.2.77")}


async def test_one_network_address_may_not_ask_for_everybody(client: httpx.AsyncClient) -> None:
    for number in range(30):
        assert (await ask(client, f"person{number}@example.org")).status_code == 303
    answer = await ask(client, "eine-weitere@example.org")
    assert answer.status_code == 429
    assert 0 < int(answer.headers["retry-after"]) <= 900


async def test_one_network_address_may_not_try_codes_for_ever(
    client: httpx.AsyncClient, connection: Connection, limits_full: Callable[[str], Any]
) -> None:
    await ask(client)
    code = (await mailed(connection))["code"]
    await limits_full("codes-tried")
    answer = await enter(client, code)
    assert answer.status_code == 429
    assert await connection.fetchval("SELECT wrong_tries FROM sign_in_code") == 0
    assert await sessions(connection) == 0


@pytest.fixture
def limits_full(client: httpx.AsyncClient) -> Callable[[str], Any]:
    """Fills the measure of a limit for the test's network address."""

    async def fill(what: str) -> None:
        from landbooking.accounts import sign_in

        limit = next(one for one in (sign_in.CODES_ASKED, sign_in.CODES_TRIED) if one.what == what)
        counters = people.litestar(client._transport.app).state.valkey  # type: ignore[attr-defined]
        for _ in range(limit.most):
            await limits.count(counters, limit, "127.0.0.1")

    return fill


async def test_without_valkey_people_still_sign_in(client: httpx.AsyncClient, connection: Connection) -> None:
    class Away:
        def pipeline(self, transaction: bool) -> "Away":
            raise ValkeyAway("away")

    people.litestar(client._transport.app).state.valkey = Away()  # type: ignore[attr-defined]
    assert (await ask(client)).status_code == 303
    assert (await enter(client, (await mailed(connection))["code"])).status_code == 303


async def test_a_valkey_that_hangs_holds_nobody_up(client: httpx.AsyncClient) -> None:
    """Connections are taken and nothing is ever said: the count is given up before a pool would run dry."""
    with socket.create_server(("127.0.0.1", 0)) as hanging:
        counters = limits.counters(f"redis://127.0.0.1:{hanging.getsockname()[1]}/0")
        people.litestar(client._transport.app).state.valkey = counters  # type: ignore[attr-defined]
        async with asyncio.timeout(database.WAIT):
            assert (await ask(client)).status_code == 303
        await counters.aclose()


async def test_a_page_for_people_with_an_account_asks_to_sign_in_and_leads_back(client: httpx.AsyncClient) -> None:
    answer = await client.get("/en/profile/devices?x=%C3%A4")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/en/sign-in?next=%2Fprofile%2Fdevices%3Fx%3D%25C3%25A4"
    page = await client.get(answer.headers["location"])
    assert 'name="next" value="/profile/devices?x=%C3%A4"' in page.text


async def test_who_is_signed_in_already_is_told(
    client: httpx.AsyncClient, connection: Connection, resident: Person
) -> None:
    await people.sign_in(connection, client, resident)
    assert resident.email in (await client.get("/sign-in")).text


async def test_the_cookies_are_bound_to_tls_and_host_where_there_is_tls(
    connection: Connection, settings: Settings
) -> None:
    import msgspec

    from conftest import OneConnection

    secure = msgspec.structs.replace(settings, base_url="https://landbooking.test")
    async with people.client_for(secure, OneConnection(connection)) as client:
        client.base_url = "https://landbooking.test"
        answer = await ask(client)
        assert answer.headers["set-cookie"].startswith("__Host-sign-in=")
        answer = await enter(client, (await mailed(connection))["code"])
        cookie = next(value for value in answer.headers.get_list("set-cookie") if value.startswith("__Host-session="))
        assert {"secure", "httponly", "path=/", "samesite=lax"} <= set(cookie.lower().split("; "))
        assert (await client.get("/profile")).status_code == 200
