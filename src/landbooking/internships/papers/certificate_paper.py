"""The certificate as a paper, in the language of who prints it: what stands on it was kept as facts, not as words."""

from landbooking.internships.papers.certificates import Certificate, OnIt, printed
from landbooking.internships.papers.paper import Paper, Section
from landbooking.language import format_day, format_number, language
from landbooking.language import gettext as _


def certificate_paper(certificate: Certificate, base_url: str) -> Paper:
    on_it = certificate.on_it
    facts = {
        "intern": on_it.intern or _("Die Praktikantin oder der Praktikant"),
        "company": on_it.company,
        "first": format_day(on_it.first),
        "last": format_day(on_it.last),
    }
    sections = [
        Section(
            _("Das Praktikum"),
            rows=[
                (_("Worum es ging"), on_it.title),
                (_("Firma"), f"{on_it.company}, {on_it.company_address}"),
                (_("Ort der Arbeit"), on_it.space),
                *([(_("Wer betreut"), on_it.mentor)] if on_it.mentor else []),
                (_("Tage, an denen sie oder er da war"), f"{len(on_it.days)}"),
                *_hours(on_it),
            ],
        ),
        Section(_("Aufgaben"), lines=[] if on_it.tasks else [on_it.described], items=on_it.tasks),
    ]
    if on_it.learning_goals:
        sections.append(Section(_("Lernziele"), lines=[on_it.learning_goals]))
    days = [format_day(day).replace(" ", "\u00a0") for day in on_it.days]  # each on one line
    sections.append(Section(_("Tage"), lines=[" · ".join(days)]))
    code = printed(certificate.code)
    return Paper(
        language=language.get(),
        title=_("Praktikumsbescheinigung"),
        sender=on_it.company,
        lead=_("%(intern)s hat bei %(company)s ein digitales Praktikum gemacht, vom %(first)s bis %(last)s.") % facts,
        sections=sections,
        code_word=_("Prüfcode"),
        code=code,
        code_hint=_("Ob diese Bescheinigung echt ist, steht hier:"),
        code_address=f"{base_url}/certificates/{code}",
        foot=_("Ausgestellt am %(day)s. Erstellt mit landbooking.") % {"day": format_day(certificate.issued_on)},
    )


def _hours(on_it: OnIt) -> list[tuple[str, str]]:
    """Those of presence beside those of the plan: who forgets to check in on time has been there all the same."""
    planned = (_("Stunden laut Plan an diesen Tagen, ohne Pausen"), format_number(on_it.minutes / 60))
    if on_it.present_minutes is None:
        return [planned]
    present = format_number(on_it.present_minutes / 60)
    return [(_("Stunden vom Einchecken bis zum Gehen, ohne Pausen"), present), planned]
