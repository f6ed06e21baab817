"""What a calendar program makes of the invitations that it gets by mail (RFC 5545 and 5546, of them what we use)."""

from datetime import UTC, datetime
from typing import Any

import icalendar
from dateutil.rrule import rrulestr  # type: ignore[import-untyped]

Entry = tuple[datetime, datetime, str]  # start, end, summary


class CalendarProgram:
    """Holds entries by UID and, within what repeats, by the start that the rule gives; ignores what is not newer."""

    def __init__(self) -> None:
        self.entries: dict[tuple[str, datetime | None], Entry] = {}
        self.known: dict[tuple[str, datetime | None], int] = {}

    def receive(self, message: bytes) -> None:
        calendar: Any = icalendar.Calendar.from_ical(message)
        events = calendar.walk("VEVENT")
        assert len({str(event["uid"]) for event in events}) == 1  # RFC 5546, sections 3.2.2 and 3.2.5
        for event in events:
            self._take(event, str(calendar["method"]))

    def _take(self, event: Any, method: str) -> None:
        uid, sequence = str(event["uid"]), int(event["sequence"])
        instance = event["recurrence-id"].dt.astimezone(UTC) if "recurrence-id" in event else None
        assert method == "REQUEST" or event["status"] == "CANCELLED"
        newest = max(self.known.get((uid, instance), -1), self.known.get((uid, None), -1))
        if sequence < newest:
            return
        self.known[uid, instance] = sequence
        if instance is None:
            self.entries = {key: entry for key, entry in self.entries.items() if key[0] != uid}
        else:
            self.entries.pop((uid, instance), None)
        if method == "REQUEST":
            for key, entry in _dates(event).items():
                self.entries[uid, instance or key] = entry


def _dates(event: Any) -> dict[datetime | None, Entry]:
    start, length, summary = event["dtstart"].dt, event["dtend"].dt - event["dtstart"].dt, str(event["summary"])
    length = event["dtend"].dt.astimezone(UTC) - start.astimezone(UTC)
    if "rrule" not in event:
        return {None: (start.astimezone(UTC), start.astimezone(UTC) + length, summary)}
    listed = event.get("exdate", [])
    without = {
        each.dt.astimezone(UTC) for one in (listed if isinstance(listed, list) else [listed]) for each in one.dts
    }
    starts = [each.astimezone(UTC) for each in rrulestr(event["rrule"].to_ical().decode(), dtstart=start)]
    assert starts[0] == start.astimezone(UTC)
    return {each: (each, each + length, summary) for each in starts if each not in without}
