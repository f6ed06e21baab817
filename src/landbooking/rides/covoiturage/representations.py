"""Journeys in the standard's words. Distances in metres, durations in seconds, instants in UNIX seconds.

Nobody is named before a driver has agreed: a user's id is of one journey, so it tells nothing of another.
"""

from typing import Literal

import msgspec

Weekday = Literal["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"]
WEEKDAYS: tuple[Weekday, ...] = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")


class User(msgspec.Struct, frozen=True, rename="camel"):
    id: str
    alias: str
    operator: str


class Price(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """`amount` in euros."""

    type: Literal["FREE", "PAYING"]
    amount: float
    currency: str


class Preferences(msgspec.Struct, frozen=True, rename="camel"):
    animals: bool


class JourneySchedule(msgspec.Struct, frozen=True, rename="camel"):
    id: str
    passenger_pickup_date: int
    driver_departure_date: int
    web_url: str
    type: Literal["PLANNED"] = "PLANNED"


class Schedule(msgspec.Struct, frozen=True, rename="camel"):
    passenger_pickup_day: Weekday
    passenger_pickup_time_of_day: str
    journey_schedules: list[JourneySchedule]


class Trip(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Between public places."""

    operator: str
    passenger_pickup_lat: float
    passenger_pickup_lng: float
    passenger_pickup_address: str
    passenger_drop_lat: float
    passenger_drop_lng: float
    passenger_drop_address: str
    distance: int
    duration: int
    web_url: str


class DriverTrip(Trip, frozen=True, kw_only=True, rename="camel"):
    driver: User
    departure_to_pickup_walking_distance: int
    departure_to_pickup_walking_duration: int
    dropoff_to_arrival_walking_distance: int
    dropoff_to_arrival_walking_duration: int
    preferences: Preferences


class DriverJourney(DriverTrip, frozen=True, kw_only=True, rename="camel"):
    id: str
    passenger_pickup_date: int
    driver_departure_date: int
    type: Literal["PLANNED"] = "PLANNED"
    available_seats: int
    price: Price


class DriverRegularTrip(DriverTrip, frozen=True, kw_only=True, rename="camel"):
    schedules: list[Schedule]


class PassengerTrip(Trip, frozen=True, kw_only=True, rename="camel"):
    passenger: User


class PassengerJourney(PassengerTrip, frozen=True, kw_only=True, rename="camel"):
    id: str
    passenger_pickup_date: int
    driver_departure_date: int
    type: Literal["PLANNED"] = "PLANNED"
    requested_seats: int


class PassengerRegularTrip(PassengerTrip, frozen=True, kw_only=True, rename="camel"):
    schedules: list[Schedule]
