"""What a host and a district see of months that are over: pages, spreadsheets, JSON; and what nobody sees."""

import csv
import io
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from asyncpg import Range

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.spaces.hosting.closures import close_days, reopen_days
from landbooking.spaces.hosting.consequences import Decision
from landbooking.spaces.hosting.hours import Hours, set_hours
from landbooking.spaces.opening_hours import Closure, Interval
from support.hosting import Place
from support.people import bearer, make_person, sign_in
from support.spaces import BERLIN, make_desk, make_district, make_host, make_space, open_daily

MONTH = "2025-05"  # of 31 days, in which nothing else happens
DAY = datetime(2025, 5, 6, tzinfo=BERLIN)  # a Tuesday
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture
async def old(connection: Connection, place: Place) -> Place:
    """The place, as it has been for years."""
    await connection.execute("UPDATE opening_hours SET since = '-infinity'")
    await connection.execute("UPDATE resource SET created_at = '2020-01-01'")
    return place


async def book(
    connection: Connection,
    desk: int,
    person: Person | None,
    hour: int = 9,
    length: int = 2,
    day: int = 0,
    **columns: Any,
) -> int:
    start = (DAY + timedelta(days=day)).replace(hour=hour)
    values = {
        "resource_id": desk,
        "person_id": person.id if person else None,
        "period": Range(start, start + timedelta(hours=length)),
        "blocked": Range(start, start + timedelta(hours=length)),
        "created_at": start - timedelta(days=3),
        **columns,
    }
    places = ", ".join(f"${number + 1}" for number in range(len(values)))
    booking_id: int = await connection.fetchval(
        f"INSERT INTO booking ({', '.join(values)}) VALUES ({places}) RETURNING id",  # noqa: S608
        *values.values(),
    )
    return booking_id


async def people(connection: Connection, count: int, prefix: str = "p") -> list[Person]:
    return [await make_person(connection, f"{prefix}{number}@example.org") for number in range(count)]


async def five_mornings(connection: Connection, desk: int, prefix: str = "p") -> list[Person]:
    """Five people, two hours each, on five days."""
    those = await people(connection, 5, prefix)
    for day, person in enumerate(those):
        await book(connection, desk, person, day=day)
    return those


async def figures(connection: Connection, client: httpx.AsyncClient, place: Place, span: str = MONTH) -> dict[str, Any]:
    headers = await bearer(connection, place.host)
    answer = await client.get(f"/api/v1/spaces/{place.space_id}/statistics?span={span}", headers=headers)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_five_persons_make_a_figure_and_four_none(
    connection: Connection, client: httpx.AsyncClient, old: Place
) -> None:
    *_four, fifth = await five_mornings(connection, old.desk)
    total = (await figures(connection, client, old))["total"]
    assert (total["booked_hours"], total["bookable_hours"], total["percent"]) == (10, 31 * 10 * 2, 2)
    await connection.execute("DELETE FROM booking WHERE person_id = $1", fifth.id)
    found = await figures(connection, client, old)
    assert found["total"]["booked_hours"] is None
    assert all(row["booked_hours"] in (None, 0) for row in (*found["hours"], *found["weekdays"], *found["resources"]))
    assert found["bookings"]["bookings"] is None


async def test_who_has_no_account_and_whose_account_is_erased_are_one_person(
    connection: Connection, client: httpx.AsyncClient, old: Place
) -> None:
    for day in range(6):
        guest = await connection.fetchval("INSERT INTO guest (code) VALUES (lpad($1, 6, '1')) RETURNING id", str(day))
        await book(connection, old.desk, None, day=day, guest_id=guest)
        await book(connection, old.other_desk, None, day=day)
    assert (await figures(connection, client, old))["total"]["booked_hours"] is None
    for person in await people(connection, 4):
        await book(connection, old.desk, person, day=10 + person.id % 7, hour=8 + person.id % 9, length=1)
    assert (await figures(connection, client, old))["total"]["booked_hours"] == 28


async def test_what_was_cancelled_or_only_asked_for_was_not_used(
    connection: Connection, client: httpx.AsyncClient, old: Place
) -> None:
    those = await five_mornings(connection, old.desk)
    for person in those:
        cancelled: dict[str, Any] = {"status": "cancelled", "cancelled_at": DAY, "ended_because": "person"}
        await book(connection, old.desk, person, hour=14, **cancelled)
        await book(connection, old.desk, person, hour=14, **{**cancelled, "ended_because": "declined"})
        await book(connection, old.desk, person, hour=14, **{**cancelled, "ended_because": "host"})
        await book(connection, old.other_desk, person, hour=8 + those.index(person), length=1, ended_because="no_show")
    found = await figures(connection, client, old)
    assert {one["outcome"]: one["bookings"] for one in found["ended"]} == {
        "used": 5,
        "no_show": 5,
        "cancelled": 5,
        "called_off": 5,
    }
    assert found["bookings"]["bookings"] == 20
    assert found["total"]["booked_hours"] == 15
    assert {one["days"]: one["bookings"] for one in found["leads"]} == {0: 0, 1: 0, 2: 20, 7: 0, 28: 0}


