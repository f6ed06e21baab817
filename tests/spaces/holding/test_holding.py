"""A time is held for who is just signing in: from the form with their address to the booking, or until it is over."""

import html
import re
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from conftest import OneConnection
from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.settings import Settings
from landbooking.spaces.holding.hold import MOST_IN_A_SPACE, hold_in, token_of
from landbooking.spaces.holding.pages import HOLDS
from landbooking.spaces.waiting.rounds import expire_offers
from support.hosting import Place
from support.people import sign_in
from support.spaces import day_after, make_booking, make_desk, make_override, period_on
from support.waiting import make_wish, offer_to

DAY = day_after(3)
WISH = {"date": f"{DAY}", "start": "09:00", "end": "12:00"}
EMAIL = "neu@example.org"


async def hold(client: httpx.AsyncClient, desk: int, **changes: str) -> httpx.Response:
    return await client.post(f"/resources/{desk}/holds", data={**WISH, "email": EMAIL, **changes})


async def code_of(connection: Connection, email: str = EMAIL) -> str:
    """That of the newest mail."""
    code: str = await connection.fetchval(
        "SELECT context->>'code' FROM outbox WHERE recipient = $1 AND context ? 'code' ORDER BY id DESC LIMIT 1", email
    )
    return code


async def enter(connection: Connection, client: httpx.AsyncClient, email: str = EMAIL) -> str:
    """Signs in by the code of the mail; where that leads."""
    answer = await client.post("/sign-in/code", data={"code": await code_of(connection, email)})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


async def standing(connection: Connection) -> list[tuple[Any, ...]]:
    rows = await connection.fetch(
        "SELECT resource_id, status, person_id IS NULL AS nobodys FROM booking WHERE status <> 'cancelled' ORDER BY id"
    )
    return [tuple(row) for row in rows]


async def time_passes(connection: Connection) -> None:
    await connection.execute("UPDATE booking SET until_at = now() - interval '1 second' WHERE status = 'held'")
    pool: Any = OneConnection(connection)
    await expire_offers(pool)


def hidden(page: str) -> dict[str, str]:
    """What the page's booking form would send without anything being typed."""
    [form] = re.findall(r'action="/resources/\d+/bookings".*?</form>', page, re.DOTALL)
    fields = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form)
    return {name: html.unescape(value) for name, value in fields}


def hold_of(path: str) -> str:
    """The token in the address to which signing in leads."""
    return parse_qs(urlsplit(path).query)["hold"][0]


async def test_from_the_wish_over_the_mail_to_the_booking(
    connection: Connection, client: httpx.AsyncClient, place: Place, outsider: Person
) -> None:
    form = (await client.get(f"/resources/{place.desk}/bookings/new", params=WISH)).text
    assert f'action="/resources/{place.desk}/holds"' in form
    assert 'name="email"' in form
    answer = await hold(client, place.desk)
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in/code")
    assert "eine Viertelstunde lang für Sie freigehalten" in (await client.get("/sign-in/code")).text
    assert await standing(connection) == [(place.desk, "held", True)]

    mine = dict(client.cookies)
    client.cookies.clear()
    await sign_in(connection, client, outsider)
    taken = await client.post(f"/resources/{place.desk}/bookings", data=WISH)
    assert taken.status_code == 409
    client.cookies.clear()
    client.cookies.update(mine)

    path = await enter(connection, client)
    page = (await client.get(path)).text
    assert "Uhr für Sie freigehalten." in page
    assert 'value="09:00"' in page
    booked = await client.post(f"/resources/{place.desk}/bookings", data=hidden(page))
    assert re.fullmatch(r"/bookings/\d+", booked.headers["location"]), booked.text
    assert await standing(connection) == [(place.desk, "confirmed", False)]
    again = await client.post(f"/resources/{place.desk}/bookings", data=hidden(page))
    assert again.headers["location"] == booked.headers["location"]


async def test_what_is_taken_is_said_before_anybody_signs_in(
    connection: Connection, client: httpx.AsyncClient, place: Place, outsider: Person
) -> None:
    await make_booking(connection, outsider, place.desk, period_on(DAY))
    answer = await hold(client, place.desk)
    assert answer.status_code == 409
    assert f"/spaces/{place.space_id}/days/{DAY}?kind=desk&amp;start=09:00" in answer.text
    assert await connection.fetchval("SELECT count(*) FROM outbox") == 0


