"""The places that a ride can name: put together once, and never older than the database."""

import pytest

from landbooking.database import Connection
from landbooking.language import use_language
from landbooking.rides.place import gazetteer
from support.rides import make_road


async def test_what_has_not_changed_is_put_together_once(connection: Connection) -> None:
    await make_road(connection)
    assert await gazetteer(connection) is await gazetteer(connection)


@pytest.mark.parametrize(
    ("change", "label"),
    [
        ("UPDATE municipality SET name = 'Bebach' WHERE name = 'Bedorf'", "Bebach, Mitfahrbank"),
        ("UPDATE meeting_point SET name = 'Bank am Brunnen'", "Bedorf, Bank am Brunnen"),
        ("UPDATE meeting_point SET retired_at = now()", None),
    ],
)
async def test_a_changed_name_is_there_at_once(connection: Connection, change: str, label: str | None) -> None:
    road = await make_road(connection)
    before = road.places.meeting_point(road.bench)
    assert before is not None
    await connection.execute(change)
    after = (await gazetteer(connection)).meeting_point(road.bench)
    assert (after and after.label) == label != before.label


async def test_who_has_moved_is_there_at_once(connection: Connection) -> None:
    road = await make_road(connection)
    await connection.execute("UPDATE municipality SET lat = 49.6 WHERE name = 'Cedorf'")
    await connection.execute("UPDATE meeting_point SET lon = 7.4")
    after = await gazetteer(connection)
    assert after.named("Cedorf").lat == 49.6
    point = after.meeting_point(road.bench)
    assert point is not None
    assert point.lon == 7.4


async def test_another_language_is_put_together_by_itself(connection: Connection) -> None:
    await make_road(connection)
    german = await gazetteer(connection)
    with use_language("en"):
        assert await gazetteer(connection) is not german
    assert await gazetteer(connection) is german
