"""A real worker: killed, stopped, its Valkey emptied and restarted, its PostgreSQL away."""

import asyncio
import signal
import time
from collections.abc import AsyncIterator

import msgspec
import pytest
from redis.asyncio import Redis

from conftest import cloned_database
from landbooking.database import Pool, create_pool
from landbooking.embedded import PostgresServer, ValkeyServer
from landbooking.migrate import migrate
from landbooking.notifications.delivery import LANES
from landbooking.settings import Settings
from support.mail_server import ACCEPTED, MailServer, mail_server
from support.outbox import code_mail, is_sent, put, row, to
from support.people import settings as settings_for
from support.servers import command, environ_of, open_folder, until, working

pytestmark = pytest.mark.xdist_group("servers")


@pytest.fixture
async def mails() -> AsyncIterator[MailServer]:
    async with mail_server() as mails:
        yield mails


@pytest.fixture
async def real(settings: Settings, mails: MailServer) -> AsyncIterator[tuple[Settings, Pool]]:
    """Settings for a worker on a database of this test's own, and a pool to look into it."""
    async with cloned_database() as url:
        pool = await create_pool(url, 5)
        try:
            yield to(settings_for(url, settings.redis_url), mails.url), pool
        finally:
            await pool.close()


async def test_a_mail_leaves_soon_after_the_commit(real: tuple[Settings, Pool], mails: MailServer) -> None:
    settings, pool = real
    async with working(settings):
        await put(pool, code_mail(0))
        await until(lambda: mails.has(1))  # the worker is up by now
        for number in range(1, 4):
            committed = time.perf_counter()
            await put(pool, code_mail(number))
            await until(lambda number=number: mails.has(number + 1))  # type: ignore[misc]
            print(f"a mail left {time.perf_counter() - committed:.2f} s after its commit")
        await until(lambda: is_sent(pool, 3))


async def test_a_worker_killed_between_sending_and_marking(real: tuple[Settings, Pool], mails: MailServer) -> None:
    """The mail is sent again when the lease is over, with the same Message-ID, and then no more."""
    settings, pool = real
    await put(pool, code_mail(1))
    async with pool.acquire() as connection:
        transaction = connection.transaction()

        async def keep_from_marking(message: object) -> str:
            await transaction.start()
            await connection.execute("SELECT FROM outbox FOR UPDATE")
            return ACCEPTED

        mails.answer = keep_from_marking
        async with working(settings) as worker:
            await until(lambda: mails.has(1))
            await until(lambda: waits_for_us(pool))
            await worker.kill()
            # Its statement still waits in the server, which has not noticed that the worker is gone.
            await pool.execute("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE NOT granted")
        await transaction.rollback()
    mails.answer = mails.accept
    async with working(settings):
        await put(pool, code_mail(2))
        await until(lambda: is_sent(pool, 2))
        assert not await is_sent(pool, 1)  # the lease of the dead one still holds
        await pool.execute("UPDATE outbox SET claimed_until = now() WHERE dedupe_key = 'mail:1'")
        await until(lambda: is_sent(pool, 1))
        await put(pool, code_mail(3))
        await until(lambda: is_sent(pool, 3))
    ids = [message["Message-ID"] for message in mails.kept]
    assert (len(ids), len(set(ids))) == (4, 3)
    assert ids[2] == ids[0]


async def waits_for_us(pool: Pool) -> bool:
    return bool(await pool.fetchval("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)"))


@pytest.mark.parametrize("kind", [signal.SIGTERM, signal.SIGINT])
async def test_a_worker_that_is_told_to_stop_finishes_its_mail(
    real: tuple[Settings, Pool], mails: MailServer, kind: signal.Signals
) -> None:
    """A restart for a new version must not send anything twice."""
    settings, pool = real
    go_on = asyncio.Event()

    async def wait(message: object) -> str:
        await go_on.wait()
        return ACCEPTED

    mails.answer = wait
    await put(pool, code_mail(1))
    async with working(settings) as worker:
        await until(lambda: mails.has_seen(1))
        stopping = asyncio.create_task(worker.stop(kind))
        await worker.says('"stopping"')
        await put(pool, code_mail(2))
        await asyncio.wait([stopping], timeout=0.5)
        go_on.set()
        assert await stopping == 0
    assert await is_sent(pool, 1)
    assert (await row(pool, 2))["attempts"] == 0
    assert len(mails.seen) == 1


