"""Keeping resources from being booked."""

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.period import Period
from landbooking.spaces.booking import book_resource, cancel_booking, move_booking
from landbooking.spaces.hosting.blackouts import Wish, add_blackout, lift_blackout
from landbooking.spaces.hosting.booking import call_off
from landbooking.spaces.hosting.consequences import Decision
from landbooking.spaces.hosting.resources import add_resource, bring_back, retire_resource
from landbooking.spaces.refusals import DeskTaken
from support.hosting import Place
from support.spaces import day_after, make_booking, period_on

DAY = day_after(5)
UNDECIDED = Decision()


def wish(place: Place, start: str, end: str, *desks: int) -> Wish:
    return Wish(desks or None, period_on(DAY, start, end), "")


async def held(connection: Connection, desk: int) -> list[tuple[str, str]]:
    """The clock times in which blackouts hold the desk."""
    rows = await connection.fetch(
        """SELECT to_char(lower(period) AT TIME ZONE 'Europe/Berlin', 'HH24:MI') AS start,
                  to_char(upper(period) AT TIME ZONE 'Europe/Berlin', 'HH24:MI') AS end
           FROM booking WHERE resource_id = $1 AND blackout_id IS NOT NULL AND status = 'confirmed' ORDER BY period""",
        desk,
    )
    return [tuple(row) for row in rows]


async def test_nobody_can_book_what_is_blacked_out(connection: Connection, place: Place, resident: Person) -> None:
    await add_blackout(connection, place.host, place.space_id, wish(place, "09:00", "11:00", place.desk), UNDECIDED)
    with pytest.raises(DeskTaken):
        await book_resource(connection, resident, place.desk, period_on(DAY, "10:00", "12:00"))
    await book_resource(connection, resident, place.desk, period_on(DAY, "11:00", "12:00"))
    await book_resource(connection, resident, place.other_desk, period_on(DAY, "10:00", "12:00"))


async def test_a_blackout_lies_around_a_kept_booking(connection: Connection, place: Place, resident: Person) -> None:
    booking_id = await make_booking(connection, resident, place.desk, period_on(DAY, "10:00", "11:00"))
    decision = Decision(seen=f"{booking_id}:1", choices={booking_id: "keep"})
    await add_blackout(connection, place.host, place.space_id, wish(place, "09:00", "12:00"), decision)
    assert await held(connection, place.desk) == [("09:00", "10:00"), ("11:00", "12:00")]
    assert await held(connection, place.other_desk) == [("09:00", "12:00")]


async def test_what_a_kept_booking_leaves_is_held_when_it_goes(
    connection: Connection, place: Place, resident: Person
) -> None:
    booking_id = await make_booking(connection, resident, place.desk, period_on(DAY, "10:00", "11:00"))
    decision = Decision(seen=f"{booking_id}:1", choices={booking_id: "keep"})
    await add_blackout(connection, place.host, place.space_id, wish(place, "09:00", "12:00"), decision)
    await move_booking(connection, resident, booking_id, 1, None, period_on(DAY, "13:00", "14:00"))
    assert await held(connection, place.desk) == [("09:00", "10:00"), ("10:00", "11:00"), ("11:00", "12:00")]


async def test_a_kept_booking_that_is_cancelled_leaves_no_hole(
    connection: Connection, place: Place, resident: Person
) -> None:
    booking_id = await make_booking(connection, resident, place.desk, period_on(DAY, "10:00", "11:00"))
    decision = Decision(seen=f"{booking_id}:1", choices={booking_id: "keep"})
    await add_blackout(connection, place.host, place.space_id, wish(place, "09:00", "12:00"), decision)
    await cancel_booking(connection, resident, booking_id)
    assert await held(connection, place.desk) == [("09:00", "10:00"), ("10:00", "11:00"), ("11:00", "12:00")]


