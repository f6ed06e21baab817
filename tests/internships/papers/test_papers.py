"""Agreement and certificate: tagged PDF with what the law asks for, and a code that says it is genuine."""

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, time
from fractions import Fraction
from typing import Any

import httpx
import pikepdf
import pytest

from landbooking.database import Connection
from landbooking.internships.papers import certificates
from landbooking.internships.papers.agreement import agreement_paper
from landbooking.internships.papers.certificate_paper import certificate_paper
from landbooking.internships.papers.holiday import holiday_days
from landbooking.internships.papers.paper import TEMPLATE, Paper
from landbooking.internships.placements.placement import placement_by_id
from landbooking.language import use_language
from landbooking.typesetting import typeset
from support.applications import subjects_to
from support.people import sign_in
from support.running import Running, come_on, end, make_running, today


@pytest.fixture
async def running(connection: Connection) -> Running:
    return await make_running(connection)


@contextmanager
def opened(pdf: bytes) -> Iterator[Any]:
    """Checked on the way: tagged, with a language, a title that is shown, and PDF/UA's own mark."""
    with pikepdf.open(io.BytesIO(pdf)) as file:
        root = file.Root
        assert root.MarkInfo.Marked
        assert "/StructTreeRoot" in root
        assert root.ViewerPreferences.DisplayDocTitle
        with file.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
            assert metadata["dc:title"]
        yield root


def words_of(paper: Paper) -> str:
    sections = [
        " ".join(
            [
                section.heading,
                *(f"{word}: {value}" for word, value in section.rows),
                *section.lines,
                *section.items,
                *(" ".join(row) for row in section.cells),
            ]
        )
        for section in paper.sections
    ]
    return "\n".join([paper.title, paper.lead, *sections, paper.code_hint, paper.code_address, paper.foot])


async def test_the_agreement_says_what_the_law_asks_for(
    connection: Connection, client: httpx.AsyncClient, running: Running
) -> None:
    """NachwG § 2 (1a) sentence 2, number by number."""
    await connection.execute("UPDATE placement SET status = 'agreement_draft'")
    await sign_in(connection, client, running.intern)
    assert (await client.post(f"{running.page}/address", data={"address": " "})).status_code == 422
    await client.post(f"{running.page}/address", data={"address": "Gartenweg 5, 66869 Kusel"})
    await sign_in(connection, client, running.manager)
    await client.post(f"{running.page}/collective-agreements", data={"notice": "Haustarif vom 1. März"})
    await connection.execute(
        """INSERT INTO placement_signature (placement_id, signatory, email, name, terms_version, signed_at, channel)
           SELECT $1, 'applicant', 'mia@example.org', 'Mia Muster', 1,
                  timestamp '2026-11-20 10:15' AT TIME ZONE time_zone, 'account' FROM district""",
        running.placement_id,
    )
    answer = await client.post(f"{running.page}/collective-agreements", data={"notice": "Anders"})
    assert answer.status_code == 409
    words = words_of(await agreement_paper(connection, await placement_by_id(connection, running.placement_id)))
    for said in (
        "Datenwerk GmbH, Am Markt 3, 67655 Kaiserslautern",
        "Mia Muster, Gartenweg 5, 66869 Kusel",
        "Seiten bauen, die alle lesen können.",
        "Beginn:",
        "14 Tage mit Arbeit",
        "7 Stunden ohne Pausen",
        "15,00\xa0€ je Stunde",
        "Spätestens am letzten Arbeitstag des Monats",
        "0 Werktage",
        "Haustarif vom 1. März",
        "Ort der Arbeit:",
        "Mia Muster Freitag, 20. November 2026, 10:15 Uhr angemeldet",
        "Firma – noch nicht unterschrieben",
        "keine Rechtsberatung",
    ):
        assert said in words, (said, words)
    pdf = await client.get(f"{running.page}/agreement.pdf")
    assert pdf.headers["content-type"] == "application/pdf"
    with opened(pdf.content) as root:
        assert root.Lang == "de"
    with opened((await client.get(f"/en{running.page}/agreement.pdf")).content) as root:
        assert root.Lang == "en"
    assert (await client.get(f"{running.api}/agreement.pdf")).content[:5] == b"%PDF-"


@pytest.mark.parametrize(
    ("first", "last", "birthday", "days"),
    [
        (date(2027, 9, 6), date(2027, 9, 17), date(2000, 1, 1), Fraction(0)),
        (date(2027, 9, 6), date(2027, 10, 5), date(2000, 1, 1), Fraction(2)),
        (date(2027, 9, 6), date(2027, 10, 4), date(2000, 1, 1), Fraction(0)),
        (date(2027, 1, 1), date(2027, 12, 31), date(2000, 1, 1), Fraction(24)),
        (date(2027, 1, 1), date(2027, 12, 31), date(2012, 6, 1), Fraction(30)),
        (date(2027, 9, 6), date(2027, 10, 5), date(2012, 6, 1), Fraction(3)),  # 2.5, made full
        (date(2027, 9, 6), date(2027, 10, 5), date(2010, 6, 1), Fraction(9, 4)),  # 16 in January: 27 a year
        (date(2027, 9, 6), date(2027, 10, 5), date(2009, 6, 1), Fraction(25, 12)),
        (date(2027, 9, 6), date(2027, 10, 5), date(2009, 1, 1), Fraction(2)),  # 18 on the first of January
    ],
)
def test_holiday_follows_the_law(first: date, last: date, birthday: date, days: Fraction) -> None:
    """BUrlG §§ 3, 5; JArbSchG § 19 (2)."""
    assert holiday_days(first, last, birthday) == days


