"""Seven days after nothing says who it was."""

from datetime import timedelta
from typing import Any

from landbooking.accounts.person import Person
from landbooking.agenda.erasure import erase_account
from landbooking.database import Connection
from landbooking.period import Period
from landbooking.spaces.booking import cancel_booking
from landbooking.spaces.consultations import erase_consultations, open_consultation
from landbooking.worker import forget
from support.discretion import MORNING, House, book
from support.spaces import day_after, make_booking, period_on


async def past(connection: Connection, house: House, days: int) -> int:
    """A booking that ended so many days ago, with all that comes with one."""
    booking_id = await book(connection, house)
    await open_consultation(connection, house.person, booking_id)
    await open_consultation(connection, house.world.owner, booking_id)
    await connection.execute(
        "INSERT INTO idempotency_key (person_id, key, fingerprint, result_id) VALUES ($1, 'k', 'a', $2)",
        house.person.id,
        booking_id,
    )
    await connection.execute(
        """INSERT INTO waiting (person_id, period, kind, resource_id, space_id, state, booking_id)
           VALUES ($1, tstzrange(now() - interval '9 days', now() - $2::interval), 'telemedicine', $3, $4,
                   'accepted', $5)""",
        house.person.id,
        timedelta(days=days),
        house.room,
        house.world.space_id,
        booking_id,
    )
    end = MORNING.end - (day_after(5) - day_after(-days)) + timedelta(hours=1)
    ended = Period(end - timedelta(hours=1), end)
    await connection.execute("UPDATE booking SET period = $2, blocked = $2 WHERE id = $1", booking_id, ended.range)
    return booking_id


async def traces(connection: Connection, person: Person) -> dict[str, Any]:
    row = await connection.fetchrow(
        """SELECT (SELECT count(*) FROM booking WHERE person_id = $1 OR cancelled_by = $1) AS booking,
                  (SELECT count(*) FROM consultation) AS consultation,
                  (SELECT count(*) FROM access_log WHERE person_id = $1) AS access_log,
                  (SELECT count(*) FROM outbox WHERE recipient = $2) AS outbox,
                  (SELECT count(*) FROM waiting WHERE person_id = $1) AS waiting,
                  (SELECT count(*) FROM idempotency_key WHERE person_id = $1) AS idempotency_key""",
        person.id,
        person.email,
    )
    assert row
    return {name: count for name, count in row.items() if count}


async def test_seven_days_after_nothing_says_who_it_was(connection: Connection, house: House) -> None:
    from conftest import OneConnection

    booking_id = await past(connection, house, days=8)
    assert set(await traces(connection, house.person)) == {
        "booking", "consultation", "access_log", "outbox", "idempotency_key", "waiting",
    }  # fmt: skip
    await forget({"pool": OneConnection(connection)})
    assert await traces(connection, house.person) == {}
    assert await connection.fetchval("SELECT status FROM booking WHERE id = $1", booking_id) == "confirmed"
    assert await connection.fetchval("SELECT count(*) FROM access_log") == 1  # the host's


async def test_not_earlier_and_nobody_elses(connection: Connection, house: House) -> None:
    await past(connection, house, days=6)
    desk = await make_booking(connection, house.person, house.world.desk, period_on(day_after(-30)))
    await erase_consultations(connection)
    assert (await traces(connection, house.person))["booking"] == 2
    assert await connection.fetchval("SELECT person_id FROM booking WHERE id = $1", desk) == house.person.id


async def test_what_was_cancelled_is_forgotten_as_soon(connection: Connection, house: House) -> None:
    booking_id = await book(connection, house)
    await cancel_booking(connection, house.person, booking_id)
    await erase_consultations(connection)
    assert "consultation" in await traces(connection, house.person)
    await connection.execute("UPDATE booking SET cancelled_at = now() - interval '8 days' WHERE id = $1", booking_id)
    await erase_consultations(connection)
    assert await traces(connection, house.person) == {}


async def test_who_leaves_leaves_no_contact(connection: Connection, house: House) -> None:
    await past(connection, house, days=2)
    await erase_account(connection, house.person)
    assert await connection.fetchval("SELECT count(*) FROM consultation") == 0
