"""Whatever changes what a board shows is told: by every verb, from web and worker, and after the commit only."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx
import pytest

from conftest import cloned_database
from landbooking.accounts.person import change_profile
from landbooking.agenda.erasure import erase_account
from landbooking.database import Connection, Pool, create_pool
from landbooking.spaces.approval.answers import approve, refuse
from landbooking.spaces.approval.expiry import expire_requests
from landbooking.spaces.booking import book_resource, cancel_booking, move_booking
from landbooking.spaces.guests.booking import book_for_guest, call_off_for_guest
from landbooking.spaces.hosting.blackouts import Wish, add_blackout, lift_blackout
from landbooking.spaces.hosting.closures import close_days, reopen_days
from landbooking.spaces.hosting.consequences import Decision
from landbooking.spaces.hosting.district import set_published
from landbooking.spaces.hosting.hours import Hours, set_hours
from landbooking.spaces.hosting.resources import add_resource, bring_back, change_resource, retire_resource
from landbooking.spaces.hosting.rules import set_override, set_rules
from landbooking.spaces.opening_hours import Closure, Interval
from landbooking.spaces.overrides import Override
from landbooking.spaces.plans.plan import Floor
from landbooking.spaces.plans.plans import save_floor
from landbooking.spaces.presence.absence import ask_absent, release_absent
from landbooking.spaces.presence.check_in import check_in, leave_early
from landbooking.spaces.presence.setting import set_patience
from landbooking.spaces.series.change import Which, cancel_dates
from landbooking.spaces.vehicles import Vehicle, save_vehicle
from landbooking.spaces.waiting.answers import accept_offer, withdraw_wish
from landbooking.spaces.waiting.rounds import expire_offers, look_again
from support.approval import let_it_expire, with_approval
from support.people import make_person, sign_in
from support.presence import PATIENCE, let_pass, make_begun, open_all_day, with_check_in
from support.races import Scene, make_scene
from support.spaces import day_after, make_booking, make_desk, make_series, make_space, period_on
from support.waiting import let_holds_run_out, make_wish
from support.world import World

DAY = day_after(5)
MORNING, AFTERNOON = period_on(DAY), period_on(DAY, "13:00", "15:00")
NOBODY_HIT = Decision()

# What pages with a board read besides, and why nobody needs to hear of it.
UNTOLD = {
    "municipality": "its name and place come with an import",
    "district": "likewise",
    "space_photo": "stands outside of what changes by itself",
    "tariff": "likewise: the terms below the week",
    "session": "who looks",
    "space_host": "who may look",
    "floor": "changed with the version of its plan",
    "floor_element": "likewise",
    "blackout": "made and lifted with its rows in booking",
    "guest": "made with its booking, forgotten with it",
}


class Told:
    """The spaces that were told, and a pool that tells them."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.spaces: set[int] = set()

    async def open(self) -> Pool:
        return await create_pool(self.url, 10, self.spaces.update)


@pytest.fixture
async def told() -> AsyncIterator[Told]:
    async with cloned_database() as url:
        yield Told(url)


@pytest.fixture
async def pool(told: Told) -> AsyncIterator[Pool]:
    pool = await told.open()
    try:
        yield pool
    finally:
        await pool.close()


@pytest.fixture
async def scene(pool: Pool) -> Scene:
    return await make_scene(pool, people=2)


async def booked(connection: Connection, scene: Scene) -> int:
    return (await book_resource(connection, scene.people[0], scene.desk, MORNING)).id


# Each prepares something and returns what is then done: with a connection inside a transaction, or the worker's job.
Change = Callable[[Connection], Awaitable[object]] | Callable[[Pool], Awaitable[object]]
Way = Callable[[Connection, Scene], Awaitable[Change]]


async def book(_connection: Connection, scene: Scene) -> Change:
    return lambda connection: book_resource(connection, scene.people[0], scene.desk, MORNING)


async def move(connection: Connection, scene: Scene) -> Change:
    number = await booked(connection, scene)
    return lambda connection: move_booking(connection, scene.people[0], number, None, None, AFTERNOON)


