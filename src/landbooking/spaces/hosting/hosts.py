"""Who runs a space, as an owner or at its desk: named and dismissed by owners and the district, and told so by mail.

Who closes their account goes without being asked: then the district is told where nobody answers for a space any more.
"""

from datetime import UTC, datetime
from typing import ClassVar, Literal

import msgspec

from landbooking.accounts.addresses import mail_address
from landbooking.accounts.districts import staff_of
from landbooking.accounts.person import Person, ensure_person, person_by_id
from landbooking.database import Connection
from landbooking.errors import Refusal
from landbooking.language import gettext as _
from landbooking.language import language, mark
from landbooking.notifications.outbox import Mail, enqueue
from landbooking.spaces.space import Space, lock_for_change, space_by_id

Role = Literal["owner", "desk"]

ROLES: dict[Role, str] = {"owner": mark("Verantwortlich"), "desk": mark("Team vor Ort")}


class Host(msgspec.Struct, frozen=True):
    """An owner changes everything at the space; who is at its desk sees the day, books for guests, takes money."""

    id: int
    name: str
    email: str
    role: Role

    @property
    def role_text(self) -> str:
        return _(ROLES[self.role])


class Owned(msgspec.Struct, frozen=True):
    """A space that somebody answers for."""

    id: int
    name: str
    district_id: int


class LastOwner(Refusal):
    """Somebody has to answer for a space; only its district may leave it to nobody, or who closes their account."""

    status: ClassVar[int] = 409
    code: ClassVar[str] = "last-owner"

    def __init__(self) -> None:
        super().__init__(
            _("Eine Person muss für den Raum verantwortlich bleiben. Bitte tragen Sie zuerst eine andere dafür ein.")
        )

    @property
    def fields(self) -> dict[str, str]:
        return {"role": self.message}


async def hosts_of(connection: Connection, space_id: int) -> list[Host]:
    """Owners first."""
    rows = await connection.fetch(
        """SELECT person.id, person.name, person.email, space_host.role
           FROM space_host JOIN person ON person.id = space_host.person_id
           WHERE space_host.space_id = $1 ORDER BY space_host.role DESC, person.email""",
        space_id,
    )
    return [Host(**row) for row in rows]


async def name_host(connection: Connection, space_id: int, email: str, role: Role) -> None:
    """Whoever has this address has this role from now on; who has no account yet gets one at their first sign-in.

    Raises NotFound, NotAnAddress, LastOwner.
    """
    person_id = await ensure_person(connection, mail_address(email), language.get())
    await lock_for_change(connection, space_id)
    named = await connection.fetchval(
        """INSERT INTO space_host (space_id, person_id, role) VALUES ($1, $2, $3)
           ON CONFLICT (space_id, person_id) DO UPDATE SET role = EXCLUDED.role WHERE space_host.role <> EXCLUDED.role
           RETURNING person_id""",
        space_id,
        person_id,
        role,
    )
    if named is not None:
        await _check_owned(connection, space_id)
        await _announce(connection, person_id, space_id, "appointment", role)


async def dismiss_host(connection: Connection, space_id: int, person_id: int) -> None:
    """By an owner, who may also be the one who goes. Nothing happens where the person is no host. Raises LastOwner."""
    await lock_for_change(connection, space_id)
    if await _remove(connection, space_id, person_id):
        await _check_owned(connection, space_id)


async def remove_host(connection: Connection, space_id: int, person_id: int) -> None:
    """By the district, which may also leave the space to nobody for a while."""
    await lock_for_change(connection, space_id)
    await _remove(connection, space_id, person_id)


async def owned_alone(connection: Connection, person: Person) -> list[Owned]:
    """The spaces for which nobody else answers, by name."""
    rows = await connection.fetch(
        """SELECT space.id, space.name, municipality.district_id
           FROM space_host JOIN space ON space.id = space_host.space_id
                JOIN municipality ON municipality.id = space.municipality_id
           WHERE person_id = $1 AND role = 'owner' AND NOT EXISTS (
               SELECT FROM space_host AS other
               WHERE other.space_id = space.id AND other.role = 'owner' AND other.person_id <> $1)
           ORDER BY space.name, space.id""",
        person.id,
    )
    return [Owned(**row) for row in rows]


async def hand_over_to_district(connection: Connection, person: Person) -> None:
    """Before an account is closed: mails staff for each space for which nobody answers then."""
    await _lock_hosts(connection, person.id)
    for owned in await owned_alone(connection, person):
        space = await space_by_id(connection, owned.id)
        for staff in await staff_of(connection, owned.district_id):
            await enqueue(connection, _mail(staff, space, "ownerless", f"/district/spaces/{space.id}"))


async def _lock_hosts(connection: Connection, person_id: int) -> None:
    """Of two owners who leave at once the second sees that nobody is left; who dismisses a host waits here, too.

    Their rows and not their spaces: who closes an account holds locks of other spaces already.
    """
    await connection.execute(
        """SELECT FROM space_host WHERE space_id IN (SELECT space_id FROM space_host WHERE person_id = $1)
           ORDER BY space_id, person_id FOR UPDATE""",
        person_id,
    )


async def _remove(connection: Connection, space_id: int, person_id: int) -> bool:
    """Whether they were a host."""
    removed = await connection.fetchval(
        "DELETE FROM space_host WHERE space_id = $1 AND person_id = $2 RETURNING role", space_id, person_id
    )
    if removed is not None:
        await _announce(connection, person_id, space_id, "dismissal", removed)
    return removed is not None


async def _check_owned(connection: Connection, space_id: int) -> None:
    """Under the space's lock: of two owners who dismiss one another the second is refused. Raises LastOwner."""
    if not await connection.fetchval(
        "SELECT EXISTS (SELECT FROM space_host WHERE space_id = $1 AND role = 'owner')", space_id
    ):
        raise LastOwner


async def _announce(connection: Connection, person_id: int, space_id: int, template: str, role: Role) -> None:
    person, space = await person_by_id(connection, person_id), await space_by_id(connection, space_id)
    await enqueue(connection, _mail(person, space, template, f"/host/spaces/{space_id}", role=role))


def _mail(person: Person, space: Space, template: str, path: str, **context: str) -> Mail:
    topic = f"host:{space.id}:{person.id}"
    return Mail(
        dedupe_key=f"{topic}:{template}:{datetime.now(UTC).isoformat()}",  # it may happen again later
        topic=topic,
        recipient=person.email,
        language=person.language,
        template=f"spaces/hosting/emails/{template}",
        context={"space": space.name, "address": space.address, "path": path, **context},
    )