async def test_lifting_frees_exactly_its_own(connection: Connection, place: Place, resident: Person) -> None:
    booking_id = await make_booking(connection, resident, place.desk, period_on(DAY, "15:00", "16:00"))
    first = await add_blackout(connection, place.host, place.space_id, wish(place, "09:00", "10:00"), UNDECIDED)
    await add_blackout(connection, place.host, place.space_id, wish(place, "11:00", "12:00"), UNDECIDED)
    await lift_blackout(connection, place.host, place.space_id, first)
    await lift_blackout(connection, place.host, place.space_id, first)
    assert await held(connection, place.desk) == [("11:00", "12:00")]
    assert await connection.fetchval("SELECT status FROM booking WHERE id = $1", booking_id) == "confirmed"


async def test_of_two_that_overlap_the_other_takes_over(connection: Connection, place: Place) -> None:
    first = await add_blackout(connection, place.host, place.space_id, wish(place, "09:00", "12:00"), UNDECIDED)
    await add_blackout(connection, place.host, place.space_id, wish(place, "10:00", "14:00", place.desk), UNDECIDED)
    assert await held(connection, place.desk) == [("09:00", "12:00"), ("12:00", "14:00")]
    await lift_blackout(connection, place.host, place.space_id, first)
    assert await held(connection, place.desk) == [("10:00", "12:00"), ("12:00", "14:00")]
    assert await held(connection, place.other_desk) == []


async def test_the_same_blackout_twice_is_one(connection: Connection, place: Place) -> None:
    first = await add_blackout(connection, place.host, place.space_id, wish(place, "09:00", "12:00"), UNDECIDED)
    second = await add_blackout(connection, place.host, place.space_id, wish(place, "09:00", "12:00"), UNDECIDED)
    assert first == second


async def test_desks_that_come_later_are_held_by_the_whole_spaces(connection: Connection, place: Place) -> None:
    await retire_resource(connection, place.host, place.space_id, place.desk, UNDECIDED)
    await add_blackout(connection, place.host, place.space_id, wish(place, "09:00", "12:00"), UNDECIDED)
    await add_blackout(
        connection, place.host, place.space_id, wish(place, "14:00", "15:00", place.other_desk), UNDECIDED
    )
    await bring_back(connection, place.space_id, place.desk)
    await add_resource(connection, place.space_id, "desk", "Tisch 3", [])
    new = await connection.fetchval("SELECT id FROM resource WHERE name = 'Tisch 3'")
    assert await held(connection, place.desk) == [("09:00", "12:00")]
    assert await held(connection, new) == [("09:00", "12:00")]


async def test_the_form_of_a_link_from_the_board_is_filled(hosting: httpx.AsyncClient, place: Place) -> None:
    query = {"resource": str(place.desk), "first": str(DAY), "from": "09:00", "last": str(DAY), "to": "12:00"}
    text = (await hosting.get(f"/host/spaces/{place.space_id}/blackouts/new", params=query)).text
    assert f'value="{place.desk}" checked' in text
    assert 'name="from" value="09:00"' in text


async def test_whole_days_and_midnight(connection: Connection, hosting: httpx.AsyncClient, place: Place) -> None:
    path = f"/host/spaces/{place.space_id}/blackouts/new"
    await hosting.post(path, data={"resource": "all", "first": str(DAY)})
    last = day_after(7)
    await hosting.post(
        path,
        data={"resource": str(place.desk), "first": f"{DAY:%d.%m.%Y}", "from": "9", "last": str(last), "to": "0:00"},
    )
    rows = await connection.fetch("SELECT period, whole_space FROM blackout ORDER BY id")
    midnight = period_on(DAY, "00:00", "00:00").start
    periods = [Period(row["period"].lower, row["period"].upper) for row in rows]
    assert periods[0] == Period(midnight, period_on(day_after(6), "00:00", "00:00").start)
    assert periods[1] == Period(period_on(DAY).start, period_on(day_after(8), "00:00", "00:00").start)
    assert [row["whole_space"] for row in rows] == [True, False]


