"""From registering a company to a posting that is found, as its people do it over HTTP."""

from datetime import datetime, timedelta
from typing import Any

import httpx

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.internships.events import events_of
from support.internships import make_application, make_company, make_member, make_posting
from support.people import make_person, sign_in
from support.postings import Scene, mails, posting_form, today
from support.spaces import BERLIN, make_space

COMPANY = {
    "name": "Datenwerk GmbH", "about": "Wir bauen Webseiten.", "website": "www.datenwerk.example",
    "street": "Am Markt 3", "postal_code": "67655", "town": "Kaiserslautern", "contact_name": "Ausbildung",
    "contact_phone": "0631 12",    "register_number": "HRB 1, Amtsgericht Kaiserslautern", "accident_insurer": "VBG",
}  # fmt: skip


async def test_a_company_is_registered_and_writes_before_it_is_verified(
    connection: Connection, client: httpx.AsyncClient, scene: Scene
) -> None:
    boss = await make_person(connection, "chefin@example.org")
    await sign_in(connection, client, boss)
    answer = await client.post("/companies", data={**COMPANY, "key": "k-1"})
    assert answer.status_code == 303, answer.text
    own = answer.headers["location"]
    assert (await client.post("/companies", data={**COMPANY, "key": "k-1"})).headers["location"] == own
    company_id = int(own.split("/")[2])
    assert "prüft die Firma noch" in (await client.get(own)).text
    assert (await client.get(f"/companies/{company_id}")).status_code == 404
    form = posting_form(scene, mentor=f"{boss.id}", key="k-2")
    answer = await client.post(f"/companies/{company_id}/postings", data=form)
    assert answer.status_code == 303, answer.text
    page = answer.headers["location"]
    again = await client.post(f"/companies/{company_id}/postings", data=form)
    assert again.headers["location"] == page
    assert await connection.fetchval("SELECT count(*) FROM posting") == 1
    assert "Zur Prüfung geben" in (await client.get(page)).text
    public = page.replace("/postings/", "/internships/")
    assert (await client.get(public)).status_code == 404
    assert (await client.post(f"{page}/steps", data={"step": "submit", "version": "1"})).status_code == 303
    assert (await client.post(f"{page}/steps", data={"step": "submit", "version": "1"})).status_code == 409
    assert (await client.get(public)).status_code == 404
    posting_id = int(page.split("/")[2])
    events = await events_of(connection, "posting", posting_id)
    assert [(event.to_status, event.by_id) for event in events] == [("draft", boss.id), ("in_review", boss.id)]


async def test_one_person_keeps_the_district_busy_with_three_companies_at_most(
    connection: Connection, client: httpx.AsyncClient, resident: Person, scene: Scene
) -> None:
    await sign_in(connection, client, resident)
    for _number in range(3):
        assert (await client.post("/companies", data=COMPANY)).status_code == 303
    assert (await client.post("/companies", data=COMPANY)).status_code == 409


