"""What an internship is about: fields of work, and what kind of internship it is."""

from typing import Literal, get_args

from landbooking.language import gettext, mark

Field = Literal[
    "it", "media", "office", "marketing", "design", "science", "engineering", "education", "social", "administration",
    "trade", "other",
]  # fmt: skip
Kind = Literal["school", "voluntary", "mandatory", "orientation", "study", "qualification"]

FIELDS: tuple[Field, ...] = get_args(Field)
KINDS: tuple[Kind, ...] = get_args(Kind)

_FIELDS: dict[Field, str] = {
    "it": mark("Computer und Programmieren"),
    "media": mark("Texte, Bilder, Film und Ton"),
    "office": mark("Büro und Buchhaltung"),
    "marketing": mark("Werbung und Verkauf"),
    "design": mark("Gestalten und Zeichnen"),
    "science": mark("Forschen und Daten auswerten"),
    "engineering": mark("Technik planen"),
    "education": mark("Lehren und Lernen"),
    "social": mark("Beraten und helfen"),
    "administration": mark("Verwaltung und Recht"),
    "trade": mark("Handel und Einkauf"),
    "other": mark("Etwas anderes"),
}
_KINDS: dict[Kind, str] = {
    "school": mark("Praktikum einer Schule"),
    "voluntary": mark("Freiwilliges Praktikum"),
    "mandatory": mark("Pflichtpraktikum für Ausbildung oder Studium"),
    "orientation": mark("Praktikum vor einer Ausbildung oder einem Studium"),
    "study": mark("Praktikum neben einer Ausbildung oder einem Studium"),
    "qualification": mark("Einstiegsqualifizierung"),
}


def field_options() -> list[tuple[str, str]]:
    """As a form offers them: code and word."""
    return [(field, gettext(_FIELDS[field])) for field in FIELDS]


def kind_options() -> list[tuple[str, str]]:
    return [(kind, gettext(_KINDS[kind])) for kind in KINDS]


def field_word(field: Field) -> str:
    return gettext(_FIELDS[field])


def kind_word(kind: Kind) -> str:
    return gettext(_KINDS[kind])
