"""Hosts book for guests, close and reopen, black out and lift; a change that hits bookings shows them first."""

from collections.abc import Callable, Coroutine
from datetime import date
from typing import Any

import hypothesis.strategies as st
from hypothesis.stateful import consumes, multiple, precondition, rule

from any_order.ground import CHOICES, DAY, HOURS, LENGTHS, RESOURCES, Ground, hours_of
from any_order.model import GUEST, Black, Held, opened
from landbooking.spaces.guests.booking import book_for_guest
from landbooking.spaces.hosting.blackouts import Wish, add_blackout, lift_blackout
from landbooking.spaces.hosting.closures import close_days, reopen_days
from landbooking.spaces.hosting.consequences import Choice, Decision, Undecided, mark_of
from landbooking.spaces.opening_hours import Closure


class Hosting(Ground):
    @rule(target=Ground.booked, resource=RESOURCES, day=DAY, hour=HOURS, length=LENGTHS)
    def book_for_a_guest(self, resource: int, day: date, hour: int, length: int) -> Any:
        """Nobody has to agree any more."""
        period = hours_of(day, hour, length)
        work = book_for_guest(self.connection, self.host, self.resources[resource], period, "Nachbarin", "")
        result = self.attempt(work)
        if expected := self.model.refusal(resource, period):
            assert result == expected
            return multiple()
        assert result.status == "confirmed"
        self.model.standing[result.id] = Held(GUEST, resource, period)
        return result.id

    @precondition(lambda self: not self.model.closures)  # else there would be little to do
    @rule(target=Ground.closed, day=DAY, choice=CHOICES)
    def close(self, day: date, choice: Choice) -> Any:
        hit = {
            key: key
            for key, held in self.model.standing.items()
            if opened(day).contains(held.period) and not held.is_visitors
        }
        closure = Closure(day, day, "Kerwe")
        self.decide(hit, choice, lambda decision: close_days(
            self.connection, self.host, [self.space_id], closure, decision))  # fmt: skip
        number: int = self.do(self.connection.fetchval("SELECT max(id) FROM closure"))
        self.model.closures[number] = day
        self.serve()
        return number

    @rule(closure=consumes(Ground.closed))
    def reopen(self, closure: int) -> None:
        self.do(reopen_days(self.connection, self.space_id, closure))
        del self.model.closures[closure]
        self.serve()

    @rule(target=Ground.blacked, resources=st.sets(RESOURCES, min_size=1), day=DAY, hour=HOURS, length=LENGTHS,
          choice=CHOICES)  # fmt: skip
    def black_out(self, resources: set[int], day: date, hour: int, length: int, choice: Choice) -> Any:
        return self.set_blackout(Black(frozenset(resources), hours_of(day, hour, length)), choice)

    @rule(target=Ground.blacked, booking=Ground.booked, choice=CHOICES, piece=st.booleans())
    def black_out_what_is_booked(self, booking: int, choice: Choice, piece: bool) -> Any:
        """What chance would seldom find: what is kept under a blackout or lost to it, or a piece of it."""
        held = self.model.standing.get(booking)
        if held is None or held.late:
            return multiple()
        last = max(held.resources) if piece else held.resource
        return self.set_blackout(Black(frozenset({last}), held.period), choice)

    def set_blackout(self, black: Black, choice: Choice) -> Any:
        if black in self.model.blackouts.values():
            return multiple()
        resources = tuple(self.resources[number] for number in sorted(black.resources))
        wish = Wish(resources, black.period, "Umbau")
        number: int = self.decide(self.model.hit_by(black), choice, lambda decision: add_blackout(
            self.connection, self.host, self.space_id, wish, decision))  # fmt: skip
        self.model.blackouts[number] = black
        self.serve()
        return number

    @rule(blackout=consumes(Ground.blacked))
    def lift(self, blackout: int) -> None:
        self.do(lift_blackout(self.connection, self.host, self.space_id, blackout))
        del self.model.blackouts[blackout]
        self.serve()

    def decide(
        self, hit: dict[int, int], choice: Choice, change: Callable[[Decision], Coroutine[Any, Any, Any]]
    ) -> Any:
        """Those that the model says are hit must be shown, no others; then the host decides."""
        if not hit:
            return self.attempt(change(Decision()))
        try:
            self.attempt(change(Decision()))
        except Undecided as undecided:
            shown = undecided.affected
        else:
            raise AssertionError(f"{hit} were hit and not shown")
        assert {one.booking_id for one in shown} == hit.keys()
        result = self.attempt(change(Decision(mark_of(shown), dict.fromkeys(hit, choice))))
        if choice == "cancel":
            for row, booking in hit.items():
                self.lose(row, booking)
        return result

    def lose(self, row: int, booking: int) -> None:
        if row != booking:  # a piece, without which it goes on
            self.model.change(booking, beamer=None, version=self.known(booking).version + 1)
            return
        for number, wish in self.model.line.items():
            if wish.booking == booking and wish.state == "offered":  # who is not to blame waits on
                self.model.line[number] = wish._replace(state="waiting", booking=None)
        self.model.end(booking)
