"""The pages of tariffs, by who looks at them: hosts, residents, the district."""

from litestar.handlers import HTTPRouteHandler

from landbooking.spaces.tariffs import account_pages, district_pages, price_pages, till_pages

ROUTES: list[HTTPRouteHandler] = [
    *price_pages.ROUTES,
    *till_pages.ROUTES,
    *account_pages.ROUTES,
    *district_pages.ROUTES,
]
