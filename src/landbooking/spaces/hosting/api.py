"""What hosts do, in the JSON API, by subject."""

from litestar.handlers import HTTPRouteHandler

from landbooking.spaces.changes import api as changes_api
from landbooking.spaces.hosting import (
    blackout_api,
    board_api,
    closure_api,
    district_api,
    member_api,
    photo_api,
    resource_api,
    rule_api,
    space_api,
    team_api,
)

ROUTES: list[HTTPRouteHandler] = [
    *board_api.ROUTES,
    *blackout_api.ROUTES,
    *closure_api.ROUTES,
    *member_api.ROUTES,
    *resource_api.ROUTES,
    *rule_api.ROUTES,
    *space_api.ROUTES,
    *photo_api.ROUTES,
    *team_api.ROUTES,
    *changes_api.ROUTES,
    *district_api.ROUTES,
]
