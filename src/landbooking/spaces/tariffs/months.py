"""Months, as settlements are asked for."""

import re
from datetime import UTC, date, datetime


def first_of(asked: str) -> date:
    """The first day of "2026-11"; this month's where there is none, or none that a calendar here has."""
    matched = re.fullmatch(r"(20[0-9]{2})-(0[1-9]|1[0-2])", asked)
    return date(int(matched[1]), int(matched[2]), 1) if matched else datetime.now(UTC).date().replace(day=1)


def following(first: date) -> date:
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)


def preceding(first: date) -> date:
    return date(first.year - (first.month == 1), (first.month - 2) % 12 + 1, 1)
