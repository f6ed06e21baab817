"""What journey planners are told: services, each of which leaves at one time of the day. Nobody is named."""

from collections.abc import Iterator
from datetime import date, timedelta

import msgspec

from landbooking.database import Connection
from landbooking.rides.ride import COLUMNS, Ride, ride_from

AGENCY = "landbooking"  # as Amarillo wants it: letters and digits
HORIZON = timedelta(days=180)  # how far ahead planners are told


class Service(msgspec.Struct, frozen=True):
    """Leaves at `minutes` since midnight on `weekdays` (Monday is 1) from `first` to `last`, but not on `removed`.

    `id` stays the same as long as the weekdays do, whatever else changes.
    """

    id: str
    ride: Ride
    minutes: int
    weekdays: tuple[int, ...]
    first: date
    last: date
    removed: tuple[date, ...] = ()

    @property
    def days(self) -> list[date]:
        """Those on which it runs."""
        return [day for day in _each(self.first, self.last) if day.isoweekday() in self.weekdays and self.runs(day)]

    def runs(self, day: date) -> bool:
        return self.first <= day <= self.last and day.isoweekday() in self.weekdays and day not in self.removed


async def public_rides(connection: Connection, today: date) -> list[Ride]:
    """What is not over. Rides for women only are left out: no planner can ask who is looking."""
    rows = await connection.fetch(
        f"""SELECT {COLUMNS} FROM ride
            WHERE ride.ended_at IS NULL AND NOT ride.women_only AND coalesce(upper(ride.days) > $1, true)
            ORDER BY ride.id""",  # noqa: S608 a constant
        today,
    )
    return [ride_from(row) for row in rows]


def services_of(ride: Ride, today: date) -> list[Service]:
    """Its runs from today on, as far ahead as planners are told: a service for each time at which it leaves.

    A day with a time of its own is a service of its own.
    """
    table = ride.timetable
    first = max(today, table.days.first)
    last = min(today + HORIZON, table.days.last or date.max)
    found = []
    for minutes, weekdays in _by_time(table.departs).items():
        days = [day for day in _each(first, last) if day.isoweekday() in weekdays]
        removed = tuple(day for day in days if table.minutes_on(day) != minutes)
        if len(removed) < len(days):
            found.append(Service(service_id(ride, weekdays[0]), ride, minutes, weekdays, first, last, removed))
    return [*found, *_single_days(ride, today)]


def service_id(ride: Ride, first_weekday: int) -> str:
    return f"{ride.id}-{first_weekday}"


def _single_days(ride: Ride, today: date) -> Iterator[Service]:
    table = ride.timetable
    for day, minutes in sorted(table.exceptions.items()):
        is_regular = day in table.days and table.departs[day.weekday()] == minutes
        if minutes is not None and not is_regular and today <= day <= today + HORIZON:
            yield Service(f"{ride.id}-{day:%Y%m%d}", ride, minutes, (day.isoweekday(),), day, day)


def _by_time(departs: tuple[int | None, ...]) -> dict[int, tuple[int, ...]]:
    """Weekdays by the time at which it leaves on them."""
    found: dict[int, tuple[int, ...]] = {}
    for weekday, minutes in enumerate(departs, start=1):
        if minutes is not None:
            found[minutes] = (*found.get(minutes, ()), weekday)
    return found


def _each(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=number) for number in range((last - first).days + 1))


def clock(minutes: int, seconds: int = 0) -> str:
    """ "07:35:20", and "24:10:00" for who is still on the way after midnight."""
    total = minutes * 60 + seconds
    return f"{total // 3600:02}:{total // 60 % 60:02}:{total % 60:02}"
