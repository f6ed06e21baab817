"""Somebody closes their account, and comes again as somebody whom nobody knows."""

from hypothesis.stateful import precondition, rule

from any_order.ground import PEOPLE, SELDOM, Ground
from landbooking.agenda.erasure import erase_account
from landbooking.spaces.bookings import standing_bookings


class Leaving(Ground):
    @precondition(lambda self: self.model.standing)
    @rule(person=PEOPLE, sure=SELDOM)
    def sign_off(self, person: int, sure: bool) -> None:
        if not sure:
            return
        known = self.people[person]
        standing = [booking.id for booking in self.do(standing_bookings(self.connection, known))]
        assert set(standing) >= {key for key in self.model.of_person(person) if not self.begun(key)}
        self.do(erase_account(self.connection, known))
        for number, wish in self.model.line.items():
            if wish.person == person and wish.state == "waiting":
                self.model.leave_line(number, "withdrawn")
        for booking in standing:
            if not self.begun(booking):
                self.end(booking)
        self.model.sign_off(person)
        self.people[person] = self.do(self.newcomer(person))
