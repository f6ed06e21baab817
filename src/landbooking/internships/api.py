"""All addresses of internships in the JSON API."""

from litestar.types import ControllerRouterHandler

from landbooking.internships.applications import api as applications
from landbooking.internships.applications import company_api, draft_api
from landbooking.internships.papers import api as papers
from landbooking.internships.running import api as running

ROUTES: list[ControllerRouterHandler] = [
    *draft_api.ROUTES,
    *applications.ROUTES,
    *company_api.ROUTES,
    *running.ROUTES,
    *papers.ROUTES,
]
