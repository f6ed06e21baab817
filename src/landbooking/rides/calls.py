"""Who stands at a meeting point and wants to go somewhere now: drivers who pass within the hour hear of it."""

from datetime import UTC, datetime, timedelta
from typing import ClassVar

import msgspec

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.errors import NotFound, Refusal, TooMany
from landbooking.language import gettext as _
from landbooking.notifications.outbox import Mail, enqueue
from landbooking.rides.candidates import Ends, candidates
from landbooking.rides.journey import Halt, Journey
from landbooking.rides.matching import Match, matches_of
from landbooking.rides.place import Gazetteer, Place
from landbooking.rides.routing import Beeline
from landbooking.rides.search import search_rides
from landbooking.rides.timetable import ZONE

SOON = timedelta(minutes=60)
SHOWN = timedelta(hours=3)
PER_DAY = 5


class StandsThere(Refusal):
    status: ClassVar[int] = 422
    code: ClassVar[str] = "same-place"

    def __init__(self) -> None:
        super().__init__(_("Dort sind Sie schon. Wohin möchten Sie?"))

    @property
    def fields(self) -> dict[str, str]:
        return {"to": self.message}


def point_among(places: Gazetteer, meeting_point_id: int) -> Place:
    """Where one stands. Raises NotFound, also where the point was retired."""
    point = places.meeting_point(meeting_point_id)
    if point is None:
        raise NotFound
    return point


async def call_drivers(connection: Connection, places: Gazetteer, person: Person, point: Place, to: Place) -> int:
    """How many were told. They hear where somebody stands and where to, not who it is. Raises StandsThere, TooMany.

    Called again for the same way within the hour it tells nobody twice; the third place in a day or so is enough.
    """
    if to.municipality_id == point.municipality_id and to.meeting_point_id in (None, point.meeting_point_id):
        raise StandsThere
    await connection.execute("SELECT FROM person WHERE id = $1 FOR NO KEY UPDATE", person.id)
    now = datetime.now(UTC)
    matches = await next_rides(connection, places, point, to, person, now, SOON)
    standing = await connection.fetchval(
        """SELECT id FROM ride_call
           WHERE meeting_point_id = $1 AND person_id = $2 AND to_municipality = $3 AND until_at > now()""",
        point.meeting_point_id,
        person.id,
        to.municipality_id,
    )
    if standing is None:
        today = await connection.fetchval(
            "SELECT count(*) FROM ride_call WHERE person_id = $1 AND created_at > now() - interval '1 day'", person.id
        )
        if today >= PER_DAY:
            raise TooMany(_("Heute haben Sie schon mehrmals gerufen. Bitte suchen Sie eine Fahrt."), wait=86_400)
        await connection.execute(
            """INSERT INTO ride_call (meeting_point_id, person_id, to_municipality, until_at)
               VALUES ($1, $2, $3, $4)""",
            point.meeting_point_id,
            person.id,
            to.municipality_id,
            now + SOON,
        )
        for match in matches:
            await _tell(connection, match, point, to, now)
    return len(matches)


async def next_rides(
    connection: Connection,
    places: Gazetteer,
    point: Place,
    to: Place,
    person: Person | None,
    now: datetime,
    within: timedelta,
) -> list[Match]:
    """Those on which one can get at this very point, the first to come first."""
    local = now.astimezone(ZONE)
    journey = Journey(origin=point, destination=to, day=local.date(), at=local.hour * 60 + local.minute)
    found = await search_rides(connection, Beeline(), places, journey, person)
    here = [match for match in found if match.pick_up.place == point and now < match.pick_up_at <= now + within]
    return sorted(here, key=lambda match: match.pick_up_at)


async def passing_rides(
    connection: Connection, places: Gazetteer, point: Place, person: Person | None, now: datetime
) -> list[Match]:
    """Wherever they lead: as far as their last stop."""
    local = now.astimezone(ZONE)
    here = [Halt(point)]
    journey = Journey(origin=point, destination=point, day=local.date(), at=local.hour * 60 + local.minute)
    passing = []
    for candidate in await candidates(connection, places, journey, Ends(here, here), person):
        last = candidate.stops[-1].place
        if last is not None and last != point:
            onward = msgspec.structs.replace(journey, destination=last)
            passing += [
                match
                for match in matches_of(candidate, onward, here, [Halt(last)], {})
                if not match.misses and match.pick_up.place == point and now < match.pick_up_at <= now + SHOWN
            ]
    return sorted(passing, key=lambda match: match.pick_up_at)[:10]


async def _tell(connection: Connection, match: Match, point: Place, to: Place, now: datetime) -> None:
    """Whoever drives that day: the driver, or for an organisation who is on duty."""
    drivers = await connection.fetch(
        """SELECT person.id, person.email, person.language FROM ride JOIN person ON person.id = ride.driver_id
           WHERE ride.id = $1
           UNION SELECT person.id, person.email, person.language
           FROM ride_duty duty JOIN person ON person.id = duty.person_id WHERE duty.ride_id = $1 AND duty.day = $2""",
        match.ride_id,
        match.day,
    )
    await enqueue(
        connection,
        *(
            Mail(
                dedupe_key=f"ride-call:{point.meeting_point_id}:{to.municipality_id}:{driver['id']}:{now:%Y-%m-%dT%H}",
                topic=f"ride-call:{point.meeting_point_id}",
                recipient=driver["email"],
                language=driver["language"],
                template="rides/emails/call",
                context={
                    "point": point.label,
                    "destination": to.label,
                    "pick_up_at": match.pick_up_at.isoformat(),
                    "requests_path": f"/{driver['language']}/rides/mine",
                },
                useless_after=match.pick_up_at,
            )
            for driver in drivers
        ),
    )
