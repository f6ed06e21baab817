"""What ought to be, in plain Python: no database, no clock but the day's."""

from collections.abc import Callable, Collection, Iterator
from datetime import date
from typing import Any, Literal, NamedTuple

from landbooking.period import Period, gaps
from landbooking.spaces.kinds import Kind
from landbooking.spaces.waiting.wishes import State
from support.spaces import day_after, period_on

DAYS = [day_after(5), day_after(6)]
KINDS: tuple[Kind, ...] = ("desk", "desk", "meeting_room", "phone_booth", "equipment")
POOL = (0, 1)  # two alike desks
ROOM = 2  # costs something
BOOTH = 3  # hosts have to agree to
BEAMER = 4  # goes with the room or the booth, or alone
HOUR_CENTS = 300  # of the room
VISITS = 2  # of a new card

Status = Literal["confirmed", "requested", "held"]
GUEST, NOBODY = -1, -2  # whose a booking is, if not a person's: staff answer for guests, and some have left us


class Held(NamedTuple):
    """A booking that stands. `late` are the minutes since it has begun (0: it has not)."""

    whose: int
    resource: int
    period: Period
    version: int = 1
    status: Status = "confirmed"
    beamer: int | None = None  # the row of the beamer that goes with it
    card: int | None = None  # what pays
    paid_day: date | None = None
    late: int = 0
    asked: bool = False
    checked_in: bool = False
    ended: bool = False  # sooner than booked

    @property
    def is_visitors(self) -> bool:
        """Held for who is just signing in; hosts are not asked about it."""
        return self.status == "held" and self.whose == NOBODY

    @property
    def resources(self) -> set[int]:
        return {self.resource} | ({BEAMER} if self.beamer else set())


class InLine(NamedTuple):
    """A wish, for a resource or (None) for either desk. `booking` is what is held for it or was accepted."""

    person: int
    resource: int | None
    period: Period
    state: State = "waiting"
    booking: int | None = None

    @property
    def fitting(self) -> tuple[int, ...]:
        return POOL if self.resource is None else (self.resource,)


class Black(NamedTuple):
    resources: frozenset[int]
    period: Period


class Model:
    def __init__(self) -> None:
        self.standing: dict[int, Held] = {}
        self.gone: dict[int, Held] = {}
        self.line: dict[int, InLine] = {}
        self.series: dict[int, int] = {}
        self.closures: dict[int, date] = {}
        self.blackouts: dict[int, Black] = {}
        self.cards: dict[int, int] = {}  # the people's cards: whose

    def refusal(
        self, resource: int, period: Period, own: Collection[int] = (), with_beamer: bool = False
    ) -> str | None:
        """`own` are bookings that give up their time for it."""
        if not self.is_open(period):
            return "rule-opening-hours"
        if self.taken(resource, period, own):
            return "taken"
        return "equipment-taken" if with_beamer and self.taken(BEAMER, period, own) else None

    def is_open(self, period: Period) -> bool:
        day = period.start.date()
        return opened(day).contains(period) and day not in self.closures.values()

    def taken(self, resource: int, period: Period, own: Collection[int] = ()) -> bool:
        """By another booking, or by a blackout: save where one's own, which a host let stay, lies in it already."""
        if any(
            resource in held.resources and held.period.overlaps(period)
            for key, held in self.standing.items()
            if key not in own
        ):
            return True
        mine = [self.standing[key] for key in own if key in self.standing]
        kept = [held.period for held in mine if resource in held.resources and held.period.overlaps(period)]
        new = gaps(period, kept)
        return any(
            resource in black.resources and any(map(black.period.overlaps, new)) for black in self.blackouts.values()
        )

    def hit_by(self, black: Black) -> dict[int, int]:
        """The rows that a blackout lies on, with the booking to which they belong: what hits both is told once."""
        hit: dict[int, int] = {}
        for key, held in self.standing.items():
            if held.period.overlaps(black.period) and not held.is_visitors:
                if held.resource in black.resources:
                    hit[key] = key
                elif held.beamer and BEAMER in black.resources:
                    hit[held.beamer] = key
        return hit

    def visits_left(self, card: int, without: int | None = None) -> int:
        """A visit is a day in a space, however many bookings it has."""
        return VISITS - len(self.days_paid(card, without))

    def days_paid(self, card: int, without: int | None = None) -> set[date | None]:
        return {held.paid_day for key, held in self.standing.items() if held.card == card and key != without}

    def pays(self, card: int, day: date, without: int | None = None) -> bool:
        return day in self.days_paid(card, without) or self.visits_left(card, without) > 0

    def change(self, booking: int, **values: Any) -> None:
        self.standing[booking] = self.standing[booking]._replace(**values)

    def end(self, booking: int) -> None:
        self.gone[booking] = self.standing.pop(booking)

    def leave_line(self, number: int, state: State) -> None:
        self.line[number] = self.line[number]._replace(state=state)

    def serve(self, held_for: Callable[[int], int | None]) -> None:
        """After time came free: whoever is first in line and can be served, is. `held_for` a wish is a booking."""
        for number, wish in sorted(self.line.items()):
            free = [one for one in wish.fitting if self.refusal(one, wish.period) is None]
            if wish.state == "waiting" and free:
                booking = held_for(number)
                assert booking is not None, "somebody was forgotten"
                self.standing[booking] = Held(wish.person, free[0], wish.period, status="held")
                self.line[number] = wish._replace(state="offered", booking=booking)

    def of_person(self, person: int) -> Iterator[int]:
        return (key for key, held in self.standing.items() if held.whose == person)

    def sign_off(self, person: int) -> None:
        """Nothing says any more who it was; wishes go with the person."""
        self.line = {number: wish for number, wish in self.line.items() if wish.person != person}
        for bookings in (self.standing, self.gone):
            for key, held in bookings.items():
                if held.whose == person:
                    bookings[key] = held._replace(whose=NOBODY)
        self.cards = {card: NOBODY if whose == person else whose for card, whose in self.cards.items()}


def opened(day: date) -> Period:
    return period_on(day, "08:00", "18:00")
