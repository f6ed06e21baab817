"""A match by the router that found the ride's way. It may be far away, so it is asked for the best matches only."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise

import msgspec

from landbooking.rides.journey import Journey
from landbooking.rides.legs import Taken, moments, visit_at, with_leg, with_riders
from landbooking.rides.matching import Candidate, Match, judged
from landbooking.rides.routing import Router
from landbooking.rides.way import positions


async def exactly(
    router: Router, match: Match, candidate: Candidate, journey: Journey, taken: Sequence[Taken]
) -> Match:
    """With the detour and times of the router that found the way, where that is at hand, and judged anew.

    What it says is driven more than for those who ride along already (`taken`) is for this one.
    """
    if candidate.way.routed_by == "beeline" or not match.detour_s:
        return match
    board = visit_at(candidate.way, match.stretches[0], match.from_m, match.pick_up.place.point)
    alight = visit_at(candidate.way, match.stretches[1], match.to_m, match.drop_off.place.point)
    visits, on, off = with_leg(with_riders(candidate.run, match.departs_at, taken), board, alight)
    points = [visit.point for visit in visits]
    way = await router.way(points)
    if way.routed_by != candidate.way.routed_by:  # it did not answer: the guess is all there is
        return match
    spots = positions(way, points)
    if spots[off].metres <= spots[on].metres:
        return match
    at = moments(visits, [last.seconds - first.seconds for first, last in pairwise(spots)])
    detour_s = max(0, round(way.seconds - candidate.way.seconds) - sum(rider.detour_s for rider in taken))
    exact = msgspec.structs.replace(
        match,
        detour_s=detour_s,
        late_s=max(0, match.late_s + detour_s - match.detour_s) if match.late_s else 0,
        pick_up_at=match.departs_at + timedelta(seconds=round(at[on])),
        drop_off_at=match.departs_at + timedelta(seconds=round(at[off])),
    )
    return judged(exact, candidate, journey, taken)
