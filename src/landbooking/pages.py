"""HTML pages: the template environment, and what every page knows (language, viewer, notice, addresses)."""

import hashlib
from datetime import datetime
from functools import cache
from typing import Any
from urllib.parse import urlencode, urlsplit
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_eval_context, select_autoescape
from jinja2.nodes import EvalContext
from litestar import MediaType, Request, Response
from litestar.datastructures import Cookie
from markupsafe import Markup

from landbooking.language import (
    IN_ADDRESS,
    LANGUAGES,
    address_prefix,
    format_cents,
    format_clock,
    format_day,
    format_moment,
    format_period,
    gettext,
    language,
    mark,
    ngettext,
)
from landbooking.paths import STATIC, TEMPLATES

NOTICE_COOKIE = "notice"

# What can be said on the page after a change. The cookie carries only the key, so nobody can make us say anything else.
NOTICES = {
    "signed-in": mark("Sie sind angemeldet."),
    "signed-out": mark("Sie sind abgemeldet."),
    "profile-saved": mark("Ihr Profil ist gespeichert."),
    "reminders-saved": mark("Ihre Erinnerungen sind gespeichert."),
    "hours-saved": mark("Die Öffnungszeiten sind gespeichert."),
    "rules-saved": mark("Die Regeln sind gespeichert. Sie gelten für neue Buchungen."),
    "rules-inherited": mark("Hier gelten wieder die Regeln des Raums."),
    "member-added": mark("Das Mitglied ist eingetragen."),
    "member-removed": mark("Das Mitglied ist entfernt. Was schon gebucht ist, bleibt gebucht."),
    "details-saved": mark("Die Angaben sind gespeichert."),
    "closed": mark("Die Schließtage sind eingetragen."),
    "closed-together": mark("Die Schließtage sind in allen gewählten Räumen eingetragen."),
    "reopened": mark("Diese Tage sind wieder geöffnet."),
    "blackout-added": mark("Die Sperrzeit ist eingetragen."),
    "blackout-lifted": mark("Die Sperrzeit ist aufgehoben."),
    "desks-added": mark("Angelegt. Was neu ist, steht in der Liste."),
    "desk-saved": mark("Der Platz ist gespeichert."),
    "desk-retired": mark("Der Platz ist ausgemustert. Niemand kann ihn mehr buchen."),
    "plan-saved": mark("Der Plan ist gespeichert."),
    "floor-removed": mark("Die Etage ist weg. Die Plätze lassen sich weiter buchen."),
    "desk-returned": mark("Der Platz ist zurück und lässt sich wieder buchen."),
    "vehicle-saved": mark("Das Fahrzeug ist gespeichert."),
    "photo-added": mark("Das Foto ist hinzugefügt."),
    "photo-removed": mark("Das Foto ist entfernt."),
    "decided": mark("Ihre Entscheidung ist gespeichert."),
    "space-added": mark("Der Raum ist angelegt. Tragen Sie nun ein, wer ihn betreut."),
    "host-named": mark("Die Person ist eingetragen."),
    "host-invited": mark("Die Person gehört jetzt zum Team und bekommt eine Mail."),
    "host-removed": mark("Die Person betreut diesen Raum nicht mehr."),
    "published": mark("Der Raum ist veröffentlicht."),
    "unpublished": mark("Der Raum wird nicht mehr gezeigt."),
    "held": mark("Der Platz ist jetzt eine Viertelstunde lang für Sie freigehalten."),
    "booked": mark("Ihre Buchung steht. Die Bestätigung ist unterwegs zu Ihnen."),
    "booked-with-rides": mark("Alles ist eingetragen. Was bestätigt ist und was noch wartet, sehen Sie hier."),
    "requested": mark("Ihre Anfrage ist angekommen. Die Gastgeber sind benachrichtigt."),
    "checked-in": mark("Danke, Sie sind eingecheckt. Der Platz gehört Ihnen."),
    "left": mark("Danke. Der Rest Ihrer Zeit ist wieder frei für andere."),
    "withdrawn": mark("Ihre Anfrage ist zurückgezogen. Der Platz ist wieder frei."),
    "approved": mark("Die Buchung ist bestätigt. Die Person bekommt eine Mail mit dem Termin."),
    "refused": mark("Die Anfrage ist abgelehnt. Die Person bekommt eine Mail, der Platz ist wieder frei."),
    "moved": mark("Ihre Buchung ist verschoben. Die Änderung ist unterwegs zu Ihnen."),
    "cancelled": mark("Ihre Buchung ist abgesagt. Der Platz ist wieder frei."),
    "booked-for-guest": mark("Gebucht. Bitte sagen Sie den Code, oder drucken Sie den Schein."),
    "moved-for-guest": mark("Die Buchung ist verschoben. Der Code bleibt derselbe."),
    "cancelled-for-guest": mark("Die Buchung ist abgesagt. Der Platz ist wieder frei."),
    "series-requested": mark("Ihre Anfrage ist angekommen. Die Gastgeber antworten auf alle Termine zusammen."),
    "series-withdrawn": mark("Ihre Anfrage ist zurückgezogen. Die Plätze sind wieder frei."),
    "series-booked": mark("Ihre Termine sind gebucht. Die Bestätigung ist unterwegs zu Ihnen."),
    "series-moved": mark("Ihre Termine sind geändert. Die Änderung ist unterwegs zu Ihnen."),
    "series-cancelled": mark("Diese Termine sind abgesagt. Die Plätze sind wieder frei."),
    "tariff-saved": mark("Die Preise sind gespeichert. Was schon gebucht ist, behält seinen Preis."),
    "card-sold": mark("Die Karte ist verkauft und steht bei der Person unter „Karten und Kosten“."),
    "pass-sold": mark("Der Monatspass ist verkauft. Er gilt für neue Buchungen."),
    "card-taken-back": mark("Der Verkauf ist zurückgenommen."),
    "voucher-issued": mark("Der Gutschein ist ausgestellt. Er steht oben in der Liste."),
    "voucher-redeemed": mark("Der Gutschein ist eingelöst."),
    "waived": mark("Der Betrag ist erlassen."),
    "waiting": mark("Sie stehen auf der Warteliste. Wir schreiben Ihnen, sobald etwas frei wird."),
    "wish-withdrawn": mark("Ihr Wunsch ist zurückgenommen."),
    "ride-offered": mark("Ihre Fahrt ist eingetragen. Wer sie braucht, findet sie ab jetzt."),
    "ride-changed": mark("Ihre Fahrt ist geändert. Wer mitfährt, bekommt eine Nachricht."),
    "ride-paused": mark("Die Pause ist eingetragen. Wer mitfahren wollte, bekommt eine Nachricht."),
    "ride-ended": mark("Ihre Fahrt ist beendet. Wer mitfahren wollte, bekommt eine Nachricht."),
    "ride-wish-left": mark("Ihr Wunsch ist eingetragen. Wir schreiben Ihnen, sobald eine Fahrt passt."),
    "drivers-told": mark("Wer in der nächsten Stunde hier vorbeikommt, weiß Bescheid. Bitte bleiben Sie gut sichtbar."),
    "nobody-passes": mark("In der nächsten Stunde kommt hier leider niemand vorbei, der in Ihre Richtung fährt."),
    "meeting-point-saved": mark("Die Mitfahrbank ist gespeichert."),
    "meeting-point-retired": mark("Die Mitfahrbank wird nicht mehr gezeigt."),
    "seat-asked": mark("Ihre Anfrage ist angekommen. Wer fährt, ist benachrichtigt."),
    "seat-given": mark("Sie fahren mit. Die Bestätigung ist unterwegs zu Ihnen."),
    "seat-accepted": mark("Zugesagt. Beide bekommen eine Mail mit allem, was nötig ist."),
    "seat-declined": mark("Abgelehnt. Die andere Seite bekommt eine Mail."),
    "seat-cancelled": mark("Abgesagt. Die andere Seite bekommt eine Mail."),
    "feedback-said": mark("Danke für Ihre Antwort."),
    "reported": mark("Danke. Der Landkreis liest Ihre Meldung."),
    "blocked": mark("Sie beide finden einander nicht mehr."),
    "unblocked": mark("Diese Person ist nicht mehr blockiert."),
    "ride-profile-saved": mark("Ihr Profil für Fahrten ist gespeichert."),
    "guardian-asked": mark("Die Bitte um Zustimmung ist unterwegs."),
    "report-handled": mark("Die Meldung ist erledigt."),
    "person-confirmed": mark("Die Person ist bestätigt."),
    "consent-recorded": mark("Die Zustimmung ist eingetragen."),
    "consent-revoked": mark("Die Zustimmung ist zurückgenommen. Was noch ausstand, ist abgesagt."),
    "organisation-added": mark("Der Verein ist angelegt. Tragen Sie nun ein, wer leitet und wer fährt."),
    "driver-named": mark("Die Person gehört jetzt zum Verein."),
    "driver-removed": mark("Die Person ist entfernt. Ihre Dienste sind wieder offen."),
    "duty-saved": mark("Der Dienst ist eingetragen."),
    "guest-booked": mark("Gebucht. Der Platz ist für die Person da."),
    "guest-cancelled": mark("Die Fahrt der Person ist abgesagt."),
    "application-saved": mark("Gespeichert. Noch ist nichts abgeschickt."),
    "application-sent": mark("Ihre Bewerbung ist abgeschickt. Die Bestätigung ist unterwegs zu Ihnen."),
    "draft-removed": mark("Der Entwurf ist gelöscht."),
    "application-withdrawn": mark("Ihre Bewerbung ist zurückgezogen."),
    "absence-told": mark("Danke, dass Sie Bescheid sagen. Der Betrieb weiß es, und der Arbeitsplatz ist wieder frei."),
    "exception-asked": mark("Wir haben den Landkreis gefragt. Sie bekommen eine Mail, wenn er eine Ausnahme zulässt."),
    "application-accepted": mark("Sie haben zugesagt. Andere Bewerbungen in dieser Zeit sind zurückgezogen."),
    "offer-refused": mark("Sie haben das Angebot abgelehnt. Der Platz ist wieder frei."),
    "message-sent": mark("Ihre Nachricht ist angekommen."),
    "interview-picked": mark("Der Termin steht. Er ist als Kalender-Eintrag unterwegs zu Ihnen beiden."),
    "interview-cancelled": mark("Das Gespräch ist abgesagt. Beide bekommen eine Mail."),
    "shortlisted": mark("In die engere Wahl genommen. Sie sehen jetzt, wer sich bewirbt."),
    "place-offered": mark("Der Platz ist angeboten und bis zur Antwort reserviert."),
    "application-declined": mark("Abgesagt. Sie können das 48 Stunden lang zurücknehmen."),
    "decline-taken-back": mark("Die Absage ist zurückgenommen."),
    "times-proposed": mark("Die Termine sind vorgeschlagen. Die Person wählt einen davon."),
    "placement-proposed": mark("Die Vereinbarung ist fertig. Alle, die unterschreiben müssen, bekommen eine Mail."),
    "signed": mark("Danke, Ihre Unterschrift ist gespeichert."),
    "terms-changed": mark("Die Vereinbarung ist geändert. Unterschriften von vorher gelten nicht mehr."),
    "placement-saved": mark("Gespeichert."),
    "placement-confirmed": mark("Das Praktikum ist bestätigt. Für jeden Tag ist ein Arbeitsplatz gebucht."),
    "placement-cancelled": mark("Das Praktikum ist abgesagt. Beide Seiten bekommen eine Mail."),
    "placement-ended": mark("Das Praktikum ist beendet. Beide Seiten bekommen eine Mail."),
    "link-sent": mark("Ein neuer Link ist unterwegs. Der vorige gilt nicht mehr."),
    "rule-overridden": mark("Die Regel ist für dieses Praktikum außer Kraft. Ihre Begründung steht dabei."),
    "paper-recorded": mark("Die Unterschrift auf Papier ist eingetragen."),
    "task-set": mark("Die Aufgabe steht da."),
    "task-removed": mark("Die Aufgabe ist entfernt."),
    "diary-written": mark("Im Tagebuch gespeichert."),
    "reconfirmed": mark("Danke. Die Firma weiß, dass Sie kommen."),
    "said-no": mark("Danke für Ihre Antwort. Das Praktikum ist abgesagt, und der Platz ist für andere frei."),
    "placement-rated": mark("Danke für Ihre Rückmeldung."),
    "agreement-noted": mark("Gespeichert. Es steht jetzt auf der Vereinbarung."),
    "certificate-issued": mark("Die Bescheinigung ist ausgestellt, und eine Mail sagt es weiter."),
    "certificate-revoked": mark("Die Bescheinigung ist widerrufen."),
    "session-ended": mark("Dieses Gerät ist abgemeldet."),
    "token-revoked": mark("Dieser Schlüssel gilt nicht mehr."),
    "company-registered": mark("Die Firma ist eingetragen. Der Landkreis prüft sie nun."),
    "company-saved": mark("Die Angaben zur Firma sind gespeichert."),
    "company-member-named": mark("Die Person gehört jetzt zur Firma und bekommt eine Mail."),
    "company-member-removed": mark("Die Person gehört nicht mehr zur Firma."),
    "company-verified": mark("Die Firma ist bestätigt und bekommt eine Mail."),
    "company-suspended": mark("Die Firma ist gesperrt und bekommt eine Mail mit dem Grund."),
    "company-renamed": mark("Die Firma heißt jetzt so, wie sie möchte, und bekommt eine Mail."),
    "company-name-refused": mark("Der Name bleibt, wie er ist. Die Firma bekommt eine Mail mit dem Grund."),
    "posting-saved": mark("Der Entwurf ist gespeichert."),
    "posting-terms-saved": mark("Die Änderung ist gespeichert und gilt sofort."),
    "posting-moved": mark("Erledigt. Den neuen Stand sehen Sie hier."),
    "posting-reviewed": mark("Erledigt. Die Firma bekommt eine Mail."),
    "search-saved": mark("Ihre Suche ist gespeichert."),
    "search-ended": mark("Diese Suche ist beendet. Sie bekommen dazu keine Mails mehr."),
    "erased": mark("Ihr Konto ist gelöscht."),
    "feed-revoked": mark("Diese Kalender-Adresse gilt nicht mehr."),
}


