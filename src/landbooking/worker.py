"""The worker: arq's settings, and the only file that knows arq. All state is in PostgreSQL; arq only keeps time."""

import asyncio
import signal
import socket
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

import structlog
import uvloop
from arq import cron
from arq.connections import RedisSettings
from arq.worker import Worker
from redis import Redis
from redis.exceptions import RedisError

from landbooking.accounts import limits
from landbooking.accounts.forgetting import forget_expired
from landbooking.database import TRY_AGAIN, create_pool
from landbooking.internships.applications.expiry import decline_called_off, end_silent, remind_silent
from landbooking.internships.applications.forgetting import forget_ended_applications
from landbooking.internships.placements.forgetting import forget_ended_placements
from landbooking.internships.placements.rounds import move_with_time
from landbooking.internships.postings.closing import close_postings
from landbooking.internships.postings.saved import mail_new_postings
from landbooking.internships.running.feedback import ask_for_feedback
from landbooking.internships.running.instruction import may_work
from landbooking.internships.running.reconfirmation import ask_to_reconfirm, tell_unconfirmed
from landbooking.logs import configure_logging
from landbooking.notifications.delivery import LANES, deliver_due, forget_old_mails
from landbooking.rides.contact import forget_exact_places
from landbooking.rides.expiry import expire_seat_requests
from landbooking.rides.exports.pushing import push_rides
from landbooking.settings import Settings
from landbooking.spaces.approval.expiry import expire_requests
from landbooking.spaces.changes.changes import forget_changes
from landbooking.spaces.consultations import erase_consultations
from landbooking.spaces.guests.booking import forget_guests
from landbooking.spaces.live.telling import Telling
from landbooking.spaces.presence.absence import ask_absent, release_absent
from landbooking.spaces.waiting.rounds import expire_offers, forget_old_wishes, look_again

log = structlog.get_logger()

PAUSE_WITHOUT_VALKEY = 0.5  # seconds
REPORT = f"landbooking:worker:{socket.gethostname()}"  # the key in Valkey under which a worker says that it works


def work(settings: Settings) -> None:
    """Sends mails until SIGINT or SIGTERM."""
    configure_logging(settings.log_level)
    uvloop.run(_work_until_told(settings))


async def _work_until_told(settings: Settings) -> None:
    task = asyncio.create_task(run_worker(settings))
    loop = asyncio.get_running_loop()

    def stop() -> None:
        task.cancel()
        log.info("stopping")

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop)
    with suppress(asyncio.CancelledError):
        await task


def is_working(settings: Settings) -> bool:
    """Whether a worker on this machine has told Valkey within the last ten seconds that it works."""
    try:
        with Redis.from_url(settings.redis_url, socket_timeout=2, socket_connect_timeout=2) as valkey:
            return bool(valkey.exists(REPORT))
    except (RedisError, OSError):
        return False


async def run_worker(settings: Settings) -> None:
    """Works until cancelled; outlives Valkey's and PostgreSQL's absence, also at the start."""
    valkey = limits.counters(settings.redis_url)
    telling = Telling(valkey)
    pool = await create_pool(settings.database_url, settings.database_pool, telling.tell)
    lanes = asyncio.Semaphore(LANES)
    try:
        while True:
            worker = _worker(settings, {"pool": pool, "settings": settings, "lanes": lanes})
            try:
                await worker.main()
            except (RedisError, OSError) as error:
                log.warning("valkey_away", error=type(error).__name__)
                await asyncio.sleep(PAUSE_WITHOUT_VALKEY)
            finally:
                await _close(worker)
    finally:
        for _ in range(LANES):  # until no mail is under way: it still has to be marked
            await lanes.acquire()
        await pool.close()
        await telling.end()
        await valkey.aclose()


async def deliver(context: dict[str, Any]) -> None:
    """Every second: mails that are due, in the lanes that those of the seconds before have left free."""
    await deliver_due(context["pool"], context["settings"], context["lanes"])


