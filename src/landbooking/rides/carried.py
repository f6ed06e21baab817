"""What comes along in a ride, in words."""

from collections.abc import Iterable

from landbooking.language import gettext as _
from landbooking.rides.ride import Carried


def carried_options() -> list[tuple[Carried, str]]:
    """In the person's language, as a form offers them."""
    return [
        ("luggage", _("Gepäck")),
        ("bicycle", _("Fahrrad")),
        ("child-seat", _("Kindersitz")),
        ("wheelchair", _("Rollstuhl")),
        ("pets", _("Haustier")),
    ]


def carried_words(needs: Iterable[Carried]) -> str:
    """ "Gepäck, Fahrrad", empty for nothing."""
    wanted = set(needs)
    return ", ".join(word for name, word in carried_options() if name in wanted)
