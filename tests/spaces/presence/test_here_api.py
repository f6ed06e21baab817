"""What the code at a desk leads to, over the JSON API: what the page tells, to whom it tells it."""

from datetime import datetime

import httpx
import pytest

from landbooking.accounts.person import Person
from landbooking.database import Connection
from support.hosting import Place
from support.people import bearer
from support.presence import DAY, MORNING, at, code_of, with_check_in
from support.spaces import make_booking, make_override, period_on


async def test_what_is_free_here_now_is_booked_as_it_is_offered(
    connection: Connection, client: httpx.AsyncClient, place: Place, resident: Person
) -> None:
    path = f"/api/v1/here/{await code_of(connection, place.desk)}"
    headers = await bearer(connection, resident)
    await make_booking(connection, place.host, place.desk, period_on(DAY, "14:00", "15:00"))
    with at("10:07"):
        nobodys = (await client.get(path)).json()
        assert (nobodys["own"], nobodys["taken_until"], nobodys["kind"]) == (None, None, "desk")
        assert nobodys["space_id"] == place.space_id
        found = nobodys["here"]["periods"]
        assert [(datetime.fromisoformat(one["start"]), datetime.fromisoformat(one["end"])) for one in found] == [
            period_on(DAY, "10:00", clock) for clock in ("11:00", "12:00", "14:00")
        ]
        assert {one["price_cents"] for one in found} == {0}
        assert nobodys["others"] == [], "what one stands at can be had"
        asked = {"resource_id": nobodys["here"]["resource_id"], "end": found[0]["end"]}
        booked = await client.post(f"{path}/bookings", json=asked, headers=headers)
        assert booked.status_code == 201
        own = (await client.get(path, headers=headers)).json()
        assert own["own"] == booked.json()
        assert (own["may_check_in"], own["taken_until"], own["here"]["periods"], own["others"]) == (False, None, [], [])


async def test_ones_own_booking_says_what_can_be_done_with_it(
    connection: Connection, client: httpx.AsyncClient, place: Place, resident: Person
) -> None:
    await with_check_in(connection)
    booking_id = await make_booking(connection, resident, place.desk, MORNING)
    path = f"/api/v1/here/{await code_of(connection, place.desk)}"
    headers = await bearer(connection, resident)
    with at("08:50"):
        early = (await client.get(path, headers=headers)).json()
        assert (early["own"]["id"], early["may_check_in"], early["may_leave"]) == (booking_id, True, False)
        assert (await client.get(path)).json()["own"] is None
    with at("10:00"):
        await client.post(f"/api/v1/bookings/{booking_id}/checkin", headers=headers)
        there = (await client.get(path, headers=headers)).json()
        assert (there["may_check_in"], there["may_leave"]) == (False, True)


async def test_of_others_it_tells_until_when_and_no_more(
    connection: Connection, client: httpx.AsyncClient, place: Place, resident: Person, outsider: Person
) -> None:
    await make_booking(connection, outsider, place.desk, MORNING)
    path = f"/api/v1/here/{await code_of(connection, place.desk)}"
    with at("10:07"):
        seen = await client.get(path, headers=await bearer(connection, resident))
    told = seen.json()
    assert datetime.fromisoformat(told["taken_until"]) == MORNING.end
    assert (told["own"], told["here"]["periods"]) == (None, [])
    assert [(one["resource_id"], one["resource"]) for one in told["others"]] == [(place.other_desk, "Tisch 2")]
    assert told["others"][0]["periods"] != []
    assert outsider.email not in seen.text
    assert await code_of(connection, place.other_desk) not in seen.text


async def test_where_a_host_has_to_agree_nothing_is_offered(
    connection: Connection, client: httpx.AsyncClient, place: Place, resident: Person
) -> None:
    await make_override(connection, place.space_id, "desk", approval=True)
    path = f"/api/v1/here/{await code_of(connection, place.desk)}"
    with at("10:07"):
        told = (await client.get(path, headers=await bearer(connection, resident))).json()
        assert (told["here"]["periods"], told["others"]) == ([], [])
        hosts = (await client.get(path, headers=await bearer(connection, place.host))).json()
        assert hosts["here"]["periods"] != []


@pytest.mark.parametrize("code", ["0123456789ab", "x", "%00", "'"])
async def test_a_code_that_leads_nowhere(client: httpx.AsyncClient, place: Place, code: str) -> None:
    answer = await client.get(f"/api/v1/here/{code}")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
