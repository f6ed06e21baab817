"""A week of one's own: what one drives, what one has duty for, where one rides along; as a page and as JSON."""

import html
import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import httpx
import pytest

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.days_off import public_holidays, school_holidays
from landbooking.rides.answers import accept, decline
from landbooking.rides.cancelling import cancel_seat
from landbooking.rides.changes import change_day, end_ride, pause_ride
from landbooking.rides.organisations import name_member
from landbooking.rides.ride import Ride
from landbooking.rides.rota import give_duty
from landbooking.rides.timetable import Days
from support.people import bearer, make_person, sign_in
from support.rides import Road, instant, make_ride, tomorrow
from support.seats import ask, make_organisation
from support.spaces import BERLIN


async def daily(connection: Connection, driver: Person, road: Road, minutes: int = 420, **terms: Any) -> Ride:
    """From Adorf to Dedorf every day from tomorrow on, with two seats."""
    terms = {"days": Days(tomorrow()), "departs": (minutes,) * 7, "seats": 2, **terms}
    return await make_ride(connection, driver, road, "Adorf", "Dedorf", **terms)


async def days_shown(client: httpx.AsyncClient, day: date) -> list[str]:
    """What stands on the page for each of the seven days, Monday first; nothing where there is no ride at all."""
    answer = await client.get("/rides/week", params={"day": f"{day}"})
    assert answer.status_code == 200
    cards = re.findall(r'<li class="card.*?(?=<li class="card|</ol>)', answer.text, re.DOTALL)
    return [" ".join(html.unescape(re.sub(r"<[^>]+>", "", card)).split()) for card in cards]


async def shown_on(client: httpx.AsyncClient, day: date) -> str:
    return (await days_shown(client, day))[day.weekday()]


async def test_a_drivers_week(
    connection: Connection, client: httpx.AsyncClient, resident: Person, driver: Person, road: Road
) -> None:
    """Two who use one seat after the other."""
    ride = await daily(connection, driver, road, instant=True)
    one = await make_person(connection, "eins@example.org", name="Erna Eins")
    await ask(connection, resident, ride, road, "Adorf", "Bedorf")
    await ask(connection, one, ride, road, "Cedorf", "Dedorf")
    await sign_in(connection, client, driver)
    shown = await shown_on(client, tomorrow())
    assert "Sie fahren 07:00–07:" in shown
    assert "Adorf – Dedorf" in shown
    assert "1 von 2 Plätzen frei" in shown
    assert "Cedorf: Erna, bis Dedorf" in shown
    assert "Eins" not in shown
    after = tomorrow() + timedelta(days=1)
    assert "2 von 2 Plätzen frei" in await shown_on(client, after)


async def test_who_has_only_asked_has_no_name(
    connection: Connection, client: httpx.AsyncClient, driver: Person, road: Road
) -> None:
    one = await make_person(connection, "eins@example.org", name="Erna Eins")
    seat = await ask(connection, one, await daily(connection, driver, road), road)
    await sign_in(connection, client, driver)
    shown = await shown_on(client, tomorrow())
    assert "angefragt, noch nicht zugesagt" in shown
    assert "2 von 2 Plätzen frei" in shown
    assert "Erna" not in shown
    await accept(connection, driver, seat.id, None)
    shown = await shown_on(client, tomorrow())
    assert "Erna" in shown
    assert "1 von 2 Plätzen frei" in shown


async def test_a_riders_week(
    connection: Connection, client: httpx.AsyncClient, resident: Person, driver: Person, road: Road
) -> None:
    """Asked, given, refused; what the rider called off is gone."""
    ride = await daily(connection, driver, road)
    seat = await ask(connection, resident, ride, road, "Bedorf", "Dedorf")
    await sign_in(connection, client, resident)
    shown = await shown_on(client, tomorrow())
    assert "Sie fahren mit 07:" in shown
    assert "Bedorf – Dedorf" in shown
    assert "angefragt, noch nicht zugesagt" in shown
    assert "Frieda" not in shown
    await accept(connection, driver, seat.id, None)
    assert "Sie fahren mit bei Frieda" in (shown := await shown_on(client, tomorrow()))
    assert "zugesagt" in shown
    later = await ask(connection, resident, ride, road, day=tomorrow() + timedelta(days=7))
    await decline(connection, driver, later.id, None, "")
    assert "abgelehnt" in await shown_on(client, later.day)
    await cancel_seat(connection, resident, seat.id)
    assert "Bedorf" not in "".join(await days_shown(client, tomorrow()))


