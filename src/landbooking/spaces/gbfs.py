"""Shared vehicles as GBFS has them, which journey planners read (version 3.1-RC3: the files of 3.0, and availability).

https://github.com/MobilityData/gbfs/blob/v3.1-RC3/gbfs.md. A station is a space with vehicles. A vehicle's id changes
with each trip that ends, so that nobody can follow where it has been; nothing here says who drives.
"""

import hashlib
import hmac
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from landbooking.settings import Settings
from landbooking.spaces.opening_hours import OpeningRules
from landbooking.spaces.space import Space
from landbooking.spaces.stations import Parked, Station
from landbooking.spaces.vehicles import ParkedVehicle, Vehicle

VERSION = "3.1-RC3"
TTL = 60  # seconds that an answer may be kept; GBFS allows five minutes
FREE_PLAN = "free"
_WEEKDAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")

File = dict[str, Any]


def system_information(settings: Settings, stations: list[Station], now: datetime) -> File:
    zones = [station.space.rules.zone for station in stations]
    return _file(
        now,
        {
            "system_id": settings.host,
            "languages": ["de", "en"],
            "name": _both(settings.operator, settings.operator),
            "opening_hours": "24/7",  # of the booking; each station has its own
            "url": settings.base_url,
            "feed_contact_email": settings.contact,
            "timezone": zones[0] if zones else "Europe/Berlin",
        },
    )


def vehicle_types(settings: Settings, stations: list[Station], now: datetime) -> File:
    """One for every combination of properties that any vehicle has."""
    kinds = {_type_id(one.parked.vehicle): one.parked.vehicle for station in stations for one in station.vehicles}
    return _file(now, {"vehicle_types": [_vehicle_type(vehicle) for _, vehicle in sorted(kinds.items())]})


def _vehicle_type(vehicle: Vehicle) -> dict[str, Any]:
    names = {"car": ("Auto", "Car"), "cargo_bicycle": ("Lastenrad", "Cargo bike")}
    described: dict[str, Any] = {
        "vehicle_type_id": _type_id(vehicle),
        "form_factor": vehicle.form_factor,
        "propulsion_type": vehicle.propulsion,
        "name": _both(*names[vehicle.form_factor]),
        "return_constraint": "roundtrip_station",
        "default_pricing_plan_id": FREE_PLAN,
    }
    if vehicle.max_range_metres is not None:
        described["max_range_meters"] = vehicle.max_range_metres
    if vehicle.doors is not None:
        described["vehicle_accessories"] = [f"doors_{vehicle.doors}"]
    return described


def _type_id(vehicle: Vehicle) -> str:
    parts = (vehicle.form_factor, vehicle.propulsion, vehicle.max_range_metres, vehicle.doors)
    return "-".join(str(part) for part in parts if part is not None)


def station_information(settings: Settings, stations: list[Station], now: datetime) -> File:
    return _file(
        now,
        {
            "stations": [
                {
                    "station_id": _station_id(space),
                    "name": _both(space.name, space.name),
                    "lat": space.lat,
                    "lon": space.lon,
                    "address": space.street,
                    "post_code": space.postal_code,
                    "city": space.town,
                    "station_opening_hours": _hours(space.rules),
                    "rental_uris": {"web": f"{settings.base_url}/spaces/{space.id}?kind=vehicle"},
                }
                for space in (station.space for station in stations)
            ]
        },
    )


def _hours(rules: OpeningRules) -> str:
    """In OpenStreetMap's syntax: "Mo 08:00-12:00,13:00-17:00; PH off"."""
    days = []
    for number, name in enumerate(_WEEKDAYS, 1):
        times = [f"{_clock(one.opens)}-{_clock(one.closes)}" for one in rules.intervals if one.weekday == number]
        if times:
            days.append(f"{name} {','.join(times)}")
    return "; ".join([*days, *([] if rules.open_on_public_holidays else ["PH off"])])


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def station_status(settings: Settings, stations: list[Station], now: datetime) -> File:
    return _file(now, {"stations": [_station_status(station, now) for station in stations]})


