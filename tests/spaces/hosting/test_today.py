"""The host's first page: today in all their spaces, with what waits for a word; and blocking in two taps."""

import re
from datetime import UTC, datetime, time, timedelta

import httpx
import pytest
import time_machine
from litestar.datastructures import FormMultiDict

from landbooking.accounts.acting import act_as
from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.period import Period
from landbooking.spaces.hosting.blackout_form import presets, typed_wish, wish_from
from landbooking.spaces.hosting.hosts import name_host
from landbooking.spaces.space import space_by_id
from support.hosting import Place
from support.people import sign_in
from support.spaces import BERLIN, day_after, make_booking, make_desk, make_host, make_space, period_on

NOON = datetime.combine(day_after(7 + (2 - day_after(0).weekday()) % 7), time(12, 5), BERLIN)  # a coming Wednesday


async def text_of(client: httpx.AsyncClient, path: str = "/host") -> str:
    page = (await client.get(path)).text
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page[page.index("<main") :]))


async def make_request(connection: Connection, person: Person, desk: int) -> int:
    booking = await make_booking(connection, person, desk, period_on(day_after(3)))
    await connection.execute(
        "UPDATE booking SET status = 'requested', until_at = now() + interval '1 day' WHERE id = $1", booking
    )
    return booking


async def test_it_says_who_is_here_who_comes_and_what_is_free(
    connection: Connection, hosting: httpx.AsyncClient, place: Place, resident: Person
) -> None:
    other = await make_space(connection, name="Bahnhof")
    await make_host(connection, place.host, other)
    await connection.execute("UPDATE person SET name = 'Anwohnerin' WHERE id = $1", resident.id)
    here = await make_booking(connection, resident, place.desk, period_on(NOON.date(), "11:00", "13:00"))
    await make_booking(connection, resident, place.other_desk, period_on(NOON.date(), "15:00", "16:00"))
    await make_booking(connection, resident, place.desk, period_on(NOON.date(), "08:00", "09:00"))
    await connection.execute("UPDATE booking SET checked_in_at = lower(period) WHERE id = $1", here)
    with time_machine.travel(NOON, tick=False):
        text = await text_of(hosting)
    assert re.search(r"Alte Schule 08:00–18:00 Gerade da \(1\) Anwohnerin 11:00–13:00 · Tisch 1 · eingecheckt", text)
    assert re.search(r"Kommt noch \(1\) Anwohnerin 15:00–16:00 · Tisch 2", text)
    assert "Arbeitsplätze: 1 von 2" in text
    assert "08:00–09:00" not in text
    assert re.search(r"Bahnhof geschlossen .*Heute kommt niemand mehr", text)


async def test_it_changes_by_itself(hosting: httpx.AsyncClient, place: Place) -> None:
    page = (await hosting.get("/host")).text
    assert f'data-live="{place.space_id}"' in page
    assert "/static/js/live.js" in page


async def test_whoever_is_in_a_discreet_room_stays_unnamed(
    connection: Connection, hosting: httpx.AsyncClient, place: Place, resident: Person
) -> None:
    room = await make_desk(connection, place.space_id, "Raum 3", kind="telemedicine")
    await make_booking(connection, resident, room, period_on(NOON.date(), "12:00", "13:00"))
    with time_machine.travel(NOON, tick=False):
        text = await text_of(hosting)
    assert "Raum 3" in text
    assert resident.email not in text


async def test_a_request_is_answered_right_there(
    connection: Connection, hosting: httpx.AsyncClient, place: Place, resident: Person
) -> None:
    for desk, verb, status in ((place.desk, "approval", "confirmed"), (place.other_desk, "refusal", "cancelled")):
        asked = await make_request(connection, resident, desk)
        page = (await hosting.get("/host")).text
        address = f"/host/spaces/{place.space_id}/bookings/{asked}/{verb}"
        form = page[page.index(f'action="{address}"') :]
        sent = dict(re.findall(r'name="(version|back)" value="([^"]*)"', form[: form.index("</form>")]))
        answer = await hosting.post(address, data=sent)
        assert answer.headers["location"] == "/host"
        assert await connection.fetchval("SELECT status FROM booking WHERE id = $1", asked) == status
    stale = await hosting.post(address, data=sent)
    assert stale.status_code == 409
    assert "wartet" not in await text_of(hosting)


async def test_it_tells_what_others_have_changed_since_yesterday(
    connection: Connection, client: httpx.AsyncClient, hosting: httpx.AsyncClient, place: Place, resident: Person
) -> None:
    assert "Seit gestern" not in await text_of(hosting)
    await make_booking(connection, resident, place.desk, period_on(day_after(2)))
    desk = await make_host(connection, resident, place.space_id, role="desk")
    await act_as(connection, place.host)
    await name_host(connection, place.space_id, "neu@example.org", "desk")
    await act_as(connection, desk)
    await connection.execute(
        "INSERT INTO closure (space_id, days) VALUES ($1, '[2090-01-01,2090-01-02)')", place.space_id
    )
    text = await text_of(hosting)
    assert f"Seit gestern 1 neue Buchung Schließtage eingetragen ({resident.email})" in text
    assert "Ins Team" not in text  # by herself
    await sign_in(connection, client, desk)
    assert "Ins Team" not in await text_of(client)  # that is for owners


