"""The page of who changed what: in sentences, page by page, without residents, for owners and the district."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from landbooking.accounts.acting import act_as
from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.spaces.hosting.blackouts import Wish, add_blackout
from landbooking.spaces.hosting.closures import close_days
from landbooking.spaces.hosting.consequences import Decision
from landbooking.spaces.hosting.hosts import name_host
from landbooking.spaces.hosting.resources import add_pool
from landbooking.spaces.opening_hours import Closure
from support.hosting import RULES, Place
from support.people import bearer, make_person, sign_in
from support.spaces import day_after, make_booking, make_host, make_municipality, make_space, period_on


def words(answer: httpx.Response) -> str:
    assert answer.status_code == 200
    page = answer.text[answer.text.index("<main") :]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def root(place: Place) -> str:
    return f"/host/spaces/{place.space_id}/changes"


async def test_each_act_is_one_line_with_what_it_was_about(
    connection: Connection, hosting: httpx.AsyncClient, place: Place
) -> None:
    await connection.execute("UPDATE person SET name = 'Gastgeberin' WHERE id = $1", place.host.id)
    await act_as(connection, place.host)
    await add_pool(connection, place.space_id, "desk", "Bank", 7, [])
    await hosting.post(f"/host/spaces/{place.space_id}/rules", data=RULES | {"longest_minutes": "240"})
    await hosting.post(f"/host/spaces/{place.space_id}/resources/{place.desk}", data={"name": "Fensterplatz"})
    await act_as(connection, place.host)
    await close_days(
        connection, place.host, [place.space_id],
        Closure(datetime(2090, 5, 1, tzinfo=UTC).date(), datetime(2090, 5, 3, tzinfo=UTC).date(), "Geheim"), Decision(),
    )  # fmt: skip
    text = words(await hosting.get(root(place)))
    said = [
        r"Schließtage eingetragen Montag, 1. Mai 2090 bis Mittwoch, 3. Mai 2090 \S+, .* Gastgeberin",
        r"Plätze geändert „Tisch 1“ heißt jetzt „Fensterplatz“",
        r"Angaben oder Regeln geändert Längste Buchung: 600 → 240",
        r"Plätze angelegt Bank 1 Bank 2 Bank 3 Bank 4 Bank 5 und 2 weitere",
    ]
    assert re.search(".*".join(said), text), text
    english = words(await hosting.get(f"/en{root(place)}"))
    assert "Closed days added" in english
    assert "“Tisch 1” is called “Fensterplatz” now" in english


async def test_residents_are_not_in_it_and_reasons_are_not_repeated(
    connection: Connection, hosting: httpx.AsyncClient, place: Place, resident: Person
) -> None:
    await connection.execute("UPDATE person SET name = 'Anwohnerin Muster' WHERE id = $1", resident.id)
    period = period_on(day_after(4))
    booking = await make_booking(connection, resident, place.desk, period)
    await act_as(connection, place.host)
    decision = Decision(seen=f"{booking}:1", choices={booking: "cancel"}, message="Wegen Frau Muster")
    wish = Wish(None, period, "Frau Muster hat das Fenster zerbrochen")
    await add_blackout(connection, place.host, place.space_id, wish, decision)
    await hosting.post(f"/host/spaces/{place.space_id}/members", data={"email": "mitglied@example.org"})
    text = words(await hosting.get(root(place)))
    assert "Buchung abgesagt Tisch 1" in text
    assert f"(Buchung {booking})" in text
    assert "Sperrzeit eingetragen Der ganze Raum" in text
    assert "Mitglied eingetragen" in text
    written = str([dict(row) for row in await connection.fetch("SELECT * FROM space_change")])
    for secret in ("Muster", resident.email, "mitglied@", "Fenster zerbrochen"):
        assert secret not in text
        assert secret not in written


async def test_the_team_is_named_by_name(connection: Connection, hosting: httpx.AsyncClient, place: Place) -> None:
    for role in ("desk", "owner"):
        await act_as(connection, place.host)
        await name_host(connection, place.space_id, "helferin@example.org", role)
    text = words(await hosting.get(root(place)))
    assert "helferin@example.org: Team vor Ort → Verantwortlich" in text
    assert "Ins Team aufgenommen helferin@example.org: Team vor Ort" in text


async def test_it_is_filtered_and_goes_on_page_by_page(
    connection: Connection, hosting: httpx.AsyncClient, place: Place
) -> None:
    for number in range(120):
        await act_as(connection, place.host)
        await connection.execute(
            "INSERT INTO closure (space_id, days) VALUES ($1, daterange($2::date, $2 + 1))",
            place.space_id,
            datetime(2090, 1, 1, tzinfo=UTC).date() + timedelta(days=number),
        )
    await act_as(connection, place.host)
    await connection.execute("UPDATE space SET name = 'Neu' WHERE id = $1", place.space_id)
    seen, address = list[str](), root(place) + "?subject=closure"
    while address:
        page = (await hosting.get(address)).text
        page = page[page.index('class="rows"') :]
        assert "Angaben oder Regeln geändert" not in page
        seen += re.findall(r"<p>(\w+, \d+\. \w+ 2090)</p>", page)
        older = re.search(r'href="([^"]*before=\d+)"', page)
        address = older[1].replace("&amp;", "&") if older else ""
    assert len(seen) == len(set(seen)) == 120
    for strange in ("?subject=king", "?before=0", "?before=x", "?before=99999999999999999999"):
        assert (await hosting.get(root(place) + strange)).status_code == 200
    assert "Noch nichts" in words(await hosting.get(root(place) + "?subject=vehicle"))


async def test_the_district_reads_that_of_its_own_spaces(
    connection: Connection, client: httpx.AsyncClient, place: Place
) -> None:
    far = await make_municipality(connection, "07335001", name="Bruchmühlbach")
    foreign = await make_space(connection, name="Fremder Raum", municipality_id=far)
    district = await connection.fetchval("SELECT id FROM district WHERE key = '07336'")
    staff = await make_person(connection, "kreis@example.org", role="staff", district_id=district, name="Kreis Kusel")
    await sign_in(connection, client, staff)
    await client.post(f"/district/spaces/{place.space_id}/publication", data={"published": "no"})
    text = words(await client.get(f"/district/spaces/{place.space_id}/changes"))
    assert re.search(r"Sichtbarkeit geändert nicht mehr gezeigt .* Kreis Kusel, für den Kreis", text)
    assert (await client.get(f"/district/spaces/{foreign}/changes")).status_code == 403
    assert (await client.get("/district/spaces/2147483647/changes")).status_code == 404
    assert (await client.get(root(place))).status_code == 403


async def test_programs_read_the_same(
    connection: Connection, client: httpx.AsyncClient, place: Place, resident: Person
) -> None:
    for name in ("Eins", "Zwei", "Drei"):
        await act_as(connection, place.host)
        await connection.execute("UPDATE space SET name = $2 WHERE id = $1", place.space_id, name)
    headers = {**await bearer(connection, place.host), "Accept-Language": "en"}
    address = f"/api/v1/spaces/{place.space_id}/changes"
    first: dict[str, Any] = (await client.get(address, params={"limit": 2}, headers=headers)).json()
    rest = (await client.get(address, params={"limit": 2, "cursor": first["next"]}, headers=headers)).json()
    told = [*first["items"], *rest["items"]]
    assert [one["done"] for one in told] == ["Details or rules changed"] * 3
    assert [one["by"] for one in told] == [place.host.email] * 3
    assert rest["next"] is None
    assert (await client.get(address, params={"subject": "x"}, headers=headers)).status_code == 422
    desk = await make_host(connection, resident, place.space_id, role="desk")
    assert (await client.get(address, headers=await bearer(connection, desk))).status_code == 403


@pytest.mark.parametrize("subject", ["host", "closure"])
async def test_who_has_closed_their_account_is_no_name_any_more(
    connection: Connection, client: httpx.AsyncClient, place: Place, resident: Person, subject: str
) -> None:
    await make_host(connection, resident, place.space_id)
    await act_as(connection, resident)
    if subject == "closure":
        await connection.execute(
            "INSERT INTO closure (space_id, days) VALUES ($1, '[2090-01-01,2090-01-02)')", place.space_id
        )
    await connection.execute("DELETE FROM person WHERE id = $1", resident.id)  # its hosting ends with the row
    await sign_in(connection, client, place.host)
    text = words(await client.get(f"{root(place)}?subject={subject}"))
    assert "gelöschtes Konto" in text
    assert resident.email not in text
