"""Rides as a GTFS feed (gtfs.org), with GTFS-Flex's booking rules: nobody rides along who has not asked before.

Route, trip and service are one. Route type 1551 is car sharing among the extended types, as Amarillo has it.
"""

import csv
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from landbooking.language import gettext as _
from landbooking.rides.exports.amarillo import stop_id
from landbooking.rides.exports.services import AGENCY, HORIZON, Service, clock, services_of
from landbooking.rides.ride import Ride, Stop
from landbooking.rides.timetable import ZONE
from landbooking.settings import Settings

ROUTE_TYPE = 1551
NOTICE_MINUTES = 60  # how long before the departure one should ask
ASK_DRIVER, NOT_HERE = 3, 1  # pickup_type and drop_off_type

Row = Mapping[str, object]


def feed(rides: Sequence[Ride], today: date, settings: Settings) -> bytes:
    """A zip file with one CSV a table. Texts are in the language that is spoken at the moment."""
    services = [service for ride in rides for service in services_of(ride, today)]
    zone = rides[0].timetable.zone if rides else ZONE.key
    tables = {
        "agency.txt": [_agency(settings, zone)],
        "feed_info.txt": [_feed_info(settings, today)],
        "stops.txt": _stops(services),
        "routes.txt": [_route(service, settings) for service in services],
        "trips.txt": [_trip(service) for service in services],
        "calendar.txt": [_calendar(service) for service in services],
        "calendar_dates.txt": [row for service in services for row in _calendar_dates(service)],
        "stop_times.txt": [row for service in services for row in _stop_times(service)],
        "shapes.txt": [row for service in services for row in _shape(service)],
        "booking_rules.txt": [_booking_rule(service, settings) for service in services],
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, rows in tables.items():
            # A fixed time, so that the same rides make the same file and nobody fetches it twice for nothing.
            entry = zipfile.ZipInfo(name, (today.year, today.month, today.day, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, _table(HEADERS[name], rows))
    return packed.getvalue()


def trip_id(id_: str) -> str:
    """Of a service's trip, its route and its calendar."""
    return f"{AGENCY}:{id_}"


def _agency(settings: Settings, zone: str) -> Row:
    return {
        "agency_id": AGENCY,
        "agency_name": settings.operator,
        "agency_url": settings.base_url,
        "agency_timezone": zone,
        "agency_lang": "de",
        "agency_email": settings.contact,
    }


def _feed_info(settings: Settings, today: date) -> Row:
    return {
        "feed_publisher_name": settings.operator,
        "feed_publisher_url": settings.base_url,
        "feed_lang": "de",
        "feed_start_date": _day(today),
        "feed_end_date": _day(today + HORIZON),
        "feed_version": f"{today:%Y-%m-%d}",
        "feed_contact_email": settings.contact,
        "feed_contact_url": settings.base_url,
    }


def _stops(services: Iterable[Service]) -> list[Row]:
    stops = {stop_id(stop): stop for service in services for stop in service.ride.stops}
    return [
        {
            "stop_id": id_,
            "stop_name": stop.place.label,
            "stop_lat": stop.place.lat,
            "stop_lon": stop.place.lon,
            "location_type": 0,
        }
        for id_, stop in sorted(stops.items())
    ]


def _route(service: Service, settings: Settings) -> Row:
    return {
        "route_id": trip_id(service.id),
        "agency_id": AGENCY,
        "route_long_name": route_name(service.ride),
        "route_type": ROUTE_TYPE,
        "route_url": f"{settings.base_url}/rides/{service.ride.id}",
    }


def route_name(ride: Ride) -> str:
    return _("Mitfahrt %(start)s – %(end)s") % {"start": ride.start.place.label, "end": ride.destination.place.label}


def _trip(service: Service) -> Row:
    return {
        "route_id": trip_id(service.id),
        "service_id": trip_id(service.id),
        "trip_id": trip_id(service.id),
        "trip_headsign": service.ride.destination.place.label,
        "shape_id": trip_id(service.id),
        "bikes_allowed": 1 if "bicycle" in service.ride.carries else 2,
        "wheelchair_accessible": 1 if "wheelchair" in service.ride.carries else 2,
    }


def _calendar(service: Service) -> Row:
    names = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    runs = {name: int(number in service.weekdays) for number, name in enumerate(names, start=1)}
    return {
        "service_id": trip_id(service.id),
        **runs,
        "start_date": _day(service.first),
        "end_date": _day(service.last),
    }


def _calendar_dates(service: Service) -> list[Row]:
    return [{"service_id": trip_id(service.id), "date": _day(day), "exception_type": 2} for day in service.removed]


def _stop_times(service: Service) -> list[Row]:
    return [
        {
            "trip_id": trip_id(service.id),
            "arrival_time": clock(service.minutes, stop.at_s),
            "departure_time": clock(service.minutes, stop.at_s),
            "stop_id": stop_id(stop),
            "stop_sequence": number,
            "pickup_type": pick_up_type(service.ride, stop),
            "drop_off_type": drop_off_type(service.ride, stop),
            "shape_dist_traveled": stop.at_m,
            "timepoint": 0,
            "pickup_booking_rule_id": trip_id(service.id),
            "drop_off_booking_rule_id": trip_id(service.id),
        }
        for number, stop in enumerate(service.ride.stops)
    ]


def pick_up_type(ride: Ride, stop: Stop) -> int:
    return NOT_HERE if stop is ride.destination else ASK_DRIVER


def drop_off_type(ride: Ride, stop: Stop) -> int:
    return NOT_HERE if stop is ride.start else ASK_DRIVER


def _shape(service: Service) -> list[Row]:
    return [
        {
            "shape_id": trip_id(service.id),
            "shape_pt_lat": round(point.lat, 6),
            "shape_pt_lon": round(point.lon, 6),
            "shape_pt_sequence": number,
            "shape_dist_traveled": int(point.metres),
        }
        for number, point in enumerate(service.ride.way.milestones)
    ]


def _booking_rule(service: Service, settings: Settings) -> Row:
    address = f"{settings.base_url}/rides/{service.ride.id}"
    return {
        "booking_rule_id": trip_id(service.id),
        "booking_type": 1,
        "prior_notice_duration_min": NOTICE_MINUTES,
        "message": _("Bitte fragen Sie vorher an. Erst mit der Zusage fahren Sie mit."),
        "info_url": address,
        "booking_url": address,
    }


def _day(day: date) -> str:
    return f"{day:%Y%m%d}"


HEADERS = {
    "agency.txt": ("agency_id", "agency_name", "agency_url", "agency_timezone", "agency_lang", "agency_email"),
    "feed_info.txt": (
        "feed_publisher_name", "feed_publisher_url", "feed_lang", "feed_start_date", "feed_end_date", "feed_version",
        "feed_contact_email", "feed_contact_url",
    ),
    "stops.txt": ("stop_id", "stop_name", "stop_lat", "stop_lon", "location_type"),
    "routes.txt": ("route_id", "agency_id", "route_long_name", "route_type", "route_url"),
    "trips.txt": (
        "route_id", "service_id", "trip_id", "trip_headsign", "shape_id", "bikes_allowed", "wheelchair_accessible"
    ),
    "calendar.txt": (
        "service_id", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "start_date",
        "end_date",
    ),
    "calendar_dates.txt": ("service_id", "date", "exception_type"),
    "stop_times.txt": (
        "trip_id", "arrival_time", "departure_time", "stop_id", "stop_sequence", "pickup_type", "drop_off_type",
        "shape_dist_traveled", "timepoint", "pickup_booking_rule_id", "drop_off_booking_rule_id",
    ),
    "shapes.txt": ("shape_id", "shape_pt_lat", "shape_pt_lon", "shape_pt_sequence", "shape_dist_traveled"),
    "booking_rules.txt": (
        "booking_rule_id", "booking_type", "prior_notice_duration_min", "message", "info_url", "booking_url"
    ),
}  # fmt: skip


def _table(header: Sequence[str], rows: Iterable[Row]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, header, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()
