"""Who may ride: minors with a guardian's consent, by a link that works once or on paper; whom staff have confirmed."""

import re
from datetime import UTC, date, datetime, timedelta

import httpx
import pytest

from landbooking.accounts.person import Person
from landbooking.accounts.sessions import hash_of
from landbooking.database import Connection
from landbooking.rides.people import may_ride, profile_of
from landbooking.rides.ride import Ride
from landbooking.rides.seat import seat_by_id
from support.people import live_in, make_person, sign_in
from support.rides import Road, make_ride
from support.seats import ask, mails_to
from support.spaces import make_district, make_municipality

FIFTEEN = f"{datetime.now(UTC).date() - timedelta(days=15 * 365)}"
GUARDIAN = "mutter@example.org"


@pytest.fixture
async def ride(connection: Connection, road: Road) -> Ride:
    driver = await make_person(connection, "fahrerin@example.org")
    return await make_ride(connection, driver, road, "Adorf", "Dedorf", instant=True)


@pytest.fixture
async def minor(connection: Connection, client: httpx.AsyncClient) -> Person:
    """Fifteen, signed in, and has said so."""
    person = await make_person(connection, "schuelerin@example.org", name="Mia Muster")
    await sign_in(connection, client, person)
    saved = await client.post("/rides/profile", data={"phone": "06381 1", "birthday": FIFTEEN})
    assert saved.status_code == 303
    return person


async def link(connection: Connection) -> str:
    """That of the mail written last to the guardian."""
    path: str = await connection.fetchval(
        "SELECT context->>'link_path' FROM outbox WHERE recipient = $1 ORDER BY id DESC LIMIT 1", GUARDIAN
    )
    return path


async def ask_mother(client: httpx.AsyncClient) -> httpx.Response:
    return await client.post("/rides/profile/guardian", data={"guardian_email": GUARDIAN})


async def test_a_guardian_agrees_and_takes_it_back(
    connection: Connection, client: httpx.AsyncClient, minor: Person, ride: Ride, road: Road
) -> None:
    assert not await may_ride(connection, minor.id)
    assert (await ask_mother(client)).status_code == 303
    client.cookies.clear()
    first = await link(connection)
    page = await client.get(first)
    assert "Mia" in page.text
    assert "Muster" not in page.text
    assert not await may_ride(connection, minor.id)  # looking is not agreeing
    assert (await client.post(first, data={"answer": "maybe"})).status_code == 422
    assert (await client.post(first, data={"answer": "yes"})).status_code == 200
    assert await may_ride(connection, minor.id)
    assert (await client.get(first)).status_code == 410
    assert (await client.post(first, data={"answer": "no"})).status_code == 410
    assert await may_ride(connection, minor.id)
    kept = await connection.fetchrow("SELECT channel, text_version FROM guardian_consent")
    assert kept
    assert (kept["channel"], kept["text_version"]) == ("link", 1)
    seat = await ask(connection, minor, ride, road)
    second = await link(connection)
    assert second != first
    assert "zurücknehmen" in (await client.get(second)).text
    assert (await client.post(second, data={"answer": "no"})).status_code == 200
    assert not await may_ride(connection, minor.id)
    assert (await seat_by_id(connection, seat.id)).status == "cancelled"
    assert (await mails_to(connection, minor))[-1] == "cancellation"
    assert (await client.get(second)).status_code == 410


async def test_a_guardian_refuses(connection: Connection, client: httpx.AsyncClient, minor: Person) -> None:
    await ask_mother(client)
    answered = await link(connection)
    assert (await client.post(answered, data={"answer": "no"})).status_code == 200
    assert not await may_ride(connection, minor.id)
    assert (await client.post(answered, data={"answer": "yes"})).status_code == 410
    assert "nicht gegeben" in (await client.get("/rides/profile")).text


async def test_a_link_runs_out_and_a_new_one_ends_the_old(
    connection: Connection, client: httpx.AsyncClient, minor: Person
) -> None:
    await ask_mother(client)
    old = await link(connection)
    assert re.fullmatch(r"/de/rides/consent/[\w-]{22}", old)  # 128 bits
    await ask_mother(client)
    assert (await client.get(old)).status_code == 410
    fresh = await link(connection)
    stored = await connection.fetchval("SELECT token_hash FROM guardian_consent WHERE token_hash IS NOT NULL")
    assert stored == hash_of(fresh.rpartition("/")[2])
    expires = await connection.fetchval("SELECT max(expires_at - asked_at) FROM guardian_consent")
    assert expires == timedelta(days=14)
    await connection.execute("UPDATE guardian_consent SET expires_at = now() - interval '1 second'")
    assert (await client.post(fresh, data={"answer": "yes"})).status_code == 410
    assert not await may_ride(connection, minor.id)
    assert (await ask_mother(client)).status_code == 303
    assert (await ask_mother(client)).status_code == 429


