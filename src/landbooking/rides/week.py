"""A person's week: what they drive, for themself or on duty for an association, and where they ride along."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.period import opening_instant
from landbooking.rides.matching import fullest
from landbooking.rides.promised import taken_seats
from landbooking.rides.ride import COLUMNS, Ride, ride_from
from landbooking.rides.seat import SEATS, Seat, seat_from
from landbooking.rides.timetable import Absence

DAYS = 7


class Run(msgspec.Struct, frozen=True):
    """A ride that the person drives on that day; or would, were there no `absence`.

    `departure` is the regular one where it does not run, and `regular` is that of a day on which it leaves at another
    time, None where it does not run on such days at all. `free` seats are so along the whole way; `seats` are asked for
    or given, in the order of getting in. `organisation` is the name of the one whose duty it is, else empty.
    """

    ride: Ride
    day: date
    departure: datetime
    regular: datetime | None
    absence: Absence | None
    organisation: str
    free: int
    seats: list[Seat]

    @property
    def start(self) -> datetime:
        return self.departure

    @property
    def end(self) -> datetime:
        return self.departure + timedelta(seconds=self.ride.way.seconds)

    @property
    def is_exception(self) -> bool:
        """It runs, but at another time than on all such days, or on a day on which it does not otherwise."""
        return self.absence is None and self.departure != self.regular


class WeekDay(msgspec.Struct, frozen=True):
    """By the local clocks of the rides. `runs` belong to the day of the departure, `seats` to that of getting in."""

    day: date
    runs: list[Run]
    seats: list[Seat]

    @property
    def in_order(self) -> list[Run | Seat]:
        return sorted([*self.runs, *self.seats], key=lambda one: (one.start, one.end))


async def week_of(connection: Connection, person: Person, monday: date) -> list[WeekDay]:
    """Seven days from Monday on. What others called off is still told, what the rider called off is not."""
    runs = await _runs(connection, person, monday)
    seats = await _own_seats(connection, person, monday)
    days = [monday + timedelta(days=number) for number in range(DAYS)]
    return [
        WeekDay(
            day,
            [run for run in runs if run.day == day],
            [seat for seat in seats if seat.start.astimezone(ZoneInfo(seat.zone)).date() == day],
        )
        for day in days
    ]


async def _runs(connection: Connection, driver: Person, monday: date) -> list[Run]:
    sunday = monday + timedelta(days=DAYS - 1)
    rows = await connection.fetch(
        f"""SELECT {COLUMNS}, coalesce(organisation.name, '') AS organisation,
                   ARRAY(SELECT day FROM ride_duty WHERE ride_id = ride.id AND person_id = $1
                         AND day BETWEEN $2 AND $3) AS duty_days
            FROM ride LEFT JOIN ride_organisation organisation ON organisation.id = ride.organisation_id
            WHERE ride.driver_id = $1 AND (ride.days && daterange($2, $3, '[]') OR EXISTS (
                      SELECT FROM ride_exception WHERE ride_id = ride.id AND day BETWEEN $2 AND $3))
               OR ride.id IN (SELECT ride_id FROM ride_duty WHERE person_id = $1 AND day BETWEEN $2 AND $3)
            ORDER BY ride.id""",  # noqa: S608 a constant
        driver.id,
        monday,
        sunday,
    )
    rides = [ride_from(row) for row in rows]
    ids = [ride.id for ride in rides]
    taken = await taken_seats(connection, ids, monday, DAYS)
    seats = await _seats_in(connection, ids, monday, sunday)
    week = [monday + timedelta(days=number) for number in range(DAYS)]
    return [
        Run(
            ride,
            day,
            departure,
            regular,
            ride.timetable.absence_on(day),
            row["organisation"],
            ride.seats - fullest(taken.get(ride.id, {}).get(day, ()), 0, round(ride.way.metres) + 1),
            [seat for seat in seats if (seat.ride_id, seat.day) == (ride.id, day)],
        )
        for row, ride in zip(rows, rides, strict=True)
        for day, departure, regular in _departures(ride, row["duty_days"] if ride.organisation_id else week)
    ]


def _departures(ride: Ride, days: Sequence[date]) -> Iterator[tuple[date, datetime, datetime | None]]:
    """Day, departure and regular departure; what would have been after the ride was ended is left out."""
    timetable = ride.timetable
    for day in days:
        minutes = timetable.regular_minutes_on(day)
        regular = None if minutes is None else opening_instant(day, minutes, timetable.time_zone)
        departure = timetable.departure_on(day) or regular
        if departure is not None and (ride.ended_at is None or departure < ride.ended_at):
            yield day, departure, regular


async def _seats_in(connection: Connection, ride_ids: Sequence[int], first: date, last: date) -> list[Seat]:
    rows = await connection.fetch(
        f"""{SEATS} WHERE seat.ride_id = ANY($1) AND seat.day BETWEEN $2 AND $3
            AND seat.status IN ('requested', 'accepted') ORDER BY lower(seat.leg), seat.id""",
        ride_ids,
        first,
        last,
    )
    return [seat_from(row) for row in rows]


async def _own_seats(connection: Connection, rider: Person, monday: date) -> list[Seat]:
    """Those of the evening before too: one may get in after midnight."""
    rows = await connection.fetch(
        f"""{SEATS} WHERE seat.rider_id = $1 AND seat.day BETWEEN $2 AND $3
            AND (seat.status IN ('requested', 'accepted') OR seat.ended_by IS DISTINCT FROM $1)
            ORDER BY lower(seat.period), seat.id""",
        rider.id,
        monday - timedelta(days=1),
        monday + timedelta(days=DAYS - 1),
    )
    return [seat_from(row) for row in rows]