async def cancel(connection: Connection, scene: Scene) -> Change:
    number = await booked(connection, scene)
    return lambda connection: cancel_booking(connection, scene.people[0], number)


async def cancel_a_series(connection: Connection, scene: Scene) -> Change:
    which = Which(*await make_series(connection, scene.people[0], scene.desk, MORNING), "all")
    return lambda connection: cancel_dates(connection, scene.people[0], which)


async def book_for_a_guest(_connection: Connection, scene: Scene) -> Change:
    return lambda connection: book_for_guest(connection, scene.host, scene.desk, MORNING, "Nachbarin", "")


async def call_off_for_a_guest(connection: Connection, scene: Scene) -> Change:
    number = (await book_for_guest(connection, scene.host, scene.desk, MORNING, "Nachbarin", "")).id
    return lambda connection: call_off_for_guest(connection, scene.host, scene.space_id, number, None)


async def asked(connection: Connection, scene: Scene) -> int:
    await with_approval(connection, scene.space_id)
    return await booked(connection, scene)


async def ask(connection: Connection, scene: Scene) -> Change:
    await with_approval(connection, scene.space_id)
    return await book(connection, scene)


async def say_yes(connection: Connection, scene: Scene) -> Change:
    number = await asked(connection, scene)
    return lambda connection: approve(connection, scene.host, number, None)


async def say_no(connection: Connection, scene: Scene) -> Change:
    number = await asked(connection, scene)
    return lambda connection: refuse(connection, scene.host, number, None, "")


async def answer_nothing(connection: Connection, scene: Scene) -> Change:
    await let_it_expire(connection, await asked(connection, scene))
    return expire_requests


async def black_out(_connection: Connection, scene: Scene) -> Change:
    wish = Wish((scene.desk,), MORNING, "Umbau")
    return lambda connection: add_blackout(connection, scene.host, scene.space_id, wish, NOBODY_HIT)


async def lift(connection: Connection, scene: Scene) -> Change:
    wish = Wish((scene.desk,), MORNING, "Umbau")
    number = await add_blackout(connection, scene.host, scene.space_id, wish, NOBODY_HIT)
    return lambda connection: lift_blackout(connection, scene.host, scene.space_id, number)


async def close(_connection: Connection, scene: Scene) -> Change:
    closure = Closure(DAY, DAY, "Kerwe")
    return lambda connection: close_days(connection, scene.host, [scene.space_id], closure, NOBODY_HIT)


async def reopen(connection: Connection, scene: Scene) -> Change:
    await close_days(connection, scene.host, [scene.space_id], Closure(DAY, DAY, "Kerwe"), NOBODY_HIT)
    number = await connection.fetchval("SELECT id FROM closure")
    return lambda connection: reopen_days(connection, scene.space_id, number)


async def draw(_connection: Connection, scene: Scene) -> Change:
    return lambda connection: save_floor(connection, scene.space_id, 0, Floor("Halle", 120, 80), None)


async def change_hours(_connection: Connection, scene: Scene) -> Change:
    hours = Hours((Interval(1, 600, 720),), open_on_public_holidays=True)
    return lambda connection: set_hours(connection, scene.host, scene.space_id, hours, "", NOBODY_HIT)


async def change_rules(_connection: Connection, scene: Scene) -> Change:
    return lambda connection: set_rules(connection, scene.space_id, {"buffer_after_minutes": 30}, "")


async def change_rules_of_a_kind(_connection: Connection, scene: Scene) -> Change:
    return lambda connection: set_override(connection, scene.space_id, Override("desk", buffer_after_minutes=30), "")


async def ask_to_check_in(_connection: Connection, scene: Scene) -> Change:
    return lambda connection: set_patience(connection, scene.space_id, 15, "")


async def add_a_desk(_connection: Connection, scene: Scene) -> Change:
    return lambda connection: add_resource(connection, scene.space_id, "desk", "Fensterplatz", [])


async def rename_a_desk(_connection: Connection, scene: Scene) -> Change:
    return lambda connection: change_resource(connection, scene.space_id, scene.desk, "Am Ofen", None, [], "")


