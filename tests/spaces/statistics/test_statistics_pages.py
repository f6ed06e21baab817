"""What a host and a district see of months that are over, as pages and spreadsheets; and what nobody else sees."""

from datetime import datetime

import httpx
import pytest

from landbooking.accounts.person import Person
from landbooking.database import Connection
from support.hosting import Place
from support.past import LONG_AGO, MONTH, as_for_years, book, five_mornings
from support.people import bearer, make_person, sign_in
from support.spaces import BERLIN, make_desk, make_district, make_host, make_space, open_daily
from support.spreadsheets import read_back


@pytest.fixture
async def old(connection: Connection, place: Place) -> Place:
    return await as_for_years(connection, place)


@pytest.mark.parametrize(
    "asked",
    ["span=2025-13", "span=2099", "span=1999-01", "span=heute", "span=2021-01--2025-01", "span=2025-05--2025-01"],
)
async def test_what_is_no_span_is_said_in_a_sentence(
    connection: Connection, client: httpx.AsyncClient, old: Place, asked: str
) -> None:
    headers = await bearer(connection, old.host)
    assert (await client.get(f"/api/v1/spaces/{old.space_id}/statistics?{asked}", headers=headers)).status_code == 422
    await sign_in(connection, client, old.host)
    shown = await client.get(f"/host/spaces/{old.space_id}/statistics?{asked}")
    assert shown.status_code == 422
    assert "error-summary" in shown.text
    assert (await client.get(f"/host/spaces/{old.space_id}/statistics.csv?{asked}")).status_code == 422


async def test_a_month_that_runs_has_no_figures_yet(
    connection: Connection, client: httpx.AsyncClient, old: Place
) -> None:
    await sign_in(connection, client, old.host)
    running = datetime.now(BERLIN).strftime("%Y-%m")
    answer = await client.get(f"/host/spaces/{old.space_id}/statistics?from=2025-01&to={running}")
    assert answer.status_code == 422
    assert "erst, wenn der letzte Monat vorbei ist" in answer.text or "höchstens 24 Monate" in answer.text


async def test_the_page_says_what_will_stand_there(
    connection: Connection, client: httpx.AsyncClient, old: Place
) -> None:
    await sign_in(connection, client, old.host)
    answer = await client.get(f"/host/spaces/{old.space_id}/statistics?span={MONTH}")
    assert "Noch keine Buchungen in diesem Zeitraum" in answer.text
    assert "<figure" not in answer.text


async def test_the_page_draws_and_tells_in_both_languages(
    connection: Connection, client: httpx.AsyncClient, old: Place
) -> None:
    await five_mornings(connection, old.desk)
    await sign_in(connection, client, old.host)
    german = (await client.get(f"/de/host/spaces/{old.space_id}/statistics?span={MONTH}")).text
    assert "Auslastung nach Wochentagen" in german
    assert 'role="img" aria-labelledby="weekdays-title weekdays-text"' in german
    assert "style=" not in german
    english = (await client.get(f"/en/host/spaces/{old.space_id}/statistics?span={MONTH}")).text
    assert "Occupancy by weekday" in english


async def test_the_spreadsheet_opens_unharmed(connection: Connection, client: httpx.AsyncClient, old: Place) -> None:
    await connection.execute('UPDATE resource SET name = \'=HYPERLINK("http://x","y")\' WHERE id = $1', old.desk)
    await five_mornings(connection, old.desk)
    await sign_in(connection, client, old.host)
    answer = await client.get(f"/host/spaces/{old.space_id}/statistics.csv?span={MONTH}")
    assert answer.headers["content-disposition"] == f'attachment; filename="auslastung-{MONTH}.csv"'
    header, *lines = read_back(answer.content)
    rows = [dict(zip(header, line, strict=True)) for line in lines]
    named = {(row["Tabelle"], row["Zeile"]): row for row in rows}
    assert named["", "Insgesamt"]["Buchungen"] == "5"  # the last of that name; hours come first
    assert rows[0]["Gebuchte Stunden"] == "10,0"
    assert ("Auslastung nach Plätzen", '\'=HYPERLINK("http://x","y")') in named
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())
    english = await client.get(f"/en/host/spaces/{old.space_id}/statistics.csv?span={MONTH}")
    assert read_back(english.content, ",")[1][1:4] == ["", "In all", "10.0"]


