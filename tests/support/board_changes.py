"""Every way in which what a board shows is changed, as a resident, a host, staff or the worker do it."""

from collections.abc import Awaitable, Callable

from landbooking.accounts.person import change_profile
from landbooking.agenda.erasure import erase_account
from landbooking.database import Connection, Pool
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
from landbooking.spaces.presence.absence import release_absent
from landbooking.spaces.presence.check_in import check_in, leave_early
from landbooking.spaces.presence.setting import set_patience
from landbooking.spaces.series.change import Which, cancel_dates
from landbooking.spaces.vehicles import Vehicle, save_vehicle
from landbooking.spaces.waiting.answers import accept_offer, withdraw_wish
from landbooking.spaces.waiting.rounds import expire_offers, look_again
from support.approval import let_it_expire, with_approval
from support.people import make_person
from support.presence import PATIENCE, let_pass, make_begun, open_all_day, with_check_in
from support.races import Scene
from support.spaces import day_after, make_desk, make_series, period_on
from support.waiting import let_holds_run_out, make_wish

DAY = day_after(5)
MORNING, AFTERNOON = period_on(DAY), period_on(DAY, "13:00", "15:00")
NOBODY_HIT = Decision()


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
