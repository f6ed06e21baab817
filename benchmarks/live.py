"""python -m benchmarks.live [--boards N,N] [--bookings N] [--json FILE]: open boards on one web process.

What a board costs in memory, ours beside the least that Litestar's own server-sent events can do; how long after a
booking was sent its boards hear of it; and what it costs a booking that the database tells which space changed.
"""

import argparse
import asyncio
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import asyncpg
import msgspec

from benchmarks.__main__ import servers_in
from benchmarks.contenders import environment, free_port, memory_mib, process, processor_seconds, wait_for_port
from benchmarks.data import Database, forget_bookings, make_database
from landbooking.embedded import Servers

AT_ONCE = 100  # connections that are being opened
OF_ONE_ADDRESS = 100  # boards that share a network address, as the limit allows them to


class Boards(msgspec.Struct):
    """Memory in KiB a board, resident and proportional; delays in ms from the sent booking; `cpu_ms` a booking."""

    contender: str
    boards: int
    spaces: int
    resident: float
    proportional: float
    booked_p50: float = 0
    heard_p50: float = 0
    heard_p99: float = 0
    all_heard: float = 0
    cpu_ms: float = 0


class Board(asyncio.Protocol):
    """One open connection, as light as can be: ten thousand of them share the machine with the server."""

    __slots__ = ("heard", "opened", "request", "transport")

    def __init__(self, request: bytes, opened: "asyncio.Future[None]") -> None:
        self.request = request
        self.opened = opened
        self.heard = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        transport.write(self.request)  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        if b"event: changed" in data:
            self.heard = time.perf_counter()
        if self.opened.done():
            return
        if b"event: state" in data:
            self.opened.set_result(None)
        elif not data.startswith(b"HTTP/1.1 200"):  # whose head may come alone
            self.opened.set_exception(RuntimeError(data[:200].decode(errors="replace")))


async def open_boards(port: int, spaces: list[int], count: int) -> dict[int, list[Board]]:
    """By space, one after the other through all spaces."""
    loop, free = asyncio.get_running_loop(), asyncio.Semaphore(AT_ONCE)
    boards: dict[int, list[Board]] = {space: [] for space in spaces}

    async def open_one(number: int) -> None:
        space = spaces[number % len(spaces)]
        address = number // OF_ONE_ADDRESS
        request = (
            f"GET /spaces/{space}/changes HTTP/1.1\r\nHost: board\r\nAccept: text/event-stream\r\n"
            f"X-Forwarded-For: 198.18.{address // 256}.{address % 256}\r\n\r\n"
        ).encode()
        async with free:
            opened = loop.create_future()
            _transport, board = await loop.create_connection(lambda: Board(request, opened), "127.0.0.1", port)
            await opened
            boards[space].append(board)

    await asyncio.gather(*(open_one(number) for number in range(count)))
    return boards


@contextmanager
def one_process(name: str, servers: Servers, database: Database, folder: Path) -> Iterator[tuple[int, int]]:
    """The port and process id of `landbooking serve`, or of the bare app."""
    port, log = free_port(), folder / f"live-{name}.log"
    module = ["landbooking", "serve", "--port"] if name == "ours" else ["benchmarks.bare_live"]
    with process([*module, str(port)], environment(servers, database.url), log) as started:
        wait_for_port(port, started, log)
        yield port, started.pid


async def measure(name: str, servers: Servers, database: Database, folder: Path, count: int, bookings: int) -> Boards:
    connection = await asyncpg.connect(database.url)
    rows = await connection.fetch("SELECT id, space_id FROM resource ORDER BY id")
    await connection.close()
    space_of = {row["id"]: row["space_id"] for row in rows}
    spaces = sorted(set(space_of.values()))
    with one_process(name, servers, database, folder) as (port, pid):
        warm = await open_boards(port, spaces, AT_ONCE)  # what is imported and made once
        before = memory_mib(pid)
        boards = await open_boards(port, spaces, count)
        await asyncio.sleep(2)
        after = memory_mib(pid)
        result = Boards(
            name,
            count,
            len(spaces),
            *((later - earlier) * 1024 / count for earlier, later in zip(before, after, strict=True)),
        )
        if name == "ours":
            for space, few in warm.items():
                boards[space] += few
            used = processor_seconds([pid])
            await _book_and_listen(result, port, database, space_of, boards, bookings)
            result.cpu_ms = (processor_seconds([pid]) - used) / bookings * 1000
            await forget_bookings(database)
        for each in boards.values():
            for board in each:
                board.transport.close()
    return result