@pytest.mark.parametrize(
    ("change", "status", "kept"),
    [
        ({"email": ""}, 422, 'id="error-email"'),
        ({"email": "kein"}, 422, 'value="kein"'),
        ({"email": "x" * 300}, 422, 'id="error-email"'),
        ({"start": "06:00"}, 422, 'id="error-start"'),
        ({"date": "morgen"}, 422, 'id="error-date"'),
    ],
)
async def test_a_mistake_holds_nothing_and_mails_nobody(
    connection: Connection, client: httpx.AsyncClient, place: Place, change: dict[str, str], status: int, kept: str
) -> None:
    answer = await hold(client, place.desk, **change)
    assert answer.status_code == status
    assert kept in answer.text
    assert await standing(connection) == []
    assert await connection.fetchval("SELECT count(*) FROM outbox") == 0


async def test_too_many_codes_hold_nothing(connection: Connection, client: httpx.AsyncClient, place: Place) -> None:
    for _ in range(5):
        assert (await hold(client, place.desk)).status_code == 303
    await time_passes(connection)
    client.cookies.clear()
    refused = await hold(client, place.desk)
    assert refused.status_code == 429
    assert f'value="{EMAIL}"' in refused.text
    assert await standing(connection) == []


async def test_who_goes_back_and_types_again_is_not_in_their_own_way(
    connection: Connection, client: httpx.AsyncClient, place: Place
) -> None:
    assert (await hold(client, place.desk, email="vertipt@example.org")).status_code == 303
    assert (await hold(client, place.desk)).status_code == 303
    assert await standing(connection) == [(place.desk, "held", True)]
    assert (await hold(client, place.other_desk, end="13:00")).status_code == 303
    assert await standing(connection) == [(place.other_desk, "held", True)]
    client.cookies.clear()  # in another browser it is somebody else's
    assert (await hold(client, place.other_desk)).status_code == 409


async def test_another_address_on_the_next_page_keeps_the_hold(
    connection: Connection, client: httpx.AsyncClient, place: Place
) -> None:
    await hold(client, place.desk, email="vertipt@example.org")
    page = (await client.get("/sign-in/code")).text
    [link] = re.findall(r'href="(/sign-in\?next=[^"]*)"', page)
    wanted = parse_qs(urlsplit(html.unescape(link)).query)["next"][0]
    await client.post("/sign-in", data={"email": EMAIL, "next": wanted})
    page = (await client.get(await enter(connection, client))).text
    assert (await client.post(f"/resources/{place.desk}/bookings", data=hidden(page))).status_code == 303


async def test_another_time_may_overlap_what_was_held(
    connection: Connection, client: httpx.AsyncClient, place: Place, resident: Person
) -> None:
    """What the booking leaves of it goes to the first in line."""
    await hold(client, place.desk)
    wish = await make_wish(connection, resident, period_on(DAY, "09:00", "10:00"), place.space_id, place.desk)
    page = (await client.get(await enter(connection, client))).text
    later = {**hidden(page), "start": "10:00", "end": "13:00"}
    booked = await client.post(f"/resources/{place.desk}/bookings", data=later)
    assert booked.status_code == 303, booked.text
    offer = await offer_to(connection, resident, wish)
    assert offer is not None
    assert offer.resource_id == place.desk


async def test_what_nobody_books_is_free_again_and_goes_to_the_line(
    connection: Connection, client: httpx.AsyncClient, place: Place, resident: Person
) -> None:
    await hold(client, place.desk)
    wish = await make_wish(connection, resident, period_on(DAY), place.space_id, place.desk)
    await time_passes(connection)
    offer = await offer_to(connection, resident, wish)
    assert offer is not None
    assert offer.status == "held"
    path = await enter(connection, client)
    page = (await client.get(path)).text
    assert "für Sie freigehalten" not in page
    late = await client.post(f"/resources/{place.desk}/bookings", data={**WISH, "hold": hold_of(path)})
    assert late.status_code == 409


