"""The mails about a seat, to the rider and to who drives, with the reminders that follow it around."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import msgspec

from landbooking.accounts.person import Person, person_by_id
from landbooking.database import Connection
from landbooking.language import gettext as _
from landbooking.language import use_language
from landbooking.notifications.calendar import Event
from landbooking.notifications.outbox import Mail, enqueue, withdraw
from landbooking.period import opening_instant
from landbooking.rides.contact import Contact, contact_for
from landbooking.rides.reputation import reputation_of
from landbooking.rides.ride import Ride
from landbooking.rides.seat import Seat, asked_together, coming_seats, riders_of, seats_driven

EVENING = 18 * 60  # minutes since midnight: when the reminder of the day before leaves
REMINDER = "rides/emails/reminder"
REMINDER_TO_DRIVER = "rides/emails/reminder_to_driver"


async def announce_request(connection: Connection, seat: Seat) -> None:
    """To who drives: where from and to, but not who. The rider has it on the screen."""
    about: dict[str, Any] = {"confirmed": False, "reputation": None, "until": seat.until_at}
    if seat.rider_id is not None:
        known = await reputation_of(connection, seat.rider_id)
        about |= {"confirmed": known.confirmed, "reputation": known.sums}
    for driver in await _drivers(connection, seat):
        mail = _mail(driver, seat, "request", about)
        await enqueue(connection, msgspec.structs.replace(mail, useless_after=seat.until_at))


async def announce_acceptance(connection: Connection, seat: Seat) -> None:
    """Both get it into their calendars, and what they need to find one another."""
    if rider := await _rider(connection, seat):
        contact = await contact_for(connection, seat, rider)
        await enqueue(connection, _with_entry(rider, seat, "acceptance", {"contact": contact}))
        await _remind_rider(connection, rider, seat)
    for driver in await _drivers(connection, seat):
        contact = await contact_for(connection, seat, driver)
        await enqueue(connection, _with_entry(driver, seat, "rider", {"contact": contact}))
    await _remind_driver(connection, seat)


async def announce_refusal(connection: Connection, seat: Seat, message: str) -> None:
    """The driver said no."""
    if rider := await _rider(connection, seat):
        await enqueue(
            connection, _mail(rider, seat, "refusal", {"message": message, **await _ways_on(connection, seat)})
        )


async def announce_expiry(connection: Connection, before: Seat, seat: Seat) -> None:
    """Nobody answered in time; where it was the rider who did not, who drives is told too."""
    if rider := await _rider(connection, seat):
        mail = _with_entry if _had_entry(before) else _mail
        await enqueue(connection, mail(rider, seat, "expiry", await _ways_on(connection, seat)))
    if before.waits_for_rider:
        await _tell_drivers_of_end(connection, before, seat)


async def announce_cancellation_by_rider(connection: Connection, before: Seat, seat: Seat) -> None:
    await _withdraw_reminders(connection, before)
    if (rider := await _rider(connection, seat)) and _had_entry(before):
        await enqueue(
            connection, _with_entry(rider, seat, "cancellation", {"standing": await _standing(connection, seat)})
        )
    await _tell_drivers_of_end(connection, before, seat)


async def announce_cancellation_by_driver(connection: Connection, before: Seat, seat: Seat, message: str) -> None:
    """`message` is what who drives wants to say about it, or empty."""
    await _withdraw_reminders(connection, before)
    if rider := await _rider(connection, seat):
        mail = _with_entry if _had_entry(before) else _mail
        context = {"message": message, **await _ways_on(connection, seat)}
        await enqueue(connection, mail(rider, seat, "cancellation_by_driver", context))
    if _had_entry(before):
        for driver in await _drivers(connection, seat):
            await enqueue(connection, _with_entry(driver, seat, "cancellation", {"standing": []}))


async def announce_change(connection: Connection, before: Seat, seat: Seat) -> None:
    """The driver has changed the ride: who has a seat says yes or no, who has asked for one has only to know."""
    await _withdraw_reminders(connection, before)
    if rider := await _rider(connection, seat):
        mail = _with_entry if _had_entry(before) else _mail
        old = {"old_start": before.start, "old_end": before.end, "asked": seat.waits_for_rider, "until": seat.until_at}
        await enqueue(connection, mail(rider, seat, "change", old))


async def announce_places(
    connection: Connection, ride: Ride, seats: Sequence[Seat], told: Contact, holds: Contact
) -> None:
    """Where exactly one gets in or out is another place now, or not said any more; on all these days of one rider."""
    if rider := await _rider(connection, seats[0]):
        about = {
            "rides": [_facts(seat) for seat in seats],
            "contact": holds if holds.has_start or holds.has_destination else None,
            "start_gone": told.has_start and not holds.has_start,
            "destination_gone": told.has_destination and not holds.has_destination,
        }
        mail = _mail(rider, seats[0], "place", about)
        await enqueue(connection, msgspec.structs.replace(mail, dedupe_key=f"{mail.dedupe_key}:{ride.version}"))


async def reschedule_ride_reminders(connection: Connection, person: Person) -> None:
    """After the person chose other reminders: those of coming rides follow the choice."""
    for seat in await coming_seats(connection, person):
        if seat.status == "accepted" and seat.is_coming:
            await _remind_rider(connection, person, seat)
    for seat in await seats_driven(connection, person):
        if seat.status == "accepted" and seat.at_wheel == person.id:
            await _remind_driver(connection, seat)


async def _rider(connection: Connection, seat: Seat) -> Person | None:
    return await person_by_id(connection, seat.rider_id) if seat.rider_id else None


async def _drivers(connection: Connection, seat: Seat) -> list[Person]:
    return [await person_by_id(connection, person_id) for person_id in sorted(seat.drivers)]


async def _tell_drivers_of_end(connection: Connection, before: Seat, seat: Seat) -> None:
    mail = _with_entry if _had_entry(before) else _mail
    for driver in await _drivers(connection, seat):
        await enqueue(connection, mail(driver, seat, "cancellation_by_rider", {}))


def _had_entry(before: Seat) -> bool:
    """Whether it stood in calendars: it was accepted, and may be asked about anew since."""
    return before.status == "accepted" or before.waits_for_rider


def _mail(person: Person, seat: Seat, template: str, more: dict[str, Any]) -> Mail:
    return Mail(
        dedupe_key=f"seat:{seat.id}:{seat.version}:{template}:{person.id}",
        topic=_topic(seat, person),
        recipient=person.email,
        language=person.language,
        template=f"rides/emails/{template}",
        context=_facts(seat) | more,
    )


def _with_entry(person: Person, seat: Seat, template: str, more: dict[str, Any]) -> Mail:
    return _mail(person, seat, template, {"event": entry(seat, person), **more})


def _topic(seat: Seat, person: Person) -> str:
    return f"seat:{seat.id}:{person.id}"


def _facts(seat: Seat) -> dict[str, Any]:
    """Villages and meeting points: nothing that a stranger could not see on the ride's page."""
    return {
        "start": seat.start,
        "end": seat.end,
        "zone": seat.zone,
        "pick_up": seat.pick_up.label,
        "drop_off": seat.drop_off.label,
        "places": seat.places,
        "needs": seat.needs,
        "share_cents": seat.share_cents,
        "organisation": seat.organisation or "",
        "path": f"/rides/seats/{seat.id}",
    }


