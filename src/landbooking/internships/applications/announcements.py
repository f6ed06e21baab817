"""The mails about an application: what happened, and where to read on. Never who it is, nor what was written."""

from collections.abc import Callable, Sequence
from typing import Any, Literal

import msgspec

from landbooking.accounts.districts import staff_of
from landbooking.accounts.person import Person, person_by_id
from landbooking.database import Connection
from landbooking.internships.applications.application import Application
from landbooking.internships.applications.reasons import SENTENCES
from landbooking.internships.companies.company import managers_of
from landbooking.internships.events import ActedAs
from landbooking.language import mark
from landbooking.notifications.calendar import Event
from landbooking.notifications.outbox import Mail, enqueue

Side = Literal["applicant", "company", "staff"]
Told = Literal[
    "received", "new_application", "shortlisted", "times_proposed", "offered", "accepted", "refused", "declined",
    "withdrawn", "withdrawn_for_you", "expired", "lapsed", "offer_lapsed", "restored", "picked", "picked_by_you",
    "called_off", "called_off_for_you", "message_to_applicant", "message_to_company", "silent", "offer_waits",
    "exception_asked", "exception_allowed",
]  # fmt: skip
MAIL = "internships/emails/news"


class News(msgspec.Struct, frozen=True):
    """To whom, and the sentences: in German, which the mail says in the reader's language."""

    side: Side
    subject: str
    sentences: tuple[str, ...]
    with_until: bool = False


NEWS: dict[Told, News] = {
    "received": News("applicant", mark("Ihre Bewerbung ist angekommen"), (
        mark("Ihre Bewerbung auf „%(title)s“ bei %(company)s ist angekommen."),
        mark("Die Firma hat 14 Tage Zeit zu antworten. Wir erinnern sie daran."),
    )),
    "new_application": News("company", mark("Eine neue Bewerbung"), (
        mark("Jemand hat sich auf „%(title)s“ beworben."),
        mark("Bitte antworten Sie innerhalb von 14 Tagen. Sonst verfällt die Bewerbung, und das zählt öffentlich."),
    )),
    "shortlisted": News("applicant", mark("Ihre Bewerbung ist in der engeren Wahl"), (
        mark("%(company)s hat Ihre Bewerbung auf „%(title)s“ in die engere Wahl genommen."),
        mark("Die Firma sieht jetzt Ihren Namen und Ihren Lebenslauf."),
    )),
    "times_proposed": News("applicant", mark("Bitte wählen Sie einen Termin für das Gespräch"), (
        mark("%(company)s möchte mit Ihnen über „%(title)s“ sprechen und schlägt Termine vor."),
        mark("Bitte wählen Sie einen davon. Die Firma sieht jetzt Ihren Namen und Ihren Lebenslauf."),
    )),
    "offered": News("applicant", mark("Sie haben ein Angebot für ein Praktikum"), (
        mark("%(company)s bietet Ihnen einen Platz an: „%(title)s“."),
        mark("Der Platz ist für Sie reserviert. Bitte antworten Sie, bevor das Angebot verfällt."),
    ), with_until=True),
    "accepted": News("company", mark("Ihr Angebot ist angenommen"), (
        mark("Ihr Angebot für „%(title)s“ ist angenommen."),
    )),
    "refused": News("company", mark("Ihr Angebot ist abgelehnt"), (
        mark("Ihr Angebot für „%(title)s“ ist abgelehnt. Der Platz ist wieder frei."),
    )),
    "declined": News("applicant", mark("Absage zu Ihrer Bewerbung"), (
        mark("%(company)s hat Ihre Bewerbung auf „%(title)s“ leider abgelehnt."),
    )),
    "withdrawn": News("company", mark("Eine Bewerbung ist zurückgezogen"), (
        mark("Eine Bewerbung auf „%(title)s“ ist zurückgezogen."),
    )),
    "withdrawn_for_you": News("applicant", mark("Ihre Bewerbung ist zurückgezogen"), (
        mark("Ihre Bewerbung auf „%(title)s“ ist zurückgezogen, weil die Zustimmung eines Elternteils fehlt."),
    )),
    "expired": News("applicant", mark("Ihre Bewerbung blieb ohne Antwort"), (
        mark("Mit Ihrer Bewerbung auf „%(title)s“ bei %(company)s ging es 14 Tage lang nicht weiter."),
        mark("Die Bewerbung ist damit beendet. Sie können sich auf andere Praktika bewerben."),
    )),
    "lapsed": News("applicant", mark("Ihr Angebot ist verfallen"), (
        mark("Auf das Angebot für „%(title)s“ bei %(company)s kam 14 Tage lang keine Antwort."),
        mark("Der Platz ist wieder frei."),
    )),
    "offer_lapsed": News("company", mark("Ein Angebot ist verfallen"), (
        mark("Auf Ihr Angebot für „%(title)s“ kam 14 Tage lang keine Antwort. Der Platz ist wieder frei."),
    )),
    "restored": News("applicant", mark("Ihre Absage ist zurückgenommen"), (
        mark("%(company)s hat die Absage zu „%(title)s“ zurückgenommen. Ihre Bewerbung läuft weiter."),
    )),
    "picked": News("company", mark("Der Termin für ein Gespräch steht"), (
        mark("Für „%(title)s“ ist ein Termin gewählt. Er hängt als Kalender-Eintrag an."),
    )),
    "picked_by_you": News("applicant", mark("Ihr Termin für das Gespräch steht"), (
        mark("Ihr Gespräch mit %(company)s über „%(title)s“ hängt als Kalender-Eintrag an."),
    )),
    "called_off": News("company", mark("Ein Gespräch ist abgesagt"), (
        mark("Ein Gespräch über „%(title)s“ ist abgesagt."),
    )),
    "called_off_for_you": News("applicant", mark("Ihr Gespräch ist abgesagt"), (
        mark("Das Gespräch mit %(company)s über „%(title)s“ ist abgesagt."),
    )),
    "message_to_applicant": News("applicant", mark("Eine Nachricht zu Ihrer Bewerbung"), (
        mark("%(company)s hat Ihnen zu „%(title)s“ geschrieben."),
    )),
    "message_to_company": News("company", mark("Eine Nachricht zu einer Bewerbung"), (
        mark("Zu einer Bewerbung auf „%(title)s“ gibt es eine neue Nachricht."),
    )),
    "silent": News("company", mark("Eine Bewerbung wartet auf Ihre Antwort"), (
        mark("Eine Bewerbung auf „%(title)s“ wartet seit Tagen auf Ihre Antwort."),
        mark("Nach 14 Tagen ohne Antwort verfällt sie, und das zählt öffentlich."),
    )),
    "offer_waits": News("applicant", mark("Ihr Angebot wartet auf Ihre Antwort"), (
        mark("%(company)s hält Ihnen einen Platz frei: „%(title)s“. Bitte antworten Sie, bevor das Angebot verfällt."),
    ), with_until=True),
    "exception_asked": News("staff", mark("Eine Bitte um eine Ausnahme"), (
        mark("Ein Angebot für „%(title)s“ bei %(company)s geht so nicht, sagt das Gesetz."),
        mark("Die Person bittet um eine Ausnahme. Bitte sehen Sie es sich an, bevor das Angebot verfällt."),
    ), with_until=True),
    "exception_allowed": News("applicant", mark("Für Ihr Angebot gibt es eine Ausnahme"), (
        mark("Der Landkreis hat bei „%(title)s“ eine Ausnahme zugelassen."),
        mark("Bitte sehen Sie nach, ob Sie das Angebot jetzt annehmen können."),
    ), with_until=True),
}  # fmt: skip


