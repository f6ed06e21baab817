"""The web app: a map of the site. Who may use a route stands at the route, as its guard."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial

from litestar import Litestar, Router
from litestar.datastructures import State
from litestar.di import Provide
from litestar.static_files import create_static_files_router
from litestar.types import ASGIApp, ControllerRouterHandler

from landbooking import health, legal
from landbooking.accounts import limits, profile, sign_in
from landbooking.accounts.acting import transaction
from landbooking.accounts.authentication import Authentication
from landbooking.accounts.guards import public
from landbooking.accounts.unrouted import answer_anybody
from landbooking.agenda import api as agenda_api
from landbooking.agenda import routes as agenda
from landbooking.agenda import travel_pages as travel
from landbooking.bodies import LARGEST_BODY, read_body
from landbooking.database import Pool, create_pool, reading
from landbooking.internships import api as internships_api
from landbooking.internships import routes as internships
from landbooking.internships.running.instruction import may_work
from landbooking.middleware import HeadAsGet, LanguageAddress, OriginCheck, RequestLog, SecurityHeaders, StaticCaching
from landbooking.openapi import ClockSchema, description
from landbooking.paths import STATIC
from landbooking.places import api as places_api
from landbooking.rides import api as rides_api
from landbooking.rides import routes as rides
from landbooking.rides import seat_api
from landbooking.settings import Settings
from landbooking.spaces import api as spaces_api
from landbooking.spaces import booking_api
from landbooking.spaces import routes as spaces
from landbooking.spaces.approval import api as approval_api
from landbooking.spaces.feeds import api as feeds_api
from landbooking.spaces.feeds import routes as feeds
from landbooking.spaces.guests import api as guests_api
from landbooking.spaces.hosting import api as hosting_api
from landbooking.spaces.hosting import routes as hosting
from landbooking.spaces.live.hub import Hub
from landbooking.spaces.live.telling import Telling
from landbooking.spaces.plans import api as plans_api
from landbooking.spaces.plans import host_pages as plan_editor
from landbooking.spaces.plans import pages as plans
from landbooking.spaces.plans import whereabouts_pages
from landbooking.spaces.presence import api as presence_api
from landbooking.spaces.series import api as series_api
from landbooking.spaces.space import published_among
from landbooking.spaces.statistics import api as statistics_api
from landbooking.spaces.statistics import pages as statistics
from landbooking.spaces.tariffs import api as tariffs_api
from landbooking.spaces.tariffs import district_api
from landbooking.spaces.tariffs import host_api as till_api
from landbooking.spaces.tariffs import routes as tariffs
from landbooking.spaces.waiting import api as waiting_api
from landbooking.spaces.waiting import routes as waiting
from landbooking.spaces.widgets import routes as widgets


def create_app(
    settings: Settings,
    pool: Pool | None = None,
    extra_routes: Sequence[ControllerRouterHandler] = (),
    hub: Hub | None = None,
) -> ASGIApp:
    """The app for uvicorn. Makes its own pool unless it is given one; the demo adds routes of its own.

    `hub` has the open boards, which whoever stops the server closes first.
    """
    litestar = Litestar(
        route_handlers=[
            *sign_in.ROUTES,
            *profile.ROUTES,
            *spaces.ROUTES,
            *waiting.ROUTES,
            *feeds.ROUTES,
            *widgets.ROUTES,
            *agenda.ROUTES,
            *travel.ROUTES,
            *hosting.ROUTES,
            *plans.ROUTES,
            *plan_editor.ROUTES,
            *whereabouts_pages.ROUTES,
            *tariffs.ROUTES,
            *statistics.ROUTES,
            *rides.ROUTES,
            *internships.ROUTES,
            Router("/api/v1", route_handlers=[*places_api.ROUTES], guards=[public]),
            Router(
                "/api/v1",
                route_handlers=[
                    *spaces_api.ROUTES,
                    *booking_api.ROUTES,
                    *approval_api.ROUTES,
                    *presence_api.ROUTES,
                    *guests_api.ROUTES,
                    *series_api.ROUTES,
                    *hosting_api.ROUTES,
                    *feeds_api.ROUTES,
                    *plans_api.ROUTES,
                    *tariffs_api.ROUTES,
                    *till_api.ROUTES,
                    *district_api.ROUTES,
                    *statistics_api.ROUTES,
                    *waiting_api.ROUTES,
                    *rides_api.ROUTES,
                    *seat_api.ROUTES,
                    *internships_api.ROUTES,
                    *agenda_api.ROUTES,
                ],
            ),
            *legal.ROUTES,
            *health.ROUTES,
            *extra_routes,
            create_static_files_router(
                "/static",
                directories=[STATIC],
                guards=[public],
                cache_control=None,
                include_in_schema=False,
            ),
        ],
        dependencies={"connection": Provide(transaction), "reads": Provide(reading)},
        exception_handlers={Exception: answer_anybody},
        middleware=[Authentication],
        lifespan=[_resources],
        state=State(
            {
                "settings": settings,
                "pool": pool,
                "hub": hub or Hub(settings.redis_url),
                "demo": bool(extra_routes),
                "may_come": may_work,
            }
        ),
        openapi_config=description(settings.base_url),
        plugins=[ClockSchema()],
        before_request=read_body,
        request_max_body_size=LARGEST_BODY,
        logging_config=None,
        pdb_on_exception=False,
    )
    app: ASGIApp = litestar
    app = StaticCaching(app)
    app = HeadAsGet(app)
    app = OriginCheck(app, settings.base_url)
    app = SecurityHeaders(app, settings.secure)
    app = LanguageAddress(app)
    return RequestLog(app)


@asynccontextmanager
async def _resources(app: Litestar) -> AsyncIterator[None]:
    """The database pool, the Valkey client and the open boards' hub, for as long as the app runs."""
    settings: Settings = app.state.settings
    app.state.valkey = limits.counters(settings.redis_url)
    telling = Telling(app.state.valkey)
    app.state.pool = app.state.pool or await create_pool(settings.database_url, settings.database_pool, telling.tell)
    hearing = asyncio.create_task(app.state.hub.run(partial(published_among, app.state.pool)))
    try:
        yield
    finally:
        hearing.cancel()
        await telling.end()
        await app.state.valkey.aclose()
        await app.state.pool.close()
