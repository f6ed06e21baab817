"""Calendar months, as reports are asked for by them: "2026-12". A month is its first day."""

import re
from datetime import UTC, date, datetime
from typing import Annotated

from litestar.params import QueryParameter

Month = Annotated[
    str | None,
    QueryParameter(
        description="Such as 2026-11; this month if absent.", pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$", required=False
    ),
]


def asked_month(text: str) -> date:
    """This month where the text names none, or none that a calendar here has."""
    matched = re.fullmatch(r"(20[0-9]{2})-(0[1-9]|1[0-2])", text)
    return date(int(matched[1]), int(matched[2]), 1) if matched else datetime.now(UTC).date().replace(day=1)


def month_after(first: date, count: int) -> date:
    """So many months later; earlier ones are counted below zero."""
    months = first.year * 12 + first.month - 1 + count
    return date(months // 12, months % 12 + 1, 1)


def next_month(first: date) -> date:
    return month_after(first, 1)


def month_before(first: date) -> date:
    return month_after(first, -1)
