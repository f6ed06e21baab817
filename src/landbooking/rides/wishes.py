"""Searches that were left as a wish: who left them hears of each new offer that fits, once."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import urlencode

import asyncpg
import msgspec
from asyncpg import Range

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.errors import NotFound, Refusal
from landbooking.language import gettext as _
from landbooking.language import use_language
from landbooking.notifications.outbox import Mail, enqueue
from landbooking.rides.cells import cell_at
from landbooking.rides.journey import Journey, halts_near
from landbooking.rides.matching import Candidate, Match, candidate_of, matches_of
from landbooking.rides.place import Gazetteer, Place, gazetteer
from landbooking.rides.promised import taken_seats
from landbooking.rides.ride import Carried, Ride
from landbooking.rides.search import ends_of
from landbooking.rides.timetable import Days

MOST = 20  # open wishes of one person
AHEAD = 28  # days of a new offer that are held against wishes


class TooManyWishes(Refusal):
    status: ClassVar[int] = 409
    code: ClassVar[str] = "too-many-wishes"

    def __init__(self) -> None:
        super().__init__(_("Sie haben schon viele Wünsche eingetragen. Bitte nehmen Sie zuerst einen zurück."))


class RideWish(msgspec.Struct, frozen=True, kw_only=True):
    """`at` is the latest arrival (`by_arrival`) or the earliest departure, in minutes since local midnight."""

    id: int
    person_id: int
    origin: Place
    destination: Place
    days: Days
    weekdays: tuple[int, ...]
    by_arrival: bool
    at: int
    places: int
    needs: tuple[Carried, ...]
    women_only: bool

    @property
    def is_once(self) -> bool:
        return self.days.first == self.days.last

    def journey_on(self, day: date) -> Journey:
        return Journey(
            origin=self.origin,
            destination=self.destination,
            day=day,
            by_arrival=self.by_arrival,
            at=self.at,
            places=self.places,
            needs=self.needs,
            women_only=self.women_only,
        )


async def leave_wish(
    connection: Connection, person: Person, journey: Journey, days: Days, weekdays: Sequence[int]
) -> int:
    """For the journey's time on these weekdays. Raises TooManyWishes."""
    await connection.execute("SELECT FROM person WHERE id = $1 FOR NO KEY UPDATE", person.id)
    standing = await connection.fetchval(
        "SELECT count(*) FROM ride_wish WHERE person_id = $1 AND ended_at IS NULL", person.id
    )
    if standing >= MOST:
        raise TooManyWishes
    wished: Range[date] = Range(days.first, None if days.last is None else days.last + timedelta(days=1))
    wish_id: int = await connection.fetchval(
        """INSERT INTO ride_wish (person_id, from_municipality, from_meeting_point, to_municipality, to_meeting_point,
                                  days, weekdays, by_arrival, at, places, needs, women_only)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) RETURNING id""",
        person.id,
        journey.origin.municipality_id,
        journey.origin.meeting_point_id,
        journey.destination.municipality_id,
        journey.destination.meeting_point_id,
        wished,
        sorted(weekdays),
        journey.by_arrival,
        journey.at,
        journey.places,
        list(journey.needs),
        journey.women_only,
    )
    return wish_id


async def withdraw_wish(connection: Connection, person: Person, wish_id: int) -> None:
    """Raises NotFound; taking back twice changes nothing."""
    found = await connection.fetchval(
        "UPDATE ride_wish SET ended_at = coalesce(ended_at, now()) WHERE id = $1 AND person_id = $2 RETURNING id",
        wish_id,
        person.id,
    )
    if found is None:
        raise NotFound


async def wishes_of(connection: Connection, person: Person, places: Gazetteer) -> list[RideWish]:
    """One's own that stand."""
    rows = await connection.fetch(f"{_WISHES} AND person_id = $1 ORDER BY id", person.id)
    return [wish for row in rows if (wish := _wish(row, places))]


async def wishes_along(
    connection: Connection, driver: Person, rides: Sequence[Ride], places: Gazetteer
) -> list[RideWish]:
    """What others look for along these rides, in the next weeks. Who they are is nobody's to know."""
    rows = await connection.fetch(
        f"""{_WISHES} AND person_id <> $1 AND ({_FINDS.format(person="$1", driver="person_id")}) AND {_REACHED}
            ORDER BY id LIMIT 200""",
        driver.id,
        *await _reached(connection, [ride.id for ride in rides], places),
    )
    candidates = [candidate_of(ride) for ride in rides]
    found = [wish for row in rows if (wish := _wish(row, places))]
    return [wish for wish in found if any(_first_match(one, wish, places, {}) for one in candidates)]


