"""Which places of a plan can be had from one time to another: pure, out of what the page of that day says."""

from collections.abc import Iterable
from typing import Literal

import msgspec

from landbooking.language import exact_clock
from landbooking.language import gettext as _
from landbooking.period import Period
from landbooking.spaces.day import DayView, DeskDay

State = Literal["free", "full", "closed"]


class Choice(msgspec.Struct, frozen=True):
    """`said` is all of it in words, for who does not see the plan; `url` books, None where that can't be.

    `refusal` is the rule that the wish breaks, of a place that is `closed` then.
    """

    id: int
    name: str
    features: tuple[str, ...]
    state: State
    word: str
    said: str
    url: str | None
    refusal: str | None


def choices(days: Iterable[DayView], wish: Period, zone: str) -> dict[int, Choice]:
    """By the id of the resource; `days` are of the kinds that stand on the plan, judged for this wish."""
    desks = [desk for day in days for desk in (*day.granting, *day.units, *day.others)]
    return {desk.id: _choice(desk, wish, zone) for desk in desks}


def _choice(desk: DeskDay, wish: Period, zone: str) -> Choice:
    state: State = "free" if desk.url else "closed" if desk.refusal else "full"
    word = word_of(state)
    said = f"{desk.name}, {word}"
    if state == "free":
        said = _("%(name)s, frei von %(start)s bis %(end)s Uhr, Platz buchen") % {
            "name": desk.name,
            "start": exact_clock(wish.start, zone),
            "end": exact_clock(wish.end, zone),
        }
    return Choice(desk.id, desk.name, desk.features, state, word, said, desk.url, desk.refusal)


def word_of(state: State) -> str:
    return {"free": _("frei"), "full": _("belegt"), "closed": _("nicht möglich")}[state]
