"""A district's staff and their spaces."""

from email.message import EmailMessage

import httpx
import msgspec
import pytest

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.notifications.mail import OutboxRow, compose
from landbooking.settings import Settings
from support.hosting import Place
from support.people import make_person, sign_in
from support.spaces import make_district, make_municipality, make_space

FORM = {
    "municipality": "Kusel",
    "name": "Alte Schmiede",
    "street": "Am Bach 3",
    "postal_code": "66869",
    "town": "Kusel",
    "features": ["wifi"],
}


@pytest.fixture
async def staff(connection: Connection, client: httpx.AsyncClient, place: Place) -> Person:
    """Signed in on the client."""
    district_id = await make_district(connection)
    person = await make_person(connection, "kreis@example.org", role="staff", district_id=district_id)
    await sign_in(connection, client, person)
    return person


@pytest.fixture
async def elsewhere(connection: Connection) -> int:
    """A space of another district."""
    municipality_id = await make_municipality(connection, "07335001", name="Bruchmühlbach")
    return await make_space(connection, name="Fremder Raum", municipality_id=municipality_id)


async def test_staff_see_their_own_district_and_operators_all(
    connection: Connection, client: httpx.AsyncClient, place: Place, staff: Person, elsewhere: int
) -> None:
    text = (await client.get("/district")).text
    assert "Alte Schule" in text
    assert "Fremder Raum" not in text
    await sign_in(connection, client, await make_person(connection, "betrieb@example.org", role="operator"))
    assert "Fremder Raum" in (await client.get("/district")).text
    assert (await client.get(f"/district/spaces/{elsewhere}")).status_code == 200


async def test_another_district_is_refused(client: httpx.AsyncClient, staff: Person, elsewhere: int) -> None:
    root = f"/district/spaces/{elsewhere}"
    assert (await client.get(root)).status_code == 403
    assert (await client.post(f"{root}/hosts", data={"email": "a@example.org"})).status_code == 403
    assert (await client.post(f"{root}/hosts/1/removal")).status_code == 403
    assert (await client.post(f"{root}/publication", data={"published": "no"})).status_code == 403
    answer = await client.post("/district/spaces/new", data={**FORM, "municipality": "Bruchmühlbach"})
    assert answer.status_code == 422
    assert "liegt nicht in Ihrem Landkreis" in answer.text


async def test_what_is_not_there_is_not_found(client: httpx.AsyncClient, staff: Person) -> None:
    assert (await client.get("/district/spaces/2147483647")).status_code == 404
    assert (await client.get("/district/spaces/2147483648")).status_code == 404


async def test_a_space_is_created_unpublished_at_the_villages_centre(
    connection: Connection, client: httpx.AsyncClient, place: Place, staff: Person
) -> None:
    assert "Raum anlegen" in (await client.get("/district/spaces/new")).text
    answer = await client.post("/district/spaces/new", data=FORM)
    assert answer.status_code == 303
    [row] = await connection.fetch("SELECT id, lat, published, features FROM space WHERE name = 'Alte Schmiede'")
    assert tuple(row)[1:] == (49.5383, False, ["wifi"])
    assert answer.headers["location"] == f"/district/spaces/{row['id']}"


async def test_a_name_that_two_districts_have_is_listed_as_it_is_understood(
    connection: Connection, client: httpx.AsyncClient, staff: Person
) -> None:
    for ags in ("07336061", "07335061"):
        await make_municipality(connection, ags, name="Medard", association=f"Verband {ags[:5]}")
    page = (await client.get("/district/spaces/new")).text
    assert 'value="Medard, Verband 07336"' in page
    assert "Verband 07335" not in page
    answer = await client.post("/district/spaces/new", data={**FORM, "municipality": "Medard, Verband 07336"})
    assert answer.status_code == 303


async def test_every_mistake_is_told_at_once_and_nothing_is_lost(
    client: httpx.AsyncClient, staff: Person, elsewhere: int
) -> None:
    answer = await client.post(
        "/district/spaces/new",
        data={**FORM, "municipality": "Atlantis", "postal_code": "1", "lat": "x", "features": ["gold", "wifi"]},
    )
    assert answer.status_code == 422
    for field in ("municipality", "postal_code", "lat", "lon", "features"):
        assert f'id="error-{field}"' in answer.text
    assert 'value="Atlantis"' in answer.text
    assert "Am Bach 3" in answer.text
    answer = await client.post("/district/spaces/new", data={**FORM, "municipality": "Bruchmühlbach", "town": ""})
    assert answer.text.count('class="field-error"') == 2
    empty = await client.post("/district/spaces/new", data={})
    assert empty.text.count('class="field-error"') == 5


