"""How a placement stands, in words for everybody."""

from landbooking.internships.placements.placement import Placement, Status
from landbooking.internships.placements.signatures import Signatory
from landbooking.language import gettext as _
from landbooking.language import mark

STATES: dict[Status, str] = {
    "agreement_draft": mark("Vereinbarung in Arbeit"),
    "awaiting_signatures": mark("Unterschriften fehlen noch"),
    "school_approval": mark("Die Schule muss noch zustimmen"),
    "confirmed": mark("Bestätigt"),
    "active": mark("Läuft"),
    "completed": mark("Abgeschlossen"),
    "discontinued": mark("Vorzeitig beendet"),
    "no_show": mark("Beendet, weil niemand kam"),
    "cancelled": mark("Abgesagt"),
}
STAGES: tuple[Status, ...] = ("agreement_draft", "awaiting_signatures", "confirmed", "active", "completed")
SIGNATORIES: dict[Signatory, str] = {
    "applicant": mark("Praktikantin oder Praktikant"),
    "guardian": mark("Elternteil oder Vormund"),
    "company": mark("Firma"),
    "school": mark("Schule"),
}


def state_word(status: Status) -> str:
    return _(STATES[status])


def signatory_word(signatory: Signatory) -> str:
    return _(SIGNATORIES[signatory])


def stage_words() -> list[str]:
    return [_(STATES[stage]) for stage in STAGES]


def stage_of(placement: Placement) -> int:
    """Counted from 0; -1 where it has come to nothing."""
    status: Status = "awaiting_signatures" if placement.status == "school_approval" else placement.status
    return STAGES.index(status) if status in STAGES else -1
