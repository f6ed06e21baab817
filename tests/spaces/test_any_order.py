"""Book once and daily, wait, accept, move, cancel, close, black out, in any order: database and model agree."""

import asyncio
from collections.abc import Coroutine
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, NamedTuple

import asyncpg
import hypothesis.strategies as st
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, multiple, rule
from hypothesis.stateful import run_state_machine_as_test as run_machine

from landbooking.accounts.person import Person
from landbooking.database import prepare_connection
from landbooking.errors import Refusal
from landbooking.spaces.availability import free_resources
from landbooking.spaces.booking import book_resource, cancel_booking, move_booking
from landbooking.spaces.hosting.blackouts import Wish, add_blackout, lift_blackout
from landbooking.spaces.hosting.closures import close_days, reopen_days
from landbooking.spaces.hosting.consequences import Choice, Decision, Undecided, mark_of
from landbooking.spaces.opening_hours import Closure
from landbooking.spaces.period import Period, gaps, joined
from landbooking.spaces.schedules import schedules_of
from landbooking.spaces.series.change import Which, cancel_dates
from landbooking.spaces.series.plan import Choice as DateChoice
from landbooking.spaces.space import space_by_id
from landbooking.spaces.waiting.answers import accept_offer, expire_offer, withdraw_wish
from landbooking.spaces.waiting.joining import Sought, join_line
from landbooking.spaces.waiting.wishes import State
from support.people import make_person
from support.series import booked_series, weekly
from support.spaces import BERLIN, day_after, make_desk, make_space, open_daily, period_on

DAYS = [day_after(5), day_after(6)]
HOURS = st.sampled_from([8, 9, 10, 11, 12, 13, 7, 17])  # the last two reach beyond the opening hours, 8 to 18
LENGTHS = st.integers(1, 3)
DESKS = st.integers(0, 1)
PICKS = st.integers(0, 11)
CHOICES: st.SearchStrategy[Choice] = st.sampled_from(["keep", "cancel"])


class Held(NamedTuple):
    """A confirmed booking in the model."""

    person: int
    desk: int
    period: Period
    version: int


class InLine(NamedTuple):
    """A wish in the model, for a desk or (None) for either. `booking` is what is held for it or was accepted."""

    person: int
    desk: int | None
    period: Period
    state: State = "waiting"
    booking: int | None = None


class Black(NamedTuple):
    desks: frozenset[int]
    period: Period


