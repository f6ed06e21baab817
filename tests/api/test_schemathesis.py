"""schemathesis reads the description and tries the running server with all that it allows, and all that it doesn't."""

import asyncio
import json
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
import httpx

from conftest import cloned_database
from landbooking.accounts.person import Person
from landbooking.database import Connection, prepare_connection
from landbooking.rides.fitting import SeatWish
from landbooking.rides.journey import Journey
from landbooking.rides.offering import offer_ride
from landbooking.rides.seats import Guest, book_for_guest
from landbooking.rides.timetable import Days
from landbooking.rides.wishes import leave_wish
from support.applications import make_applied
from support.people import bearer, make_person
from support.people import settings as settings_for
from support.presence import code_of
from support.rides import make_ride, make_road, plan, tomorrow
from support.seats import ask, make_organisation
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


OWN, COMPANY = "/api/v1/applications/{application_id}", "/api/v1/companies/{company_id}/applications/{application_id}"
APPLYING: dict[str, dict[str, Any]] = {
    "/api/v1/internships/{posting_id}/application": {"letter": "Guten Tag", "birthday": "2000-05-01"},
    f"{OWN}/acceptance": {},
    f"{OWN}/refusal": {},
    f"{OWN}/interview": {"time_id": 1},
    f"{OWN}/messages": {"text": "Guten Tag"},
    f"{COMPANY}/shortlisting": {},
    f"{COMPANY}/offer": {},
    f"{COMPANY}/decline": {"reason": "skills"},
    f"{COMPANY}/restoration": {},
    f"{COMPANY}/messages": {"text": "Guten Tag"},
    f"{COMPANY}/interview": {
        "times": [
            {"start": f"{day_after(3)}T{hour}:00:00+01:00", "end": f"{day_after(3)}T{hour}:30:00+01:00"}
            for hour in ("10", "11")
        ]
    },
}


PLAN = {
    "floors": [
        {
            "name": "Erdgeschoss",
            "width": 80,
            "height": 60,
            "elements": [
                {"kind": "room", "x": 2, "y": 2, "width": 76, "height": 56, "label": "Büro"},
                {"kind": "place", "x": 10, "y": 10, "width": 14, "height": 12, "rotation": 90, "resource_id": 1},
            ],
        }
    ],
    "version": 0,
}


async def test_the_whole_api_keeps_what_its_description_promises(redis_url: str, tmp_path: Path) -> None:
    async with cloned_database() as url:
        connection = await asyncpg.connect(url, server_settings={"timezone": "UTC"})
        await prepare_connection(connection)
        token, known = await _fill(connection)
        await connection.close()
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


async def test_the_examples_of_rides_reach_their_verbs(connection: Connection, client: httpx.AsyncClient) -> None:
    """Each of them succeeds, so that what is tried from there on gets further than "not found"."""
    token, known = await _fill(connection)
    description = (await client.get("/api/v1/openapi.json")).json()
    _give_examples(description, known)
    tried = 0
    for path, item in description["paths"].items():
        for method, operation in item.items():
            if "rides" not in operation["tags"]:
                continue
            given = {one["name"]: one["example"] for one in operation.get("parameters", []) if "example" in one}
            body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("example")
            answer = await client.request(
                method,
                path.format(**given),
                params={name: value for name, value in given.items() if f"{{{name}}}" not in path},
                json=body,
                headers={"Authorization": token},
            )
            assert answer.status_code < 300, (method, path, answer.text)
            tried += 1
    assert tried > 20


async def _fill(connection: Connection) -> tuple[str, dict[str, Any]]:
    """A space with desks and a person's booking; her token, and values with which requests succeed."""
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
    rides, of_rides = await _riding(connection, person, desks[3])
    known = {
        "space_id": space_id,
        "booking_id": booking_id,
        "series_id": series_id,
        "start": period.start.isoformat(),
        "end": period.end.isoformat(),
        "period": {"resource_id": desks[1], "start": period.start.isoformat(), "end": period.end.isoformat()},
        "/api/v1/spaces/{space_id}/plan": PLAN,
        "/api/v1/closures": {"space_ids": [space_id], "first": f"{day_after(20)}", "reason": "Kerwe"},
        "/api/v1/series": series,
        "/api/v1/series/preview": series,
        "/api/v1/series/{series_id}/move": {**dated, "start": "13:00", "end": "14:00"},
        "/api/v1/series/{series_id}/cancellation": dated,
        **rides,
        "of": {
            **of_rides,
            ("get", "/api/v1/here/{code}"): {"code": await code_of(connection, desks[1])},
        },
        **await make_applied(connection, person, space_id),
        **APPLYING,
        "near": "49.538,7.404",
        "municipality": "07336055",
        "date": str(day_after(5)),
    }
    return (await bearer(connection, person))["Authorization"], known


