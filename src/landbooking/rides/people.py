"""What people who share rides say of themselves."""

from datetime import UTC, date, datetime
from typing import ClassVar

import msgspec

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.errors import Refusal
from landbooking.language import gettext as _

OF_AGE = 18  # BGB § 2


class Profile(msgspec.Struct, frozen=True):
    """`of_age_on` is the eighteenth birthday of who said to be a minor; None for everybody else."""

    phone: str = ""
    is_woman: bool = False
    of_age_on: date | None = None
    confirmed_at: datetime | None = None

    def is_minor(self, today: date) -> bool:
        return self.of_age_on is not None and today < self.of_age_on


class BirthdayWrong(Refusal):
    status: ClassVar[int] = 422
    code: ClassVar[str] = "birthday"

    @property
    def fields(self) -> dict[str, str]:
        return {"birthday": self.message}


async def profile_of(connection: Connection, person_id: int) -> Profile:
    """An empty one for who has said nothing yet."""
    row = await connection.fetchrow(
        "SELECT phone, is_woman, of_age_on, confirmed_at FROM ride_profile WHERE person_id = $1", person_id
    )
    return Profile(**row) if row else Profile()


async def save_profile(
    connection: Connection, person: Person, phone: str, is_woman: bool, birthday: date | None
) -> None:
    """`birthday` is told by minors only. Once told it stays: who is a minor can't say otherwise to do without consent.

    Raises BirthdayWrong for who is of age, or was not born yet.
    """
    of_age_on = None if birthday is None else _of_age_on(birthday)
    await connection.execute(
        """INSERT INTO ride_profile (person_id, phone, is_woman, of_age_on) VALUES ($1, $2, $3, $4)
           ON CONFLICT (person_id) DO UPDATE SET phone = $2, is_woman = $3,
               of_age_on = coalesce(ride_profile.of_age_on, $4)""",
        person.id,
        phone,
        is_woman,
        of_age_on,
    )


def _of_age_on(birthday: date) -> date:
    today = datetime.now(UTC).date()
    if not birthday.year >= 1900 or birthday > today:
        raise BirthdayWrong(_("Bitte geben Sie den Tag Ihrer Geburt an."))
    year = birthday.year + OF_AGE
    day = birthday.replace(year=year) if (birthday.month, birthday.day) != (2, 29) else date(year, 3, 1)
    if day <= today:
        raise BirthdayWrong(_("Sie sind schon 18. Dann brauchen wir Ihren Geburtstag nicht."))
    return day


async def confirm(connection: Connection, staff: Person, person_id: int) -> None:
    """District staff have seen who the person is."""
    await connection.execute(
        """INSERT INTO ride_profile (person_id, confirmed_at, confirmed_by) VALUES ($1, now(), $2)
           ON CONFLICT (person_id) DO UPDATE SET confirmed_at = now(), confirmed_by = $2""",
        person_id,
        staff.id,
    )


async def may_ride(connection: Connection, person_id: int) -> bool:
    """Whether the person is of age by what they say, or has a guardian's consent that stands."""
    allowed: bool = await connection.fetchval(
        """SELECT NOT EXISTS (SELECT FROM ride_profile WHERE person_id = $1 AND of_age_on > current_date)
               OR EXISTS (SELECT FROM guardian_consent WHERE person_id = $1 AND purpose = 'rides'
                          AND granted_at IS NOT NULL AND revoked_at IS NULL)""",
        person_id,
    )
    return allowed