class Machine(RuleBasedStateMachine):
    """Everything happens in one transaction that is rolled back; a verb that is refused is undone by a savepoint."""

    runner: asyncio.Runner
    connection: "asyncpg.Connection[asyncpg.Record]"

    booked = Bundle("booked")
    closed = Bundle("closed")
    blacked = Bundle("blacked")

    def __init__(self) -> None:
        super().__init__()
        self.held: dict[int, Held] = {}
        self.offered: dict[int, Held] = {}
        self.line: dict[int, InLine] = {}
        self.gone: set[int] = set()
        self.series: dict[int, int] = {}
        self.closures: dict[int, date] = {}
        self.blackouts: dict[int, Black] = {}
        self.transaction = self.connection.transaction()

    def do(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.runner.run(work)

    async def undone_if_refused(self, work: Coroutine[Any, Any, Any]) -> Any:
        async with self.connection.transaction():
            return await work

    def attempt(self, work: Coroutine[Any, Any, Any]) -> Any:
        """What the verb returns, or the code of its refusal."""
        try:
            return self.do(self.undone_if_refused(work))
        except Undecided:
            raise
        except Refusal as refusal:
            return refusal.code

    @initialize(target=booked, crowded=st.booleans())
    def begin(self, crowded: bool) -> Any:
        """With nothing, or with both desks taken of a morning and two in line, which chance would seldom find."""
        self.do(self.prepare())
        if not crowded:
            return multiple()
        made = [self.book(desk, desk, DAYS[0], 9, 3) for desk in (0, 1)]
        for person, desk in ((0, 1), (1, None)):
            self.wait(person, desk, DAYS[0], 9, 3)
        return multiple(*made)

    async def prepare(self) -> None:
        await self.transaction.start()
        self.space_id = await make_space(self.connection)
        await open_daily(self.connection, self.space_id)
        self.desks = [await make_desk(self.connection, self.space_id, f"Tisch {number}") for number in (1, 2)]
        self.host = await make_person(self.connection, "gastgeberin@example.org")
        self.people: list[Person] = [
            await make_person(self.connection, f"anwohner{number}@example.org") for number in (1, 2)
        ]

    def teardown(self) -> None:
        self.do(self.transaction.rollback())

    # What the model says.

    def refusal(self, desk: int, period: Period, own: int | None = None) -> str | None:
        opened = period_on(period.start.date(), "08:00", "18:00")
        if not opened.contains(period) or period.start.date() in self.closures.values():
            return "rule-opening-hours"
        return "taken" if self.taken(desk, period, own) else None

    def taken(self, desk: int, period: Period, own: int | None = None) -> bool:
        """By another booking, or by a blackout: save where one's own, which a host let stay, lies in it already."""
        standing = self.standing()
        if any(held.desk == desk and held.period.overlaps(period) for key, held in standing.items() if key != own):
            return True
        kept = [self.held[own].period] if own in self.held and self.held[own].desk == desk else []
        new = gaps(period, [each for each in kept if each.overlaps(period)])
        return any(desk in black.desks and any(map(black.period.overlaps, new)) for black in self.blackouts.values())

    def serve(self) -> None:
        """After time came free: whoever is first in line and can be served, is."""
        for number, wish in sorted(self.line.items()):
            desks = (0, 1) if wish.desk is None else (wish.desk,)
            free = [desk for desk in desks if self.refusal(desk, wish.period) is None]
            if wish.state != "waiting" or not free:
                continue
            booking = self.do(self.connection.fetchval("SELECT booking_id FROM waiting WHERE id = $1", number))
            assert booking is not None, "somebody was forgotten"
            self.offered[booking] = Held(wish.person, free[0], wish.period, 1)
            self.line[number] = wish._replace(state="offered", booking=booking)

    # What people do.

    @rule(target=booked, person=DESKS, desk=DESKS, day=st.sampled_from(DAYS), hour=HOURS, length=LENGTHS)
    def book(self, person: int, desk: int, day: date, hour: int, length: int) -> Any:
        period = hours_of(day, hour, length)
        result = self.attempt(book_resource(self.connection, self.people[person], self.desks[desk], period))
        expected = self.refusal(desk, period)
        if expected:
            assert result == expected
            return multiple()
        self.held[result.id] = Held(person, desk, period, 1)
        return result.id

    @rule(target=booked, person=DESKS, desk=DESKS, hour=HOURS, length=LENGTHS)
    def book_every_day(self, person: int, desk: int, hour: int, length: int) -> Any:
        periods = [hours_of(day, hour, length) for day in DAYS]
        chosen = {day: DateChoice(self.desks[desk]) for day in DAYS}  # holidays too
        start, end = (f"{moment.astimezone(BERLIN):%H:%M}" for moment in periods[0])
        wish = weekly(self.desks[desk], DAYS[0], len(DAYS), start, end, repeats="daily", choices=chosen)
        result = self.attempt(booked_series(self.connection, self.people[person], wish))
        if any(self.refusal(desk, period) for period in periods):
            assert result == "series-conflicts"
            return multiple()
        series, bookings = result
        for booking, period in zip(bookings, periods, strict=True):
            self.held[booking.id] = Held(person, desk, period, 1)
            self.series[booking.id] = series.id
        return multiple(*(booking.id for booking in bookings))

    @rule(booking=booked)
    def cancel_all_of_its_series(self, booking: int) -> None:
        if booking not in self.held or booking not in self.series:
            return
        which = Which(self.series[booking], booking, "all")
        self.attempt(cancel_dates(self.connection, self.people[self.held[booking].person], which))
        for other in [key for key in self.held if self.series.get(key) == which.series_id]:
            self.forget(other)
        self.serve()

    @rule(
        booking=booked,
        desk=DESKS,
        day=st.sampled_from(DAYS),
        hour=HOURS,
        length=LENGTHS,
        stale=st.sampled_from([False] * 4 + [True]),
    )
    def move(self, booking: int, desk: int, day: date, hour: int, length: int, stale: bool) -> None:
        person, version = self.owner_and_version(booking)
        period = hours_of(day, hour, length)
        seen = version + 7 if stale else version
        result = self.attempt(
            move_booking(self.connection, self.people[person], booking, seen, self.desks[desk], period)
        )
        if booking in self.gone:
            assert result == "cancelled"
        elif stale:
            assert result == "changed-meanwhile"
        elif (desk, period) == self.held[booking][1:3]:
            assert result.version == version
        elif expected := self.refusal(desk, period, own=booking):
            assert result == expected
        else:
            assert result.version == version + 1
            self.held[booking] = Held(person, desk, period, version + 1)
            self.serve()

    @rule(booking=booked)
    def cancel(self, booking: int) -> None:
        person, version = self.owner_and_version(booking)
        result = self.attempt(cancel_booking(self.connection, self.people[person], booking))
        assert result.status == "cancelled"
        if booking not in self.gone:
            assert result.version == version + 1
            self.forget(booking)
            self.serve()

    @rule(person=DESKS, desk=st.sampled_from([0, 1, None]), day=st.sampled_from(DAYS), hour=HOURS,
          length=LENGTHS)  # fmt: skip
    def wait(self, person: int, desk: int | None, day: date, hour: int, length: int) -> None:
        self.join(InLine(person, desk, hours_of(day, hour, length)))

    @rule(pick=PICKS, person=DESKS, anywhere=st.sampled_from([False, False, True]))
    def wait_for_what_is_taken(self, pick: int, person: int, anywhere: bool) -> None:
        """What chance would seldom find, as in the two rules below."""
        if not self.held:
            return
        _person, desk, period, _version = sorted(self.held.items())[pick % len(self.held)][1]
        self.join(InLine(person, None if anywhere else desk, period))

    @rule(pick=PICKS)
    def give_up_what_is_waited_for(self, pick: int) -> None:
        waiting = [wish for _number, wish in sorted(self.line.items()) if wish.state == "waiting"]
        if waiting:
            wish = waiting[pick % len(waiting)]
            in_the_way = (held.desk == (wish.desk or 0) and held.period.overlaps(wish.period)
                          for held in self.held.values())  # fmt: skip
            for booking in [key for key, hit in zip(self.held, in_the_way, strict=True) if hit]:
                self.cancel(booking)

    @rule(target=booked, pick=PICKS)
    def accept_what_is_held(self, pick: int) -> Any:
        offered = [number for number, wish in sorted(self.line.items()) if wish.state == "offered"]
        return self.answer(offered[pick % len(offered)]) if offered else multiple()

    def join(self, wish: InLine) -> None:
        resource_id = None if wish.desk is None else self.desks[wish.desk]
        sought = Sought("desk", resource_id, self.space_id)
        result = self.attempt(join_line(self.connection, self.people[wish.person], sought, wish.period))
        refusals = {self.refusal(desk, wish.period) for desk in ((0, 1) if wish.desk is None else (wish.desk,))}
        if None in refusals:
            assert result == "still-free"
        elif "taken" not in refusals:
            assert result == "rule-opening-hours"
        elif known := [key for key, one in self.line.items()
                       if one[:3] == wish[:3] and one.state in ("waiting", "offered")]:  # fmt: skip
            assert result.id == known[0]
        else:
            self.line[result.id] = wish

    @rule(target=booked, pick=PICKS)
    def accept(self, pick: int) -> Any:
        """Whatever has become of the wish meanwhile."""
        return self.answer(sorted(self.line)[pick % len(self.line)]) if self.line else multiple()

    def answer(self, wish: int) -> Any:
        person, desk, period, state, booking = self.line[wish]
        result = self.attempt(accept_offer(self.connection, self.people[person], wish))
        if state == "accepted":
            assert result.id == booking
        elif state != "offered" or booking is None:
            assert result == "offer-gone"
        elif period.start.date() in self.closures.values():
            assert result == "rule-opening-hours"
        else:
            assert (result.id, result.status, result.version) == (booking, "confirmed", 2)
            self.held[booking] = self.offered.pop(booking)._replace(version=2)
            self.line[wish] = InLine(person, desk, period, "accepted", booking)
            return booking
        return multiple()

    @rule(pick=PICKS)
    def withdraw(self, pick: int) -> None:
        if self.line:
            wish = sorted(self.line)[pick % len(self.line)]
            self.do(withdraw_wish(self.connection, self.people[self.line[wish].person], wish))
            if self.line[wish].state in ("waiting", "offered"):
                self.leave(wish, "withdrawn")

    @rule(pick=PICKS)
    def run_out(self, pick: int) -> None:
        """A hold's time is over, and the worker comes by."""
        if self.offered:
            booking = sorted(self.offered)[pick % len(self.offered)]
            over = "UPDATE booking SET until_at = now() - interval '1 second' WHERE id = $1"
            self.do(self.connection.execute(over, booking))
            assert self.do(expire_offer(self.connection, booking))
            self.leave(next(number for number, wish in self.line.items() if wish.booking == booking), "expired")

    def leave(self, wish: int, state: State) -> None:
        booking = self.line[wish].booking
        self.line[wish] = self.line[wish]._replace(state=state)
        if booking is not None:
            self.forget(booking)
            self.serve()

    @rule(booking=booked)
    def meddle(self, booking: int) -> None:
        person, version = self.owner_and_version(booking)
        other = self.people[1 - person]
        assert self.attempt(cancel_booking(self.connection, other, booking)) == "not-found"
        period = hours_of(DAYS[0], 9, 1)
        assert self.attempt(move_booking(self.connection, other, booking, version, None, period)) == "not-found"

    @rule(target=closed, day=st.sampled_from(DAYS), choice=CHOICES)
    def close(self, day: date, choice: Choice) -> Any:
        if day in self.closures.values():
            return multiple()
        opened = period_on(day, "08:00", "18:00")
        hit = {key for key, held in self.standing().items() if held.period.overlaps(opened)}
        closure = Closure(day, day, "Kerwe")
        self.decide(hit, choice, lambda decision: close_days(
            self.connection, self.host, self.space_id, closure, decision))  # fmt: skip
        number: int = self.do(self.connection.fetchval("SELECT max(id) FROM closure"))
        self.closures[number] = day
        self.serve()
        return number

    @rule(closure=consumes(closed))
    def reopen(self, closure: int) -> None:
        self.do(reopen_days(self.connection, self.space_id, closure))
        del self.closures[closure]
        self.serve()

    @rule(target=blacked, desks=st.sets(DESKS, min_size=1), day=st.sampled_from(DAYS), hour=HOURS, length=LENGTHS,
          choice=CHOICES)  # fmt: skip
    def black_out(self, desks: set[int], day: date, hour: int, length: int, choice: Choice) -> Any:
        return self.set_blackout(Black(frozenset(desks), hours_of(day, hour, length)), choice)

    @rule(target=blacked, booking=booked, choice=CHOICES)
    def black_out_what_is_booked(self, booking: int, choice: Choice) -> Any:
        """What chance would seldom find: a booking that is kept under a blackout, and what becomes of both."""
        if booking not in self.held:
            return multiple()
        _person, desk, period, _version = self.held[booking]
        return self.set_blackout(Black(frozenset({desk}), period), choice)

    def set_blackout(self, black: Black, choice: Choice) -> Any:
        desks = black.desks
        if black in self.blackouts.values():
            return multiple()
        standing = self.standing()
        hit = {key for key, held in standing.items() if held.desk in desks and held.period.overlaps(black.period)}
        wish = Wish(tuple(self.desks[desk] for desk in sorted(desks)), black.period, "Umbau")
        number: int = self.decide(hit, choice, lambda decision: add_blackout(
            self.connection, self.host, self.space_id, wish, decision))  # fmt: skip
        self.blackouts[number] = black
        self.serve()
        return number

    @rule(blackout=consumes(blacked))
    def lift(self, blackout: int) -> None:
        self.do(lift_blackout(self.connection, self.host, self.space_id, blackout))
        del self.blackouts[blackout]
        self.serve()

    def standing(self) -> dict[int, Held]:
        """What a host's change can hit."""
        return {**self.held, **self.offered}

    def decide(self, hit: set[int], choice: Choice, change: Any) -> Any:
        """Those that the model says are hit must be shown, no others; then the host decides."""
        if not hit:
            return self.attempt(change(Decision()))
        try:
            self.attempt(change(Decision()))
        except Undecided as undecided:
            shown = undecided.affected
        else:
            raise AssertionError(f"{hit} were hit and not shown")
        assert {booking.booking_id for booking in shown} == hit
        result = self.attempt(change(Decision(mark_of(shown), dict.fromkeys(hit, choice))))
        if choice == "cancel":
            for booking in hit:
                for number, wish in self.line.items():
                    if wish.booking == booking and wish.state == "offered":  # who is not to blame waits on
                        self.line[number] = wish._replace(state="waiting", booking=None)
                self.forget(booking)
        return result

    def owner_and_version(self, booking: int) -> tuple[int, int]:
        if booking in self.held:
            return self.held[booking].person, self.held[booking].version
        person_id = self.do(self.connection.fetchval("SELECT person_id FROM booking WHERE id = $1", booking))
        return next(number for number, person in enumerate(self.people) if person.id == person_id), 1

    def forget(self, booking: int) -> None:
        (self.held if booking in self.held else self.offered).pop(booking)
        self.gone.add(booking)

    # What must always be so.

    @invariant()
    def bookings_and_their_mails_agree(self) -> None:
        rows = self.do(
            self.connection.fetch(
                """SELECT id, resource_id, lower(period) AS start, upper(period) AS end, status, version,
                          (SELECT count(*) FROM outbox WHERE topic = 'booking:' || booking.id
                              AND template LIKE '%reminder' AND withdrawn_at IS NULL) AS reminders
                   FROM booking WHERE blackout_id IS NULL"""
            )
        )
        confirmed = {row["id"]: row for row in rows if row["status"] == "confirmed"}
        assert confirmed.keys() == self.held.keys()
        assert {row["id"] for row in rows if row["status"] == "held"} == self.offered.keys()
        assert {row["id"] for row in rows if row["status"] == "cancelled"} == self.gone
        for key, held in self.held.items():
            row = confirmed[key]
            assert (self.desks.index(row["resource_id"]), Period(row["start"], row["end"])) == held[1:3]
            assert row["version"] == held.version
        assert all(row["reminders"] == (2 if row["status"] == "confirmed" else 0) for row in rows)

    @invariant()
    def what_is_taken_agrees(self) -> None:
        if not hasattr(self, "desks"):
            return
        whole = Period(period_on(DAYS[0], "00:00", "01:00").start, period_on(DAYS[-1], "00:00", "23:00").end)
        space = self.do(space_by_id(self.connection, self.space_id))
        schedules = self.do(schedules_of(self.connection, [space], whole))[self.space_id]
        busy = {schedule.resource_id: schedule.taken for schedule in schedules}
        for number, desk in enumerate(self.desks):
            taken = sorted(busy[desk])
            assert all(one.end <= following.start for one, following in pairwise(taken))
            expected = [held.period for held in self.standing().values() if held.desk == number]
            expected += [black.period for black in self.blackouts.values() if number in black.desks]
            assert joined(taken) == joined(expected)

    @invariant()
    def the_line_agrees(self) -> None:
        rows = self.do(self.connection.fetch("SELECT id, state, booking_id FROM waiting"))
        assert {row["id"]: (row["state"], row["booking_id"]) for row in rows} == {
            number: (wish.state, wish.booking) for number, wish in self.line.items()
        }

    @rule(day=st.sampled_from(DAYS), hour=HOURS, length=LENGTHS)
    def what_is_free_can_be_booked(self, day: date, hour: int, length: int) -> None:
        period = hours_of(day, hour, length)
        found = self.do(free_resources(self.connection, period, "desk", None, 50.0, None, 50))
        expected = {self.desks[desk] for desk in (0, 1) if self.refusal(desk, period) is None}
        assert {resource.id for resource in found} == expected


def hours_of(day: date, hour: int, length: int) -> Period:
    start = period_on(day, f"{hour:02}:00", "23:59").start
    return Period(start, start + timedelta(hours=length))


def test_in_any_order(worker_database: str) -> None:
    async def connect() -> "asyncpg.Connection[asyncpg.Record]":
        connection = await asyncpg.connect(worker_database, server_settings={"timezone": "UTC"})
        await prepare_connection(connection)
        return connection

    with asyncio.Runner() as runner:
        Machine.runner, Machine.connection = runner, runner.run(connect())
        try:
            run_machine(
                Machine,
                settings=settings(
                    max_examples=80,
                    stateful_step_count=40,
                    deadline=None,
                    suppress_health_check=list(HealthCheck),
                    phases=[Phase.explicit, Phase.generate],
                    derandomize=True,
                    database=None,
                ),
            )
        finally:
            runner.run(Machine.connection.close())
