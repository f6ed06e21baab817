"""Which reminders a person wants."""

import msgspec

from landbooking.accounts.person import Person
from landbooking.database import Connection


async def choose_reminders(connection: Connection, person: Person, day_before: bool, hour_before: bool) -> Person:
    """The person as they are after the choice: reminded the evening before, an hour before, both or not at all."""
    await connection.execute(
        "UPDATE person SET remind_day_before = $2, remind_hour_before = $3 WHERE id = $1",
        person.id,
        day_before,
        hour_before,
    )
    return msgspec.structs.replace(person, remind_day_before=day_before, remind_hour_before=hour_before)
