"""What a resident does: search, look at a space, book a desk, move it, cancel it, keep it in a calendar."""

import html
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import httpx
import icalendar
import pytest
import time_machine

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.period import Period
from landbooking.places.municipality import Municipality
from support.hosting import Place
from support.people import sign_in
from support.spaces import day_after, make_booking, make_desk, make_space, open_daily, period_on

DAY = day_after(3)
WISH = {"date": f"{DAY}", "start": "09:00", "end": "12:00"}


@pytest.fixture
async def visit(connection: Connection, client: httpx.AsyncClient, resident: Person) -> httpx.AsyncClient:
    """The client, signed in as a resident."""
    await sign_in(connection, client, resident)
    return client


async def book(visit: httpx.AsyncClient, desk: int, **wish: str) -> str:
    answer = await visit.post(f"/resources/{desk}/bookings", data={**WISH, "key": f"key-{wish}", **wish})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


async def test_the_question_is_filled_with_a_usual_wish(client: httpx.AsyncClient, place: Place) -> None:
    page = (await client.get("/")).text
    [day] = re.findall(r'name="date"[^>]*value="([^"]+)"|value="([^"]+)"[^>]*name="date"', page)[:1]
    assert datetime.fromisoformat("".join(day)).date() > day_after(0)
    assert "Kusel" in page


async def test_a_search_finds_spaces_by_distance_and_says_what_is_free(
    connection: Connection, client: httpx.AsyncClient, place: Place, resident: Person
) -> None:
    far = await make_space(connection, name="Weiter Raum", lat=49.6, lon=7.5)
    await open_daily(connection, far)
    await make_desk(connection, far)
    await make_space(connection, name="Leerer Raum")  # without a desk it is no answer
    await make_booking(connection, resident, place.desk, period_on(DAY, "11:00", "13:00"))
    answer = await client.get("/search", params={"place": "Kusel", **WISH})
    assert answer.status_code == 200
    assert answer.text.index("Alte Schule") < answer.text.index("Weiter Raum")
    assert "Leerer Raum" not in answer.text


@pytest.mark.parametrize(
    ("change", "kept"),
    [
        ({"place": "Kuzel"}, "Kuzel"),
        ({"place": ""}, "12:00"),
        ({"date": "morgen"}, "Kusel"),
        ({"start": "12:00", "end": "09:00"}, "Kusel"),
        ({"kind": "castle"}, "Kusel"),
    ],
)
async def test_a_wrong_question_is_asked_again_and_keeps_what_was_typed(
    client: httpx.AsyncClient, place: Place, change: dict[str, str], kept: str
) -> None:
    answer = await client.get("/search", params={"place": "Kusel", **WISH, **change})
    assert answer.status_code == 422
    assert f'value="{kept}"' in answer.text


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"place": "Kuzel", "start": "12:00", "end": "09:00"}, ["place", "end"]),
        ({"place": "Kuzel", "date": "morgen", "start": "12:00", "end": "09:00"}, ["place", "date", "end"]),
        ({"place": "", "date": "", "start": "neun", "kind": "castle"}, ["place", "date", "start", "kind"]),
        ({"kind": "castle", "start": "12:00", "end": "12:00"}, ["kind", "end"]),
    ],
)
async def test_all_mistakes_of_a_question_are_told_at_once(
    client: httpx.AsyncClient, place: Place, change: dict[str, str], fields: list[str]
) -> None:
    page = (await client.get("/search", params={"place": "Kusel", **WISH, **change})).text
    assert page.count('class="field-error"') == len(fields)
    for field in fields:
        assert f'id="error-{field}"' in page


async def test_a_search_reads_the_municipalities_once(
    client: httpx.AsyncClient, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    from landbooking.places import municipality
    from landbooking.spaces import search

    calls = []

    def counted(everywhere: Sequence[Municipality]) -> dict[int, str]:
        calls.append(everywhere)
        return labels(everywhere)

    labels = municipality.labels
    monkeypatch.setattr(municipality, "labels", counted)
    monkeypatch.setattr(search, "labels", counted)
    assert (await client.get("/search", params={"place": "Kusel", **WISH})).status_code == 200
    assert len(calls) == 1


@pytest.mark.parametrize(
    ("label", "first", "last"),
    [
        ("00:00–02:00 (Sommerzeit)", "2027-10-30T22:00Z", "2027-10-31T00:00Z"),
        ("02:00 (Winterzeit)–00:00", "2027-10-31T01:00Z", "2027-10-31T11:00Z"),
    ],
)
async def test_the_second_two_o_clock_of_a_night_can_be_booked_by_itself(
    connection: Connection, visit: httpx.AsyncClient, outsider: Person, label: str, first: str, last: str
) -> None:
    space_id = await make_space(connection, horizon_days=730)
    await open_daily(connection, space_id, 0, 24 * 60)
    desk = await make_desk(connection, space_id)
    taken = Period(datetime(2027, 10, 31, 0, tzinfo=UTC), datetime(2027, 10, 31, 1, tzinfo=UTC))
    await make_booking(connection, outsider, desk, taken)
    with time_machine.travel(datetime(2027, 10, 1, tzinfo=UTC), tick=True):
        day = (await visit.get(f"/spaces/{space_id}/days/2027-10-31")).text
        link = re.search(rf'href="([^"]+)"(?:(?!</a>).)*{re.escape(label)}', day, re.DOTALL)
        assert link, day
        form = await visit.get(html.unescape(link[1]))
        assert form.status_code == 200
        assert label.split("–", maxsplit=1)[0].removeprefix("00:00") in form.text
        hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form.text))
        posted = {name: html.unescape(value) for name, value in hidden.items()}
        assert (await visit.post(f"/resources/{desk}/bookings", data=posted)).status_code == 303
    booked = await connection.fetchval(
        "SELECT period FROM booking WHERE resource_id = $1 ORDER BY id DESC LIMIT 1", desk
    )
    assert (booked.lower, booked.upper) == (datetime.fromisoformat(first), datetime.fromisoformat(last))


