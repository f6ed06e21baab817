"""The rows with which blackouts hold resources: as much of them as nobody else has."""

from landbooking.database import Connection


async def fill_blackout(connection: Connection, blackout_id: int) -> None:
    """Holds whatever is free of the blackout's resources in its period, around bookings that were kept."""
    await connection.execute(
        """INSERT INTO booking (resource_id, blackout_id, period, blocked)
           SELECT resource.id, blackout.id, hole, hole
           FROM blackout
           JOIN resource ON resource.space_id = blackout.space_id AND resource.retired_at IS NULL
                AND (blackout.whole_space OR resource.id = ANY(blackout.resource_ids)),
           unnest(tstzmultirange(blackout.period) - coalesce(
               (SELECT range_agg(booking.blocked) FROM booking
                WHERE booking.resource_id = resource.id AND booking.status <> 'cancelled'
                  AND booking.blocked && blackout.period),
               '{}'::tstzmultirange)) AS hole
           WHERE blackout.id = $1 AND blackout.lifted_at IS NULL
           ON CONFLICT DO NOTHING""",
        blackout_id,
    )


async def fill_blackouts(connection: Connection, space_id: int) -> None:
    """After something that lay in the way of the space's blackouts went, or a resource came."""
    rows = await connection.fetch(
        "SELECT id FROM blackout WHERE space_id = $1 AND lifted_at IS NULL AND upper(period) > now() ORDER BY id",
        space_id,
    )
    for row in rows:  # one after the other: two that overlap must not both claim the same hole
        await fill_blackout(connection, row["id"])