async def test_nobody_elses_hold_is_given_up(
    connection: Connection, client: httpx.AsyncClient, settings: Settings, place: Place, outsider: Person
) -> None:
    await hold(client, place.desk)
    hold_id = await connection.fetchval("SELECT id FROM booking")
    await sign_in(connection, client, outsider)
    seal = token_of(settings, hold_id).partition("-")[2]
    guesses = (f"{hold_id}", f"{hold_id}-", f"{hold_id}-{'0' * 32}", "x", "-", f"{hold_id + 1}-{seal}", f"-{seal}")
    for guess in guesses:
        assert hold_in(settings, guess) is None
        answer = await client.post(f"/resources/{place.desk}/bookings", data={**WISH, "hold": guess})
        assert answer.status_code == 409, guess
    elsewhere = {**WISH, "hold": token_of(settings, hold_id)}
    assert (await client.post(f"/resources/{place.other_desk}/bookings", data=elsewhere)).status_code == 303
    assert (place.desk, "held", True) in await standing(connection)


async def test_a_token_gives_up_no_booking(
    connection: Connection,
    client: httpx.AsyncClient,
    settings: Settings,
    place: Place,
    resident: Person,
    outsider: Person,
) -> None:
    """Of somebody who has an account, or of what is held for the waiting list."""
    booking_id = await make_booking(connection, resident, place.desk, period_on(DAY))
    await sign_in(connection, client, outsider)
    stolen = {**WISH, "hold": token_of(settings, booking_id)}
    assert (await client.post(f"/resources/{place.desk}/bookings", data=stolen)).status_code == 409
    await connection.execute("UPDATE booking SET status = 'held', until_at = now() + interval '1 hour'")
    assert (await client.post(f"/resources/{place.desk}/bookings", data=stolen)).status_code == 409
    assert await standing(connection) == [(place.desk, "held", False)]


async def test_a_village_is_not_emptied_without_an_account(
    connection: Connection, client: httpx.AsyncClient, place: Place
) -> None:
    desks = [await make_desk(connection, place.space_id, f"Tisch {number}") for number in range(3, 5 + MOST_IN_A_SPACE)]
    for number, desk in enumerate(desks):
        client.cookies.clear()
        await connection.execute("DELETE FROM sign_in_code")
        await client.get("/")  # so that the network's count is all that differs
        answer = await hold(client, desk, email=f"neu{number}@example.org")
        assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in/code")
    assert len(await standing(connection)) == min(MOST_IN_A_SPACE, HOLDS.most)
    assert "freigehalten" not in (await client.get("/sign-in/code")).text
    page = (await client.get(await enter(connection, client, f"neu{len(desks) - 1}@example.org"))).text
    assert (await client.post(f"/resources/{desks[-1]}/bookings", data=hidden(page))).status_code == 303


async def test_what_is_for_some_only_is_not_held_for_anybody(
    connection: Connection, client: httpx.AsyncClient, place: Place
) -> None:
    await make_override(connection, place.space_id, "desk", audience="members")
    form = (await client.get(f"/resources/{place.desk}/bookings/new", params=WISH)).text
    assert "Platz freihalten" not in form
    assert "Anmelden und buchen" in form
    assert (await hold(client, place.desk)).status_code == 303
    assert await standing(connection) == []


async def test_who_is_signed_in_needs_no_hold(
    connection: Connection, client: httpx.AsyncClient, place: Place, resident: Person
) -> None:
    await sign_in(connection, client, resident)
    answer = await hold(client, place.desk)
    assert answer.headers["location"].startswith(f"/resources/{place.desk}/bookings/new?date={DAY}")
    assert await standing(connection) == []


async def test_hosts_see_that_somebody_is_booking_and_are_asked_nothing(
    connection: Connection, client: httpx.AsyncClient, place: Place
) -> None:
    await hold(client, place.desk)
    await sign_in(connection, client, place.host)
    board = (await client.get(f"/host/spaces/{place.space_id}", params={"date": f"{DAY}"})).text
    assert "wird gerade gebucht" in board
    closed = await client.post(
        f"/host/spaces/{place.space_id}/closures", data={"first": f"{DAY}", "last": f"{DAY}", "reason": "Kirmes"}
    )
    assert closed.status_code == 303
    client.cookies.delete("session")
    page = (await client.get(await enter(connection, client))).text
    assert "geschlossen (Kirmes)" in page


