"""Whatever frees time waits for whoever else frees some in that space, or a wish that needs both would be forgotten.

Somebody waits for a morning. One half of it is being cancelled, not yet committed, when the other half comes free in
some other way. The negative control takes away that way's lock: neither sees what the other frees.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import pytest

from landbooking.agenda import erasure
from landbooking.agenda.erasure import erase_account
from landbooking.database import Connection, Pool
from landbooking.period import Period
from landbooking.spaces import booking
from landbooking.spaces.approval import answers as approval
from landbooking.spaces.approval import expiry
from landbooking.spaces.approval.answers import approve, refuse
from landbooking.spaces.approval.expiry import expire_requests
from landbooking.spaces.booking import cancel_booking, move_booking
from landbooking.spaces.guests import booking as guests
from landbooking.spaces.guests.booking import book_for_guest, call_off_for_guest
from landbooking.spaces.hosting import blackouts, closures
from landbooking.spaces.hosting.blackouts import Wish, add_blackout, lift_blackout
from landbooking.spaces.hosting.closures import close_days, reopen_days
from landbooking.spaces.hosting.consequences import Decision
from landbooking.spaces.opening_hours import Closure
from landbooking.spaces.presence import absence, check_in
from landbooking.spaces.presence.absence import ask_absent, release_absent
from landbooking.spaces.presence.check_in import leave_early
from landbooking.spaces.series import change
from landbooking.spaces.series.change import Which, cancel_dates
from landbooking.spaces.waiting import answers as waiting
from landbooking.spaces.waiting.answers import expire_offer, withdraw_wish
from support.approval import let_it_expire
from support.presence import PATIENCE, let_pass, with_check_in
from support.races import Scene, book, make_scene, until_waiting
from support.series import booked_series, weekly
from support.spaces import day_after, make_booking, period_on
from support.waiting import make_wish, offer_to

DAY = day_after(7)
MORNING = period_on(DAY)
FIRST, SECOND = period_on(DAY, "09:00", "10:30"), period_on(DAY, "10:30", "12:00")

Freeing = Callable[[], Awaitable[object]]


class Way(NamedTuple):
    """`prepare` takes the first half and returns what frees it; `locks` are where that takes its lock."""

    prepare: Callable[[Pool, Scene], Awaitable[Freeing]]
    locks: list[tuple[Any, str]]


async def in_one_transaction(pool: Pool, verb: Callable[..., Awaitable[Any]], *values: Any) -> Any:
    async with pool.acquire() as connection, connection.transaction():
        return await verb(connection, *values)


async def moving(pool: Pool, scene: Scene) -> Freeing:
    taken = await book(pool, scene.people[0], scene.desk, FIRST)
    return lambda: in_one_transaction(pool, move_booking, scene.people[0], taken, None, scene.other_desk, FIRST)


async def cancelling_a_series(pool: Pool, scene: Scene) -> Freeing:
    wish = weekly(scene.desk, DAY, 2, "09:00", "10:30")
    series, dates = await in_one_transaction(pool, booked_series, scene.people[0], wish)
    return lambda: in_one_transaction(pool, cancel_dates, scene.people[0], Which(series.id, dates[0].id, "all"))


async def erasing(pool: Pool, scene: Scene) -> Freeing:
    await book(pool, scene.people[0], scene.desk, FIRST)
    return lambda: in_one_transaction(pool, erase_account, scene.people[0])


async def calling_off_for_a_guest(pool: Pool, scene: Scene) -> Freeing:
    taken = await in_one_transaction(pool, book_for_guest, scene.host, scene.desk, FIRST, "", "")
    return lambda: in_one_transaction(pool, call_off_for_guest, scene.host, scene.space_id, taken.id, None)


async def a_request(pool: Pool, scene: Scene) -> int:
    taken = await in_one_transaction(pool, make_booking, scene.people[0], scene.desk, FIRST)
    await pool.execute("UPDATE booking SET status = 'requested', until_at = lower(period) WHERE id = $1", taken)
    return int(taken)


async def refusing(pool: Pool, scene: Scene) -> Freeing:
    taken = await a_request(pool, scene)
    return lambda: in_one_transaction(pool, refuse, scene.host, taken, None, "")


async def confirming_only_the_others(pool: Pool, scene: Scene) -> Freeing:
    """Of a series for which a host has to agree; on its first day the person has the week's quota by now."""
    person = scene.people[0]
    series, dates = await in_one_transaction(pool, booked_series, person, weekly(scene.desk, DAY, 2, "09:00", "10:30"))
    await pool.execute("UPDATE booking SET status = 'requested', until_at = $1", FIRST.start)
    await in_one_transaction(pool, make_booking, person, scene.other_desk, period_on(DAY, "13:00", "15:00"))
    await pool.execute("UPDATE space SET weekly_minutes = 180")
    return lambda: in_one_transaction(pool, approve, scene.host, dates[1].id, series.version, [DAY])


async def leaving_a_request_unanswered(pool: Pool, scene: Scene) -> Freeing:
    await let_it_expire(pool, await a_request(pool, scene))
    return lambda: expire_requests(pool)


