"""Rides of the demo: offers between real villages, benches, two wishes, and two rides that are over."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from msgspec.structs import replace

from landbooking.accounts.person import Person, person_by_email
from landbooking.database import Connection
from landbooking.rides.journey import Journey
from landbooking.rides.matching import candidate_of, match_between
from landbooking.rides.money import cents_per_km, proposed_share
from landbooking.rides.offering import Offer, offer_ride, planned_stop
from landbooking.rides.place import Gazetteer, gazetteer
from landbooking.rides.point import typed_point
from landbooking.rides.routing import beeline
from landbooking.rides.timetable import Days, once, weekly
from landbooking.rides.wishes import leave_wish

# Name, municipality, north of its middle, east of it (degrees), lit, description.
BENCHES = [
    ("Mitfahrbank am Bahnhof", "Altenglan", 0.0008, 0.0012, True, "Vor dem Bahnhof, neben der Bushaltestelle."),
    ("Mitfahrbank am Marktplatz", "Lauterecken", -0.0006, 0.0009, True, "Unter der Linde."),
    ("Mitfahrbank am Dorfplatz", "Glan-Münchweiler", 0.0005, -0.0007, False, "Gegenüber der Kirche."),
]

# Who drives, where along, on which weekdays, when there, when back (minutes since midnight; None: not), seats, terms.
# The last one starts at a point in Ulmet, which only those learn who ride along.
OFFERS: list[tuple[str, list[str], Any, int, int | None, int, dict[str, Any]]] = [
    ("anwohner", ["Wolfstein", "Altenglan", "Kusel"], range(1, 6), 425, 990, 3, {"only_school_days": True}),
    ("anwohner", ["Kusel", "Glan-Münchweiler"], [6], 600, 720, 2, {"carries": ("luggage", "bicycle")}),
    ("gastgeberin", ["Lauterecken", "Wolfstein"], range(1, 6), 450, 1005, 2, {"not_on_holidays": True}),
    ("gastgeberin", ["Lauterecken", "Altenglan", "Kusel"], [2, 4], 510, 780, 4, {"instant": True}),
    ("kreis", ["Schönenberg-Kübelberg", "Glan-Münchweiler", "Kusel"], range(1, 6), 415, 985, 3, {"instant": True}),
    ("betrieb", ["Waldmohr", "Schönenberg-Kübelberg", "Kusel"], [1, 3, 5], 440, 1000, 1, {"carries": ("pets",)}),
    ("betrieb", ["Kusel", "Lauterecken"], [2], 1080, None, 3, {"note": "Zum Chor, fährt auch in den Ferien."}),
    ("anwohner", ["49.5871, 7.4512", "Kusel"], range(1, 6), 460, 1020, 2, {"detour_minutes": 15}),
]  # fmt: skip

# So many days ago gastgeberin drove from Lauterecken to Kusel and took helferin along; neither has said how it was.
RIDDEN = [3, 10]


async def add_rides(connection: Connection) -> None:
    await connection.executemany(
        """INSERT INTO meeting_point (municipality_id, name, description, lat, lon, lit, step_free)
           SELECT id, $1, $6, lat + $3, lon + $4, $5, true FROM municipality WHERE name = $2""",
        BENCHES,
    )
    places = await gazetteer(connection)
    for who, labels, weekdays, there, back, seats, terms in OFFERS:
        driver = await _person(connection, who)
        offer = await _offer(connection, places, labels, dict.fromkeys(weekdays, there), seats, terms)
        ride = await offer_ride(connection, driver, offer)
        if back is not None:
            offer = await _offer(connection, places, labels[::-1], dict.fromkeys(weekdays, back), seats, terms)
            await offer_ride(connection, driver, offer, ride.id)
    await _add_wishes(connection, places)
    for days in RIDDEN:
        await _add_ridden(connection, places, datetime.now(UTC).date() - timedelta(days=days))


async def _offer(
    connection: Connection,
    places: Gazetteer,
    labels: list[str],
    times: dict[int, int],
    seats: int,
    terms: dict[str, Any],
) -> Offer:
    stops = [planned_stop(places, typed_point(label) or label) for label in labels]
    way = beeline([stop.place.point for stop in stops])
    today = datetime.now(UTC).date()
    share = proposed_share(await cents_per_km(connection, today), way.metres, seats)
    return Offer(
        stops=tuple(stops),
        way=way,
        days=Days(today),
        departs=weekly(times),
        seats=seats,
        flexible_minutes=15,
        share_cents=share,
        **terms,
    )


async def _add_wishes(connection: Connection, places: Gazetteer) -> None:
    tomorrow = datetime.now(UTC).date() + timedelta(days=1)
    for who, origin, destination, at, weekdays in (
        ("anwohnerin", "Rammelsbach", "Kusel", 480, [1, 2, 3, 4, 5]),
        ("anwohnerin", "Kusel", "Lauterecken", 1110, [2]),
    ):
        journey = Journey(
            origin=places.named(origin), destination=places.named(destination), day=tomorrow, by_arrival=True, at=at
        )
        await leave_wish(connection, await _person(connection, who), journey, Days(tomorrow), weekdays)


async def _add_ridden(connection: Connection, places: Gazetteer, day: date) -> None:
    driver, rider = await _person(connection, "gastgeberin"), await _person(connection, "helferin")
    labels = ["Lauterecken", "Kusel"]
    days, departs = once(day, 510)
    offer = await _offer(connection, places, labels, {}, 2, {})
    ride = await offer_ride(connection, driver, replace(offer, days=days, departs=departs))
    start, end = (places.named(label) for label in labels)
    match = match_between(candidate_of(ride), Journey(origin=start, destination=end, day=day), [])
    assert match is not None  # noqa: S101 it runs on that day, from there to there
    await connection.execute(
        """INSERT INTO seat_request (ride_id, day, rider_id, asked_by, leg, from_stretch, to_stretch, period,
                                     pick_up_municipality, drop_off_municipality, share_cents, status, created_at)
           VALUES ($1, $2, $3, $3, int4range($4, $5), $6, $7, $8, $9, $10, $11, 'accepted', $12)""",
        ride.id, day, rider.id, match.from_m, match.to_m, *match.stretches, match.period.range,
        start.municipality_id, end.municipality_id, match.share_cents, match.pick_up_at - timedelta(days=1),
    )  # fmt: skip


async def _person(connection: Connection, name: str) -> Person:
    person = await person_by_email(connection, f"{name}@landbooking.example")
    assert person is not None  # noqa: S101 the demo has just made them
    return person
