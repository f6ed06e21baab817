"""Calendar entries: iTIP messages in mails (RFC 5546), a file to download, and feeds (RFC 5545, RFC 7986)."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import icalendar
import msgspec

from landbooking.settings import Settings

PRODUCT = "-//landbooking//landbooking//DE"


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """An entry. `uid` stays for life, `sequence` rises with every change, `changed_at` is the instant of the last.

    `method` is REQUEST for new and changed, CANCEL for gone.
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
    lat: float
    lon: float
    path: str
    attendee: str


def calendar_message(event: Event, settings: Settings) -> bytes:
    """An iTIP message about one event, which makes calendar programs add, move or remove it."""
    calendar = _calendar()
    calendar.add("method", event.method)
    calendar.add_component(_component(event, settings, invitation=True))
    return bytes(calendar.to_ical())


def calendar_file(event: Event, settings: Settings) -> bytes:
    """One event to be imported by hand."""
    calendar = _calendar()
    calendar.add_component(_component(event, settings, invitation=False))
    return bytes(calendar.to_ical())


def calendar_feed(events: Iterable[Event], name: str, settings: Settings) -> bytes:
    """A feed that programs fetch again by themselves, every hour by our wish."""
    calendar = _calendar()
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", timedelta(hours=1), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    for event in events:
        calendar.add_component(_component(event, settings, invitation=False))
    return bytes(calendar.to_ical())


def _calendar() -> icalendar.Calendar:
    calendar = icalendar.Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    return calendar


def _component(event: Event, settings: Settings, invitation: bool) -> icalendar.Event:
    """Instants are written in UTC: right in every program, without carrying a definition of the time zone."""
    component = icalendar.Event()
    component.add("uid", event.uid)
    component.add("sequence", event.sequence)
    component.add("dtstamp", event.changed_at.astimezone(UTC))
    component.add("last-modified", event.changed_at.astimezone(UTC))
    component.add("dtstart", event.start.astimezone(UTC))
    component.add("dtend", event.end.astimezone(UTC))
    component.add("summary", event.summary)
    component.add("location", event.location)
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
