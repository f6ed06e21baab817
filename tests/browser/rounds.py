"""What the worker does by the clock, done at once: no test waits for a minute or a morning."""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor

from browser.demo import Demo
from landbooking.database import Pool, create_pool
from landbooking.demo.run import settings_of_demo


def do_now(demo: Demo, work: Callable[[Pool], Awaitable[int]]) -> None:
    """One of the worker's rounds, on the demo's own database."""

    async def once() -> None:
        pool = await create_pool(settings_of_demo(demo.data).database_url, 1)
        try:
            await work(pool)
        finally:
            await pool.close()

    with ThreadPoolExecutor(1) as aside:  # in this thread Playwright's own event loop runs
        aside.submit(asyncio.run, once()).result()
