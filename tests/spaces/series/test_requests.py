"""Series that a host has to agree to: asked for as a whole, answered as a whole, or expired as a whole."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import httpx
import pytest
import time_machine

from conftest import OneConnection
from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.errors import Stale
from landbooking.notifications.mail import OutboxRow, compose
from landbooking.settings import Settings
from landbooking.spaces.approval.answers import approve as approve_it
from landbooking.spaces.approval.answers import refuse
from landbooking.spaces.approval.expiry import expire_requests
from landbooking.spaces.approval.refusals import AlreadyAnswered, DatesNotAllowedAnyMore, NotAllowedAnyMore
from landbooking.spaces.approval.requests import count_open_requests, open_requests
from landbooking.spaces.booking import book_resource, cancel_booking
from landbooking.spaces.bookings import Booking, booking_by_id, bookings_in_series
from landbooking.spaces.refusals import DeskTaken
from landbooking.spaces.series.change import Move, MoveConflicts, Which, cancel_dates, move_dates
from landbooking.spaces.series.plan import Choice
from landbooking.spaces.series.series import Series
from support.hosting import Place
from support.people import bearer, make_person
from support.series import booked_series, weekly
from support.spaces import make_desk, make_override, period_on

WEEK = timedelta(days=7)


@pytest.fixture(autouse=True)
async def _approval(connection: Connection, place: Place) -> None:
    """The first desk needs approval, the other does not."""
    await make_override(connection, place.space_id, None, place.desk, approval=True)


async def ask(
    connection: Connection, person: Person, place: Place, monday: date, **more: Any
) -> tuple[Series, list[Booking]]:
    series, bookings = await booked_series(connection, person, weekly(place.desk, monday, 3, **more))
    assert {one.status for one in bookings} == {"requested"}
    return series, bookings


async def approve(connection: Connection, place: Place, booking: Booking, version: int | None = None) -> Booking:
    async with connection.transaction():
        return await approve_it(connection, place.host, booking.id, version)


async def statuses(connection: Connection, series: Series) -> list[str]:
    return [one.status for one in await bookings_in_series(connection, series.id)]


async def mails(connection: Connection) -> list[tuple[str, str]]:
    rows = await connection.fetch(
        """SELECT template, recipient FROM outbox
           WHERE withdrawn_at IS NULL AND template NOT LIKE '%/reminder' ORDER BY id"""
    )
    return [(row["template"].rpartition("/")[2], row["recipient"]) for row in rows]


async def composed(connection: Connection, settings: Settings, template: str) -> Any:
    row = await connection.fetchrow(
        "SELECT id, recipient, language, template, context, attempts FROM outbox WHERE template LIKE '%/' || $1",
        template,
    )
    return compose(settings, OutboxRow(**dict(row or {})))


async def text_of(connection: Connection, settings: Settings, template: str) -> str:
    text: str = (await composed(connection, settings, template)).get_body(("plain",)).get_content()
    return text


async def test_all_dates_are_held_until_one_answer(
    connection: Connection, settings: Settings, place: Place, resident: Person, outsider: Person, monday: date
) -> None:
    _series, bookings = await ask(connection, resident, place, monday)
    assert {one.until_at for one in bookings} == {bookings[0].until_at}
    for one in bookings:
        with pytest.raises(DeskTaken):
            await book_resource(connection, outsider, place.desk, period_on(one.start.date()))
    assert await mails(connection) == [("request", resident.email), ("request_to_host", place.host.email)]
    for template in ("request", "request_to_host"):
        text = await text_of(connection, settings, template)
        assert "und 2 weitere Termine:" in text
        assert text.count("09:00 bis 12:00") == 3
    assert f"/host/spaces/{place.space_id}/bookings/{bookings[0].id}" in text
    assert await count_open_requests(connection, place.space_id) == 1
    [request] = await open_requests(connection, place.space_id)
    assert (request.booking_id, request.dates) == (bookings[0].id, 3)


async def test_one_date_that_needs_approval_makes_all_of_them_a_request(
    connection: Connection, place: Place, resident: Person, monday: date
) -> None:
    await ask(connection, resident, place, monday, choices={monday: Choice(place.other_desk)})
    _series, bookings = await booked_series(connection, resident, weekly(place.other_desk, monday, 2, "13:00", "14:00"))
    assert {one.status for one in bookings} == {"confirmed"}
    piece = await make_desk(connection, place.space_id, "Beamer", kind="equipment")
    await make_override(connection, place.space_id, None, piece, approval=True)
    wish = weekly(place.other_desk, monday, 2, "15:00", "16:00", equipment=[piece])
    _series, bookings = await booked_series(connection, resident, wish)
    assert {one.status for one in bookings} == {"requested"}
    assert (
        await connection.fetchval("SELECT count(*) FROM booking WHERE part_of IS NOT NULL AND status = 'requested'")
        == 2
    )


async def test_there_is_time_to_answer_until_the_first_date(
    connection: Connection, place: Place, resident: Person
) -> None:
    tomorrow = datetime.now(UTC).date() + timedelta(days=1)
    _series, bookings = await ask(connection, resident, place, tomorrow)
    assert {one.until_at for one in bookings} == {bookings[0].start}


@pytest.mark.parametrize("number", [0, 2])
async def test_one_yes_confirms_all_of_them(
    connection: Connection, settings: Settings, place: Place, resident: Person, monday: date, number: int
) -> None:
    series, bookings = await ask(connection, resident, place, monday)
    await approve(connection, place, bookings[number], series.version)
    assert await statuses(connection, series) == ["confirmed"] * 3
    assert (await mails(connection))[-1] == ("confirmation", resident.email)
    message = await composed(connection, settings, "confirmation")
    assert "RRULE:FREQ=WEEKLY" in next(one for one in message.walk() if one.get_param("method")).get_content()
    assert await connection.fetchval("SELECT count(*) FROM outbox WHERE template LIKE '%/reminder'") == 6
    with pytest.raises(AlreadyAnswered):
        await approve(connection, place, bookings[0])


async def test_one_no_frees_all_of_them(
    connection: Connection, settings: Settings, place: Place, resident: Person, outsider: Person, monday: date
) -> None:
    series, bookings = await ask(connection, resident, place, monday)
    await refuse(connection, place.host, bookings[1].id, None, "Da tagt der Rat.")
    assert await statuses(connection, series) == ["cancelled"] * 3
    text = await text_of(connection, settings, "refusal")
    assert "und 2 weitere Termine:" in text
    assert "Da tagt der Rat." in text
    assert [one[0] for one in await mails(connection)].count("refusal") == 1
    await booked_series(connection, outsider, weekly(place.desk, monday, 3))


async def test_dates_that_break_a_rule_by_now_are_named_and_all_stays_open(
    connection: Connection, place: Place, resident: Person, monday: date
) -> None:
    series, bookings = await ask(connection, resident, place, monday)
    await connection.execute(
        "INSERT INTO closure (space_id, days, reason) VALUES ($1, daterange($2, $2, '[]'), 'Kirmes')",
        place.space_id,
        monday + WEEK,
    )
    with pytest.raises(DatesNotAllowedAnyMore) as refused:
        await approve(connection, place, bookings[0])
    assert list(refused.value.fields) == [f"{monday + WEEK}"]
    assert "Kirmes" in refused.value.fields[f"{monday + WEEK}"]
    assert await statuses(connection, series) == ["requested"] * 3
    # The person takes that date back; the others can be confirmed.
    await cancel_dates(connection, resident, Which(series.id, bookings[1].id, "one"))
    await approve(connection, place, bookings[0])
    assert await statuses(connection, series) == ["confirmed", "cancelled", "confirmed"]


async def close_on(connection: Connection, place: Place, day: date) -> None:
    await connection.execute(
        "INSERT INTO closure (space_id, days, reason) VALUES ($1, daterange($2, $2, '[]'), 'Kirmes')",
        place.space_id,
        day,
    )


@pytest.mark.parametrize("number", [0, 1])
async def test_a_host_may_confirm_the_dates_that_still_can_be(
    connection: Connection, settings: Settings, place: Place, monday: date, number: int
) -> None:
    """One mail tells the person of both, in the person's language, whichever the host speaks."""
    guest = await make_person(connection, "visitor@example.org", language="en")
    series, bookings = await ask(connection, guest, place, monday)
    await close_on(connection, place, monday + WEEK)
    async with connection.transaction():
        await approve_it(connection, place.host, bookings[number].id, series.version, [monday + WEEK])
    assert await statuses(connection, series) == ["confirmed", "cancelled", "confirmed"]
    assert (await booking_by_id(connection, bookings[1].id)).ended_because == "declined"
    assert await mails(connection) == [
        ("request", guest.email),
        ("request_to_host", place.host.email),
        ("confirmation", guest.email),
    ]
    text = await text_of(connection, settings, "confirmation")
    confirmed, _said, refused = text.partition("can unfortunately not be had any more")
    assert (confirmed.count("09:00 to 12:00"), refused.count("09:00 to 12:00")) == (2, 1)
    assert "Closed on this day (Kirmes)" in refused
    entry = await composed(connection, settings, "confirmation")
    ical = next(one for one in entry.walk() if one.get_param("method")).get_content()
    assert f"EXDATE;TZID=Europe/Berlin:{monday + WEEK:%Y%m%d}T090000" in ical
    assert await connection.fetchval("SELECT count(*) FROM outbox WHERE template LIKE '%/reminder'") == 4


