"""The pages of a series: without a script, nothing that was typed is lost, and nobody gets at another person's."""

import html
import re
from datetime import date, timedelta

import httpx
import pytest

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.spaces.bookings import bookings_in_series
from support.hosting import Place
from support.people import sign_in
from support.series import booked_series, fields, rule, weekly
from support.spaces import make_booking, make_desk, period_on

WEEK = timedelta(days=7)
GERMAN = {"Accept-Language": "de"}


@pytest.fixture
async def visitor(connection: Connection, client: httpx.AsyncClient, resident: Person) -> httpx.AsyncClient:
    await sign_in(connection, client, resident)
    client.headers.update(GERMAN)
    return client


async def test_from_the_booking_form_to_the_list_of_what_is_booked(
    connection: Connection, visitor: httpx.AsyncClient, place: Place, outsider: Person, resident: Person, monday: date
) -> None:
    await make_booking(connection, outsider, place.desk, period_on(monday + WEEK))
    single = await visitor.get(f"/resources/{place.desk}/bookings/new?date={monday}&start=09:00&end=12:00")
    link = html.unescape(re.findall(r'href="([^"]*/series/new[^"]*)"', single.text)[0])
    asked = await visitor.get(link)
    assert asked.status_code == 200
    assert f'value="{monday}"' in asked.text
    listed = await visitor.get(f"/resources/{place.desk}/series/new", params=rule(monday))
    assert listed.text.count("geht nicht") == 1
    assert "3 Termine sind frei." in listed.text
    chosen = fields(listed.text)
    assert chosen[f"desk-{monday}"] == str(place.desk)
    assert chosen[f"desk-{monday + WEEK}"] == "skip"
    chosen[f"desk-{monday + WEEK}"] = str(place.other_desk)
    booked = await visitor.post(f"/resources/{place.desk}/series", data=chosen)
    assert booked.status_code == 303
    done = await visitor.get(booked.headers["location"])
    assert "Ihre Termine sind gebucht." in done.text
    assert done.text.count("/bookings/") >= 4
    again = await visitor.post(f"/resources/{place.desk}/series", data=chosen)
    assert again.headers["location"] == booked.headers["location"]
    assert await connection.fetchval("SELECT count(*) FROM booking WHERE person_id = $1", resident.id) == 4
    mine = await visitor.get("/bookings")
    assert mine.text.count("und 3 weitere Termine dieser Serie") == 1
    assert mine.text.count('class="row-title"') == 1
    file = await visitor.get(f"{booked.headers['location']}/calendar.ics")
    assert "RRULE:FREQ=WEEKLY" in file.text
    assert "METHOD" not in file.text


async def test_what_was_chosen_stands_again_where_a_date_can_not_be_had(
    connection: Connection, visitor: httpx.AsyncClient, place: Place, outsider: Person, monday: date
) -> None:
    address = f"/resources/{place.desk}/series"
    chosen = fields((await visitor.get(f"{address}/new", params=rule(monday))).text)
    chosen |= {f"start-{monday}": "10:00", f"end-{monday}": "11:30", f"desk-{monday + WEEK}": "skip"}
    await make_booking(connection, outsider, place.desk, period_on(monday + 2 * WEEK))
    refused = await visitor.post(address, data=chosen)
    assert refused.status_code == 409
    assert "An 1 Tag geht es so nicht" not in refused.text  # the date says it
    kept = fields(refused.text)
    assert {name: kept[name] for name in chosen} == chosen
    assert "dann schon belegt" in refused.text
    assert await connection.fetchval("SELECT count(*) FROM series") == 0
    chosen[f"desk-{monday + 2 * WEEK}"] = "skip"
    assert (await visitor.post(address, data=chosen)).status_code == 303
    nothing = {name: "skip" if name.startswith("desk-") else value for name, value in chosen.items()}
    refused = await visitor.post(address, data=nothing | {"key": "other"})
    assert refused.status_code == 422
    assert "mindestens einen" in refused.text


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"count": ""}, "until"),
        ({"count": "121"}, "count"),
        ({"date": "gestern"}, "date"),
        ({"repeats": "yearly"}, "repeats"),
        ({"until": "2027-01-01", "count": ""}, "until"),
    ],
)
async def test_a_rule_that_is_none_is_asked_for_again(
    visitor: httpx.AsyncClient, place: Place, monday: date, wrong: dict[str, str], field: str
) -> None:
    values = rule(monday) | wrong
    for answer in (
        await visitor.get(f"/resources/{place.desk}/series/new", params=values),
        await visitor.post(f"/resources/{place.desk}/series", data=values),
    ):
        assert answer.status_code == 422
        assert f'id="error-{field}"' in answer.text
        assert 'value="09:00"' in answer.text


