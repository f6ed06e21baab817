"""An organisation's rota: who drives which ride on which day, and a driver's own duties."""

from datetime import date, datetime, timedelta
from typing import ClassVar

import msgspec

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.errors import Refusal
from landbooking.language import gettext as _
from landbooking.rides.organisations import Organisation, members_of, ride_of_organisation, rides_of_organisation
from landbooking.rides.ride import COLUMNS, Ride, ride_from

WEEK = 7  # days that a rota shows


class Run(msgspec.Struct, frozen=True):
    """A ride of the organisation on a day; `driver_id` is who has the duty, None while nobody has."""

    ride: Ride
    day: date
    departure: datetime
    driver_id: int | None
    riders: int


class Duty(msgspec.Struct, frozen=True):
    """One of a driver's own."""

    ride: Ride
    day: date
    departure: datetime
    organisation: str


class NoDriver(Refusal):
    status: ClassVar[int] = 422
    code: ClassVar[str] = "no-driver"

    def __init__(self) -> None:
        super().__init__(_("Diese Person fährt nicht für den Verein, oder die Fahrt gibt es an diesem Tag nicht."))

    @property
    def fields(self) -> dict[str, str]:
        return {"person": self.message}


async def zone_of(connection: Connection, organisation: Organisation) -> str:
    """That of its district, by whose clock its days begin."""
    zone: str = await connection.fetchval("SELECT time_zone FROM district WHERE id = $1", organisation.district_id)
    return zone


async def rota(connection: Connection, organisation_id: int, first: date, days: int) -> list[Run]:
    """What runs from `first` on, by departure, and who drives."""
    rides = await rides_of_organisation(connection, organisation_id)
    ids, last = [ride.id for ride in rides], first + timedelta(days=days)
    duties = {
        (row["ride_id"], row["day"]): row["person_id"]
        for row in await connection.fetch(
            "SELECT ride_id, day, person_id FROM ride_duty WHERE ride_id = ANY($1) AND day >= $2 AND day < $3",
            ids,
            first,
            last,
        )
    }
    riding = {
        (row["ride_id"], row["day"]): row["places"]
        for row in await connection.fetch(
            """SELECT ride_id, day, sum(places) AS places FROM seat_request
               WHERE ride_id = ANY($1) AND day >= $2 AND day < $3 AND status = 'accepted' GROUP BY ride_id, day""",
            ids,
            first,
            last,
        )
    }
    runs = [
        Run(ride, day, departure, duties.get((ride.id, day)), riding.get((ride.id, day), 0))
        for ride in rides
        for day, departure in ride.timetable.runs(first, days)
    ]
    return sorted(runs, key=lambda run: (run.departure, run.ride.id))


async def give_duty(
    connection: Connection, organisation_id: int, ride_id: int, day: date, person_id: int | None
) -> None:
    """Who drives that ride that day; None takes the duty back. Raises NoDriver."""
    ride = await ride_of_organisation(connection, organisation_id, ride_id)
    drives = person_id is None or any(
        one.person_id == person_id for one in await members_of(connection, organisation_id)
    )
    if ride is None or not drives or ride.timetable.departure_on(day) is None:
        raise NoDriver
    if person_id is None:
        await connection.execute("DELETE FROM ride_duty WHERE ride_id = $1 AND day = $2", ride_id, day)
        return
    await connection.execute(
        """INSERT INTO ride_duty (ride_id, day, person_id) VALUES ($1, $2, $3)
           ON CONFLICT (ride_id, day) DO UPDATE SET person_id = $3""",
        ride_id,
        day,
        person_id,
    )


async def duties_of(connection: Connection, driver: Person) -> list[Duty]:
    """The driver's own that are still to come, the next one first."""
    rows = await connection.fetch(
        f"""SELECT ride_duty.day AS duty_day, organisation.name AS organisation, {COLUMNS}
            FROM ride_duty JOIN ride ON ride.id = ride_duty.ride_id
            JOIN ride_organisation organisation ON organisation.id = ride.organisation_id
            WHERE ride_duty.person_id = $1 AND ride_duty.day >= current_date - 1 AND ride.ended_at IS NULL""",  # noqa: S608
        driver.id,
    )
    duties = []
    for row in rows:
        ride = ride_from(row)
        if (departure := ride.timetable.departure_on(row["duty_day"])) is not None:
            duties.append(Duty(ride, row["duty_day"], departure, row["organisation"]))
    return sorted(duties, key=lambda duty: duty.departure)