@pytest.mark.parametrize(
    ("nonsense", "field"),
    [
        ({"resource": []}, "resource"),
        ({"resource": "7777777"}, "resource"),
        ({"resource": "Tisch"}, "resource"),
        ({"first": ""}, "first"),
        ({"first": "morgen"}, "first"),
        ({"first": "1999-01-01"}, "first"),
        ({"first": "9999-12-31"}, "first"),
        ({"last": "0001-01-01"}, "last"),
        ({"last": str(day_after(4))}, "last"),
        ({"from": "25:00"}, "from"),
        ({"from": "09:10"}, "from"),
        ({"from": "24:00"}, "from"),
        ({"to": "08:00"}, "to"),
        ({"to": "halb zehn"}, "to"),
        ({"to": "12:99"}, "to"),
        ({"reason": "x" * 201}, "reason"),
    ],
)
async def test_every_mistake_is_told_at_its_field_and_nothing_is_lost(
    connection: Connection, hosting: httpx.AsyncClient, place: Place, nonsense: dict[str, Any], field: str
) -> None:
    form = {"resource": "all", "first": str(DAY), "from": "09:00", "to": "12:00", "reason": "Fenster <kaputt>"}
    answer = await hosting.post(f"/host/spaces/{place.space_id}/blackouts/new", data={**form, **nonsense})
    assert answer.status_code == 422
    assert f'id="error-{field}"' in answer.text
    assert answer.text.count('class="field-error"') == 1
    if "reason" not in nonsense:
        assert "Fenster &lt;kaputt&gt;" in answer.text
    assert await connection.fetchval("SELECT count(*) FROM blackout") == 0


async def test_an_empty_form_tells_all_mistakes_at_once(hosting: httpx.AsyncClient, place: Place) -> None:
    answer = await hosting.post(f"/host/spaces/{place.space_id}/blackouts/new", data={"from": "x", "to": "y"})
    assert answer.text.count('class="field-error"') == 4


async def test_coming_blackouts_are_listed_and_lifted(
    connection: Connection, hosting: httpx.AsyncClient, place: Place
) -> None:
    root = f"/host/spaces/{place.space_id}/blackouts"
    assert "Es ist nichts gesperrt" in (await hosting.get(root)).text
    await hosting.post(f"{root}/new", data={"resource": [str(place.desk)], "first": str(DAY), "reason": "Kaputt"})
    text = (await hosting.get(root)).text
    assert "Tisch 1 · Kaputt" in text
    blackout_id = await connection.fetchval("SELECT id FROM blackout")
    assert (await hosting.post(f"{root}/{blackout_id}/lifting")).status_code == 303
    assert "Es ist nichts gesperrt" in (await hosting.get(root)).text


async def test_a_blackout_of_a_time_that_is_over_is_refused(
    hosting: httpx.AsyncClient, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Evening(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return period_on(DAY, "20:00", "21:00").start.astimezone(UTC)

    monkeypatch.setattr("landbooking.spaces.hosting.blackout_form.datetime", Evening)
    form = {"resource": "all", "first": str(DAY), "from": "09:00", "to": "12:00"}
    answer = await hosting.post(f"/host/spaces/{place.space_id}/blackouts/new", data=form)
    assert "Diese Zeit ist schon vorbei." in answer.text


async def test_a_kept_booking_that_its_host_calls_off_leaves_no_hole(
    connection: Connection, place: Place, resident: Person
) -> None:
    booking_id = await make_booking(connection, resident, place.desk, period_on(DAY, "10:00", "11:00"))
    kept = Decision(seen=f"{booking_id}:1", choices={booking_id: "keep"})
    await add_blackout(connection, place.host, place.space_id, wish(place, "09:00", "12:00"), kept)
    called_off = Decision(seen=f"{booking_id}:1", choices={booking_id: "cancel"})
    await call_off(connection, place.host, place.space_id, booking_id, called_off)
    assert await held(connection, place.desk) == [("09:00", "10:00"), ("10:00", "11:00"), ("11:00", "12:00")]
