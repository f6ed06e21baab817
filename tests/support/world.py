"""A small world for tests that walk the whole app: a space with desks, its people, and one row of everything."""

import re
from functools import cache
from typing import Any, NamedTuple

import httpx

from landbooking.accounts.person import Person, person_by_id
from landbooking.database import Connection
from landbooking.period import Period
from landbooking.rides.journey import Journey
from landbooking.rides.offering import Offer, PlannedStop, offer_ride
from landbooking.rides.place import gazetteer
from landbooking.rides.routing import beeline
from landbooking.rides.timetable import Days
from landbooking.rides.wishes import leave_wish
from landbooking.spaces.guests.booking import book_for_guest
from landbooking.spaces.plans.plan import Element, Floor
from landbooking.spaces.plans.plans import save_plan
from landbooking.spaces.space import space_by_id
from landbooking.spaces.tariffs.prices import offer_cards, set_tariff
from landbooking.spaces.tariffs.sales import sell_card
from landbooking.spaces.tariffs.tariff import Tariff
from support.applications import make_applied
from support.internships import make_member
from support.people import litestar, make_person, settings
from support.seats import make_riding
from support.spaces import (
    day_after,
    make_booking,
    make_desk,
    make_district,
    make_host,
    make_series,
    make_space,
    open_daily,
    period_on,
)
from support.waiting import make_wish


class World(NamedTuple):
    """`owner` has the booking, and may do everything: hosts the space and works for its district."""

    space_id: int
    desk: int
    other_desk: int
    owner: Person
    booking_id: int
    period: Period
    ids: dict[str, int | str]


async def make_world(connection: Connection) -> World:
    space_id = await make_space(connection)
    await open_daily(connection, space_id)
    desk = await make_desk(connection, space_id, "Tisch 1", pool="Tisch")
    other_desk = await make_desk(connection, space_id, "Tisch 2")
    district_id = await make_district(connection)
    owner = await make_person(connection, "alle-rollen@example.org", role="staff", district_id=district_id)
    owner = await make_host(connection, owner, space_id)
    helper = await make_person(connection, "helfer@example.org")
    await make_host(connection, helper, space_id)
    period = period_on(day_after(5))
    booking_id = await make_booking(connection, owner, desk, period)
    guest = await book_for_guest(connection, owner, other_desk, period, "Nachbarin", "06381 123")
    series_id, dated_id = await make_series(connection, owner, desk, period_on(day_after(9)))
    await set_tariff(connection, space_id, Tariff(month_cents=9000))
    await offer_cards(connection, district_id, 10, 8000)
    ids: dict[str, int | str] = {
        "card_id": await sell_card(connection, owner, await space_by_id(connection, space_id), owner.email),
        "guest_booking_id": guest.id,
        "series_id": series_id,
        "dated_id": dated_id,
        "district_id": district_id,
        "space_id": space_id,
        "resource_id": desk,
        "booking_id": booking_id,
        "person_id": helper.id,
        "day": f"{day_after(5)}",
        "kind": "desk",
        "name": "no-such-feed.ics",
        "ags": "07336055",
        "token": "no-such-link",
        "file_path": "css/base.css",
        "path": "elsewhere",
    }
    rows = {
        "closure_id": "INSERT INTO closure (space_id, days) VALUES ($1, '[2090-01-01,2090-01-02)') RETURNING id",
        "blackout_id": "INSERT INTO blackout (space_id, period) VALUES ($1, '[2090-01-01,2090-01-02)') RETURNING id",
        "photo_id": """INSERT INTO space_photo (space_id, alt, width, height, jpeg)
                       VALUES ($1, 'Raum', 1, 1, '') RETURNING id""",
    }
    for name, statement in rows.items():
        ids[name] = await connection.fetchval(statement, space_id)
    place = Element("place", 0, 0, 14, 12, resource_id=desk)
    await save_plan(connection, space_id, (Floor("Erdgeschoss", 120, 80, (place,)),), None)
    ids["number"] = "5f0c2f7e-6c0f-4f2e-9f43-1d9f2a6b1c11"  # of a booking that another operator never made
    ids |= await make_rides(connection, owner, space_id)
    ids |= await make_applied(connection, owner, space_id)
    await make_member(connection, int(ids["company_id"]), helper, "mentor")
    ids["vehicle_id"] = await make_desk(connection, space_id, "Lastenrad", kind="vehicle")
    ids |= await make_riding(connection, owner, helper)
    ids["saved_search_id"] = await connection.fetchval(
        "INSERT INTO saved_search (person_id, asked) VALUES ($1, '{}') RETURNING id", owner.id
    )
    ids["task_id"] = await connection.fetchval(
        "INSERT INTO placement_task (placement_id, week, text) VALUES ($1, 1, 'Da') RETURNING id", ids["placement_id"]
    )
    ids["code"] = await connection.fetchval("SELECT code FROM resource WHERE id = $1", desk)
    ids["wish_id"] = await make_wish(connection, owner, period, space_id)
    for name, table in (("session_id", "session"), ("token_id", "api_token")):
        columns, values = {
            "session": ("token_hash, person_id, device, expires_at", "'a', $1, 'Test', now() + interval '1 day'"),
            "api_token": ("token_hash, person_id, label", "'a', $1, 'Test'"),
        }[table]
        statement = f"INSERT INTO {table} ({columns}) VALUES ({values}) RETURNING id"  # noqa: S608 written by tests
        ids[name] = await connection.fetchval(statement, owner.id)
    return World(space_id, desk, other_desk, await person_by_id(connection, owner.id), booking_id, period, ids)


