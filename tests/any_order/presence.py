"""Coming, leaving early, being asked, and losing the rest."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis.stateful import precondition, rule

from any_order.ground import PICKS, Ground
from any_order.model import Held
from landbooking.period import STEP, Period
from landbooking.spaces.presence.absence import ask_absent, release_absent
from landbooking.spaces.presence.check_in import check_in, leave_early
from support.presence import PATIENCE, let_pass, quarter

ON_TIME = PATIENCE // 2 + 2  # minutes: half of the patience is gone, so who has not come is asked


class Presence(Ground):
    @precondition(lambda self: self.model.standing)
    @rule(pick=PICKS)
    def begin_one(self, pick: int) -> None:
        """As if it had begun some minutes ago, to end when it was to end: the days between belong to it then."""
        coming = [
            key
            for key, held in sorted(self.model.standing.items())
            if held.status == "confirmed" and held.whose >= 0 and not held.late
        ]
        if not coming:
            return
        booking = coming[pick % len(coming)]
        held = self.known(booking)
        now: datetime = self.do(self.connection.fetchval("SELECT now()"))
        start = now - timedelta(minutes=ON_TIME)
        before = Period(start - timedelta(hours=1), held.period.start)
        if any(self.model.taken(resource, before, own=(booking,)) for resource in held.resources):
            return
        self.do(self.connection.execute(
            """UPDATE booking SET period = tstzrange($2, upper(period)), blocked = tstzrange($2, upper(period))
               WHERE id = $1""", booking, start))  # fmt: skip
        self.model.change(booking, period=Period(start, held.period.end), late=ON_TIME)

    @precondition(lambda self: self.those_begun())
    @rule(pick=PICKS)
    def time_passes(self, pick: int) -> None:
        waited_for = [key for key, held in self.model.standing.items() if held.late == ON_TIME and not held.ended]
        if waited_for:
            booking = sorted(waited_for)[pick % len(waited_for)]
            held = self.known(booking)
            self.do(let_pass(self.connection, booking, ON_TIME))
            earlier = Period(held.period.start - timedelta(minutes=ON_TIME), held.period.end)
            self.model.change(booking, period=earlier, late=2 * ON_TIME)

    @precondition(lambda self: self.model.standing)
    @rule(pick=PICKS)
    def nobody_comes(self, pick: int) -> None:
        """All that must happen until the rest of somebody's time is given away, which chance would seldom find."""
        self.begin_one(pick)
        self.ask_who_has_not_come()
        self.time_passes(pick)
        self.release_who_has_not_come()

    @rule(booking=Ground.booked)
    def come(self, booking: int) -> None:
        self.check_in(booking)

    @precondition(lambda self: self.those_begun())
    @rule(pick=PICKS)
    def come_in_time(self, pick: int) -> None:
        begun = self.those_begun()
        self.check_in(begun[pick % len(begun)])

    def check_in(self, booking: int) -> None:
        held = self.known(booking)
        result = self.attempt(check_in(self.connection, self.people[max(held.whose, 0)], booking))
        if held.whose < 0:
            assert result == "not-found"
        elif held.checked_in:
            assert result.id == booking
        elif booking in self.model.gone:
            assert result == "cancelled"
        elif held.late and held.status == "confirmed" and datetime.now(UTC) < held.period.end:
            assert result.checked_in_at
            self.model.change(booking, checked_in=True)
        else:
            assert result == "not-now"

    @rule(booking=Ground.booked)
    def leave_before_one_came(self, booking: int) -> None:
        self.leave_early(booking)

    @precondition(lambda self: self.those_begun())
    @rule(pick=PICKS)
    def leave_one(self, pick: int) -> None:
        begun = self.those_begun()
        self.leave_early(begun[pick % len(begun)])

    def leave_early(self, booking: int) -> None:
        held = self.known(booking)
        result, ends = self.with_the_clock(
            held, lambda: self.attempt(leave_early(self.connection, self.people[max(held.whose, 0)], booking))
        )
        if held.whose < 0:
            assert result == "not-found"
        elif booking in self.model.gone:
            assert result == "cancelled"
        elif not held.late:
            assert result == "not-now"
        elif held.ended:
            assert (result.version, result.end) == (held.version, held.period.end)
        else:
            self.shorten(booking, ends)
            self.serve()

    @precondition(lambda self: self.those_begun())
    @rule()
    def ask_who_has_not_come(self) -> None:
        away = [key for key in self.missing() if self.known(key).late == ON_TIME and not self.known(key).asked]
        assert self.do(ask_absent(self.pool)) == len(away)
        for booking in away:
            self.model.change(booking, asked=True)

    @precondition(lambda self: self.those_begun())
    @rule()
    def release_who_has_not_come(self) -> None:
        away = [key for key in self.missing() if self.known(key).late > PATIENCE and self.known(key).asked]
        before = datetime.now(UTC)
        assert self.do(release_absent(self.pool)) == len(away)
        for booking in away:
            self.shorten(booking, ends_between(self.known(booking), before))
            self.serve()

    def missing(self) -> list[int]:
        """The first that was made is the first that is looked at."""
        return [
            key
            for key, held in sorted(self.model.standing.items())
            if held.late and held.whose >= 0 and not held.checked_in and not held.ended
        ]

    def those_begun(self) -> list[int]:
        return [key for key, held in sorted(self.model.standing.items()) if held.late]

    def with_the_clock(self, held: Held, act: Callable[[], Any]) -> tuple[Any, set[datetime]]:
        before = datetime.now(UTC)
        return act(), ends_between(held, before)

    def shorten(self, booking: int, ends: set[datetime]) -> None:
        end = self.do(self.connection.fetchval("SELECT upper(period) FROM booking WHERE id = $1", booking))
        assert end in ends
        held = self.known(booking)
        self.model.change(booking, period=Period(held.period.start, end), version=held.version + 1, ended=True)


def ends_between(held: Held, before: datetime) -> set[datetime]:
    """Where a booking may end that ended between then and now: at the quarter that had begun, but not at its start."""
    return {max(quarter(moment), held.period.start + STEP) for moment in (before, datetime.now(UTC))}
