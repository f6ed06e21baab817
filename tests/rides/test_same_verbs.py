"""What the pages of rides can do, programs can: each page has its counterpart, or says why there is none."""

from support.world import all_routes

API = "/api/v1"
SEAT, POINT = "{seat_id:int}", "{meeting_point_id:int}"
ORGANISATION, RIDE = "{organisation_id:int}", "{ride_id:int}"

# A form, or a page of nothing but buttons that lead to others.
FORM = "a form"
BY_LINK = "by a mailed link, which who has no account opens"
PAPER = "a sheet to print"
CALENDAR = "a calendar entry that a browser hands on; programs have the seat, and the feed"
NONE = {FORM, BY_LINK, PAPER, CALENDAR}

COUNTERPARTS: dict[str, str] = {
    "GET /rides": FORM,
    "GET /rides/search": "GET /rides/search",
    f"GET /rides/{RIDE}": f"GET /rides/{RIDE}/runs/{{day:date}}",
    f"GET /rides/{RIDE}/seat-requests/new": FORM,
    f"POST /rides/{RIDE}/seat-requests": f"POST /rides/{RIDE}/seat-requests",
    "GET /rides/new": FORM,
    "POST /rides/new": "POST /rides",
    "GET /rides/mine": "GET /rides",
    "GET /rides/new/point": FORM,
    "POST /rides/new/point": FORM,
    f"GET /rides/{RIDE}/change/point": FORM,
    f"POST /rides/{RIDE}/change/point": FORM,
    f"GET /rides/{RIDE}/change": f"GET /rides/{RIDE}",
    f"POST /rides/{RIDE}/change": f"POST /rides/{RIDE}/change",
    f"POST /rides/{RIDE}/days": f"POST /rides/{RIDE}/exceptions",
    f"POST /rides/{RIDE}/pauses": f"POST /rides/{RIDE}/pauses",
    f"POST /rides/{RIDE}/pauses/removal": f"POST /rides/{RIDE}/pauses/removal",
    f"POST /rides/{RIDE}/end": f"POST /rides/{RIDE}/end",
    "GET /rides/week": "GET /rides/week",
    "GET /rides/seats": "GET /seat-requests",
    "GET /rides/requests": "GET /seat-requests/driven",
    f"GET /rides/seats/{SEAT}": f"GET /seat-requests/{SEAT}",
    f"GET /rides/seats/{SEAT}/calendar.ics": CALENDAR,
    **{
        f"POST /rides/seats/{SEAT}/{verb}": f"POST /seat-requests/{SEAT}/{verb}"
        for verb in ("acceptance", "refusal", "cancellation", "feedback", "report", "block")
    },
    "GET /rides/wishes": "GET /ride-wishes/along",
    "GET /rides/wishes/new": FORM,
    "POST /rides/wishes": "POST /ride-wishes",
    "POST /rides/wishes/{ride_wish_id:int}/withdrawal": "POST /ride-wishes/{ride_wish_id:int}/withdrawal",
    "GET /rides/profile": "GET /ride-profile",
    "POST /rides/profile": "POST /ride-profile",
    "POST /rides/profile/guardian": "POST /ride-profile/guardian",
    "POST /rides/blocks/{person_id:int}/removal": "POST /ride-blocks/{person_id:int}/removal",
    "GET /rides/consent/{token:str}": BY_LINK,
    "POST /rides/consent/{token:str}": BY_LINK,
    "GET /meeting-points": "GET /meeting-points",
    f"GET /meeting-points/{POINT}": f"GET /meeting-points/{POINT}/rides",
    f"POST /meeting-points/{POINT}/calls": f"POST /meeting-points/{POINT}/calls",
    f"GET /meeting-points/{POINT}/sheet": PAPER,
    "GET /district/meeting-points": "GET /districts/meeting-points",
    "GET /district/meeting-points/new": FORM,
    "POST /district/meeting-points/new": "POST /districts/meeting-points",
    f"GET /district/meeting-points/{POINT}": FORM,
    f"POST /district/meeting-points/{POINT}": f"POST /districts/meeting-points/{POINT}/change",
    f"POST /district/meeting-points/{POINT}/retirement": f"POST /districts/meeting-points/{POINT}/retirement",
    "GET /rides/duties": "GET /ride-duties",
    f"GET /rides/organisations/{ORGANISATION}": f"GET /ride-organisations/{ORGANISATION}/rota",
    f"POST /rides/organisations/{ORGANISATION}/duties": f"POST /ride-organisations/{ORGANISATION}/duties",
    f"GET /rides/organisations/{ORGANISATION}/bookings/new": FORM,
    f"POST /rides/organisations/{ORGANISATION}/bookings/new": f"POST /ride-organisations/{ORGANISATION}/bookings",
    f"POST /rides/organisations/{ORGANISATION}/bookings/{SEAT}/cancellation": (
        f"POST /ride-organisations/{ORGANISATION}/bookings/{SEAT}/cancellation"
    ),
    "GET /district/rides": "GET /districts/ride-reports",
    "POST /district/rides/reports/{report_id:int}/handling": "POST /districts/ride-reports/{report_id:int}/handling",
    "POST /district/rides/people": "POST /districts/riders",
    "POST /district/rides/people/{person_id:int}/confirmation": "POST /districts/riders/confirmation",
    "POST /district/rides/people/{person_id:int}/consent": "POST /districts/riders/consent",
    "POST /district/rides/people/{person_id:int}/consent/revocation": "POST /districts/riders/consent/revocation",
    "POST /district/rides/organisations": "POST /districts/ride-organisations",
    f"GET /district/rides/organisations/{ORGANISATION}": f"GET /districts/ride-organisations/{ORGANISATION}/members",
    f"POST /district/rides/organisations/{ORGANISATION}/members": (
        f"POST /districts/ride-organisations/{ORGANISATION}/members"
    ),
    f"POST /district/rides/organisations/{ORGANISATION}/members/{{person_id:int}}/removal": (
        f"POST /districts/ride-organisations/{ORGANISATION}/members/{{person_id:int}}/removal"
    ),
    "GET /district/rides/statistics": "GET /districts/{district_id:int}/ride-statistics",
    "GET /district/rides/statistics.csv": "GET /districts/{district_id:int}/ride-statistics",
}
# Formats of their own, for planners and other operators.
EXPORTED = ("/export", "/covoiturage")


def test_every_page_of_rides_has_its_counterpart() -> None:
    of_rides = {
        f"{method} {path}"
        for method, path, handler in all_routes()
        if handler.fn.__module__.startswith("landbooking.rides.") and not path.startswith(EXPORTED)
    }
    pages = {route for route in of_rides if f" {API}/" not in route}
    assert pages == set(COUNTERPARTS)
    there = {route.replace(f" {API}/", " /") for route in of_rides - pages}
    assert {one for one in COUNTERPARTS.values() if one not in NONE} <= there
