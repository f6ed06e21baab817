"""Where one joins the waiting list: linked to wherever something is taken."""

from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from landbooking.period import Period, clock_names
from landbooking.spaces.kinds import DISCREET, Kind


def joining_address(kind: Kind, period: Period, zone: ZoneInfo, **subject: int | str) -> str | None:
    """The form for a wish; `subject` is the `resource`, the `space` or the `place`. None where there is no line."""
    if kind == DISCREET:
        return None
    return f"/waiting/new?{urlencode({**subject, 'kind': kind, **clock_names(period, zone)})}"
