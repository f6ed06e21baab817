"""What a host types to keep resources from being booked, and what it means."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec

from landbooking.forms import Fields, InvalidInput, text_of
from landbooking.language import format_day
from landbooking.language import gettext as _
from landbooking.period import Period, closing_instant, monday_of, opening_instant
from landbooking.spaces.hosting.blackouts import Wish
from landbooking.spaces.hosting.times import DAY, check_day, closing_minutes, opening_minutes, spoken_clock, typed_day
from landbooking.spaces.opening_hours import OpeningRules
from landbooking.spaces.space import Resource

WHOLE = "all"  # the value of the box for the whole space
PRESET = "when"  # the name of the buttons that fill in all four fields of time: "first,from,last,to"


def typed_wish(posted: Fields) -> dict[str, Any]:
    """What stands in the form, to show it again. A link from the board fills the same names."""
    typed: dict[str, Any] = {name: text_of(posted, name) for name in ("first", "from", "last", "to", "reason")}
    typed["resource"] = [value for value in posted.getall("resource", []) if isinstance(value, str)]
    if preset := text_of(posted, PRESET):
        typed |= zip(("first", "from", "last", "to"), preset.split(","), strict=False)
    return typed


class Preset(msgspec.Struct, frozen=True):
    """What is wanted mostly: from a clock time of the first day to one of the last, in minutes since midnight."""

    words: str
    first: date
    opens: int
    last: date
    closes: int

    @property
    def value(self) -> str:
        """Of its button."""
        return f"{self.first},{spoken_clock(self.opens)},{self.last},{spoken_clock(self.closes)}"

    def period(self, rules: OpeningRules) -> Period:
        return _period(self.first, self.opens, self.last, self.closes, rules)


def presets(rules: OpeningRules, now: datetime) -> list[Preset]:
    local = now.astimezone(rules.time_zone)
    today, begun = local.date(), local.hour * 60 + local.minute // 15 * 15
    tomorrow, sunday = today + timedelta(days=1), monday_of(today) + timedelta(days=6)
    rest = _("Den Rest von heute, ab %(clock)s Uhr") % {"clock": spoken_clock(begun)}
    whole = _("Morgen den ganzen Tag, %(day)s") % {"day": format_day(tomorrow, "medium")}
    found = [Preset(rest, today, begun, today, DAY), Preset(whole, tomorrow, 0, tomorrow, DAY)]
    if sunday > today:
        found.append(Preset(_("Den Rest der Woche, bis Sonntag"), today, begun, sunday, DAY))
    return found


def wish_from(typed: dict[str, Any], resources: list[Resource], rules: OpeningRules) -> Wish:
    """Raises InvalidInput, with every mistake at once."""
    errors: dict[str, str] = {}
    chosen = _chosen(typed["resource"], resources, errors)
    first = _day("first", typed["first"], rules, errors)
    last = _day("last", typed["last"], rules, errors) if typed["last"] else first
    opens = _clock("from", typed["from"] or "00:00", errors)
    closes = _clock("to", typed["to"] or "24:00", errors)
    if len(typed["reason"]) > 200:
        errors["reason"] = _("Bitte höchstens %(most)s Zeichen.") % {"most": 200}
    if first is None or last is None or opens is None or closes is None:
        raise InvalidInput(errors, typed)
    period = _period(first, opens, last, closes, rules)
    if last < first:
        errors["last"] = _("Der letzte Tag liegt vor dem ersten.")
    elif period.end <= period.start:
        errors["to"] = _("Das Ende muss nach dem Anfang liegen.")
    elif period.end <= datetime.now(UTC):
        errors["to"] = _("Diese Zeit ist schon vorbei.")
    if errors:
        raise InvalidInput(errors, typed)
    return Wish(chosen, period, typed["reason"])


def _period(first: date, opens: int, last: date, closes: int, rules: OpeningRules) -> Period:
    zone = rules.time_zone
    return Period(
        opening_instant(first, opens, zone).astimezone(UTC), closing_instant(last, closes, zone).astimezone(UTC)
    )


def _chosen(values: list[str], resources: list[Resource], errors: dict[str, str]) -> tuple[int, ...] | None:
    if WHOLE in values:
        return None
    known = {str(resource.id): resource.id for resource in resources}
    if not values or any(value not in known for value in values):
        errors["resource"] = _("Bitte wählen Sie, was gesperrt wird.")
    return tuple(known[value] for value in values if value in known)


def _day(name: str, typed: str, rules: OpeningRules, errors: dict[str, str]) -> date | None:
    if not typed:
        errors[name] = _("Bitte füllen Sie dieses Feld aus.")
        return None
    try:
        day = typed_day(typed)
        check_day(day, rules, datetime.now(UTC))
    except ValueError as wrong:
        errors[name] = str(wrong)
        return None
    return day


def _clock(name: str, typed: str, errors: dict[str, str]) -> int | None:
    try:
        return opening_minutes(typed) if name == "from" else closing_minutes(typed)
    except ValueError as wrong:
        errors[name] = str(wrong)
        return None
