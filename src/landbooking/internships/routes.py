"""All addresses of internships but the JSON API."""

from litestar.types import ControllerRouterHandler

from landbooking.internships.applications import apply_pages, company_pages, consent_pages, own_pages

ROUTES: list[ControllerRouterHandler] = [
    *apply_pages.ROUTES,
    *own_pages.ROUTES,
    *company_pages.ROUTES,
    *consent_pages.ROUTES,
]
