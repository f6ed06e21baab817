"""The pages of hosts, and of the district's staff, by subject."""

from litestar.handlers import HTTPRouteHandler

from landbooking.spaces.approval import pages as approval_pages
from landbooking.spaces.changes import pages as changes_pages
from landbooking.spaces.hosting import (
    blackout_pages,
    board_file,
    board_pages,
    booking_pages,
    closure_pages,
    common_closure_pages,
    details_pages,
    district_pages,
    hours_pages,
    member_pages,
    opening_pages,
    photo_pages,
    resource_pages,
    rule_pages,
    team_pages,
    today_pages,
    vehicle_pages,
)
from landbooking.spaces.presence import host_pages as presence_pages

ROUTES: list[HTTPRouteHandler] = [
    *today_pages.ROUTES,
    *board_pages.ROUTES,
    *board_file.ROUTES,
    *booking_pages.ROUTES,
    *opening_pages.ROUTES,
    *approval_pages.ROUTES,
    *presence_pages.ROUTES,
    *blackout_pages.ROUTES,
    *closure_pages.ROUTES,
    *common_closure_pages.ROUTES,
    *hours_pages.ROUTES,
    *rule_pages.ROUTES,
    *member_pages.ROUTES,
    *team_pages.ROUTES,
    *changes_pages.ROUTES,
    *resource_pages.ROUTES,
    *vehicle_pages.ROUTES,
    *details_pages.ROUTES,
    *photo_pages.ROUTES,
    *district_pages.ROUTES,
]
