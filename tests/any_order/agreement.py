"""What must be so after every step."""

from datetime import timedelta
from itertools import pairwise

from hypothesis.stateful import invariant

from any_order.ground import Ground
from any_order.model import BEAMER, DAYS, GUEST, HOUR_CENTS, NOBODY, ROOM
from landbooking.period import Period, joined
from landbooking.spaces.schedules import schedules_of
from landbooking.spaces.space import space_by_id
from support.spaces import period_on


class Agreement(Ground):
    @invariant()
    def bookings_and_their_mails_agree(self) -> None:
        rows = self.do(
            self.connection.fetch(
                """SELECT id, resource_id, person_id, guest_id, lower(period) AS start, upper(period) AS end, status,
                          version, part_of, checked_in_at IS NOT NULL AS checked_in,
                          (SELECT count(*) FROM outbox WHERE topic = 'booking:' || booking.id
                              AND template LIKE '%reminder' AND withdrawn_at IS NULL) AS reminders
                   FROM booking WHERE blackout_id IS NULL ORDER BY id"""
            )
        )
        bookings = {row["id"]: row for row in rows if row["part_of"] is None}
        assert bookings.keys() == self.model.standing.keys() | self.model.gone.keys()
        for key, row in bookings.items():
            held = self.known(key)
            assert row["status"] == (held.status if key in self.model.standing else "cancelled")
            assert self.whose(row["person_id"], row["guest_id"]) == held.whose
            if key in self.model.standing:
                assert (self.resources.index(row["resource_id"]), Period(row["start"], row["end"])) == held[1:3]
                assert (row["version"], row["checked_in"]) == (held.version, held.checked_in)
            if not held.late:
                assert row["reminders"] == (2 if row["status"] == "confirmed" and held.whose >= 0 else 0)
        parts = {row["id"]: row for row in rows if row["part_of"] is not None and row["status"] != "cancelled"}
        with_piece = {held.beamer: held for held in self.model.standing.values() if held.beamer}
        assert parts.keys() == with_piece.keys()
        for key, held in with_piece.items():
            assert (parts[key]["status"], self.resources.index(parts[key]["resource_id"])) == (held.status, BEAMER)
            assert Period(parts[key]["start"], parts[key]["end"]) == held.period

    def whose(self, person_id: int | None, guest_id: int | None) -> int:
        if guest_id is not None:
            return GUEST
        return next((number for number, person in enumerate(self.people) if person.id == person_id), NOBODY)

    @invariant()
    def what_is_taken_agrees(self) -> None:
        now = self.do(self.connection.fetchval("SELECT now()"))
        whole = Period(now - timedelta(days=1), period_on(DAYS[-1], "00:00", "23:00").end)
        space = self.do(space_by_id(self.connection, self.space_id))
        schedules = self.do(schedules_of(self.connection, [space], whole))[self.space_id]
        busy = {schedule.resource_id: schedule.taken for schedule in schedules}
        for number, resource in enumerate(self.resources):
            taken = sorted(busy[resource])
            assert all(one.end <= following.start for one, following in pairwise(taken))
            expected = [held.period for held in self.model.standing.values() if number in held.resources]
            expected += [black.period for black in self.model.blackouts.values() if number in black.resources]
            assert joined(taken) == joined(expected)

    @invariant()
    def the_line_agrees(self) -> None:
        rows = self.do(self.connection.fetch("SELECT id, state, booking_id FROM waiting"))
        assert {row["id"]: (row["state"], row["booking_id"]) for row in rows} == {
            number: (wish.state, wish.booking) for number, wish in self.model.line.items()
        }

    @invariant()
    def cards_and_ledger_agree(self) -> None:
        """No card is overspent; what stands on it is what the ledger says, counter-rows and all."""
        rows = self.do(
            self.connection.fetch(
                """SELECT id, visits_left, visits - (SELECT coalesce(sum(visits), 0) FROM charge
                                                     WHERE card_id = card.id AND what = 'booking') AS by_ledger
                   FROM card"""
            )
        )
        assert {row["id"]: row["visits_left"] for row in rows} == {
            card: self.model.visits_left(card) for card in self.model.cards
        }
        assert all(row["visits_left"] == row["by_ledger"] >= 0 for row in rows)

    @invariant()
    def the_ledger_has_what_each_booking_costs(self) -> None:
        """The room, by the hour, as long as nobody's card pays; nothing of what is called off or only held."""
        rows = self.do(
            self.connection.fetch(
                "SELECT booking_id, sum(cents) FROM charge WHERE what = 'booking' GROUP BY booking_id"
            )
        )
        charged = {key: cents for key, cents in rows if cents}
        costs = {
            key: held.period.length // timedelta(hours=1) * HOUR_CENTS
            for key, held in self.model.standing.items()
            if held.resource == ROOM and held.card is None and held.status == "confirmed" and not held.late
        }
        begun = {key for key, held in (self.model.standing | self.model.gone).items() if held.late}
        assert {key: cents for key, cents in charged.items() if key not in begun} == costs
