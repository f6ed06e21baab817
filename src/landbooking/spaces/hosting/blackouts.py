"""Keeping resources, or the whole space, from being booked for a time."""

import msgspec

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.errors import NotFound
from landbooking.period import Period
from landbooking.spaces.freed import time_freed
from landbooking.spaces.hosting.consequences import Decision, hit_by_blackout, settle
from landbooking.spaces.space import IN_ORDER, lock_for_change


class Blackout(msgspec.Struct, frozen=True):
    """One that stands. `resources` are names; of the whole space it holds those added later too."""

    id: int
    period: Period
    reason: str
    whole_space: bool
    resources: tuple[str, ...]


class Wish(msgspec.Struct, frozen=True):
    """A blackout that a host asks for. `resource_ids` None is the whole space."""

    resource_ids: tuple[int, ...] | None
    period: Period
    reason: str


async def coming_blackouts(connection: Connection, space_id: int) -> list[Blackout]:
    """Neither lifted nor over, the next one first."""
    rows = await connection.fetch(
        f"""SELECT id, lower(period) AS starts_at, upper(period) AS ends_at, reason, whole_space,
                   ARRAY(SELECT resource.name FROM resource
                         WHERE resource.id = ANY(blackout.resource_ids)
                            OR resource.id IN (SELECT resource_id FROM booking WHERE blackout_id = blackout.id)
                         ORDER BY {IN_ORDER}) AS resources
            FROM blackout WHERE space_id = $1 AND lifted_at IS NULL AND upper(period) > now()
            ORDER BY lower(period), id""",  # noqa: S608 our own constant
        space_id,
    )
    return [
        Blackout(
            id=row["id"],
            period=Period(row["starts_at"], row["ends_at"]),
            reason=row["reason"],
            whole_space=row["whole_space"],
            resources=tuple(row["resources"]),
        )
        for row in rows
    ]


async def add_blackout(connection: Connection, host: Person, space_id: int, wish: Wish, decision: Decision) -> int:
    """Its id. One that stands already in the same way is not doubled.

    Bookings that are kept stay; the blackout holds what is free around them. Raises NotFound, Undecided.
    """
    await lock_for_change(connection, space_id)
    known = await connection.fetch("SELECT id FROM resource WHERE space_id = $1 AND retired_at IS NULL", space_id)
    active = [row["id"] for row in known]
    whole_space = wish.resource_ids is None
    chosen = sorted(set(wish.resource_ids or ()))
    if not set(chosen) <= set(active):
        raise NotFound
    standing = await connection.fetchval(
        """SELECT id FROM blackout WHERE space_id = $1 AND lifted_at IS NULL AND period = $2 AND reason = $3
           AND whole_space = $4 AND resource_ids = $5""",
        space_id,
        wish.period.range,
        wish.reason,
        whole_space,
        chosen,
    )
    if standing is not None:
        return int(standing)
    affected = await hit_by_blackout(connection, space_id, active if whole_space else chosen, wish.period)
    await settle(connection, host, affected, decision, space_id)
    blackout_id: int = await connection.fetchval(
        """INSERT INTO blackout (space_id, period, reason, whole_space, resource_ids, created_by)
           VALUES ($1, $2, $3, $4, $5, $6) RETURNING id""",
        space_id,
        wish.period.range,
        wish.reason,
        whole_space,
        chosen,
        host.id,
    )
    await time_freed(connection, space_id)
    return blackout_id


async def lift_blackout(connection: Connection, host: Person, space_id: int, blackout_id: int) -> None:
    """Frees exactly what it held; another one that covers the same time takes its place. Raises NotFound."""
    await lock_for_change(connection, space_id)
    lifted = await connection.fetchval(
        """UPDATE blackout SET lifted_at = coalesce(lifted_at, now()) WHERE id = $1 AND space_id = $2 RETURNING id""",
        blackout_id,
        space_id,
    )
    if lifted is None:
        raise NotFound
    await connection.execute(
        """UPDATE booking SET status = 'cancelled', version = version + 1,
                  changed_at = now(), cancelled_at = now(), cancelled_by = $2
           WHERE blackout_id = $1 AND status = 'confirmed'""",
        blackout_id,
        host.id,
    )
    await time_freed(connection, space_id)
