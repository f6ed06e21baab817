"""The mails about a placement: what happened, and where to read on. Never who it is, nor what was written."""

from collections.abc import Sequence
from typing import Literal

import msgspec

from landbooking.accounts.person import Person, first_name, person_by_id
from landbooking.accounts.sessions import hash_of
from landbooking.database import Connection
from landbooking.internships.companies.company import managers_of
from landbooking.internships.events import ActedAs
from landbooking.internships.placements.placement import Placement
from landbooking.internships.placements.steps import path_for
from landbooking.language import mark
from landbooking.notifications.outbox import Mail, enqueue

Side = Literal["applicant", "company"]
Told = Literal[
    "to_sign", "terms_changed", "terms_changed_company", "confirmed", "confirmed_company", "no_desks", "law_refuses",
    "cancelled", "cancelled_company", "begun", "completed", "completed_company", "no_show", "no_show_company",
    "discontinued", "discontinued_company",
]  # fmt: skip
MAIL = "internships/emails/placement"


class News(msgspec.Struct, frozen=True):
    """To whom, and the sentences: in German, which the mail says in the reader's language."""

    side: Side
    subject: str
    sentences: tuple[str, ...]


NEWS: dict[Told, News] = {
    "to_sign": News("applicant", mark("Bitte unterschreiben Sie Ihre Vereinbarung"), (
        mark("Die Vereinbarung zu „%(title)s“ bei %(company)s ist fertig."),
        mark("Bitte lesen Sie sie und unterschreiben Sie."),
    )),
    "terms_changed": News("applicant", mark("Ihre Vereinbarung ist geändert"), (
        mark("%(company)s hat die Vereinbarung zu „%(title)s“ geändert."),
        mark("Alle Unterschriften gelten nicht mehr. Bitte lesen Sie die neue Fassung und unterschreiben Sie sie."),
    )),
    "terms_changed_company": News("company", mark("Eine Vereinbarung ist geändert"), (
        mark("Die Vereinbarung zu „%(title)s“ ist geändert. Alle Unterschriften gelten nicht mehr."),
        mark("Bitte unterschreiben Sie die neue Fassung."),
    )),
    "confirmed": News("applicant", mark("Ihr Praktikum ist bestätigt"), (
        mark("Alle haben unterschrieben: „%(title)s“ bei %(company)s findet statt."),
        mark("Ihr Arbeitsplatz ist für jeden Tag gebucht. Der Kalender-Eintrag kommt mit einer eigenen Mail."),
    )),
    "confirmed_company": News("company", mark("Ein Praktikum ist bestätigt"), (
        mark("Alle haben unterschrieben: „%(title)s“ findet statt. Der Arbeitsplatz ist für jeden Tag gebucht."),
    )),
    "no_desks": News("company", mark("Für ein Praktikum fehlt ein Arbeitsplatz"), (
        mark("Alle haben „%(title)s“ unterschrieben, aber nicht für jeden Tag gibt es einen Arbeitsplatz."),
        mark("Nichts ist gebucht. Bitte wählen Sie einen anderen Raum oder eine andere Zeit."),
    )),
    "law_refuses": News("company", mark("Ein Praktikum geht so nicht"), (
        mark("Alle haben „%(title)s“ unterschrieben, aber so erlaubt es das Gesetz nicht."),
        mark("Bitte ändern Sie die Vereinbarung. Warum, steht auf der Seite."),
    )),
    "cancelled": News("applicant", mark("Ihr Praktikum ist abgesagt"), (
        mark("„%(title)s“ bei %(company)s ist abgesagt. Die Arbeitsplätze sind wieder frei."),
        mark("Solange es ausgeschrieben ist, können Sie sich neu darauf bewerben."),
    )),
    "cancelled_company": News("company", mark("Ein Praktikum ist abgesagt"), (
        mark("„%(title)s“ ist abgesagt. Der Platz in Ihrem Angebot ist wieder frei."),
    )),
    "begun": News("applicant", mark("Ihr Praktikum beginnt heute"), (
        mark("Heute beginnt „%(title)s“ bei %(company)s. Wir wünschen Ihnen eine gute Zeit."),
    )),
    "completed": News("applicant", mark("Ihr Praktikum ist zu Ende"), (
        mark("„%(title)s“ bei %(company)s ist zu Ende. Danke, dass Sie dabei waren."),
    )),
    "completed_company": News("company", mark("Ein Praktikum ist zu Ende"), (
        mark("„%(title)s“ ist zu Ende."),
    )),
    "no_show": News("applicant", mark("Ihr Praktikum ist beendet"), (
        mark("An den ersten beiden Tagen von „%(title)s“ waren Sie nicht da. Das Praktikum ist damit beendet."),
        mark("Wenn das ein Irrtum ist, melden Sie sich bitte bei %(company)s."),
    )),
    "no_show_company": News("company", mark("Ein Praktikum ist beendet"), (
        mark("An den ersten beiden Tagen von „%(title)s“ war niemand da. Das Praktikum ist damit beendet."),
    )),
    "discontinued": News("applicant", mark("Ihr Praktikum ist vorzeitig beendet"), (
        mark("„%(title)s“ bei %(company)s ist beendet. Die Arbeitsplätze, die noch kamen, sind wieder frei."),
    )),
    "discontinued_company": News("company", mark("Ein Praktikum ist vorzeitig beendet"), (
        mark("„%(title)s“ ist beendet. Die Arbeitsplätze, die noch kamen, sind wieder frei."),
    )),
}  # fmt: skip


async def announce(connection: Connection, told: Sequence[Told], placement: Placement) -> None:
    """In the transaction of the change; the version tells apart what happens more than once."""
    for name in told:
        news = NEWS[name]
        for person in await _people_of(connection, placement, news.side):
            await enqueue(connection, _mail(person, placement, name, news))


async def mail_link(connection: Connection, placement: Placement, signatory: str, address: str, token: str) -> None:
    """To who has no account, in the language of the intern: theirs is not known."""
    person = await person_by_id(connection, placement.person_id) if placement.person_id else None
    language = person.language if person else "de"
    await enqueue(
        connection,
        Mail(
            dedupe_key=f"placement:{placement.id}:signature:{hash_of(token).hex()[:16]}",
            topic=f"placement:{placement.id}:{signatory}",
            recipient=address,
            language=language,
            template="internships/emails/signature",
            context={
                "called": first_name(person.name) if person else "",
                "signatory": signatory,
                "company": placement.company,
                "link_path": f"/{language}/internships/signature/{token}",
            },
        ),
    )


async def _people_of(connection: Connection, placement: Placement, side: Side) -> list[Person]:
    """The intern, or all who manage the company."""
    if side == "applicant":
        return [await person_by_id(connection, placement.person_id)] if placement.person_id else []
    return await managers_of(connection, placement.company_id)


def _mail(person: Person, placement: Placement, name: Told, news: News) -> Mail:
    acted_as: ActedAs = news.side
    return Mail(
        dedupe_key=f"placement:{placement.id}:{placement.version}:{name}:{person.id}",
        topic=f"placement:{placement.id}:{person.id}",
        recipient=person.email,
        language=person.language,
        template=MAIL,
        context={
            "subject": news.subject,
            "sentences": list(news.sentences),
            "facts": {"title": placement.title, "company": placement.company},
            "path": f"/{person.language}{path_for(placement, acted_as)}",
        },
    )