async def test_staff_look_at_company_and_posting_before_anybody_finds_it(
    connection: Connection, client: httpx.AsyncClient, resident: Person, scene: Scene
) -> None:
    boss = await make_person(connection, "chefin@example.org")
    unverified: dict[str, Any] = {"status": "unverified", "verified_by": None, "verified_at": None}
    company_id = await make_company(connection, boss, **unverified)
    posting_id = await make_posting(
        connection, company_id, scene.space_id, status="in_review", published_at=None, mentor_id=boss.id
    )
    own, public = f"/postings/{posting_id}", f"/internships/{posting_id}"
    await sign_in(connection, client, scene.staff)
    hub = (await client.get("/district/internships")).text
    assert "Webseiten für Vereine" in hub
    assert "Firma noch nicht bestätigt" in hub
    steps = f"/district{public.replace('/internships/', '/internships/postings/')}/steps"
    refused = await client.post(steps, data={"step": "publish"})
    assert refused.status_code == 409
    assert "noch nicht bestätigt" in refused.text
    verification = f"/district/internships/companies/{company_id}/verification"
    assert (await client.post(verification, data={"version": "1", "proof": "register"})).status_code == 303
    assert (await client.post(verification, data={"version": "1", "proof": "register"})).status_code == 409
    assert await mails(connection, "verification") == [boss.email]
    assert (await client.post(steps, data={"step": "give_back", "reason": " "})).status_code == 422
    assert (await client.post(steps, data={"step": "give_back", "reason": "Bitte genauer."})).status_code == 303
    assert await mails(connection, "given_back") == [boss.email]

    await sign_in(connection, client, boss)
    assert "Bitte genauer." in (await client.get(own)).text
    changed = posting_form(scene, tasks="Seiten für den Sportverein.", version="2", mentor=f"{boss.id}")
    assert (await client.post(f"{own}/change", data=changed)).status_code == 303
    assert (await client.post(f"{own}/change", data=changed)).status_code == 409
    assert (await client.post(f"{own}/steps", data={"step": "submit"})).status_code == 303
    assert (await client.post(f"{own}/steps", data={"step": "publish"})).status_code == 409  # staff do that
    await sign_in(connection, client, scene.staff)
    assert (await client.post(steps, data={"step": "publish"})).status_code == 303
    assert await mails(connection, "published") == [boss.email]

    await sign_in(connection, client, resident)
    assert public in (await client.get("/internships", params={"words": "Sportvereine"})).text
    seen = (await client.get(public)).text
    for said in ("Seiten für den Sportverein.", "Gastgeberin des Raums", "Pflichtpraktikum muss nicht bezahlt werden"):
        assert said in seen
    assert public in (await client.get(f"/companies/{company_id}")).text
    events = await events_of(connection, "posting", posting_id)
    happened = [(event.from_status, event.to_status, event.acted_as) for event in events]
    assert happened == [
        ("in_review", "draft", "staff"), ("draft", "in_review", "company"), ("in_review", "published", "staff"),
    ]  # fmt: skip


async def test_all_mistakes_are_told_at_once_and_nothing_typed_is_lost(
    connection: Connection, client: httpx.AsyncClient, scene: Scene
) -> None:
    await sign_in(connection, client, scene.manager)
    wrong = posting_form(
        scene, title="", field="kochen", kind="voluntary", first=f"{today()}", last="gestern", weekdays=[],
        ends="08:00", places="0", deadline="2020-01-01", adult_on_site="", questions="\n".join("123456"),
        spaces=["999999"], mentor="77",
    )  # fmt: skip
    answer = await client.post(f"/companies/{scene.company_id}/postings", data=wrong)
    assert answer.status_code == 422
    for field in ("title", "field", "last", "ends", "places", "adult_on_site", "questions"):
        assert f'id="error-{field}"' in answer.text, field
    assert "Sie bauen Seiten." in answer.text
    wrong = posting_form(scene, kind="voluntary", weekdays=[], spaces=["999999"], mentor="77", deadline="2020-01-01")
    answer = await client.post(f"/companies/{scene.company_id}/postings", data=wrong)
    for field in ("pay", "weekdays", "spaces", "mentor", "deadline"):
        assert f'id="error-{field}"' in answer.text, field
    assert await connection.fetchval("SELECT count(*) FROM posting") == 0


async def test_pay_is_due_unless_the_law_says_why_not(
    connection: Connection, client: httpx.AsyncClient, scene: Scene
) -> None:
    await sign_in(connection, client, scene.manager)
    first = today() + timedelta(days=40)
    long = {"kind": "orientation", "last": f"{first + timedelta(days=95)}"}
    for number, (more, status) in enumerate(
        [({"kind": "voluntary"}, 422), ({"kind": "voluntary", "pay": "15"}, 303), ({"kind": "orientation"}, 303),
         (long, 422), ({**long, "weeks": "12"}, 303), ({**long, "weeks": "12", "kind": "voluntary"}, 422)]
    ):  # fmt: skip
        form = posting_form(scene, key=f"k-{number}", **more)
        assert (await client.post(f"/companies/{scene.company_id}/postings", data=form)).status_code == status, more


