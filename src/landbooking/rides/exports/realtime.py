"""What changed since planners fetched the feed: GTFS-RT trip updates for the coming days, with Amarillo's extension.

Planners fetch the feed once a day. So rides that are newer than that are added, changed ones get their new times, and
runs that fall away are cancelled: by an exception, a pause, or because the ride ended.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from google.transit import gtfs_realtime_pb2 as transit

from landbooking.database import Connection
from landbooking.rides.exports.amarillo import stop_id
from landbooking.rides.exports.gtfs import ROUTE_TYPE, drop_off_type, pick_up_type, route_name, trip_id
from landbooking.rides.exports.services import AGENCY, Service, service_id, services_of
from landbooking.rides.ride import COLUMNS, Ride, ride_from
from landbooking.settings import Settings

DAYS = 14
KNOWN_AFTER = timedelta(hours=48)  # by then every planner has fetched the feed anew
UNCERTAINTY_S = 600
EXTENSION = 1013  # of Amarillo, in MobilityData's registry of extensions


async def rides_to_update(connection: Connection, now: datetime) -> list[Ride]:
    """What is not over, and what ended too lately for everybody to know."""
    rows = await connection.fetch(
        f"""SELECT {COLUMNS} FROM ride
            WHERE coalesce(ride.ended_at > $1, true) AND NOT ride.women_only
              AND coalesce(upper(ride.days) > $2, true)
            ORDER BY ride.id""",  # noqa: S608 a constant
        now - KNOWN_AFTER,
        now.date() - timedelta(days=1),
    )
    return [ride_from(row) for row in rows]


def feed(rides: Sequence[Ride], now: datetime, settings: Settings) -> bytes:
    """A FeedMessage of the whole state (FULL_DATASET), as protobuf."""
    message = transit.FeedMessage()
    message.header.gtfs_realtime_version = "2.0"
    message.header.incrementality = transit.FeedHeader.FULL_DATASET
    message.header.timestamp = int(now.timestamp())
    for ride in rides:
        for entity in _entities(ride, now, settings):
            message.entity.append(entity)
    return bytes(message.SerializeToString())


def _entities(ride: Ride, now: datetime, settings: Settings) -> Iterator[Any]:
    today = now.astimezone(ride.timetable.time_zone).date()
    services = [] if ride.ended_at else services_of(ride, today)
    is_new = ride.changed_at > now - KNOWN_AFTER
    for number in range(DAYS):
        day = today + timedelta(days=number)
        running = [service for service in services if service.runs(day)]
        for id_ in _may_be_expected(ride, day) - {service.id for service in running}:
            if ride.ended_at or is_new or _falls_away(ride, day):
                yield _cancelled(id_, day)
        for service in running:
            if is_new or service.first == service.last:
                yield _running(service, day, settings, added=ride.version == 1 or service.first == service.last)


def _may_be_expected(ride: Ride, day: date) -> set[str]:
    """The services of this ride by which an older feed may say that it runs that day.

    A service is named by the first of its weekdays, so it is one of those up to this day's.
    """
    return {service_id(ride, weekday) for weekday in range(1, day.isoweekday() + 1)}


def _falls_away(ride: Ride, day: date) -> bool:
    """Whether it would run that day, were it not for an exception or a pause."""
    return day in ride.timetable.exceptions or any(day in pause for pause in ride.timetable.pauses)


def _cancelled(id_: str, day: date) -> Any:
    entity = _entity(id_, day)
    entity.trip_update.trip.schedule_relationship = transit.TripDescriptor.CANCELED
    return entity


def _running(service: Service, day: date, settings: Settings, added: bool) -> Any:
    """`added`: the feed that planners have does not know it; else it has new times."""
    ride, carpool = service.ride, _carpool_fields()
    entity = _entity(service.id, day)
    update = entity.trip_update
    relation = transit.TripDescriptor.ADDED if added else transit.TripDescriptor.SCHEDULED
    update.trip.schedule_relationship = relation
    described = update.trip.Extensions[carpool["trip"]]
    described.route_url = f"{settings.base_url}/rides/{ride.id}"
    described.agency_id = AGENCY
    described.route_long_name = route_name(ride)
    described.route_type = ROUTE_TYPE
    departure = ride.timetable.departure_on(day)
    assert departure is not None  # noqa: S101 the service runs that day
    for number, stop in enumerate(ride.stops):
        at = update.stop_time_update.add(stop_sequence=number, stop_id=stop_id(stop))
        moment = int(departure.timestamp()) + stop.at_s
        at.arrival.time = at.departure.time = moment
        at.arrival.uncertainty = at.departure.uncertainty = UNCERTAINTY_S
        properties = at.stop_time_properties.Extensions[carpool["stop"]]
        properties.pickup_type = pick_up_type(ride, stop)
        properties.dropoff_type = drop_off_type(ride, stop)
    return entity


def _entity(id_: str, day: date) -> Any:
    entity = transit.FeedEntity(id=f"{trip_id(id_)}:{day:%Y%m%d}")
    entity.trip_update.trip.trip_id = trip_id(id_)
    entity.trip_update.trip.route_id = trip_id(id_)
    entity.trip_update.trip.start_date = f"{day:%Y%m%d}"
    return entity


@cache
def _carpool_fields() -> dict[str, Any]:
    """Amarillo's extension fields of TripDescriptor ("trip") and StopTimeProperties ("stop").

    Described here in full, since a generated module would be somebody else's source.
    """
    field = descriptor_pb2.FieldDescriptorProto
    file = descriptor_pb2.FileDescriptorProto(
        name="landbooking/carpool.proto", package="amarillo", syntax="proto2", dependency=[transit.DESCRIPTOR.name]
    )

    def message(name: str, *fields: tuple[str, int, Any]) -> None:
        described = file.message_type.add(name=name)
        for field_name, number, kind in fields:
            described.field.add(name=field_name, number=number, type=kind, label=field.LABEL_OPTIONAL)

    def extension(name: str, extended: str, by: str) -> None:
        file.extension.add(
            name=name,
            number=EXTENSION,
            extendee=f".transit_realtime.{extended}",
            type=field.TYPE_MESSAGE,
            type_name=f".amarillo.{by}",
            label=field.LABEL_OPTIONAL,
        )

    text, whole = field.TYPE_STRING, field.TYPE_UINT32
    message(
        "CarpoolTrip", ("route_url", 1, text), ("agency_id", 2, text), ("route_long_name", 3, text),
        ("route_type", 4, whole),
    )  # fmt: skip
    message("CarpoolStop", ("pickup_type", 1, whole), ("dropoff_type", 2, whole))
    extension("trip", "TripDescriptor", "CarpoolTrip")
    extension("stop", "TripUpdate.StopTimeUpdate.StopTimeProperties", "CarpoolStop")
    pool = descriptor_pool.Default()
    pool.Add(file)
    for name in ("CarpoolTrip", "CarpoolStop"):
        message_factory.GetMessageClass(pool.FindMessageTypeByName(f"amarillo.{name}"))
    return {name: pool.FindExtensionByName(f"amarillo.{name}") for name in ("trip", "stop")}