async def retire_a_desk(_connection: Connection, scene: Scene) -> Change:
    return lambda connection: retire_resource(connection, scene.host, scene.space_id, scene.desk, NOBODY_HIT)


async def bring_a_desk_back(connection: Connection, scene: Scene) -> Change:
    await retire_resource(connection, scene.host, scene.space_id, scene.desk, NOBODY_HIT)
    return lambda connection: bring_back(connection, scene.space_id, scene.desk)


async def take_a_vehicle_off_the_road(connection: Connection, scene: Scene) -> Change:
    car = await make_desk(connection, scene.space_id, "E-Auto", kind="vehicle")
    await save_vehicle(connection, scene.space_id, car, Vehicle("car", "electric", 1000, 1000, 4))
    broken = Vehicle("car", "electric", 1000, 1000, 4, out_of_order=True)
    return lambda connection: save_vehicle(connection, scene.space_id, car, broken)


async def unpublish(connection: Connection, scene: Scene) -> Change:
    staff = await make_person(connection, "kreis@example.org", role="operator")
    return lambda connection: set_published(connection, staff, scene.space_id, False)


async def come(connection: Connection, scene: Scene) -> Change:
    await with_check_in(connection)
    number = await make_begun(connection, scene.people[0], scene.desk, 5)
    return lambda connection: check_in(connection, scene.people[0], number)


async def leave(connection: Connection, scene: Scene) -> Change:
    await open_all_day(connection)
    await with_check_in(connection)
    number = await make_begun(connection, scene.people[0], scene.desk, 35)
    await connection.execute("UPDATE booking SET checked_in_at = now()")
    return lambda connection: leave_early(connection, scene.people[0], number)


