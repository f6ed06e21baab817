import asyncio
from typing import Any

import asyncpg
import hypothesis.strategies as st
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import initialize, multiple
from hypothesis.stateful import run_state_machine_as_test as run_machine

from any_order.agreement import Agreement
from any_order.approval import Approval
from any_order.booking import Booking
from any_order.ground import Ground
from any_order.holding import Holding
from any_order.hosting import Hosting
from any_order.leaving import Leaving
from any_order.model import BOOTH, DAYS, POOL, ROOM
from any_order.presence import Presence
from any_order.series import Series
from any_order.waiting import Waiting
from landbooking.database import CHANGED, prepare_connection


class Machine(Booking, Series, Waiting, Hosting, Holding, Approval, Presence, Leaving, Agreement):
    @initialize(target=Ground.booked, crowded=st.booleans(), series=st.booleans(), held=st.booleans())
    def begin(self, crowded: bool, series: bool, held: bool) -> Any:
        """With nothing, or with what chance would seldom find.

        A morning on which all is taken and people wait; in the afternoon a series, and what is held for visitors.
        """
        self.do(self.prepare())
        made = list(self.book_every_day(1, POOL[1], 13, 2).values) if series else []
        for place in (POOL[0], ROOM, BOOTH) if held else ():
            self.hold(place, DAYS[0], 13, 2)
        if not crowded:
            return multiple(*made)
        made += [self.book(desk, desk, DAYS[0], 9, 3) for desk in POOL]
        made += [self.book_by_card(0, DAYS[0], 9, 3, with_beamer=True), self.book(1, BOOTH, DAYS[0], 9, 3)]
        for person, resource in ((0, 1), (1, None), (0, BOOTH)):
            self.wait(person, resource, DAYS[0], 9, 3)
        return multiple(*made)


def note(_connection: object, message: asyncpg.PostgresLogMessage) -> None:
    if message.sqlstate == CHANGED:
        Machine.told.add(int(message.message))


def test_in_any_order(worker_database: str) -> None:
    async def connect() -> "asyncpg.Connection[asyncpg.Record]":
        connection = await asyncpg.connect(worker_database, server_settings={"timezone": "UTC"})
        await prepare_connection(connection)
        connection.add_log_listener(note)
        return connection

    with asyncio.Runner() as runner:
        Machine.runner, Machine.connection = runner, runner.run(connect())
        try:
            run_machine(
                Machine,
                settings=settings(
                    max_examples=55,
                    stateful_step_count=60,
                    deadline=None,
                    suppress_health_check=list(HealthCheck),
                    phases=[Phase.explicit, Phase.generate],
                    derandomize=True,
                    database=None,
                ),
            )
        finally:
            runner.run(Machine.connection.close())
