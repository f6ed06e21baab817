"""Who is asking: sessions and tokens, how long they last, and how they end."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from litestar import Request, get

from landbooking.accounts.authentication import Authentication
from landbooking.accounts.guards import district_staff, host_of_space, public, signed_in
from landbooking.accounts.person import Person
from landbooking.accounts.tokens import create_token
from landbooking.database import Connection
from landbooking.errors import Forbidden, NotSignedIn
from landbooking.settings import Settings
from support import people


class Asked:
    """A connection as guards see it."""

    def __init__(self, user: Person | None, space_id: int = 7) -> None:
        self.scope = {"user": user}
        self.path_params = {"space_id": space_id}


async def allowed(guard: Any, user: Person | None) -> str:
    try:
        await guard(Asked(user), None)
    except NotSignedIn:
        return "sign in"
    except Forbidden:
        return "forbidden"
    return "yes"


@pytest.mark.parametrize(
    ("guard", "expected"),
    [
        (public, ["yes", "yes", "yes", "yes", "yes", "yes"]),
        (signed_in, ["sign in", "yes", "yes", "yes", "yes", "yes"]),
        (host_of_space, ["sign in", "forbidden", "yes", "forbidden", "forbidden", "forbidden"]),
        (district_staff, ["sign in", "forbidden", "forbidden", "forbidden", "yes", "yes"]),
    ],
)
async def test_each_guard_lets_in_whom_it_names(guard: Any, expected: list[str]) -> None:
    viewers = [
        None,
        Person(1, "bewohner@example.org"),
        Person(2, "gastgeberin@example.org", hosts=frozenset({7})),
        Person(3, "anderer-gastgeber@example.org", hosts=frozenset({8})),
        Person(4, "kreis@example.org", role="staff", district_id=1),
        Person(5, "betrieb@example.org", role="operator"),
    ]
    assert [await allowed(guard, viewer) for viewer in viewers] == expected


@get("/api/v1/whoami", guards=[signed_in], include_in_schema=False)
async def whoami(request: Request[Any, Any, Any]) -> dict[str, Any]:
    return {"email": request.user.email, "by": request.auth.by, "hosts": sorted(request.user.hosts)}


class CountingConnection:
    """The test's connection, which remembers what was asked outside a request's transaction."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.asked: list[str] = []

    @asynccontextmanager
    async def acquire(self, timeout: float) -> AsyncIterator["CountingConnection"]:  # noqa: ASYNC109 asyncpg's
        yield self

    async def fetchrow(self, query: str, *values: Any) -> Any:
        self.asked.append(query)
        return await self.connection.fetchrow(query, *values)

    async def execute(self, query: str, *values: Any) -> Any:
        self.asked.append(query)
        return await self.connection.execute(query, *values)


@pytest.fixture
def pool(connection: Connection) -> CountingConnection:
    return CountingConnection(connection)


@pytest.fixture
async def api(pool: CountingConnection, settings: Settings) -> Any:
    from litestar import Litestar
    from litestar.datastructures import State

    from landbooking.errors import answer

    app = Litestar(
        [whoami],
        middleware=[Authentication],
        exception_handlers={Exception: answer},
        state=State({"settings": settings, "pool": pool}),
        openapi_config=None,
        logging_config=None,
        pdb_on_exception=False,
    )
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=people.BASE_URL) as client:  # type: ignore[arg-type]
        yield client


async def test_a_session_costs_one_query_and_its_absence_none(
    api: httpx.AsyncClient, pool: CountingConnection, connection: Connection, resident: Person
) -> None:
    assert (await api.get("/api/v1/whoami")).status_code == 401
    assert pool.asked == []
    await people.sign_in(connection, api, resident)
    answer = await api.get("/api/v1/whoami")
    assert answer.json() == {"email": resident.email, "by": "session", "hosts": []}
    assert len(pool.asked) == 1


async def test_a_token_signs_in_a_program(
    api: httpx.AsyncClient, pool: CountingConnection, connection: Connection
) -> None:
    token = await create_token(connection, "Programm@example.org", "Tafel")
    headers = {"Authorization": f"Bearer {token}"}
    assert (await api.get("/api/v1/whoami", headers=headers)).json()["by"] == "token"
    assert len(pool.asked) == 2  # the first use in an hour is noted
    assert (await api.get("/api/v1/whoami", headers=headers)).json()["email"] == "programm@example.org"
    assert len(pool.asked) == 3
    assert token.encode().hex() not in await connection.fetchval("SELECT api_token::text FROM api_token")


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer ", "Bearer lb_wrong", "bearer x", "Bearer \x00", "Bearer lb_" + "x" * 5000]
)
async def test_a_wrong_token_is_refused_even_with_a_good_session(
    api: httpx.AsyncClient, connection: Connection, resident: Person, header: str
) -> None:
    await people.sign_in(connection, api, resident)
    answer = await api.get("/api/v1/whoami", headers={"Authorization": header})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_revoked_token_and_an_expired_session_are_out_at_once(
    api: httpx.AsyncClient, connection: Connection, resident: Person
) -> None:
    headers = await people.bearer(connection, resident)
    assert (await api.get("/api/v1/whoami", headers=headers)).status_code == 200
    await connection.execute("DELETE FROM api_token")
    assert (await api.get("/api/v1/whoami", headers=headers)).status_code == 401
    await people.sign_in(connection, api, resident)
    assert (await api.get("/api/v1/whoami")).status_code == 200
    await connection.execute("UPDATE session SET expires_at = now()")
    assert (await api.get("/api/v1/whoami")).status_code == 401


async def test_a_session_slides_but_is_written_once_an_hour_at_most(
    api: httpx.AsyncClient, pool: CountingConnection, connection: Connection, resident: Person
) -> None:
    await people.sign_in(connection, api, resident)
    await connection.execute("UPDATE session SET last_seen_at = now() - interval '2 hours'")
    for _ in range(3):
        assert (await api.get("/api/v1/whoami")).status_code == 200
    assert sum("UPDATE" in query for query in pool.asked) == 1
    row = await connection.fetchrow(
        "SELECT last_seen_at = now() AS seen, expires_at - now() = '60 days' AS kept FROM session"
    )
    assert tuple(row) == (True, True)  # type: ignore[arg-type]


async def test_a_token_opens_no_page(client: httpx.AsyncClient, connection: Connection, resident: Person) -> None:
    headers = await people.bearer(connection, resident)
    assert (await client.get("/profile", headers=headers)).status_code == 303