async def test_who_is_signed_out_sees_the_dates_and_comes_back_to_them(
    client: httpx.AsyncClient, place: Place, monday: date
) -> None:
    listed = await client.get(f"/resources/{place.desk}/series/new", params=rule(monday), headers=GERMAN)
    assert "4 Termine sind frei." in listed.text
    assert "<select" not in listed.text
    link = html.unescape(re.findall(r'href="(/sign-in\?next=[^"]*series[^"]*)"', listed.text)[0])
    assert "count%3D4" in link


@pytest.mark.parametrize(("scope", "left"), [("one", 3), ("following", 1), ("all", 0)])
async def test_the_three_ways_of_cancelling_stand_on_the_page_of_a_date(
    connection: Connection,
    visitor: httpx.AsyncClient,
    place: Place,
    resident: Person,
    monday: date,
    scope: str,
    left: int,
) -> None:
    series, bookings = await booked_series(connection, resident, weekly(place.desk, monday))
    shown = await visitor.get(f"/bookings/{bookings[1].id}")
    assert f'value="{scope}"' in shown.text
    done = await visitor.post(
        f"/series/{series.id}/cancellation", data={"booking": str(bookings[1].id), "scope": scope}
    )
    assert done.status_code == 303
    assert (await visitor.get(done.headers["location"])).status_code == 200
    after = await bookings_in_series(connection, series.id)
    assert sum(one.status == "confirmed" for one in after) == left
    assert (await visitor.get(f"/series/{series.id}")).text.count("abgesagt") >= 4 - left


async def test_dates_are_moved_on_a_page_and_what_can_not_be_moved_may_stay(
    connection: Connection, visitor: httpx.AsyncClient, place: Place, resident: Person, outsider: Person, monday: date
) -> None:
    series, bookings = await booked_series(connection, resident, weekly(place.desk, monday))
    await make_booking(connection, outsider, place.other_desk, period_on(monday + WEEK))
    address = f"/series/{series.id}/move"
    shown = await visitor.get(f"{address}?booking={bookings[0].id}")
    assert 'value="09:00"' in shown.text
    wish = {"booking": str(bookings[0].id), "scope": "all", "start": "10:00", "end": "11:00"}
    wish["resource"] = str(place.other_desk)
    refused = await visitor.post(address, data=wish)
    assert refused.status_code == 409
    assert 'value="10:00"' in refused.text
    left = re.findall(r'name="leave" value="(\d+)" checked', refused.text)
    assert left == [str(bookings[1].id)]
    done = await visitor.post(address, data=wish | {"leave": left})
    assert done.status_code == 303
    after = await bookings_in_series(connection, series.id)
    assert [one.resource_id for one in after] == [place.other_desk, place.desk, place.other_desk, place.other_desk]
    gone = await visitor.post(address, data=wish | {"resource": "999999"})
    assert gone.status_code == 409
    half = await visitor.post(address, data=wish | {"end": ""})
    assert half.status_code == 422
    assert 'id="error-end"' in half.text


async def test_another_persons_series_has_no_pages(
    connection: Connection, visitor: httpx.AsyncClient, place: Place, outsider: Person, monday: date
) -> None:
    series, bookings = await booked_series(connection, outsider, weekly(place.desk, monday))
    own = f"/series/{series.id}"
    for path in (own, f"{own}/move?booking={bookings[0].id}", f"{own}/calendar.ics", "/series/999999"):
        assert (await visitor.get(path)).status_code == 404
    form = {"booking": str(bookings[0].id), "scope": "all", "start": "10:00", "end": "11:00"}
    for verb in ("move", "cancellation"):
        assert (await visitor.post(f"{own}/{verb}", data=form)).status_code == 404
    visitor.cookies.clear()
    for verb in ("move", "cancellation"):
        assert (await visitor.post(f"{own}/{verb}", data=form)).status_code == 401
    assert (await visitor.post(f"/resources/{place.desk}/series", data=rule(monday))).status_code == 401
    assert (await visitor.get(own)).status_code == 303


async def test_a_discreet_room_has_no_series(
    connection: Connection, visitor: httpx.AsyncClient, place: Place, monday: date
) -> None:
    room = await make_desk(connection, place.space_id, "Raum 3", kind="telemedicine")
    single = await visitor.get(f"/resources/{room}/bookings/new?date={monday}&start=09:00&end=10:00")
    assert "/series/new" not in single.text
    refused = await visitor.get(f"/resources/{room}/series/new", params=rule(monday))
    assert refused.status_code == 422
    assert "nur einzeln" in refused.text