async def test_who_hosts_nothing_and_works_for_nobody_is_refused(
    connection: Connection, client: httpx.AsyncClient, resident: Person
) -> None:
    assert (await client.get("/host")).headers["location"].startswith("/sign-in")
    await sign_in(connection, client, resident)
    assert (await client.get("/host")).status_code == 403


async def standing(connection: Connection) -> list[tuple[Period, bool]]:
    rows = await connection.fetch(
        "SELECT lower(period) AS start, upper(period) AS end, whole_space FROM blackout ORDER BY id"
    )
    return [(Period(row["start"], row["end"]), row["whole_space"]) for row in rows]


async def test_blocking_takes_two_taps(connection: Connection, hosting: httpx.AsyncClient, place: Place) -> None:
    with time_machine.travel(NOON, tick=False):
        page = (await hosting.get("/host")).text
        [first] = re.findall(r'href="(/host/spaces/\d+/blackouts/new)"', page)
        page = (await hosting.get(first)).text
        values = re.findall(r'<button [^>]*name="when" value="([^"]+)"', page)
        assert len(values) == 3
        for value in values[:2]:
            answer = await hosting.post(first, data={"resource": "all", "when": value})
            assert answer.status_code == 303
        answer = await hosting.post(first, data={"resource": f"{place.desk}", "when": values[2]})
        assert answer.status_code == 303
    tomorrow = datetime.combine(NOON.date() + timedelta(days=1), time(), BERLIN)
    assert await standing(connection) == [
        (Period(NOON.replace(minute=0), tomorrow), True),
        (Period(tomorrow, tomorrow + timedelta(days=1)), True),
        (Period(NOON.replace(minute=0), datetime.combine(NOON.date() + timedelta(days=5), time(), BERLIN)), False),
    ]


async def test_what_is_in_the_way_is_asked_about_first_and_the_time_stays_as_it_was_chosen(
    connection: Connection, hosting: httpx.AsyncClient, place: Place, resident: Person
) -> None:
    """Whoever thinks for half an hour about it has still chosen what stood on the button."""
    root = f"/host/spaces/{place.space_id}/blackouts/new"
    booking = await make_booking(connection, resident, place.desk, period_on(NOON.date(), "15:00", "16:00"))
    with time_machine.travel(NOON, tick=False):
        value = re.findall(r'name="when" value="([^"]+)"', (await hosting.get(root)).text)[0]
        asked = await hosting.post(root, data={"resource": "all", "when": value})
        assert "Diese Buchungen liegen in der Sperrzeit" in asked.text
        assert await standing(connection) == []
    with time_machine.travel(NOON + timedelta(minutes=30), tick=False):
        form = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', asked.text))
        done = await hosting.post(root, data={**form, f"choice-{booking}": "keep"})
        assert done.status_code == 303
        revised = await hosting.post(root, data={**form, "revise": "1"})
    assert 'value="12:00"' in revised.text
    assert (await standing(connection))[0][0].start == NOON.replace(minute=0)


@pytest.mark.parametrize("when", ["", "x", ",,,,,,,,", "a,b,c,d,e", "2027-02-03,25:00,2027-02-03,00:00"])
async def test_a_button_that_was_tampered_with_is_a_mistake_like_any_other(
    hosting: httpx.AsyncClient, place: Place, when: str
) -> None:
    root = f"/host/spaces/{place.space_id}/blackouts/new"
    assert (await hosting.post(root, data={"resource": "all", "when": when})).status_code == 422


MOMENTS = [
    datetime(2027, 2, 7, 23, 59, tzinfo=BERLIN),  # a Sunday, on which the rest of the week is the rest of the day
    datetime(2026, 10, 24, 23, 50, tzinfo=BERLIN),  # before the night in which the clocks go back
    datetime(2026, 10, 25, 2, 40, tzinfo=BERLIN, fold=1),
    datetime(2027, 3, 28, 1, 59, tzinfo=BERLIN),
    datetime(2027, 3, 28, 0, 0, tzinfo=BERLIN),
    datetime(2026, 12, 31, 12, 0, tzinfo=BERLIN),
]


@pytest.mark.parametrize("moment", MOMENTS)
async def test_what_the_buttons_say_can_be_blocked_at_any_time(
    connection: Connection, place: Place, moment: datetime
) -> None:
    rules = (await space_by_id(connection, place.space_id)).rules
    with time_machine.travel(moment, tick=False):
        offered = presets(rules, moment.astimezone(UTC))
        assert len(offered) == (2 if moment.astimezone(BERLIN).weekday() == 6 else 3)
        for one in offered:
            wish = wish_from(typed_wish(FormMultiDict({"resource": "all", "when": one.value})), [], rules)
            assert wish.period == one.period(rules)  # what programs are told of it
            assert wish.period.end > moment
            assert wish.period.end.astimezone(BERLIN).hour == 0


async def test_at_night_the_whole_of_tomorrow_has_as_many_hours_as_it_has(connection: Connection, place: Place) -> None:
    rules = (await space_by_id(connection, place.space_id)).rules
    nights = {datetime(2026, 10, 24, 12, tzinfo=BERLIN): 25, datetime(2027, 3, 27, 12, tzinfo=BERLIN): 23}
    for today, hours in nights.items():
        with time_machine.travel(today, tick=False):
            value = presets(rules, today.astimezone(UTC))[1].value
            wish = wish_from(typed_wish(FormMultiDict({"resource": "all", "when": value})), [], rules)
            assert wish.period.length == timedelta(hours=hours)
