"""How a ride was, said by both sides once, and what only district staff shall know.

It hangs on the seat, so neither a deleted ride nor a closed account of who said it takes it away.
"""

from datetime import UTC, datetime

import msgspec

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.errors import NotFound
from landbooking.rides.refusals import AlreadySaid, NotYetRidden
from landbooking.rides.seat import Seat, seat_seen_by


class RideFeedback(msgspec.Struct, frozen=True):
    """`thumb_up` None: ridden or not is all that was said."""

    ridden: bool
    thumb_up: bool | None


class RideReport(msgspec.Struct, frozen=True):
    """`reporter` and `about` are names or addresses, empty where the account is closed or nobody is known."""

    id: int
    text: str
    created_at: datetime
    reporter: str
    about: str
    start: datetime
    zone: str
    pick_up: str
    drop_off: str


async def say_how_it_was(
    connection: Connection, person: Person, seat_id: int, ridden: bool, thumb_up: bool | None
) -> Seat:
    """About the other side. Raises NotFound for strangers and seats never accepted, NotYetRidden, AlreadySaid."""
    seat = await seat_seen_by(connection, person, seat_id)
    if seat.status != "accepted":
        raise NotFound
    if datetime.now(UTC) < seat.end:
        raise NotYetRidden(seat.end, seat.zone)
    from_driver = not seat.is_for(person)
    said = await connection.fetchval(
        """INSERT INTO ride_feedback (seat_request_id, from_driver, about_id, ridden, thumb_up)
           VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING RETURNING true""",
        seat.id,
        from_driver,
        seat.other_side(person),
        ridden,
        thumb_up,
    )
    if said is None:
        raise AlreadySaid
    return seat


async def said_by(connection: Connection, person: Person, seat: Seat) -> RideFeedback | None:
    """What this side has said; the other side's words are shown to nobody, only in sums."""
    row = await connection.fetchrow(
        "SELECT ridden, thumb_up FROM ride_feedback WHERE seat_request_id = $1 AND from_driver = $2",
        seat.id,
        not seat.is_for(person),
    )
    return RideFeedback(**row) if row else None


async def report(connection: Connection, person: Person, seat_id: int, text: str) -> int:
    """To the district's staff alone; the report's id. Raises NotFound for strangers."""
    seat = await seat_seen_by(connection, person, seat_id)
    report_id: int = await connection.fetchval(
        "INSERT INTO ride_report (seat_request_id, reporter_id, text) VALUES ($1, $2, $3) RETURNING id",
        seat.id,
        person.id,
        text,
    )
    return report_id


async def open_reports(connection: Connection, staff: Person) -> list[RideReport]:
    """Those about rides of the member of staff's district, the oldest first; an operator sees every district's."""
    rows = await connection.fetch(
        """SELECT report.id, report.text, report.created_at,
                  coalesce(nullif(reporter.name, ''), reporter.email, '') AS reporter,
                  CASE WHEN report.reporter_id = seat.rider_id
                       THEN coalesce(nullif(driver.name, ''), driver.email, organisation.name, '')
                       ELSE coalesce(nullif(rider.name, ''), rider.email, seat.guest_name) END AS about,
                  lower(seat.period) AS start, district.time_zone AS zone, up.name AS pick_up, off.name AS drop_off
           FROM ride_report report JOIN seat_request seat ON seat.id = report.seat_request_id
                JOIN ride ON ride.id = seat.ride_id JOIN district ON district.id = ride.district_id
                JOIN municipality up ON up.id = seat.pick_up_municipality
                JOIN municipality off ON off.id = seat.drop_off_municipality
                LEFT JOIN person reporter ON reporter.id = report.reporter_id
                LEFT JOIN person rider ON rider.id = seat.rider_id
                LEFT JOIN ride_duty duty ON duty.ride_id = ride.id AND duty.day = seat.day
                LEFT JOIN person driver ON driver.id = coalesce(ride.driver_id, duty.person_id)
                LEFT JOIN ride_organisation organisation ON organisation.id = ride.organisation_id
           WHERE report.handled_at IS NULL AND ($1::int IS NULL OR ride.district_id = $1)
           ORDER BY report.created_at, report.id""",
        staff.district_id,
    )
    return [RideReport(**row) for row in rows]


async def mark_handled(connection: Connection, staff: Person, report_id: int) -> None:
    """Raises NotFound for another district's; one that is handled already stays as it is."""
    found = await connection.fetchval(
        """SELECT report.id FROM ride_report report JOIN seat_request seat ON seat.id = report.seat_request_id
           JOIN ride ON ride.id = seat.ride_id WHERE report.id = $1 AND ($2::int IS NULL OR ride.district_id = $2)""",
        report_id,
        staff.district_id,
    )
    if found is None:
        raise NotFound
    await connection.execute(
        "UPDATE ride_report SET handled_at = now(), handled_by = $2 WHERE id = $1 AND handled_at IS NULL",
        report_id,
        staff.id,
    )