async def test_nobody_sees_the_week_of_another(
    connection: Connection, client: httpx.AsyncClient, resident: Person, driver: Person, outsider: Person, road: Road
) -> None:
    await ask(connection, resident, await daily(connection, driver, road), road)
    assert (await client.get("/rides/week")).headers["location"].startswith("/sign-in")
    assert (await client.get("/api/v1/rides/week")).status_code == 401
    await sign_in(connection, client, outsider)
    page = await client.get("/rides/week", params={"day": f"{tomorrow()}"})
    assert "In dieser Woche fahren Sie nicht." in page.text
    assert "Adorf" not in page.text
    answer = await client.get("/api/v1/rides/week", headers=await bearer(connection, outsider))
    assert [(day["drives"], day["rides"]) for day in answer.json()["days"]] == [([], [])] * 7


@pytest.mark.parametrize("day", ["", "morgen", "0001-01-01", "9999-12-31", "2026-02-30"])
async def test_a_day_that_no_calendar_has(
    connection: Connection, client: httpx.AsyncClient, resident: Person, day: str
) -> None:
    await sign_in(connection, client, resident)
    page = await client.get("/rides/week", params={"day": day})
    this = datetime.now(BERLIN).date()
    assert page.status_code == 200
    assert f"day={this - timedelta(days=this.weekday() + 7)}" in page.text  # the week before this one
    answer = await client.get("/api/v1/rides/week", params={"day": day}, headers=await bearer(connection, resident))
    assert answer.status_code in (400, 422)


def changeovers() -> list[date]:
    """The next two days whose night the clock is set in."""
    days = (tomorrow() + timedelta(days=number) for number in range(2, 366))
    noons = ((day, datetime.combine(day, time(12), BERLIN)) for day in days)
    return [day for day, noon in noons if noon.utcoffset() != (noon - timedelta(days=1)).utcoffset()][:2]


@pytest.mark.parametrize("sunday", changeovers(), ids=str)
async def test_the_clocks_of_the_night_in_which_they_are_set(
    connection: Connection, client: httpx.AsyncClient, driver: Person, road: Road, sunday: date
) -> None:
    """What is twice on the clock is the first and says so; what is skipped is an hour later. Next day it is as ever."""
    await daily(connection, driver, road, 2 * 60 + 30)
    await sign_in(connection, client, driver)
    goes_back = sunday.month > 6
    assert ("02:30 (Sommerzeit)–02:" if goes_back else "03:30–0") in await shown_on(client, sunday)
    assert "Sie fahren 02:30–0" in await shown_on(client, sunday - timedelta(days=1))
    assert "Sie fahren 02:30–0" in await shown_on(client, sunday + timedelta(days=1))
    answer = await client.get(
        "/api/v1/rides/week", params={"day": f"{sunday}"}, headers=await bearer(connection, driver)
    )
    run = answer.json()["days"][6]["drives"][0]
    expected = datetime.combine(sunday, time(0, 30) if goes_back else time(1, 30), UTC)
    assert datetime.fromisoformat(run["departure"]) == expected


async def test_getting_in_after_midnight_is_the_riders_next_day(
    connection: Connection, client: httpx.AsyncClient, resident: Person, driver: Person, road: Road
) -> None:
    sunday = tomorrow() + timedelta(days=13 - tomorrow().weekday())
    ride = await daily(connection, driver, road, 23 * 60 + 55)
    await ask(connection, resident, ride, road, "Cedorf", "Dedorf", day=sunday)
    await sign_in(connection, client, resident)
    assert "Cedorf – Dedorf" in await shown_on(client, sunday + timedelta(days=1))
    assert await days_shown(client, sunday) == []
    await sign_in(connection, client, driver)
    assert "Cedorf" in await shown_on(client, sunday)


def next_of(days: Iterable[date], *, but: Iterable[date] = ()) -> date:
    return min(day for day in days if day > tomorrow() and day.isoweekday() <= 5 and day not in set(but))


async def test_holidays_are_named(
    connection: Connection, client: httpx.AsyncClient, driver: Person, road: Road
) -> None:
    years = (tomorrow().year, tomorrow().year + 1)
    public = {day: name for year in years for day, name in public_holidays("RP", year, "de").items()}
    school = {day: name for year in years for day, name in school_holidays("RP", year, "de").items()}
    await daily(connection, driver, road, not_on_holidays=True)
    await sign_in(connection, client, driver)
    holiday = next_of(public)
    assert f"fällt aus: nicht an Feiertagen ({public[holiday]})" in (shown := await shown_on(client, holiday))
    assert "07:00" in shown
    assert not re.search(r"\bfrei\b", shown)
    await daily(connection, driver, road, 480, only_school_days=True)
    free = next_of(school, but=public)
    assert f"fällt aus: nur an Schultagen ({school[free]})" in await shown_on(client, free)
    saturday = free + timedelta(days=6 - free.isoweekday())
    assert "fällt aus: nur an Schultagen" in await shown_on(client, saturday)


