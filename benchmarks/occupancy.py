"""Statistics over very many bookings: a host's page of a year, and a district's, with the year before.

The app's own functions on one connection of its own pool; a statement's time is from sending it to its last row, as the
driver tells it, "report" the whole way from asking to the figures, without drawing the page.
"""

import argparse
import asyncio
import json
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any

import asyncpg

from landbooking.database import Connection, create_pool, prepare_connection
from landbooking.demo.sample import make_sample
from landbooking.embedded import PostgresServer
from landbooking.migrate import migrate
from landbooking.spaces.statistics.report import Report, report_of_district, report_of_space, zone_of_district
from landbooking.spaces.statistics.span import Span, last_whole


def main() -> None:
    arguments = _arguments()
    with tempfile.TemporaryDirectory(prefix="landbooking-bench-") as folder:
        Path(folder).chmod(0o755)
        server = PostgresServer(Path(folder), {})
        server.start()
        try:
            found = asyncio.run(_measure(server.url(), arguments.bookings, arguments.rounds))
        finally:
            server.stop()
    print(f"{arguments.bookings:,} bookings, {found['in_the_year']:,} of them in the year that is asked for\n")
    print("| report | in the database, p50 / p99 | from asking to the figures, p50 / p99 |")
    print("|---|---|---|")
    for name, times in found["reports"].items():
        print(f"| {name} | {_both(times['database'])} | {_both(times['report'])} |")
    if arguments.json:
        arguments.json.write_text(json.dumps(found))


def _both(times: list[float]) -> str:
    ordered = sorted(times)
    return f"{ordered[len(ordered) // 2]:,.0f} / {ordered[min(len(ordered) - 1, len(ordered) * 99 // 100)]:,.0f} ms"


async def _measure(url: str, bookings: int, rounds: int) -> dict[str, Any]:
    connection = await asyncpg.connect(url, server_settings={"timezone": "UTC"})
    await prepare_connection(connection)
    await migrate(connection)
    await make_sample(connection, bookings)
    await connection.execute("VACUUM ANALYZE")
    await connection.close()
    async with await create_pool(url, 1) as pool, pool.acquire() as one:
        return await _ask(one, rounds)


async def _ask(connection: Connection, rounds: int) -> dict[str, Any]:
    district_id = await connection.fetchval("SELECT id FROM district")
    space_id = await connection.fetchval("SELECT max(id) FROM space")
    zone = await zone_of_district(connection, district_id)
    month = last_whole(1, zone)
    year = Span(date(month.after.year - 1, month.after.month, 1), month.after)  # the twelve months that are over
    spans = {"a month": month, "a quarter": last_whole(3, zone), "twelve months": year}
    found: dict[str, dict[str, list[float]]] = {}
    for name, span in spans.items():
        for whose in ("host", "district"):
            times: dict[str, list[float]] = {"database": [], "report": []}
            for number in range(rounds + 1):
                said: list[float] = []
                begun = time.perf_counter()
                with connection.query_logger(lambda record, said=said: said.append(record.elapsed * 1000)):
                    report = await (
                        report_of_space(connection, space_id, span, zone)
                        if whose == "host"
                        else report_of_district(connection, district_id, span, zone)
                    )
                    took = (time.perf_counter() - begun) * 1000
                    await asyncio.sleep(0)  # asyncpg tells of a statement a turn of the loop later
                _check(report)
                if number:  # the first one warms up
                    times["database"].append(sum(said))
                    times["report"].append(took)
            found[f"{whose}, {name}"] = times
    counted = await connection.fetchval(
        "SELECT count(*) FROM booking WHERE lower(period) >= $1 AND lower(period) < $2", *year.period(zone)
    )
    return {"reports": found, "in_the_year": counted}


def _check(report: Report) -> None:
    """Ends the run where nothing would be measured."""
    if not (report.figures.total.booked and report.figures.bookings.bookings):
        raise SystemExit("So few bookings leave the last month empty. Please take more: --bookings 100000")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bookings", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--json", type=Path)
    return parser.parse_args()


if __name__ == "__main__":
    main()
