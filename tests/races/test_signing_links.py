"""A guardian's link that is pressed twice at once: the first answer counts. With negative controls."""

from datetime import UTC, datetime, timedelta

import pytest

from landbooking.database import Connection, Pool
from landbooking.internships.placements.signing import refuse_by_link, sign_by_link
from support.placements import GUARDIAN, Stage, link_to, make_stage, propose
from support.races import Step, second_while_first_is_open

SEVENTEEN = datetime.now(UTC).date() - timedelta(days=17 * 366)

# What makes a link work once is that its row forgets the token.
KEEP_TOKENS = """
    CREATE FUNCTION keep_token() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN NEW.token_hash := OLD.token_hash; RETURN NEW; END $$;
    CREATE TRIGGER keep_token BEFORE UPDATE ON placement_signature FOR EACH ROW EXECUTE FUNCTION keep_token();
"""


@pytest.fixture
async def stage(pool: Pool) -> Stage:
    """Proposed, of somebody who is 17; the guardian has a link."""
    async with pool.acquire() as connection:
        stage = await make_stage(connection, birthday=SEVENTEEN)
        await connection.execute(
            """INSERT INTO guardian_consent (person_id, purpose, guardian_email, text_version, expires_at, channel,
                                             granted_at)
               VALUES ($1, 'internships', $2, 1, now(), 'link', now())""",
            stage.intern.id,
            GUARDIAN,
        )
        await propose(connection, stage)
    return stage


async def token_of(pool: Pool) -> str:
    async with pool.acquire() as connection:
        return (await link_to(connection, GUARDIAN)).rpartition("/")[2]


def signing(token: str, answers: list[bool]) -> Step:
    async def sign(connection: Connection) -> None:
        answers.append(await sign_by_link(connection, token, 1, "Maria Muster"))

    return sign


def refusing(token: str, answers: list[bool]) -> Step:
    async def refuse(connection: Connection) -> None:
        answers.append(await refuse_by_link(connection, token))

    return refuse


async def stands(pool: Pool) -> tuple[str, bool]:
    """The placement's state, and whether the guardian has signed."""
    row = await pool.fetchrow(
        """SELECT status, signed_at IS NOT NULL AS signed FROM placement
           JOIN placement_signature ON placement_id = placement.id AND signatory = 'guardian'"""
    )
    assert row
    return row["status"], row["signed"]


async def no_after_yes(pool: Pool, token: str) -> list[bool]:
    """Whether each was taken for an answer: the no comes while the yes is being written."""
    answers: list[bool] = []
    assert await second_while_first_is_open(pool, signing(token, answers), refusing(token, answers)) == "done"
    return answers


@pytest.mark.usefixtures("stage")
async def test_a_no_comes_too_late_for_the_yes(pool: Pool) -> None:
    assert await no_after_yes(pool, await token_of(pool)) == [True, False]
    assert await stands(pool) == ("awaiting_signatures", True)


@pytest.mark.usefixtures("stage")
async def test_were_the_token_kept_both_would_count(pool: Pool) -> None:
    token = await token_of(pool)
    await pool.execute(KEEP_TOKENS)
    assert await no_after_yes(pool, token) == [True, True]
    assert await stands(pool) == ("cancelled", True)


async def yes_twice(pool: Pool, token: str) -> list[bool]:
    answers: list[bool] = []
    assert await second_while_first_is_open(pool, signing(token, answers), signing(token, answers)) == "done"
    return answers


@pytest.mark.usefixtures("stage")
async def test_yes_twice_is_one_signature(pool: Pool) -> None:
    assert await yes_twice(pool, await token_of(pool)) == [True, False]


@pytest.mark.usefixtures("stage")
async def test_were_the_row_to_stay_unsigned_it_would_be_two(pool: Pool) -> None:
    token = await token_of(pool)
    await pool.execute(
        KEEP_TOKENS.replace(":= OLD.token_hash", ":= OLD.token_hash; NEW.signed_at := NULL; NEW.channel := NULL")
    )
    assert await yes_twice(pool, token) == [True, True]
