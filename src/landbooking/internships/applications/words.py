"""How an application stands, in words for each side."""

from landbooking.internships.applications.application import Application, Status
from landbooking.language import gettext as _
from landbooking.language import mark

STATES: dict[Status, str] = {
    "draft": mark("Entwurf"),
    "submitted": mark("Abgeschickt"),
    "shortlisted": mark("In der engeren Wahl"),
    "interview": mark("Gespräch"),
    "offered": mark("Angebot"),
    "accepted": mark("Angenommen"),
    "declined": mark("Abgelehnt"),
    "withdrawn": mark("Zurückgezogen"),
    "expired": mark("Ohne Antwort beendet"),
    "lapsed": mark("Angebot verfallen"),
    "cancelled": mark("Praktikum abgesagt"),
}
STAGES: tuple[Status, ...] = ("submitted", "shortlisted", "interview", "offered", "accepted")

NEXT: dict[Status, str] = {
    "draft": mark("Noch sieht niemand, was Sie geschrieben haben."),
    "submitted": mark(
        "Die Firma liest Ihre Bewerbung. Nach 14 Tagen ohne Antwort endet sie, und wir erinnern die Firma vorher."
    ),
    "shortlisted": mark("Sie sind in der engeren Wahl. Die Firma meldet sich mit einem Termin oder einem Angebot."),
    "interview": mark("Die Firma möchte mit Ihnen sprechen."),
    "offered": mark("Die Firma bietet Ihnen einen Platz an und hält ihn für Sie frei."),
    "accepted": mark("Sie haben zugesagt. Als Nächstes kommt die Vereinbarung."),
    "declined": mark("Diese Bewerbung ist beendet."),
    "withdrawn": mark("Diese Bewerbung ist beendet."),
    "expired": mark("Diese Bewerbung ist beendet, weil 14 Tage lang keine Antwort kam. Das tut uns leid."),
    "lapsed": mark("Das Angebot ist verfallen, weil 14 Tage lang keine Antwort kam."),
    "cancelled": mark("Das Praktikum, das daraus wurde, ist abgesagt. Sie können sich neu bewerben."),
}


def state_word(status: Status) -> str:
    return _(STATES[status])


def next_sentence(status: Status) -> str:
    return _(NEXT[status])


def stage_words() -> list[str]:
    return [_(STATES[stage]) for stage in STAGES]


def stage_of(application: Application) -> int:
    """Counted from 0; -1 where it is not under way."""
    return STAGES.index(application.status) if application.status in STAGES else -1
