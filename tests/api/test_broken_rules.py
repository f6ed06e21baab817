"""Every rule, as a program that breaks it hears of it: its name, the field, and what would be possible."""

from typing import Any

import httpx
import pytest

from api.test_bookings import BOOKINGS, check_problem, wish
from landbooking.accounts.person import Person
from landbooking.database import Connection
from support.hosting import Place
from support.spaces import day_after, make_booking, make_override, period_on


@pytest.mark.parametrize(
    ("rules", "start", "end", "rule", "field", "possible"),
    [
        ({"unit": "day"}, "09:00", "12:00", "unit", "start", "08:00–18:00"),
        ({"unit": "half_day"}, "09:00", "12:00", "unit", "start", "08:00–13:00"),
        ({"step_minutes": 60}, "09:15", "10:15", "step", "start", "9:00"),
        ({"shortest_minutes": 240}, "09:00", "12:00", "shortest", "end", "4 hours"),
        ({"longest_minutes": 120}, "09:00", "12:00", "longest", "end", "2 hours"),
        ({"lead_minutes": 20160}, "09:00", "12:00", "lead", "start", "14 days"),
        ({"horizon_days": 1}, "09:00", "12:00", "horizon", "start", "20"),
        ({"weekly_minutes": 120}, "09:00", "12:00", "quota", "end", "2 hours"),
        ({"audience": "members"}, "09:00", "12:00", "audience", "start", "members"),
        ({"audience": "staff"}, "09:00", "12:00", "audience", "start", "hosts"),
    ],
)
async def test_every_rule_is_named_with_what_is_possible(
    connection: Connection,
    api: httpx.AsyncClient,
    place: Place,
    rules: dict[str, Any],
    start: str,
    end: str,
    rule: str,
    field: str,
    possible: str,
) -> None:
    """Of a single resource, of its kind and of the space alike."""
    sentences = set()
    for whose in ((None, place.desk), ("desk", None)):
        await connection.execute("DELETE FROM rule_override")
        await make_override(connection, place.space_id, *whose, **rules)
        answer = await api.post(BOOKINGS, json=wish(place.desk, period_on(day_after(5), start, end)))
        check_problem(answer, 422, f"rule-{rule}", field)
        sentences.add(answer.json()["detail"])
    [sentence] = sentences
    assert possible in sentence
    shown = (await api.get(f"/api/v1/spaces/{place.space_id}")).json()["resources"][0]
    assert shown["rules"] | rules == shown["rules"]
    assert shown["pool"] is None


async def test_who_is_late_is_told_until_when_it_went(
    connection: Connection, api: httpx.AsyncClient, place: Place, resident: Person
) -> None:
    booking_id = await make_booking(connection, resident, place.desk, period_on(day_after(2)))
    await make_override(connection, place.space_id, "desk", cancel_minutes=20160)
    for part, body in (("cancellation", None), ("move", wish(place.other_desk, period_on(day_after(3))))):
        answer = await api.post(f"{BOOKINGS}/{booking_id}/{part}", json=body)
        check_problem(answer, 409, "rule-cancel")
        assert "14 days" in answer.json()["detail"]
