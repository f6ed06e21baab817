"""Every mail about companies and postings, written in both languages as its reader gets it."""

from datetime import timedelta
from typing import Any

import pytest

from conftest import OneConnection
from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.internships.companies.company import company_for
from landbooking.internships.companies.registering import change_company, name_member
from landbooking.internships.companies.renaming import refuse_name, rename_company
from landbooking.internships.companies.verification import verify_company
from landbooking.internships.postings.closing import close_postings
from landbooking.internships.postings.posting import posting_by_id
from landbooking.internships.postings.saved import mail_new_postings, save_search
from landbooking.internships.postings.search import Asked
from landbooking.internships.postings.search_form import known_places
from landbooking.internships.postings.suspension import suspend_company
from landbooking.internships.postings.transitions import take_step
from landbooking.notifications.mail import OutboxRow, compose
from landbooking.settings import Settings
from support.companies import profile_of
from support.internships import make_posting
from support.postings import Scene, today

SAYS = {
    "de": {
        "membership": "Sie betreuen jetzt Praktika", "given_back": "Bitte genauer.", "published": "wird jetzt gezeigt",
        "taken_down": "Das ist Werbung.", "renaming": "Datenwerk AG", "name_refusal": "Steht so nicht im Register.",
        "suspension": "Meldet sich nie.", "verification": "bestätigt", "deadline_over": "die Frist vorbei ist",
        "filled": "alle Plätze sind vergeben", "reopened": "wieder gezeigt", "new_postings": "Keine Mails mehr",
    },
    "en": {
        "membership": "You now look after interns", "given_back": "Bitte genauer.", "published": "is now shown",
        "taken_down": "Das ist Werbung.", "renaming": "Datenwerk AG", "name_refusal": "Steht so nicht im Register.",
        "suspension": "Meldet sich nie.", "verification": "has verified", "deadline_over": "its deadline is over",
        "filled": "all places are taken", "reopened": "is shown again", "new_postings": "No more mails",
    },
}  # fmt: skip


@pytest.mark.parametrize("language", SAYS)
async def test_every_mail_reads_well(
    connection: Connection, settings: Settings, resident: Person, scene: Scene, language: str
) -> None:
    await connection.execute("UPDATE person SET language = $1", language)
    company = await company_for(connection, scene.manager, scene.company_id)
    await name_member(connection, scene.manager, company, resident.email, "mentor")
    await save_search(connection, resident, Asked(words="Webseiten"), await known_places(connection))
    ids = [
        await make_posting(connection, scene.company_id, scene.space_id, mentor_id=scene.manager.id, **more)
        for more in ({"status": "in_review"}, {"deadline": today() - timedelta(days=1)}, {"taken": 1}, {})
    ]
    await connection.execute("UPDATE posting SET published_at = now() - interval '10 minutes'")
    await connection.execute("UPDATE saved_search SET told_until = now() - interval '1 day'")
    pool: Any = OneConnection(connection)
    await mail_new_postings(pool)
    await close_postings(pool)
    await connection.execute("UPDATE posting SET taken = 0 WHERE id = $1", ids[2])
    await close_postings(pool)
    review = await posting_by_id(connection, ids[0])
    await take_step(connection, review, "give_back", "staff", scene.staff, reason="Bitte genauer.")
    await take_step(connection, review, "submit", "company", scene.manager)
    await take_step(connection, review, "publish", "staff", scene.staff)
    await take_step(connection, review, "take_down", "staff", scene.staff, reason="Das ist Werbung.")
    for asked in ("Datenwerk AG", "Datenwerk SE"):
        await change_company(connection, company, None, profile_of(company, name=asked))
        if asked == "Datenwerk AG":
            company = await rename_company(connection, scene.staff, company.id, None, "register")
    await refuse_name(connection, scene.staff, company.id, None, "Steht so nicht im Register.")
    await suspend_company(connection, scene.staff, scene.company_id, None, "Meldet sich nie.")
    await verify_company(connection, scene.staff, scene.company_id, None, "letter")
    written = {}
    for row in await connection.fetch("SELECT * FROM outbox"):
        message = compose(settings, OutboxRow(**{name: row[name] for name in OutboxRow.__struct_fields__}))
        texts = [part.get_content() for part in message.walk() if part.get_content_maintype() == "text"]
        assert len(texts) == 2
        name = row["template"].rpartition("/")[2]
        written[name] = texts
        for text in texts:
            assert SAYS[language][name] in text, (name, text)
            assert "http://landbooking.test/" in text
        assert message["Subject"]
    assert written.keys() == SAYS[language].keys()
