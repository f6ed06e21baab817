"""What is told beside the time of a room for talking to a doctor: how to reach the person, and what they need.

There is no field for a reason, a doctor or a note. Whoever opens it is logged, and 7 days after the end all that
names the person is gone.
"""

import re
from datetime import datetime

import msgspec

from landbooking.accounts.addresses import NotAnAddress, mail_address
from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.errors import NotFound
from landbooking.forms import InvalidInput
from landbooking.language import gettext as _
from landbooking.language import mark as N_
from landbooking.spaces.kinds import DISCREET, Kind
from landbooking.spaces.opening_hours import RuleBroken

EQUIPMENT = {
    "large-screen": N_("Großer Bildschirm"),
    "headset": N_("Kopfhörer mit Mikrofon"),
    "hearing-loop": N_("Höranlage (Induktionsschleife)"),
    "document-camera": N_("Kamera für Unterlagen"),
}
_PHONE = re.compile(r"\+?[0-9][0-9 ()/-]{4,28}[0-9]")


class Consultation(msgspec.Struct, frozen=True):
    """`contact` is a phone number or a mail address, `equipment` words of EQUIPMENT.

    `assistant` says whether somebody of the house shall help.
    """

    contact: str
    equipment: tuple[str, ...] = ()
    assistant: bool = False


class Opening(msgspec.Struct, frozen=True):
    """Somebody opened the details of a booking. `person` is empty where that account is gone."""

    id: int
    opened_at: datetime
    person: str
    booking_id: int
    space: str
    resource: str
    zone: str


def checked_consultation(kind: Kind, told: Consultation | None) -> Consultation | None:
    """As it may be stored. Raises InvalidInput, also where a kind is booked for which nothing may be told."""
    if told is None:
        return None
    if kind != DISCREET:
        raise InvalidInput({"contact": _("Für diesen Platz werden keine weiteren Angaben gespeichert.")}, {})
    errors = {}
    if not set(told.equipment) <= EQUIPMENT.keys():
        errors["equipment"] = _("Bitte wählen Sie nur aus der Liste.")
    contact = told.contact
    if not _PHONE.fullmatch(contact):
        try:
            contact = mail_address(contact)
        except NotAnAddress:
            contact = ""
    if not 0 < len(contact) <= 100:
        errors["contact"] = _("Bitte eine Telefonnummer oder eine Mail-Adresse angeben, sonst nichts.")
    if errors:
        raise InvalidInput(errors, {})
    return msgspec.structs.replace(told, contact=contact, equipment=tuple(sorted(set(told.equipment))))


async def store_consultation(connection: Connection, booking_id: int, told: Consultation) -> None:
    """In the transaction that books; `told` is checked."""
    await connection.execute(
        "INSERT INTO consultation (booking_id, contact, equipment, assistant) VALUES ($1, $2, $3, $4)",
        booking_id,
        told.contact,
        told.equipment,
        told.assistant,
    )


async def open_consultation(connection: Connection, reader: Person, booking_id: int) -> Consultation:
    """Logs that the reader opened it; whether they may is the caller's question.

    Who told no contact is reached by the address of the account. Raises NotFound where there is nothing (any more).
    """
    row = await connection.fetchrow(
        """SELECT coalesce(consultation.contact, person.email) AS contact,
                  coalesce(consultation.equipment, '{}') AS equipment,
                  coalesce(consultation.assistant, false) AS assistant
           FROM booking JOIN resource ON resource.id = booking.resource_id
                LEFT JOIN person ON person.id = booking.person_id
                LEFT JOIN consultation ON consultation.booking_id = booking.id
           WHERE booking.id = $1 AND resource.kind = $2 AND coalesce(consultation.contact, person.email) IS NOT NULL""",
        booking_id,
        DISCREET,
    )
    if row is None:
        raise NotFound
    await connection.execute("INSERT INTO access_log (booking_id, person_id) VALUES ($1, $2)", booking_id, reader.id)
    return Consultation(row["contact"], tuple(row["equipment"]), row["assistant"])


async def is_discreet(connection: Connection, booking_id: int) -> bool:
    """Whether others may only learn that the time is taken."""
    return bool(await connection.fetchval("SELECT discreet(booking) FROM booking WHERE id = $1", booking_id))


def check_same_discretion(before: Kind, after: Kind) -> None:
    """Raises RuleBroken for a move out of, or into, a room of which nobody may learn who was in it."""
    if (before == DISCREET) != (after == DISCREET):
        raise RuleBroken(
            "kind", "resource", _("Dorthin lässt sich diese Buchung nicht verschieben. Bitte buchen Sie neu.")
        )


