"""Which bookings need a host's word, and until when it must come."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from landbooking.accounts.person import Person
from landbooking.period import Period
from landbooking.spaces.opening_hours import OpeningRules
from landbooking.spaces.space import Space

PATIENCE = timedelta(hours=48)


def answer_due(person: Person, space: Space, rules: OpeningRules, period: Period, now: datetime) -> datetime | None:
    """When a request of this person's would expire: after PATIENCE, but when the period begins at the latest.

    None where nobody needs to be asked: no approval is wanted, or it is a host of the space who books.
    """
    if not rules.approval or person.acts_for(space.id):
        return None
    return min(now + PATIENCE, period.start)


def first_answer_due(
    person: Person, space: Space, rules: Sequence[OpeningRules], period: Period, now: datetime
) -> datetime | None:
    """Until when a host has to agree to all of it, where one of the resources asks for that."""
    due = (answer_due(person, space, each, period, now) for each in rules)
    return min((moment for moment in due if moment), default=None)