async def forget(context: dict[str, Any]) -> None:
    """Every night: what we have no reason to keep about people."""
    async with context["pool"].acquire() as connection:
        await forget_old_mails(connection)
        await forget_expired(connection)
        await erase_consultations(connection)
        await forget_guests(connection)
        await forget_changes(connection)
        await forget_old_wishes(connection)
        await forget_exact_places(connection)
        await forget_ended_applications(connection)
        await forget_ended_placements(connection)


async def expire(context: dict[str, Any]) -> None:
    """Every five seconds: requests that no host or driver answered, and what was held for who did not answer."""
    await expire_requests(context["pool"])
    await expire_offers(context["pool"])
    await expire_seat_requests(context["pool"])


async def free(context: dict[str, Any]) -> None:
    """Four times a minute: who has not come is asked; then the rest of their time goes to others."""
    await ask_absent(context["pool"], may_work)
    await release_absent(context["pool"], may_work)


async def end_silence(context: dict[str, Any]) -> None:
    """Every minute: applications and offers to which nobody says anything, or whose posting was withdrawn."""
    await remind_silent(context["pool"])
    await end_silent(context["pool"])
    await decline_called_off(context["pool"])


async def go_with_time(context: dict[str, Any]) -> None:
    """Every minute: placements that begin, are over, or to which nobody came; who is asked before and after."""
    await move_with_time(context["pool"])
    await ask_to_reconfirm(context["pool"])
    await tell_unconfirmed(context["pool"])
    await ask_for_feedback(context["pool"])


async def serve(context: dict[str, Any]) -> None:
    """Every minute: waiting lists, for what no release tells them."""
    await look_again(context["pool"])


async def close(context: dict[str, Any]) -> None:
    """Every minute: internships whose deadline is over or whose places are given."""
    await close_postings(context["pool"])


async def tell(context: dict[str, Any]) -> None:
    """Every morning: what is new for who has saved a search."""
    await mail_new_postings(context["pool"])


async def push(context: dict[str, Any]) -> None:
    """Every minute: rides that changed, to where they are pushed."""
    await push_rides(context["pool"], context["settings"])


def _worker(settings: Settings, context: dict[str, Any]) -> Worker:
    return Worker(
        functions=[],
        cron_jobs=[
            cron(_patient(deliver), name="deliver", second=set(range(60)), timeout=3600, keep_result=0, max_tries=1),
            cron(_patient(expire), name="expire", second=set(range(0, 60, 5)), timeout=60, keep_result=0, max_tries=1),
            cron(_patient(free), name="free", second={5, 20, 35, 50}, timeout=60, keep_result=0, max_tries=1),
            cron(_patient(serve), name="serve", second={30}, timeout=300, keep_result=0, max_tries=1),
            cron(_patient(close), name="close", second={15}, timeout=300, keep_result=0, max_tries=1),
            cron(_patient(tell), name="tell", hour={5}, minute={40}, timeout=3600, keep_result=0, max_tries=1),
            cron(_patient(push), name="push", second={45}, timeout=300, keep_result=0, max_tries=1),
            cron(_patient(end_silence), name="silence", second={15}, timeout=300, keep_result=0, max_tries=1),
            cron(_patient(go_with_time), name="placements", second={25}, timeout=300, keep_result=0, max_tries=1),
            cron(_patient(forget), name="forget", hour={3}, minute={17}, timeout=3600, keep_result=0, max_tries=1),
        ],
        redis_settings=RedisSettings.from_dsn(settings.redis_url),
        ctx=context,
        handle_signals=False,
        poll_delay=0.2,
        health_check_interval=10,
        health_check_key=REPORT,
    )


def _patient(job: Callable[[dict[str, Any]], Coroutine[Any, Any, None]]) -> Callable[..., Coroutine[Any, Any, None]]:
    """The job, which is left to its next turn where the database is away."""

    async def run(context: dict[str, Any]) -> None:
        try:
            await job(context)
        except (*TRY_AGAIN, OSError) as error:
            log.warning("database_away", error=type(error).__name__)

    run.__qualname__ = job.__name__
    return run


async def _close(worker: Worker) -> None:
    try:
        await worker.close()
    except (RedisError, OSError):
        log.warning("valkey_away")
