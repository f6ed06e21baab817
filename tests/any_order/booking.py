"""Booking once, one of many, with equipment, by card; moving, cancelling; and who may not."""

from datetime import date
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import multiple, rule

from any_order.ground import DAY, HOURS, LENGTHS, PEOPLE, RESOURCES, SELDOM, Ground, hours_of
from any_order.model import BEAMER, BOOTH, DAYS, GUEST, POOL, ROOM, Held, Status
from landbooking.period import Period
from landbooking.spaces.approval.answers import approve
from landbooking.spaces.availability import free_resources
from landbooking.spaces.booking import book_resource, cancel_booking, move_booking
from landbooking.spaces.guests.booking import call_off_for_guest, move_for_guest
from landbooking.spaces.pools import book_one_of
from landbooking.spaces.presence.check_in import check_in, leave_early


class Booking(Ground):
    @rule(target=Ground.booked, person=PEOPLE, resource=RESOURCES, day=DAY, hour=HOURS, length=LENGTHS)
    def book(self, person: int, resource: int, day: date, hour: int, length: int) -> Any:
        return self.attempt_to_book(person, resource, hours_of(day, hour, length))

    @rule(target=Ground.booked, person=PEOPLE, resource=st.sampled_from([ROOM, BOOTH]), day=DAY, hour=HOURS,
          length=LENGTHS)  # fmt: skip
    def book_with_beamer(self, person: int, resource: int, day: date, hour: int, length: int) -> Any:
        return self.attempt_to_book(person, resource, hours_of(day, hour, length), with_beamer=True)

    @rule(target=Ground.booked, person=PEOPLE, day=DAY, hour=HOURS, length=LENGTHS, with_beamer=st.booleans())
    def book_by_card(self, person: int, day: date, hour: int, length: int, with_beamer: bool) -> Any:
        card = next(card for card, whose in self.model.cards.items() if whose == person)
        return self.attempt_to_book(person, ROOM, hours_of(day, hour, length), with_beamer, card)

    @rule(person=PEOPLE, day=DAY, hour=HOURS)
    def book_by_the_card_of_another(self, person: int, day: date, hour: int) -> None:
        card = next(card for card, whose in self.model.cards.items() if whose != person)
        period = hours_of(day, hour, 1)
        work = book_resource(self.connection, self.people[person], self.resources[ROOM], period, pay_with=card)
        assert self.attempt(work) == (self.model.refusal(ROOM, period) or "card")

    def attempt_to_book(
        self, person: int, resource: int, period: Period, with_beamer: bool = False, card: int | None = None
    ) -> Any:
        beamer = [self.resources[-1]] if with_beamer else []
        result = self.attempt(
            book_resource(
                self.connection,
                self.people[person],
                self.resources[resource],
                period,
                equipment=beamer,
                pay_with=card,
            )
        )
        day = period.start.date()
        expected = self.model.refusal(resource, period, with_beamer=with_beamer)
        if expected is None and card and not self.model.pays(card, day):
            expected = "card"
        if expected:
            assert result == expected
            return multiple()
        status: Status = "requested" if resource == BOOTH else "confirmed"
        assert result.status == status
        part = "SELECT id FROM booking WHERE part_of = $1"
        self.model.standing[result.id] = Held(
            person,
            resource,
            period,
            status=status,
            beamer=self.do(self.connection.fetchval(part, result.id)) if with_beamer else None,
            card=card,
            paid_day=day if card else None,
        )
        return result.id

    @rule(target=Ground.booked, person=PEOPLE, day=DAY, hour=HOURS, length=LENGTHS)
    def book_one_of_the_pool(self, person: int, day: date, hour: int, length: int) -> Any:
        period = hours_of(day, hour, length)
        refusals = {desk: self.model.refusal(desk, period) for desk in POOL}
        result = self.attempt(book_one_of(self.connection, self.people[person], self.space_id, "Tisch", period))
        if None not in refusals.values():
            assert result in refusals.values()
            return multiple()
        desk = self.resources.index(result.resource_id)
        assert refusals[desk] is None
        self.model.standing[result.id] = Held(person, desk, period)
        return result.id

    @rule(booking=Ground.booked, resource=RESOURCES, day=DAY, hour=HOURS, length=LENGTHS, stale=SELDOM)
    def move(self, booking: int, resource: int, day: date, hour: int, length: int, stale: bool) -> None:
        held, period = self.known(booking), hours_of(day, hour, length)
        seen, target = held.version + (7 if stale else 0), self.resources[resource]
        if held.whose == GUEST:
            work = move_for_guest(self.connection, self.host, self.space_id, booking, seen, target, period)
        else:
            work = move_booking(self.connection, self.actor(held), booking, seen, target, period)
        result = self.attempt(work)
        if isinstance(expected := self.moved(booking, resource, period, stale), str):
            assert result == expected
            return
        assert result.version == expected.version
        self.model.standing[booking] = expected
        if expected != held:
            self.serve()

    def moved(self, booking: int, resource: int, period: Period, stale: bool) -> str | Held:
        """What a move makes of a booking, or why it is refused."""
        model, held = self.model, self.known(booking)
        if self.is_nobodys(held):
            return "not-found"
        if booking in model.gone:
            return "cancelled"
        if stale:
            return "changed-meanwhile"
        if held.late:
            return "begun"
        if (resource, period) == held[1:3]:
            return held
        if held.whose != GUEST and (held.status == "requested" or resource == BOOTH):
            return "needs-approval"
        if refusal := model.refusal(resource, period, (booking,), with_beamer=held.beamer is not None):
            return refusal
        if held.beamer and resource == BEAMER:  # it can't go with itself
            return "taken" if held.period.overlaps(period) else "equipment-taken"
        day, card = period.start.date(), held.card if resource == ROOM else None
        if card and not model.pays(card, day, without=booking):
            return "card"
        return held._replace(
            resource=resource, period=period, version=held.version + 1, card=card, paid_day=day if card else None
        )

    @rule(booking=Ground.booked)
    def cancel(self, booking: int) -> None:
        held = self.known(booking)
        if held.whose == GUEST:
            work = call_off_for_guest(self.connection, self.host, self.space_id, booking, None)
        else:
            work = cancel_booking(self.connection, self.actor(held), booking)
        result = self.attempt(work)
        if self.is_nobodys(held):
            assert result == "not-found"
        elif booking in self.model.gone:
            assert result.status == "cancelled"
        elif held.late:
            assert result == "begun"
        else:
            assert (result.status, result.version) == ("cancelled", held.version + 1)
            self.end(booking)

    def actor(self, held: Held) -> Any:
        """Whose it is; of what is nobody's any more, somebody who tries."""
        return self.people[max(held.whose, 0)]

    def is_nobodys(self, held: Held) -> bool:
        return held.whose < GUEST

    @rule(booking=Ground.booked)
    def meddle(self, booking: int) -> None:
        other, period = self.people[1 - max(self.known(booking).whose, 0)], hours_of(DAYS[0], 9, 1)
        for attempt in (
            cancel_booking(self.connection, other, booking),
            move_booking(self.connection, other, booking, None, None, period),
            check_in(self.connection, other, booking),
            leave_early(self.connection, other, booking),
            approve(self.connection, other, booking, None),
            call_off_for_guest(self.connection, other, self.space_id, booking, None),
        ):
            assert self.attempt(attempt) in ("not-found", "forbidden")

    @rule(day=DAY, hour=HOURS, length=LENGTHS)
    def what_is_free_can_be_booked(self, day: date, hour: int, length: int) -> None:
        period = hours_of(day, hour, length)
        found = self.do(free_resources(self.connection, period, "desk", None, 50.0, None, 50))
        expected = {self.resources[desk] for desk in POOL if self.model.refusal(desk, period) is None}
        assert {resource.id for resource in found} == expected