@pytest.mark.parametrize("address", ["", "kein", "schuelerin@example.org"])
async def test_not_every_address_is_a_guardians(
    connection: Connection, client: httpx.AsyncClient, minor: Person, address: str
) -> None:
    answer = await client.post("/rides/profile/guardian", data={"guardian_email": address})
    assert answer.status_code == 422
    assert "field-guardian_email" in answer.text
    assert await connection.fetchval("SELECT count(*) FROM guardian_consent") == 0


async def test_who_is_a_minor_can_not_say_otherwise(
    connection: Connection, client: httpx.AsyncClient, minor: Person
) -> None:
    assert (await client.post("/rides/profile", data={"phone": "06381 2"})).status_code == 303
    profile = await profile_of(connection, minor.id)
    assert (profile.phone, profile.is_minor(datetime.now(UTC).date())) == ("06381 2", True)


@pytest.mark.parametrize("birthday", [date(1980, 1, 1), datetime.now(UTC).date() + timedelta(days=9)])
async def test_grown_up_people_need_no_birthday(
    connection: Connection, client: httpx.AsyncClient, resident: Person, birthday: date
) -> None:
    await sign_in(connection, client, resident)
    answer = await client.post("/rides/profile", data={"phone": "06381 77", "birthday": f"{birthday}"})
    assert answer.status_code == 422
    assert "06381 77" in answer.text


async def test_staff_see_the_address_asked_for_and_no_more(
    connection: Connection, client: httpx.AsyncClient, minor: Person, ride: Ride, road: Road
) -> None:
    here = await connection.fetchval("SELECT id FROM district WHERE key = '07336'")
    staff = await make_person(connection, "kreis@example.org", role="staff", district_id=here)
    await live_in(connection, minor, await make_municipality(connection))
    people = "/district/rides/people"
    assert (await client.post(people, data={"email": minor.email})).status_code == 403
    assert (await client.post(f"{people}/{minor.id}/consent")).status_code == 403
    await sign_in(connection, client, staff)
    unknown = await client.post(people, data={"email": "niemand@example.org"})
    assert (unknown.status_code, "niemand@example.org" in unknown.text) == (422, True)
    shown = await client.post(people, data={"email": minor.email})
    assert minor.email in shown.text
    assert "06381 1" not in shown.text
    assert "Mia" not in shown.text
    assert (await client.post(f"{people}/{minor.id}/confirmation")).status_code == 303
    assert (await profile_of(connection, minor.id)).confirmed_at is not None
    assert (await client.post(f"{people}/{minor.id}/consent")).status_code == 303
    assert await may_ride(connection, minor.id)
    assert await connection.fetchval("SELECT channel = 'paper' AND seen_by = $1 FROM guardian_consent", staff.id)
    seat = await ask(connection, minor, ride, road)
    assert (await client.post(f"{people}/{minor.id}/consent/revocation")).status_code == 303
    assert (await seat_by_id(connection, seat.id)).status == "cancelled"
    assert not await may_ride(connection, minor.id)


async def test_papers_are_seen_where_somebody_lives_or_rides(
    connection: Connection, client: httpx.AsyncClient, minor: Person, ride: Ride, road: Road
) -> None:
    """Staff of another district may say that they know the person, and neither record nor revoke."""
    other = await make_district(connection, "07335")
    here = await connection.fetchval("SELECT id FROM district WHERE key = '07336'")
    of_here, of_other = [
        await make_person(connection, f"{name}@example.org", role="staff", district_id=district)
        for name, district in (("kreis", here), ("nachbarkreis", other))
    ]

    async def may(staff: Person) -> bool:
        await sign_in(connection, client, staff)
        recorded = await client.post(f"/district/rides/people/{minor.id}/consent")
        assert (recorded.status_code == 303) == await may_ride(connection, minor.id)
        shown = (await client.post("/district/rides/people", data={"email": minor.email})).text
        assert ("Die Zustimmung liegt vor." in shown) == (recorded.status_code == 303)
        assert ("Zustimmung eintragen" in shown) is False
        revoked = await client.post(f"/district/rides/people/{minor.id}/consent/revocation")
        assert (recorded.status_code, revoked.status_code) in ((303, 303), (404, 404))
        return recorded.status_code == 303

    assert [await may(staff) for staff in (of_here, of_other)] == [False, False]
    home = await make_municipality(connection, "07335001", district_id=other, name="Bann")
    await live_in(connection, minor, home)
    assert [await may(staff) for staff in (of_here, of_other)] == [False, True]
    await sign_in(connection, client, of_other)
    await client.post(f"/district/rides/people/{minor.id}/consent")
    await ask(connection, minor, ride, road)
    await client.post(f"/district/rides/people/{minor.id}/consent/revocation")
    await connection.execute("UPDATE person SET home_id = NULL")
    assert [await may(staff) for staff in (of_here, of_other)] == [True, False]