async def test_what_a_quota_forbids_is_said_to_each_in_their_own_words(
    connection: Connection, settings: Settings, place: Place, resident: Person, monday: date
) -> None:
    series, bookings = await ask(connection, resident, place, monday)
    await book_resource(connection, resident, place.other_desk, period_on(monday, "13:00", "15:00"))
    await connection.execute("UPDATE rule_override SET weekly_minutes = 240")
    await make_override(connection, place.space_id, "desk", weekly_minutes=240)
    with pytest.raises(DatesNotAllowedAnyMore) as refused:
        await approve(connection, place, bookings[0])
    assert refused.value.fields[f"{monday}"].startswith("Die Person hat")
    await approve_it(connection, place.host, bookings[0].id, None, [monday])
    assert await statuses(connection, series) == ["cancelled", "confirmed", "confirmed"]
    message = await connection.fetchrow(
        """SELECT id, recipient, language, template, context, attempts FROM outbox
           WHERE template LIKE '%series/emails/confirmation'"""
    )
    text = compose(settings, OutboxRow(**dict(message or {}))).get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "Ihnen bleiben in dieser Woche: 2 Stunden." in text
    assert "Die Person" not in text


async def test_only_what_breaks_a_rule_is_left_out_and_never_everything(
    connection: Connection, place: Place, resident: Person, monday: date
) -> None:
    series, bookings = await ask(connection, resident, place, monday)
    with pytest.raises(Stale):  # nothing stands against it (any more)
        await approve_it(connection, place.host, bookings[0].id, None, [monday])
    days = [monday, monday + WEEK, monday + 2 * WEEK]
    for closed in range(2):
        await close_on(connection, place, days[closed])
    for left_out in ([monday], [*days]):  # not what stands against it now
        with pytest.raises(DatesNotAllowedAnyMore, match="2 Termine gehen nicht mehr"):
            await approve_it(connection, place.host, bookings[0].id, None, left_out)
    await close_on(connection, place, days[2])
    with pytest.raises(DatesNotAllowedAnyMore, match="Keiner der Termine geht mehr"):
        await approve_it(connection, place.host, bookings[0].id, None, days)
    assert await statuses(connection, series) == ["requested"] * 3