async def test_a_suspended_company_shows_nothing_and_is_told_why(
    connection: Connection, client: httpx.AsyncClient, scene: Scene
) -> None:
    posting_id = await make_posting(connection, scene.company_id, scene.space_id, mentor_id=scene.manager.id)
    assert (await client.get(f"/internships/{posting_id}")).status_code == 200
    await sign_in(connection, client, scene.staff)
    suspension = f"/district/internships/companies/{scene.company_id}/suspension"
    assert (await client.post(suspension, data={"reason": ""})).status_code == 422
    assert (await client.post(suspension, data={"reason": "Sie meldet sich nie.", "version": "1"})).status_code == 303
    assert (await client.post(suspension, data={"reason": "Sie meldet sich nie.", "version": "1"})).status_code == 409
    assert await mails(connection, "suspension") == [scene.manager.email]
    context = await connection.fetchval("SELECT context FROM outbox WHERE template LIKE '%suspension'")
    assert (context["reason"], context["paused"]) == ("Sie meldet sich nie.", ["Webseiten für Vereine"])
    for path in (f"/internships/{posting_id}", f"/companies/{scene.company_id}"):
        assert (await client.get(path)).status_code == 404
    assert f"/internships/{posting_id}" not in (await client.get("/internships")).text

    await sign_in(connection, client, scene.manager)
    assert "Sie meldet sich nie." in (await client.get(f"/companies/{scene.company_id}/postings")).text
    assert (await client.post(f"/postings/{posting_id}/steps", data={"step": "resume"})).status_code == 409
    await sign_in(connection, client, scene.staff)
    verification = f"/district/internships/companies/{scene.company_id}/verification"
    assert (await client.post(verification, data={"proof": "letter"})).status_code == 303
    await sign_in(connection, client, scene.manager)
    assert (await client.post(f"/postings/{posting_id}/steps", data={"step": "resume"})).status_code == 303
    assert (await client.get(f"/internships/{posting_id}")).status_code == 200


async def test_while_people_apply_only_places_deadline_and_mentor_change(
    connection: Connection, client: httpx.AsyncClient, scene: Scene
) -> None:
    posting_id = await make_posting(
        connection, scene.company_id, scene.space_id, mentor_id=scene.manager.id, places=3, taken=2
    )
    mentor = await make_person(connection, "mentorin@example.org")
    await make_member(connection, scene.company_id, mentor, "mentor")
    await sign_in(connection, client, scene.manager)
    assert (await client.post(f"/postings/{posting_id}/change", data=posting_form(scene))).status_code == 409
    terms = {"places": "1", "deadline": f"{today()}", "mentor": f"{mentor.id}", "version": "1"}
    refused = await client.post(f"/postings/{posting_id}/terms", data=terms)
    assert refused.status_code == 409
    assert "schon 2 Plätze" in refused.text
    terms["places"] = "2"
    assert (await client.post(f"/postings/{posting_id}/terms", data=terms)).status_code == 303
    assert (await client.post(f"/postings/{posting_id}/terms", data=terms)).status_code == 409
    wrong = {**terms, "deadline": "2020-01-01", "mentor": "1", "version": ""}
    refused = await client.post(f"/postings/{posting_id}/terms", data=wrong)
    assert refused.status_code == 422
    assert 'id="error-deadline"' in refused.text
    assert 'id="error-mentor"' in refused.text
    row = await connection.fetchrow("SELECT places, mentor_id, version FROM posting WHERE id = $1", posting_id)
    assert tuple(row or ()) == (2, mentor.id, 2)