async def test_a_space_shows_its_week_and_days(client: httpx.AsyncClient, place: Place) -> None:
    page = await client.get(f"/spaces/{place.space_id}")
    assert page.status_code == 200
    assert "Alte Schule" in page.text
    assert f"/spaces/{place.space_id}/days/" in page.text
    for date in ("nonsense", "2026-02-30", "0001-01-01", "9999-12-31"):
        assert (await client.get(f"/spaces/{place.space_id}", params={"date": date})).status_code == 200
    day = await client.get(f"/spaces/{place.space_id}/days/{DAY}", params={"start": "09:00", "end": "12:00"})
    assert f"/resources/{place.desk}/bookings/new" in day.text
    assert "Tisch 2" in day.text


@pytest.mark.parametrize("day", ["nonsense", "2026-02-30", "2019-12-31", "2101-01-01"])
async def test_a_day_that_is_none_is_not_there(client: httpx.AsyncClient, place: Place, day: str) -> None:
    assert (await client.get(f"/spaces/{place.space_id}/days/{day}")).status_code == 404


async def test_a_hidden_space_and_a_retired_desk_are_not_there(
    connection: Connection, visit: httpx.AsyncClient, place: Place
) -> None:
    await connection.execute("UPDATE resource SET retired_at = now() WHERE id = $1", place.desk)
    assert (await visit.get(f"/resources/{place.desk}/bookings/new", params=WISH)).status_code == 404
    assert (await visit.post(f"/resources/{place.desk}/bookings", data=WISH)).status_code == 404
    await connection.execute("UPDATE space SET published = false")
    for path in (f"/spaces/{place.space_id}", f"/spaces/{place.space_id}/days/{DAY}"):
        assert (await visit.get(path)).status_code == 404
    assert (await visit.post(f"/resources/{place.other_desk}/bookings", data=WISH)).status_code == 404


async def test_a_desk_is_booked_and_the_booking_shown(visit: httpx.AsyncClient, place: Place) -> None:
    form = await visit.get(f"/resources/{place.desk}/bookings/new", params=WISH)
    assert form.status_code == 200
    key = re.search(r'name="key" value="([^"]+)"', form.text)
    assert key is not None
    address = await book(visit, place.desk, key=key[1])
    done = await visit.get(address)
    assert "Ihre Buchung steht" in done.text
    assert "Alte Schule" in done.text
    assert "09:00 bis 12:00" in done.text
    assert "Ihre Buchung steht" not in (await visit.get(address)).text
    assert "Alte Schule" in (await visit.get("/bookings")).text


async def test_a_form_sent_twice_books_once(connection: Connection, visit: httpx.AsyncClient, place: Place) -> None:
    assert await book(visit, place.desk, key="once") == await book(visit, place.desk, key="once")
    assert await connection.fetchval("SELECT count(*) FROM booking") == 1


async def test_a_form_that_was_refused_can_be_corrected_and_sent_again(visit: httpx.AsyncClient, place: Place) -> None:
    path = f"/resources/{place.desk}/bookings"
    assert (await visit.post(path, data={**WISH, "key": "again", "start": "05:00", "end": "06:00"})).status_code == 422
    assert (await visit.post(path, data={**WISH, "key": "again"})).status_code == 303


async def test_a_booking_on_a_desk_that_was_retired_says_so(
    connection: Connection, visit: httpx.AsyncClient, place: Place
) -> None:
    address = await book(visit, place.desk)
    await connection.execute("UPDATE resource SET retired_at = now() WHERE id = $1", place.desk)
    answer = await visit.post(f"{address}/move", data={**WISH, "start": "13:00", "end": "14:00"})
    assert answer.status_code == 409
    assert "Diesen Platz kann man nicht mehr buchen" in answer.text
    moved = await visit.post(f"{address}/move", data={**WISH, "resource": str(place.other_desk)})
    assert moved.status_code == 303