def _station_status(station: Station, now: datetime) -> dict[str, Any]:
    here = [one.parked for one in station.vehicles if one.parked.state != "away"]
    available = [_type_id(one.vehicle) for one in here if one.state == "here" and not one.vehicle.out_of_order]
    disabled = [one for one in here if _is_disabled(one)]
    return {
        "station_id": _station_id(station.space),
        "num_vehicles_available": len(available),
        "vehicle_types_available": [
            {"vehicle_type_id": type_id, "count": available.count(type_id)}
            for type_id in sorted({_type_id(one.parked.vehicle) for one in station.vehicles})
        ],
        "num_vehicles_disabled": len(disabled),
        "is_installed": True,
        "is_renting": station.open,
        "is_returning": station.open,
        "last_reported": _moment(now),
    }


def vehicle_status(settings: Settings, stations: list[Station], now: datetime) -> File:
    """Those that stand at their station: GBFS leaves out what is under way."""
    return _file(
        now,
        {
            "vehicles": [
                _vehicle_status(settings, station, one, now)
                for station in stations
                for one in station.vehicles
                if one.parked.state != "away"
            ]
        },
    )


def _vehicle_status(settings: Settings, station: Station, one: Parked, now: datetime) -> dict[str, Any]:
    vehicle = one.parked.vehicle
    status: dict[str, Any] = {
        "vehicle_id": vehicle_id(settings, one.parked),
        "vehicle_type_id": _type_id(vehicle),
        "station_id": _station_id(station.space),
        "is_reserved": one.parked.state == "reserved",
        "is_disabled": _is_disabled(one.parked),
        "pricing_plan_id": FREE_PLAN,
        "last_reported": _moment(now),
        "vehicle_equipment": list(vehicle.equipment),
    }
    if vehicle.current_range_metres is not None:
        status["current_range_meters"] = vehicle.current_range_metres
    if one.free and one.free[0].start <= now:
        status["available_until"] = _moment(one.free[0].end)
    return status


def _is_disabled(parked: ParkedVehicle) -> bool:
    return parked.vehicle.out_of_order or parked.state == "kept"


def system_pricing_plans(settings: Settings, stations: list[Station], now: datetime) -> File:
    plan = {
        "plan_id": FREE_PLAN,
        "name": _both("Kostenlos", "Free of charge"),
        "currency": "EUR",
        "price": 0,
        "is_taxable": False,
        "description": _both("Die Gemeinde stellt das Fahrzeug.", "The municipality provides the vehicle."),
    }
    return _file(now, {"plans": [plan]})


def vehicle_availability(settings: Settings, stations: list[Station], now: datetime) -> File:
    """For all vehicles, also those that are under way now."""
    return _file(
        now,
        {
            "vehicles": [
                {
                    "vehicle_id": vehicle_id(settings, one.parked),
                    "vehicle_type_id": _type_id(one.parked.vehicle),
                    "station_id": _station_id(station.space),
                    "pricing_plan_id": FREE_PLAN,
                    "vehicle_equipment": list(one.parked.vehicle.equipment),
                    "availabilities": [
                        {"from": _moment(period.start), "until": _moment(period.end)} for period in one.free
                    ],
                }
                for station in stations
                for one in station.vehicles
            ]
        },
    )


FILES: dict[str, Callable[[Settings, list[Station], datetime], File]] = {
    "system_information": system_information,
    "vehicle_types": vehicle_types,
    "station_information": station_information,
    "station_status": station_status,
    "vehicle_status": vehicle_status,
    "system_pricing_plans": system_pricing_plans,
    "vehicle_availability": vehicle_availability,
}


def discovery(settings: Settings, now: datetime) -> File:
    """gbfs.json: where all the others are."""
    feeds = [{"name": name, "url": f"{settings.base_url}/gbfs/{name}.json"} for name in ("gbfs", *FILES)]
    return _file(now, {"feeds": feeds})


def vehicle_id(settings: Settings, parked: ParkedVehicle) -> str:
    """Follows from our secret and the last trip, so that it changes with each and needs no memory."""
    named = f"gbfs vehicle {parked.resource_id} {parked.last_trip or 0}"
    return hmac.new(settings.secret.encode(), named.encode(), hashlib.sha256).hexdigest()[:32]


def _station_id(space: Space) -> str:
    return f"space-{space.id}"


def _file(now: datetime, data: dict[str, Any]) -> File:
    return {"last_updated": _moment(now), "ttl": TTL, "version": VERSION, "data": data}


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _both(german: str, english: str) -> list[dict[str, str]]:
    return [{"text": german, "language": "de"}, {"text": english, "language": "en"}]