async def announce(
    connection: Connection,
    told: Sequence[Told],
    application: Application,
    acted_as: ActedAs,
    entry: Callable[[Person, Side], Event] | None = None,
    cause: str = "",
) -> None:
    """In the transaction of the change. `entry` makes the calendar entry of one reader.

    `cause` tells apart what happens more than once at one version.
    """
    for name in told:
        if name == "withdrawn_for_you" and acted_as != "guardian":
            continue
        news = NEWS[name]
        for person in await _people_of(connection, application, news.side):
            event = {"event": entry(person, news.side)} if entry else {}
            await enqueue(connection, _mail(person, application, name, news, event, cause))


async def _people_of(connection: Connection, application: Application, side: Side) -> list[Person]:
    """The applicant, all who manage the company, or all who work for its district."""
    match side:
        case "applicant":
            return [await person_by_id(connection, application.person_id)] if application.person_id else []
        case "company":
            return await managers_of(connection, application.company_id)
        case "staff":
            return await staff_of(connection, application.district_id)


def path_for(application: Application, side: Side) -> str:
    match side:
        case "applicant":
            return f"/applications/{application.id}"
        case "company":
            return f"/company/{application.company_id}/applications/{application.id}"
        case "staff":
            return f"/district/internships/applications/{application.id}"


def _mail(person: Person, application: Application, name: Told, news: News, event: dict[str, Any], cause: str) -> Mail:
    sentences = list(news.sentences)
    if name == "declined" and application.decline_reason:
        sentences += [SENTENCES[application.decline_reason]]
    return Mail(
        dedupe_key=f"application:{application.id}:{application.version}:{name}:{cause}:{person.id}",
        topic=f"application:{application.id}:{person.id}",
        recipient=person.email,
        language=person.language,
        template=MAIL,
        context={
            "subject": news.subject,
            "sentences": sentences,
            "facts": {"title": application.title, "company": application.company},
            "until": application.offer_until_at if news.with_until else None,
            "zone": application.zone,
            "path": f"/{person.language}{path_for(application, news.side)}",
            **event,
        },
    )
