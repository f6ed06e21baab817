"""Every page of the product, and how one comes to it. `test_pages.py` fails where a route is missing here."""

from collections.abc import Callable
from typing import Any, NamedTuple

from playwright.sync_api import Page

from browser.demo import DESK, HOST, NEIGHBOUR, RESIDENT, STAFF

Go = Callable[[Page, str, dict[str, Any]], None]


class Stop(NamedTuple):
    """A page: its route, who may see it, and how to get there in the language of the prefix; `status` it answers."""

    name: str
    route: str
    who: str | None
    go: Go
    status: int = 200


def _to(path: str, *, then: Callable[[Page], None] | None = None) -> Go:
    def go(page: Page, prefix: str, names: dict[str, Any]) -> None:
        page.goto(prefix + path.format(**names))
        if then:
            then(page)

    return go


def _press(selector: str) -> Callable[[Page], None]:
    def press(page: Page) -> None:
        with page.expect_navigation():
            page.locator(selector).first.click()

    return press


def _ask_for_code(page: Page) -> None:
    page.locator("#field-email").fill("karte-code@landbooking.example")
    page.locator("main form .button").click()
    page.locator("#field-code").wait_for()


def _make_key(page: Page) -> None:
    page.locator("#field-label").fill("Anzeigetafel im Dorfladen")
    page.locator("main form .button").click()
    page.locator("#field-token").wait_for()


def _cancel_what_was_changed(page: Page) -> None:
    page.locator('[name="version"]').evaluate("field => { field.value = 99; }")
    page.locator('form[action$="/cancellation"] button').click()
    page.locator(".notice-error").wait_for()


def _draw_wrongly(page: Page) -> None:
    page.locator("#field-x-0").evaluate("field => { field.value = 39; }")
    page.locator("#field-name").fill("")
    _press("form[data-plan] .button")(page)


def _draw_too_late(page: Page) -> None:
    page.locator('form[data-plan] [name="version"]').evaluate("field => { field.value = 0; }")
    _press("form[data-plan] .button")(page)


def _redeem_nothing(page: Page) -> None:
    page.locator("details:has(#field-code) > summary").click()
    page.locator("#field-code").fill("GIBTSNICHT")
    _press('form[action$="/voucher"] button')(page)


def _set_no_task(page: Page) -> None:
    with page.expect_navigation():
        page.locator('form[action$="/tasks"] button').click()


def _be_too_old(page: Page) -> None:
    page.locator("#field-birthday").fill("1950-05-01")
    with page.expect_navigation():
        page.locator("main form .button").first.click()


def _point_far_away(page: Page) -> None:
    """By a click from near, on the edge of the land."""
    page.locator("#field-from").fill("Waldmohr")
    _press(ON_MAP)(page)
    page.locator('[name="spot"]').evaluate("field => { field.value = '49.31, 7.30'; }")
    _press('[name="look"][value="nearer"]')(page)


def _black_out(page: Page) -> None:
    """The whole space for the whole day, so that bookings are in the way."""
    page.locator("#field-resource").check()
    page.locator("main form .button").click()
    page.locator('[name="seen"]').wait_for(state="attached")


def _close_all(page: Page) -> None:
    page.locator('[name="space"][value="all"]').check()
    page.locator(CLOSE).click()
    page.locator('[name="seen"]').wait_for(state="attached")


def _send(page: Page) -> None:
    page.locator("#field-birthday").fill("2024-05-01")
    with page.expect_navigation():
        page.locator('[name="action"][value="submit"]').click()