async def test_what_is_taken_meanwhile_leads_to_the_other_desks(
    connection: Connection, visit: httpx.AsyncClient, place: Place, outsider: Person
) -> None:
    await make_booking(connection, outsider, place.desk, period_on(DAY))
    answer = await visit.post(f"/resources/{place.desk}/bookings", data=WISH)
    assert answer.status_code == 409
    assert f"/spaces/{place.space_id}/days/{DAY}?kind=desk&amp;start=09:00" in answer.text


@pytest.mark.parametrize(
    "change", [{"end": "09:00"}, {"start": "06:00"}, {"start": "09:05"}, {"date": "morgen"}, {"start": ""}]
)
async def test_what_cannot_be_booked_is_told_at_its_field_and_kept(
    visit: httpx.AsyncClient, place: Place, change: dict[str, str]
) -> None:
    answer = await visit.post(f"/resources/{place.desk}/bookings", data={**WISH, **change})
    assert answer.status_code == 422
    for name, value in {**WISH, **change}.items():
        if value:
            assert f'value="{value}"' in answer.text, name
    asked = await visit.get(f"/resources/{place.desk}/bookings/new", params={**WISH, **change})
    assert asked.status_code == 422


async def test_a_booking_is_moved_to_another_time_and_desk(
    connection: Connection, visit: httpx.AsyncClient, place: Place
) -> None:
    address = await book(visit, place.desk)
    assert (await visit.get(f"{address}/move")).status_code == 200
    wish: dict[str, Any] = {**WISH, "start": "14:00", "end": "16:00", "resource": place.other_desk, "version": 1}
    answer = await visit.post(f"{address}/move", data=wish)
    assert (answer.status_code, answer.headers["location"]) == (303, address)
    page = await visit.get(address)
    assert "14:00 bis 16:00" in page.text
    assert "Tisch 2" in page.text
    stale = await visit.post(f"{address}/move", data={**wish, "start": "15:00"})
    assert stale.status_code == 409


async def test_a_move_that_cannot_be_keeps_what_was_typed(
    connection: Connection, visit: httpx.AsyncClient, place: Place, outsider: Person
) -> None:
    address = await book(visit, place.desk)
    await make_booking(connection, outsider, place.other_desk, period_on(DAY, "14:00", "16:00"))
    taken = {**WISH, "start": "15:00", "end": "17:00", "resource": f"{place.other_desk}"}
    for status, wish in ((409, taken), (422, {**taken, "end": "22:00"}), (422, {**taken, "date": "x"})):
        answer = await visit.post(f"{address}/move", data=wish)
        assert answer.status_code == status
        assert 'value="15:00"' in answer.text
    assert "09:00 bis 12:00" in (await visit.get(address)).text


async def test_a_booking_is_cancelled_once_and_the_desk_is_free(visit: httpx.AsyncClient, place: Place) -> None:
    address = await book(visit, place.desk)
    for _ in range(2):
        answer = await visit.post(f"{address}/cancellation", data={"version": "1"})
        assert (answer.status_code, answer.headers["location"]) == (303, address)
    assert "/cancellation" not in (await visit.get(address)).text
    assert (await visit.get(f"{address}/move")).status_code == 409
    assert await book(visit, place.desk, key="again") != address


async def test_the_calendar_file_says_when_and_where(visit: httpx.AsyncClient, place: Place) -> None:
    address = await book(visit, place.desk)
    answer = await visit.get(f"{address}/calendar.ics")
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    [event] = icalendar.Calendar.from_ical(answer.content).walk("VEVENT")
    period = period_on(DAY)
    assert (event.decoded("dtstart"), event.decoded("dtend")) == period
    assert "Hauptstraße 1" in str(event["location"])


async def test_the_feed_is_read_by_its_address_until_it_is_revoked(
    visit: httpx.AsyncClient, client: httpx.AsyncClient, place: Place
) -> None:
    await book(visit, place.desk)
    page = await visit.post("/bookings/feed")
    path = re.search(r"/calendar/[\w-]+\.ics", page.text)
    assert path is not None
    session = client.cookies["session"]
    client.cookies.clear()
    feed = await client.get(path[0])
    assert len(icalendar.Calendar.from_ical(feed.content).walk("VEVENT")) == 1
    again = await client.get(path[0], headers={"If-None-Match": feed.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    client.cookies.set("session", session)
    await client.post("/bookings/feed/revocation")
    assert (await client.get(path[0])).status_code == 404


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", ""), ("GET", "/move"), ("POST", "/move"), ("POST", "/cancellation"), ("GET", "/calendar.ics")],
)
async def test_another_persons_booking_is_not_there(
    connection: Connection, visit: httpx.AsyncClient, place: Place, outsider: Person, method: str, path: str
) -> None:
    booking_id = await make_booking(connection, outsider, place.desk, period_on(DAY))
    assert (await visit.request(method, f"/bookings/{booking_id}{path}", data=WISH)).status_code == 404
    assert await connection.fetchval("SELECT version FROM booking WHERE id = $1", booking_id) == 1
