"""schemathesis reads the description and tries the running server with all that it allows, and all that it doesn't."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import asyncpg
import httpx

from conftest import cloned_database
from landbooking.database import prepare_connection
from support.people import bearer, make_person
from support.people import settings as settings_for
from support.rides import make_ride, make_road, tomorrow
from support.seats import ask
from support.servers import serving
from support.spaces import day_after, make_booking, make_desk, make_series, make_space, open_daily, period_on

# Two checks don't fit. Rules of a space, reused keys and forged cursors refuse what no schema can forbid; and
# Litestar's own answer to OPTIONS names the methods of one handler only (its 405 names all).
# One worker: hypothesis parses its own lambdas, and CPython 3.11's parser loses count when two threads do that at once.
OPTIONS = [
    "--checks=all", "--exclude-checks=positive_data_acceptance,allow_header_conformance",
    "--phases=examples,coverage,fuzzing", "--max-examples=4", "--no-shrink",
    "--generation-deterministic", "--workers=1", "--continue-on-failure",
    "--warnings=off", "--no-color", "--suppress-health-check=all", "--request-timeout=10",
]  # fmt: skip


async def test_the_whole_api_keeps_what_its_description_promises(redis_url: str, tmp_path: Path) -> None:
    async with cloned_database() as url:
        token, known = await _filled(url)
        async with serving(settings_for(url, redis_url)) as web:
            async with httpx.AsyncClient(base_url=web.url) as client:
                description = (await client.get("/api/v1/openapi.json")).json()
            _give_examples(description, known)
            file = tmp_path / "openapi.json"
            file.write_text(json.dumps(description))
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-c",
                "from schemathesis.cli import schemathesis; schemathesis()",
                "run",
                str(file),
                f"--url={web.url}",
                f"--header=Authorization:{token}",
                *OPTIONS,
                cwd=tmp_path,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
            )
            output, _ = await process.communicate()
    assert process.returncode == 0, output.decode()[-20_000:]


async def _filled(url: str) -> tuple[str, dict[str, Any]]:
    """A space with desks and a person's booking; her token, and values with which requests succeed."""
    connection = await asyncpg.connect(url, server_settings={"timezone": "UTC"})
    await prepare_connection(connection)
    try:
        space_id = await make_space(connection)
        await open_daily(connection, space_id)
        desks = [await make_desk(connection, space_id, f"Tisch {number}") for number in range(1, 5)]
        person = await make_person(connection, "anwohnerin@example.org")
        booking_id = await make_booking(connection, person, desks[0], period_on(day_after(3)))
        period = period_on(day_after(5))
        series_id, dated_id = await make_series(connection, person, desks[0], period_on(day_after(4)))
        series = {
            "resource_id": desks[2],
            "repeats": "daily",
            "first": f"{day_after(6)}",
            "start": "09:00",
            "end": "12:00",
            "count": 2,
            "choices": [{"date": f"{day_after(number)}"} for number in (6, 7)],
        }
        dated = {"booking_id": dated_id, "scope": "all"}
        road = await make_road(connection)
        driver = await make_person(connection, "fahrerin@example.org")
        ride = await make_ride(connection, driver, road, "Adorf", "Dedorf", seats=8)
        asked = await ask(connection, person, await make_ride(connection, driver, road, "Adorf", "Dedorf"), road)
        adorf, dedorf = (road.places.named(name).municipality_id for name in ("Adorf", "Dedorf"))
        stops = {"pick_up": {"municipality_id": adorf}, "drop_off": {"municipality_id": dedorf}}
        known = {
            "space_id": space_id,
            "booking_id": booking_id,
            "series_id": series_id,
            "start": period.start.isoformat(),
            "end": period.end.isoformat(),
            "period": {"resource_id": desks[1], "start": period.start.isoformat(), "end": period.end.isoformat()},
            "/api/v1/series": series,
            "/api/v1/series/preview": series,
            "/api/v1/series/{series_id}/move": {**dated, "start": "13:00", "end": "14:00"},
            "/api/v1/series/{series_id}/cancellation": dated,
            "ride_id": ride.id,
            "seat_id": asked.id,
            "/api/v1/rides/{ride_id}/seat-requests": {"day": f"{tomorrow()}", **stops},
            **{f"/api/v1/seat-requests/{{seat_id}}/{verb}": {} for verb in ("acceptance", "refusal", "cancellation")},
            "/api/v1/seat-requests/{seat_id}/feedback": {"ridden": True},
            "near": "49.538,7.404",
            "municipality": "07336055",
            "date": str(day_after(5)),
        }
        return (await bearer(connection, person))["Authorization"], known
    finally:
        await connection.close()


def _give_examples(description: dict[str, Any], known: dict[str, Any]) -> None:
    """What only this database knows, so that requests reach their verbs and not just the refusals before them."""
    for path, item in description["paths"].items():
        for operation in item.values():
            for parameter in operation.get("parameters", []):
                if parameter["name"] in known:
                    parameter["example"] = known[parameter["name"]]
            if body := operation.get("requestBody"):
                body["content"]["application/json"]["example"] = known[path] if path in known else known["period"]