async def test_it_is_confirmed_without_some_dates_over_the_api_too(
    connection: Connection, client: httpx.AsyncClient, place: Place, resident: Person, outsider: Person, monday: date
) -> None:
    series, bookings = await ask(connection, resident, place, monday)
    await close_on(connection, place, monday)
    address, headers = f"/api/v1/bookings/{bookings[2].id}/approval", await bearer(connection, place.host)
    refused = await client.post(address, json={}, headers=headers)
    assert refused.status_code == 409
    body = {"except_days": [one["field"] for one in refused.json()["errors"]]}
    assert (await client.post(address, json=body, headers=await bearer(connection, outsider))).status_code == 404
    assert (await client.post(address, json=body, headers=headers)).json()["status"] == "confirmed"
    assert await statuses(connection, series) == ["cancelled", "confirmed", "confirmed"]
    again = await client.post(address, json=body, headers=headers)
    assert (again.status_code, again.json()["detail"]) == (409, "Diese Anfrage ist schon bestätigt.")


async def test_a_piece_of_equipment_is_judged_anew_too(
    connection: Connection, place: Place, resident: Person, monday: date
) -> None:
    piece = await make_desk(connection, place.space_id, "Beamer", kind="equipment")
    single = await book_resource(
        connection, resident, place.desk, period_on(monday, "14:00", "16:00"), equipment=[piece]
    )
    _series, bookings = await ask(connection, resident, place, monday, equipment=[piece])
    rule = await make_override(connection, place.space_id, "equipment", longest_minutes=60)
    with pytest.raises(NotAllowedAnyMore, match="Beamer: Eine Buchung dauert hier höchstens") as refused:
        await approve(connection, place, single)
    assert refused.value.code == "rule-longest"
    with pytest.raises(DatesNotAllowedAnyMore) as several:
        await approve(connection, place, bookings[0])
    assert all(message.startswith("Beamer: ") for message in several.value.fields.values())
    await connection.execute("DELETE FROM rule_override WHERE id = $1", rule)
    await connection.execute("UPDATE resource SET retired_at = now() WHERE id = $1", piece)
    with pytest.raises(NotAllowedAnyMore, match="Ausstattung") as refused:
        await approve(connection, place, single)
    await connection.execute("UPDATE resource SET retired_at = NULL WHERE id = $1", piece)
    await connection.execute(
        """INSERT INTO blackout (space_id, whole_space, resource_ids, period, reason, created_by)
           VALUES ($1, false, ARRAY[$2::int], $3, 'Reparatur', $4)""",
        place.space_id,
        piece,
        period_on(monday, "08:00", "18:00").range,
        place.host.id,
    )
    with pytest.raises(NotAllowedAnyMore, match="gesperrt"):
        await approve(connection, place, single)


