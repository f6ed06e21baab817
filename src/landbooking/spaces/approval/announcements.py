"""The mails about a request: for one booking, or for the dates of a series, which are answered together.

None has a calendar entry: only the confirmation puts one into the person's calendar.
"""

from collections.abc import Sequence

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.notifications.outbox import Mail, enqueue, withdraw
from landbooking.spaces.bookings import Booking
from landbooking.spaces.kinds import DISCREET

TO_HOST = "spaces/approval/emails/request_to_host"


async def announce_request(connection: Connection, person: Person, asked: Sequence[Booking]) -> None:
    """To the person that it has arrived, to every host of the space that it waits for an answer."""
    first = asked[0]
    hosts = await connection.fetch(
        """SELECT person.id, person.email, person.language
           FROM space_host JOIN person ON person.id = space_host.person_id
           WHERE space_host.space_id = $1 ORDER BY person.id""",
        first.space.id,
    )
    asking = {
        "asking": "" if first.kind == DISCREET else person.name or person.email,
        "answer_path": f"/host/spaces/{first.space.id}/bookings/{first.id}",
    }
    await enqueue(
        connection,
        _mail(person, asked, "request"),
        *(
            Mail(
                dedupe_key=f"{_topic(first)}:{_version(asked)}:asked:{host['id']}",
                topic=_hosts_topic(first),
                recipient=host["email"],
                language=host["language"],
                template=TO_HOST,
                context=_facts(asked) | asking,
                useless_after=first.until_at,
            )
            for host in hosts
        ),
    )


async def announce_withdrawal(connection: Connection, person: Person, asked: Sequence[Booking]) -> None:
    """The person has taken it back; hosts who have not been told of it yet need not be, unless some of it is left."""
    if not await _is_still_asked_for(connection, asked[0]):
        await withdraw(connection, _hosts_topic(asked[0]), TO_HOST)
    await enqueue(connection, _mail(person, asked, "withdrawal"))


async def announce_refusal(connection: Connection, person: Person, asked: Sequence[Booking], message: str) -> None:
    """`message` is what the host wants to say about it, or empty."""
    await enqueue(connection, _mail(person, asked, "refusal", {"message": message}))


async def announce_expiry(connection: Connection, person: Person, asked: Sequence[Booking]) -> None:
    await enqueue(connection, _mail(person, asked, "expiry"))


async def _is_still_asked_for(connection: Connection, booking: Booking) -> bool:
    """Whether other dates of its series are."""
    return booking.series is not None and await connection.fetchval(
        "SELECT EXISTS (SELECT FROM booking WHERE series_id = $1 AND status = 'requested')", booking.series.series_id
    )


def _mail(person: Person, asked: Sequence[Booking], template: str, more: dict[str, object] | None = None) -> Mail:
    return Mail(
        dedupe_key=f"{_topic(asked[0])}:{_version(asked)}:{template}",
        topic=_topic(asked[0]),
        recipient=person.email,
        language=person.language,
        template=f"spaces/approval/emails/{template}",
        context=_facts(asked) | (more or {}),
    )


def _topic(booking: Booking) -> str:
    return f"series:{booking.series.series_id}" if booking.series else f"booking:{booking.id}"


def _version(asked: Sequence[Booking]) -> int:
    """Rises with every change of any of them."""
    return max(one.series.version if one.series else one.version for one in asked)


def _hosts_topic(booking: Booking) -> str:
    """One of its own: a host's mail that can't be delivered must not hold up the person's."""
    return f"request:{_topic(booking)}" if booking.series else f"request:{booking.id}"


def _facts(asked: Sequence[Booking]) -> dict[str, object]:
    """`dates` are those after the first."""
    first = asked[0]
    space = first.space
    return {
        "place": f"{space.name}: {first.what}",
        "location": f"{space.name}, {space.address}",
        "start": first.start,
        "end": first.end,
        "dates": [{"start": one.start, "end": one.end, "place": one.what} for one in asked[1:]],
        "until": first.until_at,
        "zone": space.rules.zone,
        "path": f"/series/{first.series.series_id}" if first.series else f"/bookings/{first.id}",
        "search_path": f"/spaces/{space.id}",
    }
