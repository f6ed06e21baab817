"""Offering what came free: the first in line whose whole wish fits gets it held.

Everybody in line is examined by one query; only who is about to get something is looked at closer. The transaction
holds the space exclusively, so two releases in it come one after the other, and nobody is in the midst of booking.

It does not wait for the lock of a person in the line: the one who freed the time may hold a lock that this person waits
for. Who can't be locked at once is doing something else at this very moment, perhaps spending the quota that the offer
would need, and is passed over; `look_again` comes back to them within a minute if something fitting is still free. Each
person's lock, once taken, is kept to the end, so no other release can spend the same quota either.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import msgspec

from landbooking.accounts.locks import PERSON_LOCK
from landbooking.accounts.person import Person, person_by_id
from landbooking.database import Connection
from landbooking.period import Period, opening_instant
from landbooking.spaces.booking_rules import broken_rule
from landbooking.spaces.bookings import booking_by_id
from landbooking.spaces.eligibility import MAY_HAVE, check_person
from landbooking.spaces.opening_hours import OpeningRules, RuleBroken, blocked_by
from landbooking.spaces.space import Resource, Space, resources_of, space_by_id
from landbooking.spaces.waiting.announcements import announce_offer
from landbooking.spaces.waiting.wishes import reaches

MORNING, EVENING = 8 * 60, 20 * 60  # minutes since midnight: at night nobody is expected to answer


class Candidate(msgspec.Struct, frozen=True):
    """Somebody in line, and what is free for the whole wish, in the order in which the space names it."""

    wish_id: int
    person_id: int
    period: Period
    free: tuple[int, ...]


async def serve_line(connection: Connection, space_id: int) -> None:
    """Holds what is free in the space for those in line. The caller has locked the space for itself."""
    if not await _is_waited_for(connection, space_id):
        return
    space = await space_by_id(connection, space_id)
    resources = {resource.id: resource for resource in await resources_of(connection, space_id)}
    rules = {each.id: space.rules_of(each.kind, each.id) for each in resources.values()}
    held: list[tuple[int, Period]] = []
    for candidate in await permitted_candidates(connection, space, list(resources.values()), rules):
        fitting = [
            resources[resource_id]
            for resource_id in candidate.free
            if not any(
                resource_id == other and blocked_by(rules[resource_id], candidate.period).overlaps(taken)
                for other, taken in held
            )
        ]
        if not fitting or not await _locked(connection, candidate):
            continue
        person = await person_by_id(connection, candidate.person_id)
        for resource in fitting:
            if await _offer(connection, space, resource, rules[resource.id], person, candidate):
                held.append((resource.id, blocked_by(rules[resource.id], candidate.period)))
                break


async def _is_waited_for(connection: Connection, space_id: int) -> bool:
    """So that a release costs one short query more where nobody waits."""
    found: bool = await connection.fetchval(
        f"""SELECT EXISTS (SELECT FROM waiting JOIN space ON space.id = $1 AND {reaches("waiting")}
                           WHERE waiting.state = 'waiting' AND space.published)""",  # noqa: S608
        space_id,
    )
    return found


async def permitted_candidates(
    connection: Connection, space: Space, resources: Sequence[Resource], rules: dict[int, OpeningRules]
) -> list[Candidate]:
    """Who could be given something here by time, rules, audience and quota, the first in line first. One query."""
    now = datetime.now(UTC)
    rows = await connection.fetch(
        f"""SELECT waiting.id, waiting.person_id, lower(waiting.period) AS starts_at, upper(waiting.period) AS ends_at,
                   array_agg(rules.resource_id ORDER BY rules.place) AS free
            FROM waiting
                 JOIN space ON space.id = $1 AND {reaches("waiting")}
                 JOIN municipality ON municipality.id = space.municipality_id
                 JOIN district ON district.id = municipality.district_id
                 JOIN unnest($2::int[], $3::text[], $4::int[], $5::int[], $6::text[], $7::int[]) WITH ORDINALITY
                      AS rules (resource_id, kind, before, after, audience, weekly_minutes, place)
                      ON rules.kind = waiting.kind AND (waiting.resource_id = rules.resource_id) IS NOT FALSE
            WHERE waiting.state = 'waiting' AND space.published AND lower(waiting.period) > now()
              AND NOT EXISTS (SELECT FROM (SELECT blocked FROM booking
                                           WHERE booking.resource_id = rules.resource_id
                                             AND booking.status <> 'cancelled'
                                             AND upper(booking.blocked) >
                                                 lower(waiting.period) - make_interval(mins => rules.before)
                                           ORDER BY upper(booking.blocked) LIMIT 1) AS next
                              WHERE lower(next.blocked) < upper(waiting.period) + make_interval(mins => rules.after))
              AND {MAY_HAVE}
            GROUP BY waiting.id ORDER BY waiting.id""",  # noqa: S608
        space.id,
        [resource.id for resource in resources],
        [resource.kind for resource in resources],
        [rules[resource.id].buffer_before_minutes for resource in resources],
        [rules[resource.id].buffer_after_minutes for resource in resources],
        [rules[resource.id].audience for resource in resources],
        [rules[resource.id].weekly_minutes for resource in resources],
    )
    judged: dict[tuple[int, Period], bool] = {}  # many wait for the same: each period is judged once for each resource

    def permits(resource_id: int, period: Period) -> bool:
        if (resource_id, period) not in judged:
            judged[resource_id, period] = not broken_rule(rules[resource_id], period, now)
        return judged[resource_id, period]

    found = []
    for row in rows:
        period = Period(row["starts_at"], row["ends_at"])
        if free := tuple(each for each in row["free"] if permits(each, period)):
            found.append(Candidate(row["id"], row["person_id"], period, free))
    return found


async def _locked(connection: Connection, candidate: Candidate) -> bool:
    """Whether the person and the wish are ours until commit, without having waited for them."""
    person_is_ours = await connection.fetchval(
        "SELECT pg_try_advisory_xact_lock($1, ($2::bigint % 2147483647)::int)", PERSON_LOCK, candidate.person_id
    )
    if not person_is_ours:
        return False
    row = await connection.fetchrow(
        """SELECT waiting.id FROM waiting JOIN person ON person.id = waiting.person_id
           WHERE waiting.id = $1 AND waiting.state = 'waiting'
           FOR NO KEY UPDATE OF waiting SKIP LOCKED FOR KEY SHARE OF person SKIP LOCKED""",
        candidate.wish_id,
    )
    return row is not None


async def _offer(
    connection: Connection, space: Space, resource: Resource, rules: OpeningRules, person: Person, candidate: Candidate
) -> bool:
    """Holds the resource for the person and tells them; False where that would break a rule, or it is taken."""
    period = candidate.period
    until_at = held_until(rules, period, datetime.now(UTC))
    try:
        await check_person(connection, person, space, resource, period)
    except RuleBroken:
        return False
    booking_id = await connection.fetchval(
        """INSERT INTO booking (resource_id, person_id, period, blocked, status, until_at)
           VALUES ($1, $2, $3, $4, 'held', $5) ON CONFLICT DO NOTHING RETURNING id""",
        resource.id,
        person.id,
        period.range,
        blocked_by(rules, period).range,
        until_at,
    )
    if booking_id is None:
        return False
    await connection.execute(
        """UPDATE waiting SET state = 'offered', booking_id = $2, version = version + 1, changed_at = now()
           WHERE id = $1""",
        candidate.wish_id,
        booking_id,
    )
    await announce_offer(connection, person, await booking_by_id(connection, booking_id), candidate.wish_id)
    return True


def held_until(rules: OpeningRules, period: Period, now: datetime) -> datetime:
    """As the rules say; at night (20:00 to 8:00, by the space's clock) until 8:00 where that leaves time to accept.

    Never beyond the last moment at which the period may still be booked.
    """
    local = now.astimezone(rules.time_zone)
    minutes = local.hour * 60 + local.minute
    last = period.start - timedelta(minutes=rules.lead_minutes)
    until = now + timedelta(minutes=rules.hold_minutes)
    if not MORNING <= minutes < EVENING:
        next_day = local.date() + timedelta(days=minutes >= EVENING)
        morning = opening_instant(next_day, MORNING, rules.time_zone)
        if morning < last:
            until = max(until, morning)
    return min(until, last)
