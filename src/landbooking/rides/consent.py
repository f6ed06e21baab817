"""What a guardian's consent to riding along is about, and what ends with it."""

from landbooking.accounts.guardians import Purpose, end_by_link, end_on_paper
from landbooking.accounts.person import person_by_id
from landbooking.database import Connection
from landbooking.rides.cancelling import cancel_seats_of

# The text is templates/rides/_consent_text.html.
RIDING = Purpose(
    "rides",
    text_version=1,
    mails="rides/emails",
    path="/rides/consent",
    districts="""
        SELECT district_id FROM ride WHERE driver_id = $1
        UNION ALL SELECT district_id FROM seat_request JOIN ride ON ride.id = ride_id WHERE rider_id = $1""",
)


async def refuse_by_link(connection: Connection, token: str) -> bool:
    """Refuses or revokes, which cancels what the minor has coming; whether the link was still good."""
    person_id = await end_by_link(connection, RIDING, token)
    if person_id is None:
        return False
    await cancel_seats_of(connection, await person_by_id(connection, person_id))
    return True


async def revoke_on_paper(connection: Connection, person_id: int) -> None:
    """The guardian has told staff. Cancels what is coming. Raises NotFound where no consent stands."""
    await end_on_paper(connection, RIDING, person_id)
    await cancel_seats_of(connection, await person_by_id(connection, person_id))