async def tell_wishes(connection: Connection, ride: Ride) -> None:
    """Mails those whose wish the ride fits as it stands now; each hears of a ride once."""
    places = await gazetteer(connection)
    rows = await connection.fetch(
        f"""{_WISHES} AND person_id IS DISTINCT FROM $1 AND {_REACHED}
            AND (NOT $5 OR EXISTS (SELECT FROM ride_profile profile
                                   WHERE profile.person_id = wish.person_id AND is_woman))
            AND (NOT women_only OR EXISTS (SELECT FROM ride_profile profile WHERE profile.person_id = $1 AND is_woman))
            AND ({_FINDS.format(person="$1", driver="person_id")})
            AND NOT EXISTS (SELECT FROM ride_wish_answer answer WHERE answer.wish_id = wish.id AND answer.ride_id = $4)
            ORDER BY id""",  # noqa: S608 our own constants
        ride.driver_id,
        *await _reached(connection, [ride.id], places),
        ride.id,
        ride.women_only,
    )
    if not rows:
        return
    candidate, today = candidate_of(ride), datetime.now(UTC).date()
    taken = await taken_seats(connection, [ride.id], today, AHEAD + 2)
    for row in rows:
        wish = _wish(row, places)
        match = wish and _first_match(candidate, wish, places, taken.get(ride.id, {}))
        if wish and match:
            await connection.execute(
                "INSERT INTO ride_wish_answer (wish_id, ride_id) VALUES ($1, $2)", wish.id, ride.id
            )
            await enqueue(connection, _mail(row, wish, match))


# Neither of the two has blocked the other.
_FINDS = """NOT EXISTS (SELECT FROM person_block
                        WHERE (blocker_id, blocked_id) IN (({person}, {driver}), ({driver}, {person})))"""
_WISHES = """
    SELECT wish.*, lower(days) AS first_day, upper(days) AS day_after, person.email, person.language
    FROM ride_wish wish JOIN person ON person.id = wish.person_id
    WHERE wish.ended_at IS NULL AND coalesce(upper(days) > current_date, true)
"""


# Both ends are among the places of $2 and $3.
_REACHED = """
    (wish.from_municipality, coalesce(wish.from_meeting_point, 0)) IN (SELECT * FROM unnest($2::int[], $3::int[]))
    AND (wish.to_municipality, coalesce(wish.to_meeting_point, 0)) IN (SELECT * FROM unnest($2::int[], $3::int[]))
"""


async def _reached(connection: Connection, ride_ids: Sequence[int], places: Gazetteer) -> tuple[list[int], list[int]]:
    """The places from which a search could find one of the rides, at least by a meeting point within a walk.

    Their municipalities, and their meeting points or 0.
    """
    rows = await connection.fetch("SELECT DISTINCT unnest(cells) AS cell FROM ride WHERE id = ANY($1)", ride_ids)
    cells = {row["cell"] for row in rows}
    points = [point for point in places.meeting_points if cell_at(point.point) in cells]
    reached = [
        place
        for place in places.places
        if any(cell_at(halt.place.point) in cells for halt in halts_near(place, points))
    ]
    return [place.municipality_id for place in reached], [place.meeting_point_id or 0 for place in reached]


def _first_match(candidate: Candidate, wish: RideWish, places: Gazetteer, taken: dict[date, list[Any]]) -> Match | None:
    """Of the coming weeks."""
    now = datetime.now(UTC)
    for number in range(AHEAD):
        day = max(now.date(), wish.days.first) + timedelta(days=number)
        if day in wish.days and day.isoweekday() in wish.weekdays:
            journey = wish.journey_on(day)
            ends = ends_of(journey, places)
            for match in matches_of(candidate, journey, ends.origins, ends.destinations, taken):
                if not match.misses and match.pick_up_at > now:
                    return match
    return None


def _wish(row: asyncpg.Record, places: Gazetteer) -> RideWish | None:
    """None where a meeting point was retired since."""
    origin = places.find(row["from_municipality"], row["from_meeting_point"])
    destination = places.find(row["to_municipality"], row["to_meeting_point"])
    if origin is None or destination is None:
        return None
    return RideWish(
        id=row["id"],
        person_id=row["person_id"],
        origin=origin,
        destination=destination,
        days=Days(row["first_day"], row["day_after"] - timedelta(days=1) if row["day_after"] else None),
        weekdays=tuple(row["weekdays"]),
        by_arrival=row["by_arrival"],
        at=row["at"],
        places=row["places"],
        needs=tuple(row["needs"]),
        women_only=row["women_only"],
    )


def _mail(row: asyncpg.Record, wish: RideWish, match: Match) -> Mail:
    part = {"day": match.day, "from": match.pick_up.place.label, "to": match.drop_off.place.label}
    with use_language(row["language"]):
        return Mail(
            dedupe_key=f"ride-wish:{wish.id}:{match.ride_id}",
            topic=f"ride-wish:{wish.id}",
            recipient=row["email"],
            language=row["language"],
            template="rides/emails/wish_fits",
            context={
                "origin": wish.origin.label,
                "destination": wish.destination.label,
                "pick_up": match.pick_up.place.label,
                "pick_up_at": match.pick_up_at.isoformat(),
                "path": f"/{row['language']}/rides/{match.ride_id}?{urlencode(part)}",
                "wishes_path": f"/{row['language']}/rides/wishes",
            },
        )
