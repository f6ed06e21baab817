"""What is free in the demo, for tests that are about to book it."""

from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from playwright.sync_api import APIRequestContext

BERLIN = ZoneInfo("Europe/Berlin")
SPACE = 1  # in the demo the first; its host is HOST


class Place(NamedTuple):
    """Something that can be booked from one hour to another of a day, in the demo's first space."""

    id: int
    name: str
    day: str
    start: str
    end: str

    @property
    def wish(self) -> str:
        """As the pages are asked."""
        return f"date={self.day}&start={self.start}&end={self.end}"

    @property
    def form(self) -> dict[str, str | float | bool]:
        return {"date": self.day, "start": self.start, "end": self.end}


def a_free(
    request: APIRequestContext, kind: str = "desk", first: int = 9, last: int = 12, ahead: int = 16, weeks: int = 1
) -> Place:
    """The first of the kind that is free between these hours, in so many weeks; holidays and weekends left out."""
    for later in range(ahead, 60):
        days = [datetime.now(BERLIN).date() + timedelta(days=later, weeks=week) for week in range(weeks)]
        found = [_free(request, kind, day, first, last) for day in days]
        for number, name in found[0].items():
            if all(number in there for there in found):
                return Place(number, name, days[0].isoformat(), f"{first:02}:00", f"{last:02}:00")
    raise AssertionError(f"no {kind} is free within two months")


def _free(request: APIRequestContext, kind: str, day: date, first: int, last: int) -> dict[int, str]:
    """The names of what is free then in the first space, by their numbers."""
    start, end = (
        datetime.combine(day, datetime.min.time(), BERLIN).replace(hour=hour).astimezone(UTC) for hour in (first, last)
    )
    query: dict[str, str | float | bool] = {"start": start.isoformat(), "end": end.isoformat(), "kind": kind}
    items = request.get("/api/v1/free", params=query).json()["items"]
    return {one["id"]: one["name"] for one in items if one["space_id"] == SPACE}


def three_workdays(request: APIRequestContext) -> date:
    """A Monday after which there are two more days without a holiday."""
    today = datetime.now(BERLIN).date()
    for later in range(21 - today.weekday(), 60, 7):
        days = [(today + timedelta(days=later + number)).isoformat() for number in range(3)]
        if all(a_free(request, last=10, ahead=later + number).day == day for number, day in enumerate(days)):
            return date.fromisoformat(days[0])
    raise AssertionError("within two months there is no week that begins with three workdays")
