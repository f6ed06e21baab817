"""From a plan to rides: its ways, what a seat may cost, and the way back offered with the way there."""

from datetime import UTC, date, datetime, timedelta

import msgspec

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.language import gettext as _
from landbooking.rides.money import cents_per_km, highest_share, proposed_share
from landbooking.rides.offer_form import Plan
from landbooking.rides.offering import OfferRefused, check_offer, offer_ride
from landbooking.rides.ride import Ride
from landbooking.rides.routing import Router
from landbooking.rides.timetable import ZONE
from landbooking.rides.way import Way
from landbooking.rides.wishes import tell_wishes


class Routed(msgspec.Struct, frozen=True):
    """A plan with its way, and what one rider could give for it: as proposed, and at most."""

    plan: Plan
    way: Way
    proposed: int
    most: int

    @property
    def share_cents(self) -> int:
        return self.proposed if self.plan.share_cents is None else self.plan.share_cents


async def route_plan(router: Router, reads: Connection, plan: Plan) -> Routed:
    """Not to be called inside a transaction, since a router may take its time. Raises OfferRefused."""
    if plan.days.first < today() - timedelta(days=1) and plan.days.last and plan.days.last < today():
        raise OfferRefused("date", _("Dieser Tag ist schon vorbei."))
    if not is_near(plan.days.first) or not (plan.days.last is None or is_near(plan.days.last)):
        raise OfferRefused("first", _("Bitte wählen Sie Tage, die höchstens fünf Jahre entfernt sind."))
    way = await router.way(plan.points)
    rate = await cents_per_km(reads, plan.days.first)
    seats = plan.terms.seats
    routed = Routed(plan, way, proposed_share(rate, way.metres, seats), highest_share(rate, way.metres, seats))
    await check_offer(reads, plan.offer(way, routed.share_cents))
    return routed


async def way_back(router: Router, plan: Plan) -> Way | None:
    return await router.way(plan.points[::-1]) if plan.back else None


async def offer_plan(connection: Connection, driver: Person, routed: Routed, back: Way | None) -> Ride:
    """The way there, and with `back` the one back too; answers with the way there. Raises OfferRefused."""
    outward = await offer_ride(connection, driver, routed.plan.offer(routed.way, routed.share_cents))
    await tell_wishes(connection, outward)
    if back is not None:
        returning = routed.plan.return_offer(back, routed.share_cents)
        most = highest_share(
            await cents_per_km(connection, returning.days.first), returning.way.metres, returning.seats
        )
        returning = msgspec.structs.replace(returning, share_cents=min(most, returning.share_cents))
        await tell_wishes(connection, await offer_ride(connection, driver, returning, outward.id))
    return outward


def is_near(day: date) -> bool:
    """Within five years."""
    return abs((day - today()).days) <= 5 * 366


def today() -> date:
    return datetime.now(UTC).astimezone(ZONE).date()
