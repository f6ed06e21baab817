"""The main menu says where one is, also on pages whose address says it otherwise."""

import re

import httpx
import pytest

from landbooking.database import Connection
from support.people import sign_in
from support.world import address, make_world


@pytest.mark.parametrize(
    ("path", "entry"),
    [
        ("/", "Start"),
        ("/bookings", "Meine Buchungen"),
        ("/bookings/{booking_id:int}", "Meine Buchungen"),
        ("/series/{series_id:int}", "Meine Buchungen"),
        ("/waiting/{wish_id:int}", "Meine Buchungen"),
        ("/cards", "Meine Buchungen"),
        ("/host/spaces/{space_id:int}/till", "Gastgeben"),
        ("/counter/spaces/{space_id:int}", "Gastgeben"),
        ("/internships/easy", "Praktika"),
        ("/companies/{company_id:int}/postings", "Praktika"),
        ("/postings/{posting_id:int}", "Praktika"),
        ("/placements", "Praktika"),
        ("/district/internships", "Kreis"),
        ("/district/settlement", "Kreis"),
        ("/spaces/{space_id:int}", None),
    ],
)
async def test_it_marks_where_one_is(
    connection: Connection, client: httpx.AsyncClient, path: str, entry: str | None
) -> None:
    world = await make_world(connection)
    await sign_in(connection, client, world.owner)
    page = (await client.get(f"/de{address(path, world.ids)}")).text
    menu = page.partition('class="site-nav"')[2].partition("</nav>")[0]
    assert re.findall(r'aria-current="page">([^<]+)<', menu) == ([entry] if entry else [])
