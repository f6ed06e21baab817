"""What staff can choose from at the counter, and what of it is free."""

from datetime import date, timedelta

import msgspec

from landbooking.database import Connection
from landbooking.errors import Refusal
from landbooking.language import format_cents
from landbooking.language import gettext as _
from landbooking.period import Period, opening_instant
from landbooking.spaces.booking_rules import first_start
from landbooking.spaces.bookings import Booking
from landbooking.spaces.equipment import KIND as EQUIPMENT
from landbooking.spaces.guests.booking import at_counter, begun_quarter, check_at_counter
from landbooking.spaces.kinds import Kind
from landbooking.spaces.schedules import SEARCH_DAYS, Schedule, next_free, schedules_of
from landbooking.spaces.space import Space, resources_of
from landbooking.spaces.tariffs.ledger import price_in

USUAL = timedelta(hours=2)  # what the form proposes; any other can be typed
LENGTHS = (USUAL, USUAL / 2, USUAL / 4)  # the longest that still fits


class Offer(msgspec.Struct, frozen=True):
    """`label` says what it is, whether it is free, and what it costs."""

    id: int
    kind: Kind
    label: str
    free: bool


async def offers_of(
    connection: Connection, space: Space, period: Period | None, moved: Booking | None = None
) -> list[Offer]:
    """Every resource, and whether it can be had in the period; `moved` is not in its own way. What is free comes first,
    then by kind and name as everywhere.
    """
    resources = await resources_of(connection, space.id)
    if period is None or period.end <= period.start:
        return [Offer(resource.id, resource.kind, resource.name, False) for resource in resources]
    around = Period(period.start - USUAL * 12, period.end + USUAL * 12)  # what is near keeps its buffers
    schedules = (await schedules_of(connection, [space], around))[space.id]
    free = {
        schedule.resource_id: schedule.has_free(period)
        or (moved is not None and schedule.resource_id == moved.resource_id)
        for schedule in schedules
    }
    offers = []
    for resource in resources:
        try:
            check_at_counter(space.rules_of(resource.kind, resource.id), period)
            is_free = free.get(resource.id, False)
            word = _("frei") if is_free else _("belegt")
        except Refusal:
            is_free, word = False, _("zu dieser Zeit nicht buchbar")
        price = price_in(space, resource, period) if is_free else 0
        cost = f", {format_cents(price)}" if price else ""
        offers.append(Offer(resource.id, resource.kind, f"{resource.name}: {word}{cost}", is_free))
    return sorted(offers, key=lambda offer: not offer.free)


async def proposed(connection: Connection, space: Space, day: date | None) -> Period:
    """The first period, from now or from that day on, in which something is free that is to be had while it is open.

    Where nothing is, the first in which it is open.
    """
    now = begun_quarter()
    after = max(now, opening_instant(day, 0, space.rules.time_zone)) if day else now
    ahead = Period(after, after + timedelta(days=SEARCH_DAYS + 1))
    schedules = _with_hours((await schedules_of(connection, [space], ahead))[space.id])
    wishes = [Period(after, after + length) for length in LENGTHS]
    found = [period for wish in wishes if (period := next_free(schedules, wish, now))]
    if found:
        return min(found, key=lambda period: (period.start, -period.length))
    start = first_start(at_counter(space.rules), after) or after
    return Period(start, start + USUAL)


def _with_hours(schedules: list[Schedule]) -> list[Schedule]:
    """A car is to be had at night too, but nobody stands at the counter then; and equipment goes with something."""
    places = [msgspec.structs.replace(one, rules=at_counter(one.rules)) for one in schedules if one.kind != EQUIPMENT]
    return [one for one in places if not one.rules.around_the_clock] or places


def period_of(booking: Booking) -> Period:
    return Period(booking.start, booking.end)
