"""The mails of a series: one for all of its dates, whatever happened to how many of them. Reminders are by date."""

from collections.abc import Sequence

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.language import use_language
from landbooking.notifications.outbox import Mail, enqueue, withdraw_all
from landbooking.spaces.announcements import REMINDER, reminders, topic
from landbooking.spaces.bookings import Booking
from landbooking.spaces.series.series import Series
from landbooking.spaces.tariffs.cost import spoken_sum


async def announce_series(
    connection: Connection,
    person: Person,
    series: Series,
    bookings: Sequence[Booking],
    left_out: Sequence[tuple[Booking, str]] = (),
) -> None:
    """`left_out` are dates that were asked for with these and are refused, with the reason in the person's language."""
    mail = _mail(person, series, bookings, bookings, "confirmation")
    mail.context["left_out"] = [_date(one) | {"reason": reason} for one, reason in left_out]
    await enqueue(connection, mail, *(each for booking in bookings for each in reminders(person, booking)))


async def announce_series_change(
    connection: Connection, person: Person, series: Series, bookings: Sequence[Booking], changed: Sequence[Booking]
) -> None:
    """`bookings` are all of the series, as they are now, `changed` those that this is about."""
    await withdraw_all(connection, list(map(topic, changed)), REMINDER)
    mail = _mail(person, series, bookings, changed, "change")
    await enqueue(connection, mail, *(each for booking in changed for each in reminders(person, booking)))


async def announce_series_cancellation(
    connection: Connection, person: Person, series: Series, bookings: Sequence[Booking], cancelled: Sequence[Booking]
) -> None:
    await withdraw_all(connection, list(map(topic, cancelled)), REMINDER)
    await enqueue(connection, _mail(person, series, bookings, cancelled, "cancellation"))


def _date(booking: Booking) -> dict[str, object]:
    return {"start": booking.start, "end": booking.end, "place": booking.what}


def _cost(person: Person, bookings: Sequence[Booking]) -> str:
    """In the mail's language; empty where nothing was ever to be paid."""
    costs = [one.cost for one in bookings if one.status != "cancelled" and one.cost]
    with use_language(person.language):
        return spoken_sum(costs) if costs else ""


def _mail(person: Person, series: Series, bookings: Sequence[Booking], about: Sequence[Booking], template: str) -> Mail:
    event = series.event(bookings, person.email)
    return Mail(
        dedupe_key=f"series:{series.id}:{event.sequence}:{template}",
        topic=f"series:{series.id}",
        recipient=person.email,
        language=person.language,
        template=f"spaces/series/emails/{template}",
        context={
            "event": event,
            "dates": list(map(_date, about)),
            "where": f"{about[0].space.name}, {about[0].space.address}",
            "path": f"/series/{series.id}",
            "cost": _cost(person, bookings),
        },
    )
