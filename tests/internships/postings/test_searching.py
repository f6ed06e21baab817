"""Finding an internship: what fits and what does not, its page for people and for search engines, and the feed."""

import json
import re
from datetime import datetime, time, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from xml.etree import ElementTree

import httpx
import pytest
from asyncpg import Range

from landbooking.accounts.person import Person
from landbooking.database import Connection
from support.internships import make_company, make_posting
from support.people import sign_in
from support.postings import Scene, today
from support.spaces import BERLIN, make_municipality, make_space


async def found(client: httpx.AsyncClient, **query: Any) -> list[str]:
    """The titles, in their order."""
    answer = await client.get("/internships", params=query)
    assert answer.status_code == 200, answer.text
    return re.findall(r'class="card-link"[^>]*>([^<]+)<', answer.text)


async def test_words_are_found_in_whatever_form_and_the_best_first(
    connection: Connection, client: httpx.AsyncClient, scene: Scene
) -> None:
    for title, tasks, skills in (
        ("Buchhaltung", "Rechnungen prüfen und ablegen", "gern Fotos"),
        ("Fotografieren", "Sie fotografieren Produkte für den Laden", ""),
        ("Fotos bearbeiten", "Fotos, Bilder und Filme", ""),
    ):
        await make_posting(connection, scene.company_id, scene.space_id, title=title, tasks=tasks, skills=skills)
    assert await found(client, words="Fotos") == ["Fotos bearbeiten", "Buchhaltung"]
    assert await found(client, words="Foto") == ["Fotos bearbeiten", "Fotografieren", "Buchhaltung"]
    assert await found(client, words="Rechnung") == ["Buchhaltung"]
    assert await found(client, words="Produkt") == ["Fotografieren"]
    assert await found(client, words="fotos -film") == ["Buchhaltung"]
    assert await found(client, words='"Bilder und Filme"') == ["Fotos bearbeiten"]
    assert await found(client, words="Raumfahrt") == []
    assert await found(client, words="'; & | ! (") == []
    assert len(await found(client)) == 3


async def test_what_one_can_not_apply_for_is_not_found(
    connection: Connection, client: httpx.AsyncClient, scene: Scene
) -> None:
    unverified: dict[str, Any] = {"status": "unverified", "verified_by": None, "verified_at": None}
    other = await make_company(connection, **unverified)
    columns: list[dict[str, Any]] = [
        {"status": "draft"}, {"status": "in_review"}, {"status": "paused"},
        {"status": "closed", "closed_because": "withdrawn"}, {"deadline": today() - timedelta(days=1)},
    ]  # fmt: skip
    ids = [await make_posting(connection, scene.company_id, scene.space_id, **more) for more in columns]
    ids.append(await make_posting(connection, other, scene.space_id))
    assert await found(client) == []
    answers = [(await client.get(f"/internships/{posting_id}")).status_code for posting_id in ids]
    assert answers == [404, 404, 200, 410, 410, 404]
    paused = (await client.get(f"/internships/{ids[2]}")).text
    assert "macht gerade eine Pause" in paused
    assert "ld+json" not in paused
    gone = (await client.get(f"/internships/{ids[3]}")).text
    assert "nicht mehr ausgeschrieben" in gone
    assert "ld+json" not in gone
    await make_posting(connection, scene.company_id, scene.space_id, deadline=today(), title="Bis heute Abend")
    assert await found(client) == ["Bis heute Abend"]


async def test_field_dates_and_age_narrow_it(connection: Connection, client: httpx.AsyncClient, scene: Scene) -> None:
    first = today() + timedelta(days=100)
    await make_posting(
        connection, scene.company_id, scene.space_id, title="A", field="media", minimum_age=18,
        days=Range(first, first + timedelta(days=14)),
    )  # fmt: skip
    await make_posting(
        connection, scene.company_id, scene.space_id, title="B", minimum_age=15,
        days=Range(first + timedelta(days=21), first + timedelta(days=35)),
    )  # fmt: skip
    assert await found(client, field="media") == ["A"]
    assert await found(client, age=17) == ["B"]
    assert await found(client, age=18) == ["B", "A"]
    assert await found(client, first=f"{first + timedelta(days=13)}", last=f"{first + timedelta(days=20)}") == ["A"]
    assert await found(client, first=f"{first - timedelta(days=5)}", last=f"{first - timedelta(days=1)}") == []
    assert "A" in await found(client, last=f"{first}")
    assert "B" in await found(client, first=f"{first + timedelta(days=14)}")


