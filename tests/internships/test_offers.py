"""An offer holds a place until it ends, and one person is in one placement at a time."""

from datetime import UTC, date, datetime, timedelta

import httpx
import pytest
from asyncpg import Range

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.internships.applications.refusals import NoPlaceLeft, NotPossible
from landbooking.internships.applications.transitions import move
from support.applications import Scene, make_offer, status_of, taken
from support.internships import TWO_WEEKS, make_application, make_placement, make_posting
from support.people import make_person, sign_in
from support.spaces import make_space


async def test_a_place_is_held_until_the_offer_ends(
    connection: Connection, client: httpx.AsyncClient, scene: Scene, applicant: Person, submitted: int
) -> None:
    rival = await make_person(connection, "rivale@example.org")
    other = await make_application(connection, scene.posting_id, rival, days=TWO_WEEKS)
    assert (await client.post(f"{scene.company}/{submitted}/offer")).status_code == 303
    full = await client.post(f"{scene.company}/{other}/offer")
    assert full.status_code == 409
    assert "Alle Plätze" in full.text
    await sign_in(connection, client, applicant)
    assert (await client.post(f"/applications/{submitted}/refusal", data={"version": "2"})).status_code == 303
    assert await taken(connection, scene.posting_id) == 0
    row = await connection.fetchrow("SELECT status, declined_by FROM application WHERE id = $1", submitted)
    assert row
    assert tuple(row) == ("declined", "applicant")
    await sign_in(connection, client, scene.manager)
    assert (await client.post(f"{scene.company}/{submitted}/restoration")).status_code == 409  # it was not their no
    assert (await client.post(f"{scene.company}/{other}/offer")).status_code == 303


@pytest.mark.parametrize("verb", ["decline", "withdraw", "refuse"])
async def test_every_end_of_an_offer_frees_its_place(
    connection: Connection, scene: Scene, applicant: Person, verb: str
) -> None:
    offered = await make_offer(connection, scene.posting_id, applicant)
    await move(connection, offered, verb, "company" if verb == "decline" else "applicant")  # type: ignore[arg-type]
    assert await taken(connection, scene.posting_id) == 0


async def test_a_no_is_taken_back_only_while_a_place_remains(
    connection: Connection, client: httpx.AsyncClient, scene: Scene, applicant: Person, submitted: int
) -> None:
    one = f"{scene.company}/{submitted}"
    await client.post(f"{one}/decline", data={"reason": "others"})
    rival = await make_person(connection, "rivale@example.org")
    held = await make_offer(connection, scene.posting_id, rival)
    assert (await client.post(f"{one}/restoration")).status_code == 409
    await move(connection, held, "refuse", "applicant", rival)
    assert (await client.post(f"{one}/restoration")).status_code == 303
    await client.post(f"{one}/offer")
    await client.post(f"{one}/decline", data={"reason": "others"})
    assert await taken(connection, scene.posting_id) == 0
    assert (await client.post(f"{one}/restoration")).status_code == 303
    assert await status_of(connection, submitted) == "offered"
    assert await taken(connection, scene.posting_id) == 1


async def test_nobody_goes_back_to_who_has_applied_anew(
    connection: Connection, client: httpx.AsyncClient, scene: Scene, applicant: Person, submitted: int
) -> None:
    await client.post(f"{scene.company}/{submitted}/decline", data={"reason": "others"})
    await make_application(connection, scene.posting_id, applicant)
    assert (await client.post(f"{scene.company}/{submitted}/restoration")).status_code == 409


async def test_accepting_withdraws_what_overlaps_and_nothing_else(
    connection: Connection, scene: Scene, applicant: Person
) -> None:
    offered = await make_offer(connection, scene.posting_id, applicant)
    during, after = [await make_posting(connection, scene.company_id, scene.space_id) for _ in range(2)]
    overlapping = await make_offer(connection, during, applicant)
    later = Range(date(2027, 9, 18), date(2027, 10, 2))
    free = await make_application(connection, after, applicant, days=later)
    await move(connection, offered, "accept", "applicant", applicant)
    assert await status_of(connection, overlapping) == "withdrawn"
    assert await taken(connection, during) == 0
    assert await status_of(connection, free) == "submitted"


async def test_nobody_is_in_two_placements_at_once(
    connection: Connection, client: httpx.AsyncClient, scene: Scene, applicant: Person
) -> None:
    other = await make_posting(connection, scene.company_id, scene.space_id)
    standing = await make_application(connection, other, applicant, days=TWO_WEEKS)
    await make_placement(connection, standing, scene.space_id)
    offered = await make_offer(connection, scene.posting_id, applicant)
    await sign_in(connection, client, applicant)
    refused = await client.post(f"/applications/{offered}/acceptance")
    assert refused.status_code == 409
    assert "Zwei zugleich gehen nicht" in refused.text
    assert await status_of(connection, offered) == "offered"


async def test_an_offer_that_has_run_out_is_not_accepted(
    connection: Connection, client: httpx.AsyncClient, scene: Scene, applicant: Person
) -> None:
    over = datetime.now(UTC) - timedelta(seconds=1)
    offered = await make_offer(connection, scene.posting_id, applicant, offer_until_at=over)
    await sign_in(connection, client, applicant)
    assert "Angebot annehmen" not in (await client.get(f"/applications/{offered}")).text
    assert (await client.post(f"/applications/{offered}/acceptance")).status_code == 409


async def test_the_last_place_is_not_offered_where_the_posting_was_taken_back(
    connection: Connection, scene: Scene, submitted: int
) -> None:
    await connection.execute("UPDATE posting SET status = 'closed', closed_because = 'withdrawn'")
    with pytest.raises(NotPossible):
        await move(connection, submitted, "offer", "company")
    await connection.execute("UPDATE posting SET closed_because = 'deadline'")
    await connection.execute("UPDATE posting SET taken = 1")
    with pytest.raises(NoPlaceLeft):
        await move(connection, submitted, "offer", "company")
    await connection.execute("UPDATE posting SET taken = 0")
    assert (await move(connection, submitted, "offer", "company")).status == "offered"


async def test_where_no_space_is_sure_nobody_is_placed(
    connection: Connection, client: httpx.AsyncClient, scene: Scene, applicant: Person
) -> None:
    posting_id = await make_posting(
        connection, scene.company_id, scene.space_id, await make_space(connection, name="B")
    )
    offered = await make_offer(connection, posting_id, applicant)
    await sign_in(connection, client, applicant)
    assert (await client.post(f"/applications/{offered}/acceptance")).status_code == 409
    await connection.execute("UPDATE application SET space_id = $1", scene.space_id)
    assert (await client.post(f"/applications/{offered}/acceptance")).status_code == 303
