"""Many at once, on connections that really commit."""

import asyncio
from uuid import UUID

import pytest

from landbooking.accounts.codes import Redeemed, redeem_code, redeem_link, request_code
from landbooking.accounts.idempotency import KeyReused, earlier_result, store_result
from landbooking.accounts.person import ensure_person
from landbooking.accounts.tokens import MOST, EnoughTokens, make_token
from landbooking.database import Pool
from landbooking.errors import TooMany
from landbooking.settings import Settings
from support import people

ADDRESS = "viele@example.org"


async def asked(pool: Pool, settings: Settings) -> tuple[UUID, str, str]:
    async with pool.acquire() as connection, connection.transaction():
        request_id = await request_code(connection, settings, ADDRESS, "192.0.2.1", "/")
    context = await pool.fetchval("SELECT context FROM outbox ORDER BY id DESC LIMIT 1")
    return request_id, context["code"], context["link_path"].rpartition("/")[2]


async def test_code_and_link_tried_by_forty_at_once_win_once(pool: Pool, settings: Settings) -> None:
    request_id, code, link = await asked(pool, settings)

    async def by_code() -> object:
        async with pool.acquire() as connection, connection.transaction():
            return await redeem_code(connection, settings, request_id, code)

    async def by_link() -> object:
        async with pool.acquire() as connection, connection.transaction():
            return await redeem_link(connection, link)

    results = await asyncio.gather(*(by_code() if number % 2 else by_link() for number in range(40)))
    assert sum(isinstance(result, Redeemed) for result in results) == 1


async def test_forty_wrong_codes_at_once_are_five_tries(pool: Pool, settings: Settings) -> None:
    request_id, code, _link = await asked(pool, settings)

    async def try_one(number: int) -> object:
        async with pool.acquire() as connection, connection.transaction():
            return await redeem_code(connection, settings, request_id, f"{(int(code) + number) % 1_000_000:06}")

    results = await asyncio.gather(*(try_one(number) for number in range(1, 41)))
    assert results.count("wrong") == 4
    assert results.count("gone") == 36
    assert await pool.fetchval("SELECT wrong_tries FROM sign_in_code") == 5
    assert await try_one(0) == "gone"


async def test_without_the_conditional_update_more_than_five_would_be_tried(
    pool: Pool,
    settings: Settings,
) -> None:
    """The negative control: look first, count afterwards, and the same forty get past the measure."""
    request_id, _code, _link = await asked(pool, settings)
    looked = asyncio.Barrier(20)

    async def look_then_count() -> bool:
        async with pool.acquire() as connection, connection.transaction():
            tries: int = await connection.fetchval("SELECT wrong_tries FROM sign_in_code WHERE id = $1", request_id)
            await looked.wait()
            return tries < 5

    assert sum(await asyncio.gather(*(look_then_count() for _ in range(20)))) > 5


async def test_twenty_requests_at_once_mail_five_codes(pool: Pool, settings: Settings) -> None:
    async def ask() -> bool:
        async with pool.acquire() as connection, connection.transaction():
            try:
                await request_code(connection, settings, ADDRESS, "192.0.2.1", "/")
            except TooMany:
                return False
            return True

    assert sum(await asyncio.gather(*(ask() for _ in range(20)))) == 5
    assert await pool.fetchval("SELECT count(*) FROM outbox") == 5


async def test_an_address_that_comes_twice_at_once_gets_one_account(pool: Pool) -> None:
    async def ensure() -> int:
        async with pool.acquire() as connection, connection.transaction():
            return await ensure_person(connection, ADDRESS, "de")

    assert len(set(await asyncio.gather(*(ensure() for _ in range(20))))) == 1
    assert await pool.fetchval("SELECT count(*) FROM person") == 1


async def test_many_at_once_make_no_more_tokens_than_allowed(pool: Pool) -> None:
    async with pool.acquire() as connection:
        person_id = await ensure_person(connection, ADDRESS, "de")

    async def make() -> bool:
        async with pool.acquire() as connection, connection.transaction():
            try:
                await make_token(connection, person_id, "Tafel")
            except EnoughTokens:
                return False
            return True

    assert sum(await asyncio.gather(*(make() for _ in range(40)))) == MOST


async def test_the_same_key_sent_at_once_acts_once_and_answers_alike(pool: Pool) -> None:
    async with pool.acquire() as connection:
        person = await people.make_person(connection, ADDRESS)
    acted = 0

    async def send() -> int:
        nonlocal acted
        async with pool.acquire() as connection, connection.transaction():
            earlier = await earlier_result(connection, person.id, "key", b"asked")
            if earlier is not None:
                return earlier
            acted += 1
            await asyncio.sleep(0.05)
            await store_result(connection, person.id, "key", 4711)
            return 4711

    assert set(await asyncio.gather(*(send() for _ in range(20)))) == {4711}
    assert acted == 1


async def test_a_key_is_the_senders_own_and_for_one_request(pool: Pool) -> None:
    async with pool.acquire() as connection:
        person = await people.make_person(connection, ADDRESS)
        other = await people.make_person(connection, "andere@example.org")
        assert await earlier_result(connection, person.id, "key", b"asked") is None
        await store_result(connection, person.id, "key", 1)
        assert await earlier_result(connection, other.id, "key", b"asked") is None
        with pytest.raises(KeyReused):
            await earlier_result(connection, person.id, "key", b"something else")


async def test_a_refused_first_try_leaves_the_key_unused(pool: Pool) -> None:
    async with pool.acquire() as connection:
        person = await people.make_person(connection, ADDRESS)
        first = connection.transaction()
        await first.start()
        assert await earlier_result(connection, person.id, "key", b"asked") is None
        await first.rollback()
        assert await earlier_result(connection, person.id, "key", b"asked") is None