def page(request: Request[Any, Any, Any], template: str, status: int = 200, **context: Any) -> Response[str]:
    """The template rendered for this request's viewer, in its language."""
    notice = NOTICES.get(request.cookies.get(NOTICE_COOKIE, ""))
    html = (
        environment()
        .get_template(template)
        .render(
            request=request,
            viewer=request.scope.get("user"),
            notice=gettext(notice) if notice else None,
            path=request.scope["path"],
            language=language.get(),
            settings_demo=request.app.state.get("demo", False),
            other_language_url=lambda code: _other_language_url(request, code),
            **context,
        )
    )
    cookies = [Cookie(NOTICE_COOKIE, value="", max_age=0, path="/")] if notice else []
    return Response(html, status_code=status, media_type=MediaType.HTML, cookies=cookies)


def redirect(request: Request[Any, Any, Any], path: str, notice: str | None = None) -> Response[None]:
    """303 to a path of ours, in the language that the address says; `notice` is a key of NOTICES."""
    cookies = (
        [Cookie(NOTICE_COOKIE, value=notice, max_age=60, path="/", httponly=True, samesite="lax")] if notice else []
    )
    return Response(None, status_code=303, headers={"Location": url(path)}, cookies=cookies)


def url(path: str) -> str:
    """A path of ours as the pages link to it: with /de or /en in front where this request's address had it."""
    return address_prefix.get() + path


