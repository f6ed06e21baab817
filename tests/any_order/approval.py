"""A host's answers to requests, those that come too late, and requests that nobody answered."""

from hypothesis.stateful import precondition, rule

from any_order.ground import PICKS, Ground
from landbooking.spaces.approval.answers import approve, refuse
from landbooking.spaces.approval.expiry import expire_requests
from support.approval import let_it_expire


class Approval(Ground):
    @rule(booking=Ground.booked)
    def approve_whatever_it_is(self, booking: int) -> None:
        self.answer_yes(booking)

    @precondition(lambda self: self.requests())
    @rule(pick=PICKS)
    def approve_a_request(self, pick: int) -> None:
        requests = self.requests()
        self.answer_yes(requests[pick % len(requests)])

    def answer_yes(self, booking: int) -> None:
        held = self.known(booking)
        result = self.attempt(approve(self.connection, self.host, booking, None))
        if held.status != "requested" or booking in self.model.gone:
            assert result == "answered"
        elif not self.model.is_open(held.period):
            assert result == "rule-opening-hours"
        elif any(held.resource in black.resources and black.period.overlaps(held.period)
                 for black in self.model.blackouts.values()):  # fmt: skip
            assert result == "blackout"
        else:
            assert (result.status, result.version) == ("confirmed", held.version + 1)
            self.model.change(booking, status="confirmed", version=result.version)

    @precondition(lambda self: self.requests())
    @rule(pick=PICKS)
    def say_no(self, pick: int) -> None:
        requests = self.requests()
        booking = requests[pick % len(requests)]
        refused = self.do(refuse(self.connection, self.host, booking, None, "Leider nicht."))
        assert refused.status == "cancelled"
        self.end(booking)

    @precondition(lambda self: self.requests())
    @rule(pick=PICKS)
    def nobody_answers(self, pick: int) -> None:
        """Its time is over, and the worker comes by."""
        requests = self.requests()
        booking = requests[pick % len(requests)]
        self.do(let_it_expire(self.connection, booking))
        assert self.attempt(approve(self.connection, self.host, booking, None)) == "answered"
        assert self.do(expire_requests(self.pool)) == 1
        self.end(booking)

    def requests(self) -> list[int]:
        return [key for key, held in sorted(self.model.standing.items()) if held.status == "requested"]