async def test_a_certificate_says_what_was_there(
    connection: Connection, client: httpx.AsyncClient, running: Running
) -> None:
    came = await come_on(connection, running, 3)
    await connection.execute(
        """INSERT INTO placement_task (placement_id, week, text, done_at)
           VALUES ($1, 1, 'Startseite entworfen', now()), ($1, 1, 'Nie gemacht', NULL)""",
        running.placement_id,
    )
    await sign_in(connection, client, running.manager)
    assert (await client.post(f"{running.page}/certificate")).status_code == 409
    await end(connection, running)
    assert "Bescheinigung ausstellen" in (await client.get(running.page)).text
    assert (await client.post(f"{running.page}/certificate")).status_code == 303
    assert await subjects_to(connection, running.intern) == ["Ihre Praktikumsbescheinigung ist da"]
    issued = await certificates.certificate_of(connection, running.placement_id)
    assert issued is not None
    assert (issued.on_it.days, issued.on_it.minutes, issued.on_it.present_minutes) == (came, 3 * 7 * 60, 3 * 7 * 60)
    await connection.execute("UPDATE person SET name = 'Anders' WHERE id = $1", running.intern.id)
    words = words_of(certificate_paper(issued, "https://buchen.example.org"))
    for said in ("Mia Muster hat bei Datenwerk GmbH", "Startseite entworfen", "Anna Anleitung", "Seiten bauen",
                 f"https://buchen.example.org/certificates/{certificates.printed(issued.code)}"):  # fmt: skip
        assert said in words
    assert "Nie gemacht" not in words
    await sign_in(connection, client, running.intern)
    for path in (f"{running.page}/certificate.pdf", f"{running.api}/certificate.pdf"):
        with opened((await client.get(path)).content) as root:
            assert root.Lang == "de"


async def test_nobody_gets_one_for_nothing(connection: Connection, client: httpx.AsyncClient, running: Running) -> None:
    await end(connection, running, "discontinued")
    await sign_in(connection, client, running.staff)
    answer = await client.post(f"{running.page}/certificate")
    assert answer.status_code == 409
    assert "Darüber gibt es keine Bescheinigung" in answer.text


async def test_the_code_says_genuine_and_no_more(
    connection: Connection, client: httpx.AsyncClient, running: Running
) -> None:
    await come_on(connection, running, 1)
    await end(connection, running)
    issued = await certificates.issue(connection, running.staff, running.placement_id)
    spoken = certificates.printed(issued.code)
    assert re.fullmatch(r"([A-Z2-9]{4}-){3}[A-Z2-9]{4}", spoken)
    for typed in (spoken, issued.code, spoken.lower()):
        page = await client.get(f"/certificates/{typed}")
        assert (page.status_code, "Diese Bescheinigung ist echt" in page.text) == (200, True)
        answer = await client.get(f"/api/v1/certificates/{typed}")
        assert answer.json() == {"issued_on": f"{today()}", "revoked_at": None}
        for secret in ("Mia", "Muster", "Datenwerk", "Webseiten", "Anleitung", "Kusel Coworking"):
            assert secret not in page.text.replace("Landkreis Kusel", "")
    unknown = [(await client.get(f"/certificates/{code}")) for code in ("A" * 16, "x", spoken[:-1], "%20", "é" * 16)]
    assert {answer.status_code for answer in unknown} == {404}
    assert len({re.sub(r'(href|action|value)="[^"]*"', "", answer.text) for answer in unknown}) == 1
    await sign_in(connection, client, running.manager)
    assert (await client.post(f"{running.page}/certificate/revocation")).status_code == 303
    assert (await client.post(f"{running.api}/certificate/revocation")).json()["revoked_at"]
    assert "Widerrufen am" in (await client.get(f"/certificates/{spoken}")).text
    assert (await client.get(f"{running.page}/certificate.pdf")).status_code == 404
    assert await subjects_to(connection, running.intern) == [
        "Ihre Praktikumsbescheinigung ist da",
        "Ihre Praktikumsbescheinigung ist widerrufen",
    ]


