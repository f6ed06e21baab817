"""A change in words, in the reader's language: what was done, and to what."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from landbooking.language import format_cents, format_day, format_period
from landbooking.language import gettext as _
from landbooking.language import mark as N_
from landbooking.spaces.changes.changes import Change, Subject
from landbooking.spaces.hosting.hosts import ROLES
from landbooking.spaces.hosting.rules_form import fields_of
from landbooking.spaces.kinds import several
from landbooking.spaces.space import Space

SUBJECTS: dict[Subject, str] = {
    "booking": N_("Buchungen"),
    "blackout": N_("Sperrzeiten"),
    "closure": N_("Schließtage"),
    "hours": N_("Öffnungszeiten"),
    "rules": N_("Regeln einzelner Plätze"),
    "tariff": N_("Preise"),
    "resource": N_("Plätze"),
    "vehicle": N_("Fahrzeuge"),
    "space": N_("Angaben und Regeln"),
    "photo": N_("Fotos"),
    "plan": N_("Plan"),
    "host": N_("Team"),
    "member": N_("Mitglieder"),
    "charge": N_("Kasse"),
}

_DONE: dict[tuple[Subject, str], str] = {
    ("booking", "added"): N_("Für einen Gast gebucht"),
    ("booking", "approved"): N_("Anfrage bestätigt"),
    ("booking", "refused"): N_("Anfrage abgelehnt"),
    ("booking", "removed"): N_("Buchung abgesagt"),
    ("booking", "changed"): N_("Buchung verschoben"),
    ("blackout", "added"): N_("Sperrzeit eingetragen"),
    ("blackout", "changed"): N_("Sperrzeit aufgehoben"),
    ("closure", "added"): N_("Schließtage eingetragen"),
    ("closure", "removed"): N_("Schließtage zurückgenommen"),
    ("hours", "changed"): N_("Öffnungszeiten geändert"),
    ("rules", "changed"): N_("Regeln geändert"),
    ("tariff", "changed"): N_("Preise geändert"),
    ("resource", "added"): N_("Plätze angelegt"),
    ("resource", "changed"): N_("Plätze geändert"),
    ("vehicle", "changed"): N_("Fahrzeug beschrieben"),
    ("space", "added"): N_("Raum angelegt"),
    ("space", "changed"): N_("Angaben oder Regeln geändert"),
    ("photo", "added"): N_("Foto hinzugefügt"),
    ("photo", "removed"): N_("Foto entfernt"),
    ("plan", "added"): N_("Plan gezeichnet"),
    ("plan", "changed"): N_("Plan geändert"),
    ("host", "added"): N_("Ins Team aufgenommen"),
    ("host", "changed"): N_("Rolle im Team geändert"),
    ("host", "removed"): N_("Aus dem Team genommen"),
    ("member", "added"): N_("Mitglied eingetragen"),
    ("member", "removed"): N_("Mitglied entfernt"),
    ("charge", "added"): N_("An der Kasse"),
}

_COLUMNS = {
    "name": N_("Name"),
    "description": N_("Beschreibung"),
    "street": N_("Straße und Hausnummer"),
    "postal_code": N_("Postleitzahl"),
    "town": N_("Ort"),
    "lat": N_("Lage auf der Karte"),
    "lon": N_("Lage auf der Karte"),
    "features": N_("Ausstattung"),
    "open_on_public_holidays": N_("Öffnung an Feiertagen"),
    "checkin_minutes": N_("Check-in"),
}
_WAYS = {"card": N_("Karte verkauft"), "pass": N_("Monatspass verkauft")}


def done(change: Change) -> str:
    """ "Sperrzeit eingetragen"."""
    if change.subject == "space" and all(set(what) == {"published"} for what in change.whats):
        return _("Sichtbarkeit geändert")
    return _(_DONE.get((change.subject, change.verb), N_("Geändert")))


def details(change: Change, space: Space, resources: Mapping[int, str]) -> list[str]:
    """One line for each thing that was changed, without lines that say nothing. `resources` are names by id."""
    tell = _TELLERS.get(change.subject, _nothing)
    lines = [line for what in change.whats if (line := tell(what, space, resources))]
    if change.subject == "host":
        lines = [f"{', '.join(change.about) or _('gelöschtes Konto')}: {', '.join(dict.fromkeys(lines))}"]
    return list(dict.fromkeys(lines))


def _nothing(what: dict[str, Any], space: Space, resources: Mapping[int, str]) -> str:
    return ""


def _booking(what: dict[str, Any], space: Space, resources: Mapping[int, str]) -> str:
    number = _("Buchung %(number)s") % {"number": what["id"]}
    return f"{resources.get(what['resource_id'], '')}, {_period(what['period'], space)} ({number})"


def _blackout(what: dict[str, Any], space: Space, resources: Mapping[int, str]) -> str:
    names = [resources.get(number, "") for number in what["resource_ids"]]
    of = _("Der ganze Raum") if what["whole_space"] else ", ".join(names)
    return f"{of}, {_period(what['period'], space)}"


def _closure(what: dict[str, Any], space: Space, resources: Mapping[int, str]) -> str:
    first, after = (date.fromisoformat(day) for day in what["days"].strip("[)").split(","))
    last = after - timedelta(days=1)
    if first == last:
        return format_day(first)
    return _("%(first)s bis %(last)s") % {"first": format_day(first), "last": format_day(last)}


def _resource(what: dict[str, Any], space: Space, resources: Mapping[int, str]) -> str:
    name, retired = what["name"], what.get("retired_at")
    if isinstance(name, list):
        return _("„%(before)s“ heißt jetzt „%(after)s“") % {"before": name[0], "after": name[1]}
    if isinstance(retired, list):
        return f"{name}: {_('ausgemustert') if retired[1] else _('wieder da')}"
    return str(name)


def _of_resources(what: dict[str, Any], space: Space, resources: Mapping[int, str]) -> str:
    """Whose rules or prices."""
    if number := what.get("resource_id"):
        return resources.get(number, "")
    return several(what["kind"]) if what.get("kind") else ""


def _tariff(what: dict[str, Any], space: Space, resources: Mapping[int, str]) -> str:
    words = {
        "hour_cents": _("Stunde"),
        "half_day_cents": _("Halber Tag"),
        "day_cents": _("Tag"),
        "month_cents": _("Monat"),
    }
    prices = [f"{word} {format_cents(what[name])}" for name, word in words.items() if isinstance(what.get(name), int)]
    return ": ".join(part for part in (_of_resources(what, space, resources), ", ".join(prices)) if part)


def _space(what: dict[str, Any], space: Space, resources: Mapping[int, str]) -> str:
    """Which columns. The longer ones are not repeated, what can be chosen is told as before and after."""
    labels = {field.name: field.label for field in fields_of(space.rules, None)}
    told = [_column(name, what[name], labels) for name in what if name != "published"]
    if isinstance(published := what.get("published"), list):
        told.append(_("veröffentlicht") if published[1] else _("nicht mehr gezeigt"))
    return "; ".join(dict.fromkeys(line for line in told if line))


def _column(name: str, value: object, labels: Mapping[str, str]) -> str:
    if not isinstance(value, list):
        return ""
    label = labels.get(name) or _(_COLUMNS.get(name, name))
    numbers = all(isinstance(one, int | None) and not isinstance(one, bool) for one in value)
    if numbers and len(value) == 2:
        return f"{label.rstrip('?')}: {value[0] or 0} → {value[1] or 0}"
    return label


def _host(what: dict[str, Any], space: Space, resources: Mapping[int, str]) -> str:
    role = what["role"]
    return " → ".join(_(ROLES[one]) for one in (role if isinstance(role, list) else [role]))


def _charge(what: dict[str, Any], space: Space, resources: Mapping[int, str]) -> str:
    if what.get("corrects"):
        return _("Zurückgenommen")
    return _("Betrag erlassen") if what["way"] == "waived" else _(_WAYS.get(what["what"], N_("Geändert")))


def _period(written: str, space: Space) -> str:
    start, end = (datetime.fromisoformat(moment.strip('"')) for moment in written.strip("[)").split(","))
    return format_period(start.astimezone(UTC), end.astimezone(UTC), space.rules.zone)


_TELLERS: dict[Subject, Callable[[dict[str, Any], Space, Mapping[int, str]], str]] = {
    "booking": _booking,
    "blackout": _blackout,
    "closure": _closure,
    "resource": _resource,
    "vehicle": _of_resources,
    "rules": _of_resources,
    "tariff": _tariff,
    "space": _space,
    "host": _host,
    "charge": _charge,
}
