"""Shared vehicles as GBFS has them, which journey planners read.

https://github.com/MobilityData/gbfs/blob/v3.1-RC3/gbfs.md. Twice: as 3.1-RC3 with what only that knows, when each
vehicle is free; and as 3.0 without it, for who reads no release candidates. One feed can't be both: each file names its
version, and the list of a feed of 3.0 has no such file. A station is a space with vehicles. A vehicle's id changes
with each trip that ends, so that nobody can follow where it has been; nothing here says who drives.
"""

import hashlib
import hmac
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Literal, get_args

from landbooking.settings import Settings
from landbooking.spaces.opening_hours import OpeningRules
from landbooking.spaces.space import Space
from landbooking.spaces.stations import Parked, Station
from landbooking.spaces.tariffs.tariff import Tariff
from landbooking.spaces.vehicle_prices import plan_id, plan_of
from landbooking.spaces.vehicles import ParkedVehicle, Vehicle

Version = Literal["3.0", "3.1-RC3"]
VERSIONS: tuple[Version, ...] = get_args(Version)
TTL = 60  # seconds that an answer may be kept; GBFS allows five minutes
_WEEKDAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")

File = dict[str, Any]
Data = dict[str, Any]


def system_information(settings: Settings, stations: list[Station], now: datetime) -> Data:
    zones = [station.space.rules.zone for station in stations]
    return {
        "system_id": settings.host,
        "languages": ["de", "en"],
        "name": _both(settings.operator, settings.operator),
        "opening_hours": "24/7",  # of the booking; each station has its own
        "url": settings.base_url,
        "feed_contact_email": settings.contact,
        "timezone": zones[0] if zones else "Europe/Berlin",
    }


def vehicle_types(settings: Settings, stations: list[Station], now: datetime) -> Data:
    """One for every combination of properties that any vehicle has."""
    kinds = {_type_id(one.parked.vehicle): one.parked.vehicle for station in stations for one in station.vehicles}
    plans: dict[str, set[str]] = {type_id: set() for type_id in kinds}
    for station in stations:
        for one in station.vehicles:
            plans[_type_id(one.parked.vehicle)].add(plan_id(_tariff(station, one)))
    return {
        "vehicle_types": [_vehicle_type(vehicle, sorted(plans[type_id])) for type_id, vehicle in sorted(kinds.items())]
    }


def _vehicle_type(vehicle: Vehicle, plans: list[str]) -> dict[str, Any]:
    """`plans` are the ids of all that vehicles of this type cost."""
    names = {"car": ("Auto", "Car"), "cargo_bicycle": ("Lastenrad", "Cargo bike")}
    described: dict[str, Any] = {
        "vehicle_type_id": _type_id(vehicle),
        "form_factor": vehicle.form_factor,
        "propulsion_type": vehicle.propulsion,
        "name": _both(*names[vehicle.form_factor]),
        "return_constraint": "roundtrip_station",
        "default_pricing_plan_id": plans[0],
        "pricing_plan_ids": plans,
    }
    if vehicle.max_range_metres is not None:
        described["max_range_meters"] = vehicle.max_range_metres
    if vehicle.doors is not None:
        described["vehicle_accessories"] = [f"doors_{vehicle.doors}"]
    return described


def _type_id(vehicle: Vehicle) -> str:
    parts = (vehicle.form_factor, vehicle.propulsion, vehicle.max_range_metres, vehicle.doors)
    return "-".join(str(part) for part in parts if part is not None)


def station_information(settings: Settings, stations: list[Station], now: datetime) -> Data:
    return {
        "stations": [
            {
                "station_id": _station_id(station.space),
                "name": _both(station.space.name, station.space.name),
                "lat": station.space.lat,
                "lon": station.space.lon,
                "address": station.space.street,
                "post_code": station.space.postal_code,
                "city": station.space.town,
                "station_opening_hours": "24/7" if station.always else _hours(station.space.rules),
                "rental_uris": {"web": f"{settings.base_url}/spaces/{station.space.id}?kind=vehicle"},
            }
            for station in stations
        ]
    }


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


def station_status(settings: Settings, stations: list[Station], now: datetime) -> Data:
    return {"stations": [_station_status(station, now) for station in stations]}


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


