"""How long browsers may keep our style and script, and that nobody frames our pages."""

import re

import httpx
import pytest

from landbooking.database import Connection
from landbooking.pages import static
from support.people import sign_in
from support.world import World, address, app_of, routes_of


async def test_what_a_page_links_to_is_kept_for_a_year(client: httpx.AsyncClient) -> None:
    linked = re.findall(r'(?:href|src)="(/static/[^"]+)"', (await client.get("/en")).text)
    assert linked
    for file in linked:
        answer = await client.get(file)
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.headers["etag"]


@pytest.mark.parametrize("query", ["", "?v=", "?v=0123456789", "?x=1"])
async def test_without_the_files_own_fingerprint_it_is_asked_for_again_soon(
    client: httpx.AsyncClient, query: str
) -> None:
    answer = await client.get("/static/css/base.css" + query)
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "public, max-age=300")


async def test_a_file_that_is_missing_is_not_kept(client: httpx.AsyncClient) -> None:
    fingerprint = static("css/base.css").partition("?")[2]
    answer = await client.get(f"/static/nothing.css?{fingerprint}")
    assert (answer.status_code, answer.headers["cache-control"]) == (404, "no-store")


async def test_nobody_may_frame_any_other_page(connection: Connection, client: httpx.AsyncClient, world: World) -> None:
    """The widgets are the only pages that are made for it: tests/spaces/feeds."""
    await sign_in(connection, client, world.owner)
    for method, path, _handler in routes_of(app_of(client)):
        if method == "GET" and not path.endswith("/widget"):
            answer = await client.get(address(path, world.ids))
            [policy] = answer.headers.get_list("content-security-policy")
            assert "frame-ancestors 'none'" in policy, path
