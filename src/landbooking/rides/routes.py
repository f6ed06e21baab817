"""All pages of rides."""

from landbooking.rides import meeting_point_pages, offer_pages, search_pages, wish_pages

ROUTES = [*search_pages.ROUTES, *offer_pages.ROUTES, *meeting_point_pages.ROUTES, *wish_pages.ROUTES]
