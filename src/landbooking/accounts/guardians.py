"""A guardian's consent that a minor takes part (BGB §§ 107, 1629): by a link that works once, or on paper.

What it is about, a `Purpose`, is a slice's: its text, its mails, and what a refusal ends.
"""

import secrets
from datetime import datetime, timedelta
from typing import ClassVar, Literal

import msgspec

from landbooking.accounts.addresses import NotAnAddress, mail_address
from landbooking.accounts.locks import lock_person
from landbooking.accounts.person import Person, first_name, person_by_id
from landbooking.accounts.sessions import hash_of
from landbooking.database import Connection
from landbooking.errors import NotFound, Refusal, TooMany
from landbooking.language import gettext as _
from landbooking.language import language
from landbooking.notifications.outbox import Mail, enqueue

VALID_FOR = timedelta(days=14)
PER_DAY = 3

State = Literal["asked", "granted"]


class Purpose(msgspec.Struct, frozen=True):
    """`text_version` is that of what is agreed to: raised whenever that changes in sense. `mails` is the folder of the
    mails consent and consent_granted, `path` the page of the link, without the language and the token. `districts` is
    the query for those in which the person $1 takes part.
    """

    name: Literal["rides", "internships"]
    text_version: int
    mails: str
    path: str
    districts: str


class Asked(msgspec.Struct, frozen=True):
    """What a link leads to: whose consent, and whether it is to be given or stands and can be revoked."""

    id: int
    person_id: int
    called: str
    state: State


class Consent(msgspec.Struct, frozen=True):
    """How it stands with the person's own: the last that was asked for."""

    asked_at: datetime
    granted_at: datetime | None
    refused_at: datetime | None
    revoked_at: datetime | None
    channel: str | None
    expires_at: datetime

    @property
    def stands(self) -> bool:
        return self.granted_at is not None and self.revoked_at is None


class OwnAddress(Refusal):
    status: ClassVar[int] = 422
    code: ClassVar[str] = "own-address"

    def __init__(self) -> None:
        super().__init__(_("Das ist Ihre eigene Adresse. Wir brauchen die eines Elternteils."))

    @property
    def fields(self) -> dict[str, str]:
        return {"guardian_email": self.message}


class NoAddress(NotAnAddress):
    @property
    def fields(self) -> dict[str, str]:
        return {"guardian_email": self.message}


async def ask_guardian(connection: Connection, person: Person, purpose: Purpose, typed: str) -> None:
    """Mails the link; one that was mailed before works no more. Raises NoAddress, OwnAddress, TooMany."""
    try:
        address = mail_address(typed)
    except NotAnAddress:
        raise NoAddress from None
    if address == person.email:
        raise OwnAddress
    await lock_person(connection, person.id)
    asked_today: int = await connection.fetchval(
        """SELECT count(*) FROM guardian_consent
           WHERE person_id = $1 AND purpose = $2 AND asked_at > now() - interval '1 day'""",
        person.id,
        purpose.name,
    )
    if asked_today >= PER_DAY:
        raise TooMany(_("Heute haben Sie schon mehrmals gefragt. Bitte versuchen Sie es morgen wieder."), wait=86_400)
    await connection.execute(
        """UPDATE guardian_consent SET token_hash = NULL
           WHERE person_id = $1 AND purpose = $2 AND granted_at IS NULL AND refused_at IS NULL""",
        person.id,
        purpose.name,
    )
    token = secrets.token_urlsafe(16)
    consent_id: int = await connection.fetchval(
        """INSERT INTO guardian_consent (person_id, purpose, guardian_email, token_hash, text_version, expires_at)
           VALUES ($1, $2, $3, $4, $5, now() + $6) RETURNING id""",
        person.id,
        purpose.name,
        address,
        hash_of(token),
        purpose.text_version,
        VALID_FOR,
    )
    await _mail(connection, purpose, consent_id, address, "consent", token, first_name(person.name))


async def asked_by_link(connection: Connection, purpose: Purpose, token: str) -> Asked | None:
    """None for a link that was used, has expired, or never was. Changes nothing."""
    row = await connection.fetchrow(
        """SELECT consent.id, consent.person_id, person.name, consent.granted_at
           FROM guardian_consent consent JOIN person ON person.id = consent.person_id
           WHERE token_hash = $1 AND purpose = $2 AND refused_at IS NULL AND revoked_at IS NULL
             AND (granted_at IS NOT NULL OR expires_at > now())""",
        hash_of(token),
        purpose.name,
    )
    if row is None:
        return None
    return Asked(row["id"], row["person_id"], first_name(row["name"]), "granted" if row["granted_at"] else "asked")


