"""Who stays away is asked, and then loses the rest. The worker's queries go by the database's clock, so here it is the
bookings that are shifted.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from conftest import OneConnection
from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.period import Period
from landbooking.settings import Settings
from landbooking.spaces.bookings import booking_by_id
from landbooking.spaces.presence.absence import ask_absent, release_absent
from landbooking.spaces.presence.check_in import NotNow, check_in
from support.hosting import Place
from support.people import make_person
from support.presence import PATIENCE, let_pass, mails, make_begun, newest_mail, open_all_day, period_of, quarter
from support.spaces import make_booking
from support.waiting import make_wish, offer_to


async def work(connection: Connection) -> tuple[int, int]:
    pool: Any = OneConnection(connection)
    return await ask_absent(pool), await release_absent(pool)


async def test_who_stays_away_is_asked_once_and_then_loses_the_rest(
    connection: Connection, settings: Settings, place: Place, resident: Person, outsider: Person
) -> None:
    await open_all_day(connection)
    booking_id = await make_begun(connection, resident, place.desk, PATIENCE // 2 - 1)
    await make_booking(connection, outsider, place.other_desk, (await period_of(connection, booking_id)))
    await connection.execute("UPDATE booking SET checked_in_at = now() WHERE person_id = $1", outsider.id)
    assert await work(connection) == (0, 0)
    await let_pass(connection, booking_id, 2)
    assert [await work(connection), await work(connection)] == [(1, 0), (0, 0)]
    assert await mails(connection) == ["absent"]
    message = await newest_mail(connection, settings)
    assert f"/bookings/{booking_id}" in message.get_body(("plain",)).get_content()
    assert [part for part in message.walk() if part.get_param("method")] == []
    later = quarter(datetime.now(UTC)) + timedelta(hours=1)
    wanted = Period(later, later + timedelta(hours=1))
    somebody = await make_person(connection, "wartet@example.org")
    wish = await make_wish(connection, somebody, wanted, place.space_id, place.desk)
    await let_pass(connection, booking_id, PATIENCE)
    assert [await work(connection), await work(connection)] == [(0, 1), (0, 0)]
    released = await booking_by_id(connection, booking_id)
    assert (released.status, released.ended_because, released.version) == ("confirmed", "no_show", 2)
    assert released.end <= datetime.now(UTC)
    assert (await mails(connection))[-1] == "release"
    offered = await offer_to(connection, somebody, wish)
    assert offered is not None
    assert offered.start == later
    with pytest.raises(NotNow, match="wieder frei"):
        await check_in(connection, resident, booking_id)


async def test_an_answer_keeps_the_place(connection: Connection, place: Place, resident: Person) -> None:
    booking_id = await make_begun(connection, resident, place.desk, PATIENCE // 2 + 1)
    assert await work(connection) == (1, 0)
    await check_in(connection, resident, booking_id)
    assert await mails(connection) == []  # nobody needs to be asked any more
    await let_pass(connection, booking_id, PATIENCE)
    assert await work(connection) == (0, 0)


async def test_who_could_not_be_asked_in_time_keeps_the_place(
    connection: Connection, place: Place, resident: Person
) -> None:
    """No worker ran, or the host has just switched it on: nobody loses anything unwarned."""
    await make_begun(connection, resident, place.desk, PATIENCE + 1)
    assert await work(connection) == (0, 0)


@pytest.mark.parametrize("state", ["switched off", "too short", "requested", "without a person"])
async def test_who_is_not_expected_is_not_asked(
    connection: Connection, place: Place, resident: Person, state: str
) -> None:
    booking_id = await make_begun(connection, resident, place.desk, PATIENCE // 2 + 1)
    match state:
        case "switched off":
            await connection.execute("UPDATE space SET checkin_minutes = NULL")
        case "too short":
            await connection.execute(
                "UPDATE booking SET period = tstzrange(lower(period), now() + interval '5 minutes')"
            )
        case "requested":
            await connection.execute("UPDATE booking SET status = 'requested', until_at = now() + interval '1 hour'")
        case _:
            await connection.execute("UPDATE booking SET person_id = NULL WHERE id = $1", booking_id)
    assert await work(connection) == (0, 0)
