"""Calendar months, as reports are asked for by them: "2026-12". A month is its first day."""

import re
from datetime import UTC, date, datetime


def asked_month(text: str) -> date:
    """This month where the text names none, or none that a calendar here has."""
    matched = re.fullmatch(r"(20[0-9]{2})-(0[1-9]|1[0-2])", text)
    return date(int(matched[1]), int(matched[2]), 1) if matched else datetime.now(UTC).date().replace(day=1)


def next_month(first: date) -> date:
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)


def month_before(first: date) -> date:
    return date(first.year - (first.month == 1), (first.month - 2) % 12 + 1, 1)
