"""Rides as Amarillo's carpools (mfdz/amarillo, models/Carpool.py): what it pulls, and what it is sent."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from landbooking.period import opening_instant
from landbooking.rides.exports.services import AGENCY, HORIZON, Service, clock, services_of
from landbooking.rides.ride import Ride, Stop

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MOST_EXCEPTIONS = 90


def carpools(ride: Ride, today: date, base_url: str) -> list[dict[str, Any]]:
    """One for each time of the day at which it leaves.

    A carpool knows weekdays and up to 90 exceptions, but neither a first nor a last day: where those are not enough,
    every run is a carpool of its own.
    """
    return [carpool for service in services_of(ride, today) for carpool in _carpools(service, today, base_url)]


def _carpools(service: Service, today: date, base_url: str) -> Iterator[dict[str, Any]]:
    if service.first == service.last:
        yield _carpool(service, service.id, service.first.isoformat(), base_url, today)
        return
    window = [today + timedelta(days=number) for number in range(HORIZON.days + 1)]
    removed = [day for day in window if day.isoweekday() in service.weekdays and not service.runs(day)]
    if len(removed) <= MOST_EXCEPTIONS:
        weekdays = [WEEKDAYS[weekday - 1] for weekday in service.weekdays]
        carpool = _carpool(service, service.id, weekdays, base_url, today)
        if removed:
            carpool["exceptionDates"] = [{"date": day.isoformat(), "exceptionType": "removed"} for day in removed]
        yield carpool
        return
    for day in service.days:
        yield _carpool(service, f"{service.id}-{day:%Y%m%d}", day.isoformat(), base_url, today)


def _carpool(service: Service, id_: str, days: str | list[str], base_url: str, today: date) -> dict[str, Any]:
    ride = service.ride
    return {
        "id": id_,
        "agency": AGENCY,
        "deeplink": f"{base_url}/rides/{ride.id}",
        "stops": [_stop(service, number, stop) for number, stop in enumerate(ride.stops)],
        "departureTime": clock(service.minutes)[:5],
        "departureDate": days,
        "path": {"type": "LineString", "coordinates": [[point.lon, point.lat] for point in ride.way.milestones]},
        "lastUpdated": _stands_since(ride, today).isoformat(timespec="seconds"),
    }


def _stop(service: Service, number: int, stop: Stop) -> dict[str, Any]:
    at = clock(service.minutes, stop.at_s)
    is_first, is_last = number == 0, number == len(service.ride.stops) - 1
    times = ({} if is_last else {"departureTime": at}) | ({} if is_first else {"arrivalTime": at})
    way = "only_pickup" if is_first else "only_dropoff" if is_last else "pickup_and_dropoff"
    return {
        "id": stop_id(stop),
        "name": stop.place.label,
        "lat": stop.place.lat,
        "lon": stop.place.lon,
        "pickup_dropoff": way,
        **times,
    }


def stop_id(stop: Stop) -> str:
    place = stop.place
    if place.meeting_point_id is not None:
        return f"meetingpoint:{place.meeting_point_id}"
    return f"municipality:{place.municipality_id}"


def _stands_since(ride: Ride, today: date) -> datetime:
    """What is still offered stands as of today: Amarillo forgets what was not confirmed for 180 days."""
    midnight = opening_instant(today, 0, ride.timetable.time_zone)
    return max(ride.changed_at, midnight).astimezone(UTC)
