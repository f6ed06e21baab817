"""Who runs a space: named and dismissed by its district, and told so by mail."""

from datetime import UTC, datetime

import msgspec

from landbooking.accounts.addresses import mail_address
from landbooking.accounts.person import Person, ensure_person, person_by_id
from landbooking.database import Connection
from landbooking.language import language
from landbooking.notifications.outbox import Mail, enqueue
from landbooking.spaces.hosting.district import check_district
from landbooking.spaces.space import space_by_id


class Host(msgspec.Struct, frozen=True):
    id: int
    name: str
    email: str


async def hosts_of(connection: Connection, staff: Person, space_id: int) -> list[Host]:
    """Raises NotFound, Forbidden."""
    await check_district(connection, staff, space_id)
    rows = await connection.fetch(
        """SELECT person.id, person.name, person.email FROM space_host JOIN person ON person.id = space_host.person_id
           WHERE space_host.space_id = $1 ORDER BY person.email""",
        space_id,
    )
    return [Host(**row) for row in rows]


async def name_host(connection: Connection, staff: Person, space_id: int, email: str) -> None:
    """Whoever has this address runs the space from now on; who has no account yet gets one at their first sign-in.

    Raises NotFound, Forbidden, NotAnAddress.
    """
    await check_district(connection, staff, space_id)
    person_id = await ensure_person(connection, mail_address(email), language.get())
    named = await connection.fetchval(
        """INSERT INTO space_host (space_id, person_id) VALUES ($1, $2)
           ON CONFLICT DO NOTHING RETURNING person_id""",
        space_id,
        person_id,
    )
    if named is not None:
        await _announce(connection, person_id, space_id, "appointment")


async def remove_host(connection: Connection, staff: Person, space_id: int, person_id: int) -> None:
    """Nothing happens where the person is no host. Raises NotFound, Forbidden."""
    await check_district(connection, staff, space_id)
    removed = await connection.fetchval(
        "DELETE FROM space_host WHERE space_id = $1 AND person_id = $2 RETURNING person_id", space_id, person_id
    )
    if removed is not None:
        await _announce(connection, person_id, space_id, "dismissal")


async def _announce(connection: Connection, person_id: int, space_id: int, template: str) -> None:
    person, space = await person_by_id(connection, person_id), await space_by_id(connection, space_id)
    topic = f"host:{space_id}:{person_id}"
    mail = Mail(
        dedupe_key=f"{topic}:{template}:{datetime.now(UTC).isoformat()}",  # one may be named again later
        topic=topic,
        recipient=person.email,
        language=person.language,
        template=f"spaces/hosting/emails/{template}",
        context={"space": space.name, "address": space.address, "path": f"/host/spaces/{space_id}"},
    )
    await enqueue(connection, mail)
