"""Closing an account: what is to come is cancelled, what was stays as a number without a person (GDPR, article 17)."""

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.spaces.booking import give_up_booking
from landbooking.spaces.bookings import coming_bookings
from landbooking.spaces.consultations import erase_consultations_of


async def erase_account(connection: Connection, person: Person) -> None:
    """Sessions, tokens, hosting and the feed go with the row; bookings that are under way or over lose their person.

    The mails about cancelled bookings still go out, so that calendars are cleared; the nightly round forgets them.
    """
    # Who is booking in another tab finishes first, or finds nobody there: locked before looking at what is to come.
    await connection.execute("SELECT FROM person WHERE id = $1 FOR UPDATE", person.id)
    for booking in await coming_bookings(connection, person):
        await give_up_booking(connection, person, booking.id)  # one that has begun stays, without a person
    await erase_consultations_of(connection, person)
    await connection.execute("DELETE FROM sign_in_code WHERE email = $1", person.email)
    await connection.execute("DELETE FROM outbox WHERE recipient = $1 AND sent_at IS NOT NULL", person.email)
    await connection.execute("DELETE FROM person WHERE id = $1", person.id)
