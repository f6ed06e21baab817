"""CVs: which files are taken, what a wrong one leaves of the form, and who reads them."""

import io
import zlib
from collections.abc import Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pikepdf
import pytest

from conftest import OneConnection
from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.internships.applications import apply_pages
from landbooking.internships.applications.pdf import Pdf
from landbooking.settings import Settings
from support.applications import Scene, a_pdf, complete, draft_of, make_scene
from support.internships import make_application, make_company, make_member
from support.people import bearer, client_for, make_person, sign_in
from support.spaces import make_district

MEGABYTE = 1024 * 1024


@pytest.fixture
async def scene(connection: Connection, client: httpx.AsyncClient, resident: Person) -> Scene:
    scene = await make_scene(connection)
    await sign_in(connection, client, resident)
    return scene


def with_content(data: bytes, filters: int = 1) -> bytes:
    """A PDF whose only page is drawn by this, packed so many times."""
    for _ in range(filters):
        data = zlib.compress(data, 9)
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page()
        names = pikepdf.Array([pikepdf.Name.FlateDecode] * filters)
        page.obj.Contents = pikepdf.Stream(pdf, data, Filter=names)
        return saved(pdf, stream_decode_level=pikepdf.StreamDecodeLevel.none)


def with_script() -> bytes:
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
        return saved(pdf)


def with_file() -> bytes:
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.attachments["rechnung.exe"] = b"MZ"
        return saved(pdf)


def saved(pdf: Any, **options: Any) -> bytes:
    file = io.BytesIO()
    pdf.save(file, **options)
    return file.getvalue()


# Made by the test that sends it: to pack a bomb takes seconds, which every test process would spend at its start.
WRONG: dict[str, tuple[Callable[[], bytes], str]] = {
    "a picture with the right name": (lambda: b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "kein PDF"),
    "a web page": (lambda: b"<html>%PDF-1.7</html>", "kein PDF"),
    "nothing": (lambda: b"", "leer"),
    "only a beginning": (lambda: b"%PDF-1.7\n", "beschädigt"),
    "cut off": (lambda: a_pdf(3)[:-300], "beschädigt"),
    "nonsense": (lambda: b"%PDF-1.7\n" + bytes(range(256)) * 40, "beschädigt"),
    "five megabytes and a byte": (lambda: a_pdf() + b"\n" * (5 * MEGABYTE), "höchstens 5 MB"),
    "six megabytes": (lambda: a_pdf() + b"\n" * (6 * MEGABYTE), "höchstens 5 MB"),
    "a password to open it": (lambda: a_pdf(encryption=pikepdf.Encryption(owner="a", user="b")), "Passwort"),
    "a password to change it": (lambda: a_pdf(encryption=pikepdf.Encryption(owner="a", user="")), "Passwort"),
    "thirty-one pages": (lambda: a_pdf(31), "zu viele Seiten"),
    "a script": (with_script, "Programme"),
    "a file inside": (with_file, "Programme"),
    "a bomb": (lambda: with_content(b"\0" * (300 * MEGABYTE)), "zu aufwendig"),
    "a bomb in a bomb in a bomb": (lambda: with_content(b"\0" * (300 * MEGABYTE), filters=3), "zu aufwendig"),
}


@pytest.mark.parametrize("what", WRONG)
async def test_a_wrong_file_is_refused_and_the_form_kept(
    connection: Connection, client: httpx.AsyncClient, resident: Person, scene: Scene, what: str
) -> None:
    content, said = WRONG[what]
    form = {**complete(letter="Mein Anschreiben"), "action": "submit"}
    answer = await client.post(scene.form, data=form, files={"cv": ("lebenslauf.pdf", content(), "application/pdf")})
    assert answer.status_code == 422, answer.text[:500]
    assert 'href="#field-cv"' in answer.text
    assert said in answer.text
    assert "Mein Anschreiben" in answer.text
    assert (await draft_of(connection, resident))["letter"] == "Mein Anschreiben"
    assert await connection.fetchval("SELECT count(*) FROM application_cv") == 0


@pytest.mark.parametrize("name", ["../../etc/passwd", "C:\\lebenslauf.exe", "a\r\nX: y.pdf", "ä" * 300, "bild.png"])
async def test_what_a_file_is_called_does_not_matter(
    connection: Connection, client: httpx.AsyncClient, scene: Scene, name: str
) -> None:
    content = a_pdf(2)
    sent = await client.post(scene.form, data={**complete(), "action": "save"}, files={"cv": (name, content)})
    assert sent.status_code == 303
    row = await connection.fetchrow("SELECT pages, application_id FROM application_cv")
    assert row
    assert row["pages"] == 2
    answer = await client.get(f"/applications/{row['application_id']}/cv")
    assert answer.content == content
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"] == 'attachment; filename="lebenslauf.pdf"'
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"


async def test_what_is_far_too_large_leads_back_to_the_form(client: httpx.AsyncClient, scene: Scene) -> None:
    answer = await client.post(
        scene.form, data=complete(), files={"cv": ("lebenslauf.pdf", b"%PDF-" + b"0" * 9_000_000)}
    )
    assert answer.status_code == 413
    assert scene.form in answer.text


