"""The mails about a request. None has a calendar entry: only the confirmation puts one into the person's calendar."""

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.notifications.outbox import Mail, enqueue, withdraw
from landbooking.spaces.bookings import Booking
from landbooking.spaces.kinds import DISCREET

TO_HOST = "spaces/approval/emails/request_to_host"


async def announce_request(connection: Connection, person: Person, booking: Booking) -> None:
    """To the person that it has arrived, to every host of the space that it waits for an answer."""
    hosts = await connection.fetch(
        """SELECT person.id, person.email, person.language
           FROM space_host JOIN person ON person.id = space_host.person_id
           WHERE space_host.space_id = $1 ORDER BY person.id""",
        booking.space.id,
    )
    asking = {
        "asking": "" if booking.kind == DISCREET else person.name or person.email,
        "answer_path": f"/host/spaces/{booking.space.id}/bookings/{booking.id}",
    }
    await enqueue(
        connection,
        _mail(person, booking, "request"),
        *(
            Mail(
                dedupe_key=f"{_topic(booking)}:{booking.version}:asked:{host['id']}",
                topic=_hosts_topic(booking),
                recipient=host["email"],
                language=host["language"],
                template=TO_HOST,
                context=_facts(booking) | asking,
                useless_after=booking.until_at,
            )
            for host in hosts
        ),
    )


async def announce_withdrawal(connection: Connection, person: Person, booking: Booking) -> None:
    """The person has taken the request back; hosts who have not been told of it yet need not be."""
    await withdraw(connection, _hosts_topic(booking), TO_HOST)
    await enqueue(connection, _mail(person, booking, "withdrawal"))


async def announce_refusal(connection: Connection, person: Person, booking: Booking, message: str) -> None:
    """`message` is what the host wants to say about it, or empty."""
    await enqueue(connection, _mail(person, booking, "refusal", {"message": message}))


async def announce_expiry(connection: Connection, person: Person, booking: Booking) -> None:
    await enqueue(connection, _mail(person, booking, "expiry"))


def _mail(person: Person, booking: Booking, template: str, more: dict[str, object] | None = None) -> Mail:
    return Mail(
        dedupe_key=f"{_topic(booking)}:{booking.version}:{template}",
        topic=_topic(booking),
        recipient=person.email,
        language=person.language,
        template=f"spaces/approval/emails/{template}",
        context=_facts(booking) | (more or {}),
    )


def _topic(booking: Booking) -> str:
    return f"booking:{booking.id}"


def _hosts_topic(booking: Booking) -> str:
    """One of its own: a host's mail that can't be delivered must not hold up the person's."""
    return f"request:{booking.id}"


def _facts(booking: Booking) -> dict[str, object]:
    space = booking.space
    return {
        "place": f"{space.name}: {booking.resource}",
        "location": f"{space.name}, {space.address}",
        "start": booking.start,
        "end": booking.end,
        "until": booking.until_at,
        "zone": space.rules.zone,
        "path": f"/bookings/{booking.id}",
        "search_path": f"/spaces/{space.id}",
    }
