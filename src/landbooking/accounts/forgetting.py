"""What we have no reason to keep about people, and so don't."""

from landbooking.database import Connection


async def forget_expired(connection: Connection) -> None:
    """Codes a day after they ended (until then they count for the limits), sessions, and keys of repeated requests."""
    await connection.execute("DELETE FROM sign_in_code WHERE expires_at < now() - interval '1 day'")
    await connection.execute("DELETE FROM session WHERE expires_at < now()")
    await connection.execute("DELETE FROM idempotency_key WHERE created_at < now() - interval '2 days'")
