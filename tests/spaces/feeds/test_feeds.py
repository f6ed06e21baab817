"""Calendars of spaces: what anybody may know, and what only hosts. Another program reads them than wrote them."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
import structlog
from ical.calendar_stream import IcsCalendarStream

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.notifications.calendar import _written
from landbooking.period import Period
from landbooking.spaces.hosting.hosts import remove_host
from support.hosting import Place
from support.people import sign_in
from support.spaces import day_after, make_booking, make_desk, make_host, make_series, make_space, period_on

Entry = tuple[str, datetime, datetime]
DAY = day_after(5)


def entries(answer: httpx.Response) -> list[Entry]:
    """Summary, start and end of each, in UTC; the lines themselves are looked at too (RFC 5545, section 3.1)."""
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    lines = answer.content.split(b"\r\n")
    assert lines[-1] == b""
    assert not any(b"\n" in line or b"\r" in line or len(line) > 75 for line in lines)
    assert re.match(rb"BEGIN:VCALENDAR\r\n", answer.content)
    calendar: Any = IcsCalendarStream.calendar_from_ics(answer.text)
    assert len({event.uid for event in calendar.events}) == len(calendar.events)
    found = [(event.summary, event.dtstart.astimezone(UTC), event.dtend.astimezone(UTC)) for event in calendar.events]
    return sorted(found, key=lambda one: (one[1], one[0]))


def taken(name: str, period: Period) -> Entry:
    return f"{name}: belegt", period.start.astimezone(UTC), period.end.astimezone(UTC)


async def test_anybody_may_know_when_something_is_taken_and_nothing_else(
    connection: Connection, client: httpx.AsyncClient, place: Place, resident: Person
) -> None:
    await connection.execute("UPDATE person SET name = 'Anwohnerin Muster' WHERE id = $1", resident.id)
    morning, noon = period_on(DAY, "09:00", "11:00"), period_on(DAY, "12:00", "13:00")
    await make_booking(connection, resident, place.desk, morning)
    await make_booking(connection, place.host, place.other_desk, noon)
    answer = await client.get(f"/spaces/{place.space_id}/calendar.ics")
    assert entries(answer) == [taken("Tisch 1", morning), taken("Tisch 2", noon)]
    for secret in ("Muster", resident.email, place.host.email, "booking-", "ATTENDEE", "ORGANIZER"):
        assert secret not in answer.text
    [one] = entries(await client.get(f"/resources/{place.other_desk}/calendar.ics"))
    assert one == taken("Tisch 2", noon)


async def test_a_name_adds_no_line_of_its_own(
    connection: Connection, hosting: httpx.AsyncClient, place: Place, resident: Person
) -> None:
    """Nor is it cut where it has a comma."""
    name = "Schule, alt; \\neu\nATTENDEE:mailto:a@example.org\rURL:https://example.org"
    await connection.execute("UPDATE space SET name = $1", name)
    await connection.execute("UPDATE resource SET name = $1 WHERE id = $2", name, place.desk)
    await make_booking(connection, resident, place.desk, period_on(DAY))
    address = await secret_address(hosting, place)
    for path in (f"/spaces/{place.space_id}/calendar.ics", f"/resources/{place.desk}/calendar.ics", address):
        answer = await hosting.get(path)
        assert len(entries(answer)) == 1
        lines = re.split(r"[\r\n]+(?! )", answer.text)
        assert sum(line.startswith(("ATTENDEE", "URL")) for line in lines) == 1  # the entry's own address
        calendar: Any = IcsCalendarStream.calendar_from_ics(answer.text)
        assert calendar.name[0].startswith("Schule, alt; \\neu\n")


async def test_bookings_that_touch_are_one_so_that_nobody_counts_people(
    connection: Connection, client: httpx.AsyncClient, place: Place, resident: Person
) -> None:
    """Above all in a room for video appointments, with the time that it is aired."""
    room = await make_desk(connection, place.space_id, "Raum 3", kind="telemedicine")
    for start, end in (("09:00", "09:30"), ("10:00", "10:30")):
        period = period_on(DAY, start, end)
        aired = Period(period.start - timedelta(minutes=15), period.end + timedelta(minutes=15))
        await connection.execute(
            "INSERT INTO booking (resource_id, person_id, period, blocked) VALUES ($1, $2, $3, $4)",
            room, resident.id, period.range, aired.range,
        )  # fmt: skip
    assert entries(await client.get(f"/resources/{room}/calendar.ics")) == [
        taken("Raum 3", period_on(DAY, "08:45", "10:45"))
    ]


async def test_what_is_cancelled_vanishes_and_each_date_of_a_series_stands_by_itself(
    connection: Connection, client: httpx.AsyncClient, place: Place, resident: Person
) -> None:
    period = period_on(DAY)
    gone = await make_booking(connection, resident, place.desk, period_on(day_after(6)))
    await make_series(connection, resident, place.desk, period)
    await connection.execute("UPDATE booking SET status = 'cancelled', cancelled_at = now() WHERE id = $1", gone)
    assert entries(await client.get(f"/spaces/{place.space_id}/calendar.ics")) == [taken("Tisch 1", period)]


NIGHTS = [
    # Clocks go back: 02:00 to 03:00 comes twice. They go forward: it does not come at all.
    (("2026-10-24T23:30:00+02:00", "2026-10-25T02:30:00+01:00"), "2026-10-24T21:30:00Z", "2026-10-25T01:30:00Z"),
    (("2027-03-27T23:30:00+01:00", "2027-03-28T03:30:00+02:00"), "2027-03-27T22:30:00Z", "2027-03-28T01:30:00Z"),
]


@pytest.mark.parametrize(("clocks", "start", "end"), NIGHTS)
async def test_both_nights_on_which_the_clocks_change(
    connection: Connection, clocks: tuple[str, str], start: str, end: str, place: Place, resident: Person
) -> None:
    from landbooking.notifications.calendar import calendar_feed
    from landbooking.spaces.feeds.busy import busy_events
    from landbooking.spaces.space import resources_of, space_by_id
    from support.people import settings

    period = Period(*(datetime.fromisoformat(clock) for clock in clocks))
    await make_booking(connection, resident, place.desk, period)
    space, resources = await space_by_id(connection, place.space_id), await resources_of(connection, place.space_id)
    events = await busy_events(connection, space, resources, period.start.astimezone(UTC) - timedelta(days=1))
    body = calendar_feed(events, "x", settings("postgresql://nowhere/none", "redis://nowhere"))
    calendar: Any = IcsCalendarStream.calendar_from_ics(body.decode())
    [event] = calendar.events
    assert event.dtstart == datetime.fromisoformat(start)
    assert event.dtend == datetime.fromisoformat(end)


async def test_what_is_not_published_has_no_public_calendar(
    connection: Connection, client: httpx.AsyncClient, place: Place
) -> None:
    retired = await make_desk(connection, place.space_id, "Alt", retired_at=datetime.now(UTC))
    assert (await client.get(f"/resources/{retired}/calendar.ics")).status_code == 404
    assert (await client.get("/resources/2147483647/calendar.ics")).status_code == 404
    await connection.execute("UPDATE space SET published = false WHERE id = $1", place.space_id)
    assert (await client.get(f"/spaces/{place.space_id}/calendar.ics")).status_code == 404
    assert (await client.get(f"/resources/{place.desk}/calendar.ics")).status_code == 404


async def test_programs_fetch_only_what_they_do_not_have(
    connection: Connection, client: httpx.AsyncClient, place: Place, resident: Person
) -> None:
    await make_booking(connection, resident, place.desk, period_on(DAY))
    address = f"/spaces/{place.space_id}/calendar.ics"
    first = await client.get(address)
    again = await client.get(address, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert (await client.head(address)).headers["etag"] == first.headers["etag"]
    await make_booking(connection, resident, place.other_desk, period_on(DAY))
    assert (await client.get(address, headers={"If-None-Match": first.headers["etag"]})).status_code == 200
    assert first.headers["cache-control"] == "public, max-age=300"
    english = await client.get(address, headers={"Accept-Language": "en"})
    assert english.content != (await client.get(address, headers={"Accept-Language": "de"})).content
    assert first.headers["vary"] == "Accept-Language"  # so that what is cached is not read by the wrong people


async def test_each_entry_is_written_once(
    connection: Connection, client: httpx.AsyncClient, place: Place, resident: Person
) -> None:
    """Who asks again, or for one resource only, costs no more than looking."""
    for later in range(3):
        await make_booking(connection, resident, place.desk, period_on(day_after(5 + later)))
    await client.get(f"/spaces/{place.space_id}/calendar.ics")
    written = _written.cache_info().misses
    again = await client.get(f"/spaces/{place.space_id}/calendar.ics")
    assert len(entries(again)) == 3
    assert len(entries(await client.get(f"/resources/{place.desk}/calendar.ics"))) == 3
    assert _written.cache_info().misses == written
    await make_booking(connection, resident, place.other_desk, period_on(DAY))
    await client.get(f"/spaces/{place.space_id}/calendar.ics")
    assert _written.cache_info().misses == written + 1


async def secret_address(client: httpx.AsyncClient, place: Place) -> str:
    page = await client.post(f"/host/spaces/{place.space_id}/calendar")
    found = re.search(r"/calendar/spaces/[\w-]{43}\.ics", page.text)
    assert found
    return found[0]


async def test_a_host_has_one_with_names(
    connection: Connection, client: httpx.AsyncClient, hosting: httpx.AsyncClient, place: Place, resident: Person
) -> None:
    await connection.execute("UPDATE person SET name = 'Anwohnerin Muster' WHERE id = $1", resident.id)
    period, later = period_on(DAY, "09:00", "10:00"), period_on(DAY, "14:00", "15:00")
    await make_booking(connection, resident, place.desk, period)
    room = await make_desk(connection, place.space_id, "Raum 3", kind="telemedicine")
    await make_booking(connection, resident, room, later)
    address = await secret_address(hosting, place)
    client.cookies.clear()
    summaries = [one[0] for one in entries(await client.get(address))]
    assert summaries == ["Tisch 1: Anwohnerin Muster", "Raum 3: belegt"]
    assert [one[0] for one in entries(await client.get(f"{address}?resource={room}"))] == ["Raum 3: belegt"]
    assert entries(await client.get(f"{address}?resource=2147483647")) == []


async def test_the_secret_address_ends_with_a_new_one_by_hand_and_with_hosting(
    connection: Connection, client: httpx.AsyncClient, hosting: httpx.AsyncClient, place: Place
) -> None:
    first = await secret_address(hosting, place)
    second = await secret_address(hosting, place)
    assert (await client.get(first)).status_code == 404
    assert (await client.get(second)).status_code == 200
    assert second.split("/")[-1] not in (await hosting.get(f"/host/spaces/{place.space_id}/sharing")).text
    await hosting.post(f"/host/spaces/{place.space_id}/calendar/revocation")
    assert (await client.get(second)).status_code == 404
    third = await secret_address(hosting, place)
    await remove_host(connection, place.space_id, place.host.id)
    assert (await client.get(third)).status_code == 404


async def test_the_secret_stands_in_no_log_and_only_its_hash_with_us(
    connection: Connection, hosting: httpx.AsyncClient, place: Place
) -> None:
    with structlog.testing.capture_logs() as logged:
        address = await secret_address(hosting, place)
        await hosting.get(address)
        await hosting.get(f"/en{address}?resource=1")
    secret = address.split("/")[-1].removesuffix(".ics")
    assert len(logged) >= 3
    assert secret not in str(logged)
    assert secret.encode() not in await connection.fetchval("SELECT token_hash FROM space_feed")


async def test_the_desk_has_an_address_of_its_own_and_strangers_none(
    connection: Connection, client: httpx.AsyncClient, place: Place, outsider: Person, resident: Person
) -> None:
    desk = await make_host(connection, resident, place.space_id, role="desk")
    await sign_in(connection, client, desk)
    assert (await client.get(await secret_address(client, place))).status_code == 200
    await sign_in(connection, client, await make_host(connection, outsider, await make_space(connection, name="B")))
    assert (await client.post(f"/host/spaces/{place.space_id}/calendar")).status_code == 403
    assert (await client.get("/calendar/spaces/guessed.ics")).status_code == 404
