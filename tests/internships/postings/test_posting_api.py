"""The same over the JSON API, for companies, for staff, and for who looks for an internship."""

from typing import Any

import httpx

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.paging import encode_cursor
from support.internships import make_posting
from support.people import bearer, make_person
from support.postings import Scene, new_posting, today
from support.spaces import make_district

API = "/api/v1"


async def test_a_posting_goes_all_its_way(
    connection: Connection, client: httpx.AsyncClient, resident: Person, scene: Scene
) -> None:
    company = await bearer(connection, scene.manager)
    district_id = await connection.fetchval("SELECT district_id FROM company")
    staff = f"{API}/districts/{district_id}/postings"
    form = new_posting(scene)
    posted = f"{API}/companies/{scene.company_id}/postings"
    made = await client.post(posted, json=form, headers={**company, "Idempotency-Key": "p-1"})
    again = await client.post(posted, json=form, headers={**company, "Idempotency-Key": "p-1"})
    assert (made.status_code, again.json()) == (201, made.json())
    draft = made.json()
    own = f"{API}/postings/{draft['internship']['id']}"
    public = f"{API}/internships/{draft['internship']['id']}"
    assert (draft["status"], draft["steps"]) == ("draft", ["submit", "withdraw"])
    assert (await client.get(public)).status_code == 404
    changed = await client.post(f"{own}/change", json=new_posting(scene, places=3, version=1), headers=company)
    assert changed.json()["internship"]["free"] == 3
    assert (await client.post(f"{own}/change", json=new_posting(scene, version=1), headers=company)).status_code == 409
    moved = await client.post(f"{own}/steps", json={"step": "submit", "version": 2}, headers=company)
    assert moved.json()["steps"] == ["take_back", "withdraw"]
    works = await bearer(connection, scene.staff)
    [waiting] = (await client.get(staff, headers=works)).json()
    assert waiting["steps"] == ["publish", "give_back"]
    steps = f"{staff}/{draft['internship']['id']}/steps"
    silent = await client.post(steps, json={"step": "give_back"}, headers=works)
    assert silent.status_code == 422
    assert silent.json()["errors"][0]["field"] == "reason"
    assert (await client.post(steps, json={"step": "end"}, headers=works)).status_code == 409
    assert (await client.post(steps, json={"step": "publish"}, headers=works)).json()["status"] == "published"
    read = (await client.get(public)).json()
    assert read["open"] is True
    assert "Nr. 1" in read["why_unpaid"]
    [hit] = (await client.get(f"{API}/internships", params={"words": "Vereine"})).json()["items"]
    assert hit["internship"] == read
    few = await client.post(
        f"{own}/terms",
        json={"places": 1, "deadline": f"{today()}", "mentor": scene.manager.id},
        headers=company,
    )
    assert few.json()["internship"]["places"] == 1
    gone = await client.post(f"{own}/steps", json={"step": "withdraw"}, headers=company)
    assert (gone.json()["status"], gone.json()["closed_because"]) == ("closed", "withdrawn")
    answer = await client.get(public)
    assert (answer.status_code, answer.json()["type"]) == (410, "urn:landbooking:problem:posting-gone")


async def test_all_mistakes_of_a_posting_are_told(
    connection: Connection, client: httpx.AsyncClient, scene: Scene
) -> None:
    company = await bearer(connection, scene.manager)
    wrong = new_posting(
        scene, kind="voluntary", first=f"{today()}", ends="08:00", adult_on_site="", spaces=[999], title=" ", weeks=9
    )
    answer = await client.post(f"{API}/companies/{scene.company_id}/postings", json=wrong, headers=company)
    assert answer.status_code == 422
    fields = {error["field"] for error in answer.json()["errors"]}
    assert fields == {"pay_cents_hour", "first", "weeks", "ends", "adult_on_site", "spaces", "title"}


