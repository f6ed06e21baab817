"""All addresses of internships in the JSON API."""

from litestar.types import ControllerRouterHandler

from landbooking.internships.applications import api as applications
from landbooking.internships.applications import company_api, draft_api
from landbooking.internships.papers import api as papers
from landbooking.internships.placements import company_api as placement_company_api
from landbooking.internships.placements import district_api as placement_district_api
from landbooking.internships.placements import own_api as placement_api
from landbooking.internships.running import api as running

ROUTES: list[ControllerRouterHandler] = [
    *draft_api.ROUTES,
    *applications.ROUTES,
    *company_api.ROUTES,
    *running.ROUTES,
    *papers.ROUTES,
    *placement_api.ROUTES,
    *placement_company_api.ROUTES,
    *placement_district_api.ROUTES,
]
