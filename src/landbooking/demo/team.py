"""The demo's team of the first space, and what they have changed there: so that the log has something to show."""

from datetime import UTC, datetime, timedelta

from landbooking.accounts.acting import act_as
from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.period import Period
from landbooking.spaces.hosting.blackouts import Wish, add_blackout, lift_blackout
from landbooking.spaces.hosting.closures import close_days
from landbooking.spaces.hosting.consequences import Decision
from landbooking.spaces.hosting.hosts import name_host
from landbooking.spaces.hosting.resources import change_resource, resource_of
from landbooking.spaces.opening_hours import Closure


async def add_team(connection: Connection, space_id: int, host: Person, helper: Person, staff: Person) -> None:
    """Each line is an act of its own, as if somebody had done it on the page."""
    await act_as(connection, staff)
    await connection.execute("UPDATE space SET published = false WHERE id = $1", space_id)
    await act_as(connection, staff)
    await connection.execute("UPDATE space SET published = true WHERE id = $1", space_id)
    await act_as(connection, host)
    await name_host(connection, space_id, helper.email, "desk")
    await act_as(connection, host)
    day = datetime.now(UTC).date() + timedelta(days=200)
    await close_days(connection, host, [space_id], Closure(day, day, "Betriebsausflug"), Decision())
    await act_as(connection, host)
    desk = await connection.fetchval("SELECT max(id) FROM resource WHERE space_id = $1 AND kind = 'desk'", space_id)
    name = (await resource_of(connection, space_id, desk)).name
    await change_resource(connection, space_id, desk, name, "Tisch", ["screen", "window"], "")
    await act_as(connection, helper)
    start = datetime.now(UTC).replace(hour=8, minute=0, second=0, microsecond=0) + timedelta(days=150)
    wish = Wish((desk,), Period(start, start + timedelta(hours=4)), "Lampe wird repariert")
    blackout = await add_blackout(connection, helper, space_id, wish, Decision())
    await act_as(connection, helper)
    await lift_blackout(connection, helper, space_id, blackout)
    await connection.execute("SELECT set_config('landbooking.actor', '', true)")
