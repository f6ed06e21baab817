"""What has run out is deleted, not kept: codes, sessions, and the keys of requests that were sent twice."""

from landbooking.database import Connection


async def delete_expired(connection: Connection) -> None:
    """For the worker, every hour. Codes stay for the day in which they are counted, idempotency keys for a week."""
    await connection.execute("DELETE FROM sign_in_code WHERE created_at < now() - interval '1 day'")
    await connection.execute("DELETE FROM session WHERE expires_at < now()")
    await connection.execute("DELETE FROM idempotency_key WHERE created_at < now() - interval '7 days'")
