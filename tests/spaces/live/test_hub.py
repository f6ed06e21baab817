"""What the hub does with its streams, without sockets: nobody waits, nobody stays behind."""

import asyncio
from typing import Any

import pytest

from landbooking.errors import TooMany
from landbooking.spaces.live import hub as hub_module
from landbooking.spaces.live.hub import MOST_OF_ONE, Hub, Published, Stream
from support.servers import until


class Visitor:
    """The sending side of one open answer; `reads` is whether the server takes what is sent."""

    def __init__(self, reads: bool = True) -> None:
        self.reads = reads
        self.got = b""
        self.complete = False

    async def send(self, message: Any) -> None:
        if not self.reads:
            await asyncio.Event().wait()
        self.got += message["body"]
        self.complete = not message["more_body"]


@pytest.fixture
def hub() -> Hub:
    return Hub("redis://nowhere")


def look(hub: Hub, space_id: int, visitor: Visitor, address: str = "192.0.2.1") -> Stream:
    stream = Stream(space_id, address, visitor.send, None)
    hub.add(stream)
    return stream


async def everything(spaces: set[int]) -> set[int]:
    return spaces


async def pass_on(hub: Hub, *spaces: int, published: Published = everything) -> None:
    """As if this was heard, and until it is passed on."""
    passing = asyncio.create_task(hub._pass_on(published))
    hub._note(spaces)

    async def passed() -> bool:
        return not hub._news and not hub._is_news.is_set()

    await until(passed)
    passing.cancel()
    await asyncio.wait([passing])


async def test_a_change_is_said_to_those_who_look_at_that_space(hub: Hub) -> None:
    here, elsewhere = Visitor(), Visitor()
    look(hub, 1, here)
    look(hub, 2, elsewhere)
    await pass_on(hub, 1, 3)
    assert here.got.count(b"event: changed") == 1
    assert b"changed" not in elsewhere.got


async def test_of_a_space_that_is_not_published_nobody_hears(hub: Hub) -> None:
    """Its streams end; whoever may still see it comes back and is asked anew."""
    shown, hidden = Visitor(), Visitor()
    look(hub, 1, shown)
    stream = look(hub, 2, hidden)

    async def the_first(spaces: set[int]) -> set[int]:
        return spaces & {1}

    await pass_on(hub, 1, 2, published=the_first)
    assert (shown.got.count(b"event: changed"), shown.complete) == (1, False)
    assert (b"changed" in hidden.got, hidden.complete, hub.has(stream)) == (False, True, False)
    assert hub.open_streams == 1


async def test_where_that_can_not_be_known_nobody_hears(hub: Hub) -> None:
    visitor, later = Visitor(), Visitor()
    look(hub, 1, visitor)

    async def away(_spaces: set[int]) -> set[int]:
        raise OSError

    await pass_on(hub, 1, published=away)
    assert (b"changed" in visitor.got, visitor.complete) == (False, True)
    look(hub, 1, later)
    await pass_on(hub, 1)
    assert b"changed" in later.got


async def test_a_burst_is_one_change(hub: Hub) -> None:
    visitor = Visitor()
    look(hub, 1, visitor)
    await pass_on(hub, *[1] * 1000)
    assert visitor.got.count(b"event: changed") == 1


async def test_the_more_look_the_longer_they_may_take_to_fetch(hub: Hub) -> None:
    visitors = [Visitor() for _ in range(150)]
    for visitor in visitors:
        look(hub, 1, visitor)
    await pass_on(hub, 1)
    assert all(visitor.got.endswith(b"event: changed\ndata: 1.5\n\n") for visitor in visitors)


async def test_who_reads_nothing_is_let_go_and_keeps_nobody_waiting(hub: Hub) -> None:
    slow, quick = Visitor(), Visitor()
    stream = look(hub, 1, slow)
    stream.task = asyncio.create_task(asyncio.Event().wait())
    look(hub, 1, quick)
    slow.reads = False
    await pass_on(hub, 1)
    assert b"changed" in quick.got
    assert (hub.has(stream), hub.open_streams) == (False, 1)
    await asyncio.wait([stream.task])
    assert stream.task.cancelled()


async def test_who_goes_leaves_nothing_behind(hub: Hub) -> None:
    streams = [look(hub, number % 3, Visitor(), f"192.0.2.{number % 5}") for number in range(30)]
    assert hub.open_streams == 30
    for stream in [*streams, *streams]:  # also twice
        hub.remove(stream)
    assert hub.open_streams == 0
    assert not hub._streams
    assert not hub._of_address


async def test_one_household_has_so_many_and_not_more(hub: Hub) -> None:
    streams = [look(hub, 1, Visitor(), f"2001:db8::{number:x}") for number in range(MOST_OF_ONE)]
    with pytest.raises(TooMany):
        hub.check_room("2001:db8::ffff")
    hub.check_room("2001:db8:1::1")
    hub.remove(streams[0])
    hub.check_room("2001:db8::ffff")


async def test_a_process_has_so_many_and_not_more(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub_module, "MOST", 2)
    for number in range(2):
        hub.check_room("192.0.2.1")
        look(hub, number, Visitor(), f"192.0.2.{number}")
    with pytest.raises(TooMany):
        hub.check_room("192.0.2.9")


async def test_a_hub_that_closes_ends_every_stream_and_takes_no_more(hub: Hub) -> None:
    visitors = [Visitor() for _ in range(5)]
    for number, visitor in enumerate(visitors):
        look(hub, number % 2, visitor)
    hub.close()
    assert all(visitor.complete for visitor in visitors)
    assert hub.open_streams == 0
    with pytest.raises(TooMany):
        hub.check_room("192.0.2.1")


async def test_a_stream_ends_after_a_while_so_that_it_is_asked_again_who_may_see_it(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who has signed out, or is no host any more, does not listen for ever."""
    monkeypatch.setattr(hub_module, "BEAT", 0)
    old, new = Visitor(), Visitor()
    look(hub, 1, old).until = 0
    look(hub, 1, new)
    beating = asyncio.create_task(hub._beat())

    async def ended() -> bool:
        return old.complete

    await until(ended)
    beating.cancel()
    await asyncio.wait([beating])
    assert (new.complete, hub.open_streams) == (False, 1)


async def test_a_page_is_told_how_long_ago_its_space_changed(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr(hub_module, "monotonic", lambda: now)
    assert hub.age(1) == 0  # it hears nothing yet, so nobody knows
    hub._hears_since = now
    now = 1060.0
    hub._note([2])
    now = 1075.0
    assert (hub.age(1), hub.age(2)) == (75.0, 15.0)
    hub._hears_since = now  # heard nothing for a while, and does again
    now = 1080.0
    assert (hub.age(1), hub.age(2)) == (5.0, 5.0)
