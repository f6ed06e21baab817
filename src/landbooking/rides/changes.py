"""What a driver changes of a ride that was offered: the ride itself, a day, a pause, its end."""

from datetime import date
from typing import ClassVar

from asyncpg import CheckViolationError, ExclusionViolationError

from landbooking.accounts.locks import lock_person
from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.errors import Forbidden, NotFound, Refusal, Stale
from landbooking.language import gettext as _
from landbooking.rides.consequences import tell_of_places, tell_riders
from landbooking.rides.contact import places_told
from landbooking.rides.offering import Offer, check_offer, columns_of, store_stops
from landbooking.rides.organisations import answers_for
from landbooking.rides.ride import Ride, lock_ride, ride_by_id
from landbooking.rides.timetable import Days


class PromisedOtherwise(Refusal):
    """Riders were promised what the change would take from them."""

    code: ClassVar[str] = "promised"


class PauseOverlaps(Refusal):
    status: ClassVar[int] = 409
    code: ClassVar[str] = "pause"

    def __init__(self) -> None:
        super().__init__(_("In dieser Zeit pausiert die Fahrt schon."))

    @property
    def fields(self) -> dict[str, str]:
        return {"first": self.message}


async def own_ride(connection: Connection, driver: Person, ride_id: int) -> Ride:
    """One that this person drives or manages, and that has not ended. Raises NotFound, Forbidden."""
    ride = await ride_by_id(connection, ride_id)
    await _check_own(connection, driver, ride)
    return ride


async def change_ride(connection: Connection, driver: Person, ride_id: int, version: int | None, offer: Offer) -> Ride:
    """All of it anew. Raises NotFound, Forbidden, Stale, OfferRefused, PromisedOtherwise."""
    ride = await _lock_own(connection, driver, ride_id)
    if version is not None and version != ride.version:
        raise Stale(f"/rides/{ride_id}/change")
    await check_offer(connection, offer)
    values = columns_of(offer)
    settings = ", ".join(f"{name} = ${number}" for number, name in enumerate(values, 2))
    told = await places_told(connection, ride_id)
    try:
        await connection.execute(
            f"UPDATE ride SET {settings}, version = version + 1, changed_at = now() WHERE id = $1",  # noqa: S608 our own
            ride_id,
            *values.values(),
        )
    except CheckViolationError as violation:
        raise _promised(violation) from None
    await connection.execute("DELETE FROM ride_stop WHERE ride_id = $1", ride_id)
    await store_stops(connection, ride_id, offer)
    await tell_riders(connection, driver, ride_id)
    changed = await ride_by_id(connection, ride_id)
    await tell_of_places(connection, changed, told)
    return changed


async def change_day(
    connection: Connection, driver: Person, ride_id: int, day: date, minutes: int | None, message: str = ""
) -> None:
    """On one day it does not run (None), or at another time; the usual time takes the exception back."""
    ride = await _lock_own(connection, driver, ride_id)
    usual = ride.timetable.departs[day.weekday()] if day in ride.timetable.days else None
    if minutes is not None and minutes == usual:
        await connection.execute("DELETE FROM ride_exception WHERE ride_id = $1 AND day = $2", ride_id, day)
    else:
        await connection.execute(
            """INSERT INTO ride_exception (ride_id, day, departs) VALUES ($1, $2, $3)
               ON CONFLICT (ride_id, day) DO UPDATE SET departs = EXCLUDED.departs""",
            ride_id,
            day,
            minutes,
        )
    await _changed(connection, driver, ride_id, message)


async def pause_ride(connection: Connection, driver: Person, ride_id: int, days: Days, message: str = "") -> None:
    """From one day to another, both included. Raises PauseOverlaps."""
    await _lock_own(connection, driver, ride_id)
    try:
        async with connection.transaction():
            await connection.execute(
                "INSERT INTO ride_pause (ride_id, days) VALUES ($1, daterange($2, $3, '[]'))",
                ride_id,
                days.first,
                days.last,
            )
    except ExclusionViolationError:
        raise PauseOverlaps from None
    await _changed(connection, driver, ride_id, message)


async def lift_pause(connection: Connection, driver: Person, ride_id: int, first: date) -> None:
    """The pause that begins on that day; what was cancelled by it stays cancelled."""
    await _lock_own(connection, driver, ride_id)
    await connection.execute("DELETE FROM ride_pause WHERE ride_id = $1 AND lower(days) = $2", ride_id, first)
    await _changed(connection, driver, ride_id, "")


async def end_ride(connection: Connection, driver: Person, ride_id: int, message: str = "") -> None:
    await _lock_own(connection, driver, ride_id)
    await connection.execute("UPDATE ride SET ended_at = now() WHERE id = $1", ride_id)
    await _changed(connection, driver, ride_id, message)


async def _changed(connection: Connection, driver: Person, ride_id: int, message: str) -> None:
    await connection.execute("UPDATE ride SET version = version + 1, changed_at = now() WHERE id = $1", ride_id)
    await tell_riders(connection, driver, ride_id, message)


async def _lock_own(connection: Connection, driver: Person, ride_id: int) -> Ride:
    """Nobody drives, asks or answers in it until commit, nor does this person anywhere else."""
    await lock_person(connection, driver.id)
    ride = await lock_ride(connection, ride_id)
    await _check_own(connection, driver, ride)
    return ride


async def _check_own(connection: Connection, driver: Person, ride: Ride) -> None:
    if not await answers_for(connection, driver, ride):
        raise Forbidden
    if ride.ended_at is not None:
        raise NotFound


def _promised(violation: CheckViolationError) -> Refusal:
    sentences = {
        "seat_capacity": _("So viele Plätze sind schon vergeben. Bitte lassen Sie mindestens diese frei."),
        "seat_detour": _("Mitfahrenden ist schon mehr Umweg zugesagt."),
        "seat_shares": _(
            "Für diesen Weg dürften die Mitfahrenden zusammen nicht so viel geben, wie schon zugesagt ist."
        ),
        "ride_shares": _("So viel dürfen die Mitfahrenden zusammen nicht geben."),
    }
    if violation.constraint_name not in sentences:
        raise violation
    return PromisedOtherwise(sentences[violation.constraint_name])