async def test_nearness_is_that_of_the_nearest_space_and_rides_lead_there(
    connection: Connection, client: httpx.AsyncClient, scene: Scene
) -> None:
    town = await make_municipality(
        connection, "07336058", name="Lauterecken", lat=49.6497, lon=7.5925, association="Lauterecken-Wolfstein"
    )
    there = await make_space(connection, municipality_id=town, name="Dorfbüro", town="Lauterecken", lat=49.65, lon=7.59)
    await make_posting(connection, scene.company_id, there, title="Nur in Lauterecken")
    await make_posting(connection, scene.company_id, scene.space_id, there, title="Beides")
    assert await found(client, place="Kusel", km=10) == ["Beides"]
    assert await found(client, place="Kusel", km=20) == ["Beides", "Nur in Lauterecken"]
    shown = (await client.get("/internships", params={"place": "Lauterecken", "km": 5})).text
    assert shown.count("Dorfbüro, 0 km entfernt") == 2
    assert "/rides?to=Lauterecken&amp;day=2027-09-06" in shown  # nobody rides from there to there
    shown = (await client.get("/internships", params={"place": "Kusel", "km": 20})).text
    assert "/rides/search?from=Kusel&amp;to=Lauterecken&amp;day=2027-09-06" in shown
    wrong = await client.get("/internships", params={"place": "Nirgendwo", "age": "alt", "first": "morgen"})
    assert wrong.status_code == 422
    for field in ("place", "age", "first"):
        assert f'id="error-{field}"' in wrong.text


async def test_pages_follow_each_other(connection: Connection, client: httpx.AsyncClient, scene: Scene) -> None:
    for number in range(25):
        await make_posting(connection, scene.company_id, scene.space_id, title=f"Praktikum {number:02}")
    first = await client.get("/internships?words=praktikum")
    titles = re.findall(r'class="card-link"[^>]*>([^<]+)<', first.text)
    [following] = re.findall(r'href="(/internships\?[^"]*after=[^"]*)" rel="next"', first.text)
    second = await client.get(following.replace("&amp;", "&"))
    rest = re.findall(r'class="card-link"[^>]*>([^<]+)<', second.text)
    assert (len(titles), len(rest)) == (20, 5)
    assert titles + rest == [f"Praktikum {number:02}" for number in range(24, -1, -1)]
    assert 'rel="next"' not in second.text


async def test_search_engines_read_what_people_read(
    connection: Connection, client: httpx.AsyncClient, scene: Scene
) -> None:
    deadline = today() + timedelta(days=30)
    posting_id = await make_posting(
        connection, scene.company_id, scene.space_id, title="Seiten </script><script>alert(1)</script> & mehr",
        tasks="Erst dies.\nDann <b>das</b>.", places=3, taken=1, deadline=deadline,
    )  # fmt: skip
    answer = await client.get(f"/internships/{posting_id}")
    assert "alert(1)</script>" not in answer.text
    [block] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', answer.text, re.DOTALL)
    job = json.loads(block)
    assert (job["@context"], job["@type"]) == ("https://schema.org/", "JobPosting")
    assert job["title"] == "Seiten </script><script>alert(1)</script> & mehr"
    assert job["description"].startswith("<p>Erst dies.</p><p>Dann &lt;b&gt;das&lt;/b&gt;.</p>")
    assert (job["employmentType"], job["totalJobOpenings"], job["directApply"]) == ("INTERN", 2, True)
    assert "2 von 3" in answer.text
    ends = datetime.fromisoformat(job["validThrough"])
    assert ends == datetime.combine(deadline, time(23, 59, 59), BERLIN)
    assert job["datePosted"] == f"{today()}"
    assert job["hiringOrganization"]["name"] == "Datenwerk GmbH"
    [place] = job["jobLocation"]
    assert place["address"] == {
        "@type": "PostalAddress", "streetAddress": "Hauptstraße 1", "postalCode": "66869", "addressLocality": "Kusel",
        "addressCountry": "DE",
    }  # fmt: skip
    assert "Hauptstraße 1, 66869 Kusel" in answer.text
    assert job["baseSalary"]["value"] == {"@type": "QuantitativeValue", "value": 15.0, "unitText": "HOUR"}
    assert "15,00" in answer.text
    assert "jobLocationType" not in job
    assert "ld+json" not in (await client.get("/internships")).text
    # A block of data is no script: browsers ask the policy about what they would run.
    assert "script-src 'self'" in answer.headers["content-security-policy"]


