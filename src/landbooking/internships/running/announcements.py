"""The mails of a placement that runs: what is asked, and where to answer. Never who it is, nor what was written."""

from typing import Literal

import msgspec

from landbooking.accounts.person import Person, person_by_id
from landbooking.database import Connection
from landbooking.internships.placements.placement import Placement
from landbooking.language import mark
from landbooking.notifications.outbox import Mail, enqueue

Told = Literal[
    "will_you_come", "still_coming", "not_reconfirmed", "place_free", "place_free_again", "feedback_intern",
    "feedback_company", "certificate", "certificate_revoked", "absent",
]  # fmt: skip
MAIL = "internships/emails/running"


class News(msgspec.Struct, frozen=True):
    """Sentences in German, which the mail says in the reader's language; `link` stands on the button."""

    subject: str
    sentences: tuple[str, ...]
    link: str


NEWS: dict[Told, News] = {
    "will_you_come": News(mark("Bald beginnt Ihr Praktikum: Kommen Sie?"), (
        mark("„%(title)s“ bei %(company)s beginnt in wenigen Tagen."),
        mark("Bitte sagen Sie mit einem Klick, ob Sie kommen. Wenn nicht, kann jemand anderes den Platz haben."),
    ), mark("Antworten")),
    "still_coming": News(mark("Ihr Praktikum beginnt morgen: Kommen Sie?"), (
        mark("„%(title)s“ bei %(company)s steht bevor, und Sie haben noch nicht gesagt, ob Sie kommen."),
        mark("Ohne Ihre Antwort sagen wir der Firma, dass wir nichts von Ihnen gehört haben."),
    ), mark("Antworten")),
    "not_reconfirmed": News(mark("Ein Praktikum beginnt ohne Rückmeldung"), (
        mark("„%(title)s“ beginnt heute. Auf zwei Nachfragen kam keine Antwort."),
        mark("Vielleicht rufen Sie kurz an. Der Arbeitsplatz bleibt gebucht."),
    ), mark("Praktikum ansehen")),
    "place_free": News(mark("Ein Praktikumsplatz ist wieder frei"), (
        mark("Bei „%(title)s“ ist abgesagt worden: Ein Platz ist wieder frei."),
        mark("Noch offene Bewerbungen: %(waiting)s. Sie können den Platz gleich anbieten."),
    ), mark("Bewerbungen ansehen")),
    "place_free_again": News(mark("Ein Praktikumsplatz ist wieder frei"), (
        mark("Sie hatten sich auf „%(title)s“ bei %(company)s beworben. Dort ist ein Platz wieder frei."),
        mark("Wenn Sie noch möchten, bewerben Sie sich noch einmal. Wer den Platz bekommt, entscheidet die Firma."),
    ), mark("Noch einmal bewerben")),
    "feedback_intern": News(mark("Wie war Ihr Praktikum?"), (
        mark("„%(title)s“ bei %(company)s ist zu Ende. Bitte sagen Sie, wie es war: eine Minute genügt."),
        mark("Die Firma liest es erst, wenn auch sie geantwortet hat, oder nach 14 Tagen."),
    ), mark("Rückmeldung geben")),
    "feedback_company": News(mark("Wie war das Praktikum?"), (
        mark("„%(title)s“ ist zu Ende. Bitte geben Sie eine Rückmeldung und stellen Sie die Bescheinigung aus."),
        mark("Die Rückmeldung wird erst gelesen, wenn beide geantwortet haben, oder nach 14 Tagen."),
    ), mark("Rückmeldung geben")),
    "certificate": News(mark("Ihre Praktikumsbescheinigung ist da"), (
        mark("Die Bescheinigung über „%(title)s“ bei %(company)s ist ausgestellt."),
    ), mark("Bescheinigung ansehen")),
    "certificate_revoked": News(mark("Ihre Praktikumsbescheinigung ist widerrufen"), (
        mark("Die Bescheinigung über „%(title)s“ bei %(company)s gilt nicht mehr."),
        mark("Wenn Sie das nicht verstehen, fragen Sie bitte die Firma oder den Landkreis."),
    ), mark("Praktikum ansehen")),
    "absent": News(mark("Jemand kommt an einem Tag nicht zum Praktikum"), (
        mark("Zu „%(title)s“ kommt am %(day)s niemand: Die Person hat sich für diesen Tag abgemeldet."),
        mark("Der Arbeitsplatz ist an diesem Tag wieder frei."),
    ), mark("Praktikum ansehen")),
}  # fmt: skip


async def tell(
    connection: Connection,
    name: Told,
    person: Person,
    placement: Placement,
    path: str | None = None,
    facts: dict[str, str] | None = None,
    cause: str = "",
) -> None:
    """In the transaction of the change; each is said once to one person of one placement, or for each `cause`."""
    news = NEWS[name]
    await enqueue(
        connection,
        Mail(
            dedupe_key=f"placement:{placement.id}:{name}{cause}:{person.id}",
            topic=f"placement:{placement.id}:{person.id}",
            recipient=person.email,
            language=person.language,
            template=MAIL,
            context={
                "subject": news.subject,
                "sentences": list(news.sentences),
                "link": news.link,
                "facts": {"title": placement.title, "company": placement.company, **(facts or {})},
                "path": f"/{person.language}{path or f'/internships/placements/{placement.id}'}",
            },
        ),
    )


async def intern_of(connection: Connection, placement: Placement) -> Person | None:
    """None once the account is gone."""
    return await person_by_id(connection, placement.person_id) if placement.person_id else None
