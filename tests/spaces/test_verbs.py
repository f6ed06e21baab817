"""What the pages of spaces can do, programs can: each page has its counterpart, or says why there is none."""

from support.world import all_routes

API = "/api/v1"
SPACE, BOOKING, SERIES = "{space_id:int}", "{booking_id:int}", "{series_id:int}"
RESOURCE, VEHICLE, GUEST = "{resource_id:int}", "{vehicle_id:int}", "{guest_booking_id:int}"
PERSON, CARD, WISH = "{person_id:int}", "{card_id:int}", "{wish_id:int}"
HOST, COUNTER, PLACE = f"/host/spaces/{SPACE}", f"/counter/spaces/{SPACE}", f"/spaces/{SPACE}"

# A form, or a page of nothing but buttons that lead to others.
FORM = "a form"
PAPER = "a sheet to print"
CALENDAR = "a calendar, which is read by programs as it is"
PICTURE = "a picture, or a page to look at; its data are at the counterpart of the page beside it"
BY_MAIL = "for who has no account yet, and so no token: the code comes by mail"
NONE = {FORM, PAPER, CALENDAR, PICTURE, BY_MAIL}

BOOKED = {
    "GET /": "GET /spaces",
    "GET /search": "GET /free",
    f"GET {PLACE}": f"GET {PLACE}",
    f"GET {PLACE}/days/{{day:str}}": f"GET {PLACE}/week",
    f"GET {PLACE}/plan": f"GET {PLACE}/plan",
    f"GET {PLACE}/photos/{{photo_id:int}}": PICTURE,
    f"GET {PLACE}/kiosk": PICTURE,
    f"GET {PLACE}/changes": PICTURE,
    f"GET {PLACE}/widget": PICTURE,
    "GET /municipalities/{ags:str}/widget": PICTURE,
    f"GET {PLACE}/calendar.ics": CALENDAR,
    f"GET /resources/{RESOURCE}/calendar.ics": CALENDAR,
    "GET /calendar/spaces/{name:str}": CALENDAR,
    f"GET /resources/{RESOURCE}/bookings/new": FORM,
    f"POST /resources/{RESOURCE}/bookings": "POST /bookings",
    f"GET {PLACE}/bookings/new": FORM,
    f"POST {PLACE}/bookings": "POST /bookings",
    f"POST /resources/{RESOURCE}/holds": BY_MAIL,
    f"POST {PLACE}/holds": BY_MAIL,
    f"GET /bookings/{BOOKING}": f"GET /bookings/{BOOKING}",
    f"GET /bookings/{BOOKING}/calendar.ics": CALENDAR,
    f"GET /bookings/{BOOKING}/move": FORM,
    f"POST /bookings/{BOOKING}/contact": f"GET /bookings/{BOOKING}/contact",
    **{
        f"POST /bookings/{BOOKING}/{verb}": f"POST /bookings/{BOOKING}/{verb}"
        for verb in ("move", "cancellation", "checkin", "early-leave", "voucher")
    },
    "GET /here/{code:str}": "GET /here/{code:str}",
    "POST /here/{code:str}/bookings": "POST /here/{code:str}/bookings",
    f"GET /resources/{RESOURCE}/series/new": FORM,
    f"POST /resources/{RESOURCE}/series": "POST /series",
    f"GET /series/{SERIES}": f"GET /series/{SERIES}",
    f"GET /series/{SERIES}/calendar.ics": CALENDAR,
    f"GET /series/{SERIES}/move": FORM,
    **{f"POST /series/{SERIES}/{verb}": f"POST /series/{SERIES}/{verb}" for verb in ("move", "cancellation")},
    "GET /waiting/new": FORM,
    "POST /waiting": "POST /waiting",
    f"GET /waiting/{WISH}": f"GET /waiting/{WISH}",
    **{f"POST /waiting/{WISH}/{verb}": f"POST /waiting/{WISH}/{verb}" for verb in ("acceptance", "withdrawal")},
    "GET /cards": "GET /cards",
    "POST /cards/vouchers": "POST /cards/vouchers",
}

