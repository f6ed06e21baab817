"""All addresses of internships but the JSON API."""

from litestar.types import ControllerRouterHandler

from landbooking.internships.applications import apply_pages, consent_pages, own_pages
from landbooking.internships.applications import company_pages as candidates
from landbooking.internships.applications import district_pages as offers
from landbooking.internships.companies import pages as companies
from landbooking.internships.papers import pages as papers
from landbooking.internships.placements import company_pages as placement_company_pages
from landbooking.internships.placements import district_pages as placement_district_pages
from landbooking.internships.placements import own_pages as placement_pages
from landbooking.internships.placements import signature_pages
from landbooking.internships.postings import company_pages, district_pages, saved_pages, search_pages
from landbooking.internships.running import answer_pages
from landbooking.internships.running import pages as running

ROUTES: list[ControllerRouterHandler] = [
    *search_pages.ROUTES,
    *saved_pages.ROUTES,
    *companies.ROUTES,
    *company_pages.ROUTES,
    *district_pages.ROUTES,
    *apply_pages.ROUTES,
    *own_pages.ROUTES,
    *candidates.ROUTES,
    *offers.ROUTES,
    *consent_pages.ROUTES,
    *placement_pages.ROUTES,
    *placement_company_pages.ROUTES,
    *placement_district_pages.ROUTES,
    *signature_pages.ROUTES,
    *running.ROUTES,
    *answer_pages.ROUTES,
    *papers.ROUTES,
]
