"""Series with equipment and by card, wanted by many at once. With negative controls."""

import asyncio
from collections import Counter
from typing import Any

import msgspec
import pytest

from landbooking.database import Connection, Pool
from landbooking.spaces.series import verbs
from landbooking.spaces.series.plan import Choice, Plan, Wish, plan_series
from landbooking.spaces.series.verbs import SeriesTaken
from landbooking.spaces.space import space_by_id
from landbooking.spaces.tariffs import cards
from landbooking.spaces.tariffs.cards import CardRefused
from landbooking.spaces.tariffs.prices import offer_cards, set_tariff
from landbooking.spaces.tariffs.sales import sell_card
from landbooking.spaces.tariffs.tariff import Tariff
from support.races import Scene, make_scene, outcome, overlaps
from support.series import book_all, daily, weekly
from support.spaces import day_after, make_desk, make_district

FIRST = day_after(7)


@pytest.fixture
async def scene(pool: Pool) -> Scene:
    return await make_scene(pool, people=6)


def without_looking(monkeypatch: pytest.MonkeyPatch) -> None:
    """The plan finds everything free: only the database is left to decide."""
    plan = plan_series

    async def blind(*args: Any) -> Plan:
        found = await plan(*args)
        free = [msgspec.structs.replace(one, refusal=None) for one in found.dates]
        return msgspec.structs.replace(found, dates=free)

    monkeypatch.setattr(verbs, "plan_series", blind)


# Equipment


async def desks_want_one_projector(pool: Pool, scene: Scene, monkeypatch: pytest.MonkeyPatch) -> Counter[object]:
    """Six series of six desks, each with the same two pieces; none has looked whether they are free."""
    without_looking(monkeypatch)
    async with pool.acquire() as connection:
        names = ("Beamer", "Flipchart")
        pieces = [await make_desk(connection, scene.space_id, name, kind="equipment") for name in names]
        desks = [await make_desk(connection, scene.space_id, f"Pult {number}") for number in range(6)]
    tries = (
        book_all(pool, person, daily(desk, FIRST, equipment=pieces))
        for person, desk in zip(scene.people, desks, strict=True)
    )
    return Counter(await asyncio.gather(*map(outcome, tries)))


async def test_of_six_series_one_gets_the_equipment_on_every_date(
    pool: Pool, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await desks_want_one_projector(pool, scene, monkeypatch) == {"done": 1, SeriesTaken: 5}
    assert await pool.fetchval("SELECT count(*) FROM booking") == 3 * 3
    assert await overlaps(pool) == 0


async def test_without_the_constraint_several_would_have_it(
    pool: Pool, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    await pool.execute("ALTER TABLE booking DROP CONSTRAINT booking_no_overlap")
    assert (await desks_want_one_projector(pool, scene, monkeypatch))["done"] > 1
    assert await overlaps(pool) > 0


# The card


async def a_card(pool: Pool, scene: Scene, visits: int) -> int:
    async with pool.acquire() as connection:
        await set_tariff(connection, scene.space_id, Tariff(day_cents=1200))
        await offer_cards(connection, await make_district(connection), visits, 800 * visits)
        space = await space_by_id(connection, scene.space_id)
        return await sell_card(connection, scene.host, space, scene.people[0].email)


def on_days_of_their_own(scene: Scene) -> list[Wish]:
    """Five series of three days each, no two of them on the same day."""
    starts = [day_after(7 + 3 * number) for number in range(5)]
    return [
        weekly(scene.desk, start, 3, repeats="daily", choices={day_after(7 + 3 * number + day): Choice(scene.desk)
                                                               for day in range(3)})
        for number, start in enumerate(starts)
    ]  # fmt: skip


async def series_share_a_card(pool: Pool, scene: Scene, card: int) -> Counter[object]:
    tries = (book_all(pool, scene.people[0], wish, card) for wish in on_days_of_their_own(scene))
    return Counter(await asyncio.gather(*map(outcome, tries)))


async def test_a_card_pays_as_many_whole_series_as_it_has_visits_for(pool: Pool, scene: Scene) -> None:
    card = await a_card(pool, scene, 7)
    assert await series_share_a_card(pool, scene, card) == {"done": 2, CardRefused: 3}
    assert await pool.fetchval("SELECT visits_left FROM card WHERE id = $1", card) == 1
    assert await pool.fetchval("SELECT count(*) FROM booking") == 6


async def test_without_the_cards_row_they_would_overspend_it(
    pool: Pool, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The person's lock is not taken, all have counted before one has paid, and what is left is not asked for again."""
    card = await a_card(pool, scene, 7)
    await pool.execute("ALTER TABLE card DROP CONSTRAINT card_check")
    counted = asyncio.Barrier(5)

    async def no_lock(connection: Connection, person_id: int, *resource_ids: int) -> None:
        pass

    async def count_first(connection: Connection, *rest: Any) -> None:
        assert await connection.fetchval("SELECT visits_left FROM card WHERE id = $1", card) >= 3
        await counted.wait()

    async def take(connection: Connection, card_id: int) -> bool:
        await connection.execute("UPDATE card SET visits_left = visits_left - 1 WHERE id = $1", card_id)
        return True

    monkeypatch.setattr(verbs, "lock_against_changes", no_lock)
    monkeypatch.setattr(verbs, "check_enough", count_first)
    monkeypatch.setattr(cards, "_spend", take)
    assert (await series_share_a_card(pool, scene, card))["done"] == 5
    assert await pool.fetchval("SELECT visits_left FROM card WHERE id = $1", card) == 7 - 15