async def an_offer(pool: Pool, scene: Scene) -> tuple[int, int]:
    """A wish of somebody else's, and what is held for it."""
    taken = await book(pool, scene.people[0], scene.desk, FIRST)
    wish = await in_one_transaction(pool, make_wish, scene.people[1], FIRST, scene.space_id, scene.desk)
    await in_one_transaction(pool, cancel_booking, scene.people[0], taken)
    held = await in_one_transaction(pool, offer_to, scene.people[1], wish)
    return wish, held.id


async def declining(pool: Pool, scene: Scene) -> Freeing:
    wish, _held = await an_offer(pool, scene)
    return lambda: in_one_transaction(pool, withdraw_wish, scene.people[1], wish)


async def letting_a_hold_run_out(pool: Pool, scene: Scene) -> Freeing:
    _wish, held = await an_offer(pool, scene)
    await let_it_expire(pool, held)
    return lambda: in_one_transaction(pool, expire_offer, held)


async def begun(pool: Pool, scene: Scene) -> int:
    """A booking that began some minutes ago, and lasts until the half is over."""
    await with_check_in(pool)
    start = datetime.now(UTC) - timedelta(minutes=PATIENCE // 2 + 1)
    return int(await in_one_transaction(pool, make_booking, scene.people[0], scene.desk, Period(start, FIRST.end)))


async def leaving_early(pool: Pool, scene: Scene) -> Freeing:
    taken = await begun(pool, scene)
    return lambda: in_one_transaction(pool, leave_early, scene.people[0], taken)


async def not_coming(pool: Pool, scene: Scene) -> Freeing:
    taken = await begun(pool, scene)
    assert await ask_absent(pool) == 1
    await let_pass(pool, taken, PATIENCE)
    return lambda: release_absent(pool)


async def lifting_a_blackout(pool: Pool, scene: Scene) -> Freeing:
    wish = Wish((scene.desk,), FIRST, "Umbau")
    blackout = await in_one_transaction(pool, add_blackout, scene.host, scene.space_id, wish, Decision())
    return lambda: in_one_transaction(pool, lift_blackout, scene.host, scene.space_id, blackout)


async def reopening(pool: Pool, scene: Scene) -> Freeing:
    closed = Closure(DAY, DAY, "Kerwe")
    await in_one_transaction(pool, close_days, scene.host, [scene.space_id], closed, Decision())
    closure = await pool.fetchval("SELECT id FROM closure")
    return lambda: in_one_transaction(pool, reopen_days, scene.space_id, closure)


WAYS = {
    "moving": Way(moving, [(booking, "lock_to_free")]),
    "cancelling a series": Way(cancelling_a_series, [(change, "lock_to_free")]),
    "erasing an account": Way(erasing, [(erasure, "lock_to_free"), (booking, "lock_to_free")]),
    "calling off for a guest": Way(calling_off_for_a_guest, [(guests, "lock_to_free")]),
    "refusing a request": Way(refusing, [(approval, "lock_to_free")]),
    "confirming only the others": Way(confirming_only_the_others, [(approval, "lock_to_free")]),
    "an unanswered request": Way(leaving_a_request_unanswered, [(expiry, "lock_to_free")]),
    "declining an offer": Way(declining, [(waiting, "lock_to_free")]),
    "a hold that runs out": Way(letting_a_hold_run_out, [(waiting, "lock_to_free")]),
    "leaving early": Way(leaving_early, [(check_in, "lock_to_free")]),
    "not coming": Way(not_coming, [(absence, "lock_to_free")]),
    "lifting a blackout": Way(lifting_a_blackout, [(blackouts, "lock_for_change")]),
    "reopening a day": Way(reopening, [(closures, "lock_for_change")]),
}
EACH_WAY = pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())


async def both_halves_come_free(pool: Pool, way: Way, without: pytest.MonkeyPatch | None = None) -> str:
    """What became of the wish for the whole morning. The locks of the second way are taken away where asked."""

    async def no_lock(connection: Connection, *values: object) -> None:
        pass

    scene = await make_scene(pool, people=4)
    other, patient = scene.people[2:]
    free_first = await way.prepare(pool, scene)
    second = await in_one_transaction(pool, make_booking, other, scene.desk, SECOND)
    wish = await in_one_transaction(pool, make_wish, patient, MORNING, scene.space_id, scene.desk)
    async with pool.acquire() as left, left.transaction():
        await cancel_booking(left, other, second)
        for module, name in way.locks if without else []:
            without.setattr(module, name, no_lock)  # type: ignore[union-attr]
        too = asyncio.ensure_future(free_first())
        locked = asyncio.create_task(until_waiting(pool))
        await asyncio.wait([too, locked], return_when=asyncio.FIRST_COMPLETED)
        locked.cancel()
    await too
    return str(await pool.fetchval("SELECT state FROM waiting WHERE id = $1", wish))


@EACH_WAY
async def test_a_wish_that_needs_both_halves_gets_them(pool: Pool, way: Way) -> None:
    assert await both_halves_come_free(pool, way) == "offered"


@EACH_WAY
async def test_without_the_lock_neither_would_see_the_others_half(
    pool: Pool, way: Way, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await both_halves_come_free(pool, way, without=monkeypatch) == "waiting"
