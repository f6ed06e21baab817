"""Sending rides to Amarillo when they change, where one is configured. It may be away: then they are sent later."""

from datetime import UTC, date, datetime

import httpx
import structlog

from landbooking.database import Connection, Pool
from landbooking.language import use_language
from landbooking.rides.exports.amarillo import carpools
from landbooking.rides.exports.services import AGENCY
from landbooking.rides.ride import Ride, ride_by_id
from landbooking.rides.timetable import ZONE
from landbooking.settings import Settings

log = structlog.get_logger()

MOST = 200  # rides a round
TIMEOUT_S = 10.0


async def push_rides(pool: Pool, settings: Settings) -> None:
    """New and changed rides are sent, ended ones deleted; what stands is sent anew each month, lest it be forgotten."""
    if settings.amarillo_url is None:
        return
    headers = {"X-API-Key": settings.amarillo_key or ""}
    async with (
        httpx.AsyncClient(base_url=settings.amarillo_url, headers=headers, timeout=TIMEOUT_S) as amarillo,
        pool.acquire() as connection,
    ):
        today = datetime.now(UTC).astimezone(ZONE).date()
        for ride_id in await _unsent(connection, today):
            try:
                await _send(connection, amarillo, await ride_by_id(connection, ride_id), today, settings)
            except httpx.HTTPError as error:
                log.warning("amarillo_away", error=type(error).__name__)
                return  # the next round tries again, from here


async def _unsent(connection: Connection, today: date) -> list[int]:
    rows = await connection.fetch(
        """SELECT ride.id
           FROM ride LEFT JOIN ride_export sent ON sent.ride_id = ride.id,
                LATERAL (SELECT ride.ended_at IS NULL AND NOT ride.women_only
                                AND coalesce(upper(ride.days) > $1, true) AS stands) AS now
           WHERE CASE WHEN stands THEN sent.version IS DISTINCT FROM ride.version
                                       OR sent.sent_at < now() - interval '30 days'
                      ELSE sent.carpools <> '{}' END
           ORDER BY sent.sent_at NULLS FIRST, ride.id LIMIT $2""",
        today,
        MOST,
    )
    return [row["id"] for row in rows]


async def _send(
    connection: Connection, amarillo: httpx.AsyncClient, ride: Ride, today: date, settings: Settings
) -> None:
    """Raises httpx.HTTPError; then nothing is noted, and all of it is sent again."""
    stands = ride.ended_at is None and not ride.women_only
    with use_language("de"):
        offered = carpools(ride, today, settings.base_url) if stands else []
    for carpool in offered:
        (await amarillo.post("/carpool/", json=carpool)).raise_for_status()
    ids = [carpool["id"] for carpool in offered]
    before: list[str] = await connection.fetchval("SELECT carpools FROM ride_export WHERE ride_id = $1", ride.id) or []
    for gone in set(before) - set(ids):
        answer = await amarillo.delete(f"/carpool/{AGENCY}/{gone}")
        if answer.status_code != httpx.codes.NOT_FOUND:
            answer.raise_for_status()
    await connection.execute(
        """INSERT INTO ride_export (ride_id, version, carpools) VALUES ($1, $2, $3)
           ON CONFLICT (ride_id) DO UPDATE SET version = $2, carpools = $3, sent_at = now()""",
        ride.id,
        ride.version,
        ids,
    )