async def _book_and_listen(
    result: Boards, port: int, database: Database, space_of: dict[int, int], boards: dict[int, list[Board]], number: int
) -> None:
    """One booking after the other, each until all boards of its space have heard of it."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    booked, heard, last = [], [], []
    for desk, period in random.sample(database.slots, number):
        looking = boards[space_of[desk]]
        body = msgspec.json.encode(
            {"resource_id": desk, "start": period.start.isoformat(), "end": period.end.isoformat()}
        )
        head = (
            f"POST /api/v1/bookings HTTP/1.1\r\nHost: board\r\nContent-Type: application/json\r\n"
            f"Authorization: Bearer {random.choice(database.tokens)}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        for board in looking:
            board.heard = 0.0
        sent = time.perf_counter()
        writer.write(head.encode() + body)
        answer = await reader.readuntil(b"\r\n\r\n")
        booked.append(time.perf_counter() - sent)
        assert answer.startswith(b"HTTP/1.1 201"), answer
        await reader.readexactly(int(answer.lower().partition(b"content-length: ")[2].split(b"\r\n")[0]))
        while not all(board.heard for board in looking):  # noqa: ASYNC110 thousands would set an event
            await asyncio.sleep(0.005)
        delays = [board.heard - sent for board in looking]
        heard += delays
        last.append(max(delays))
        await asyncio.sleep(0.15)  # longer than the hub keeps changes of one space together
    heard.sort()
    result.booked_p50 = median(booked) * 1000
    result.heard_p50 = heard[len(heard) // 2] * 1000
    result.heard_p99 = heard[len(heard) * 99 // 100] * 1000
    result.all_heard = median(last) * 1000
    writer.close()


# ---- what telling costs a booking in the database ----

NOTIFY = """
CREATE FUNCTION notify_booked_spaces() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    number int;
BEGIN
    FOR number IN SELECT DISTINCT space_id FROM resource WHERE id IN (SELECT resource_id FROM changed) LOOP
        PERFORM pg_notify('changes', number::text);
    END LOOP;
    RETURN NULL;
END $$;
CREATE TRIGGER notify_of_new AFTER INSERT ON booking
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION notify_booked_spaces();
ALTER TABLE booking DISABLE TRIGGER notify_of_new;
"""
CLIENTS = 8


async def measure_telling(database: Database, rounds: int, each: int) -> dict[str, float]:
    """Inserted and committed bookings a second by 8 clients: median of the rounds, each of all three in turn."""
    pool = await asyncpg.create_pool(database.url, min_size=CLIENTS, max_size=CLIENTS)
    person = await pool.fetchval("SELECT min(id) FROM person")
    await pool.execute(NOTIFY)
    rates: dict[str, list[float]] = {"nobody": [], "a notice": [], "NOTIFY": []}
    for _round in range(rounds):
        for how, (told, notified) in {
            "nobody": ("DISABLE", "DISABLE"),
            "a notice": ("ENABLE", "DISABLE"),
            "NOTIFY": ("DISABLE", "ENABLE"),
        }.items():
            await pool.execute(f"ALTER TABLE booking {told} TRIGGER tell_of_new, {notified} TRIGGER notify_of_new")
            slots = iter(random.sample(database.slots, each))

            async def insert(slots: Iterator[tuple[int, object]] = slots) -> None:
                async with pool.acquire() as connection:
                    for desk, period in slots:
                        await connection.execute(
                            "INSERT INTO booking (resource_id, person_id, period, blocked) VALUES ($1, $2, $3, $3)",
                            desk,
                            person,
                            period.range,  # type: ignore[attr-defined]
                        )

            newest = await pool.fetchval("SELECT max(id) FROM booking")
            began = time.perf_counter()
            await asyncio.gather(*(insert() for _ in range(CLIENTS)))
            rates[how].append(each / (time.perf_counter() - began))
            await pool.execute("DELETE FROM booking WHERE id > $1", newest)
    await pool.execute("DROP FUNCTION notify_booked_spaces CASCADE")
    await pool.execute("ALTER TABLE booking ENABLE TRIGGER tell_of_new")
    await pool.close()
    return {how: median(each) for how, each in rates.items()}


async def run(
    counts: list[int], bookings: int, servers: Servers, folder: Path
) -> tuple[list[Boards], dict[str, float]]:
    database = await make_database(servers.database_url, 1000, 4000)
    measured = []
    for count in counts:
        for name in ("bare", "ours"):
            print(f"{count:,} boards, {name} …", file=sys.stderr, flush=True)
            measured.append(await measure(name, servers, database, folder, count, bookings))
    print("Telling …", file=sys.stderr, flush=True)
    return measured, await measure_telling(database, rounds=5, each=1500)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.live")
    parser.add_argument("--boards", default="1000,10000")
    parser.add_argument("--bookings", type=int, default=60)
    parser.add_argument("--json", type=Path, metavar="FILE")
    arguments = parser.parse_args()
    counts = [int(count) for count in arguments.boards.split(",")]
    with tempfile.TemporaryDirectory(prefix="landbooking-live-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        with servers_in(folder) as servers:
            measured, telling = asyncio.run(run(counts, arguments.bookings, servers, folder))
    if arguments.json:
        arguments.json.write_bytes(msgspec.json.encode({"boards": measured, "telling": telling}))
    for one in measured:
        memory = f"{one.resident:.1f} KiB resident, {one.proportional:.1f} KiB shared out a board"
        print(f"{one.contender}, {one.boards:,} boards of {one.spaces} spaces: {memory}")
        if one.booked_p50:
            print(
                f"  from sending a booking: answered {one.booked_p50:.0f} ms; heard p50 {one.heard_p50:.0f} ms, "
                f"p99 {one.heard_p99:.0f} ms, by all of its space {one.all_heard:.0f} ms; "
                f"{one.cpu_ms:.1f} ms of processor a booking with all that hear of it"
            )
    for how, rate in telling.items():
        print(f"bookings inserted by {CLIENTS} clients, telling by {how}: {rate:,.0f}/s")


if __name__ == "__main__":
    main()
