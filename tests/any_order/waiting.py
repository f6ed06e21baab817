"""Standing in line, accepting what is held, leaving the line, and holds that run out."""

from datetime import date
from typing import Any

import hypothesis.strategies as st
from hypothesis.stateful import multiple, precondition, rule

from any_order.ground import DAY, HOURS, LENGTHS, PEOPLE, PICKS, Ground, hours_of
from any_order.model import BOOTH, KINDS, POOL, InLine
from landbooking.spaces.waiting.answers import accept_offer, expire_offer, withdraw_wish
from landbooking.spaces.waiting.joining import Sought, join_line
from landbooking.spaces.waiting.wishes import State
from support.approval import let_it_expire


class Waiting(Ground):
    @precondition(lambda self: self.model.standing)
    @rule(person=PEOPLE, resource=st.sampled_from([*POOL, BOOTH, None]), day=DAY, hour=HOURS, length=LENGTHS)
    def wait(self, person: int, resource: int | None, day: date, hour: int, length: int) -> None:
        self.join(InLine(person, resource, hours_of(day, hour, length)))

    @precondition(lambda self: self.model.standing)
    @rule(pick=PICKS, person=PEOPLE, anywhere=st.booleans())
    def wait_for_what_is_taken(self, pick: int, person: int, anywhere: bool) -> None:
        """What chance would seldom find, as in the two rules below."""
        coming = [held for key, held in sorted(self.model.standing.items()) if not held.late]
        if coming:
            held = coming[pick % len(coming)]
            self.join(InLine(person, None if anywhere else held.resource, held.period))

    @precondition(lambda self: self.in_line("waiting"))
    @rule(pick=PICKS)
    def give_up_what_is_waited_for(self, pick: int) -> None:
        waiting = self.in_line("waiting")
        wish = self.model.line[waiting[pick % len(waiting)]]
        for key, held in list(self.model.standing.items()):
            in_the_way = wish.fitting[0] in held.resources and held.period.overlaps(wish.period)
            if in_the_way and held.status != "held":
                self.cancel(key)

    def cancel(self, booking: int) -> None:
        raise NotImplementedError

    def join(self, wish: InLine) -> None:
        resource_id = None if wish.resource is None else self.resources[wish.resource]
        sought = Sought(KINDS[wish.fitting[0]], resource_id, self.space_id)
        result = self.attempt(join_line(self.connection, self.people[wish.person], sought, wish.period))
        refusals = {self.model.refusal(one, wish.period) for one in wish.fitting}
        if None in refusals:
            assert result == "still-free"
        elif "taken" not in refusals:
            assert result == "rule-opening-hours"
        elif known := [key for key, one in self.model.line.items()
                       if one[:3] == wish[:3] and one.state in ("waiting", "offered")]:  # fmt: skip
            assert result.id == known[0]
        else:
            self.model.line[result.id] = wish

    @precondition(lambda self: self.in_line("offered"))
    @rule(target=Ground.booked, pick=PICKS)
    def accept_what_is_held(self, pick: int) -> Any:
        offered = self.in_line("offered")
        return self.answer(offered[pick % len(offered)])

    @precondition(lambda self: self.model.line)
    @rule(target=Ground.booked, pick=PICKS)
    def accept(self, pick: int) -> Any:
        """Whatever has become of the wish meanwhile."""
        numbers = sorted(self.model.line)
        return self.answer(numbers[pick % len(numbers)])

    def answer(self, number: int) -> Any:
        wish = self.model.line[number]
        result = self.attempt(accept_offer(self.connection, self.people[wish.person], number))
        if wish.state == "accepted":
            assert result.id == wish.booking
        elif wish.state != "offered" or wish.booking is None:
            assert result == "offer-gone"
        elif not self.model.is_open(wish.period):
            assert result == "rule-opening-hours"
        else:
            status = "requested" if self.known(wish.booking).resource == BOOTH else "confirmed"
            assert (result.id, result.status, result.version) == (wish.booking, status, 2)
            self.model.change(wish.booking, status=status, version=2)
            self.model.leave_line(number, "accepted")
            return wish.booking
        return multiple()

    @precondition(lambda self: self.model.line)
    @rule(pick=PICKS)
    def withdraw(self, pick: int) -> None:
        number = sorted(self.model.line)[pick % len(self.model.line)]
        wish = self.model.line[number]
        self.do(withdraw_wish(self.connection, self.people[wish.person], number))
        if wish.state in ("waiting", "offered"):
            self.leave(number, "withdrawn")

    @precondition(lambda self: self.in_line("offered"))
    @rule(pick=PICKS)
    def hold_runs_out(self, pick: int) -> None:
        """A hold's time is over, and the worker comes by."""
        offered = self.in_line("offered")
        number = offered[pick % len(offered)]
        booking = self.model.line[number].booking
        assert booking is not None
        self.do(let_it_expire(self.connection, booking))
        assert self.do(expire_offer(self.connection, booking))
        self.leave(number, "expired")

    def in_line(self, state: State) -> list[int]:
        return [number for number, wish in sorted(self.model.line.items()) if wish.state == state]

    def leave(self, number: int, state: State) -> None:
        booking = self.model.line[number].booking
        self.model.leave_line(number, state)
        if booking is not None:
            self.end(booking)
