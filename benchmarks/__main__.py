"""python -m benchmarks [--quick] [--rounds N] [--seconds S] [--json FILE]: measures, and prints a table."""

import argparse
import asyncio
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import msgspec

from benchmarks import data, report
from benchmarks.contenders import Contender, environment, processor_seconds, running
from benchmarks.data import Database, forget_bookings, make_database
from benchmarks.free import measure_free
from benchmarks.load import Job, Result
from benchmarks.memory import measure_memory
from benchmarks.release import measure_release
from benchmarks.report import Figures, Run
from benchmarks.series import measure_series
from benchmarks.transaction import run_pgbench, script
from landbooking.embedded import PostgresServer, Servers, ValkeyServer, server_addresses
from landbooking.period import Period

CLIENTS = 16
RUSH = 200  # people who want one slot


class Plan(msgspec.Struct, frozen=True):
    rounds: int
    seconds: float
    sizes: tuple[int, ...]
    slots: int
    resources: int  # of the search for what is free
    searches: int


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("--quick", action="store_true", help="a smoke run of some seconds; its times say nothing")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=3.0, help="of each measurement")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every single measurement there")
    arguments = parser.parse_args()
    if arguments.quick:
        plan = Plan(rounds=1, seconds=0.3, sizes=(1000,), slots=1500, resources=2000, searches=20)
    else:
        slots = int(arguments.seconds * 8000) + 1000
        plan = Plan(arguments.rounds, arguments.seconds, (1000, 1_000_000), slots, resources=10_000, searches=1000)
    with tempfile.TemporaryDirectory(prefix="landbooking-benchmark-") as name:
        folder = Path(name)
        folder.chmod(0o711)  # PostgreSQL's own account passes through, and sees nothing
        with servers_in(folder) as servers:
            figures = asyncio.run(measure(plan, servers, folder))
    if arguments.json:
        arguments.json.write_bytes(msgspec.json.format(msgspec.json.encode(figures)))
    print(report.table(figures))


@contextmanager
def servers_in(folder: Path) -> Iterator[Servers]:
    """As the demo's, with every write to disk; only more connections, since two sizes and two contenders share them."""
    postgres, valkey = PostgresServer(folder, {"max_connections": "200"}), ValkeyServer(folder)
    try:
        postgres.start()
        postgres.create_database("landbooking")
        valkey.start()
        yield server_addresses(folder)
    finally:
        valkey.stop()
        postgres.stop()


async def measure(plan: Plan, servers: Servers, folder: Path) -> Figures:
    """Every contender in turn, round after round, so that whatever else the machine does hits all alike."""
    figures = Figures()
    databases = []
    for size in plan.sizes:
        _say(f"Making {size:,} bookings …")
        databases.append(await make_database(servers.database_url, size, plan.slots))
    scripts = {
        database.size: await script(database.url, database.tokens[-1], *_large(database)) for database in databases
    }
    with ExitStack() as stack:
        contenders = [
            (database, stack.enter_context(running(name, environment(servers, database.url), folder / f"{name}.log")))
            for database in databases
            for name in ("bare", "ours")
        ]
        for number in range(-1, plan.rounds):  # the first warms up and is not counted
            _say(f"Round {number + 1} of {plan.rounds} …" if number >= 0 else "Warming up …")
            runs = []
            for kind in ("bookings", "pages", "searches", "rush"):
                runs += [
                    await _load(kind, contender, database, plan.seconds, number + 1)
                    for database, contender in contenders
                    if (kind, contender.name) != ("searches", "bare")
                ]
            for database in databases:
                text, mails = scripts[database.size]
                for clients in (8, 32):
                    rate = run_pgbench(database.url, text, mails, folder, clients, plan.seconds)
                    runs.append(Run(f"pgbench {clients}", "pgbench", database.size, rate, 0, 0, 0, 0, {}))
                    await forget_bookings(database)
            if number >= 0:
                figures.runs += runs
        for database, contender in contenders:
            if contender.name == "ours":
                figures.series[database.size] = await measure_series(contender, database, plan.rounds)
                figures.release[database.size] = await measure_release(contender, database, plan.rounds)
        ours = next(contender for _, contender in contenders if contender.name == "ours")
        figures.memory = await measure_memory(ours, databases[0], servers, folder)
    _say(f"Searching {plan.resources:,} resources …")
    figures.free[plan.resources] = await measure_free(servers.database_url, plan.resources, plan.searches)
    return figures


def _large(database: Database) -> tuple[int, Period]:
    return next((desk, period) for desk, period in database.slots if desk > 200)


async def _load(kind: str, contender: Contender, database: Database, seconds: float, number: int) -> Run:
    requests = _requests(kind, contender.name, database, number)
    at_once = kind == "rush"
    job = Job(contender.ports, RUSH if at_once else CLIENTS, requests, None if at_once else seconds)
    before = processor_seconds(contender.pids)
    result = await asyncio.to_thread(_run_load, job)
    used = processor_seconds(contender.pids) - before
    answered = len(result.latencies)
    if kind in ("bookings", "rush"):
        booked, mails = await forget_bookings(database)
        assert booked == result.statuses.get("201", 0), f"{booked} bookings for {result.statuses}"
        assert contender.name == "bare" or mails >= booked, f"{mails} mails for {booked} bookings"
    return Run(
        kind=kind,
        contender=contender.name,
        size=database.size,
        rate=result.statuses.get("201" if kind == "bookings" else "200", 0) / result.seconds,
        p50=result.latencies[answered // 2],
        p99=result.latencies[min(answered - 1, answered * 99 // 100)],
        seconds=result.seconds,
        processor_ms=used / answered * 1000,
        statuses=result.statuses,
        generator=result.cpu,
    )


def _requests(kind: str, contender: str, database: Database, number: int) -> list[str]:
    match kind:
        case "bookings":
            return data.bookings(database, contender)
        case "pages":
            return data.pages(contender)
        case "searches":
            return data.searches()
        case _:
            return data.rush(database, contender, number, RUSH)


def _run_load(job: Job) -> Result:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.load"],
        input=msgspec.json.encode(job),
        stdout=subprocess.PIPE,
        check=True,
        cwd=Path(__file__).parents[1],
    )
    return msgspec.json.decode(done.stdout, type=Result)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