async def test_exceptions_and_pauses_are_said_in_words(
    connection: Connection, client: httpx.AsyncClient, driver: Person, road: Road
) -> None:
    monday = tomorrow() + timedelta(days=7 - tomorrow().weekday())
    departs = (420, 420, 420, 420, None, None, None)
    ride = await daily(connection, driver, road, departs=departs)
    await change_day(connection, driver, ride.id, monday, None)
    await change_day(connection, driver, ride.id, monday + timedelta(days=1), 450)
    await change_day(connection, driver, ride.id, monday + timedelta(days=4), 600)
    await pause_ride(connection, driver, ride.id, Days(monday + timedelta(days=2), monday + timedelta(days=2)))
    await sign_in(connection, client, driver)
    week = await days_shown(client, monday)
    assert "07:00–" in week[0]
    assert "fällt aus: abgesagt" in week[0]
    assert "07:30–" in week[1]
    assert "andere Zeit, sonst 07:00" in week[1]
    assert "fällt aus: Pause" in week[2]
    assert "fällt aus" not in week[3]
    assert "andere Zeit" not in week[3]
    assert "10:00–" in week[4]
    assert "nur an diesem Tag" in week[4]
    assert ["keine Fahrt" in day for day in week] == [False] * 5 + [True] * 2
    answer = await client.get(
        "/api/v1/rides/week", params={"day": f"{monday}"}, headers=await bearer(connection, driver)
    )
    drives = [run for day in answer.json()["days"] for run in day["drives"]]
    assert [run["absence"] for run in drives] == ["exception", None, "pause", None, None]
    assert [run["regular"] is None for run in drives] == [False, False, False, False, True]


async def test_what_is_ended_runs_no_more(
    connection: Connection, client: httpx.AsyncClient, driver: Person, road: Road
) -> None:
    ride = await daily(connection, driver, road)
    await sign_in(connection, client, driver)
    assert "Adorf" in await shown_on(client, tomorrow())
    await end_ride(connection, driver, ride.id)
    assert await days_shown(client, tomorrow() + timedelta(days=7)) == []


async def test_duties_are_of_who_has_them(
    connection: Connection, client: httpx.AsyncClient, resident: Person, driver: Person, outsider: Person, road: Road
) -> None:
    """Neither the manager nor another driver of the association has them in their own week."""
    organisation_id, bus = await make_organisation(connection, resident, road)
    for one in (driver, outsider):
        await name_member(connection, organisation_id, one.email, "driver")
    await give_duty(connection, organisation_id, bus.id, tomorrow(), driver.id)
    rider = await make_person(connection, "eins@example.org", name="Erna Eins")
    seat = await ask(connection, rider, bus, road)
    await accept(connection, driver, seat.id, None)
    await sign_in(connection, client, driver)
    shown = await shown_on(client, tomorrow())
    assert "Dienst für Bürgerbus" in shown
    assert "7 von 8 Plätzen frei" in shown
    assert "Erna" in shown
    for one in (resident, outsider):
        await sign_in(connection, client, one)
        assert await days_shown(client, tomorrow()) == []


async def test_the_api_says_the_same(
    connection: Connection, client: httpx.AsyncClient, resident: Person, driver: Person, road: Road
) -> None:
    ride = await daily(connection, driver, road)
    seat = await ask(connection, resident, ride, road)
    asked = {"day": f"{tomorrow()}"}
    mine = await client.get("/api/v1/rides/week", params=asked, headers=await bearer(connection, driver))
    days = mine.json()["days"]
    assert [date.fromisoformat(day["day"]).isoweekday() for day in days] == [1, 2, 3, 4, 5, 6, 7]
    run = days[tomorrow().weekday()]["drives"][0]
    assert (run["ride_id"], run["start"], run["destination"]) == (ride.id, "Adorf", "Dedorf")
    assert datetime.fromisoformat(run["departure"]) == instant(tomorrow(), 7)
    assert (run["seats"], run["free"], run["absence"], run["organisation"]) == (2, 2, None, "")
    assert [(one["id"], one["status"], one["contact"]) for one in run["riders"]] == [(seat.id, "requested", None)]
    theirs = await client.get("/api/v1/rides/week", params=asked, headers=await bearer(connection, resident))
    day = theirs.json()["days"][tomorrow().weekday()]
    assert day["drives"] == []
    assert [one["id"] for one in day["rides"]] == [seat.id]