OWN = "/applications/{application_id}"
APPLY = "/internships/{posting_id}/application"
APPLIED = "/company/{company_id}/applications"
RUNS = "/internships/placements/{placement_id}"
COMING = "/internships/reconfirmation/{token}"
AGREED = "/company/{company_id}/placements"
IN_DISTRICT = "/district/internships/placements"
FIRST_LOOK = APPLIED + "/{application_id}"
PLACE = "/search?place=Lauterecken&date={day}&start=09:00&end=12:00&kind=desk"
WISH = "/resources/{desk}/bookings/new?date={day}&start=13:00&end=15:00"
SERIES = "/resources/{desk}/series/new?date={day}&start=16:00&end=17:00"
DATES = SERIES + "&repeats=daily"
WAIT = "/waiting/new?resource={desk}&kind=desk&date={day}&start=13:00&end=15:00"
HOSTED = "/host/spaces/{space}"
HOSTED_PLAN = "/host/spaces/{space_id}/plan"
HOSTED_WHEREABOUTS = "/host/spaces/{space_id}/whereabouts"
COUNTER = "/counter/spaces/{space}"
DISTRICT = "/district/spaces/{space}"
CLOSE = "main .form .button"

ON_MAP = '[name="stop"][value="from"]'
FOUND = "from=Ulmet&to=Kusel&day={workday}&when=arrive&at=09:00"
STOPS = [
    Stop("home", "/", None, _to("/")),
    Stop("results", "/search", None, _to(PLACE)),
    Stop("results with nothing free", "/search", None, _to(PLACE.replace("09:00", "00:15"))),
    Stop("search with mistakes", "/search", None, _to("/search?place=Kuhsel&date=&start=12:00&end=09:00"), 422),
    Stop("space", "/spaces/{space_id}", None, _to("/spaces/{space}")),
    Stop("kiosk", "/spaces/{space_id}/kiosk", None, _to("/spaces/{space}/kiosk")),
    Stop("plan", "/spaces/{space_id}/plan", None, _to("/spaces/{space}/plan?date={day}&start=09:00&end=10:00")),
    Stop("plan of two floors", "/spaces/{space_id}/plan", None, _to("/spaces/2/plan")),
    Stop("plan, with mistakes", "/spaces/{space_id}/plan", None, _to("/spaces/2/plan?start=12:00&end=09:00"), 422),
    Stop("day", "/spaces/{space_id}/days/{day}", None, _to("/spaces/{space}/days/{day}")),
    Stop("day with a wish", "/spaces/{space_id}/days/{day}", None, _to("/spaces/2/days/{day}?start=09:00&end=10:00")),
    Stop("booking, not signed in", "/resources/{resource_id}/bookings/new", None, _to(WISH)),
    Stop("booking", "/resources/{resource_id}/bookings/new", RESIDENT, _to(WISH)),
    Stop(
        "booking of a discreet room",
        "/resources/{resource_id}/bookings/new",
        RESIDENT,
        _to(WISH.replace("{desk}", "{telemedicine}")),
    ),
    Stop("booking at night", "/resources/{resource_id}/bookings/new", RESIDENT, _to(WISH.replace("15:", "23:")), 422),
    Stop(
        "any of a pool",
        "/spaces/{space_id}/bookings/new",
        RESIDENT,
        _to("/spaces/{space}/bookings/new?pool=Tisch&date={day}&start=13:00&end=15:00"),
    ),
    Stop("booked", "/bookings/{booking_id}", RESIDENT, _to("/bookings/{booking}")),
    Stop(
        "booked, with a wrong voucher",
        "/bookings/{booking_id}",
        RESIDENT,
        _to("/bookings/{owed}", then=_redeem_nothing),
        422,
    ),
    Stop("cancelled", "/bookings/{booking_id}", RESIDENT, _to("/bookings/{cancelled}")),
    Stop("move", "/bookings/{booking_id}/move", RESIDENT, _to("/bookings/{booking}/move")),
    Stop("series", "/resources/{resource_id}/series/new", RESIDENT, _to(SERIES)),
    Stop("series, its dates", "/resources/{resource_id}/series/new", RESIDENT, _to(DATES + "&count=8")),
    Stop(
        "series, its dates, not signed in",
        "/resources/{resource_id}/series/new",
        None,
        _to(DATES + "&count=8"),
    ),
    Stop(
        "series with mistakes",
        "/resources/{resource_id}/series/new",
        RESIDENT,
        _to(DATES + "&count=0"),
        422,
    ),
    Stop(
        "series, its dates, chosen and priced",
        "/resources/{resource_id}/series",
        NEIGHBOUR,
        _to(DATES.replace("{desk}", "{phone_booth}") + "&count=3", then=_press('[name="look"]')),
    ),
    Stop("series that is booked", "/series/{series_id}", RESIDENT, _to("/series/{series}")),
    Stop("date of a series", "/bookings/{booking_id}", RESIDENT, _to("/series/{series}", then=_press(".row-title"))),
    Stop("change of a series", "/series/{series_id}/move", RESIDENT, _to("/series/{series}/move?booking={dated}")),
    Stop("waiting list", "/waiting/new", RESIDENT, _to(WAIT)),
    Stop("waiting list, not signed in", "/waiting/new", None, _to(WAIT)),
    Stop("waiting list with mistakes", "/waiting/new", RESIDENT, _to(WAIT.replace("15:00", "12:00")), 422),
    Stop("one's place in the line", "/waiting/{wish_id}", RESIDENT, _to("/waiting/{wish}")),
    Stop("something held", "/waiting/{wish_id}", RESIDENT, _to("/waiting/{offer}")),
    Stop("something held, with a card", "/waiting/{wish_id}", NEIGHBOUR, _to("/waiting/{held}")),
    Stop("my bookings", "/bookings", RESIDENT, _to("/bookings")),
    Stop("my bookings, many", "/bookings", NEIGHBOUR, _to("/bookings")),
    Stop("my bookings, none", "/bookings", STAFF, _to("/bookings")),
    Stop(
        "calendar address",
        "/bookings",
        RESIDENT,
        _to("/bookings", then=_press('form[action$="/feed"] button')),
    ),
    Stop("sign-in", "/sign-in", None, _to("/sign-in")),
    Stop("sign-in code", "/sign-in/code", None, _to("/sign-in", then=_ask_for_code)),
    Stop("sign-in link", "/sign-in/link/{token}", None, _to("/sign-in/link/{token}")),
    Stop("sign-in link that is used up", "/sign-in/link/{token}", None, _to("/sign-in/link/used"), 410),
    Stop("my day", "/my-day", RESIDENT, _to("/my-day?date={day}")),
    Stop("rides to a booking", "/bookings/{booking_id}/rides", RESIDENT, _to("/bookings/{booking}/rides?from=Ulmet")),
    Stop(
        "desk and ride",
        "/journeys/new",
        RESIDENT,
        _to("/journeys/new?resource={desk}&date={workday}&start=09:00&end=12:00&from=Ulmet"),
    ),
    Stop("my applications", "/applications", RESIDENT, _to("/applications")),
    Stop("my applications, none", "/applications", STAFF, _to("/applications")),
    Stop("application with an offer", OWN, RESIDENT, _to("/applications/{offered}")),
    Stop("application with times to pick", OWN, RESIDENT, _to("/applications/{talking}")),
    Stop("applying", APPLY, RESIDENT, _to("/internships/{draft_posting}/application")),
    Stop("applying with mistakes", APPLY, RESIDENT, _to("/internships/{draft_posting}/application", then=_send), 422),
    Stop("guardian's consent", "/applications/guardian", RESIDENT, _to("/applications/guardian")),
    Stop("consent to internships, used up", "/internships/consent/{token}", None, _to("/internships/consent/x"), 410),
    Stop("applications to a company", f"{APPLIED}", NEIGHBOUR, _to("/company/{employer}/applications")),
    Stop("application, first look", FIRST_LOOK, NEIGHBOUR, _to("/company/{employer}/applications/{unseen}")),
    Stop("application, shortlisted", FIRST_LOOK, NEIGHBOUR, _to("/company/{employer}/applications/{shortlisted}")),
    Stop(
        "offer in the district",
        f"/district/internships{OWN}",
        STAFF,
        _to("/district/internships/applications/{offered}"),
    ),
    Stop("consents on paper", "/district/internships/consents", STAFF, _to("/district/internships/consents")),
    Stop("my internships", "/placements", HOST, _to("/placements")),
    Stop("my internships, none", "/placements", STAFF, _to("/placements")),
    Stop("an internship that runs", RUNS, RESIDENT, _to("/internships/placements/{running}")),
    Stop("an internship that runs, for the mentor", RUNS, NEIGHBOUR, _to("/internships/placements/{running}?week=1")),
    Stop("an internship that is over", RUNS, RESIDENT, _to("/internships/placements/{over}")),
    Stop("a task with mistakes", RUNS, NEIGHBOUR, _to("/internships/placements/{running}", then=_set_no_task), 422),
    Stop("who of a school was present, none", "/internships/school", RESIDENT, _to("/internships/school")),
    Stop("a certificate", "/certificates/{code}", None, _to("/certificates/{certificate}")),
    Stop("coming or not, used up", COMING, None, _to("/internships/reconfirmation/x"), 410),
    Stop("my internship", "/placements/{placement_id}", HOST, _to("/placements/{placement}")),
    Stop("internships at a company", AGREED, NEIGHBOUR, _to("/company/{employer}/placements")),
    Stop(
        "internship at a company",
        f"{AGREED}/{{placement_id}}",
        NEIGHBOUR,
        _to("/company/{employer}/placements/{placement}"),
    ),
    Stop("internships in the district", IN_DISTRICT, STAFF, _to(IN_DISTRICT)),
    Stop("internship in the district", f"{IN_DISTRICT}/{{placement_id}}", STAFF, _to(f"{IN_DISTRICT}/{{placement}}")),
    Stop("signature, used up", "/internships/signature/{token}", None, _to("/internships/signature/x"), 410),
    Stop("rides", "/rides", None, _to("/rides")),
    Stop("rides found", "/rides/search", None, _to(f"/rides/search?{FOUND}")),
    Stop("no ride found", "/rides/search", None, _to("/rides/search?from=Adenbach&to=Waldmohr&day={workday}&at=03:00")),
    Stop("rides, with mistakes", "/rides/search", None, _to("/rides/search?from=Nirgends"), 422),
    Stop("ride", "/rides/{ride_id}", RESIDENT, _to(f"/rides/search?{FOUND}", then=_press("main h3 a, main h2 a"))),
    Stop("asking for a seat", "/rides/{ride_id}/seat-requests/new", RESIDENT, _to("/rides/{ride}/seat-requests/new")),
    Stop("seat", "/rides/seats/{seat_id}", RESIDENT, _to("/rides/seats/{seat}")),
    Stop("offer of a ride", "/rides/new", RESIDENT, _to("/rides/new")),
    Stop(
        "offer of a ride with mistakes",
        "/rides/new",
        RESIDENT,
        _to("/rides/new", then=_press("main form .button")),
        422,
    ),
    Stop(
        "start of a ride on the map", "/rides/new/point", RESIDENT, _to("/rides/new?from=nowhere", then=_press(ON_MAP))
    ),
    Stop(
        "start of a ride on the map, from near",
        "/rides/new/point",
        RESIDENT,
        _to("/rides/new?from=49.5513,7.4655", then=_press(ON_MAP)),
    ),
    Stop("start of a ride on the map, far away", "/rides/new/point", RESIDENT, _to("/rides/new", then=_point_far_away)),
    Stop("offer of a ride from a point", "/rides/new", RESIDENT, _to("/rides/new?from=49.5513,7.4655&to=1.5")),
    Stop(
        "stop of a ride on the map",
        "/rides/{ride_id}/change/point",
        NEIGHBOUR,
        _to("/rides/{ride}/change", then=_press(ON_MAP)),
    ),
    Stop("my rides", "/rides/mine", NEIGHBOUR, _to("/rides/mine")),
    Stop("week of a driver", "/rides/week", NEIGHBOUR, _to("/rides/week?day={workday}")),
    Stop("week of a rider", "/rides/week", RESIDENT, _to("/rides/week?day={workday}")),
    Stop("week without rides", "/rides/week", RESIDENT, _to("/rides/week?day={past}")),
    Stop("change of a ride", "/rides/{ride_id}/change", NEIGHBOUR, _to("/rides/{ride}/change")),
    Stop("wishes", "/rides/wishes", RESIDENT, _to("/rides/wishes")),
    Stop("new wish", "/rides/wishes/new", RESIDENT, _to("/rides/wishes/new?from=Ulmet&to=Kusel&day={workday}")),
    Stop("meeting points", "/meeting-points", None, _to("/meeting-points")),
    Stop("meeting point", "/meeting-points/{meeting_point_id}", RESIDENT, _to("/meeting-points/{bench}")),
    Stop(
        "meeting point's sheet", "/meeting-points/{meeting_point_id}/sheet", None, _to("/meeting-points/{bench}/sheet")
    ),
    Stop("meeting points of the district", "/district/meeting-points", STAFF, _to("/district/meeting-points")),
    Stop("new meeting point", "/district/meeting-points/new", STAFF, _to("/district/meeting-points/new")),
    Stop(
        "meeting point of the district",
        "/district/meeting-points/{meeting_point_id}",
        STAFF,
        _to("/district/meeting-points/{bench}"),
    ),
    Stop("rides in figures", "/district/rides/statistics", STAFF, _to("/district/rides/statistics")),
    Stop("a space in figures", "/host/spaces/{space_id}/statistics", HOST, _to("/host/spaces/{space}/statistics")),
    Stop(
        "a space in figures, before there were any",
        "/host/spaces/{space_id}/statistics",
        HOST,
        _to("/host/spaces/{space}/statistics?span=2021"),
    ),
    Stop(
        "a space in figures, with mistakes",
        "/host/spaces/{space_id}/statistics",
        HOST,
        _to("/host/spaces/{space}/statistics?from=2026-05&to=2026-01"),
        422,
    ),
    Stop("the district in figures", "/district/statistics", STAFF, _to("/district/statistics")),
    Stop(
        "the district in figures, before there were any",
        "/district/statistics",
        STAFF,
        _to("/district/statistics?span=2021"),
    ),
    Stop("shared rides", "/rides/seats", RESIDENT, _to("/rides/seats")),
    Stop("who rides with me", "/rides/requests", RESIDENT, _to("/rides/requests")),
    Stop("profile for rides", "/rides/profile", RESIDENT, _to("/rides/profile")),
    Stop("profile for rides with mistakes", "/rides/profile", RESIDENT, _to("/rides/profile", then=_be_too_old), 422),
    Stop("duties", "/rides/duties", RESIDENT, _to("/rides/duties")),
    Stop("consent by a link that is used up", "/rides/consent/{token}", None, _to("/rides/consent/used"), 410),
    Stop("rides of the district", "/district/rides", STAFF, _to("/district/rides")),
    Stop(
        "organisation",
        "/district/rides/organisations/{organisation_id}",
        STAFF,
        _to("/district/rides/organisations/{organisation}"),
    ),
    Stop("rota", "/rides/organisations/{organisation_id}", STAFF, _to("/rides/organisations/{organisation}")),
    Stop(
        "call to an organisation",
        "/rides/organisations/{organisation_id}/bookings/new",
        STAFF,
        _to("/rides/organisations/{organisation}/bookings/new"),
    ),
    Stop("internships", "/internships", None, _to("/internships")),
    Stop("internships near a place", "/internships", RESIDENT, _to("/internships?place=Kusel&words=webseiten&age=16")),
    Stop("no internship", "/internships", None, _to("/internships?words=raumfahrt")),
    Stop("internships, with mistakes", "/internships", None, _to("/internships?place=Nirgends&age=5"), 422),
    Stop("internship", "/internships/{posting_id}", None, _to("/internships/{posting}")),
    Stop("internship that is not shown", "/internships/{posting_id}", None, _to("/internships/{draft}"), 404),
    Stop("internships in easy language", "/internships/easy", None, _to("/internships/easy")),
    Stop("company", "/companies/{company_id}", None, _to("/companies/{company}")),
    Stop("saved searches", "/internships/searches", RESIDENT, _to("/internships/searches")),
    Stop(
        "saved search that is ended",
        "/internships/searches/end/{code}",
        None,
        _to("/internships/searches/end/{nobodys}"),
        410,
    ),
    Stop("my companies", "/companies/mine", HOST, _to("/companies/mine")),
    Stop("my companies, none", "/companies/mine", STAFF, _to("/companies/mine")),
    Stop("new company", "/companies/new", RESIDENT, _to("/companies/new")),
    Stop("company's profile", "/companies/{company_id}/profile", HOST, _to("/companies/{company}/profile")),
    Stop("company's members", "/companies/{company_id}/members", HOST, _to("/companies/{company}/members")),
    Stop("company's postings", "/companies/{company_id}/postings", HOST, _to("/companies/{company}/postings")),
    Stop("new posting", "/companies/{company_id}/postings/new", HOST, _to("/companies/{company}/postings/new")),
    Stop(
        "new posting with mistakes",
        "/companies/{company_id}/postings/new",
        HOST,
        _to("/companies/{company}/postings/new", then=_press("main form .button")),
        422,
    ),
    Stop("posting", "/postings/{posting_id}", HOST, _to("/postings/{posting}")),
    Stop("draft", "/postings/{posting_id}", HOST, _to("/postings/{draft}")),
    Stop("change of a draft", "/postings/{posting_id}/change", HOST, _to("/postings/{draft}/change")),
    Stop("internships of the district", "/district/internships", STAFF, _to("/district/internships")),
    Stop(
        "company of the district",
        "/district/internships/companies/{company_id}",
        STAFF,
        _to("/district/internships/companies/{company}"),
    ),
    Stop(
        "posting in review",
        "/district/internships/postings/{posting_id}",
        STAFF,
        _to("/district/internships/postings/{in_review}"),
    ),
    Stop("profile", "/profile", RESIDENT, _to("/profile")),
    Stop("devices", "/profile/devices", RESIDENT, _to("/profile/devices")),
    Stop("keys", "/profile/keys", RESIDENT, _to("/profile/keys")),
    Stop("new key", "/profile/keys", RESIDENT, _to("/profile/keys", then=_make_key)),
    Stop("erasure", "/profile/erasure", RESIDENT, _to("/profile/erasure")),
    Stop("accessibility", "/accessibility", None, _to("/accessibility")),
    Stop("privacy", "/privacy", None, _to("/privacy")),
    Stop("imprint", "/imprint", None, _to("/imprint")),
    Stop("mails of the demo", "/demo/mail", None, _to("/demo/mail")),
    Stop("not found", "/", None, _to("/nowhere"), 404),
    Stop("not allowed", "/district", RESIDENT, _to("/district"), 403),
    Stop("wrong method", "/", RESIDENT, _to("/bookings/{booking}/cancellation"), 405),
    Stop("changed meanwhile", "/", RESIDENT, _to("/bookings/{booking}", then=_cancel_what_was_changed), 409),
    Stop("host", "/host", HOST, _to("/host")),
    Stop("host, at the desk", "/host", DESK, _to("/host")),
    Stop("board, at the desk", "/host/spaces/{space_id}", DESK, _to(HOSTED + "?date={day}")),
    Stop("team", "/host/spaces/{space_id}/team", HOST, _to(HOSTED + "/team")),
    Stop(
        "team with mistakes",
        "/host/spaces/{space_id}/team",
        HOST,
        _to(HOSTED + "/team", then=_press("main .form .button")),
        422,
    ),
    Stop("changes", "/host/spaces/{space_id}/changes", HOST, _to(HOSTED + "/changes")),
    Stop("changes, of the team", "/host/spaces/{space_id}/changes", HOST, _to(HOSTED + "/changes?subject=host")),
    Stop("changes, for the district", "/district/spaces/{space_id}/changes", STAFF, _to(DISTRICT + "/changes")),
    Stop("closing several", "/host/closures", HOST, _to("/host/closures")),
    Stop("closing several with mistakes", "/host/closures", STAFF, _to("/host/closures", then=_press(CLOSE)), 422),
    Stop("closing several, for none", "/host/closures", DESK, _to("/host/closures")),
    Stop("consequences in several", "/host/closures", HOST, _to("/host/closures?first={day}", then=_close_all)),
    Stop("sharing", "/host/spaces/{space_id}/sharing", HOST, _to(HOSTED + "/sharing")),
    Stop(
        "secret calendar",
        "/host/spaces/{space_id}/sharing",
        HOST,
        _to(HOSTED + "/sharing", then=_press('form[action$="/calendar"] button')),
    ),
    Stop("widget", "/spaces/{space_id}/widget", None, _to("/spaces/{space}/widget")),
    Stop("widget of a municipality", "/municipalities/{ags}/widget", None, _to("/municipalities/07336055/widget")),
    Stop("host without spaces", "/host", STAFF, _to("/host")),
    Stop("board", "/host/spaces/{space_id}", HOST, _to(HOSTED + "?date={day}")),
    Stop("board of today", "/host/spaces/{space_id}", HOST, _to(HOSTED)),
    Stop(
        "who is where",
        HOSTED_WHEREABOUTS,
        HOST,
        _to(HOSTED + "/whereabouts?date={day}&start=09:00&end=12:00"),
    ),
    Stop(
        "who is where on two floors, at night",
        HOSTED_WHEREABOUTS,
        HOST,
        _to("/host/spaces/2/whereabouts?date={day}&start=02:00&end=04:00"),
    ),
    Stop(
        "who is where, with mistakes", HOSTED_WHEREABOUTS, HOST, _to(HOSTED + "/whereabouts?start=12:00&end=09:00"), 422
    ),
    Stop("host's week", "/host/spaces/{space_id}/week", HOST, _to(HOSTED + "/week?date={day}")),
    Stop("blackouts", "/host/spaces/{space_id}/blackouts", HOST, _to(HOSTED + "/blackouts")),
    Stop("new blackout", "/host/spaces/{space_id}/blackouts/new", HOST, _to(HOSTED + "/blackouts/new")),
    Stop(
        "new blackout with mistakes",
        "/host/spaces/{space_id}/blackouts/new",
        HOST,
        _to(HOSTED + "/blackouts/new", then=_press("main form .button")),
        422,
    ),
    Stop(
        "consequences",
        "/host/spaces/{space_id}/blackouts/new",
        HOST,
        _to(HOSTED + "/blackouts/new?first={day}&last={day}", then=_black_out),
    ),
    Stop(
        "host's booking",
        "/host/spaces/{space_id}/bookings/{booking_id}",
        HOST,
        _to(HOSTED + "/bookings/{booking}"),
    ),
    Stop(
        "request for a series, of which one date breaks a rule",
        "/host/spaces/{space_id}/bookings/{booking_id}",
        HOST,
        _to(HOSTED + "/bookings/{asked}"),
    ),
    Stop("counter", "/counter/spaces/{space_id}", HOST, _to(COUNTER)),
    Stop("counter, wrong code", "/counter/spaces/{space_id}/code", HOST, _to(COUNTER + "/code?code=123"), 422),
    Stop("booking for a guest", "/counter/spaces/{space_id}/bookings/new", HOST, _to(COUNTER + "/bookings/new")),
    Stop(
        "guest's booking",
        "/counter/spaces/{space_id}/bookings/{guest_booking_id}",
        HOST,
        _to(COUNTER + "/bookings/{guest}"),
    ),
    Stop(
        "guest's move",
        "/counter/spaces/{space_id}/bookings/{guest_booking_id}/move",
        HOST,
        _to(COUNTER + "/bookings/{guest}/move"),
    ),
    Stop("check-in", "/host/spaces/{space_id}/checkin", HOST, _to(HOSTED + "/checkin")),
    Stop("codes", "/host/spaces/{space_id}/codes", HOST, _to(HOSTED + "/codes")),
    Stop("at a desk", "/here/{code}", RESIDENT, _to("/here/{code}")),
    Stop("requests", "/host/spaces/{space_id}/requests", HOST, _to(HOSTED + "/requests")),
    Stop("till", "/host/spaces/{space_id}/till", HOST, _to(HOSTED + "/till")),
    Stop("tariffs", "/host/spaces/{space_id}/tariffs", HOST, _to(HOSTED + "/tariffs")),
    Stop(
        "waiver",
        "/host/spaces/{space_id}/bookings/{booking_id}/waiver",
        HOST,
        _to(HOSTED + "/bookings/{booking}/waiver"),
    ),
    Stop("cards", "/cards", RESIDENT, _to("/cards")),
    Stop("cards of the district", "/district/cards", STAFF, _to("/district/cards")),
    Stop("settlement", "/district/settlement", STAFF, _to("/district/settlement")),
    Stop("closures", "/host/spaces/{space_id}/closures", HOST, _to(HOSTED + "/closures")),
    Stop("hours", "/host/spaces/{space_id}/hours", HOST, _to(HOSTED + "/hours")),
    Stop("resources", "/host/spaces/{space_id}/resources", HOST, _to(HOSTED + "/resources")),
    Stop("plan editor", HOSTED_PLAN, HOST, _to(HOSTED + "/plan")),
    Stop("plan editor, empty", HOSTED_PLAN, HOST, _to(HOSTED + "/plan?floor=2")),
    Stop("plan editor, with mistakes", HOSTED_PLAN, HOST, _to(HOSTED + "/plan", then=_draw_wrongly), 422),
    Stop("plan editor, changed meanwhile", HOSTED_PLAN, HOST, _to(HOSTED + "/plan", then=_draw_too_late), 409),
    Stop("resource", "/host/spaces/{space_id}/resources/{resource_id}", HOST, _to(HOSTED + "/resources/{desk}")),
    Stop("rules", "/host/spaces/{space_id}/rules", HOST, _to(HOSTED + "/rules")),
    Stop("members", "/host/spaces/{space_id}/members", HOST, _to(HOSTED + "/members")),
    Stop("rules of a kind", "/host/spaces/{space_id}/rules/{kind}", HOST, _to(HOSTED + "/rules/meeting_room")),
    Stop(
        "rules of a resource",
        "/host/spaces/{space_id}/resources/{resource_id}/rules",
        HOST,
        _to(HOSTED + "/resources/{desk}/rules"),
    ),
    Stop("vehicle", "/host/spaces/{space_id}/vehicles/{vehicle_id}", HOST, _to(HOSTED + "/vehicles/{vehicle}")),
    Stop("details", "/host/spaces/{space_id}/details", HOST, _to(HOSTED + "/details")),
    Stop("photos", "/host/spaces/{space_id}/photos", HOST, _to(HOSTED + "/photos")),
    Stop("district", "/district", STAFF, _to("/district")),
    Stop("opened contacts", "/district/openings", STAFF, _to("/district/openings")),
    Stop("new space", "/district/spaces/new", STAFF, _to("/district/spaces/new")),
    Stop("space of the district", "/district/spaces/{space_id}", STAFF, _to("/district/spaces/{space}")),
]