async def test_hours_are_those_of_presence_beside_those_of_the_plan(
    connection: Connection, client: httpx.AsyncClient, running: Running
) -> None:
    """Planned are 8:30 to 16:00 with half an hour from 12:00, seven hours a day."""
    days = await come_on(connection, running, 3)
    for day, came, left in (
        (days[0], time(8, 15), None),  # waited for the work to begin: 7 hours
        (days[1], time(10), time(12, 10)),  # came late, left in the break: 2 hours
        (days[2], time(9, 30), time(14, 45)),  # 4:45
    ):
        await connection.execute(
            """UPDATE placement_day SET checked_in_at = ($1::date + $2::time) AT TIME ZONE time_zone,
                      left_at = ($1::date + $3::time) AT TIME ZONE time_zone FROM district WHERE day = $1""",
            day,
            came,
            left,
        )
    await end(connection, running)
    issued = await certificates.issue(connection, running.staff, running.placement_id)
    assert (issued.on_it.minutes, issued.on_it.present_minutes) == (3 * 7 * 60, (7 + 2) * 60 + 4 * 60 + 45)
    words = words_of(certificate_paper(issued, "https://buchen.example.org"))
    assert "Stunden vom Einchecken bis zum Gehen, ohne Pausen: 13,75" in words
    assert "Stunden laut Plan an diesen Tagen, ohne Pausen: 21" in words
    await sign_in(connection, client, running.intern)
    assert (
        "Da von 10:00 bis 12:10 Uhr"
        in (await client.get(f"{running.page}?week=1")).text + (await client.get(f"{running.page}?week=2")).text
    )
    await sign_in(connection, client, running.manager)
    view = (await client.post(f"{running.api}/certificate")).json()
    assert (view["minutes"], view["present_minutes"]) == (1260, 825)


async def test_a_certificate_of_before_still_says_what_it_said(connection: Connection, running: Running) -> None:
    await come_on(connection, running, 1)
    await end(connection, running)
    await certificates.issue(connection, running.staff, running.placement_id)
    await connection.execute("UPDATE certificate SET stands_on_it = stands_on_it - 'present_minutes'")
    issued = await certificates.certificate_of(connection, running.placement_id)
    assert issued is not None
    words = words_of(certificate_paper(issued, "https://buchen.example.org"))
    assert "Stunden laut Plan an diesen Tagen, ohne Pausen: 7" in words
    assert "Einchecken" not in words


async def test_after_a_revocation_a_new_one_is_issued(
    connection: Connection, client: httpx.AsyncClient, running: Running
) -> None:
    await come_on(connection, running, 1)
    await end(connection, running)
    old = await certificates.issue(connection, running.staff, running.placement_id)
    await sign_in(connection, client, running.manager)
    seen = re.findall(r'name="code" value="([^"]+)"', (await client.get(running.page)).text)
    assert seen == [old.code]
    assert (await client.post(f"{running.page}/certificate/revocation", data={"code": old.code})).status_code == 303
    shown = (await client.get(running.page)).text
    assert "widerrufen am" in shown
    assert "Neue Bescheinigung ausstellen" in shown
    await come_on(connection, running, 2)  # what was wrong is set right
    assert (await client.post(f"{running.page}/certificate")).status_code == 303
    again = (await client.post(f"{running.api}/certificate")).json()
    assert (len(again["days"]), again["revoked_at"]) == (2, None)
    assert again["code"] != certificates.printed(old.code)
    assert "Widerrufen am" in (await client.get(f"/certificates/{old.code}")).text
    assert (await client.get(f"/api/v1/certificates/{old.code}")).json()["revoked_at"]
    assert "Diese Bescheinigung ist echt" in (await client.get(f"/certificates/{again['code']}")).text
    assert (await client.get(f"{running.page}/certificate.pdf")).status_code == 200
    stale = await client.post(f"{running.page}/certificate/revocation", data={"code": old.code})
    assert stale.status_code == 409
    assert "Diese Bescheinigung ist echt" in (await client.get(f"/certificates/{again['code']}")).text
    assert await subjects_to(connection, running.intern) == [
        "Ihre Praktikumsbescheinigung ist da",
        "Ihre Praktikumsbescheinigung ist widerrufen",
        "Ihre Praktikumsbescheinigung ist da",
    ]


async def test_codes_are_not_to_be_tried_out(client: httpx.AsyncClient) -> None:
    answers = [(await client.get(f"/certificates/{number:016}")).status_code for number in range(61)]
    assert answers == [404] * 60 + [429]
    assert (await client.get("/api/v1/certificates/A")).status_code == 429


@pytest.mark.parametrize("name", ["Łucja Żółć", "محمد علي", "Mia 🪑🎉", "张三", '#panic() *a* $x$ "\\" <b> // /*'])
@pytest.mark.parametrize("language", ["de", "en"])
async def test_names_of_all_letters_are_printed(
    connection: Connection, running: Running, name: str, language: str
) -> None:
    await come_on(connection, running, 2)
    await connection.execute("UPDATE person SET name = $1", name)
    await connection.execute("UPDATE placement SET tasks = $1, learning_goals = $1, title = $1", name)
    await end(connection, running)
    issued = await certificates.issue(connection, running.staff, running.placement_id)
    with use_language(language):
        for paper in (
            certificate_paper(issued, "https://buchen.example.org"),
            await agreement_paper(connection, await placement_by_id(connection, running.placement_id)),
        ):
            with opened(typeset(TEMPLATE, paper)) as root:
                assert root.Lang == language