def vehicle_status(settings: Settings, stations: list[Station], now: datetime) -> Data:
    """Those that stand at their station: GBFS leaves out what is under way."""
    return {
        "vehicles": [
            _vehicle_status(settings, station, one, now)
            for station in stations
            for one in station.vehicles
            if one.parked.state != "away"
        ]
    }


def _vehicle_status(settings: Settings, station: Station, one: Parked, now: datetime) -> dict[str, Any]:
    vehicle = one.parked.vehicle
    status: dict[str, Any] = {
        "vehicle_id": vehicle_id(settings, one.parked),
        "vehicle_type_id": _type_id(vehicle),
        "station_id": _station_id(station.space),
        "is_reserved": one.parked.state == "reserved",
        "is_disabled": _is_disabled(one.parked),
        "pricing_plan_id": plan_id(_tariff(station, one)),
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


def system_pricing_plans(settings: Settings, stations: list[Station], now: datetime) -> Data:
    """One for every price that any vehicle has; where there is no vehicle, one that says nothing is to be paid."""
    tariffs = [_tariff(station, one) for station in stations for one in station.vehicles] or [Tariff()]
    plans = {plan_id(tariff): plan_of(tariff) for tariff in tariffs}
    return {"plans": [plan for _, plan in sorted(plans.items())]}


def _tariff(station: Station, one: Parked) -> Tariff:
    return station.space.tariff_of("vehicle", one.parked.resource_id)


def vehicle_availability(settings: Settings, stations: list[Station], now: datetime) -> Data:
    """For all vehicles, also those that are under way now."""
    return {
        "vehicles": [
            {
                "vehicle_id": vehicle_id(settings, one.parked),
                "vehicle_type_id": _type_id(one.parked.vehicle),
                "station_id": _station_id(station.space),
                "pricing_plan_id": plan_id(_tariff(station, one)),
                "vehicle_equipment": list(one.parked.vehicle.equipment),
                "availabilities": [
                    {"from": _moment(period.start), "until": _moment(period.end)} for period in one.free
                ],
            }
            for station in stations
            for one in station.vehicles
        ]
    }


FILES: dict[str, Callable[[Settings, list[Station], datetime], Data]] = {
    "system_information": system_information,
    "vehicle_types": vehicle_types,
    "station_information": station_information,
    "station_status": station_status,
    "vehicle_status": vehicle_status,
    "system_pricing_plans": system_pricing_plans,
    "vehicle_availability": vehicle_availability,
}


def gbfs_file(settings: Settings, stations: list[Station], now: datetime, name: str, version: Version) -> File:
    """One of `names_in` the version, as it stands now."""
    if name == "gbfs":
        feeds = [{"name": one, "url": _address(settings, one, version)} for one in names_in(version)]
        data: Data = {"feeds": feeds}
    elif name == "gbfs_versions":
        data = {"versions": [{"version": one, "url": _address(settings, "gbfs", one)} for one in VERSIONS]}
    else:
        data = FILES[name](settings, stations, now)
    return {"last_updated": _moment(now), "ttl": TTL, "version": version, "data": data}


def names_in(version: Version) -> tuple[str, ...]:
    """Of all files of a feed; gbfs says where the others are, gbfs_versions where the other feed is.

    In 3.0 neither the one nor the other may name what came after it.
    """
    if version == "3.0":
        return ("gbfs", *(name for name in FILES if name != "vehicle_availability"))
    return ("gbfs", "gbfs_versions", *FILES)


def _address(settings: Settings, name: str, version: Version) -> str:
    return (
        f"{settings.base_url}/gbfs/{name}.json"
        if version == "3.1-RC3"
        else f"{settings.base_url}/gbfs/{version}/{name}.json"
    )


def vehicle_id(settings: Settings, parked: ParkedVehicle) -> str:
    """Follows from our secret and the last trip, so that it changes with each and needs no memory."""
    named = f"gbfs vehicle {parked.resource_id} {parked.last_trip or 0}"
    return hmac.new(settings.secret.encode(), named.encode(), hashlib.sha256).hexdigest()[:32]


def _station_id(space: Space) -> str:
    return f"space-{space.id}"


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _both(german: str, english: str) -> list[dict[str, str]]:
    return [{"text": german, "language": "de"}, {"text": english, "language": "en"}]
