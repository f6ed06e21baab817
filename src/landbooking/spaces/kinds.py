"""What can be booked in a space: its kinds, and what they are called."""

from typing import Literal, get_args

from landbooking.language import gettext as _
from landbooking.language import mark as N_

Kind = Literal["desk", "meeting_room", "phone_booth", "telemedicine", "vehicle", "equipment"]
KINDS: tuple[Kind, ...] = get_args(Kind)

# One of them, several of them, and the sign of macros/icons.html.
_CALLED = {
    "desk": (N_("Arbeitsplatz"), N_("Arbeitsplätze"), "desk"),
    "meeting_room": (N_("Besprechungsraum"), N_("Besprechungsräume"), "people"),
    "phone_booth": (N_("Telefonkabine"), N_("Telefonkabinen"), "phone"),
    "telemedicine": (N_("Raum für Videotermine"), N_("Räume für Videotermine"), "screen"),
    "vehicle": (N_("Fahrzeug"), N_("Fahrzeuge"), "parking"),
    "equipment": (N_("Ausstattung"), N_("Ausstattung"), "plus"),
}


def one(kind: Kind) -> str:
    return _(_CALLED[kind][0])


def several(kind: Kind) -> str:
    return _(_CALLED[kind][1])


def sign(kind: Kind) -> str:
    return _CALLED[kind][2]


def options(kinds: tuple[Kind, ...] = KINDS) -> list[tuple[str, str]]:
    """Word and name of each, for a form that asks what somebody needs."""
    return [(kind, one(kind)) for kind in kinds]
