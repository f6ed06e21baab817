"""All addresses of rides but the JSON API."""

from litestar.types import ControllerRouterHandler

from landbooking.rides import (
    ask_pages,
    district_pages,
    meeting_point_pages,
    offer_pages,
    organisation_pages,
    people_pages,
    point_pages,
    search_pages,
    seat_pages,
    statistics_pages,
    week_pages,
    wish_pages,
)
from landbooking.rides.covoiturage import routes as covoiturage
from landbooking.rides.exports import routes as exports

ROUTES: list[ControllerRouterHandler] = [
    *search_pages.ROUTES,
    *ask_pages.ROUTES,
    *seat_pages.ROUTES,
    *offer_pages.ROUTES,
    *point_pages.ROUTES,
    *week_pages.ROUTES,
    *wish_pages.ROUTES,
    *people_pages.ROUTES,
    *meeting_point_pages.ROUTES,
    *organisation_pages.ROUTES,
    *district_pages.ROUTES,
    *statistics_pages.ROUTES,
    *exports.ROUTES,
    *covoiturage.ROUTES,
]
