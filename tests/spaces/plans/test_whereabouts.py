"""Who is where: hosts see on the plan who has which place; nobody else learns a name anywhere."""

import re
from datetime import datetime, timedelta

import httpx
import pytest
import time_machine

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.spaces.plans.drawing import Named, shapes, shortened
from landbooking.spaces.plans.plan import Element, Floor
from landbooking.spaces.plans.plans import save_plan
from support.hosting import Place
from support.people import bearer, make_person, sign_in
from support.plans import make_plan
from support.spaces import BERLIN, day_after, make_booking, make_desk, make_host, period_on

DAY = day_after(4)
MORNING = period_on(DAY, "09:00", "12:00")
NAME = "Kanarienvogel Ypsilon"  # stands nowhere else
ADDRESS = "kanarie@example.org"


@pytest.fixture
async def planned(connection: Connection, place: Place) -> Place:
    return await make_plan(connection, place)


@pytest.fixture
async def canary(connection: Connection) -> Person:
    return await make_person(connection, ADDRESS, name=NAME)


async def look(client: httpx.AsyncClient, place: Place, **asked: str) -> httpx.Response:
    wish = {"date": f"{DAY}", "start": "09:00", "end": "12:00", **asked}
    return await client.get(f"/host/spaces/{place.space_id}/whereabouts", params=wish)


def places(text: str) -> dict[str, str]:
    """What is said of each place on the drawing, by its name."""
    said = re.findall(r'class="plan-place plan-\w+"[^>]*aria-label="([^":]+): ([^"]*)"', text)
    return dict(said)


async def test_each_place_says_who_has_it_and_leads_to_the_booking(
    connection: Connection, hosting: httpx.AsyncClient, planned: Place, canary: Person
) -> None:
    booking_id = await make_booking(connection, canary, planned.desk, MORNING)
    answer = await look(hosting, planned)
    assert answer.status_code == 200
    assert places(answer.text) == {"Tisch 1": f"gebucht: {NAME}, 09:00–12:00", "Tisch 2": "frei"}
    assert "Kanarie…" in answer.text  # what fits below the place's name
    link = f'href="/host/spaces/{planned.space_id}/bookings/{booking_id}"'
    assert answer.text.count(link) == 2  # on the plan and in the list
    assert ADDRESS not in answer.text  # as on the board: the name where there is one
    later = (await look(hosting, planned, start="12:00", end="14:00")).text
    assert places(later) == {"Tisch 1": "frei", "Tisch 2": "frei"}
    assert NAME not in later


@pytest.mark.parametrize(
    ("change", "word", "state"),
    [
        ("checked_in_at = now()", "ist da", "here"),
        ("checked_in_at = NULL", "noch nicht da", "awaited"),
        ("ended_because = 'person'", "früher gegangen", "full"),
        ("ended_because = 'no_show'", "nicht gekommen", "full"),
    ],
)
async def test_it_says_whether_they_have_come_and_shows_now(
    connection: Connection,
    hosting: httpx.AsyncClient,
    planned: Place,
    canary: Person,
    change: str,
    word: str,
    state: str,
) -> None:
    await connection.execute("UPDATE space SET checkin_minutes = 15")
    noon = datetime.now(BERLIN).replace(hour=11, minute=50, second=0, microsecond=0)
    booking_id = await make_booking(connection, canary, planned.desk, period_on(noon.date(), "11:00", "14:00"))
    await connection.execute(f"UPDATE booking SET {change} WHERE id = $1", booking_id)  # noqa: S608 of this test
    with time_machine.travel(noon, tick=False):
        await sign_in(connection, hosting, planned.host)
        text = (await hosting.get(f"/host/spaces/{planned.space_id}/whereabouts")).text
    assert "11:45 bis 13:45 Uhr" in text
    assert places(text)["Tisch 1"] == f"gebucht, {word}: {NAME}, 11:00–14:00"
    assert f'class="plan-place plan-{state}"' in text
    assert text.count(word) >= 2  # on the plan and in the list