async def test_the_board_as_a_spreadsheet_has_what_the_board_has(
    connection: Connection, client: httpx.AsyncClient, old: Place
) -> None:
    room = await make_desk(connection, old.space_id, "Raum 3", kind="telemedicine")
    person = await make_person(connection, "+49@example.org", name="=cmd()")
    silent = await make_person(connection, "kanarienvogel@example.org", name="Kanari")
    await book(connection, old.desk, person)
    await book(connection, room, silent)
    await book(connection, old.other_desk, person, ended_because="no_show")
    await sign_in(connection, client, old.host)
    answer = await client.get(f"/host/spaces/{old.space_id}/bookings.csv?month={MONTH}")
    assert "anari" not in answer.text
    rows = read_back(answer.content)[1:]
    assert sorted(rows) == [
        ["2025-05-06", "09:00", "11:00", "Raum 3", "belegt", "gebucht", ""],
        ["2025-05-06", "09:00", "11:00", "Tisch 1", "'=cmd()", "gebucht", ""],
        ["2025-05-06", "09:00", "11:00", "Tisch 2", "'=cmd()", "gebucht", "nicht erschienen"],
    ]


async def test_a_district_sees_sums_of_what_its_spaces_see(
    connection: Connection, client: httpx.AsyncClient, old: Place
) -> None:
    """A space of few persons is in none of them, though all together were enough."""
    await five_mornings(connection, old.desk)
    small = await make_space(connection, name="Kleine Stube")
    await open_daily(connection, small)
    await connection.execute("UPDATE opening_hours SET since = '-infinity'")
    desk = await make_desk(connection, small, created_at=LONG_AGO)
    await book(connection, desk, await make_person(connection, "allein@example.org"))
    district_id = await make_district(connection)
    staff = await make_person(connection, "kreis@example.org", role="staff", district_id=district_id)
    headers = await bearer(connection, staff)
    found = (await client.get(f"/api/v1/districts/{district_id}/statistics?span={MONTH}", headers=headers)).json()
    assert (found["total"]["booked_hours"], found["total"]["partial"]) == (10, True)
    assert {one["space"]: one["booked_hours"] for one in found["spaces"]} == {"Alte Schule": 10, "Kleine Stube": None}
    await sign_in(connection, client, staff)
    page = await client.get(f"/district/statistics?span={MONTH}")
    assert page.status_code == 200
    assert "Auslastung nach Gemeinden" in page.text


async def test_who_may_see_it(
    connection: Connection, client: httpx.AsyncClient, old: Place, outsider: Person, resident: Person
) -> None:
    district_id = await make_district(connection)
    elsewhere = await make_district(connection, "07999", name="Anderswo")
    host_pages = [
        f"/host/spaces/{old.space_id}/statistics",
        f"/host/spaces/{old.space_id}/statistics.csv",
        f"/host/spaces/{old.space_id}/bookings.csv",
        f"/api/v1/spaces/{old.space_id}/statistics",
    ]
    district_pages = [
        f"/district/statistics?district={district_id}",
        f"/district/statistics.csv?district={district_id}",
        f"/api/v1/districts/{district_id}/statistics",
    ]
    for page in (*host_pages, *district_pages):
        assert (await client.get(page)).status_code in (303, 401)
    other_host = await make_host(connection, outsider, await make_space(connection, name="Nachbarraum"))
    operator = await make_person(connection, "betrieb@example.org", role="operator")
    staff = await make_person(connection, "kreis@example.org", role="staff", district_id=district_id)
    other_staff = await make_person(connection, "anderswo@example.org", role="staff", district_id=elsewhere)
    may = {
        resident: (403, 403),
        other_host: (403, 403),
        old.host: (200, 403),
        staff: (403, 200),
        other_staff: (403, 403),
        operator: (403, 200),
    }
    for person, (of_host, of_district) in may.items():
        await sign_in(connection, client, person)
        headers = await bearer(connection, person)
        for pages, expected in ((host_pages, of_host), (district_pages, of_district)):
            for page in pages:
                answer = await client.get(page, headers=headers if page.startswith("/api") else {})
                assert answer.status_code == expected, (person.email, page)
