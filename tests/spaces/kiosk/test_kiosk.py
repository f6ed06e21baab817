"""The tablet at the door: what is free now and what comes next, and nothing about anybody."""

from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
import time_machine

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.period import Period
from landbooking.spaces.day import day_of
from landbooking.spaces.kiosk.now import groups_of
from landbooking.spaces.schedules import schedules_of
from landbooking.spaces.space import resources_of, space_by_id
from support.hosting import Place
from support.people import sign_in
from support.spaces import BERLIN, day_after, make_booking, make_desk, period_on

DAY = day_after(3)


def at(clock: str) -> datetime:
    return period_on(DAY, clock, "23:59").start


async def shown(connection: Connection, place: Place, clock: str) -> dict[str, tuple[str, str]]:
    """What each tile says, by the resource's name."""
    space = await space_by_id(connection, place.space_id)
    midnight = datetime.combine(DAY, datetime.min.time(), BERLIN)
    schedules = await schedules_of(connection, [space], Period(midnight, midnight + timedelta(days=1)))
    groups = groups_of(space, await resources_of(connection, place.space_id), schedules[space.id], at(clock))
    return {tile.name: (tile.now, tile.next) for group in groups for tile in group.tiles}


@pytest.mark.parametrize(
    ("clock", "said"),
    [
        ("08:00", ("frei bis 09:00", "dann belegt bis 12:00")),
        ("09:00", ("belegt bis 12:00", "dann frei bis 14:00")),
        ("11:59", ("belegt bis 12:00", "dann frei bis 14:00")),
        ("12:00", ("frei bis 14:00", "dann belegt")),
        ("15:00", ("belegt", "heute nicht mehr frei")),
    ],
)
async def test_now_and_next(
    connection: Connection, resident: Person, place: Place, clock: str, said: tuple[str, str]
) -> None:
    """Open from 8 to 18; taken from 9 to 12 and from 14 on."""
    for start, end in (("09:00", "12:00"), ("14:00", "18:00")):
        await make_booking(connection, resident, place.desk, period_on(DAY, start, end))
    tiles = await shown(connection, place, clock)
    assert tiles["Tisch 1"] == said
    assert tiles["Tisch 2"] == ("frei bis 18:00", "")


async def test_two_bookings_that_meet_are_one_time_taken(
    connection: Connection, resident: Person, place: Place
) -> None:
    for start, end in (("09:00", "10:00"), ("10:00", "12:00")):
        await make_booking(connection, resident, place.desk, period_on(DAY, start, end))
    assert (await shown(connection, place, "09:30"))["Tisch 1"] == ("belegt bis 12:00", "dann frei")


async def kiosk(client: httpx.AsyncClient, place: Place, clock: str, language: str = "de") -> str:
    with time_machine.travel(at(clock), tick=False):
        answer = await client.get(f"/{language}/spaces/{place.space_id}/kiosk")
    assert answer.status_code == 200
    return answer.text


async def test_free_desks_are_counted(
    connection: Connection, client: httpx.AsyncClient, resident: Person, place: Place
) -> None:
    await make_booking(connection, resident, place.desk, period_on(DAY))
    html = await kiosk(client, place, "10:00")
    assert "1 von 2 frei" in html
    assert "Stand 10:00 Uhr" in html
    assert "1 of 2 free" in await kiosk(client, place, "10:00", "en")


@pytest.mark.parametrize(("clock", "said"), [("07:00", "geschlossen, öffnet um 08:00 Uhr"), ("18:00", "geschlossen")])
async def test_before_and_after_hours(client: httpx.AsyncClient, place: Place, clock: str, said: str) -> None:
    html = await kiosk(client, place, clock)
    assert f"<span>{said}</span>" in html
    assert " frei</span>" not in html


