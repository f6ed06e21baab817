"""What can not be set, moved or named otherwise, so that the room goes on telling nothing."""

import asyncpg
import httpx
import pytest

from landbooking.database import Connection
from landbooking.spaces.booking import move_booking
from landbooking.spaces.consultations import open_consultation
from landbooking.spaces.opening_hours import RuleBroken
from landbooking.spaces.refusals import DeskTaken
from landbooking.spaces.space import space_by_id
from support.discretion import CONTACT, DAY, MORNING, House, book
from support.spaces import make_booking, make_desk, make_override, period_on


async def test_hosts_can_not_take_the_buffers_away(connection: Connection, house: House) -> None:
    whole = house.world.space_id
    await make_override(
        connection, whole, None, house.room, buffer_before_minutes=0, buffer_after_minutes=0, unit="day"
    )
    await make_override(connection, whole, "telemedicine", approval=True, buffer_after_minutes=20)
    rules = (await space_by_id(connection, whole)).rules_of("telemedicine", house.room)
    assert (rules.buffer_before_minutes, rules.buffer_after_minutes) == (15, 15)
    assert (rules.unit, rules.approval) == ("time", False)
    await book(connection, house)
    with pytest.raises(DeskTaken):
        await book(connection, house, period_on(DAY, "14:15", "15:00"))
    await book(connection, house, period_on(DAY, "14:30", "15:00"))


async def test_it_moves_within_its_kind_only(connection: Connection, house: House) -> None:
    booking_id = await book(connection, house)
    desk = house.world.other_desk
    with pytest.raises(RuleBroken) as broken:
        await move_booking(connection, house.person, booking_id, None, desk, MORNING)
    assert broken.value.code == "rule-kind"
    desk_booking = await make_booking(connection, house.person, desk, MORNING)
    with pytest.raises(RuleBroken):
        await move_booking(connection, house.person, desk_booking, None, house.room, period_on(DAY, "16:00", "17:00"))
    moved = await move_booking(connection, house.person, booking_id, None, None, period_on(DAY, "16:00", "17:00"))
    assert (await open_consultation(connection, house.person, moved.id)).contact == CONTACT


async def test_its_name_says_nothing(connection: Connection, house: House) -> None:
    with pytest.raises(asyncpg.CheckViolationError):
        await make_desk(connection, house.world.space_id, "Telemedizin", kind="telemedicine")


@pytest.mark.parametrize(
    ("field", "value"),
    [("buffer_before_minutes", "0"), ("buffer_after_minutes", "10"), ("unit", "day"), ("approval", "yes")],
)
async def test_a_host_is_told_what_can_not_be_changed(
    host: httpx.AsyncClient, house: House, field: str, value: str
) -> None:
    root = f"/host/spaces/{house.world.space_id}"
    for page in (f"{root}/rules/telemedicine", f"{root}/resources/{house.room}/rules"):
        answer = await host.post(page, data={field: value})
        assert (answer.status_code, f'id="error-{field}"' in answer.text) == (422, True), page


async def test_rooms_are_booked_one_by_one_where_the_warning_stands(
    connection: Connection, client: httpx.AsyncClient, house: House
) -> None:
    await make_desk(connection, house.world.space_id, "Raum 4", kind="telemedicine", pool="Raum")
    await connection.execute("UPDATE resource SET pool = 'Raum' WHERE id = $1", house.room)
    root = f"/spaces/{house.world.space_id}"
    day = await client.get(f"{root}/days/{DAY}?kind=telemedicine&start=13:00&end=14:00")
    assert "pool=Raum" not in day.text
    assert f"/resources/{house.room}/bookings/new" in day.text
    assert (await client.get(f"{root}/bookings/new?pool=Raum&date={DAY}&start=13:00&end=14:00")).status_code == 404
