"""Series over the API: preview, book, move and cancel, and every way in which that is refused."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from api.test_bookings import check_problem
from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.spaces.space import space_by_id
from landbooking.spaces.tariffs.prices import offer_cards, set_tariff
from landbooking.spaces.tariffs.sales import sell_card
from landbooking.spaces.tariffs.tariff import Tariff
from support.approval import with_approval
from support.hosting import Place
from support.people import bearer
from support.series import booked_series, weekly
from support.spaces import day_after, make_booking, make_desk, make_district, period_on

SERIES = "/api/v1/series"
FIRST = day_after(7)
WEEK = timedelta(days=7)


def wish(place: Place, **others: Any) -> dict[str, Any]:
    known = {"resource_id": place.desk, "repeats": "weekly", "first": f"{FIRST}", "start": "09:00", "end": "12:00"}
    every = [{"date": f"{FIRST + week * WEEK}"} for week in range(3)]  # so that no holiday is left out
    return {**known, "count": 3, "choices": every, **others}


async def test_a_series_is_previewed_booked_moved_and_cancelled(api: httpx.AsyncClient, place: Place) -> None:
    seen = await api.post(f"{SERIES}/preview", json=wish(place))
    assert seen.status_code == 200
    assert (seen.json()["free"], seen.json()["conflicts"]) == (3, 0)
    made = await api.post(SERIES, json=wish(place))
    assert made.status_code == 201
    series = made.json()
    assert [one["series_id"] for one in series["bookings"]] == [series["id"]] * 3
    address = f"{SERIES}/{series['id']}"
    assert (await api.get(address)).json() == series
    second = series["bookings"][1]["id"]
    moved = await api.post(
        f"{address}/move",
        json={"booking_id": second, "scope": "following", "start": "13:00", "end": "14:00", "version": 1},
    )
    assert moved.status_code == 200
    assert [one["version"] for one in moved.json()["bookings"]] == [1, 2, 2]
    stale = await api.post(f"{address}/cancellation", json={"booking_id": second, "scope": "all", "version": 1})
    check_problem(stale, 409, "changed-meanwhile")
    gone = await api.post(f"{address}/cancellation", json={"booking_id": second, "scope": "all"})
    assert [one["status"] for one in gone.json()["bookings"]] == ["cancelled"] * 3


async def test_a_series_takes_equipment_along_and_is_paid_by_a_card(
    connection: Connection, api: httpx.AsyncClient, place: Place, resident: Person
) -> None:
    await set_tariff(connection, place.space_id, Tariff(day_cents=1000))
    await offer_cards(connection, await make_district(connection), 2, 1600)
    card = await sell_card(connection, place.host, await space_by_id(connection, place.space_id), resident.email)
    piece = await make_desk(connection, place.space_id, "Beamer", kind="equipment")
    full = wish(place, with_equipment=[piece], pay_with=card)
    preview = (await api.post(f"{SERIES}/preview", json=full)).json()
    assert (preview["price_cents"], [one["price_cents"] for one in preview["dates"]]) == (3000, [1000] * 3)
    check_problem(await api.post(SERIES, json=full), 409, "card", "pay_with")
    made = (
        await api.post(SERIES, json={**full, "choices": [{"date": f"{FIRST}", "skip": True}, *full["choices"][1:]]})
    ).json()
    assert [(one["paid"], one["card_id"], one["equipment"]) for one in made["bookings"]] == [
        ("card", card, ["Beamer"])
    ] * 2
    unfit = await api.post(SERIES, json=wish(place, with_equipment=[place.other_desk]))
    check_problem(unfit, 422, "equipment-unfit", "with_equipment")


async def test_a_host_answers_a_series_with_one_answer(
    connection: Connection, api: httpx.AsyncClient, place: Place, resident: Person, outsider: Person
) -> None:
    await with_approval(connection, place.space_id)
    assert (await api.post(f"{SERIES}/preview", json=wish(place))).json()["until_at"]
    made = (await api.post(SERIES, json=wish(place))).json()
    assert [one["status"] for one in made["bookings"]] == ["requested"] * 3
    address = f"/api/v1/bookings/{made['bookings'][1]['id']}"
    for person in (resident, outsider):
        check_problem(
            await api.post(f"{address}/approval", json={}, headers=await bearer(connection, person)), 404, "not-found"
        )
    await connection.execute(
        "INSERT INTO closure (space_id, days) VALUES ($1, daterange($2, $2, '[]'))", place.space_id, FIRST
    )
    host = await bearer(connection, place.host)
    refused = await api.post(f"{address}/approval", json={}, headers=host)
    check_problem(refused, 409, "rule-opening-hours", f"{FIRST}")
    await connection.execute("DELETE FROM closure")
    assert (await api.post(f"{address}/approval", json={"version": 2}, headers=host)).status_code == 409
    assert (await api.post(f"{address}/approval", json={"version": 1}, headers=host)).status_code == 200
    after = (await api.get(f"{SERIES}/{made['id']}", headers=await bearer(connection, resident))).json()
    assert [one["status"] for one in after["bookings"]] == ["confirmed"] * 3


async def test_a_conflict_names_its_dates(
    connection: Connection, api: httpx.AsyncClient, place: Place, outsider: Person
) -> None:
    await make_booking(connection, outsider, place.desk, period_on(FIRST + WEEK))
    preview = (await api.post(f"{SERIES}/preview", json=wish(place))).json()
    conflict = preview["dates"][1]
    assert (conflict["state"], conflict["problem"]) == ("conflict", "taken")
    assert conflict["other_resource_ids"] == [place.other_desk]
    check_problem(await api.post(SERIES, json=wish(place)), 409, "series-conflicts", f"{FIRST + WEEK}")
    assert (await api.get("/api/v1/bookings")).json()["items"] == []
    choices = [*wish(place)["choices"], {"date": f"{FIRST + WEEK}", "skip": True}]
    assert len((await api.post(SERIES, json=wish(place, choices=choices))).json()["bookings"]) == 2


async def test_the_same_request_twice_acts_once(connection: Connection, api: httpx.AsyncClient, place: Place) -> None:
    key = {"Idempotency-Key": "series-1"}
    first = await api.post(SERIES, json=wish(place), headers=key)
    again = await api.post(SERIES, json=wish(place), headers=key)
    assert (first.status_code, first.json()) == (again.status_code, again.json())
    check_problem(await api.post(SERIES, json=wish(place, count=2), headers=key), 422, "idempotency-key-reused")
    series = first.json()
    body = {"booking_id": series["bookings"][0]["id"], "scope": "all", "start": "13:00", "end": "14:00"}
    moves = [
        await api.post(f"{SERIES}/{series['id']}/move", json=body, headers={"Idempotency-Key": "m"}) for _ in range(2)
    ]
    assert moves[0].json() == moves[1].json()
    cancel = {"booking_id": body["booking_id"], "scope": "all"}
    for _ in range(2):
        answer = await api.post(f"{SERIES}/{series['id']}/cancellation", json=cancel, headers={"Idempotency-Key": "c"})
        assert answer.status_code == 200


@pytest.mark.parametrize(
    ("change", "kind", "fields"),
    [
        ({"repeats": "yearly", "start": "9 Uhr"}, "invalid-input", ["repeats", "start"]),
        ({"weekdays": [8]}, "invalid-input", ["weekdays"]),
        ({"choices": [{"date": "2027-01-01", "desk": 1}]}, "invalid-input", ["choices"]),
        ({"count": None}, "recurrence", ["until"]),
        ({"until": f"{FIRST}"}, "recurrence", ["until"]),
        ({"repeats": "daily", "count": None, "until": f"{FIRST + 30 * WEEK}"}, "recurrence", ["until"]),
        ({"choices": [{"date": f"{FIRST + week * WEEK}", "skip": True} for week in range(3)]}, "nothing-chosen", []),
    ],
)
async def test_what_is_no_series_is_refused(
    api: httpx.AsyncClient, place: Place, change: dict[str, Any], kind: str, fields: list[str]
) -> None:
    check_problem(await api.post(SERIES, json=wish(place) | change), 422, kind, *fields)


async def test_another_persons_series_is_not_there(
    connection: Connection, api: httpx.AsyncClient, client: httpx.AsyncClient, place: Place, outsider: Person
) -> None:
    series, bookings = await booked_series(connection, outsider, weekly(place.desk, FIRST, 2, repeats="daily"))
    own = f"{SERIES}/{series.id}"
    body = {"booking_id": bookings[0].id, "scope": "all"}
    check_problem(await api.get(own), 404, "not-found")
    for verb in ("move", "cancellation"):
        check_problem(await api.post(f"{own}/{verb}", json=body), 404, "not-found")
    del api.headers["Authorization"]
    for method, path in (("GET", own), ("POST", SERIES), ("POST", f"{SERIES}/preview"), ("POST", f"{own}/move")):
        check_problem(await api.request(method, path), 401, "not-signed-in")


async def test_a_move_needs_both_ends(
    connection: Connection, api: httpx.AsyncClient, place: Place, resident: Person
) -> None:
    made = (await api.post(SERIES, json=wish(place))).json()
    body = {"booking_id": made["bookings"][0]["id"], "scope": "all", "start": "13:00"}
    check_problem(await api.post(f"{SERIES}/{made['id']}/move", json=body), 422, "invalid-input", "end")
