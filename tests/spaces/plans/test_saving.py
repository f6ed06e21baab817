"""The plan in the database: saved whole, by whoever saw it as it stands."""

import asyncio

import asyncpg
import pytest

from landbooking.database import Connection, Pool
from landbooking.errors import NotFound, Stale
from landbooking.spaces.plans import plans as verbs
from landbooking.spaces.plans.plan import Element, Floor, Plan
from landbooking.spaces.plans.plans import plan_of, remove_floor, save_floor, save_plan, spaces_with_plan
from support.hosting import Place, make_place
from support.races import outcome, until_waiting
from support.spaces import make_desk, make_space


def ground(*elements: Element, name: str = "Erdgeschoss") -> Floor:
    return Floor(name, 120, 80, (Element("room", 2, 2, 100, 70, label="Büro"), *elements))


async def test_a_plan_is_read_as_it_was_saved(connection: Connection, place: Place) -> None:
    assert await plan_of(connection, place.space_id) == Plan(0, ())
    assert await spaces_with_plan(connection, [place.space_id]) == set()
    desk = Element("place", 10, 10, 14, 12, 270, "", place.desk)
    floors = (ground(desk), ground(name="Obergeschoss"), Floor("Keller", 20, 20))
    assert await save_plan(connection, place.space_id, floors, 0) == Plan(1, floors)
    assert await plan_of(connection, place.space_id) == Plan(1, floors)
    assert await spaces_with_plan(connection, [place.space_id]) == {place.space_id}
    await save_plan(connection, place.space_id, (), 1)
    assert await plan_of(connection, place.space_id) == Plan(2, ())


async def test_floors_are_saved_one_by_one(connection: Connection, place: Place) -> None:
    await save_floor(connection, place.space_id, 0, ground(name="A"), 0)
    await save_floor(connection, place.space_id, 1, ground(name="B"), 1)
    await save_floor(connection, place.space_id, 0, ground(name="C"), 2)
    assert [floor.name for floor in (await plan_of(connection, place.space_id)).floors] == ["C", "B"]
    with pytest.raises(NotFound):
        await save_floor(connection, place.space_id, 3, ground(), None)
    await remove_floor(connection, place.space_id, 0, None)
    assert [floor.name for floor in (await plan_of(connection, place.space_id)).floors] == ["B"]
    with pytest.raises(NotFound):
        await remove_floor(connection, place.space_id, 1, None)


async def test_who_saw_an_older_plan_is_told(connection: Connection, place: Place) -> None:
    await save_plan(connection, place.space_id, (ground(),), 0)
    for seen in (0, 2, 99):
        with pytest.raises(Stale):
            await save_plan(connection, place.space_id, (), seen)
    await save_plan(connection, place.space_id, (), None)


@pytest.mark.parametrize(
    "broken",
    [
        "UPDATE floor_element SET resource_id = NULL WHERE kind = 'place'",
        "UPDATE floor_element SET resource_id = $1 WHERE kind = 'room'",
        "UPDATE floor_element SET resource_id = $2 WHERE kind = 'place'",
        "UPDATE floor_element SET rotation = 45",
        "UPDATE floor_element SET width = 0",
        "UPDATE floor SET width = 401",
        "UPDATE floor SET number = 6",
    ],
)
async def test_the_database_keeps_what_a_plan_promises(connection: Connection, place: Place, broken: str) -> None:
    """$2 is a desk of another space."""
    await save_plan(connection, place.space_id, (ground(Element("place", 0, 0, 9, 9, 0, "", place.desk)),), 0)
    elsewhere = await make_desk(connection, await make_space(connection, name="Nachbar"), "Tisch 1")
    values = [place.desk, elsewhere][: max(broken.count("$1"), 2 * broken.count("$2"))]
    if broken.count("$2"):
        broken = broken.replace("$2", "$2 + 0 * $1::int")
    with pytest.raises(asyncpg.IntegrityConstraintViolationError):
        await connection.execute(broken, *values)


async def save_as(pool: Pool, space_id: int, name: str, seen: int | None) -> None:
    async with pool.acquire() as connection, connection.transaction():
        await save_floor(connection, space_id, 0, ground(name=name), seen)


async def both(pool: Pool, before: int) -> list[object]:
    """Two hosts who saw the same plan save at the same time; the first has not committed when the second comes."""
    async with pool.acquire() as connection:
        place = await make_place(connection)
        if before:
            await save_plan(connection, place.space_id, (ground(),), None)
    async with pool.acquire() as first:
        async with first.transaction():
            await save_floor(first, place.space_id, 0, ground(name="A"), before)
            second = asyncio.create_task(outcome(save_as(pool, place.space_id, "B", before)))
            await until_waiting(pool)
        result = await second
        return [result, [floor.name for floor in (await plan_of(first, place.space_id)).floors]]


@pytest.mark.parametrize("before", [0, 1])
async def test_of_two_hosts_who_save_at_once_the_second_is_told(pool: Pool, before: int) -> None:
    assert await both(pool, before) == [Stale, ["A"]]


async def test_without_the_version_the_second_would_undo_the_first(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    """The test above sees the guard, not luck."""
    guarded = verbs._next_version
    monkeypatch.setattr(verbs, "_next_version", lambda connection, space_id, _seen: guarded(connection, space_id, None))
    assert await both(pool, 1) == ["done", ["B"]]


async def test_a_place_that_has_come_to_stand_elsewhere_is_noticed(connection: Connection, place: Place) -> None:
    """Also by who says no version, as a program may: it was checked against a plan that is not the last one."""
    desk = Element("place", 10, 10, 14, 12, resource_id=place.desk)
    await save_plan(connection, place.space_id, (ground(desk),), None)
    with pytest.raises(Stale):
        await save_floor(connection, place.space_id, 1, ground(desk, name="Obergeschoss"), None)
