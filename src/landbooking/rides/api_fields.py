"""Places and days as programs send them, and who may call."""

from datetime import date

from landbooking.forms import InvalidInput, check_within_reach
from landbooking.language import gettext as _
from landbooking.places.municipality import UnknownPlace
from landbooking.rides.offering import PlannedStop
from landbooking.rides.place import Gazetteer


def ends_named(known: Gazetteer, start: str, to: str) -> tuple[PlannedStop, PlannedStop]:
    ends = stop_named(known, "from", start), stop_named(known, "to", to)
    if ends[0] == ends[1]:
        raise InvalidInput({"to": _("Start und Ziel sind derselbe Ort.")}, {})
    return ends


def stop_named(known: Gazetteer, field: str, label: str) -> PlannedStop:
    try:
        return PlannedStop(known.named(label))
    except UnknownPlace as unknown:
        raise InvalidInput({field: unknown.message}, {}) from None


def check_days(first: date, last: date | None) -> None:
    check_within_reach(first, "first")
    if last:
        check_within_reach(last, "last")
    if last and last < first:
        raise InvalidInput({"last": _("Der letzte Tag muss nach dem ersten liegen.")}, {})