async def grant_by_link(connection: Connection, purpose: Purpose, token: str) -> bool:
    """Whether the link was still good for it. Confirmed to the guardian with a new link, by which it can be revoked."""
    asked = await asked_by_link(connection, purpose, token)
    if asked is None:
        return False
    await lock_person(connection, asked.person_id)
    fresh = secrets.token_urlsafe(16)
    address = await connection.fetchval(
        """UPDATE guardian_consent SET granted_at = now(), channel = 'link', token_hash = $3
           WHERE id = $1 AND token_hash = $2 AND granted_at IS NULL RETURNING guardian_email""",
        asked.id,
        hash_of(token),
        hash_of(fresh),
    )
    if address is None:
        return False
    await _mail(connection, purpose, asked.id, address, "consent_granted", fresh, asked.called)
    return True


async def end_by_link(connection: Connection, purpose: Purpose, token: str) -> int | None:
    """Refuses or, where it was granted, revokes: whose it was, with their lock held; None where the link is used up."""
    asked = await asked_by_link(connection, purpose, token)
    if asked is None:
        return None
    await lock_person(connection, asked.person_id)
    ended: int | None = await connection.fetchval(
        """UPDATE guardian_consent SET token_hash = NULL,
                  refused_at = CASE WHEN granted_at IS NULL THEN now() END,
                  revoked_at = CASE WHEN granted_at IS NOT NULL THEN now() END
           WHERE id = $1 AND token_hash = $2 RETURNING person_id""",
        asked.id,
        hash_of(token),
    )
    return ended


async def minor_in_district(connection: Connection, staff: Person, purpose: Purpose, person_id: int) -> Person:
    """Somebody whose consent is the staff's business. Raises NotFound, for others too."""
    person = await person_by_id(connection, person_id)
    if not await concerns(connection, staff, purpose, person):
        raise NotFound
    return person


async def concerns(connection: Connection, staff: Person, purpose: Purpose, person: Person) -> bool:
    """Whether they live in the district that these staff work for, or take part there; operators work for all."""
    theirs: bool = staff.is_operator or await connection.fetchval(
        f"SELECT $2 IN (SELECT district_id FROM municipality WHERE id = $3 UNION ALL {purpose.districts})",  # noqa: S608
        person.id,
        staff.district_id,
        person.home_id,
    )
    return theirs


async def record_paper(connection: Connection, staff: Person, purpose: Purpose, person_id: int) -> None:
    """A member of staff has seen the signature."""
    await connection.execute(
        """INSERT INTO guardian_consent (person_id, purpose, text_version, expires_at, channel, granted_at, seen_by)
           VALUES ($1, $2, $3, now(), 'paper', now(), $4)""",
        person_id,
        purpose.name,
        purpose.text_version,
        staff.id,
    )


async def end_on_paper(connection: Connection, purpose: Purpose, person_id: int) -> None:
    """The guardian has told staff. The person's lock is held then. Raises NotFound where no consent stands."""
    await lock_person(connection, person_id)
    revoked = await connection.fetch(
        """UPDATE guardian_consent SET revoked_at = now(), token_hash = NULL
           WHERE person_id = $1 AND purpose = $2 AND granted_at IS NOT NULL AND revoked_at IS NULL RETURNING id""",
        person_id,
        purpose.name,
    )
    if not revoked:
        raise NotFound


async def consent_of(connection: Connection, purpose: Purpose, person_id: int) -> Consent | None:
    """One that stands, else the last that was asked for."""
    row = await connection.fetchrow(
        """SELECT asked_at, granted_at, refused_at, revoked_at, channel, expires_at FROM guardian_consent
           WHERE person_id = $1 AND purpose = $2
           ORDER BY (granted_at IS NOT NULL AND revoked_at IS NULL) DESC, id DESC LIMIT 1""",
        person_id,
        purpose.name,
    )
    return Consent(**row) if row else None


async def _mail(
    connection: Connection, purpose: Purpose, consent_id: int, address: str, template: str, token: str, called: str
) -> None:
    """In the language that the minor speaks now: the guardian's is not known."""
    await enqueue(
        connection,
        Mail(
            dedupe_key=f"consent:{consent_id}:{template}",
            topic=f"consent:{consent_id}",
            recipient=address,
            language=language.get(),
            template=f"{purpose.mails}/{template}",
            context={"called": called, "link_path": f"/{language.get()}{purpose.path}/{token}"},
        ),
    )
