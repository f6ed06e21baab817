"""The rules for bookings as hosts set them: of the space, of a kind, of one resource."""

import httpx
import pytest

from landbooking.database import Connection
from landbooking.spaces.space import space_by_id
from support.hosting import RULES, Place
from support.spaces import day_after, make_desk, make_override, make_space

CHANGED = {
    "unit": "half_day", "step_minutes": "30", "shortest_minutes": "60", "longest_minutes": "240",
    "lead_minutes": "120", "horizon_days": "30", "buffer_before_minutes": "15", "buffer_after_minutes": "10",
    "weekly_minutes": "600", "cancel_minutes": "1440", "hold_minutes": "60", "audience": "members", "approval": "yes",
    "around_the_clock": "no",
}  # fmt: skip


def root(place: Place) -> str:
    return f"/host/spaces/{place.space_id}"


async def test_the_rules_of_the_space_are_saved(
    connection: Connection, hosting: httpx.AsyncClient, place: Place
) -> None:
    path = f"{root(place)}/rules"
    assert (await hosting.post(path, data=CHANGED)).status_code == 303
    rules = (await space_by_id(connection, place.space_id)).rules
    assert {name: getattr(rules, name) for name in CHANGED} == {
        "unit": "half_day", "step_minutes": 30, "shortest_minutes": 60, "longest_minutes": 240, "lead_minutes": 120,
        "horizon_days": 30, "buffer_before_minutes": 15, "buffer_after_minutes": 10, "weekly_minutes": 600,
        "cancel_minutes": 1440, "hold_minutes": 60, "audience": "members", "approval": True, "around_the_clock": False,
    }  # fmt: skip
    shown = (await hosting.get(path)).text
    assert '<option value="120" selected>2 Stunden</option>' in shown
    assert '<option value="yes" selected>ja, jedes Mal</option>' in shown


@pytest.mark.parametrize(
    ("nonsense", "field"),
    [
        ({"lead_minutes": "-1"}, "lead_minutes"),
        ({"lead_minutes": "999999999999999999999"}, "lead_minutes"),
        ({"horizon_days": "0"}, "horizon_days"),
        ({"horizon_days": "viele"}, "horizon_days"),
        ({"horizon_days": ""}, "horizon_days"),
        ({"shortest_minutes": "20"}, "shortest_minutes"),
        ({"longest_minutes": "15"}, "longest_minutes"),
        ({"longest_minutes": "NaN"}, "longest_minutes"),
        ({"unit": "week"}, "unit"),
        ({"step_minutes": "45"}, "step_minutes"),
        ({"buffer_after_minutes": "241"}, "buffer_after_minutes"),
        ({"hold_minutes": "4"}, "hold_minutes"),
        ({"hold_minutes": "1441"}, "hold_minutes"),
        ({"hold_minutes": ""}, "hold_minutes"),
        ({"audience": "nobody"}, "audience"),
        ({"approval": ""}, "approval"),
        ({"step_minutes": "60", "shortest_minutes": "75", "longest_minutes": "90"}, "longest_minutes"),
        ({"lead_minutes": "20160", "horizon_days": "13"}, "horizon_days"),
    ],
)
async def test_rules_that_can_not_be_are_told_at_their_field(
    hosting: httpx.AsyncClient, place: Place, nonsense: dict[str, str], field: str
) -> None:
    answer = await hosting.post(f"{root(place)}/rules", data={**RULES, "lead_minutes": "60", **nonsense})
    assert answer.status_code == 422
    assert f'id="error-{field}"' in answer.text
    assert 'value="60" selected' in answer.text or "lead_minutes" in nonsense