async def test_what_else_holds_a_place_is_told_as_on_the_board(
    connection: Connection, hosting: httpx.AsyncClient, planned: Place, canary: Person, resident: Person
) -> None:
    """A request, one after the other, a blackout, an erased account, and what does not stand on the plan."""
    request = await make_booking(connection, canary, planned.desk, period_on(DAY, "09:00", "10:00"))
    await connection.execute(
        "UPDATE booking SET status = 'requested', until_at = now() + interval '1 day' WHERE id = $1", request
    )
    await make_booking(connection, resident, planned.desk, period_on(DAY, "10:00", "11:00"))
    booth = await make_desk(connection, planned.space_id, "Kabine", kind="phone_booth")
    gone = await make_booking(connection, resident, booth, MORNING)
    await connection.execute("UPDATE booking SET person_id = NULL WHERE id = $1", gone)
    wish = {"resource": f"{planned.other_desk}", "first": f"{DAY}", "from": "08:00", "last": f"{DAY}", "to": "18:00"}
    await hosting.post(f"/host/spaces/{planned.space_id}/blackouts/new", data={**wish, "reason": "Umbau"})
    text = (await look(hosting, planned)).text
    assert places(text) == {
        "Tisch 1": f"angefragt: {NAME}, 09:00–10:00; gebucht: {resident.email}, 10:00–11:00",
        "Tisch 2": "gesperrt: Umbau, 08:00–18:00",
    }
    assert "Nicht auf dem Plan" in text
    assert "gelöschtes Konto" in text
    night = (await look(hosting, planned, start="03:00", end="05:00")).text
    assert set(places(night).values()) == {"geschlossen"}


async def test_what_is_to_be_had_around_the_clock_is_free_when_the_space_is_closed(
    connection: Connection, hosting: httpx.AsyncClient, place: Place
) -> None:
    """Each by its own rules: the car at night and on a closed day, the desks by the space's hours."""
    await make_desk(connection, place.space_id, "Dorfauto", kind="vehicle")
    await connection.execute(
        "INSERT INTO rule_override (space_id, kind, around_the_clock) VALUES ($1, 'vehicle', true)", place.space_id
    )
    night = {"start": "03:00", "end": "05:00"}
    assert listed(await look(hosting, place, **night)) == {"geschlossen": "Tisch 1, Tisch 2", "frei": "Dorfauto"}
    assert listed(await look(hosting, place)) == {"frei": "Tisch 1, Tisch 2, Dorfauto"}
    await connection.execute(
        "INSERT INTO closure (space_id, days) VALUES ($1, daterange($2, $2, '[]'))", place.space_id, DAY
    )
    assert listed(await look(hosting, place)) == {"geschlossen": "Tisch 1, Tisch 2", "frei": "Dorfauto"}
    await connection.execute("DELETE FROM rule_override")
    assert listed(await look(hosting, place)) == {"geschlossen": "Tisch 1, Tisch 2, Dorfauto"}


def listed(answer: httpx.Response) -> dict[str, str]:
    """The words that are said of what nobody has, and of which places, as the list says it where there is no plan."""
    return dict(re.findall(r'<p><span class="state .*?<span>(\w+)</span></span> ([^<]+)</p>', answer.text, re.DOTALL))


async def test_a_room_for_video_appointments_names_nobody(
    connection: Connection, hosting: httpx.AsyncClient, place: Place, canary: Person
) -> None:
    room = await make_desk(connection, place.space_id, "Raum 3", kind="telemedicine")
    floor = Floor("Erdgeschoss", 120, 80, (Element("place", 0, 0, 20, 15, resource_id=room),))
    await save_plan(connection, place.space_id, (floor,), 0)
    await connection.execute("UPDATE space SET checkin_minutes = 15")
    booking_id = await make_booking(connection, canary, room, MORNING)
    await connection.execute("UPDATE booking SET checked_in_at = now() WHERE id = $1", booking_id)
    text = (await look(hosting, place)).text
    assert places(text) == {"Raum 3": "gebucht: belegt, 09:00–12:00"}
    assert "Kanarie" not in text
    assert "ist da" not in text
    assert await connection.fetchval("SELECT count(*) FROM access_log") == 0  # nothing was opened


async def test_without_a_plan_the_list_says_it_and_without_a_publication_too(
    connection: Connection, hosting: httpx.AsyncClient, place: Place, canary: Person
) -> None:
    await make_booking(connection, canary, place.desk, MORNING)
    await connection.execute("UPDATE space SET published = false")
    answer = await look(hosting, place)
    assert (answer.status_code, NAME in answer.text, "plan-sheet" in answer.text) == (200, True, False)


async def test_a_time_with_mistakes_is_shown_again_and_a_closed_week_is_said(
    connection: Connection, hosting: httpx.AsyncClient, planned: Place
) -> None:
    wrong = await look(hosting, planned, end="08:00")
    assert (wrong.status_code, 'href="#field-end"' in wrong.text, "live.js" in wrong.text) == (422, True, False)
    await connection.execute("DELETE FROM opening_hours")
    empty = await hosting.get(f"/host/spaces/{planned.space_id}/whereabouts")
    assert (empty.status_code, "nicht geöffnet" in empty.text) == (200, True)


