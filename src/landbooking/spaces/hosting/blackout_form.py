"""What a host types to keep resources from being booked, and what it means."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from landbooking.forms import Fields, InvalidInput, text_of
from landbooking.language import format_day
from landbooking.language import gettext as _
from landbooking.period import Period, closing_instant, opening_instant
from landbooking.spaces.hosting.blackouts import Wish
from landbooking.spaces.hosting.times import check_day, closing_minutes, opening_minutes, spoken_clock, typed_day
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


def presets(rules: OpeningRules, now: datetime) -> list[tuple[str, str]]:
    """What is wanted mostly, for a button each: its value and its words."""
    local = now.astimezone(rules.time_zone)
    today, begun = local.date(), spoken_clock(local.hour * 60 + local.minute // 15 * 15)
    tomorrow, sunday = today + timedelta(days=1), today + timedelta(days=6 - today.weekday())
    found = [
        (f"{today},{begun},{today},00:00", _("Den Rest von heute, ab %(clock)s Uhr") % {"clock": begun}),
        (
            f"{tomorrow},00:00,{tomorrow},00:00",
            _("Morgen den ganzen Tag, %(day)s") % {"day": format_day(tomorrow, "medium")},
        ),
    ]
    if sunday > today:
        found.append((f"{today},{begun},{sunday},00:00", _("Den Rest der Woche, bis Sonntag")))
    return found


def usual_periods(rules: OpeningRules, now: datetime) -> list[tuple[str, Period]]:
    """What these buttons mean: their words, and the time."""
    found = []
    for value, words in presets(rules, now):
        first, opens, last, closes = value.split(",")
        found.append(
            (words, _period(typed_day(first), opening_minutes(opens), typed_day(last), closing_minutes(closes), rules))
        )
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
    """From a clock time of the first day to one of the last, in minutes since midnight."""
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
