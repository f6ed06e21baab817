"""All addresses of internships in the JSON API."""

from litestar.types import ControllerRouterHandler

from landbooking.internships.applications import api as applications
from landbooking.internships.applications import company_api as candidates
from landbooking.internships.applications import consent_api, draft_api
from landbooking.internships.applications import district_api as offers
from landbooking.internships.papers import api as papers
from landbooking.internships.placements import company_api as placement_company_api
from landbooking.internships.placements import district_api as placement_district_api
from landbooking.internships.placements import own_api as placement_api
from landbooking.internships.postings import api as postings
from landbooking.internships.postings import company_api, district_api, posting_api
from landbooking.internships.running import api as running

ROUTES: list[ControllerRouterHandler] = [
    *postings.ROUTES,
    *company_api.ROUTES,
    *posting_api.ROUTES,
    *district_api.ROUTES,
    *draft_api.ROUTES,
    *applications.ROUTES,
    *candidates.ROUTES,
    *consent_api.ROUTES,
    *offers.ROUTES,
    *running.ROUTES,
    *papers.ROUTES,
    *placement_api.ROUTES,
    *placement_company_api.ROUTES,
    *placement_district_api.ROUTES,
]