async def test_megabytes_of_fields_are_not_taken_apart(
    connection: Connection, client: httpx.AsyncClient, resident: Person, scene: Scene
) -> None:
    answer = await client.post(
        scene.form,
        content=b"letter=verloren&" + b"a&" * 2_900_000,
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    assert answer.status_code == 303
    assert await draft_of(connection, resident) == {}


async def test_a_cv_is_replaced_and_removed_until_it_is_sent(
    connection: Connection, client: httpx.AsyncClient, scene: Scene
) -> None:
    for pages in (1, 3):
        await client.post(scene.form, data={**complete(), "action": "save"}, files={"cv": ("a.pdf", a_pdf(pages))})
    assert [row["pages"] for row in await connection.fetch("SELECT pages FROM application_cv")] == [3]
    assert "Lebenslauf entfernen" in (await client.get(scene.form)).text
    await client.post(scene.form, data={**complete(), "action": "remove_cv"})
    assert await connection.fetchval("SELECT count(*) FROM application_cv") == 0
    await client.post(scene.form, data={**complete(), "action": "submit"}, files={"cv": ("a.pdf", a_pdf())})
    sent = await connection.fetchval("SELECT id FROM application WHERE status = 'submitted'")
    late = await client.put(f"/api/v1/applications/{sent}/cv", content=a_pdf(2))
    assert late.status_code == 404
    assert await connection.fetchval("SELECT pages FROM application_cv") == 1


SHOWN_IN = {
    "draft": 404, "submitted": 404, "shortlisted": 200, "interview": 200, "offered": 200, "accepted": 200,
    "declined": 404, "withdrawn": 404, "expired": 404, "lapsed": 404, "cancelled": 404,
}  # fmt: skip


@pytest.mark.parametrize("status", SHOWN_IN)
async def test_a_company_reads_it_after_the_first_look_and_before_the_end(
    connection: Connection, client: httpx.AsyncClient, resident: Person, scene: Scene, status: str
) -> None:
    columns = {"declined_by": "company"} if status == "declined" else {}
    until = {"offer_until_at": await connection.fetchval("SELECT now()")} if status == "offered" else {}
    application_id = await make_application(connection, scene.posting_id, resident, status=status, **columns, **until)
    await connection.execute(
        "INSERT INTO application_cv (application_id, pdf, pages) VALUES ($1, $2, 1)", application_id, a_pdf()
    )
    assert (await client.get(f"/applications/{application_id}/cv")).status_code == 200
    await sign_in(connection, client, scene.manager)
    one = f"{scene.company}/{application_id}"
    assert (await client.get(f"{one}/cv")).status_code == SHOWN_IN[status]
    token = await bearer(connection, scene.manager)
    program = await client.get(f"/api/v1/companies/{scene.company_id}/applications/{application_id}/cv", headers=token)
    assert program.status_code == SHOWN_IN[status]
    assert ("Lebenslauf herunterladen" in (await client.get(one)).text) == (SHOWN_IN[status] == 200)


async def test_nobody_else_reads_it(
    connection: Connection, client: httpx.AsyncClient, resident: Person, outsider: Person, scene: Scene
) -> None:
    application_id = await make_application(connection, scene.posting_id, resident, status="shortlisted")
    await connection.execute(
        "INSERT INTO application_cv (application_id, pdf, pages) VALUES ($1, $2, 1)", application_id, a_pdf()
    )
    staff = await make_person(connection, "kreis@x.example", role="staff", district_id=await make_district(connection))
    operator = await make_person(connection, "betreiber@x.example", role="operator")
    mentor = await make_person(connection, "mentorin@x.example")
    await make_member(connection, scene.company_id, mentor, "mentor")
    elsewhere = await make_company(connection, outsider, name="Andere GmbH")
    for somebody in (staff, operator, mentor, outsider):
        await sign_in(connection, client, somebody)
        for path in (f"/applications/{application_id}/cv", f"{scene.company}/{application_id}/cv",
                     f"/company/{elsewhere}/applications/{application_id}/cv"):  # fmt: skip
            assert (await client.get(path)).status_code == 404, (somebody.email, path)


class Counted(OneConnection):
    """Knows how many requests have a connection in hand."""

    lent = 0

    @asynccontextmanager
    async def acquire(self, timeout: float | None = None) -> Any:  # noqa: ASYNC109 asyncpg's
        self.lent += 1
        try:
            yield self.connection
        finally:
            self.lent -= 1


async def test_no_connection_waits_for_a_pdf(
    connection: Connection, settings: Settings, scene: Scene, resident: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool = Counted(connection)
    seen = []

    async def pdf_in(posted: Any, name: str) -> Pdf:
        seen.append(pool.lent)
        return Pdf(b"%PDF-", 1)

    monkeypatch.setattr(apply_pages, "pdf_in", pdf_in)
    async with client_for(settings, pool) as client:
        await sign_in(connection, client, resident)
        answer = await client.post(scene.form, data=complete(), files={"cv": ("a.pdf", b"%PDF-")})
    assert answer.status_code == 303
    assert seen == [0]
    assert await connection.fetchval("SELECT count(*) FROM application_cv") == 1
