"""What becomes of riders when who drives changes a ride."""

from landbooking.accounts.person import Person
from landbooking.database import Connection


async def tell_riders(connection: Connection, driver: Person, ride_id: int, message: str = "") -> None:
    """After a ride was changed, an exception or a pause entered, or the ride ended; in the same transaction.

    Called with the ride as it is stored now. `message` goes to those whose ride falls away. The caller has locked the
    ride.
    """