async def test_a_company_is_registered_changed_verified_and_suspended(
    connection: Connection, client: httpx.AsyncClient, resident: Person, scene: Scene
) -> None:
    boss = await bearer(connection, resident)
    profile = {"name": "Neu", "street": "Weg 1", "postal_code": "66869", "town": "Kusel", "contact_name": "Chefin"}
    made = await client.post(f"{API}/companies", json=profile, headers={**boss, "Idempotency-Key": "c-1"})
    assert made.status_code == 201
    again = await client.post(f"{API}/companies", json=profile, headers={**boss, "Idempotency-Key": "c-1"})
    assert again.json() == made.json()
    bad = await client.post(f"{API}/companies", json={**profile, "postal_code": "1", "district_id": 99}, headers=boss)
    assert {error["field"] for error in bad.json()["errors"]} == {"postal_code", "district_id"}
    own = f"{API}/companies/{made.json()['id']}"
    changed = await client.post(f"{own}/change", json={**profile, "town": "Ulmet", "version": 1}, headers=boss)
    assert (changed.json()["town"], changed.json()["version"]) == ("Ulmet", 2)
    named = await client.post(f"{own}/members", json={"email": "mentor@example.org"}, headers=boss)
    assert [member["role"] for member in named.json()] == ["manager", "mentor"]
    removed = await client.post(f"{own}/members/{named.json()[1]['person_id']}/removal", headers=boss)
    assert removed.json() == (await client.get(f"{own}/members", headers=boss)).json()
    assert len(removed.json()) == 1
    assert (await client.get(own)).status_code == 404
    works = await bearer(connection, scene.staff)
    district = f"{API}/districts/{made.json()['district_id']}/companies"
    listed = (await client.get(district, headers=works)).json()
    assert [one["status"] for one in listed] == ["unverified", "verified"]
    verification = f"{district}/{made.json()['id']}/verification"
    assert (await client.post(verification, json={"proof": "letter"}, headers=works)).json()["status"] == "verified"
    assert (await client.get(own)).json()["answered_percent"] is None
    suspension = f"{district}/{made.json()['id']}/suspension"
    assert (await client.post(suspension, json={"reason": ""}, headers=works)).status_code == 422
    assert (await client.post(suspension, json={"reason": "Weg"}, headers=works)).json()["status"] == "suspended"
    [seen] = (await client.get(f"{API}/companies", headers=boss)).json()
    assert (seen["status"], seen["suspended_reason"]) == ("suspended", "Weg")


async def test_staff_reach_no_other_district_by_the_name_of_their_own(
    connection: Connection, client: httpx.AsyncClient, scene: Scene
) -> None:
    posting_id = await make_posting(connection, scene.company_id, scene.space_id, status="in_review")
    other = await make_district(connection, "07999")
    far = await make_person(connection, "fern@example.org", role="staff", district_id=other)
    headers = await bearer(connection, far)
    for path, body in (
        (f"postings/{posting_id}/steps", {"step": "publish"}),
        (f"companies/{scene.company_id}/suspension", {"reason": "Neid"}),
    ):
        answer = await client.post(f"{API}/districts/{other}/{path}", json=body, headers=headers)
        assert answer.status_code == 404
    for listed in ("companies", "postings"):
        assert (await client.get(f"{API}/districts/{other}/{listed}", headers=headers)).json() == []
    assert await connection.fetchval("SELECT status FROM posting") == "in_review"


async def test_searching_goes_page_by_page(connection: Connection, client: httpx.AsyncClient, scene: Scene) -> None:
    made = [
        await make_posting(
            connection, scene.company_id, scene.space_id, title=f"Fotos {number}", tasks="Fotos " * (number % 3 + 1)
        )
        for number in range(7)
    ]
    for params in ({"words": "Fotos"}, {}):
        seen: list[int] = []
        cursor = None
        while True:
            query: dict[str, Any] = {**params, "limit": 3, **({"cursor": cursor} if cursor else {})}
            answer = (await client.get(f"{API}/internships", params=query)).json()
            seen += [item["internship"]["id"] for item in answer["items"]]
            if not (cursor := answer["next"]):
                break
        assert sorted(seen) == made
    assert (await client.get(f"{API}/internships", params={"cursor": "bm9uc2Vuc2U"})).status_code == 422
    ancient = encode_cursor([0, "0001-01-01T00:00:00+14:00", 1])
    for query in ({"cursor": ancient}, {"place": "Nirgends"}, {"words": "a\0b"}, {"first": "9999-12-31"}):
        assert (await client.get(f"{API}/internships", params=query)).status_code == 422, query


async def test_searches_are_saved_once_and_ended(
    connection: Connection, client: httpx.AsyncClient, resident: Person, scene: Scene
) -> None:
    headers = await bearer(connection, resident)
    asked = {"words": "Fotos", "place": "Kusel", "km": 10}
    saved = [await client.post(f"{API}/saved-searches", json=asked, headers=headers) for _twice in range(2)]
    assert saved[0].json() == saved[1].json()
    assert saved[0].json()["asked"] == {"words": "Fotos", "place": "Kusel", "km": "10"}
    end = f"{API}/saved-searches/{saved[0].json()['id']}/end"
    assert (await client.post(end, headers=await bearer(connection, scene.manager))).status_code == 404
    assert (await client.post(end, headers=headers)).json() == []
