"""A wished series as the pages ask for it: out of an address or a posted form, and back into one."""

import datetime as dt
import re
from collections.abc import Mapping
from typing import Annotated, Any

import msgspec

from landbooking.forms import InvalidInput, parse_values, text_of
from landbooking.ids import RowId
from landbooking.language import gettext as _
from landbooking.spaces.series.plan import Choice, Wish
from landbooking.spaces.series.recurrence import MOST_DATES, Recurrence, Repeats

FIELDS = ("date", "start", "end", "repeats", "until", "count", "skip_school_holidays")
SKIP = "skip"
_DESK = re.compile(r"desk-([0-9]{4}-[0-9]{2}-[0-9]{2})")
_CHOSEN = re.compile(r"(desk|start|end)-[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CLOCK = re.compile(r"([01]?[0-9]|2[0-3]):[0-5][0-9]")
_ID = re.compile(r"[0-9]{1,9}")


class SeriesForm(msgspec.Struct, frozen=True):
    """Local clock times of the space's day; `key` makes sure that a form sent twice books once.

    `with_equipment` are the ids of what shall come along each time; `pay_with` is a card, else a pass or the counter.
    `said` is the sum in cents that the page has said.
    """

    date: dt.date
    start: dt.time
    end: dt.time
    repeats: Repeats
    weekdays: list[Annotated[int, msgspec.Meta(ge=1, le=7)]] = []
    until: dt.date | None = None
    count: Annotated[int, msgspec.Meta(ge=1, le=MOST_DATES)] | None = None
    skip_school_holidays: bool = False
    with_equipment: list[RowId] = []
    pay_with: Annotated[int, msgspec.Meta(ge=1, le=2**53)] | None = None
    said: Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)] | None = None
    key: Annotated[str, msgspec.Meta(max_length=100)] = ""

    def wish(self, resource_id: int, choices: Mapping[dt.date, Choice]) -> Wish:
        recurrence = Recurrence(
            repeats=self.repeats,
            first=self.date,
            weekdays=tuple(sorted(set(self.weekdays))) if self.repeats in ("weekly", "fortnightly") else (),
            until=self.until,
            count=self.count,
        )
        # An offset, by which an address tells the two hours of one night apart, means nothing on other days.
        start, end = self.start.replace(tzinfo=None), self.end.replace(tzinfo=None)
        return Wish(
            resource_id, recurrence, start, end, self.skip_school_holidays, choices, sorted(set(self.with_equipment))
        )


def series_form(posted: Any) -> SeriesForm:
    """Raises InvalidInput."""
    return parse_values(SeriesForm, posted)


def shown_values(posted: Any) -> dict[str, Any]:
    """What was typed, to be shown again."""
    values: dict[str, Any] = {name: text_of(posted, name) for name in FIELDS}
    several = ("weekdays", "with_equipment")
    return values | {name: [each for each in posted.getall(name, []) if isinstance(each, str)] for name in several}


def typed_choices(posted: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What was chosen for single dates, by field, to be carried along while the rule is asked for again."""
    return [(name, text_of(posted, name)) for name in posted if _CHOSEN.fullmatch(name)]


def choices_from(posted: Mapping[str, Any]) -> dict[dt.date, Choice]:
    """What was chosen for single dates, as the list asks for it. Raises InvalidInput."""
    choices: dict[dt.date, Choice] = {}
    errors: dict[str, str] = {}
    for name in posted:
        if (matched := _DESK.fullmatch(name)) and (day := _day(matched[1])):
            desk, start, end = (text_of(posted, f"{field}-{day}") for field in ("desk", "start", "end"))
            if desk == SKIP:
                choices[day] = Choice(None)
                continue
            if not _ID.fullmatch(desk):
                errors[name] = _("Bitte wählen Sie einen Platz oder lassen Sie den Termin aus.")
            for field, clock in (("start", start), ("end", end)):
                if not _CLOCK.fullmatch(clock):
                    errors[f"{field}-{day}"] = _("Bitte eine Uhrzeit wie 09:00 angeben.")
            if not errors:
                choices[day] = Choice(int(desk), _time(start), _time(end))
    if errors:
        raise InvalidInput(errors, posted)
    return choices


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def _time(clock: str) -> dt.time:
    return dt.time.fromisoformat(clock.zfill(5))