async def test_who_is_at_the_desk_sees_it_and_is_led_there(
    connection: Connection, client: httpx.AsyncClient, planned: Place, canary: Person, resident: Person
) -> None:
    """Owner or desk, from the plan that all see and from the board; the plan itself names nobody to them either."""
    await make_booking(connection, canary, planned.desk, MORNING)
    helper = await make_host(
        connection, await make_person(connection, "helferin@example.org"), planned.space_id, role="desk"
    )
    for who in (planned.host, helper):
        await sign_in(connection, client, who)
        assert NAME in (await look(client, planned)).text
        plan = (await client.get(f"/spaces/{planned.space_id}/plan?date={DAY}&start=09:00&end=12:00")).text
        assert f"/host/spaces/{planned.space_id}/whereabouts?date={DAY}&amp;start=09%3A00&amp;end=12%3A00" in plan
        assert "Kanarie" not in plan
        assert (
            f'/host/spaces/{planned.space_id}/whereabouts"'
            in (await client.get(f"/host/spaces/{planned.space_id}")).text
        )
    await sign_in(connection, client, resident)
    assert "whereabouts" not in (await client.get(f"/spaces/{planned.space_id}/plan")).text


async def test_nobody_else_learns_a_name(
    connection: Connection,
    client: httpx.AsyncClient,
    planned: Place,
    canary: Person,
    resident: Person,
    outsider: Person,
) -> None:
    """Signed out, a resident, another space's host, their programs: neither there nor on any page of the same time."""
    await make_booking(connection, canary, planned.desk, MORNING)
    assert NAME in (await connection.fetchval("SELECT name FROM person WHERE id = $1", canary.id))
    root, api = f"/spaces/{planned.space_id}", f"/api/v1/spaces/{planned.space_id}"
    wish = f"?date={DAY}&start=09:00&end=12:00"
    public = [f"{root}{path}" for path in (f"/plan{wish}", "/kiosk", f"/days/{DAY}{wish}", f"?date={DAY}", "/free-now")]
    programs = [f"{api}{path}" for path in ("/plan", f"/week?date={DAY}", "")]
    for who in (None, resident, outsider):
        if who:
            await sign_in(connection, client, who)
        refused = await look(client, planned)
        assert refused.status_code == (403 if who else 303)
        keys = await bearer(connection, who) if who else {}
        seen = [
            refused,
            *[await client.get(path) for path in public],
            *[await client.get(path, headers=keys) for path in programs],
        ]
        for answer in seen:
            assert "Kanarie" not in answer.text, answer.url
            assert ADDRESS not in answer.text, answer.url
        assert seen[1].status_code == seen[2].status_code == 200
    assert (await client.get(f"{api}/board", headers=await bearer(connection, outsider))).status_code == 403


async def test_names_are_escaped(connection: Connection, hosting: httpx.AsyncClient, planned: Place) -> None:
    rude = await make_person(connection, "frech@example.org", name='"><script>x</script>')
    await make_booking(connection, rude, planned.desk, MORNING)
    text = (await look(hosting, planned)).text
    assert "<script>x" not in text
    assert "&lt;script&gt;x" in text


async def test_of_several_floors_each_is_shown_with_its_people(
    connection: Connection, hosting: httpx.AsyncClient, planned: Place, canary: Person
) -> None:
    floors = tuple(
        Floor(name, 60, 60, (Element("place", 0, 0, 14, 12, rotation=90, resource_id=desk),))
        for name, desk in (("Unten", planned.desk), ("Oben", planned.other_desk))
    )
    await save_plan(connection, planned.space_id, floors, None)
    await make_booking(connection, canary, planned.other_desk, period_on(DAY, "22:00", "23:00"))
    await make_booking(connection, canary, planned.other_desk, MORNING)
    text = (await look(hosting, planned, end="00:00")).text
    assert re.findall(r'<section class="stack-tight" aria-label="(Unten|Oben)"', text) == ["Unten", "Oben"]
    assert places(text)["Tisch 2"].count(NAME) == 2
    assert "Kanar… +1" in text  # who is first, and that there is another
    assert (await look(hosting, planned, date=f"{DAY - timedelta(days=400)}")).status_code in (200, 422)


@pytest.mark.parametrize(
    ("word", "more", "said"),
    [
        ("Ida", 0, "Ida"),
        ("Ida", 2, "Ida +2"),
        ("Anwohner", 0, "Anwohner"),
        (NAME, 0, "Kanarie…"),
        (NAME, 2, "Kanar… +2"),
    ],
)
def test_a_name_on_the_plan_stays_within_its_place(word: str, more: int, said: str) -> None:
    floor = Floor("Erdgeschoss", 120, 80, (Element("place", 10, 10, 14, 12, resource_id=1),))
    [desk] = shapes(floor, {1: Named("Tisch 1", "desk")})
    assert shortened(word, desk, more) == said
