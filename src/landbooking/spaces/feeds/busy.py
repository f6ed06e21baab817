"""When a space's resources are taken, as calendar entries that tell nothing else.

Bookings that touch are one entry, with their buffers: who looks at the public calendar learns what the space's own page
shows, and not how many people came one after the other. The same holds for discreet rooms, whose names are numbers.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from landbooking.database import Connection
from landbooking.language import gettext as _
from landbooking.notifications.calendar import Event
from landbooking.period import Period, joined
from landbooking.spaces.hosting.board import day_period
from landbooking.spaces.space import Resource, Space

DAYS = 90  # ahead


async def busy_events(
    connection: Connection, space: Space, resources: Sequence[Resource], now: datetime
) -> list[Event]:
    """From today on, by resource. `now` in UTC."""
    within = day_period(space.rules, now.astimezone(space.rules.time_zone).date(), days=DAYS)
    rows = await connection.fetch(
        """SELECT resource_id, lower(blocked) AS starts_at, upper(blocked) AS ends_at FROM booking
           WHERE resource_id = ANY($1) AND status <> 'cancelled' AND upper(blocked) > $2 AND lower(blocked) < $3""",
        [resource.id for resource in resources],
        *within,
    )
    taken: dict[int, list[Period]] = {}
    for row in rows:
        taken.setdefault(row["resource_id"], []).append(Period(row["starts_at"], row["ends_at"]))
    return [_event(space, resource, period) for resource in resources for period in joined(taken.get(resource.id, []))]


def _event(space: Space, resource: Resource, period: Period) -> Event:
    """Another period is another entry, so that none has ever been otherwise."""
    start, end = (f"{moment.astimezone(UTC):%Y%m%dT%H%MZ}" for moment in period)
    return Event(
        uid=f"busy-{resource.id}-{start}-{end}@landbooking",
        sequence=0,
        method="REQUEST",
        start=period.start,
        end=period.end,
        zone=space.rules.zone,
        changed_at=period.start - timedelta(days=DAYS),  # must be some instant, and the same each time
        summary=_("%(resource)s: belegt") % {"resource": resource.name},
        location=f"{space.name}, {space.address}",
        path=f"/spaces/{space.id}",
        attendee="",
    )