async def test_rooms_for_video_appointments_are_in_no_figure(
    connection: Connection, client: httpx.AsyncClient, old: Place
) -> None:
    room = await make_desk(connection, old.space_id, "Raum 3", kind="telemedicine", created_at=LONG_AGO)
    screen = await make_desk(connection, old.space_id, "Leinwand", kind="equipment", created_at=LONG_AGO)
    before = await figures(connection, client, old)
    for day, person in enumerate(await people(connection, 8)):
        main = await book(connection, room, person, day=day)
        await book(connection, screen, person, day=day, part_of=main)
    assert await figures(connection, client, old) == before
    assert [row["resource"] for row in before["resources"]] == ["Tisch 1", "Tisch 2", "Leinwand"]


async def test_equipment_that_went_with_a_room_is_used_but_is_no_booking_of_its_own(
    connection: Connection, client: httpx.AsyncClient, old: Place
) -> None:
    beamer = await make_desk(connection, old.space_id, "Beamer", kind="equipment", created_at=LONG_AGO)
    for day, person in enumerate(await people(connection, 5)):
        main = await book(connection, old.desk, person, day=day)
        await book(connection, beamer, person, day=day, part_of=main)
    found = await figures(connection, client, old)
    assert found["bookings"]["bookings"] == 5
    assert found["total"]["booked_hours"] == 10
    assert {row["resource"]: row["booked_hours"] for row in found["resources"]} == {
        "Tisch 1": 10,
        "Tisch 2": 0,
        "Beamer": 10,
    }


async def test_what_is_booked_outside_the_hours_is_an_exception_beside_them(
    connection: Connection, client: httpx.AsyncClient, old: Place
) -> None:
    those = await five_mornings(connection, old.desk)
    await book(connection, old.other_desk, those[0], hour=17, length=3)
    assert (await figures(connection, client, old))["total"]["booked_hours"] == 11


async def test_hours_and_closures_count_as_they_stood(
    connection: Connection, client: httpx.AsyncClient, old: Place
) -> None:
    """What a host changes today does not change a month that is over."""
    await connection.execute("UPDATE opening_hours SET since = '2020-01-01'")
    await connection.execute(
        "INSERT INTO closure (space_id, days, since) VALUES ($1, '[2025-05-30,2025-06-01)', '2020-01-01')", old.space_id
    )
    await five_mornings(connection, old.desk)
    before = await figures(connection, client, old)
    assert before["total"]["bookable_hours"] == 29 * 10 * 2
    never = Hours((Interval(1, 600, 660),), False)
    await set_hours(connection, old.host, old.space_id, never, "", Decision())
    closure_id = await connection.fetchval("SELECT id FROM closure")
    await reopen_days(connection, old.space_id, closure_id)
    await close_days(connection, old.host, [old.space_id], Closure(DAY.date(), DAY.date()), Decision())
    assert await figures(connection, client, old) == before


async def test_a_space_that_goes_takes_its_former_hours_along(connection: Connection, place: Place) -> None:
    space_id = await make_space(connection, name="Kurzes Leben")
    await open_daily(connection, space_id)
    await connection.execute("UPDATE opening_hours SET since = '2020-01-01' WHERE space_id = $1", space_id)
    await connection.execute("DELETE FROM opening_hours WHERE space_id = $1 AND weekday = 1", space_id)
    assert await connection.fetchval("SELECT count(*) FROM former_opening_hours WHERE space_id = $1", space_id) == 1
    await connection.execute("DELETE FROM space WHERE id = $1", space_id)
    assert not await connection.fetchval("SELECT count(*) FROM former_opening_hours WHERE space_id = $1", space_id)


async def test_new_is_who_had_never_been_there(connection: Connection, client: httpx.AsyncClient, old: Place) -> None:
    those = await five_mornings(connection, old.desk)
    for number, person in enumerate(those):
        await book(connection, old.desk, person, day=-60 + number)
    for number, person in enumerate(await people(connection, 6, "new")):
        await book(connection, old.other_desk, person, day=number)
    assert (await figures(connection, client, old))["visitors"] == {"persons": 10, "new": 5, "returning": 5}
    assert (await figures(connection, client, old, "2025-03--2025-06"))["visitors"] is None


async def test_compared_with_the_span_before(connection: Connection, client: httpx.AsyncClient, old: Place) -> None:
    those = await five_mornings(connection, old.desk)
    for number, person in enumerate(those):
        await book(connection, old.desk, person, day=-30 + number, length=4)
    found = await figures(connection, client, old)
    assert (found["before"]["booked_hours"], found["total"]["booked_hours"]) == (20, 10)
    assert found["bookings_before"]["bookings"] == 5


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
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))
    named = {(row["Tabelle"], row["Zeile"]): row for row in rows}
    assert named["", "Insgesamt"]["Buchungen"] == "5"  # the last of that name; hours come first
    assert rows[0]["Gebuchte Stunden"] == "10.0"
    assert ("Auslastung nach Plätzen", '\'=HYPERLINK("http://x","y")') in named
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())
    assert answer.content.count(b"\r\n") == len(rows) + 1


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
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))[1:]
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