def _other_language_url(request: Request[Any, Any, Any], code: str) -> str:
    """The same page; where a form was sent to an address that shows none, the page on which it stood."""
    if request.method in ("GET", "HEAD"):
        path, query = request.scope["path"], request.scope["query_string"].decode("latin-1")
    else:
        referer = urlsplit(request.headers.get("referer", ""))
        ours = referer.netloc == request.headers.get("host")
        path, query = (IN_ADDRESS.sub("", referer.path) or "/", referer.query) if ours else ("/", "")
    return f"/{code}{path}" + (f"?{query}" if query else "")


@cache
def environment() -> Environment:
    """One environment a process; also renders the mails."""
    templates = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(disabled_extensions=("txt",), default=True, default_for_string=True),
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    templates.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]
    templates.filters |= {
        "day": format_day,
        "clock": format_clock,
        "moment": format_moment,
        "euros": format_cents,
        "period": format_period,
        "local": _local,
        "instant": datetime.fromisoformat,
    }
    templates.globals |= {"_": _translated, "static": static, "url": url, "query": urlencode, "languages": LANGUAGES}
    return templates


@pass_eval_context
def _translated(context: EvalContext, text: str, **variables: object) -> str:
    """As the i18n extension's `_()`, at half the cost: most sentences have nothing to fill in, and a page has many."""
    sentence = Markup(gettext(text)) if context.autoescape else gettext(text)  # noqa: S704 our own words
    return sentence % variables if variables else sentence


def _local(moment: datetime, zone: str) -> datetime:
    """As the clocks in the time zone of that name show it."""
    return moment.astimezone(ZoneInfo(zone))


@cache
def static(name: str) -> str:
    """The address of a file in static/, with a fingerprint so that browsers may keep it for a year."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:10]
    return f"/static/{name}?v={digest}"
