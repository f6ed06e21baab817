"""The agreement as a paper: what NachwG § 2 (1a) asks for, what the law says besides, and who has signed."""

from typing import ClassVar

import msgspec

from landbooking.database import Connection
from landbooking.errors import Refusal
from landbooking.internships.law.plan import PlanUnclear
from landbooking.internships.papers.holiday import holiday_sentence
from landbooking.internships.papers.paper import Paper, Section
from landbooking.internships.placements.judging import findings_of
from landbooking.internships.placements.locking import lock_placement
from landbooking.internships.placements.placement import ENDED, Placement, PlannedDay, days_of
from landbooking.internships.placements.signatures import Channel, missing, signatures_of
from landbooking.internships.placements.words import signatory_word
from landbooking.language import exact_clock, format_cents, format_day, format_moment, format_number, language, mark
from landbooking.language import gettext as _
from landbooking.spaces.space import space_by_id

LONGEST_ADDRESS = 200  # characters
LONGEST_NOTICE = 500
CHANNELS: dict[Channel, str] = {
    "account": mark("angemeldet"),
    "link": mark("über einen Link per Mail"),
    "paper": mark("auf Papier, vom Landkreis gesehen"),
}
UNPAID: dict[str, str] = {
    "school": mark("Keine Vergütung: Das Praktikum gehört zur Schule."),
    "mandatory": mark("Keine Vergütung: Pflichtpraktikum (§ 22 Abs. 1 Satz 2 Nr. 1 MiLoG)."),
    "orientation": mark("Keine Vergütung: Orientierung bis zu drei Monate (§ 22 Abs. 1 Satz 2 Nr. 2 MiLoG)."),
    "study": mark("Keine Vergütung: neben Studium oder Ausbildung, bis drei Monate (§ 22 Abs. 1 Satz 2 Nr. 3 MiLoG)."),
    "qualification": mark("Keine Vergütung: Einstiegsqualifizierung (§ 22 Abs. 1 Satz 2 Nr. 4 MiLoG)."),
    "voluntary": mark("Keine Vergütung vereinbart."),
}


class AlreadyAgreed(Refusal):
    code: ClassVar[str] = "already-agreed"

    def __init__(self, way_on: str) -> None:
        super().__init__(_("Das ist schon unterschrieben und lässt sich hier nicht mehr ändern."), way_on)


class AgreementTerms(msgspec.Struct, frozen=True):
    """What is typed for the paper alone: the intern's address, and the notice of collective agreements."""

    intern_address: str
    collective_agreements: str
    company_address: str


async def terms_of(connection: Connection, placement_id: int) -> AgreementTerms:
    row = await connection.fetchrow(
        """SELECT intern_address, collective_agreements, company.street, postal_code, town
           FROM placement JOIN company ON company.id = company_id WHERE placement.id = $1""",
        placement_id,
    )
    assert row is not None  # noqa: S101 the caller has the placement
    address = f"{row['street']}, {row['postal_code']} {row['town']}"
    return AgreementTerms(row["intern_address"], row["collective_agreements"], address)


async def tell_address(connection: Connection, placement_id: int, address: str) -> None:
    """Of the intern, as long as it is not over. Raises AlreadyAgreed."""
    placement = await lock_placement(connection, placement_id)
    if placement.status in ENDED:
        raise AlreadyAgreed(f"/internships/placements/{placement_id}")
    await connection.execute("UPDATE placement SET intern_address = $2 WHERE id = $1", placement_id, address)


async def note_collective_agreements(connection: Connection, placement_id: int, notice: str) -> None:
    """Of the company, before anybody has signed. Raises AlreadyAgreed."""
    await lock_placement(connection, placement_id)
    given = await signatures_of(connection, placement_id)
    if any(each.signed_at for each in given.values()):
        raise AlreadyAgreed(f"/internships/placements/{placement_id}")
    await connection.execute("UPDATE placement SET collective_agreements = $2 WHERE id = $1", placement_id, notice)


