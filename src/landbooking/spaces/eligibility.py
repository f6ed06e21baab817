"""Rules about the person: whom a resource is for, and how much of it one may have in a week."""

from collections.abc import Collection
from datetime import datetime, timedelta

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.language import format_day
from landbooking.language import gettext as _
from landbooking.period import Period, monday_of, opening_instant
from landbooking.spaces.opening_hours import OpeningRules, RuleBroken, spoken_length
from landbooking.spaces.space import Resource, Space

# The same as SQL, to narrow many people down in one query; `check_person` decides. For rows of `waiting`, `space` and
# `district`, and of `rules` with the `audience` and `weekly_minutes` of what they would get.
MAY_HAVE = """
    (EXISTS (SELECT FROM space_host WHERE space_id = space.id AND person_id = waiting.person_id)
     OR (rules.audience = 'everyone'
         OR rules.audience = 'members'
            AND EXISTS (SELECT FROM space_member WHERE space_id = space.id AND person_id = waiting.person_id))
        AND (rules.weekly_minutes = 0
             OR upper(waiting.period) - lower(waiting.period) + (
                 SELECT coalesce(sum(upper(had.period) - lower(had.period)), interval '0')
                 FROM booking AS had JOIN resource AS used ON used.id = had.resource_id,
                      date_trunc('week', lower(waiting.period) AT TIME ZONE district.time_zone) AS monday
                 WHERE had.person_id = waiting.person_id AND had.status <> 'cancelled'
                   AND used.space_id = space.id AND used.kind = waiting.kind
                   AND lower(had.period) >= monday AT TIME ZONE district.time_zone
                   AND lower(had.period) < (monday + interval '7 days') AT TIME ZONE district.time_zone
             ) <= make_interval(mins => rules.weekly_minutes)))
"""


async def check_person(
    connection: Connection,
    person: Person,
    space: Space,
    resource: Resource,
    period: Period,
    uncounted: Collection[int] = (),
) -> None:
    """Raises RuleBroken where the resource is not for this person, or the week's quota would be overspent.

    `uncounted` are bookings, and pieces that go with one, that don't count for the quota: what gives up its own time
    for the period, or is not granted. Nobody who has locked the person is overtaken.
    """
    if person.acts_for(space.id):
        return
    rules = space.rules_of(resource.kind, resource.id)
    if rules.audience != "everyone":
        check_audience(space, rules, await is_member(connection, person, space))
    if rules.weekly_minutes:
        await _check_quota(connection, person, space, resource, rules, period, uncounted)


async def is_member(connection: Connection, person: Person, space: Space) -> bool:
    return bool(
        await connection.fetchval(
            "SELECT EXISTS (SELECT FROM space_member WHERE space_id = $1 AND person_id = $2)", space.id, person.id
        )
    )


def check_audience(space: Space, rules: OpeningRules, member: bool) -> None:
    """For who does not act for the space. Raises RuleBroken."""
    if rules.audience == "staff":
        raise RuleBroken(
            "audience",
            "start",
            _(
                "Diesen Platz buchen nur die Gastgeber dieses Raums. "
                "Bitte sprechen Sie mit ihnen, oder wählen Sie einen anderen Platz."
            ),
        )
    if rules.audience == "members" and not member:
        raise RuleBroken(
            "audience",
            "start",
            _("Dieser Platz ist für Mitglieder. Mitglied wird man bei den Gastgebern von %(space)s.")
            % {"space": space.name},
        )


async def _check_quota(
    connection: Connection,
    person: Person,
    space: Space,
    resource: Resource,
    rules: OpeningRules,
    period: Period,
    uncounted: Collection[int],
) -> None:
    """A person's time on this kind in this space counts, in the week (from Monday) in which the period begins."""
    week = week_of(rules, period.start)
    had: timedelta = await connection.fetchval(
        """SELECT coalesce(sum(upper(booking.period) - lower(booking.period)), interval '0')
           FROM booking JOIN resource ON resource.id = booking.resource_id
           WHERE booking.person_id = $1 AND booking.status <> 'cancelled'
             AND upper(booking.period) > lower($4::tstzrange)
             AND resource.space_id = $2 AND resource.kind = $3 AND $4 @> lower(booking.period)
             AND booking.id <> ALL($5::bigint[])""",
        person.id,
        space.id,
        resource.kind,
        week.range,
        uncounted,
    )
    check_quota(rules, had, period)


def check_quota(rules: OpeningRules, had: timedelta, period: Period) -> None:
    """`had` is what the person has in that week beside the period. Raises RuleBroken."""
    left = timedelta(minutes=rules.weekly_minutes) - had
    if period.length > left:
        message = _(
            "Hier kann man höchstens %(quota)s in der Woche buchen. Ihnen bleiben in dieser Woche: %(left)s. "
            "Die nächste Woche beginnt am %(day)s."
        )
        raise RuleBroken(
            "quota",
            "end",
            message
            % {
                "quota": spoken_length(rules.weekly_minutes),
                "left": spoken_length(max(0, int(left.total_seconds()) // 60)),
                "day": format_day(week_of(rules, period.start).end.astimezone(rules.time_zone).date()),
            },
        )


def week_of(rules: OpeningRules, moment: datetime) -> Period:
    """From Monday to Monday, local midnights."""
    zone = rules.time_zone
    day = moment.astimezone(zone).date()
    monday = monday_of(day)
    return Period(opening_instant(monday, 0, zone), opening_instant(monday + timedelta(days=7), 0, zone))