@pytest.mark.parametrize("whose", ["rules/desk", "resources/{desk}/rules"])
async def test_a_kind_or_a_resource_has_rules_of_its_own_and_inherits_the_rest(
    connection: Connection, hosting: httpx.AsyncClient, place: Place, whose: str
) -> None:
    path = f"{root(place)}/{whose.format(desk=place.desk)}"
    shown = (await hosting.get(path)).text
    assert '<option value="" selected>wie sonst: 30 Minuten</option>' in shown
    assert "Eigene Regeln entfernen" not in shown
    assert (await hosting.post(path, data={"shortest_minutes": "120", "approval": "no"})).status_code == 303
    await hosting.post(f"{root(place)}/rules", data={**RULES, "shortest_minutes": "60", "approval": "yes"})
    space = await space_by_id(connection, place.space_id)
    own = space.rules_of("desk", place.desk)
    assert (own.shortest_minutes, own.approval, own.longest_minutes) == (120, False, 600)
    room = space.rules_of("meeting_room")
    assert (room.shortest_minutes, room.approval) == (60, True)
    assert "mit eigenen Regeln" in (await hosting.get(f"{root(place)}/rules")).text

    assert '<option value="120" selected>2 Stunden</option>' in (await hosting.get(path)).text
    assert (await hosting.post(f"{path}/removal")).status_code == 303
    assert (await space_by_id(connection, place.space_id)).overrides == ()
    assert (await hosting.post(f"{path}/removal")).status_code == 303


async def test_a_form_with_nothing_chosen_removes_what_was_there(
    connection: Connection, hosting: httpx.AsyncClient, place: Place
) -> None:
    await make_override(connection, place.space_id, "desk", unit="day")
    assert (await hosting.post(f"{root(place)}/rules/desk", data={})).status_code == 303
    assert (await space_by_id(connection, place.space_id)).overrides == ()


async def test_nobody_is_left_with_rules_by_which_nothing_can_be_booked(
    connection: Connection, hosting: httpx.AsyncClient, place: Place
) -> None:
    await make_override(connection, place.space_id, None, place.desk, shortest_minutes=300)
    for path, form in ((f"{root(place)}/rules", RULES), (f"{root(place)}/rules/desk", {})):
        answer = await hosting.post(path, data={**form, "longest_minutes": "240"})
        assert answer.status_code == 422
        assert "Tisch 1: Das muss mindestens so lang sein" in answer.text
    own = await hosting.post(f"{root(place)}/resources/{place.desk}/rules", data={"shortest_minutes": "720"})
    assert own.status_code == 422
    assert "Tisch 1: Das muss" not in own.text


async def test_rules_of_what_is_not_here_are_not_there(
    connection: Connection, hosting: httpx.AsyncClient, place: Place
) -> None:
    elsewhere = await make_desk(connection, await make_space(connection, name="Anderswo"), "Tisch 9")
    for path in (f"{root(place)}/rules/throne", f"{root(place)}/resources/{elsewhere}/rules"):
        assert (await hosting.get(path)).status_code == 404
        assert (await hosting.post(path, data={"unit": "day"})).status_code == 404
        assert (await hosting.post(f"{path}/removal")).status_code == 404


async def test_who_books_reads_what_applies(connection: Connection, client: httpx.AsyncClient, place: Place) -> None:
    await make_override(
        connection, place.space_id, None, place.desk,
        buffer_after_minutes=30, weekly_minutes=600, cancel_minutes=120, lead_minutes=60,
        audience="members", approval=True,
    )  # fmt: skip
    for start in ("09:00", "03:00"):
        query = {"date": f"{day_after(3)}", "start": start, "end": "10:00"}
        text = (await client.get(f"/resources/{place.desk}/bookings/new", params=query)).text
        for sentence in (
            "Was hier gilt",
            "Eine Buchung dauert mindestens 30 Minuten und höchstens 10 Stunden.",
            "Buchen kann man bis zu 90 Tage im Voraus, spätestens 1 Stunde vorher.",
            "Danach bleiben 30 Minuten frei.",
            "höchstens 10 Stunden in der Woche",
            "Nur Mitglieder können buchen.",
            "Die Gastgeber müssen erst zustimmen.",
            "bis 2 Stunden vorher",
        ):
            assert sentence in text
    assert "Absagen und verschieben können Sie bis zum Beginn." in (await client.get(f"/spaces/{place.space_id}")).text