async def test_what_a_host_blacks_out_meanwhile_is_not_booked(
    connection: Connection, client: httpx.AsyncClient, place: Place
) -> None:
    """As on a day that is closed meanwhile: hosts are not asked about holds, so none may lead into their blackout."""
    await hold(client, place.desk)
    await sign_in(connection, client, place.host)
    wish = {"resource": f"{place.desk}", "first": f"{DAY}", "from": "08:00", "last": f"{DAY}", "to": "10:00"}
    blocked = await client.post(f"/host/spaces/{place.space_id}/blackouts/new", data={**wish, "reason": "Umbau"})
    assert blocked.status_code == 303
    client.cookies.delete("session")
    token = hold_of(await enter(connection, client))
    answer = await client.post(f"/resources/{place.desk}/bookings", data={**WISH, "hold": token})
    assert answer.status_code == 409
    later = await client.post(f"/resources/{place.desk}/bookings", data={**WISH, "start": "10:00", "hold": token})
    assert later.status_code == 303
    held = await connection.fetch(
        "SELECT lower(period), upper(period) FROM booking WHERE blackout_id IS NOT NULL ORDER BY 1"
    )
    assert {start for start, _end in held} | {end for _start, end in held} == {
        *period_on(DAY, "08:00", "09:00"),
        *period_on(DAY, "09:00", "10:00"),
    }


async def test_nothing_of_the_address_stays_with_the_hold(
    connection: Connection, client: httpx.AsyncClient, place: Place
) -> None:
    await hold(client, place.desk)
    row = await connection.fetchrow("SELECT * FROM booking")
    assert EMAIL not in f"{row}"
    assert await connection.fetchval("SELECT count(*) FROM person WHERE email = $1", EMAIL) == 0
    assert await connection.fetchval("SELECT until_at - created_at FROM booking") == timedelta(minutes=15)


@pytest.fixture
async def pool(connection: Connection, place: Place) -> str:
    """Both desks as alike ones."""
    await connection.execute("UPDATE resource SET pool = 'Pult' WHERE space_id = $1", place.space_id)
    return f"/spaces/{place.space_id}"


async def test_of_alike_ones_any_is_held_and_that_one_is_booked(
    connection: Connection, client: httpx.AsyncClient, place: Place, pool: str
) -> None:
    wish = {**WISH, "pool": "Pult"}
    assert f'action="{pool}/holds"' in (await client.get(f"{pool}/bookings/new", params=wish)).text
    for email in ("vertipt@example.org", EMAIL):  # typed again, it is still one
        assert (await client.post(f"{pool}/holds", data={**wish, "email": email})).status_code == 303
    [(held, *_rest)] = await standing(connection)
    path = await enter(connection, client)
    assert path.startswith(f"/resources/{held}/bookings/new?")
    page = (await client.get(path)).text
    assert (await client.post(f"/resources/{held}/bookings", data=hidden(page))).status_code == 303
    assert await standing(connection) == [(held, "confirmed", False)]


async def test_the_last_of_alike_ones_is_not_lost_by_typing_again(
    connection: Connection, client: httpx.AsyncClient, place: Place, pool: str, outsider: Person
) -> None:
    await make_booking(connection, outsider, place.desk, period_on(DAY))
    wish = {**WISH, "pool": "Pult", "email": EMAIL}
    for _again in range(2):
        assert (await client.post(f"{pool}/holds", data=wish)).status_code == 303
    assert (place.other_desk, "held", True) in await standing(connection)
    client.cookies.clear()
    full = await client.post(f"{pool}/holds", data=wish)
    assert full.status_code == 409
    assert "nichts mehr frei" in full.text


@pytest.mark.parametrize(
    ("change", "kept"),
    [({"email": "kein"}, 'value="kein"'), ({"start": "06:00"}, 'id="error-start"'), ({"date": ""}, 'id="error-date"')],
)
async def test_mistakes_with_alike_ones_are_told(
    connection: Connection, client: httpx.AsyncClient, pool: str, change: dict[str, str], kept: str
) -> None:
    answer = await client.post(f"{pool}/holds", data={**WISH, "pool": "Pult", "email": EMAIL, **change})
    assert answer.status_code == 422
    assert kept in answer.text
    assert await standing(connection) == []
    assert (await client.post(f"{pool}/holds", data={**WISH, "pool": "Keins", "email": EMAIL})).status_code == 404
