"""Calendar entries: iTIP messages in mails (RFC 5546), a file to download, and feeds (RFC 5545, RFC 7986)."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import icalendar
import msgspec

from landbooking.settings import Settings

PRODUCT = "-//landbooking//landbooking//DE"


class Recurrence(msgspec.Struct, frozen=True):
    """How an entry repeats: `rule` as in RFC 5545 (3.3.10), `without` the starts that it leaves out.

    `changed` are the dates that are otherwise than the rule has them, each an Event with its `recurs_at`.
    """

    rule: str
    without: list[datetime]
    changed: "list[Event]"


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """An entry. `uid` stays for life, `sequence` rises with every change, `changed_at` is the instant of the last.

    `method` is REQUEST for new and changed, CANCEL for gone. One that repeats says so in `recurrence`; one date of it
    has the same uid, and in `recurs_at` the start that the rule gives it. What is held on the telephone has no point.
    """

    uid: str
    sequence: int
    method: str
    start: datetime
    end: datetime
    zone: str
    changed_at: datetime
    summary: str
    location: str
    lat: float | None = None
    lon: float | None = None
    path: str
    attendee: str
    recurs_at: datetime | None = None
    recurrence: Recurrence | None = None


def calendar_message(event: Event, settings: Settings) -> bytes:
    """An iTIP message about one event, which makes calendar programs add, move or remove it."""
    calendar = _calendar()
    calendar.add("method", event.method)
    _add(calendar, event, settings, invitation=True)
    return bytes(calendar.to_ical())


def calendar_file(event: Event, settings: Settings) -> bytes:
    """One event to be imported by hand."""
    calendar = _calendar()
    _add(calendar, event, settings, invitation=False)
    return bytes(calendar.to_ical())


def calendar_feed(events: Iterable[Event], name: str, settings: Settings) -> bytes:
    """A feed that programs fetch again by themselves, every hour by our wish."""
    calendar = _feed(name)
    for event in events:
        _add(calendar, event, settings, invitation=False)
    return bytes(calendar.to_ical())


def lasting_feed(events: Iterable[Event], name: str, settings: Settings) -> bytes:
    """The same of entries that never change nor repeat, and name nobody: a process writes each of them once.

    Anybody may ask for thousands of them, and writing one takes half a millisecond.
    """
    begin, end, rest = bytes(_feed(name).to_ical()).rpartition(b"END:VCALENDAR")
    return b"".join((begin, *(_written(event, settings) for event in events), end, rest))


@lru_cache(20_000)
def _written(event: Event, settings: Settings) -> bytes:
    return bytes(_component(event, settings, invitation=False).to_ical())


def _feed(name: str) -> icalendar.Calendar:
    calendar = _calendar()
    said = icalendar.vText(name)  # icalendar takes these two as they are, unless told
    calendar.add("name", said)
    calendar.add("x-wr-calname", said)
    calendar.add("refresh-interval", timedelta(hours=1), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    return calendar


def _calendar() -> icalendar.Calendar:
    calendar = icalendar.Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    return calendar


def _add(calendar: icalendar.Calendar, event: Event, settings: Settings, invitation: bool) -> None:
    """With the dates that are otherwise than the rule, and the definition of the time zone where a rule needs it."""
    calendar.add_component(_component(event, settings, invitation))
    for changed in event.recurrence.changed if event.recurrence else []:
        calendar.add_component(_component(changed, settings, invitation))
    if event.recurrence or event.recurs_at:
        begin = event.changed_at.date()
        calendar.add_missing_timezones(begin - timedelta(days=365), event.end.date() + timedelta(days=3 * 365))


def _component(event: Event, settings: Settings, invitation: bool) -> icalendar.Event:
    """Instants are written in UTC: right in every program, without carrying a definition of the time zone.

    What repeats keeps its local time when the clocks change, so it and its dates are written in that.
    """
    zone = ZoneInfo(event.zone) if event.recurrence or event.recurs_at else UTC
    component = icalendar.Event()
    component.add("uid", event.uid)
    component.add("sequence", event.sequence)
    component.add("dtstamp", event.changed_at.astimezone(UTC))
    component.add("last-modified", event.changed_at.astimezone(UTC))
    component.add("dtstart", event.start.astimezone(zone))
    component.add("dtend", event.end.astimezone(zone))
    if event.recurs_at:
        component.add("recurrence-id", event.recurs_at.astimezone(zone))
    if event.recurrence:
        component.add("rrule", icalendar.vRecur.from_ical(event.recurrence.rule))
        if event.recurrence.without:
            component.add("exdate", [moment.astimezone(zone) for moment in event.recurrence.without])
    component.add("summary", event.summary)
    component.add("location", event.location)
    if event.lat is not None and event.lon is not None:
        component.add("geo", (event.lat, event.lon))
    component.add("url", settings.base_url.rstrip("/") + event.path)
    component.add("status", "CANCELLED" if event.method == "CANCEL" else "CONFIRMED")
    if invitation:
        organizer = icalendar.vCalAddress(f"mailto:{settings.mail_from}")
        organizer.params["cn"] = icalendar.vText(settings.operator)
        component.add("organizer", organizer)
        attendee = icalendar.vCalAddress(f"mailto:{event.attendee}")
        attendee.params["partstat"] = icalendar.vText("ACCEPTED")
        attendee.params["rsvp"] = icalendar.vText("FALSE")
        component.add("attendee", attendee)
    return component
