"""People in the demo who book otherwise than by a click on a desk: guests, members, who waits, who asks, a series."""

from datetime import timedelta

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.demo.calendar import stretches
from landbooking.period import Period
from landbooking.spaces.booking import book_resource
from landbooking.spaces.guests.booking import book_for_guest
from landbooking.spaces.hosting.members import add_member
from landbooking.spaces.hosting.rules import set_override
from landbooking.spaces.overrides import Override
from landbooking.spaces.series.plan import Wish
from landbooking.spaces.series.recurrence import Recurrence
from landbooking.spaces.series.verbs import book_series
from landbooking.spaces.space import Space
from landbooking.spaces.waiting.joining import join_line, sought_resource


async def add_company(
    connection: Connection, spaces: list[Space], named: dict[str, int], host: Person, people: list[Person]
) -> None:
    """`people`: one who asks, waits and comes again and again; one who is quicker."""
    eager, quick = people
    market, school = spaces[0], spaces[1]
    coming = stretches(market, 10)
    hall, blue, booth = named["Großer Saal"], named["Blaues Zimmer"], named["Telefonkabine"]
    await book_for_guest(connection, host, hall, coming[0], "Seniorenkreis", "06381 555 0100", [named["Flipchart"]])
    await book_for_guest(connection, host, blue, coming[1], "", "")
    await add_member(connection, market.id, eager.email)

    await set_override(
        connection, school.id, Override(resource_id=named["Klassenzimmer"], unit="half_day", approval=True), ""
    )
    await book_resource(connection, eager, named["Klassenzimmer"], _afternoon(school))

    await book_resource(connection, quick, booth, coming[2])
    await join_line(connection, eager, await sought_resource(connection, booth), coming[2])

    start, end = (moment.astimezone(market.rules.time_zone) for moment in coming[3])
    weekly = Recurrence(repeats="weekly", first=start.date(), count=4)
    await book_series(
        connection, eager, Wish(blue, weekly, start.timetz().replace(tzinfo=None), end.timetz().replace(tzinfo=None))
    )


def _afternoon(space: Space) -> Period:
    """The second half of a day a week ahead: 13 to 17 o'clock in this space."""
    last_hour = stretches(space, 6)[-1]
    return Period(last_hour.end - timedelta(hours=4), last_hour.end)
