"""Saved searches: one mail a day for all that is new, and a link in it that ends them."""

from typing import Any

import httpx

from conftest import OneConnection
from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.internships.postings.saved import mail_new_postings
from support.internships import make_posting
from support.people import make_person, sign_in
from support.postings import Scene

SEARCHES = "/internships/searches"


async def tell(connection: Connection) -> int:
    """As the worker does it, in the test's transaction."""
    pool: Any = OneConnection(connection)
    return await mail_new_postings(pool)


async def a_day_passes(connection: Connection) -> None:
    """Since all that is there: mails of the day before, what was published, what was told."""
    await connection.execute("UPDATE outbox SET dedupe_key = 'before:' || id || ':' || dedupe_key")
    await connection.execute("UPDATE posting SET published_at = published_at - interval '1 day'")
    await connection.execute("UPDATE saved_search SET told_until = told_until - interval '1 day'")


async def mails(connection: Connection) -> list[dict[str, Any]]:
    rows = await connection.fetch("SELECT context FROM outbox WHERE template LIKE '%/new_postings' ORDER BY id")
    return [row["context"] for row in rows]


async def publish(connection: Connection, scene: Scene, title: str, **columns: Any) -> int:
    posting_id = await make_posting(connection, scene.company_id, scene.space_id, title=title, **columns)
    await connection.execute(
        "UPDATE posting SET published_at = now() - interval '10 minutes' WHERE id = $1", posting_id
    )
    return posting_id


async def test_what_is_new_comes_in_one_mail_a_day(
    connection: Connection, client: httpx.AsyncClient, resident: Person, scene: Scene
) -> None:
    await publish(connection, scene, "Fotos von gestern")
    await sign_in(connection, client, resident)
    for query in ({"words": "Fotos"}, {"words": "Fotos"}, {"field": "it"}, {"words": "Raumfahrt"}):
        assert (await client.post(SEARCHES, data=query)).status_code == 303
    assert await connection.fetchval("SELECT count(*) FROM saved_search") == 3
    assert await tell(connection) == 0
    await a_day_passes(connection)
    await publish(connection, scene, "Fotos für Vereine")
    await publish(connection, scene, "Netze bauen")
    await publish(connection, scene, "Anderes", field="media")
    assert await tell(connection) == 1
    assert await tell(connection) == 0
    [mail] = await mails(connection)
    told = {search["words"]: [line["title"] for line in search["postings"]] for search in mail["searches"]}
    assert told == {"„Fotos“": ["Fotos für Vereine"], "Computer und Programmieren": ["Netze bauen"]}
    await connection.execute("UPDATE saved_search SET told_until = told_until - interval '30 minutes'")
    await connection.execute("UPDATE posting SET published_at = published_at - interval '30 minutes'")
    await publish(connection, scene, "Noch mehr Fotos")
    assert await tell(connection) == 0  # no second one on the same day
    await a_day_passes(connection)
    assert await tell(connection) == 1
    [line] = (await mails(connection))[1]["searches"][0]["postings"]
    assert line["title"] == "Noch mehr Fotos"


async def test_the_link_in_the_mail_ends_it_without_signing_in(
    connection: Connection, client: httpx.AsyncClient, resident: Person, scene: Scene
) -> None:
    await sign_in(connection, client, resident)
    await client.post(SEARCHES, data={"words": "Fotos"})
    await client.post(SEARCHES, data={"words": "Netze"})
    await a_day_passes(connection)
    await publish(connection, scene, "Fotos und Netze")
    assert await tell(connection) == 1
    [mail] = await mails(connection)
    [search] = mail["searches"]  # what two searches find is told once
    client.cookies.clear()
    page = await client.get(search["end_path"])
    assert page.status_code == 200
    assert "„Fotos“" in page.text
    assert await connection.fetchval("SELECT count(*) FROM saved_search") == 2  # opening the link ends nothing
    assert (await client.post(search["end_path"])).status_code == 303
    assert (await client.post(search["end_path"])).status_code == 303
    assert (await client.get(search["end_path"])).status_code == 410
    assert (await client.get(f"{SEARCHES}/end/nonsense")).status_code == 404
    assert await connection.fetchval("SELECT asked->>'words' FROM saved_search") == "Netze"


async def test_searches_are_ones_own_and_ten_at_most(
    connection: Connection, client: httpx.AsyncClient, resident: Person, scene: Scene
) -> None:
    assert (await client.post(SEARCHES, data={"words": "Fotos"})).status_code == 401
    await sign_in(connection, client, resident)
    for number in range(10):
        assert (await client.post(SEARCHES, data={"words": f"Wort {number}"})).status_code == 303
    assert (await client.post(SEARCHES, data={"words": "Elftes"})).status_code == 409
    assert (await client.post(SEARCHES, data={"place": "Nirgendwo"})).status_code == 422
    search_id = await connection.fetchval("SELECT min(id) FROM saved_search")
    await sign_in(connection, client, await make_person(connection, "andere@example.org"))
    assert (await client.post(f"{SEARCHES}/{search_id}/end")).status_code == 404
    assert "Wort" not in (await client.get(SEARCHES)).text
    await sign_in(connection, client, resident)
    assert "„Wort 0“" in (await client.get(SEARCHES)).text
    assert (await client.post(f"{SEARCHES}/{search_id}/end")).status_code == 303
    assert "„Wort 0“" not in (await client.get(SEARCHES)).text


async def test_a_place_that_has_gone_ends_no_other_search(
    connection: Connection, client: httpx.AsyncClient, resident: Person, scene: Scene
) -> None:
    await sign_in(connection, client, resident)
    await client.post(SEARCHES, data={"place": "Kusel"})
    await client.post(SEARCHES, data={"words": "Fotos"})
    await connection.execute("""UPDATE saved_search SET asked = '{"place": "Atlantis"}' WHERE asked ? 'place'""")
    await a_day_passes(connection)
    await publish(connection, scene, "Fotos")
    assert await tell(connection) == 1
