"""What a space is, as it is typed."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from landbooking.forms import Fields, InvalidInput, parse_values, text_of
from landbooking.language import gettext as _
from landbooking.spaces import features
from landbooking.spaces.hosting.details import Details
from landbooking.spaces.space import Space

_TEXTS = ("name", "description", "street", "postal_code", "town", "lat", "lon")


def typed_details(posted: Fields) -> dict[str, Any]:
    """What stands in the form, to show it again."""
    typed: dict[str, Any] = {name: text_of(posted, name) for name in _TEXTS}
    return {
        **typed,
        "version": text_of(posted, "version"),
        "features": [word for word in posted.getall("features", []) if isinstance(word, str)],
    }


def details_as_typed(space: Space) -> dict[str, Any]:
    """The form of a space that stands."""
    texts = {name: getattr(space, name) for name in _TEXTS}
    return {**texts, "version": space.version, "features": list(space.features)}


def details_from(typed: Mapping[str, Any]) -> Details:
    """Degrees may be written with a comma, as German keyboards have it. Raises InvalidInput, every mistake at once."""
    degrees = {name: typed[name].replace(",", ".") for name in ("lat", "lon")}
    errors: dict[str, str] = {}
    try:
        details = parse_values(Details, {**typed, **degrees})
    except InvalidInput as refusal:
        errors |= refusal.errors
    errors |= mistakes_in(typed["postal_code"], typed["features"])
    if errors:
        raise InvalidInput(errors, typed)
    return details


def mistakes_in(postal_code: str, chosen: Iterable[str]) -> dict[str, str]:
    """By field, what the types of Details do not tell. That a postal code is missing they do."""
    errors = {}
    if postal_code and not re.fullmatch(r"[0-9]{5}", postal_code):
        errors["postal_code"] = _("Die Postleitzahl hat fünf Ziffern.")
    if not set(chosen) <= set(features.OF_SPACES):
        errors["features"] = _("Bitte wählen Sie nur aus der Liste.")
    return errors