async def stay_away(connection: Connection, scene: Scene) -> Change:
    await open_all_day(connection)
    await with_check_in(connection)
    number = await make_begun(connection, scene.people[0], scene.desk, PATIENCE // 2 + 1)
    await connection.execute("UPDATE booking SET asked_at = now()")
    await let_pass(connection, number, PATIENCE)
    return release_absent


async def wait(connection: Connection, scene: Scene) -> Change:
    await booked(connection, scene)
    return lambda connection: make_wish(connection, scene.people[1], MORNING, scene.space_id, scene.desk)


async def wait_for_anything_near(connection: Connection, scene: Scene) -> Change:
    return lambda connection: make_wish(connection, scene.people[1], MORNING, near=(49.54, 7.4))


async def wait_no_more(connection: Connection, scene: Scene) -> Change:
    await booked(connection, scene)
    number = await make_wish(connection, scene.people[1], MORNING, scene.space_id, scene.desk)
    return lambda connection: withdraw_wish(connection, scene.people[1], number)


async def be_offered(connection: Connection, scene: Scene) -> Change:
    await make_wish(connection, scene.people[1], MORNING, scene.space_id, scene.desk)
    return look_again


async def accept(connection: Connection, scene: Scene) -> Change:
    number = await booked(connection, scene)
    wish = await make_wish(connection, scene.people[1], MORNING, scene.space_id, scene.desk)
    await cancel_booking(connection, scene.people[0], number)
    return lambda connection: accept_offer(connection, scene.people[1], wish)


async def let_an_offer_run_out(connection: Connection, scene: Scene) -> Change:
    await accept(connection, scene)
    await let_holds_run_out(connection)
    return expire_offers


async def change_a_name(connection: Connection, scene: Scene) -> Change:
    await booked(connection, scene)
    return lambda connection: change_profile(connection, scene.people[0].id, "Anna Neu", "de", None)


async def erase(connection: Connection, scene: Scene) -> Change:
    await booked(connection, scene)
    return lambda connection: erase_account(connection, scene.people[0])


BY_THE_WORKER = (expire_requests, expire_offers, look_again, release_absent)
WAYS: list[Way] = [
    book, move, cancel, cancel_a_series, book_for_a_guest, call_off_for_a_guest, ask, say_yes, say_no, answer_nothing,
    black_out, lift, close, reopen, draw, change_hours, change_rules, change_rules_of_a_kind, ask_to_check_in,
    add_a_desk, rename_a_desk, retire_a_desk, bring_a_desk_back, take_a_vehicle_off_the_road, unpublish, come, leave,
    stay_away, wait, wait_for_anything_near, wait_no_more, be_offered, accept, let_an_offer_run_out, change_a_name,
    erase,
]  # fmt: skip


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
async def test_every_way_is_told_once_it_is_done(told: Told, pool: Pool, scene: Scene, way: Way) -> None:
    async with pool.acquire() as connection:
        change: Any = await way(connection, scene)
        elsewhere = await make_space(connection, name="Anderswo", lat=50.5, lon=8.5)
    told.spaces.clear()
    if change in BY_THE_WORKER:
        await change(pool)
    else:
        async with pool.acquire() as connection, connection.transaction():
            await change(connection)
            assert told.spaces == set()
    assert scene.space_id in told.spaces
    assert elsewhere not in told.spaces


async def test_without_the_triggers_nobody_would_hear(told: Told, pool: Pool, scene: Scene) -> None:
    """The negative control."""
    await pool.execute("ALTER TABLE booking DISABLE TRIGGER USER")
    told.spaces.clear()
    async with pool.acquire() as connection:
        await make_booking(connection, scene.people[0], scene.desk, MORNING)
    assert told.spaces == set()


async def test_a_move_to_another_space_is_told_to_both(told: Told, pool: Pool, scene: Scene) -> None:
    async with pool.acquire() as connection:
        other = await make_space(connection, name="Neue Schule")
        desk = await make_desk(connection, other)
        await make_booking(connection, scene.people[0], scene.desk, MORNING)
        told.spaces.clear()
        await connection.execute("UPDATE booking SET resource_id = $1", desk)
    assert told.spaces == {scene.space_id, other}


async def test_what_many_statements_change_is_told_once(told: Told, pool: Pool, scene: Scene) -> None:
    calls: list[set[int]] = []
    pool.tell = calls.append  # type: ignore[attr-defined]
    async with pool.acquire() as connection, connection.transaction():
        for day in range(3):
            await make_booking(connection, scene.people[0], scene.desk, period_on(day_after(6 + day)))
    assert calls == [{scene.space_id}]


async def test_reading_tells_nothing(told: Told, pool: Pool, scene: Scene) -> None:
    told.spaces.clear()
    await pool.fetch("SELECT * FROM booking")
    await ask_absent(pool)
    assert told.spaces == set()


BOARDS = (
    "/spaces/{space_id}",
    "/spaces/{space_id}?kind=vehicle",
    "/spaces/{space_id}/days/{day}",
    "/spaces/{space_id}/plan?date={day}&start=09:00&end=10:00",
    "/spaces/{space_id}/kiosk",
    "/host/spaces/{space_id}?date={day}",
    "/host/spaces/{space_id}/week?date={day}",
)


@pytest.mark.parametrize("board", BOARDS)
async def test_every_table_that_a_board_reads_tells_of_changes(
    connection: Connection, client: httpx.AsyncClient, world: World, board: str
) -> None:
    """So that nobody shows something more on a board and forgets to say when it changes."""
    await sign_in(connection, client, world.owner)
    await make_desk(connection, world.space_id, "E-Auto", kind="vehicle")
    await save_floor(connection, world.space_id, 0, Floor("Halle", 120, 80), None)
    before = await scans(connection)
    answer = await client.get(board.format(space_id=world.ids["space_id"], day=DAY))
    assert answer.status_code == 200
    assert 'data-live="' in answer.text
    read = {name for name, count in (await scans(connection)).items() if count > before.get(name, 0)}
    rows = await connection.fetch(
        """SELECT DISTINCT relname::text FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
           WHERE tgname LIKE 'tell%' AND tgenabled = 'O'"""
    )
    assert "booking" in read
    assert read - {row["relname"] for row in rows} - UNTOLD.keys() == set()


async def scans(connection: Connection) -> dict[str, int]:
    """How often each table was read in this transaction."""
    rows = await connection.fetch(
        "SELECT relname::text, seq_scan + coalesce(idx_scan, 0) AS scans FROM pg_stat_xact_user_tables"
    )
    return {row["relname"]: row["scans"] for row in rows}