async def test_unpaid_ones_say_why_and_name_no_salary(
    connection: Connection, client: httpx.AsyncClient, scene: Scene
) -> None:
    posting_id = await make_posting(connection, scene.company_id, scene.space_id, pay_cents_hour=None, kind="school")
    answer = (await client.get(f"/internships/{posting_id}")).text
    assert "muss nicht bezahlt werden (§ 22 MiLoG, Nr. 1)" in answer
    assert "baseSalary" not in answer


@pytest.mark.parametrize("language", ["de", "en"])
async def test_the_feed_is_rss_2_0(
    connection: Connection, client: httpx.AsyncClient, scene: Scene, language: str
) -> None:
    ids = [
        await make_posting(connection, scene.company_id, scene.space_id, title=title, tasks="Fotos & <mehr>")
        for title in ("Erstes", "Zweites")
    ]
    await make_posting(connection, scene.company_id, scene.space_id, title="Anderes")
    answer = await client.get(f"/{language}/internships/feed.rss?words=fotos")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/rss+xml; charset=utf-8"
    rss = ElementTree.fromstring(answer.content)  # noqa: S314 our own
    assert (rss.tag, rss.get("version"), len(rss)) == ("rss", "2.0", 1)
    channel = rss[0]
    assert [channel.findtext(name) for name in ("title", "link", "description")].count(None) == 0
    assert channel.findtext("language") == language
    [self_link] = channel.findall("{http://www.w3.org/2005/Atom}link")
    assert self_link.get("rel") == "self"
    assert (await client.get(self_link.get("href", ""))).content == answer.content
    items = channel.findall("item")
    assert [item.findtext("title") for item in items] == [
        "Zweites bei Datenwerk GmbH" if language == "de" else "Zweites at Datenwerk GmbH",
        "Erstes bei Datenwerk GmbH" if language == "de" else "Erstes at Datenwerk GmbH",
    ]
    for item, posting_id in zip(items, reversed(ids), strict=True):
        guid = item.find("guid")
        assert guid is not None
        assert guid.get("isPermaLink") == "true"
        assert (guid.text or "").endswith(f"/internships/{posting_id}")
        assert (await client.get(guid.text or "")).status_code == 200
        assert item.findtext("link", "").endswith(f"/{language}/internships/{posting_id}")
        assert parsedate_to_datetime(item.findtext("pubDate", "")).date() is not None
        assert "Fotos & <mehr>" in item.findtext("description", "")
    assert (await client.get("/internships/feed.rss?place=Nirgendwo")).status_code == 422


async def test_the_way_through_applying_is_told_in_easy_language(client: httpx.AsyncClient) -> None:
    easy = (await client.get("/de/internships/easy")).text
    assert 'lang="de-simple"' in easy
    main = easy.partition("<main")[2].partition("</main>")[0]
    headings = [int(level) for level in re.findall(r"<h([1-6])", main)]
    assert headings[0] == 1
    assert set(headings[1:]) == {2}
    sentences = [sentence.strip() for sentence in re.findall(r"<p[^>]*>([^<]+)</p>", main)]
    assert len(sentences) > 40
    for sentence in sentences:
        assert len(sentence.split()) <= 14, sentence
        assert len(re.findall(r"[.?!](?:\s|$)", sentence)) <= 1, sentence
        assert not any(len(part) > 14 for word in sentence.split() for part in re.split(r"[·-]", word)), sentence
    assert "/internships/easy" in (await client.get("/internships")).text


async def test_who_is_signed_in_sees_the_way_from_home(
    connection: Connection, client: httpx.AsyncClient, resident: Person, scene: Scene
) -> None:
    posting_id = await make_posting(connection, scene.company_id, scene.space_id)
    assert "/rides?to=Kusel&amp;day=2027-09-06" in (await client.get(f"/internships/{posting_id}")).text
    home = await make_municipality(connection, "07336100", name="Ulmet", association="Kusel-Altenglan")
    await connection.execute("UPDATE person SET home_id = $1 WHERE id = $2", home, resident.id)
    await sign_in(connection, client, resident)
    assert "/rides/search?from=Ulmet&amp;to=Kusel" in (await client.get(f"/internships/{posting_id}")).text