async def test_members_are_named_and_one_manager_stays(
    connection: Connection, client: httpx.AsyncClient, scene: Scene
) -> None:
    await sign_in(connection, client, scene.manager)
    root = f"/companies/{scene.company_id}/members"
    assert (await client.post(root, data={"email": "kein", "role": "mentor"})).status_code == 422
    assert (await client.post(root, data={"email": "Neu@example.org", "role": "mentor"})).status_code == 303
    assert (await client.post(root, data={"email": "neu@example.org", "role": "mentor"})).status_code == 303
    assert await mails(connection, "membership") == ["neu@example.org"]
    alone = await client.post(f"{root}/{scene.manager.id}/removal")
    assert alone.status_code == 409
    assert "braucht jemanden, der sie leitet" in alone.text
    assert (await client.post(root, data={"email": scene.manager.email, "role": "mentor"})).status_code == 409
    new = await connection.fetchval("SELECT id FROM person WHERE email = 'neu@example.org'")
    posting_id = await make_posting(connection, scene.company_id, scene.space_id, mentor_id=new)
    assert (await client.post(f"{root}/{new}/removal")).status_code == 303
    assert (await client.post(f"{root}/{new}/removal")).status_code == 404
    assert await connection.fetchval("SELECT mentor_id FROM posting WHERE id = $1", posting_id) is None
    assert "Niemand betreut" in (await client.get(f"/postings/{posting_id}")).text


async def test_a_profile_is_changed_once_and_with_all_mistakes_told(
    connection: Connection, client: httpx.AsyncClient, scene: Scene
) -> None:
    await sign_in(connection, client, scene.manager)
    root = f"/companies/{scene.company_id}/profile"
    kept = {**COMPANY, "register_number": "", "version": "1"}
    wrong = await client.post(root, data={**kept, "postal_code": "6765", "website": "javascript:x"})
    assert 'id="error-postal_code"' in wrong.text
    assert 'id="error-website"' in wrong.text
    assert (await client.post(root, data=kept)).status_code == 303
    assert (await client.post(root, data=kept)).status_code == 409
    assert await connection.fetchval("SELECT website FROM company") == "https://www.datenwerk.example"


async def test_a_draft_is_no_one_elses_but_the_companys(
    connection: Connection, client: httpx.AsyncClient, resident: Person, scene: Scene
) -> None:
    posting_id = await make_posting(connection, scene.company_id, scene.space_id, status="draft", published_at=None)
    for who, status in ((scene.staff, 404), (resident, 403), (scene.manager, 403)):
        await sign_in(connection, client, who)
        assert (await client.get(f"/district/internships/postings/{posting_id}")).status_code == status
        assert (await client.get(f"/internships/{posting_id}")).status_code == 404


async def test_a_mentor_is_told_what_they_do_for_a_company(
    connection: Connection, client: httpx.AsyncClient, resident: Person, scene: Scene
) -> None:
    await make_member(connection, scene.company_id, resident, "mentor")
    await sign_in(connection, client, resident)
    assert "Sie betreuen Praktika" in (await client.get("/companies/mine")).text


async def test_response_rate_is_shown_in_public_once_there_are_enough(
    connection: Connection, client: httpx.AsyncClient, scene: Scene
) -> None:
    posting_id = await make_posting(connection, scene.company_id, await make_space(connection))

    async def applied(number: int, days_ago: int, *happened: tuple[int, str, str]) -> None:
        person = await make_person(connection, f"bewerbung{number}@example.org")
        submitted = datetime.now(BERLIN) - timedelta(days=days_ago)
        application_id = await make_application(connection, posting_id, person, submitted_at=submitted)
        for after_days, acted_as, to in happened:
            await connection.execute(
                """INSERT INTO internship_event (application_id, from_status, to_status, acted_as, at)
                   VALUES ($1, 'submitted', $2, $3, $4)""",
                application_id, to, acted_as, submitted + timedelta(days=after_days),
            )  # fmt: skip

    answered = (3, "company", "shortlisted")
    for number in range(3):
        await applied(number, 60, (0, "applicant", "submitted"), answered)
    await applied(3, 30, (14, "worker", "expired"))
    await applied(4, 3, (0, "applicant", "submitted"))  # there is still time
    await applied(5, 40, (2, "applicant", "withdrawn"))  # nobody waits for an answer
    await applied(6, 400, (14, "worker", "expired"))  # long ago
    page = f"/companies/{scene.company_id}"
    assert "noch zu wenige" in (await client.get(page)).text
    await applied(7, 30, (20, "company", "declined"))  # too late
    assert "auf 60 von 100 Bewerbungen" in (await client.get(page)).text
    assert "auf 60 von 100 Bewerbungen" in (await client.get("/internships")).text
