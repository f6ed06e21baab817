"""What can be booked in a space: its kinds, and what they are called."""

import re
from typing import Literal, get_args

from landbooking.language import gettext as _
from landbooking.language import mark as N_

Kind = Literal["desk", "meeting_room", "phone_booth", "telemedicine", "vehicle", "equipment"]
KINDS: tuple[Kind, ...] = get_args(Kind)
DISCREET: Kind = "telemedicine"  # of whose bookings others learn only that the time is taken
_NEUTRAL = re.compile(r"Raum [1-9][0-9]{0,2}")

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


def is_fitting_name(kind: Kind, name: str) -> bool:
    """Mails, calendars and boards say nothing of a discreet room but its name, which therefore is a mere number."""
    return kind != DISCREET or _NEUTRAL.fullmatch(name) is not None


def options(kinds: tuple[Kind, ...] = KINDS) -> list[tuple[str, str]]:
    """Word and name of each, for a form that asks what somebody needs."""
    return [(kind, one(kind)) for kind in kinds]
