"""Bookings that were made as a series: booked together, moved together, cancelled together."""

from collections.abc import Collection
from datetime import date
from typing import Any, Literal

import hypothesis.strategies as st
from hypothesis.stateful import multiple, precondition, rule

from any_order.ground import DESKS, HOURS, LENGTHS, PEOPLE, PICKS, RESOURCES, SELDOM, Ground, hours_of
from any_order.model import BOOTH, DAYS, ROOM, Held
from landbooking.spaces.series.change import Move, Which, cancel_dates, move_dates
from landbooking.spaces.series.plan import Choice as DateChoice
from support.series import booked_series, weekly
from support.spaces import BERLIN

Scope = Literal["following", "all"]
SCOPES: st.SearchStrategy[Scope] = st.sampled_from(["following", "all"])


class Series(Ground):
    @rule(target=Ground.booked, person=PEOPLE, desk=DESKS, hour=HOURS, length=LENGTHS)
    def book_every_day(self, person: int, desk: int, hour: int, length: int) -> Any:
        periods = [hours_of(day, hour, length) for day in DAYS]
        chosen = {day: DateChoice(self.resources[desk]) for day in DAYS}  # holidays too
        start, end = (f"{moment.astimezone(BERLIN):%H:%M}" for moment in periods[0])
        wish = weekly(self.resources[desk], DAYS[0], len(DAYS), start, end, repeats="daily", choices=chosen)
        result = self.attempt(booked_series(self.connection, self.people[person], wish))
        if any(self.model.refusal(desk, period) for period in periods):
            assert result == "series-conflicts"
            return multiple()
        series, bookings = result
        for booking, period in zip(bookings, periods, strict=True):
            self.model.standing[booking.id] = Held(person, desk, period)
            self.model.series[booking.id] = series.id
        return multiple(*(booking.id for booking in bookings))

    @rule(booking=Ground.booked)
    def cancel_all_of_its_series(self, booking: int) -> None:
        series, person = self.model.series.get(booking), self.known(booking).whose
        if series is None or person < 0:
            return
        standing = [key for key in self.dates_of(series) if key in self.model.standing]
        coming = [key for key in standing if not self.begun(key)]
        which = Which(series, booking, "all")
        result = self.attempt(cancel_dates(self.connection, self.people[person], which))
        if not coming:  # cancelled already, or begun: either way nothing changes
            assert result == [] or (standing and result == "begun")
            return
        assert {one.id for one in result} == set(coming)
        for other in coming:
            self.model.end(other)
        self.serve()

    @rule(booking=Ground.booked, scope=SCOPES, resource=st.none() | RESOURCES, hour=st.none() | HOURS, length=LENGTHS,
          leave=SELDOM)  # fmt: skip
    def move_its_series(
        self, booking: int, scope: Scope, resource: int | None, hour: int | None, length: int, leave: bool
    ) -> None:
        self.move_dates(booking, scope, resource, hour, length, leave)

    @precondition(lambda self: self.dates())
    @rule(pick=PICKS, scope=SCOPES, resource=st.none() | DESKS | st.just(ROOM), hour=HOURS, length=LENGTHS)
    def move_a_series(self, pick: int, scope: Scope, resource: int | None, hour: int, length: int) -> None:
        """One that stands, which chance would seldom find."""
        dates = self.dates()
        self.move_dates(dates[pick % len(dates)], scope, resource, hour, length, leave=False)

    def move_dates(
        self, booking: int, scope: Scope, resource: int | None, hour: int | None, length: int, leave: bool
    ) -> None:
        series, whose = self.model.series.get(booking), self.known(booking).whose
        if series is None or whose < 0:
            return
        clock = hours_of(DAYS[0], hour, length) if hour else None
        start, end = (moment.astimezone(BERLIN).time() for moment in clock) if clock else (None, None)
        stay = {max(self.dates_of(series))} if leave else set()
        move = Move(start, end, None if resource is None else self.resources[resource], stay)
        result = self.attempt(move_dates(self.connection, self.people[whose], Which(series, booking, scope), move))
        expected = self.moved_dates(booking, scope, stay, resource, hour, length)
        if isinstance(expected, str):
            assert result == expected
            return
        assert {one.id: one.version for one in result} == {key: held.version for key, held in expected.items()}
        self.model.standing.update(expected)
        self.serve()

    def moved_dates(
        self, booking: int, scope: Scope, stay: Collection[int], resource: int | None, hour: int | None, length: int
    ) -> str | dict[int, Held]:
        """What becomes of the dates that change, or why none does. Each may have what the others give up."""
        if scope == "following" and booking in self.model.gone:
            return "cancelled"
        if scope == "following" and self.begun(booking):
            return "begun"
        dates = self.dates_of(self.model.series[booking])
        meant = dates[dates.index(booking) :] if scope == "following" else dates
        coming = [key for key in meant if key in self.model.standing and not self.begun(key)]
        if not coming:
            return "begun"
        own, granted = [key for key in coming if key not in stay], dict[int, Held]()
        for key in own:
            held = self.model.standing[key]
            target = held.resource if resource is None else resource
            period = hours_of(day_of(held), hour, length) if hour else held.period
            if (
                target == BOOTH
                or self.model.refusal(target, period, own)
                or any(other.resource == target and other.period.overlaps(period) for other in granted.values())
            ):
                return "series-conflicts"
            granted[key] = held._replace(resource=target, period=period)
        return {
            key: moved._replace(version=moved.version + 1)
            for key, moved in granted.items()
            if moved != self.model.standing[key]
        }

    def dates_of(self, series: int) -> list[int]:
        """As they were planned."""
        return sorted(key for key, of in self.model.series.items() if of == series)

    def dates(self) -> list[int]:
        return [
            key
            for key, held in sorted(self.model.standing.items())
            if key in self.model.series and held.whose >= 0 and not held.late
        ]


def day_of(held: Held) -> date:
    return held.period.start.astimezone(BERLIN).date()