_OPENINGS = """
    SELECT access_log.id, access_log.opened_at, coalesce(nullif(person.name, ''), person.email, '') AS person,
           access_log.booking_id, space.name AS space, resource.name AS resource, district.time_zone AS zone
    FROM access_log JOIN booking ON booking.id = access_log.booking_id
         JOIN resource ON resource.id = booking.resource_id
         JOIN space ON space.id = resource.space_id
         JOIN municipality ON municipality.id = space.municipality_id
         JOIN district ON district.id = municipality.district_id
         LEFT JOIN person ON person.id = access_log.person_id
"""


async def openings_of(connection: Connection, booking_id: int, reader: Person) -> list[Opening]:
    """By whom else than the reader a booking's details were opened, the last one first."""
    rows = await connection.fetch(
        f"""{_OPENINGS} WHERE access_log.booking_id = $1 AND access_log.person_id IS DISTINCT FROM $2
            ORDER BY access_log.id DESC""",
        booking_id,
        reader.id,
    )
    return [Opening(**row) for row in rows]


async def openings_in_district(connection: Connection, staff: Person, before: int | None, limit: int) -> list[Opening]:
    """In the person's district, the last one first, below the id `before`; an operator sees all.

    Who opened their own booking's details is left out: it would tell whose booking that is.
    """
    rows = await connection.fetch(
        f"""{_OPENINGS} WHERE ($1 OR district.id = $2) AND access_log.id < $3
                          AND (booking.person_id IS NULL OR access_log.person_id IS DISTINCT FROM booking.person_id)
            ORDER BY access_log.id DESC LIMIT $4""",
        staff.is_operator,
        staff.district_id,
        before if before is not None else 2**62,
        limit,
    )
    return [Opening(**row) for row in rows]


async def erase_consultations(connection: Connection) -> None:
    """What names the person of a booking that ended, or was cancelled, 7 days ago: of the booking only the time stays.

    That hosts opened it stays for a year.
    """
    async with connection.transaction():
        rows = await connection.fetch(
            """WITH over AS MATERIALIZED (
                   SELECT booking.id FROM booking JOIN resource ON resource.id = booking.resource_id
                   WHERE resource.kind = $1 AND num_nonnulls(booking.person_id, booking.guest_id) > 0
                     AND least(upper(booking.period), booking.cancelled_at) < now() - interval '7 days')
               SELECT booking.id FROM booking JOIN over ON over.id = coalesce(booking.part_of, booking.id)
               ORDER BY booking.id FOR UPDATE OF booking""",
            DISCREET,
        )
        await _erase(connection, [row["id"] for row in rows])
        await connection.execute(
            """DELETE FROM waiting WHERE kind = $1
               AND (upper(period) < now() - interval '7 days'
                    OR state IN ('accepted', 'expired', 'withdrawn') AND changed_at < now() - interval '7 days')""",
            DISCREET,
        )
        await connection.execute("DELETE FROM access_log WHERE opened_at < now() - interval '1 year'")


async def erase_consultations_of(connection: Connection, person: Person) -> None:
    """What was told, at once, for a person who leaves us."""
    for table in ("consultation", "access_log"):
        await connection.execute(
            f"""DELETE FROM {table} USING booking
                WHERE booking.id = {table}.booking_id AND booking.person_id = $1""",  # noqa: S608 ours
            person.id,
        )


async def _erase(connection: Connection, booking_ids: list[int]) -> None:
    await connection.execute("DELETE FROM consultation WHERE booking_id = ANY($1)", booking_ids)
    await connection.execute(
        """DELETE FROM access_log USING booking
           WHERE booking.id = access_log.booking_id AND booking.id = ANY($1)
             AND access_log.person_id = booking.person_id""",
        booking_ids,
    )
    await connection.execute(
        "DELETE FROM guest USING booking WHERE booking.guest_id = guest.id AND booking.id = ANY($1)", booking_ids
    )
    await connection.execute("UPDATE charge SET person_id = NULL WHERE booking_id = ANY($1)", booking_ids)
    await connection.execute("DELETE FROM outbox WHERE topic = ANY($1)", [f"booking:{one}" for one in booking_ids])
    await connection.execute(
        """DELETE FROM idempotency_key USING booking
           WHERE booking.id = ANY($1) AND result_id = booking.id AND idempotency_key.person_id = booking.person_id""",
        booking_ids,
    )
    await connection.execute(
        """UPDATE booking SET person_id = NULL, cancelled_by = nullif(cancelled_by, person_id) WHERE id = ANY($1)""",
        booking_ids,
    )
