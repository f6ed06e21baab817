"""What the code at a desk leads to, and where hosts print it."""

import re
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.errors import NotFound
from landbooking.spaces.bookings import booking_by_id
from landbooking.spaces.opening_hours import RuleBroken
from landbooking.spaces.presence.here import book_here, look_around
from support.hosting import Place
from support.people import sign_in
from support.presence import (
    DAY,
    MORNING,
    at,
    code_of,
)
from support.spaces import make_booking, make_override, period_on


async def test_a_free_desk_is_booked_from_now_by_one_tap(
    connection: Connection, client: httpx.AsyncClient, place: Place, resident: Person
) -> None:
    code = await code_of(connection, place.desk)
    await make_booking(connection, place.host, place.desk, period_on(DAY, "14:00", "15:00"))
    with at("10:07"):
        offered = await client.get(f"/here/{code}")
        assert "frei bis 14:00 Uhr" in offered.text
        assert f"next=%2Fhere%2F{code}" in offered.text
        assert 'name="end"' not in offered.text
        await sign_in(connection, client, resident)
        page = (await client.get(f"/here/{code}")).text
        ends = re.findall(r'name="end" value="([^"]+)"', page)
        assert [datetime.fromisoformat(end) for end in ends] == [
            period_on(DAY, "09:00", clock).end for clock in ("11:00", "12:00", "14:00")
        ]
        form = {"resource": place.desk, "end": ends[0]}
        first, again = [await client.post(f"/here/{code}/bookings", data=form) for _ in range(2)]
        assert first.status_code == 303
        assert first.headers["location"] == again.headers["location"]
        page = (await client.get(f"/here/{code}")).text
        assert "Sie sind eingecheckt" in page
        assert "Ich gehe jetzt" in page
    booking = await booking_by_id(connection, int(first.headers["location"].rpartition("/")[2]))
    assert (booking.start, booking.end) == period_on(DAY, "10:00", "11:00")
    assert booking.checked_in_at


async def test_ones_own_booking_is_one_tap_too(
    connection: Connection, client: httpx.AsyncClient, place: Place, resident: Person
) -> None:
    booking_id = await make_booking(connection, resident, place.desk, MORNING)
    await sign_in(connection, client, resident)
    with at("08:50"):
        assert "Ich bin da" in (await client.get(f"/here/{await code_of(connection, place.desk)}")).text
        assert "Ich bin da" in (await client.get(f"/bookings/{booking_id}")).text
        answer = await client.post(f"/bookings/{booking_id}/checkin")
        assert answer.headers["location"] == f"/bookings/{booking_id}"
        assert "Sie sind eingecheckt" in (await client.get(f"/bookings/{booking_id}")).text
    with at("10:00"):
        assert (await client.post(f"/bookings/{booking_id}/early-leave")).status_code == 303
        assert "früher gegangen" in (await client.get(f"/bookings/{booking_id}")).text


async def test_who_finds_it_taken_learns_until_when_and_what_is_free(
    connection: Connection, client: httpx.AsyncClient, place: Place, resident: Person, outsider: Person
) -> None:
    await make_booking(connection, outsider, place.desk, MORNING)
    code = await code_of(connection, place.desk)
    await sign_in(connection, client, resident)
    with at("10:07"):
        page = (await client.get(f"/here/{code}")).text
        assert "belegt bis 12:00 Uhr" in page
        assert outsider.email not in page
        assert "Tisch 2" in page
        assert await code_of(connection, place.other_desk) not in page
        end = period_on(DAY, "09:00", "11:00").end
        taken = await client.post(f"/here/{code}/bookings", data={"resource": place.desk, "end": end.isoformat()})
        assert taken.status_code == 409
        other = await client.post(f"/here/{code}/bookings", data={"resource": place.other_desk, "end": end.isoformat()})
        assert other.status_code == 303


async def test_what_can_not_be_booked_on_the_spot(
    connection: Connection, place: Place, resident: Person, outsider: Person
) -> None:
    code = await code_of(connection, place.desk)
    end = period_on(DAY, "09:00", "11:00").end
    await make_override(connection, place.space_id, "desk", approval=True, lead_minutes=120)
    with at("10:07"):
        now = datetime.now(UTC)
        assert (await look_around(connection, code, resident, now)).offer.periods == []
        with pytest.raises(RuleBroken, match=r"jede Buchung.*fragen Sie an") as asked:
            await book_here(connection, resident, code, place.desk, end)
        assert asked.value.code == "rule-approval"
        assert (await look_around(connection, code, place.host, now)).offer.periods  # hosts need not ask
        await connection.execute("UPDATE rule_override SET approval = false")
        for wrong in (now, now - timedelta(hours=1), now + timedelta(minutes=7), end + timedelta(days=1)):
            with pytest.raises(RuleBroken):
                await book_here(connection, resident, code, place.desk, wrong)
        await book_here(connection, resident, code, place.desk, end)  # who stands there is in time
    with at("19:00"):
        assert (await look_around(connection, code, resident, datetime.now(UTC))).offer.periods == []
    with pytest.raises(NotFound):
        await book_here(connection, outsider, "0123456789ab", place.desk, end)


async def test_whole_days_and_hours_are_offered_as_they_are_booked(
    connection: Connection, place: Place, resident: Person
) -> None:
    code = await code_of(connection, place.desk)
    rule = await make_override(connection, place.space_id, "desk", unit="half_day")
    with at("10:07"):
        found = (await look_around(connection, code, resident, datetime.now(UTC))).offer.periods
        assert found == [period_on(DAY, "08:00", "13:00"), period_on(DAY, "08:00", "18:00")]
        await connection.execute("UPDATE rule_override SET unit = 'time', step_minutes = 60 WHERE id = $1", rule)
        found = (await look_around(connection, code, resident, datetime.now(UTC))).offer.periods
        assert found[0] == period_on(DAY, "10:00", "11:00")
        booked = await book_here(connection, resident, code, place.desk, found[0].end)
        assert (booked.start, booked.end) == found[0]


async def test_a_retired_or_unknown_code_leads_nowhere(
    connection: Connection, client: httpx.AsyncClient, place: Place
) -> None:
    code = await code_of(connection, place.desk)
    await connection.execute("UPDATE resource SET retired_at = now()")
    for path in (code, "0123456789ab", "'", "%00"):
        assert (await client.get(f"/here/{path}")).status_code == 404


async def test_a_host_sets_the_patience_and_prints_the_codes(
    connection: Connection, client: httpx.AsyncClient, place: Place
) -> None:
    await sign_in(connection, client, place.host)
    address = f"/host/spaces/{place.space_id}"
    assert "Ja, frei nach 20 Minuten" in (await client.get(f"{address}/checkin")).text
    seen = await connection.fetchval("SELECT version FROM space WHERE id = $1", place.space_id)
    assert (await client.post(f"{address}/checkin", data={"patience": "30", "version": seen})).status_code == 303
    assert (await client.post(f"{address}/checkin", data={"patience": "10", "version": seen})).status_code == 409
    assert (await client.post(f"{address}/checkin", data={"patience": "7"})).status_code == 422
    assert await connection.fetchval("SELECT checkin_minutes FROM space WHERE id = $1", place.space_id) == 30
    await client.post(f"{address}/checkin", data={"patience": "0"})
    assert await connection.fetchval("SELECT checkin_minutes FROM space WHERE id = $1", place.space_id) is None
    sheet = (await client.get(f"{address}/codes")).text
    assert sheet.count("<svg") >= 2
    for desk in (place.desk, place.other_desk):
        assert f"http://landbooking.test/here/{await code_of(connection, desk)}" in sheet
