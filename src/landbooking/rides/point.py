"""A point on the map as people type it and read it: "49.5396, 7.4046", as their map programs show it."""

import re

from landbooking.language import gettext as _
from landbooking.places.municipality import UnknownPlace
from landbooking.rides.way import Point

_LONGEST = 100  # no point is longer, and comparing costs time
_DIGITS = 6  # after the decimal point: a tenth of a metre (RFC 5870 advises no more)

# Numbers alone with something between them, or a geo: address; a postal code or an official key is no point.
_MEANT = re.compile(r"geo:.*|(?=.*[0-9])(?=.*[.,;°])[-+0-9.,;°NEO\s]+", re.IGNORECASE | re.DOTALL)
_NUMBER = r"([-+]?[0-9]{1,3}(?:[.,][0-9]{1,20})?)"
_TYPED = re.compile(rf"{_NUMBER}\s?°?\s?N?(?:\s?[,;]\s?|\s){_NUMBER}\s?°?\s?[EO]?", re.IGNORECASE)
_GEO = re.compile(rf"geo:{_NUMBER},{_NUMBER}(?:[,;?].*)?", re.IGNORECASE | re.DOTALL)


def typed_point(text: str) -> Point | None:
    """Degrees (WGS 84), latitude first, with a decimal point or comma; or a geo: address (RFC 5870).

    None where a place is meant by its name. Raises UnknownPlace for what is no point of this earth.
    """
    typed = " ".join(text[:_LONGEST].split())
    if not _MEANT.fullmatch(typed):
        return None
    if found := _GEO.fullmatch(typed) or _TYPED.fullmatch(typed):
        lat, lon = (float(number.replace(",", ".")) for number in found.groups())
        if abs(lat) <= 90 and abs(lon) <= 180:
            return rounded(lat, lon)
    raise UnknownPlace(
        _("Eine Stelle besteht aus zwei Zahlen in Grad, Breite und Länge. Bitte wie 49.5396, 7.4046 schreiben.")
    )


def rounded(lat: float, lon: float) -> Point:
    return Point(round(lat, _DIGITS), round(lon, _DIGITS))


def point_text(point: Point) -> str:
    """As `typed_point` reads it, and map programs do."""
    return f"{point.lat}, {point.lon}"
