"""The clients of Valhalla and OSRM against a server of ours that answers as theirs do."""

import asyncio
import json

import pytest

from landbooking.rides import routers
from landbooking.rides.routers import Osrm, OverHttp, Valhalla, configured_router
from landbooking.rides.routing import Beeline, beeline
from landbooking.rides.way import Point
from landbooking.settings import SettingsError, load_settings
from support.routers import answering
from test_settings import COMPLETE

KUSEL, ALTENGLAN, WOLFSTEIN = Point(49.5386, 7.4043), Point(49.5506, 7.4649), Point(49.5836, 7.6053)

OSRM = {
    "code": "Ok",
    "routes": [
        {
            "legs": [
                {
                    "steps": [
                        {
                            "distance": 3000.0,
                            "duration": 200.0,
                            "geometry": {"coordinates": [[7.4043, 49.5386], [7.42, 49.54], [7.44, 49.545]]},
                        },
                        {
                            "distance": 2000.0,
                            "duration": 160.0,
                            "geometry": {"coordinates": [[7.44, 49.545], [7.4649, 49.5506]]},
                        },
                        {"distance": 0.0, "duration": 0.0, "geometry": {"coordinates": [[7.4649, 49.5506]] * 2}},
                    ]
                }
            ]
        }
    ],
}
# The shape is (38.5, -120.2), (40.7, -120.95), (43.252, -126.453) in six digits.
VALHALLA = {
    "trip": {
        "legs": [
            {
                "shape": "_izlhA~rlgdF_{geC~ywl@_kwzCn`{nI",
                "maneuvers": [
                    {"length": 250.5, "time": 9000, "begin_shape_index": 0, "end_shape_index": 1},
                    {"length": 550.0, "time": 20000, "begin_shape_index": 1, "end_shape_index": 2},
                    {"length": 0.0, "time": 0, "begin_shape_index": 2, "end_shape_index": 2},
                ],
            }
        ]
    }
}


async def test_osrm_says_length_and_time_of_each_part() -> None:
    asked = []

    def answer(head: str) -> bytes:
        asked.append(head)
        return json.dumps(OSRM).encode()

    async with answering(answer) as url:
        way = await OverHttp(Osrm(url)).way([KUSEL, ALTENGLAN])
    assert asked[0].startswith("GET /route/v1/driving/7.404300,49.538600;7.464900,49.550600?")
    assert way.routed_by == "osrm"
    assert (way.metres, way.seconds) == (5000, 360)
    assert [milestone.metres for milestone in way.milestones] == sorted({one.metres for one in way.milestones})
    assert way.milestones[2][2:] == (3000, 200)


async def test_valhalla_packs_its_shape() -> None:
    async with answering(lambda _head: json.dumps(VALHALLA).encode()) as url:
        way = await OverHttp(Valhalla(url)).way([KUSEL, ALTENGLAN])
    assert way.routed_by == "valhalla"
    assert [(round(one.lat, 3), round(one.lon, 3)) for one in way.milestones] == [
        (38.5, -120.2), (40.7, -120.95), (43.252, -126.453),
    ]  # fmt: skip
    assert (way.metres, way.seconds) == (800_500, 29_000)


@pytest.mark.parametrize("nonsense", [b"", b"[]", b"{}", b'{"routes": []}', b'{"routes": [{"legs": []}]}', b'"x"'])
async def test_a_router_that_talks_nonsense_rests_and_the_beeline_does(nonsense: bytes) -> None:
    asked = []

    def answer(head: str) -> bytes:
        asked.append(head)
        return nonsense

    async with answering(answer) as url:
        router = OverHttp(Osrm(url))
        assert await router.way([KUSEL, WOLFSTEIN]) == beeline([KUSEL, WOLFSTEIN])
        assert await router.way([KUSEL, WOLFSTEIN]) == beeline([KUSEL, WOLFSTEIN])
    assert len(asked) == 1


async def test_a_router_that_is_too_slow_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routers, "PATIENCE", 0.05)
    waiting = asyncio.Event()

    async def never(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await waiting.wait()
        writer.close()

    server = await asyncio.start_server(never, "127.0.0.1", 0)
    async with server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        assert (await OverHttp(Valhalla(url)).way([KUSEL, ALTENGLAN])).routed_by == "beeline"
        waiting.set()


async def test_one_router_is_configured_at_most() -> None:
    assert isinstance(configured_router(load_settings(COMPLETE)), Beeline)
    osrm = {**COMPLETE, "LANDBOOKING_OSRM_URL": "http://osrm:5000"}
    assert isinstance(configured_router(load_settings(osrm)), OverHttp)
    with pytest.raises(SettingsError, match="one router is enough"):
        load_settings({**osrm, "LANDBOOKING_VALHALLA_URL": "http://valhalla:8002"})