async def test_a_closed_day_says_why(connection: Connection, client: httpx.AsyncClient, place: Place) -> None:
    await connection.execute(
        "INSERT INTO closure (space_id, days, reason) VALUES ($1, daterange($2, $2, '[]'), 'Kerwe')",
        place.space_id,
        DAY,
    )
    assert "Kerwe" in await kiosk(client, place, "10:00")


async def test_what_came_or_went_while_it_was_read_is_left_out(connection: Connection, place: Place) -> None:
    space = await space_by_id(connection, place.space_id)
    midnight = datetime.combine(DAY, datetime.min.time(), BERLIN)
    schedules = (await schedules_of(connection, [space], Period(midnight, midnight + timedelta(days=1))))[space.id]
    first, second = await resources_of(connection, place.space_id)
    [group] = groups_of(space, [second], schedules, at("10:00"))
    assert [tile.name for tile in group.tiles] == [second.name]
    view = day_of(space.rules, [first], schedules, DAY, None, at("08:00"))
    assert [desk.name for desk in view.others] == [first.name]


async def test_nobody_is_named(
    connection: Connection, client: httpx.AsyncClient, resident: Person, place: Place
) -> None:
    """Also to hosts: a tablet hangs where all can see it."""
    await connection.execute("UPDATE person SET name = 'Erika Sichtbar' WHERE id = $1", resident.id)
    await make_booking(connection, resident, place.desk, period_on(DAY))
    await connection.execute("UPDATE booking SET checked_in_at = now()")
    await sign_in(connection, client, place.host)
    html = await kiosk(client, place, "10:00")
    assert "belegt bis 12:00" in html
    assert not any(word in html for word in ("Erika", "Sichtbar", resident.email, place.host.email))


async def test_a_room_for_video_appointments_is_told_as_in_the_public_week(
    connection: Connection, client: httpx.AsyncClient, resident: Person, place: Place
) -> None:
    """By the hour and without its name, whether it was taken for this very minute or for the next."""
    room = await make_desk(connection, place.space_id, "Raum 7", kind="telemedicine")
    await make_desk(connection, place.space_id, "Raum 8", kind="telemedicine")
    await make_booking(connection, resident, room, period_on(DAY, "10:30", "10:45"))
    said: dict[str, Any] = {}
    for clock in ("10:00", "10:29", "10:31", "10:50"):
        html = await kiosk(client, place, clock)
        assert "Raum 7" not in html
        said[clock] = html[html.index("Räume für Videotermine") :][:400].partition("</h2>")[0]
    assert "1 von 2 frei" in said["10:00"]
    assert said["10:00"] == said["10:29"] == said["10:31"]


async def test_of_an_unpublished_space_there_is_none(
    connection: Connection, client: httpx.AsyncClient, place: Place
) -> None:
    await connection.execute("UPDATE space SET published = false")
    assert (await client.get(f"/spaces/{place.space_id}/kiosk")).status_code == 404


async def test_without_javascript_it_loads_itself_again(client: httpx.AsyncClient, place: Place) -> None:
    assert '<noscript><meta http-equiv="refresh" content="60"></noscript>' in await kiosk(client, place, "10:00")


async def test_the_code_leads_to_the_spaces_page(client: httpx.AsyncClient, place: Place) -> None:
    html = await kiosk(client, place, "10:00")
    assert f"landbooking.test/spaces/{place.space_id}</p>" in html
    assert 'class="code"' in html


@pytest.mark.parametrize("day", ["2027-03-28", "2026-10-25"])
@pytest.mark.parametrize("clock", ["00:00", "02:30", "03:30", "23:59"])
async def test_both_nights_in_which_the_clock_changes(
    connection: Connection, client: httpx.AsyncClient, place: Place, day: str, clock: str
) -> None:
    await connection.execute("UPDATE opening_hours SET opens = 0, closes = 1440")
    moment = datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=BERLIN)
    with time_machine.travel(moment, tick=False):
        answer = await client.get(f"/spaces/{place.space_id}/kiosk")
    assert answer.status_code == 200
    assert "2 von 2 frei" in answer.text
