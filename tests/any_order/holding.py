"""Time that is held for who is just signing in: booked by them, given up for another time, or over."""

from datetime import date, timedelta
from typing import Any

import hypothesis.strategies as st
from hypothesis.stateful import multiple, precondition, rule

from any_order.ground import DAY, HOURS, LENGTHS, PEOPLE, PICKS, RESOURCES, Ground, hours_of
from any_order.model import BOOTH, NOBODY, POOL, Black, Held
from landbooking.period import Period
from landbooking.spaces.booking import cancel_booking, move_booking
from landbooking.spaces.holding.hold import LASTS, MOST_IN_A_SPACE, book_held, held_until, hold_one_of, hold_resource
from landbooking.spaces.hosting.consequences import Choice
from landbooking.spaces.pools import pool_of
from landbooking.spaces.presence.check_in import check_in
from landbooking.spaces.waiting.rounds import expire_offers
from support.approval import let_it_expire


class Holding(Ground):
    @rule(resource=RESOURCES, day=DAY, hour=HOURS, length=LENGTHS)
    def hold(self, resource: int, day: date, hour: int, length: int) -> None:
        self.hold_instead(None, resource, hours_of(day, hour, length))

    @precondition(lambda self: self.holds())
    @rule(pick=PICKS, resource=RESOURCES, day=DAY, hour=HOURS, length=LENGTHS)
    def hold_another_time(self, pick: int, resource: int, day: date, hour: int, length: int) -> None:
        self.hold_instead(self.picked(pick), resource, hours_of(day, hour, length))

    @precondition(lambda self: self.holds())
    @rule(pick=PICKS)
    def hold_the_same_again(self, pick: int) -> None:
        """Somebody goes back and types another address."""
        before = self.picked(pick)
        held = self.known(before)
        self.hold_instead(before, held.resource, held.period)

    def hold_instead(self, before: int | None, resource: int, period: Period) -> None:
        given_up = self.model.standing.pop(before, None) if before else None
        result = self.attempt(hold_resource(self.connection, self.resources[resource], period, before))
        expected, full = self.model.refusal(resource, period), len(self.holds()) >= MOST_IN_A_SPACE
        if expected and not (full and expected == "taken"):
            assert result == expected
            self.put_back(before, given_up)
        else:
            self.holds_now(None if full else resource, period, result)

    @rule(day=DAY, hour=HOURS, length=LENGTHS, pick=PICKS, again=st.booleans())
    def hold_one_of_the_pool(self, day: date, hour: int, length: int, pick: int, again: bool) -> None:
        before = self.picked(pick) if again and self.holds() else None
        given_up = self.model.standing.pop(before, None) if before else None
        period = hours_of(day, hour, length)
        result = self.attempt(self.one_of_the_pool(period, before))
        refusals = {desk: self.model.refusal(desk, period) for desk in POOL}
        if None not in refusals.values():
            assert result in refusals.values()
            self.put_back(before, given_up)
        elif len(self.holds()) >= MOST_IN_A_SPACE:
            self.holds_now(None, period, result)
        else:
            desk = self.resources.index(result[0])
            assert refusals[desk] is None
            self.holds_now(desk, period, result[1])

    async def one_of_the_pool(self, period: Period, before: int | None) -> tuple[int, int] | None:
        return await hold_one_of(
            self.connection, await pool_of(self.connection, self.space_id, "Tisch"), period, before
        )

    def put_back(self, before: int | None, given_up: Held | None) -> None:
        if before and given_up:
            self.model.standing[before] = given_up

    def holds_now(self, resource: int | None, period: Period, hold: Any) -> None:
        """Nothing where too much is held already; what was held before is free all the same."""
        if resource is None:
            assert hold is None
        else:
            until = self.do(self.connection.fetchval("SELECT now()")) + LASTS
            assert self.do(held_until(self.connection, hold, self.resources[resource])) == (period, until)
            self.model.standing[hold] = Held(NOBODY, resource, period, status="held")
        self.serve()

    @precondition(lambda self: self.holds())
    @rule(target=Ground.booked, pick=PICKS, person=PEOPLE)
    def book_what_is_held(self, pick: int, person: int) -> Any:
        hold = self.picked(pick)
        held = self.known(hold)
        return self.book_by_hold(person, hold, held.resource, held.period)

    @precondition(lambda self: self.holds())
    @rule(target=Ground.booked, pick=PICKS, person=PEOPLE, later=st.integers(-1, 1), length=LENGTHS)
    def book_about_that_time(self, pick: int, person: int, later: int, length: int) -> Any:
        hold = self.picked(pick)
        held = self.known(hold)
        start = held.period.start + timedelta(hours=later)
        return self.book_by_hold(person, hold, held.resource, Period(start, start + timedelta(hours=length)))

    @precondition(lambda self: self.holds())
    @rule(target=Ground.booked, pick=PICKS, person=PEOPLE, resource=RESOURCES, day=DAY, hour=HOURS, length=LENGTHS)
    def book_something_else(self, pick: int, person: int, resource: int, day: date, hour: int, length: int) -> Any:
        return self.book_by_hold(person, self.picked(pick), resource, hours_of(day, hour, length))

    def book_by_hold(self, person: int, hold: int, resource: int, period: Period) -> Any:
        """Of another resource it stays held: the wish has changed on the form, and the hold was not for it."""
        given_up = self.model.standing.pop(hold) if self.known(hold).resource == resource else None
        work = book_held(self.connection, self.people[person], self.resources[resource], period, hold_id=hold)
        result = self.attempt(work)
        if expected := self.model.refusal(resource, period):
            assert result == expected
            self.put_back(hold, given_up)
            return multiple()
        assert result.status == ("requested" if resource == BOOTH else "confirmed")
        self.model.standing[result.id] = Held(person, resource, period, status=result.status)
        self.serve()
        return result.id

    @precondition(lambda self: self.holds())
    @rule(pick=PICKS)
    def nobody_signs_in(self, pick: int) -> None:
        """The hold's time is over, and the worker comes by."""
        hold = self.picked(pick)
        self.do(let_it_expire(self.connection, hold))
        assert self.do(held_until(self.connection, hold, self.resources[self.known(hold).resource])) is None
        assert self.do(expire_offers(self.pool)) == 1
        self.end(hold)

    @precondition(lambda self: self.holds())
    @rule(pick=PICKS, person=PEOPLE)
    def nobody_has_it_yet(self, pick: int, person: int) -> None:
        hold, somebody = self.picked(pick), self.people[person]
        for attempt in (
            cancel_booking(self.connection, somebody, hold),
            move_booking(self.connection, somebody, hold, None, None, self.known(hold).period),
            check_in(self.connection, somebody, hold),
        ):
            assert self.attempt(attempt) == "not-found"

    @precondition(lambda self: self.holds())
    @rule(target=Ground.blacked, pick=PICKS)
    def black_out_what_is_held(self, pick: int) -> Any:
        """Then it lies around the hold, and takes the rest when that is over."""
        held = self.known(self.picked(pick))
        return self.set_blackout(Black(frozenset({held.resource}), held.period), "keep")

    @precondition(lambda self: self.holds())
    @rule(target=Ground.blacked, pick=PICKS, person=PEOPLE)
    def black_out_what_is_just_being_booked(self, pick: int, person: int) -> Any:
        """No booking lies in a blackout of which its host was told nothing."""
        hold = self.picked(pick)
        held = self.known(hold)
        blackout = self.set_blackout(Black(frozenset({held.resource}), held.period), "keep")
        self.book_by_hold(person, hold, held.resource, held.period)
        assert hold in self.model.standing
        return blackout

    def set_blackout(self, black: Black, choice: Choice) -> Any:
        raise NotImplementedError

    def holds(self) -> list[int]:
        return [key for key, held in sorted(self.model.standing.items()) if held.is_visitors]

    def picked(self, pick: int) -> int:
        holds = self.holds()
        return holds[pick % len(holds)]
