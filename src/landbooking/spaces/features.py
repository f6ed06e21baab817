"""Access and equipment, as words that are stored; what they are called stands here, and nowhere else."""

from collections.abc import Iterable

from landbooking.forms import InvalidInput
from landbooking.language import gettext as _
from landbooking.language import mark as N_
from landbooking.spaces.kinds import Kind

# By word: what it is called, and the sign of macros/icons.html beside it. In the order in which people look for them.
_SPACE = {
    "step-free": (N_("Stufenlos erreichbar"), "step-free"),
    "accessible-toilet": (N_("Barrierefreies WC"), "step-free"),
    "hearing-loop": (N_("Höranlage (Induktionsschleife)"), "ear"),
    "quiet": (N_("Ruhiger Arbeitsbereich"), "quiet"),
    "wifi": (N_("WLAN"), "wifi"),
    "printer": (N_("Drucker"), "printer"),
    "kitchen": (N_("Küche"), "check"),
    "parking": (N_("Parkplatz"), "parking"),
    "charging": (N_("Ladestation für Autos"), "parking"),
    "bicycle-parking": (N_("Abstellplatz für Fahrräder"), "parking"),
    "public-transport": (N_("Bus oder Bahn in der Nähe"), "place"),
}
_RESOURCE = {
    "height-adjustable": (N_("Höhenverstellbarer Tisch"), "desk"),
    "screen": (N_("Bildschirm"), "screen"),
    "camera": (N_("Kamera und Mikrofon"), "screen"),
    "projector": (N_("Beamer"), "screen"),
    "whiteboard": (N_("Tafel oder Whiteboard"), "check"),
    "quiet": (N_("Ruhiger Platz"), "quiet"),
    "wheelchair": (N_("Mit dem Rollstuhl unterfahrbar"), "step-free"),
    "window": (N_("Am Fenster"), "check"),
    "portable": (N_("Tragbar"), "check"),
    "child-seat": (N_("Kindersitz"), "check"),
}
_ALL = {**_RESOURCE, **_SPACE}

OF_SPACES = tuple(_SPACE)
OF_KINDS: dict[Kind, tuple[str, ...]] = {
    "desk": ("height-adjustable", "screen", "quiet", "wheelchair", "window"),
    "meeting_room": ("step-free", "hearing-loop", "screen", "camera", "projector", "whiteboard", "window"),
    "phone_booth": ("step-free", "screen", "quiet"),
    "telemedicine": ("step-free", "hearing-loop", "screen", "camera", "quiet"),
    "vehicle": ("child-seat", "step-free"),
    "equipment": ("portable",),
}


def known_features(words: Iterable[str], known: tuple[str, ...]) -> list[str]:
    """Each once, in our order. Raises InvalidInput for a word that is not among `known`."""
    chosen = set(words)
    if not chosen <= set(known):
        raise InvalidInput({"features": _("Bitte wählen Sie nur aus der Liste.")}, {})
    return [word for word in known if word in chosen]


def label(word: str) -> str:
    """What it is called in the person's language; a word that we do not know (any more) speaks for itself."""
    return _(_ALL[word][0]) if word in _ALL else word


def tags(words: Iterable[str]) -> list[tuple[str, str]]:
    """Sign and name of each, in the order of the list, for the macro `tags`."""
    known = list(_ALL)
    ordered = sorted(words, key=lambda word: known.index(word) if word in _ALL else len(known))
    return [(_ALL[word][1] if word in _ALL else "check", label(word)) for word in ordered]


def space_options() -> list[tuple[str, str]]:
    """Word and name of everything that a space can have, for a form."""
    return [(word, _(name)) for word, (name, _icon) in _SPACE.items()]


def options_of(kind: Kind) -> list[tuple[str, str]]:
    """The same for resources of the kind."""
    known = {**_SPACE, **_RESOURCE}
    return [(word, _(known[word][0])) for word in OF_KINDS[kind]]
