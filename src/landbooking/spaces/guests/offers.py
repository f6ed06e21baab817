"""What staff can choose from at the counter, and what of it is free."""

from datetime import datetime, timedelta

import msgspec

from landbooking.database import Connection
from landbooking.errors import Refusal
from landbooking.language import format_cents
from landbooking.language import gettext as _
from landbooking.period import Period
from landbooking.spaces.bookings import Booking
from landbooking.spaces.guests.booking import check_at_counter
from landbooking.spaces.kinds import Kind
from landbooking.spaces.schedules import schedules_of
from landbooking.spaces.space import Space, resources_of
from landbooking.spaces.tariffs.ledger import price_in

USUAL = timedelta(hours=2)  # what the form proposes; any other can be typed


class Offer(msgspec.Struct, frozen=True):
    """`label` says what it is, whether it is free, and what it costs."""

    id: int
    kind: Kind
    label: str
    free: bool


async def offers_of(
    connection: Connection, space: Space, period: Period | None, moved: Booking | None = None
) -> list[Offer]:
    """Every resource, and whether it can be had in the period; `moved` is not in its own way."""
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
    return offers


def stretch(start: datetime) -> Period:
    return Period(start, start + USUAL)


def period_of(booking: Booking) -> Period:
    return Period(booking.start, booking.end)