async def test_valkey_may_be_emptied_and_restarted(real: tuple[Settings, Pool], mails: MailServer) -> None:
    settings, pool = real
    with open_folder() as folder:
        valkey = ValkeyServer(folder)
        await asyncio.to_thread(valkey.start)
        try:
            async with working(msgspec.structs.replace(settings, redis_url=valkey.url())) as worker:
                await put(pool, code_mail(1))
                await until(lambda: mails.has(1))
                async with Redis.from_url(valkey.url()) as redis:
                    await redis.flushall()
                await put(pool, code_mail(2))
                await until(lambda: mails.has(2))
                await asyncio.to_thread(valkey.stop)
                await put(pool, code_mail(3))
                await worker.says("valkey_away")
                await asyncio.to_thread(valkey.start)
                await put(pool, code_mail(4))
                await until(lambda: mails.has(4))
                await until(lambda: is_sent(pool, 4))
        finally:
            await asyncio.to_thread(valkey.stop)
    assert len({message["Message-ID"] for message in mails.seen}) == len(mails.seen) == 4


async def test_it_opens_no_more_sessions_than_it_has_lanes(real: tuple[Settings, Pool]) -> None:
    """Every second asks for what is due; a mail server that says nothing must not fill up with us, nor our pool."""
    settings, pool = real
    open_: list[asyncio.StreamWriter] = []

    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        open_.append(writer)

    listener = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
    url = f"smtp://127.0.0.1:{listener.sockets[0].getsockname()[1]}"
    await put(pool, *(code_mail(number) for number in range(30)))
    async with working(to(settings, url, timeout=60)):

        async def all_lanes_hang() -> bool:
            return len(open_) >= LANES

        await until(all_lanes_hang)
        await asyncio.sleep(3.5)  # three more rounds
        assert len(open_) == LANES
        listener.close()
        for writer in open_:
            writer.close()


async def test_one_that_hangs_does_not_delay_what_comes_later(real: tuple[Settings, Pool], mails: MailServer) -> None:
    settings, pool = real
    go_on = asyncio.Event()

    async def hang_for_one(message: object) -> str:
        if "000001" in str(message):
            await go_on.wait()
        return ACCEPTED

    mails.answer = hang_for_one
    await put(pool, code_mail(1))
    async with working(to(settings, mails.url, timeout=60)):
        await until(lambda: mails.has_seen(1))
        for number in range(2, 5):
            await put(pool, code_mail(number))
            await until(lambda number=number: mails.has(number - 1))  # type: ignore[misc]
        go_on.set()
        await until(lambda: is_sent(pool, 1))


async def test_a_check_says_whether_a_worker_runs(real: tuple[Settings, Pool]) -> None:
    settings, _pool = real

    async def check() -> int:
        async with command("worker", "--check", environ=environ_of(settings)) as process:
            code = await process.process.wait()
            assert process.output.count("\n") == code  # one sentence where there is none
            return code

    async with Redis.from_url(settings.redis_url) as redis:
        await redis.flushdb()  # a worker that a test before this one killed is remembered for some seconds
    assert await check() == 1
    async with working(settings) as worker:

        async def runs() -> bool:
            return await check() == 0

        await until(runs)
        assert await worker.stop() == 0
        assert await check() == 1


async def test_it_may_be_started_before_postgres(settings: Settings, mails: MailServer) -> None:
    with open_folder() as folder:
        postgres = PostgresServer(folder, {"fsync": "off"})
        await asyncio.to_thread(postgres.start)
        try:
            pool = await create_pool(postgres.url(), 2)
            async with pool.acquire() as connection:
                await migrate(connection)
            await put(pool, code_mail(1))
            await pool.close()
            await asyncio.to_thread(postgres.stop)
            async with working(to(settings_for(postgres.url(), settings.redis_url), mails.url)) as worker:
                await worker.says("database_away")
                await asyncio.to_thread(postgres.start)
                await until(lambda: mails.has(1))
        finally:
            await asyncio.to_thread(postgres.stop)


async def test_postgres_may_be_restarted_even_between_sending_and_marking(
    settings: Settings, mails: MailServer
) -> None:
    with open_folder() as folder:
        postgres = PostgresServer(folder, {"fsync": "off"})
        await asyncio.to_thread(postgres.start)

        async def while_away(message: object) -> str:
            await asyncio.to_thread(postgres.stop)
            mails.answer = mails.accept
            return ACCEPTED

        try:
            pool = await create_pool(postgres.url(), 2)
            async with pool.acquire() as connection:
                await migrate(connection)
            async with working(to(settings_for(postgres.url(), settings.redis_url), mails.url)):
                await put(pool, code_mail(1))
                await until(lambda: mails.has(1))
                mails.answer = while_away
                await put(pool, code_mail(2))
                await until(lambda: mails.has(2))
                await asyncio.to_thread(postgres.start)
                await pool.expire_connections()
                await until(lambda: is_sent(pool, 2))
                await put(pool, code_mail(3))
                await until(lambda: is_sent(pool, 3))
            await pool.close()
        finally:
            await asyncio.to_thread(postgres.stop)
    assert len({message["Message-ID"] for message in mails.seen}) == len(mails.seen) == 3
