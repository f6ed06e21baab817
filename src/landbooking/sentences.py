"""What a value should be, said to the person who typed or sent another one."""

from typing import Any

from msgspec import inspect

from landbooking.language import gettext as _


def wanted(annotation: Any) -> str:
    """A sentence in the person's language on what a field of this type takes.

    One that a type has of its own stands in its `extra`, marked for translation: Meta(…, extra={"wanted": N_("…")}).
    """
    kind, notes = _type_and_notes(annotation)
    if "wanted" in notes:
        return _(notes["wanted"])
    if notes.get("format") == "date-time":
        return _instant()
    match kind:
        case inspect.StrType(max_length=int(), pattern=None | r"\S"):
            return _text(kind)
        case inspect.IntType() | inspect.FloatType():
            return _number(kind)
        case inspect.DateType():
            return _("Bitte ein Datum wie 2026-12-01 angeben.")
        case inspect.TimeType():
            return _("Bitte eine Uhrzeit wie 09:00 angeben.")
        case inspect.DateTimeType():
            return _instant()
        case inspect.LiteralType(values=values):
            return _("Bitte eines davon wählen: %(values)s.") % {"values": ", ".join(map(str, values))}
        case _:
            return _("Diese Angabe verstehen wir nicht. Bitte prüfen Sie sie.")


def _type_and_notes(annotation: Any) -> tuple[inspect.Type, dict[str, Any]]:
    """The type itself, without what may stand in its place, and the `extra` noted beside it."""
    kind, notes = inspect.type_info(annotation), dict[str, Any]()
    while isinstance(kind, inspect.UnionType | inspect.Metadata):
        if isinstance(kind, inspect.Metadata):
            notes |= kind.extra or {}
            kind = kind.type
        else:  # optional: the real type speaks, where there is one only
            real = [part for part in kind.types if not isinstance(part, inspect.NoneType)]
            if len(real) > 1:
                break
            kind = real[0]
    return kind, notes


def _text(kind: inspect.StrType) -> str:
    sentence = (
        _("Bitte ausfüllen, mit höchstens %(most)s Zeichen.")
        if kind.pattern
        else _("Bitte höchstens %(most)s Zeichen.")
    )
    return sentence % {"most": kind.max_length}


def _number(kind: inspect.IntType | inspect.FloatType) -> str:
    if kind.ge is not None and kind.le is not None:
        return _("Bitte eine Zahl von %(least)s bis %(most)s angeben.") % {"least": kind.ge, "most": kind.le}
    if kind.gt is not None and kind.le is not None:
        return _("Bitte eine Zahl über %(least)s und bis %(most)s angeben.") % {"least": kind.gt, "most": kind.le}
    return _("Bitte eine Zahl angeben.")


def _instant() -> str:
    return _("Bitte Datum und Uhrzeit mit Zeitzone angeben, wie 2026-12-01T09:00:00+01:00.")
