"""Today in each space that a person hosts: who is here, who comes, what is free, what waits, what is new."""

from datetime import datetime, timedelta

import msgspec

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.spaces.approval.requests import OpenRequest, open_requests
from landbooking.spaces.changes.changes import Change, changes_at
from landbooking.spaces.free_now import FreeNow, free_now
from landbooking.spaces.hosting.board import Entry, day_period, entries_between
from landbooking.spaces.opening_hours import closed_reason, hours_text, open_periods
from landbooking.spaces.space import Space, space_by_id

LOOKED_AT = 10  # of the newest changes


class News(msgspec.Struct, frozen=True):
    """Bookings since yesterday's midnight that are still to come: made, and called off."""

    made: int
    cancelled: int


class Today(msgspec.Struct, frozen=True):
    """`here` have begun, `coming` begin later today; `free` is empty while it is closed. `hours` is "08:00–18:00".

    `changes` are those that others have made since yesterday, for an owner.
    """

    space: Space
    hours: str
    closed_reason: str | None
    here: list[Entry]
    coming: list[Entry]
    blackouts: list[Entry]
    free: list[FreeNow]
    requests: list[OpenRequest]
    news: News
    changes: list[Change]


async def today_in_spaces(connection: Connection, person: Person, now: datetime) -> list[Today]:
    """`now` in UTC. By name of the space."""
    rows = await connection.fetch("SELECT id FROM space WHERE id = ANY($1) ORDER BY name, id", list(person.hosts))
    return [await _today(connection, person, row["id"], now) for row in rows]


async def _today(connection: Connection, person: Person, space_id: int, now: datetime) -> Today:
    space = await space_by_id(connection, space_id)
    day = now.astimezone(space.rules.time_zone).date()
    entries = await entries_between(connection, space_id, day_period(space.rules, day))
    yesterday = day_period(space.rules, day - timedelta(days=1)).start
    changes = await changes_at(connection, space_id, None, None, LOOKED_AT) if person.answers_for(space_id) else []
    booked = [one for one in entries if one.kind == "booking" and one.status == "confirmed" and one.period.end > now]
    return Today(
        space=space,
        hours=hours_text(space.rules, open_periods(space.rules, day)),
        closed_reason=closed_reason(space.rules, day),
        here=[one for one in booked if one.period.start <= now and one.ended_because is None],
        coming=[one for one in booked if one.period.start > now],
        blackouts=[one for one in entries if one.kind == "blackout" and one.period.end > now],
        free=await free_now(connection, space, now),
        requests=await open_requests(connection, space_id),
        news=await _news(connection, space_id, yesterday, now),
        changes=[one for one in changes if one.at >= yesterday and one.by_id != person.id],
    )


async def _news(connection: Connection, space_id: int, yesterday: datetime, now: datetime) -> News:
    row = await connection.fetchrow(
        """SELECT count(*) FILTER (WHERE booking.status <> 'cancelled' AND booking.created_at >= $2) AS made,
                  count(*) FILTER (WHERE booking.cancelled_at >= $2) AS cancelled
           FROM booking JOIN resource ON resource.id = booking.resource_id
           WHERE resource.space_id = $1 AND booking.blackout_id IS NULL AND booking.part_of IS NULL
             AND upper(booking.period) > $3 AND booking.status <> 'held'""",
        space_id,
        yesterday,
        now,
    )
    assert row is not None  # noqa: S101 an aggregate
    return News(row["made"], row["cancelled"])
