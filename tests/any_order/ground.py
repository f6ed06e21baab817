"""The space in which everything happens, and how what the verbs say is compared with the model."""

import asyncio
from collections.abc import Coroutine
from datetime import date, timedelta
from typing import Any, ClassVar

import asyncpg
import hypothesis.strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant

from any_order.model import BOOTH, DAYS, HOUR_CENTS, KINDS, POOL, VISITS, Held, Model
from conftest import OneConnection
from landbooking.accounts.person import Person
from landbooking.errors import Refusal
from landbooking.period import Period
from landbooking.spaces.hosting.board import day_period, entries_between
from landbooking.spaces.hosting.consequences import Choice, Undecided
from landbooking.spaces.schedules import schedules_of
from landbooking.spaces.space import space_by_id
from landbooking.spaces.tariffs.prices import offer_cards, set_tariff
from landbooking.spaces.tariffs.sales import sell_card
from landbooking.spaces.tariffs.tariff import Tariff
from landbooking.spaces.waiting.wishes import waiting_at
from support.people import make_person
from support.presence import with_check_in
from support.spaces import make_desk, make_district, make_host, make_override, make_space, open_daily, period_on

DAY = st.sampled_from(DAYS)
HOURS = st.sampled_from([9, 9, 9, 10, 11, 12, 13, 17])  # the last reaches beyond the opening hours, 8 to 18
LENGTHS = st.integers(1, 3)
PEOPLE = st.integers(0, 1)
DESKS = st.sampled_from(POOL)
RESOURCES = st.sampled_from([*POOL, *POOL, *range(2, len(KINDS))])
PICKS = st.integers(0, 11)
CHOICES: st.SearchStrategy[Choice] = st.sampled_from(["keep", "cancel"])
SELDOM = st.sampled_from([False] * 4 + [True])


class Ground(RuleBasedStateMachine):
    """Everything happens in one transaction that is rolled back; a verb that is refused is undone by a savepoint."""

    runner: asyncio.Runner
    connection: "asyncpg.Connection[asyncpg.Record]"
    told: ClassVar[set[int]] = set()  # the spaces that triggers have named

    booked = Bundle("booked")
    closed = Bundle("closed")
    blacked = Bundle("blacked")

    def __init__(self) -> None:
        super().__init__()
        self.model = Model()
        self.transaction = self.connection.transaction()
        self.pool: Any = OneConnection(self.connection)

    async def prepare(self) -> None:
        await self.transaction.start()
        self.space_id = await make_space(self.connection)
        await open_daily(self.connection, self.space_id)
        await with_check_in(self.connection)
        self.resources = [
            await make_desk(
                self.connection, self.space_id, f"Platz {number}", kind=kind, pool="Tisch" if number in POOL else None
            )
            for number, kind in enumerate(KINDS)
        ]
        await make_override(self.connection, self.space_id, KINDS[BOOTH], approval=True)
        await set_tariff(self.connection, self.space_id, Tariff("meeting_room", hour_cents=HOUR_CENTS))
        await offer_cards(self.connection, await make_district(self.connection), VISITS, 1000)
        host = await make_person(self.connection, "gastgeberin@example.org")
        self.host = await make_host(self.connection, host, self.space_id)
        self.people = [await self.newcomer(number) for number in (0, 1)]
        self.shown = await self.boards()

    async def boards(self) -> tuple[object, ...]:
        """What the space's boards show, the public ones and the host's."""
        space = await space_by_id(self.connection, self.space_id)
        whole = day_period(space.rules, DAYS[0] - timedelta(days=7), days=60)
        schedules = await schedules_of(self.connection, [space], whole)
        entries = await entries_between(self.connection, self.space_id, whole)
        return space, schedules, entries, await waiting_at(self.connection, self.space_id, whole)

    @invariant()
    def a_board_that_shows_something_else_is_told(self) -> None:
        shown, told = self.do(self.boards()), self.told.copy()
        self.told.clear()
        assert shown == self.shown or self.space_id in told
        self.shown = shown

    async def newcomer(self, number: int) -> Person:
        """With a new card."""
        person = await make_person(self.connection, f"anwohner{number}@example.org")
        space = await space_by_id(self.connection, self.space_id)
        self.model.cards[await sell_card(self.connection, self.host, space, person.email)] = number
        return person

    def teardown(self) -> None:
        self.do(self.transaction.rollback())

    def do(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.runner.run(work)

    def attempt(self, work: Coroutine[Any, Any, Any]) -> Any:
        """What the verb returns, or the code of its refusal."""
        try:
            return self.do(self.undone_if_refused(work))
        except Undecided:
            raise
        except Refusal as refusal:
            return refusal.code

    async def undone_if_refused(self, work: Coroutine[Any, Any, Any]) -> Any:
        async with self.connection.transaction():
            return await work

    def serve(self) -> None:
        self.model.serve(
            lambda number: self.do(self.connection.fetchval("SELECT booking_id FROM waiting WHERE id = $1", number))
        )

    def end(self, booking: int) -> None:
        """It stands no longer, and somebody else may have it."""
        self.model.end(booking)
        self.serve()

    def known(self, booking: int) -> Held:
        """A booking, also one that is gone."""
        return self.model.standing.get(booking) or self.model.gone[booking]

    def begun(self, booking: int) -> bool:
        return self.known(booking).late > 0


def hours_of(day: date, hour: int, length: int) -> Period:
    start = period_on(day, f"{hour:02}:00", "23:59").start
    return Period(start, start + timedelta(hours=length))
