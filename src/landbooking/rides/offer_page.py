"""The form of an offer as a page: empty, as a ride stands, or as it was typed."""

import secrets
from collections.abc import Sequence
from typing import Any

from litestar import Request, Response

from landbooking.accounts.person import Person
from landbooking.language import format_cents, weekday_names
from landbooking.language import gettext as _
from landbooking.pages import page
from landbooking.rides.carried import carried_options
from landbooking.rides.offer_plans import Routed
from landbooking.rides.offer_values import seen_places
from landbooking.rides.organisations import Organisation
from landbooking.rides.place import Gazetteer
from landbooking.rides.reasons import routed_in_words
from landbooking.rides.ride import Ride


def show_offer(
    request: Request[Person, Any, Any],
    places: Gazetteer,
    values: dict[str, Any],
    errors: dict[str, str],
    routed: Routed | None,
    status: int,
    ride: Ride | None = None,
    organisations: Sequence[Organisation] = (),
) -> Response[str]:
    """`organisations` are those in whose names the person may offer; a ride that stands keeps whose it is."""
    return page(
        request,
        "rides/offer.html",
        status,
        places=[place.label for place in places.places],
        values=values,
        seen=seen_places(values, places),
        errors=errors,
        ride=ride,
        organisations=[(one.id, one.name) for one in organisations],
        proposal=_proposal(routed) if routed else None,
        key=secrets.token_urlsafe(16),
        weekday_names=weekday_names(),
        needs_options=carried_options(),
        names={"date": _("Tag:"), "time": _("Abfahrt:"), "back_time": _("Rückfahrt:"), "first": _("Erster Tag:")}
        | {
            f"{prefix}_{number}": f"{name}:"
            for prefix in ("time", "back")
            for number, name in enumerate(weekday_names(), 1)
        },
    )


def _proposal(routed: Routed) -> str:
    return _("Vorschlag für %(km)s km: %(proposed)s je Person, höchstens %(most)s. %(routed)s") % {
        "km": round(routed.way.metres / 1000),
        "proposed": format_cents(routed.proposed),
        "most": format_cents(routed.most),
        "routed": routed_in_words(routed.way.routed_by),
    }