async def _riding(
    connection: Connection, person: Person, desk: int
) -> tuple[dict[str, Any], dict[tuple[str, str], dict[str, Any]]]:
    """Rides that she drives and others', seats to answer, to call off and to look back on, and an association of hers.

    What requests send, and parameters that are others for a method and path.
    """
    road = await make_road(connection)
    adorf, dedorf = (road.places.named(name).municipality_id for name in ("Adorf", "Dedorf"))
    driver = await make_person(connection, "fahrerin@example.org")
    daily: dict[str, Any] = {"days": Days(tomorrow()), "departs": (420,) * 7, "seats": 8}
    own = await make_ride(connection, person, road, "Adorf", "Dedorf", **daily)
    changed = await make_ride(connection, person, road, "Adorf", "Dedorf", **daily)
    ended = await make_ride(connection, person, road, "Adorf", "Dedorf", **daily)
    others = await make_ride(connection, driver, road, "Adorf", "Dedorf", instant=True, **daily)
    turned = plan(road, "Dedorf", "Adorf", instant=True, **daily)
    back = await offer_ride(connection, driver, turned, outward_id=others.id)
    accepted, refused = [
        await ask(connection, driver, own, road, day=tomorrow() + timedelta(days=number)) for number in (0, 1)
    ]
    cancelled = await ask(connection, person, others, road)
    ridden = await ask(connection, person, others, road, day=tomorrow() + timedelta(days=1))
    await connection.execute(
        "UPDATE seat_request SET day = day - 3, period = tstzrange(now() - interval '2 days', now() - interval '1 day')"
        " WHERE id = $1",
        ridden.id,
    )
    organisation_id, bus = await make_organisation(connection, person, road)
    wished = SeatWish(
        ride_id=bus.id, day=tomorrow(), start=road.places.named("Adorf"), destination=road.places.named("Dedorf")
    )
    guest = await book_for_guest(connection, person, wished, Guest("Frau Muster", "06381 1"))
    unwanted = await make_person(connection, "unerwuenscht@example.org")
    with_unwanted = await ask(connection, unwanted, own, road)
    journey = Journey(
        origin=road.places.named("Adorf"),
        destination=road.places.named("Dedorf"),
        day=tomorrow(),
        by_arrival=True,
        at=480,
    )
    wish_id = await leave_wish(connection, person, journey, Days(tomorrow()), [1, 2])
    day, later = f"{tomorrow()}", f"{tomorrow() + timedelta(days=5)}"
    stops = {"pick_up": {"municipality_id": adorf}, "drop_off": {"municipality_id": dedorf}}
    both = {"pick_up": stops["drop_off"], "drop_off": stops["pick_up"]}
    ride = {"from": "Adorf", "to": "Dedorf", "first": day, "times": [{"weekday": 1, "at": 420}]}
    wish = {"from": "Adorf", "to": "Dedorf", "first": day, "weekdays": [1, 2], "at": 480}
    period = period_on(tomorrow() + timedelta(days=6))
    seat_on = {"day": f"{tomorrow() + timedelta(days=6)}"}
    root, seat_root = "/api/v1/rides/{ride_id}", "/api/v1/seat-requests/{seat_id}"
    association = "/api/v1/ride-organisations/{organisation_id}"
    bodies = {
        "ride_id": own.id,
        "seat_id": cancelled.id,
        "meeting_point_id": road.bench,
        "ride_wish_id": wish_id,
        "from": "Adorf",
        "to": "Dedorf",
        "day": day,
        "/api/v1/rides": {**ride, "organisation_id": organisation_id},
        f"{root}/change": ride,
        f"{root}/exceptions": {"day": day, "at": 480},
        f"{root}/pauses": {"first": later, "last": later},
        f"{root}/pauses/removal": {"first": later},
        f"{root}/end": {},
        f"{root}/seat-requests": {"day": later, **stops},
        "/api/v1/seat-requests": {
            "ride_id": others.id,
            "days": [f"{tomorrow() + timedelta(days=number)}" for number in (7, 8)],
            "with_return": True,
            **stops,
        },
        **{f"{seat_root}/{verb}": {} for verb in ("acceptance", "refusal", "cancellation")},
        f"{seat_root}/feedback": {"ridden": True},
        f"{seat_root}/report": {"text": "Zu spät"},
        "organisation_id": organisation_id,
        "person_id": unwanted.id,
        f"{association}/duties": {"ride_id": bus.id, "day": day, "person_id": person.id},
        f"{association}/bookings": {"ride_id": bus.id, "day": day, "name": "Herr Muster", **stops},
        f"{association}/bookings/{{seat_id}}/cancellation": {},
        "/api/v1/ride-profile": {"phone": "06381 1", "is_woman": True},
        "/api/v1/ride-profile/guardian": {"guardian_email": "mutter@example.org"},
        "/api/v1/meeting-points/{meeting_point_id}/calls": {"to": "Dedorf"},
        "/api/v1/ride-wishes": wish,
        "/api/v1/journeys": {
            "desk": {"resource_id": desk, "start": period.start.isoformat(), "end": period.end.isoformat()},
            "there": {"ride_id": others.id, **seat_on, **stops},
            "back": {"ride_id": back.id, **seat_on, **both},
        },
    }
    of_paths = {
        ("post", f"{root}/change"): {"ride_id": changed.id},
        ("post", f"{root}/exceptions"): {"ride_id": changed.id},
        ("post", f"{root}/pauses"): {"ride_id": changed.id},
        ("post", f"{root}/pauses/removal"): {"ride_id": changed.id},
        ("post", f"{root}/end"): {"ride_id": ended.id},
        ("post", f"{root}/seat-requests"): {"ride_id": others.id},
        ("post", f"{seat_root}/acceptance"): {"seat_id": accepted.id},
        ("post", f"{seat_root}/refusal"): {"seat_id": refused.id},
        ("post", f"{seat_root}/feedback"): {"seat_id": ridden.id},
        ("post", f"{seat_root}/block"): {"seat_id": with_unwanted.id},
        ("post", f"{association}/bookings/{{seat_id}}/cancellation"): {"seat_id": guest.id},
    }
    return bodies, of_paths


def _give_examples(description: dict[str, Any], known: dict[str, Any]) -> None:
    """What only this database knows, so that requests reach their verbs and not just the refusals before them."""
    for path, item in description["paths"].items():
        for method, operation in item.items():
            for parameter in operation.get("parameters", []):
                here = {**known, **known["of"].get((method, path), {})}
                if parameter["name"] in here:
                    parameter["example"] = here[parameter["name"]]
            if body := operation.get("requestBody", {}).get("content", {}).get("application/json"):
                body["example"] = known[path] if path in known else known["period"]
