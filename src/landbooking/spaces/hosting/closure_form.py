"""The days on which a host types that a space, or several, stay closed."""

from datetime import UTC, date, datetime

from landbooking.forms import Fields, InvalidInput, text_of
from landbooking.language import gettext as _
from landbooking.spaces.hosting.times import check_day, typed_day
from landbooking.spaces.opening_hours import Closure, OpeningRules


def typed_closure(posted: Fields) -> dict[str, str]:
    """What stands in the form, to show it again."""
    return {name: text_of(posted, name) for name in ("first", "last", "reason")}


def closure_from(typed: dict[str, str], rules: OpeningRules) -> Closure:
    """One day where no last one is given. Raises InvalidInput, with every mistake at once."""
    errors: dict[str, str] = {}
    days: dict[str, date] = {}
    now = datetime.now(UTC)
    for name in ("first", "last"):
        if not typed[name]:
            continue
        try:
            days[name] = typed_day(typed[name])
            check_day(days[name], rules, now)
        except ValueError as wrong:
            errors[name] = str(wrong)
    if not typed["first"]:
        errors["first"] = _("Bitte füllen Sie dieses Feld aus.")
    elif not errors and days.get("last", days["first"]) < days["first"]:
        errors["last"] = _("Der letzte Tag liegt vor dem ersten.")
    if len(typed["reason"]) > 200:
        errors["reason"] = _("Bitte höchstens %(most)s Zeichen.") % {"most": 200}
    if errors:
        raise InvalidInput(errors, typed)
    return Closure(days["first"], days.get("last", days["first"]), typed["reason"])
