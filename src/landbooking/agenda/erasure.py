"""Closing an account: what is to come is cancelled, what was stays as a number without a person (GDPR, article 17)."""

from landbooking.accounts.locks import lock_person
from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.internships.applications.forgetting import forget_applications_of
from landbooking.internships.placements.forgetting import forget_placements_of
from landbooking.rides.cancelling import cancel_seats_of
from landbooking.rides.consequences import end_rides_of
from landbooking.rides.contact import forget_places_of
from landbooking.spaces.booking import give_up_booking
from landbooking.spaces.bookings import standing_bookings
from landbooking.spaces.consultations import erase_consultations_of
from landbooking.spaces.hosting.hosts import hand_over_to_district
from landbooking.spaces.space import lock_to_free
from landbooking.spaces.waiting.answers import withdraw_all


async def erase_account(connection: Connection, person: Person) -> None:
    """Sessions, tokens, hosting and the feed go with the row; bookings that are under way or over lose their person.

    So do seats; what the person has said of others stays, since it hangs on the seat and names nobody.
    The mails about cancelled bookings still go out, so that calendars are cleared; the nightly round forgets them.
    """
    await _lock_for_good(connection, person)
    await cancel_seats_of(connection, person)
    await end_rides_of(connection, person)
    await forget_places_of(connection, person)
    await withdraw_all(connection, person)
    await forget_applications_of(connection, person)
    await forget_placements_of(connection, person)
    standing = await standing_bookings(connection, person)
    # All at once, in their order: what is given up is offered to others, who may be doing the same.
    await lock_to_free(connection, person.id, *(booking.resource_id for booking in standing))
    for booking in standing:
        await give_up_booking(connection, person, booking.id)  # one that has begun stays, without a person
    await hand_over_to_district(connection, person)
    await erase_consultations_of(connection, person)
    await connection.execute("DELETE FROM sign_in_code WHERE email = $1", person.email)
    await connection.execute("DELETE FROM outbox WHERE recipient = $1 AND sent_at IS NOT NULL", person.email)
    await connection.execute("DELETE FROM person WHERE id = $1", person.id)


async def _lock_for_good(connection: Connection, person: Person) -> None:
    """Who is booking in another tab finishes first, or finds nobody there: before looking at what is to come."""
    await lock_person(connection, person.id)
    await connection.execute("SELECT FROM person WHERE id = $1 FOR UPDATE", person.id)
