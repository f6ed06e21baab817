"""Roles and tokens as the command line gives them, and what is forgotten in time."""

import pytest

from landbooking.accounts.addresses import NotAnAddress
from landbooking.accounts.forgetting import forget_expired
from landbooking.accounts.person import Role, person_by_email
from landbooking.accounts.roles import DistrictMismatch, set_role
from landbooking.accounts.tokens import create_token
from landbooking.database import Connection
from support import people


@pytest.fixture
async def district(connection: Connection) -> int:
    district: int = await connection.fetchval(
        "INSERT INTO district (key, name, state) VALUES ('07336', 'Landkreis Kusel', 'RP') RETURNING id"
    )
    return district


async def test_a_role_is_given_and_taken(connection: Connection, district: int) -> None:
    await set_role(connection, "Kreis@example.org", "staff", "07336")
    person = await person_by_email(connection, "kreis@example.org")
    assert person is not None
    assert (person.role, person.district_id, person.is_staff, person.is_operator) == ("staff", district, True, False)
    await set_role(connection, "kreis@example.org", "operator", None)
    person = await person_by_email(connection, "kreis@example.org")
    assert person is not None
    assert (person.district_id, person.is_staff, person.is_operator) == (None, True, True)
    await set_role(connection, "kreis@example.org", "resident", None)
    person = await person_by_email(connection, "kreis@example.org")
    assert person is not None
    assert not person.is_staff


@pytest.mark.parametrize(
    ("role", "key"), [("staff", None), ("operator", "07336"), ("resident", "07336"), ("staff", "09999")]
)
async def test_only_staff_have_a_district_and_it_exists(
    connection: Connection, district: int, role: Role, key: str | None
) -> None:
    with pytest.raises(DistrictMismatch):
        await set_role(connection, "kreis@example.org", role, key)
    assert await person_by_email(connection, "kreis@example.org") is None


async def test_what_is_no_address_gets_neither_token_nor_role(connection: Connection) -> None:
    with pytest.raises(NotAnAddress):
        await create_token(connection, "kein Mensch", "Tafel")
    with pytest.raises(NotAnAddress):
        await set_role(connection, "kein Mensch", "operator", None)


async def test_what_has_run_out_is_deleted_and_nothing_else(connection: Connection) -> None:
    person = await people.make_person(connection, "bewohner@example.org")
    await connection.execute(
        """INSERT INTO session (token_hash, person_id, device, expires_at)
           VALUES ('a', $1, 'alt', now() - interval '1 s'), ('b', $1, 'neu', now() + interval '1 s')""",
        person.id,
    )
    await connection.execute(
        """INSERT INTO sign_in_code (id, email, code_hash, link_hash, asked_from, next_path, expires_at)
           VALUES (gen_random_uuid(), 'alt', '', 'a', '', '/', now() - interval '25 hours'),
                  (gen_random_uuid(), 'neu', '', 'b', '', '/', now() - interval '23 hours')"""
    )
    await connection.execute(
        """INSERT INTO idempotency_key (person_id, key, fingerprint, created_at)
           VALUES ($1, 'alt', '', now() - interval '49 hours'), ($1, 'neu', '', now() - interval '47 hours')""",
        person.id,
    )
    await forget_expired(connection)
    left = await connection.fetch(
        "SELECT device FROM session UNION ALL SELECT email FROM sign_in_code UNION ALL SELECT key FROM idempotency_key"
    )
    assert [row[0] for row in left] == ["neu", "neu", "neu"]
