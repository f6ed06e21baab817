"""A series as read from the database, and its one calendar entry."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from zoneinfo import ZoneInfo

import msgspec

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.errors import NotFound
from landbooking.notifications import calendar
from landbooking.notifications.calendar import Event
from landbooking.period import Period, local_period, opening_instant
from landbooking.spaces.bookings import Booking
from landbooking.spaces.series.recurrence import Recurrence, as_rrule, occurrences, spoken


class Series(msgspec.Struct, frozen=True, kw_only=True):
    """`start` and `end` are local clock times in `zone`; `version` rises with every change of any of its dates."""

    id: int
    person_id: int | None
    recurrence: Recurrence
    start: dt.time
    end: dt.time
    zone: str
    version: int

    @property
    def rule(self) -> str:
        """As people say it: "jede Woche: Montag"."""
        return spoken(self.recurrence)

    def event(self, bookings: Sequence[Booking], attendee: str) -> Event:
        """The whole of it as one calendar entry, whatever became of its dates (RFC 5545, section 3.8.5; RFC 5546).

        One UID with a rule, because an invitation must be about one UID (RFC 5546, section 3.2.2), and calendar
        programs read only the first of several. What is left out is an EXDATE, what is otherwise has a RECURRENCE-ID
        of its own: the start by the rule, which never changes, so that a later mail about one date finds it wherever
        it was moved. Every mail about several dates says all of this anew, so that none depends on an earlier one.
        """
        standing = [one for one in bookings if one.status != "cancelled" and one.series]
        if not standing:
            return self._gone(bookings[0], attendee)
        what = Counter((one.resource_id, one.equipment) for one in standing).most_common(1)[0][0]
        usual = next(one for one in standing if (one.resource_id, one.equipment) == what)
        starts = {one.series.planned_at for one in standing if one.series}
        first, last = min(starts), max(starts)
        ruled = self._by_rule(first)
        return msgspec.structs.replace(
            usual.event(attendee),
            recurs_at=None,
            start=ruled.start,
            end=ruled.end,
            changed_at=max(one.changed_at for one in bookings),
            path=f"/series/{self.id}",
            recurrence=calendar.Recurrence(
                rule=as_rrule(self.recurrence, last),
                without=sorted(start for start in self._planned() - starts if first < start < last),
                changed=[
                    one.event(attendee)
                    for one in standing
                    if one.series
                    and (
                        (one.resource_id, one.equipment) != what
                        or Period(one.start, one.end) != self._of_length(one.series.planned_at, ruled)
                    )
                ],
            ),
        )

    def _gone(self, booking: Booking, attendee: str) -> Event:
        return msgspec.structs.replace(booking.event(attendee), recurs_at=None, path=f"/series/{self.id}")

    def _planned(self) -> set[dt.datetime]:
        return {self._start_on(one.day) for one in occurrences(self.recurrence) if one.day}

    def _start_on(self, day: dt.date) -> dt.datetime:
        return opening_instant(day, self.start.hour * 60 + self.start.minute, ZoneInfo(self.zone))

    def _by_rule(self, planned_at: dt.datetime) -> Period:
        zone = ZoneInfo(self.zone)
        wished = local_period(planned_at.astimezone(zone).date(), self.start, self.end, zone)
        return Period(planned_at, wished.end)

    @staticmethod
    def _of_length(planned_at: dt.datetime, ruled: Period) -> Period:
        """Every date of a rule is as long as its first (RFC 5545, section 3.8.5.3)."""
        return Period(planned_at, planned_at + ruled.length)


async def series_of(connection: Connection, person: Person, series_id: int) -> Series:
    """A series of this person's own. Raises NotFound for others' too."""
    row = await connection.fetchrow(
        """SELECT id, person_id, repeats, weekdays, first, until, count, starts, ends, zone, version
           FROM series WHERE id = $1""",
        series_id,
    )
    if row is None or row["person_id"] != person.id:
        raise NotFound
    return Series(
        id=row["id"],
        person_id=row["person_id"],
        recurrence=Recurrence(
            repeats=row["repeats"],
            first=row["first"],
            weekdays=tuple(row["weekdays"]),
            until=row["until"],
            count=row["count"],
        ),
        start=row["starts"],
        end=row["ends"],
        zone=row["zone"],
        version=row["version"],
    )
