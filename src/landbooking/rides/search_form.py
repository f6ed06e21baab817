"""The one question: from where, to where, when."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

import msgspec

from landbooking.forms import InvalidInput, parse_values, text_of
from landbooking.language import gettext as _
from landbooking.places.municipality import UnknownPlace
from landbooking.rides.journey import Journey
from landbooking.rides.matching import Match
from landbooking.rides.place import Gazetteer, Place
from landbooking.rides.ride import Carried
from landbooking.rides.timetable import ZONE

FIELDS = ("from", "to", "day", "when", "at", "places")


class SearchForm(msgspec.Struct, frozen=True):
    """`at` is a local clock time; without one, any time of the day will do."""

    day: date
    when: Literal["arrive", "leave"] = "arrive"
    at: time | None = None
    places: Annotated[int, msgspec.Meta(ge=1, le=8)] = 1
    needs: list[Carried] = []
    women_only: bool = False


def journey_from(asked: Mapping[str, Any], places: Gazetteer) -> Journey:
    """Raises InvalidInput with all that is wrong."""
    errors: dict[str, str] = {}
    form: SearchForm | None = None
    try:
        form = parse_values(SearchForm, asked)
    except InvalidInput as invalid:
        errors |= invalid.errors
    origin, destination = ends_from(asked, places, errors)
    if form is None or origin is None or destination is None or errors:
        in_order = sorted(errors, key=[*FIELDS, "needs", "women_only"].index)
        raise InvalidInput({name: errors[name] for name in in_order}, dict(asked))
    return Journey(
        origin=origin,
        destination=destination,
        day=form.day,
        by_arrival=form.when == "arrive",
        at=None if form.at is None else form.at.hour * 60 + form.at.minute,
        places=form.places,
        needs=tuple(form.needs),
        women_only=form.women_only,
    )


def ends_from(asked: Mapping[str, Any], places: Gazetteer, errors: dict[str, str]) -> tuple[Place | None, Place | None]:
    """The places in the fields `from` and `to`; what is wrong with them is added to `errors`."""
    found = [place_from(asked, name, places, errors) for name in ("from", "to")]
    if found[0] is not None and found[0] == found[1]:
        errors["to"] = _("Start und Ziel sind derselbe Ort.")
    return found[0], found[1]


def place_from(asked: Mapping[str, Any], name: str, places: Gazetteer, errors: dict[str, str]) -> Place | None:
    try:
        return places.named(text_of(asked, name))
    except UnknownPlace as unknown:
        errors[name] = unknown.message
        return None


def shown_values(asked: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed, for the form to show again; a first visit asks for tomorrow morning's way to work, as most do."""
    getall = getattr(asked, "getall", None)
    needs = getall("needs", []) if getall else asked.get("needs", [])
    values = {name: text_of(asked, name) for name in FIELDS}
    return {
        **values,
        "day": values["day"] or f"{datetime.now(UTC).astimezone(ZONE).date()}",
        "when": values["when"] or "arrive",
        "places": values["places"] or "1",
        "needs": needs,
        "women_only": bool(text_of(asked, "women_only")),
    }


def asked_of(journey: Journey) -> list[tuple[str, str]]:
    """The query that asks for it again."""
    at = [] if journey.at is None else [("at", clock_of(journey.at))]
    return [
        ("from", journey.origin.label),
        ("to", journey.destination.label),
        ("day", f"{journey.day}"),
        ("when", "arrive" if journey.by_arrival else "leave"),
        *at,
        ("places", f"{journey.places}"),
        *(("needs", need) for need in journey.needs),
        *([("women_only", "1")] if journey.women_only else []),
    ]


def match_path(match: Match, journey: Journey) -> str:
    """The page of this run, with this part of the way."""
    part = [
        ("day", f"{match.day}"),
        ("from", match.pick_up.place.label),
        ("to", match.drop_off.place.label),
        ("places", f"{journey.places}"),
        *(("needs", need) for need in journey.needs),
    ]
    return f"/rides/{match.ride_id}?{urlencode(part)}"


def clock_of(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
