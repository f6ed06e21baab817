"""Offering a ride: what it must be, and how it is stored."""

from datetime import date, timedelta
from typing import Any, ClassVar

import msgspec
from asyncpg import CheckViolationError, Range

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.errors import Forbidden, Refusal
from landbooking.language import format_cents
from landbooking.language import gettext as _
from landbooking.rides.cells import catchment
from landbooking.rides.money import cents_per_km, highest_share
from landbooking.rides.organisations import organisations_managed
from landbooking.rides.place import Gazetteer, Place
from landbooking.rides.ride import Carried, ExactPlace, Ride, ride_by_id
from landbooking.rides.timetable import Days
from landbooking.rides.way import Milestone, Point, Way, positions

SHORTEST_M = 1000  # journey planners drop less, and it is a walk


class OfferRefused(Refusal):
    """There is no ride of this shape; `field` is to be changed."""

    status: ClassVar[int] = 422
    code: ClassVar[str] = "offer"

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field

    @property
    def fields(self) -> dict[str, str]:
        return {self.field: self.message}


class PlannedStop(msgspec.Struct, frozen=True):
    """`place` is what everybody sees."""

    place: Place
    exact: ExactPlace | None = None


def planned_stop(places: Gazetteer, where: str | Point, told: str = "") -> PlannedStop:
    """At the place of that label, or at a point for which everybody sees the place nearest to it.

    `told` says in words where exactly. Raises UnknownPlace.
    """
    if isinstance(where, Point):
        return PlannedStop(places.nearest(where), ExactPlace(told, *where))
    return PlannedStop(places.named(where), ExactPlace(told) if told else None)


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """One direction as its driver plans it; `way` leads through the stops in their order."""

    stops: tuple[PlannedStop, ...]
    way: Way
    days: Days
    departs: tuple[int | None, ...]
    not_on_holidays: bool = False
    only_school_days: bool = False
    seats: int = 1
    flexible_minutes: int = 0
    detour_minutes: int = 10
    instant: bool = False
    share_cents: int = 0
    carries: tuple[Carried, ...] = ()
    women_only: bool = False
    note: str = ""
    organisation_id: int | None = None

    @property
    def milestones(self) -> list[Milestone]:
        """The stops along the way."""
        points = [stop.place.point for stop in self.stops]
        return [
            Milestone(*point, spot.metres, spot.seconds)
            for point, spot in zip(points, positions(self.way, points), strict=True)
        ]


async def offer_ride(connection: Connection, driver: Person, offer: Offer, outward_id: int | None = None) -> Ride:
    """Published at once. `outward_id` is the way there of which this is the way back.

    In an organisation's name by who manages it; then the rota says who drives. Raises OfferRefused, Forbidden.
    """
    if offer.organisation_id is not None:
        await _check_manages(connection, driver, offer.organisation_id)
    await check_offer(connection, offer)
    values = columns_of(offer) | {
        "driver_id": None if offer.organisation_id else driver.id,
        "organisation_id": offer.organisation_id,
        "outward_id": outward_id,
    }
    names, places = ", ".join(values), ", ".join(f"${number}" for number in range(2, len(values) + 2))
    try:
        ride_id: int = await connection.fetchval(
            f"""INSERT INTO ride (district_id, {names})
                SELECT district_id, {places} FROM municipality WHERE id = $1 RETURNING id""",  # noqa: S608 our own names
            offer.stops[0].place.municipality_id,
            *values.values(),
        )
    except CheckViolationError as violation:
        raise _refused(violation) from None
    await store_stops(connection, ride_id, offer)
    return await ride_by_id(connection, ride_id)


async def _check_manages(connection: Connection, person: Person, organisation_id: int) -> None:
    if all(one.id != organisation_id for one in await organisations_managed(connection, person)):
        raise Forbidden


async def check_offer(connection: Connection, offer: Offer) -> None:
    """Raises OfferRefused for the first thing that is wrong with it."""
    if len(offer.stops) < 2 or offer.way.metres < SHORTEST_M:
        raise OfferRefused("to", _("Start und Ziel müssen mindestens einen Kilometer auseinanderliegen."))
    if all(minutes is None for minutes in offer.departs):
        raise OfferRefused("weekdays", _("Bitte wählen Sie mindestens einen Tag."))
    if offer.days.last is not None and offer.days.last < offer.days.first:
        raise OfferRefused("last_day", _("Der letzte Tag muss nach dem ersten liegen."))
    most = highest_share(await cents_per_km(connection, offer.days.first), offer.way.metres, offer.seats)
    if offer.share_cents > most:
        raise OfferRefused(
            "share",
            _("Höchstens %(most)s je Person: Alle Mitfahrenden zusammen dürfen nicht mehr geben, als die Fahrt kostet.")
            % {"most": format_cents(most)},
        )


def columns_of(offer: Offer) -> dict[str, Any]:
    """What stands in the ride's row."""
    after = None if offer.days.last is None else offer.days.last + timedelta(days=1)
    days: Range[date] = Range(offer.days.first, after)
    return {
        "days": days,
        "departs": list(offer.departs),
        "not_on_holidays": offer.not_on_holidays,
        "only_school_days": offer.only_school_days,
        "seats": offer.seats,
        "flexible_minutes": offer.flexible_minutes,
        "detour_minutes": offer.detour_minutes,
        "instant": offer.instant,
        "share_cents": offer.share_cents,
        "carries": list(offer.carries),
        "women_only": offer.women_only,
        "note": offer.note,
        "way": [list(milestone) for milestone in offer.way.milestones],
        "way_m": int(offer.way.metres),
        "way_s": max(1, int(offer.way.seconds)),
        "routed_by": offer.way.routed_by,
        "cells": catchment(offer.way, offer.milestones, offer.detour_minutes * 60),
    }


async def store_stops(connection: Connection, ride_id: int, offer: Offer) -> None:
    await connection.executemany(
        """INSERT INTO ride_stop (ride_id, position, municipality_id, meeting_point_id, exact_place, exact_lat,
                                  exact_lon, at_m, at_s)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)""",
        [
            (
                ride_id,
                number,
                stop.place.municipality_id,
                stop.place.meeting_point_id,
                stop.exact.text if stop.exact else "",
                stop.exact.lat if stop.exact else None,
                stop.exact.lon if stop.exact else None,
                int(at.metres),
                max(1, int(at.seconds)) if number else 0,
            )
            for number, (stop, at) in enumerate(zip(offer.stops, offer.milestones, strict=True))
        ],
    )


def _refused(violation: CheckViolationError) -> Refusal:
    """The database's word for what a rule above should have caught: the allowance may have changed meanwhile."""
    if violation.constraint_name == "ride_shares":
        return OfferRefused("share", _("So viel dürfen die Mitfahrenden zusammen nicht geben."))
    raise violation
