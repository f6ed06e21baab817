"""What a space is, as it is typed."""

from collections.abc import Mapping
from typing import Any

import msgspec

from landbooking.forms import Fields, InvalidInput, parse_values, text_of
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
    try:
        chosen = features.known_features(typed["features"], features.OF_SPACES)
    except InvalidInput as refusal:
        errors |= refusal.errors
    if errors:
        raise InvalidInput(errors, typed)
    return msgspec.structs.replace(details, features=chosen)