async def agreement_paper(connection: Connection, placement: Placement) -> Paper:
    """In the language of the request.

    The fields are those of NachwG § 2 (1a) sentence 2: 1. name and address of the parties, 2. the goals in learning and
    training, 3. beginning and duration, 4. the regular daily time, 5. payment and amount of the pay, 6. the duration of
    the holiday, 7. a general notice of collective, works or service agreements that apply. When pay is due follows from
    BBiG § 18 (2) with § 26: at the latest on the last working day of the month.
    """
    terms = await terms_of(connection, placement.id)
    days = await days_of(connection, placement.id)
    space = await space_by_id(connection, placement.space_id)
    where = (_("Ort der Arbeit"), f"{space.name}, {space.address}")
    return Paper(
        language=language.get(),
        title=_("Praktikumsvereinbarung"),
        sender=placement.company,
        lead=_("%(title)s. Fassung %(version)s dieser Vereinbarung.")
        % {"title": placement.title, "version": placement.terms_version},
        sections=[
            Section(_("Wer das vereinbart"), rows=_parties(placement, terms)),
            Section(_("Was gelernt wird"), lines=[placement.learning_goals or _("Siehe Aufgaben.")]),
            Section(_("Aufgaben"), lines=[placement.tasks]),
            Section(
                _("Wann und wo"),
                rows=[*_times(placement, days), where],
            ),
            Section(_("Vergütung, Urlaub, Tarif"), rows=_conditions(placement, terms)),
            Section(_("Was das Gesetz dazu sagt"), items=await _law(connection, placement)),
            Section(
                _("Tage"),
                head=[_("Tag"), _("Von"), _("Bis"), _("Pausen")],
                cells=[_day(each, placement.zone) for each in days],
            ),
            await _signatures(connection, placement),
        ],
        foot=_("Diese Vereinbarung enthält die Angaben nach § 2 Abs. 1a NachwG. Erstellt mit landbooking."),
    )


def _parties(placement: Placement, terms: AgreementTerms) -> list[tuple[str, str]]:
    intern = placement.applicant or _("Name nicht angegeben")
    address = terms.intern_address or _("Anschrift nicht angegeben")
    rows = [
        (_("Firma"), f"{placement.company}, {terms.company_address}"),
        (_("Praktikantin oder Praktikant"), f"{intern}, {address}"),
    ]
    if placement.school:
        rows.append((_("Schule"), placement.school))
    if placement.mentor:
        rows.append((_("Wer betreut"), placement.mentor))
    if placement.adult_on_site:
        rows.append((_("Erwachsene Person vor Ort"), placement.adult_on_site))
    return rows


def _times(placement: Placement, days: list[PlannedDay]) -> list[tuple[str, str]]:
    hours = sorted({_hours(each) for each in days}) or [0.0]
    daily = format_number(hours[0])
    if len(hours) > 1:
        daily = _("%(least)s bis %(most)s") % {"least": daily, "most": format_number(hours[-1])}
    return [
        (_("Beginn"), format_day(placement.first)),
        (_("Ende"), format_day(placement.last)),
        (_("Dauer"), _("%(count)s Tage mit Arbeit") % {"count": len(days)}),
        (_("Tägliche Zeit"), _("%(hours)s Stunden ohne Pausen") % {"hours": daily}),
    ]


def _conditions(placement: Placement, terms: AgreementTerms) -> list[tuple[str, str]]:
    if placement.pay_cents_hour:
        pay = [
            (_("Vergütung"), _("%(amount)s je Stunde, brutto") % {"amount": format_cents(placement.pay_cents_hour)}),
            (_("Fällig"), _("Spätestens am letzten Arbeitstag des Monats (§ 18 Abs. 2 BBiG).")),
        ]
    else:
        pay = [(_("Vergütung"), _(UNPAID[placement.kind]))]
    return [
        *pay,
        (_("Urlaub"), holiday_sentence(placement.kind, placement.first, placement.last, placement.birthday)),
        (
            _("Tarifverträge, Betriebs- und Dienstvereinbarungen"),
            terms.collective_agreements or _("Die Firma hat keine genannt, die anzuwenden sind."),
        ),
    ]


async def _law(connection: Connection, placement: Placement) -> list[str]:
    try:
        findings = await findings_of(connection, placement)
    except PlanUnclear:
        findings = []
    sentences = [f"{each.sentence} ({each.cited})" for each in findings]
    return [*dict.fromkeys(sentences), _("Das ist eine Hilfe und keine Rechtsberatung.")]


def _day(one: PlannedDay, zone: str) -> list[str]:
    breaks = [f"{exact_clock(each.start, zone)}–{exact_clock(each.end, zone)}" for each in one.breaks]
    return [
        format_day(one.day),
        exact_clock(one.period.start, zone),
        exact_clock(one.period.end, zone),
        ", ".join(breaks) or "–",
    ]


def _hours(one: PlannedDay) -> float:
    seconds = (one.period.end - one.period.start).total_seconds()
    return (seconds - sum((each.end - each.start).total_seconds() for each in one.breaks)) / 3600


async def _signatures(connection: Connection, placement: Placement) -> Section:
    """With time and channel; who has yet to sign stands there too."""
    given = await signatures_of(connection, placement.id)
    left = missing(placement, given)
    cells = [
        [
            signatory_word(each.signatory),
            each.name or "–",
            format_moment(each.signed_at, placement.zone),
            _(CHANNELS[each.channel]),
        ]
        for each in given.values()
        if each.signed_at and each.channel and each.signatory not in left
    ]
    cells += [[signatory_word(each), "–", _("noch nicht unterschrieben"), "–"] for each in left]
    return Section(_("Unterschriften"), head=[_("Wer"), _("Name"), _("Wann"), _("Wie")], cells=cells)
