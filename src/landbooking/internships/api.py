"""All addresses of internships in the JSON API."""

from litestar.types import ControllerRouterHandler

from landbooking.internships.postings import api, company_api, district_api, posting_api

ROUTES: list[ControllerRouterHandler] = [*api.ROUTES, *company_api.ROUTES, *posting_api.ROUTES, *district_api.ROUTES]