async def test_hosts_are_named_and_removed(
    connection: Connection, client: httpx.AsyncClient, place: Place, staff: Person, resident: Person
) -> None:
    root = f"/district/spaces/{place.space_id}"
    for email in ("Anwohnerin@Example.org", "anwohnerin@example.org", "neu@example.org"):
        assert (await client.post(f"{root}/hosts", data={"email": email})).status_code == 303
    text = (await client.get(root)).text
    assert "neu@example.org" in text
    hosts = "SELECT count(*) FROM space_host WHERE space_id = $1"
    assert await connection.fetchval(hosts, place.space_id) == 3
    assert (await client.post(f"{root}/hosts/{resident.id}/removal")).status_code == 303
    assert (await client.post(f"{root}/hosts/{resident.id}/removal")).status_code == 303
    assert await connection.fetchval(hosts, place.space_id) == 2


async def test_who_is_named_or_removed_is_told_by_mail_in_their_language(
    connection: Connection, client: httpx.AsyncClient, settings: Settings, place: Place, staff: Person
) -> None:
    root = f"/district/spaces/{place.space_id}"
    english = await make_person(connection, "englisch@example.org", name="Ein Name", language="en")
    for _ in range(2):  # a double click says it once
        await client.post(f"{root}/hosts", data={"email": "englisch@example.org"})
    for _ in range(2):
        await client.post(f"{root}/hosts/{english.id}/removal")
    await client.post(f"{root}/hosts", data={"email": "englisch@example.org"})
    await client.post(f"{root}/hosts", data={"email": "neu@example.org"})
    rows = await connection.fetch("SELECT id, recipient, language, template, context, attempts FROM outbox ORDER BY id")
    mails = [compose(settings, msgspec.convert(dict(row), OutboxRow)) for row in rows]
    assert [(str(mail["To"]), str(mail["Subject"])) for mail in mails] == [
        ("englisch@example.org", "You now look after a space"),
        ("englisch@example.org", "You no longer look after a space"),
        ("englisch@example.org", "You now look after a space"),
        ("neu@example.org", "Sie betreuen jetzt einen Raum"),
    ]
    for mail in mails:
        for part in mail.iter_parts():
            assert isinstance(part, EmailMessage)
            assert "Alte Schule" in part.get_content()
    address = f"{settings.base_url}/host/spaces/{place.space_id}"
    assert all(address in part.get_content() for part in mails[3].iter_parts() if isinstance(part, EmailMessage))


@pytest.mark.parametrize("email", ["", "niemand", "a@b", "x" * 300 + "@example.org", "a@example.org, b@example.org"])
async def test_an_address_that_is_none_is_told(
    connection: Connection, client: httpx.AsyncClient, place: Place, staff: Person, email: str
) -> None:
    answer = await client.post(f"/district/spaces/{place.space_id}/hosts", data={"email": email})
    assert answer.status_code == 422
    assert 'id="error-email"' in answer.text
    assert await connection.fetchval("SELECT count(*) FROM space_host") == 1


async def test_a_space_is_published_and_taken_down(
    connection: Connection, client: httpx.AsyncClient, place: Place, staff: Person
) -> None:
    root = f"/district/spaces/{place.space_id}"
    published = "SELECT published FROM space WHERE id = $1"
    await client.post(f"{root}/publication", data={"published": "no"})
    assert not await connection.fetchval(published, place.space_id)
    assert "Der Raum wird nicht mehr gezeigt." in (await client.get(root)).text
    await client.post(f"{root}/publication", data={"published": "yes"})
    assert await connection.fetchval(published, place.space_id)
    assert (await client.post(f"{root}/publication", data={"published": "vielleicht"})).status_code == 422


async def test_staff_who_host_nothing_are_shown_the_way(client: httpx.AsyncClient, staff: Person) -> None:
    assert "Räume des Kreises ansehen" in (await client.get("/host")).text