RUN = {
    "GET /host": f"GET {PLACE}/board",
    f"GET {HOST}": f"GET {PLACE}/board",
    f"GET {HOST}/week": f"GET {PLACE}/board",
    f"GET {HOST}/whereabouts": f"GET {PLACE}/board",
    f"GET {HOST}/bookings.csv": f"GET {PLACE}/board",
    f"GET {HOST}/requests": f"GET {PLACE}/requests",
    f"GET {HOST}/bookings/{BOOKING}": f"GET {PLACE}/board",
    f"POST {HOST}/bookings/{BOOKING}/contact": f"GET /bookings/{BOOKING}/contact",
    f"POST {HOST}/bookings/{BOOKING}/cancellation": f"POST {PLACE}/bookings/{BOOKING}/cancellation",
    **{
        f"POST {HOST}/bookings/{BOOKING}/{verb}": f"POST /bookings/{BOOKING}/{verb}" for verb in ("approval", "refusal")
    },
    f"GET {HOST}/blackouts": f"GET {PLACE}/blackouts",
    f"GET {HOST}/blackouts/new": f"GET {PLACE}/blackouts/usual",
    f"POST {HOST}/blackouts/new": f"POST {PLACE}/blackouts",
    f"POST {HOST}/blackouts/{{blackout_id:int}}/lifting": f"POST {PLACE}/blackouts/{{blackout_id:int}}/lifting",
    f"GET {HOST}/closures": f"GET {PLACE}/closures",
    f"POST {HOST}/closures": "POST /closures",
    f"POST {HOST}/closures/{{closure_id:int}}/removal": f"POST {PLACE}/closures/{{closure_id:int}}/removal",
    "GET /host/closures": FORM,
    "POST /host/closures": "POST /closures",
    f"GET {HOST}/details": f"GET {PLACE}/details",
    f"POST {HOST}/details": f"POST {PLACE}/details",
    f"GET {HOST}/hours": f"GET {PLACE}/details",
    f"POST {HOST}/hours": f"POST {PLACE}/opening-hours",
    f"GET {HOST}/rules": f"GET {PLACE}/rules",
    f"POST {HOST}/rules": f"POST {PLACE}/rules",
    f"GET {HOST}/rules/{{kind:str}}": f"GET {PLACE}/rules",
    f"POST {HOST}/rules/{{kind:str}}": f"POST {PLACE}/rules/{{kind:str}}",
    f"POST {HOST}/rules/{{kind:str}}/removal": f"POST {PLACE}/rules/{{kind:str}}",
    f"GET {HOST}/resources/{RESOURCE}/rules": f"GET {PLACE}/rules",
    f"POST {HOST}/resources/{RESOURCE}/rules": f"POST {PLACE}/resources/{RESOURCE}/rules",
    f"POST {HOST}/resources/{RESOURCE}/rules/removal": f"POST {PLACE}/resources/{RESOURCE}/rules",
    f"GET {HOST}/checkin": f"GET {PLACE}/rules",
    f"POST {HOST}/checkin": f"POST {PLACE}/checkin",
    f"GET {HOST}/codes": PAPER,
    f"GET {HOST}/members": f"GET {PLACE}/members",
    f"POST {HOST}/members": f"POST {PLACE}/members",
    f"POST {HOST}/members/{PERSON}/removal": f"POST {PLACE}/members/{PERSON}/removal",
    f"GET {HOST}/team": f"GET {PLACE}/hosts",
    f"POST {HOST}/team": f"POST {PLACE}/hosts",
    f"POST {HOST}/team/{PERSON}/removal": f"POST {PLACE}/hosts/{PERSON}/removal",
    f"GET {HOST}/changes": f"GET {PLACE}/changes",
    f"GET {HOST}/photos": f"GET {PLACE}/photos",
    f"POST {HOST}/photos": f"POST {PLACE}/photos",
    f"POST {HOST}/photos/{{photo_id:int}}/removal": f"POST {PLACE}/photos/{{photo_id:int}}/removal",
    f"GET {HOST}/resources": f"GET {PLACE}/resources",
    f"POST {HOST}/resources": f"POST {PLACE}/resources",
    f"GET {HOST}/resources/{RESOURCE}": f"GET {PLACE}/resources",
    f"POST {HOST}/resources/{RESOURCE}": f"POST {PLACE}/resources/{RESOURCE}/change",
    **{
        f"POST {HOST}/resources/{RESOURCE}/{verb}": f"POST {PLACE}/resources/{RESOURCE}/{verb}"
        for verb in ("retirement", "return")
    },
    f"GET {HOST}/vehicles/{VEHICLE}": f"GET {PLACE}/vehicles/{VEHICLE}",
    f"POST {HOST}/vehicles/{VEHICLE}": f"POST {PLACE}/vehicles/{VEHICLE}",
    f"GET {HOST}/plan": f"GET {PLACE}/plan",
    f"POST {HOST}/plan": f"PUT {PLACE}/plan",
    f"POST {HOST}/plan/removal": f"PUT {PLACE}/plan",
    f"GET {HOST}/sharing": f"GET {PLACE}/sharing",
    f"POST {HOST}/calendar": f"POST {PLACE}/calendar",
    f"POST {HOST}/calendar/revocation": f"POST {PLACE}/calendar/revocation",
    f"GET {HOST}/statistics": f"GET {PLACE}/statistics",
    f"GET {HOST}/statistics.csv": f"GET {PLACE}/statistics",
    f"GET {HOST}/tariffs": f"GET {PLACE}/tariffs",
    f"POST {HOST}/tariffs": f"POST {PLACE}/tariffs",
    f"GET {HOST}/bookings/{BOOKING}/waiver": FORM,
    f"POST {HOST}/bookings/{BOOKING}/waiver": f"POST {PLACE}/bookings/{BOOKING}/waiver",
    f"GET {HOST}/till": f"GET {PLACE}/till",
    f"POST {HOST}/till/passes": f"POST {PLACE}/passes",
    f"POST {HOST}/till/cards": f"POST {PLACE}/cards",
    f"POST {HOST}/till/cards/{CARD}/removal": f"POST {PLACE}/cards/{CARD}/removal",
    f"GET {COUNTER}": f"GET {PLACE}/guests",
    f"GET {COUNTER}/code": f"GET {PLACE}/guests",
    f"GET {COUNTER}/bookings/new": FORM,
    f"POST {COUNTER}/bookings/new": f"POST {PLACE}/guests",
    f"GET {COUNTER}/bookings/{GUEST}": f"GET {PLACE}/guests/{GUEST}",
    f"GET {COUNTER}/bookings/{GUEST}/slip.pdf": f"GET {PLACE}/guests/{GUEST}/slip",
    f"GET {COUNTER}/bookings/{GUEST}/move": FORM,
    **{
        f"POST {COUNTER}/bookings/{GUEST}/{verb}": f"POST {PLACE}/guests/{GUEST}/{verb}"
        for verb in ("move", "cancellation")
    },
}