async def test_what_was_asked_for_in_time_is_not_late_because_the_answer_took_its_time(
    connection: Connection, place: Place, resident: Person, monday: date
) -> None:
    piece = await make_desk(connection, place.space_id, "Beamer", kind="equipment")
    asked = await book_resource(connection, resident, place.desk, period_on(monday), equipment=[piece])
    await make_override(connection, place.space_id, "equipment", lead_minutes=14 * 24 * 60)
    await connection.execute("UPDATE booking SET until_at = lower(period)")
    with time_machine.travel(asked.start - timedelta(days=13)):
        assert (await approve(connection, place, asked)).status == "confirmed"


async def test_an_answer_to_what_has_changed_is_refused(
    connection: Connection, place: Place, resident: Person, monday: date
) -> None:
    series, bookings = await ask(connection, resident, place, monday)
    await cancel_booking(connection, resident, bookings[2].id)
    assert (await mails(connection))[-1] == ("withdrawal", resident.email)
    assert ("request_to_host", place.host.email) in await mails(connection)  # two dates are left
    with pytest.raises(Stale):
        await approve(connection, place, bookings[0], series.version)
    with pytest.raises(AlreadyAnswered):
        await approve(connection, place, bookings[2])
    await cancel_dates(connection, resident, Which(series.id, bookings[0].id, "all"))
    assert await statuses(connection, series) == ["cancelled"] * 3
    assert [one[0] for one in await mails(connection)] == ["request", "withdrawal", "withdrawal"]


async def test_nobody_answers_and_it_expires_as_a_whole_once(
    connection: Connection, place: Place, resident: Person, outsider: Person, monday: date
) -> None:
    series, bookings = await ask(connection, resident, place, monday)
    await connection.execute("UPDATE booking SET until_at = '2026-01-01' WHERE series_id = $1", series.id)
    pool: Any = OneConnection(connection)
    assert [await expire_requests(pool), await expire_requests(pool)] == [1, 0]
    assert await statuses(connection, series) == ["cancelled"] * 3
    assert (await booking_by_id(connection, bookings[2].id)).ended_because == "expired"
    assert [one[0] for one in await mails(connection)].count("expiry") == 1
    await booked_series(connection, outsider, weekly(place.desk, monday, 3))


async def test_what_needs_approval_is_not_moved(
    connection: Connection, place: Place, resident: Person, monday: date
) -> None:
    series, bookings = await ask(connection, resident, place, monday)
    move = Move(time(13), time(14))
    everything = Which(series.id, bookings[0].id, "all")
    for _ in range(2):  # before the answer and after it
        with pytest.raises(MoveConflicts) as conflicts:
            await move_dates(connection, resident, everything, move)
        assert all("neue Anfrage" in message for message in conflicts.value.fields.values())
        if (await booking_by_id(connection, bookings[0].id)).status == "requested":
            await approve(connection, place, bookings[0])
    host_series, host_bookings = await booked_series(
        connection, place.host, weekly(place.desk, monday, 2, "15:00", "16:00")
    )
    assert {one.status for one in host_bookings} == {"confirmed"}
    await move_dates(connection, place.host, Which(host_series.id, host_bookings[0].id, "all"), move)
