"""The weeks of a placement, counted from its first: from Monday to Sunday."""

from datetime import date, timedelta

from landbooking.internships.placements.placement import Placement
from landbooking.period import monday_of


def week_of(placement: Placement, day: date) -> int:
    """1 for the week of the first day."""
    return (monday_of(day) - monday_of(placement.first)).days // 7 + 1


def last_week(placement: Placement) -> int:
    return week_of(placement, placement.last)


def monday_of_week(placement: Placement, week: int) -> date:
    return monday_of(placement.first) + timedelta(weeks=week - 1)


def week_shown(placement: Placement, today: date) -> int:
    """The one that runs, else the nearest."""
    return max(1, min(last_week(placement), week_of(placement, today)))
