"""A host's own calendar of a space, with names: a secret address that can be revoked, and that ends with hosting."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

import asyncpg
import msgspec

from landbooking.accounts.person import Person
from landbooking.accounts.sessions import hash_of
from landbooking.database import Connection
from landbooking.errors import NotFound
from landbooking.language import gettext as _
from landbooking.notifications.calendar import Event
from landbooking.spaces.hosting.board import Entry, day_period, entries_between
from landbooking.spaces.space import Space

DAYS_BACK, DAYS = 30, 120


class Subscription(msgspec.Struct, frozen=True):
    space_id: int
    language: str


async def subscribe(connection: Connection, host: Person, space_id: int) -> str:
    """The token of a new address; one that there was before stops working. It can't be shown again. Raises NotFound."""
    token = secrets.token_urlsafe(32)
    try:
        await connection.execute(
            """INSERT INTO space_feed (space_id, person_id, token_hash) VALUES ($1, $2, $3)
               ON CONFLICT (space_id, person_id) DO UPDATE SET token_hash = EXCLUDED.token_hash, created_at = now()""",
            space_id,
            host.id,
            hash_of(token),
        )
    except asyncpg.ForeignKeyViolationError:  # dismissed since the page was shown
        raise NotFound from None
    return token


async def unsubscribe(connection: Connection, host: Person, space_id: int) -> None:
    await connection.execute("DELETE FROM space_feed WHERE space_id = $1 AND person_id = $2", space_id, host.id)


async def is_subscribed(connection: Connection, host: Person, space_id: int) -> bool:
    return bool(
        await connection.fetchval(
            "SELECT EXISTS (SELECT FROM space_feed WHERE space_id = $1 AND person_id = $2)", space_id, host.id
        )
    )


async def subscription_of(connection: Connection, token: str) -> Subscription:
    """Raises NotFound for a token that is revoked or never was."""
    row = await connection.fetchrow(
        """SELECT space_feed.space_id, person.language
           FROM space_feed JOIN person ON person.id = space_feed.person_id WHERE token_hash = $1""",
        hash_of(token),
    )
    if row is None:
        raise NotFound
    return Subscription(**row)


async def named_events(
    connection: Connection, space: Space, now: datetime, resource_ids: Sequence[int] | None
) -> list[Event]:
    """What its board shows, of these resources or all. Of a discreet room it is only told that it is taken."""
    first = now.astimezone(space.rules.time_zone).date() - timedelta(days=DAYS_BACK)
    entries = await entries_between(connection, space.id, day_period(space.rules, first, days=DAYS_BACK + DAYS))
    return [_event(space, one) for one in entries if resource_ids is None or one.resource_id in resource_ids]


def _event(space: Space, entry: Entry) -> Event:
    """A uid of its own, beside that of the person's entry: a host may have booked, and have both calendars."""
    said = {"blackout": _("gesperrt"), "request": _("Anfrage"), "booking": ""}[entry.kind]
    about = ", ".join(part for part in (said, entry.text or ("" if said else _("gelöschtes Konto"))) if part)
    page = "blackouts" if entry.kind == "blackout" else f"bookings/{entry.booking_id}"
    return Event(
        uid=f"space-{entry.booking_id}-{entry.resource_id}@landbooking",
        sequence=0,
        method="REQUEST",
        start=entry.period.start,
        end=entry.period.end,
        zone=space.rules.zone,
        changed_at=entry.changed_at,
        summary=f"{entry.resource}: {about}",
        location=f"{space.name}, {space.address}",
        path=f"/host/spaces/{space.id}/{page}",
        attendee="",
    )
