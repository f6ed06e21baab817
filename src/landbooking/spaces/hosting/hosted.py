"""The spaces that a person hosts."""

import msgspec

from landbooking.accounts.person import Person
from landbooking.database import Connection


class HostedSpace(msgspec.Struct, frozen=True):
    """`bookings_today` counts those that reach into today, by the space's own clock."""

    id: int
    name: str
    town: str
    published: bool
    bookings_today: int


async def spaces_hosted(connection: Connection, person: Person) -> list[HostedSpace]:
    rows = await connection.fetch(
        """SELECT space.id, space.name, space.town, space.published,
                  (SELECT count(*) FROM booking JOIN resource ON resource.id = booking.resource_id
                   WHERE resource.space_id = space.id AND booking.status = 'confirmed' AND booking.blackout_id IS NULL
                     AND booking.part_of IS NULL
                     AND booking.period && tstzrange(
                         date_trunc('day', now(), district.time_zone),
                         date_trunc('day', now() AT TIME ZONE district.time_zone + interval '1 day')
                             AT TIME ZONE district.time_zone)) AS bookings_today
           FROM space JOIN municipality ON municipality.id = space.municipality_id
                      JOIN district ON district.id = municipality.district_id
           WHERE space.id = ANY($1) ORDER BY space.name, space.id""",
        list(person.hosts),
    )
    return [HostedSpace(**row) for row in rows]