async def make_rides(connection: Connection, owner: Person, space_id: int) -> dict[str, int | str]:
    """A ride between two villages of the district, a wish and a meeting point."""
    here = await connection.fetchval("SELECT municipality_id FROM space WHERE id = $1", space_id)
    there = await connection.fetchval(
        """INSERT INTO municipality (district_id, ags, name, association, lat, lon, population)
           SELECT district_id, '07336999', 'Ferndorf', '', lat + 0.1, lon + 0.1, 300 FROM municipality WHERE id = $1
           RETURNING id""",
        here,
    )
    bench = await connection.fetchval(
        """INSERT INTO meeting_point (municipality_id, name, lat, lon)
           SELECT id, 'Mitfahrbank', lat, lon FROM municipality WHERE id = $1 RETURNING id""",
        there,
    )
    places = await gazetteer(connection)
    ends = places.municipality(here), places.municipality(there)
    offer = Offer(
        stops=tuple(PlannedStop(place) for place in ends),
        way=beeline([place.point for place in ends]),
        days=Days(day_after(1)),
        departs=(420,) * 7,
    )
    ride = await offer_ride(connection, owner, offer)
    journey = Journey(origin=ends[0], destination=ends[1], day=day_after(2), by_arrival=True, at=480)
    wish = await leave_wish(connection, owner, journey, Days(day_after(2)), [1, 2])
    return {"ride_id": ride.id, "ride_wish_id": wish, "meeting_point_id": bench}


def address(path: str, ids: dict[str, int | str]) -> str:
    """A route's path with its parameters filled in."""
    return re.sub(r"\{(\w+):\w+\}", lambda found: str(ids[found[1]]), path)


def routes_of(app: Any) -> list[tuple[str, str, Any]]:
    """Method, path and handler of every route that we registered; Litestar's own answers to OPTIONS aside."""
    return sorted(
        (
            (method, route.path, handler)
            for route in litestar(app).routes
            for handler, _context in route.route_handler_map.values()
            for method in handler.http_methods
            if method != "OPTIONS"
        ),
        key=lambda found: found[:2],
    )


@cache
def all_routes() -> list[tuple[str, str, Any]]:
    """Those of the whole app, for tests that answer none of them. Made once a process: it takes seconds."""
    from landbooking.app import create_app

    return routes_of(create_app(settings("postgresql://nowhere/none", "redis://nowhere")))


def app_of(client: httpx.AsyncClient) -> Any:
    """The app that an in-process client drives."""
    return client._transport.app  # type: ignore[attr-defined]