def entry(seat: Seat, person: Person) -> Event:
    """As a calendar entry of that person's; without exact places, since calendars are shown to many."""
    way = {"start": seat.pick_up.label, "destination": seat.drop_off.label}
    own = seat.is_for(person)
    with use_language(person.language):
        said = (
            _("Mitfahren: %(start)s – %(destination)s") if own else _("Jemanden mitnehmen: %(start)s – %(destination)s")
        )
    return Event(
        uid=f"seat-{seat.id}@landbooking" if own else f"seat-{seat.id}-driver@landbooking",
        sequence=seat.version - 1,
        method="REQUEST" if seat.status in ("requested", "accepted") else "CANCEL",
        start=seat.start,
        end=seat.end,
        zone=seat.zone,
        changed_at=seat.changed_at,
        summary=said % way,
        location=seat.pick_up.label,
        lat=seat.pick_up.lat,
        lon=seat.pick_up.lon,
        path=f"/rides/seats/{seat.id}",
        attendee=person.email,
    )


async def _ways_on(connection: Connection, seat: Seat) -> dict[str, Any]:
    return {"search_path": search_path(seat), "standing": await _standing(connection, seat)}


def search_path(seat: Seat) -> str:
    """Where other rides are found for the same way and day."""
    asked = {"from": seat.pick_up.label, "to": seat.drop_off.label, "day": seat.day}
    return f"/rides/search?{urlencode(asked)}"


async def _standing(connection: Connection, seat: Seat) -> list[dict[str, Any]]:
    """What was asked for with it and is still to come: who lost the way back has to decide about the way there."""
    return [_facts(other) for other in await asked_together(connection, seat) if other.is_coming]


async def _withdraw_reminders(connection: Connection, seat: Seat) -> None:
    if seat.rider_id is not None:
        await withdraw(connection, f"seat:{seat.id}:{seat.rider_id}", REMINDER)
    await _remind_driver(connection, seat)


async def _remind_rider(connection: Connection, rider: Person, seat: Seat) -> None:
    await withdraw(connection, _topic(seat, rider), REMINDER)
    context = _facts(seat) | {"event": entry(seat, rider)}
    mail = msgspec.structs.replace(_mail(rider, seat, "reminder", context), useless_after=seat.start)
    await enqueue(connection, *_reminders(mail, rider, seat))


async def _remind_driver(connection: Connection, seat: Seat) -> None:
    """Of the run, once, however many ride along: written anew whenever one more does or one less."""
    if seat.at_wheel is None:
        return
    topic = f"run:{seat.ride_id}:{seat.day}"
    await withdraw(connection, topic, REMINDER_TO_DRIVER)
    riders = await riders_of(connection, seat.ride_id, seat.day)
    if not riders or riders[0].start <= datetime.now(UTC):
        return
    driver = await person_by_id(connection, seat.at_wheel)
    contacts = [await contact_for(connection, one, driver) or Contact() for one in riders]
    stops = [_facts(one) | {"first_name": contact.first_name} for one, contact in zip(riders, contacts, strict=True)]
    mail = _mail(driver, riders[0], "reminder_to_driver", {"riders": stops})
    mail = msgspec.structs.replace(mail, topic=topic, useless_after=riders[0].start)
    await enqueue(connection, *_reminders(mail, driver, riders[0]))


def _reminders(mail: Mail, person: Person, seat: Seat) -> Iterator[Mail]:
    """Those that the person chose and whose time is to come. The moment tells them from ones taken back before."""
    now, zone = datetime.now(UTC), ZoneInfo(seat.zone)
    day_before = seat.start.astimezone(zone).date() - timedelta(days=1)
    due = {
        "day": opening_instant(day_before, EVENING, zone) if person.remind_day_before else None,
        "hour": seat.start - timedelta(hours=1) if person.remind_hour_before else None,
    }
    for name, due_at in due.items():
        if due_at and due_at > now:
            key = f"{mail.dedupe_key}:{name}:{now.isoformat()}"
            yield msgspec.structs.replace(mail, dedupe_key=key, due_at=due_at)