OVERSEEN = {
    "GET /district": "GET /districts/spaces",
    "GET /district/spaces/new": FORM,
    "POST /district/spaces/new": "POST /districts/spaces",
    f"GET /district{PLACE}": f"GET /districts{PLACE}/hosts",
    f"POST /district{PLACE}/hosts": f"POST /districts{PLACE}/hosts",
    f"POST /district{PLACE}/hosts/{PERSON}/removal": f"POST /districts{PLACE}/hosts/{PERSON}/removal",
    f"POST /district{PLACE}/publication": f"POST /districts{PLACE}/publication",
    f"GET /district{PLACE}/changes": f"GET /districts{PLACE}/changes",
    "GET /district/openings": "GET /districts/openings",
    "GET /district/statistics": "GET /districts/{district_id:int}/statistics",
    "GET /district/statistics.csv": "GET /districts/{district_id:int}/statistics",
    "GET /district/cards": "GET /districts/{district_id:int}/card-offer",
    "POST /district/cards": "POST /districts/{district_id:int}/card-offer",
    "POST /district/vouchers": "POST /districts/{district_id:int}/vouchers",
    "GET /district/settlement": "GET /districts/{district_id:int}/settlement",
    "GET /district/settlement.csv": "GET /districts/{district_id:int}/settlement.csv",
}
COUNTERPARTS = BOOKED | RUN | OVERSEEN


def test_every_page_of_spaces_has_its_counterpart() -> None:
    of_spaces = {
        f"{method} {path}"
        for method, path, handler in all_routes()
        if handler.fn.__module__.startswith("landbooking.spaces.") and "/gbfs/" not in path  # a format of its own
    }
    pages = {route for route in of_spaces if f" {API}/" not in route}
    assert pages == set(COUNTERPARTS)
    there = {route.replace(f" {API}/", " /") for route in of_spaces - pages}
    assert {one for one in COUNTERPARTS.values() if one not in NONE} <= there
