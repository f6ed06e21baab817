"""Every form and every query with whatever people, programs and attackers put into them: an answer, never a fault."""

import html
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import quote_from_bytes, urlencode

import httpx
import pytest

from landbooking.database import Connection
from support.hosting import RULES
from support.spaces import day_after
from support.world import World, address, app_of, routes_of

DAY = f"{day_after(6)}"

OFFER = {
    "from": "Kusel", "via_1": "", "to": "Ferndorf", "from_exact": "", "to_exact": "", "repeats": "weekly", "date": DAY,
    "time": "08:00", "first": DAY, "last": "", "time_1": "07:00", "with_return": "1", "back_1": "16:00", "seats": "2",
    "flexible": "10", "detour": "5", "share": "1,00", "note": "", "carries": "pets", "women_only": "", "action": "",
}  # fmt: skip
MEETING_POINT = {
    "municipality": "Kusel", "name": "Bank", "description": "", "lat": "49,5", "lon": "7,4", "lit": "1",
}  # fmt: skip

APPLICATION = {
    "letter": "Ich möchte lernen.", "birthday": "2000-05-01", "schooling": "lasts", "schooling_until": "2027-07-01",
    "space": "", "first_day": "", "school": "", "school_email": "",
}  # fmt: skip
POSTING = {
    "title": "Webseiten", "field": "it", "kind": "voluntary", "tasks": "Bauen", "learning_goals": "HTML",
    "skills": "Neugier", "mentor": "1", "spaces": "1", "first": "2030-01-07", "last": "2030-01-18", "weeks": "1",
    "weekdays": "1", "starts": "08:30", "ends": "15:00", "break_minutes": "30", "places": "2",
    "deadline": "2029-12-01", "pay": "15,00", "minimum_age": "15", "adult_on_site": "Gastgeberin",
    "questions": "Warum?", "light_work": "1",
}  # fmt: skip
COMPANY = {
    "name": "Datenwerk", "about": "Webseiten", "website": "www.example.org", "street": "Weg 1", "postal_code": "66869",
    "town": "Kusel", "contact_name": "Leitung", "contact_phone": "06381 1", "register_number": "HRB 1",
    "accident_insurer": "VBG",
}  # fmt: skip
SEARCH = {
    "words": "Webseiten", "field": "it", "place": "Kusel", "km": "20", "first": "2030-01-01", "last": "2030-02-01",
    "age": "16",
}  # fmt: skip

# What each form takes, by its route. A value that a form refuses is told in a 422 (a page that keeps what was typed).
FORMS: dict[str, dict[str, str]] = {
    "/sign-in": {"email": "jemand@example.org", "next": "/"},
    "/sign-in/code": {"code": "123456"},
    "/sign-in/link/{token:str}": {},
    "/sign-out": {},
    "/profile": {"language": "de", "name": "Anwohnerin", "municipality": "Kusel"},
    "/profile/devices/end-all": {},
    "/profile/erasure": {},
    "/profile/devices/{session_id:int}/end": {},
    "/profile/keys": {"label": "Skript", "idempotency_key": "k-1"},
    "/profile/keys/{token_id:int}/revoke": {},
    "/journeys": {
        "resource": "{resource_id}", "date": DAY, "start": "09:00", "end": "12:00", "there": "1.2030-01-01.1-0.2-0",
        "back": "", "pick_up_place": "", "key": "k-2",
    },
    "/resources/{resource_id:int}/bookings": {
        "date": DAY, "start": "09:00", "end": "12:00", "key": "k-1", "pay_with": "",
    },
    "/resources/{resource_id:int}/series": {
        "date": DAY, "start": "09:00", "end": "12:00", "repeats": "weekly", "weekdays": "1", "until": "", "count": "3",
        "skip_school_holidays": "1", "key": "k-1",
        f"desk-{DAY}": "skip", f"start-{DAY}": "09:15", f"end-{DAY}": "11:45",
    },
    "/series/{series_id:int}/cancellation": {"booking": "1", "scope": "following", "version": "1"},
    "/series/{series_id:int}/move": {
        "booking": "1", "scope": "all", "version": "1", "start": "10:00", "end": "11:30", "resource": "1", "leave": "1",
    },
    "/spaces/{space_id:int}/bookings": {"pool": "Tisch", "date": DAY, "start": "09:00", "end": "12:00", "key": "k-1"},
    "/bookings/{booking_id:int}/cancellation": {"version": "1"},
    "/bookings/{booking_id:int}/checkin": {},
    "/bookings/{booking_id:int}/early-leave": {},
    "/here/{code:str}/bookings": {"resource": "1", "end": "2030-01-01T10:00:00+01:00"},
    "/bookings/{booking_id:int}/move": {"date": DAY, "start": "09:00", "end": "12:00", "resource": "1", "version": "1"},
    "/bookings/{booking_id:int}/contact": {},
    "/waiting": {
        "date": DAY, "start": "09:00", "end": "12:00", "what": "space", "kind": "desk", "resource": "1", "space": "",
        "place": "",
    },
    "/waiting/{wish_id:int}/acceptance": {},
    "/waiting/{wish_id:int}/withdrawal": {},
    "/bookings/reminders": {"day_before": "1", "hour_before": "1"},
    "/bookings/feed": {},
    "/bookings/feed/revocation": {},
    "/host/spaces/{space_id:int}/bookings/{booking_id:int}/cancellation": {"seen": "1:1", "rest": "keep"},
    "/host/spaces/{space_id:int}/bookings/{booking_id:int}/contact": {},
    "/host/spaces/{space_id:int}/checkin": {"patience": "15", "version": "1"},
    "/host/spaces/{space_id:int}/bookings/{booking_id:int}/approval": {"version": "1"},
    "/host/spaces/{space_id:int}/bookings/{booking_id:int}/refusal": {"version": "1", "message": ""},
    "/host/spaces/{space_id:int}/blackouts/new": {
        "resource": "all", "first": DAY, "from": "09:00", "last": DAY, "to": "12:00", "reason": "Putzen", "when": "",
        "seen": "", "message": "", "rest": "keep",
    },
    "/host/spaces/{space_id:int}/blackouts/{blackout_id:int}/lifting": {},
    "/host/spaces/{space_id:int}/closures": {
        "first": DAY, "last": DAY, "reason": "Kirmes", "seen": "", "message": "", "rest": "cancel",
    },
    "/host/spaces/{space_id:int}/closures/{closure_id:int}/removal": {},
    "/host/spaces/{space_id:int}/hours": {
        "opens-1-0": "08:00", "closes-1-0": "12:00", "open_on_public_holidays": "1", "seen": "", "rest": "keep",
    },
    "/host/closures": {
        "space": "all", "first": DAY, "last": DAY, "reason": "Kerwe", "seen": "", "message": "", "rest": "keep",
    },
    "/host/spaces/{space_id:int}/team": {"email": "jemand@example.org", "role": "desk"},
    "/host/spaces/{space_id:int}/team/{person_id:int}/removal": {},
    "/host/spaces/{space_id:int}/calendar": {},
    "/host/spaces/{space_id:int}/calendar/revocation": {},
    "/host/spaces/{space_id:int}/members": {"email": "jemand@example.org"},
    "/host/spaces/{space_id:int}/members/{person_id:int}/removal": {},
    "/host/spaces/{space_id:int}/rules": RULES,
    "/host/spaces/{space_id:int}/rules/{kind:str}": RULES,
    "/host/spaces/{space_id:int}/rules/{kind:str}/removal": {},
    "/host/spaces/{space_id:int}/resources/{resource_id:int}/rules": RULES,
    "/host/spaces/{space_id:int}/resources/{resource_id:int}/rules/removal": {},
    "/host/spaces/{space_id:int}/resources": {
        "kind": "desk", "name": "Tisch", "number": "2", "features": "monitor",
    },
    "/host/spaces/{space_id:int}/resources/{resource_id:int}": {
        "name": "Tisch 9", "pool": "Tisch", "features": "monitor",
    },
    "/host/spaces/{space_id:int}/vehicles/{vehicle_id:int}": {
        "form_factor": "car", "propulsion": "electric", "max_range": "300", "current_range": "120", "doors": "5",
        "equipment": "child_seat_b", "out_of_order": "1",
    },
    "/host/spaces/{space_id:int}/resources/{resource_id:int}/retirement": {"seen": "", "message": "", "rest": "keep"},
    "/host/spaces/{space_id:int}/resources/{resource_id:int}/return": {},
    "/host/spaces/{space_id:int}/details": {
        "name": "Alte Schule", "description": "", "street": "Weg 1", "postal_code": "66869", "town": "Kusel",
        "lat": "49,5", "lon": "7,4", "features": "step-free",
    },
    "/host/spaces/{space_id:int}/photos": {"alt": "Ein Raum", "photo": ""},
    "/host/spaces/{space_id:int}/photos/{photo_id:int}/removal": {},
    "/counter/spaces/{space_id:int}/bookings/new": {
        "date": DAY, "start": "09:00", "end": "12:00", "resource": "1", "name": "Nachbar", "phone": "06381 1",
        "key": "k-1",
    },
    "/counter/spaces/{space_id:int}/bookings/{guest_booking_id:int}/move": {
        "date": DAY, "start": "09:00", "end": "12:00", "resource": "1", "version": "1",
    },
    "/counter/spaces/{space_id:int}/bookings/{guest_booking_id:int}/cancellation": {"version": "1"},
    "/host/spaces/{space_id:int}/tariffs": {
        "of": "space", "hour": "3,00", "half_day": "7,00", "day": "12,00", "month": "90,00",
    },
    "/host/spaces/{space_id:int}/till/cards": {"email": "jemand@example.org"},
    "/host/spaces/{space_id:int}/till/passes": {"email": "jemand@example.org", "first": DAY},
    "/host/spaces/{space_id:int}/till/cards/{card_id:int}/removal": {},
    "/host/spaces/{space_id:int}/bookings/{booking_id:int}/waiver": {"reason": "volunteer"},
    "/cards/vouchers": {"code": "NICHTS"},
    "/bookings/{booking_id:int}/voucher": {"code": "NICHTS"},
    "/rides/{ride_id:int}/seat-requests": {
        "day": DAY, "from": "Adorf", "to": "Dedorf", "places": "1", "needs": "luggage", "pick_up_place": "Am Bach 3",
        "drop_off_place": "Am Markt 1", "with_return": "", "key": "k-1",
    },
    "/rides/seats/{seat_id:int}/acceptance": {"version": "1"},
    "/rides/seats/{seat_id:int}/refusal": {"version": "1", "message": "Kein Platz"},
    "/rides/seats/{seat_id:int}/cancellation": {"version": "1", "scope": "one", "message": "Krank"},
    "/rides/seats/{seat_id:int}/feedback": {"ridden": "yes", "thumb": "up"},
    "/rides/seats/{seat_id:int}/report": {"text": "Zu spät"},
    "/rides/seats/{seat_id:int}/block": {},
    "/rides/profile": {"phone": "06381 77", "is_woman": "1", "birthday": ""},
    "/rides/profile/guardian": {"guardian_email": "mutter@example.org"},
    "/rides/blocks/{person_id:int}/removal": {},
    "/rides/consent/{token:str}": {"answer": "yes"},
    "/rides/organisations/{organisation_id:int}/duties": {"ride": "1", "day": DAY, "person": ""},
    "/rides/organisations/{organisation_id:int}/bookings/new": {
        "ride": "1", "day": DAY, "from": "Adorf", "to": "Dedorf", "places": "1", "pick_up_place": "Am Bach 3",
        "drop_off_place": "Am Markt 1", "name": "Nachbar", "phone": "06381 1", "key": "k-1",
    },
    "/rides/organisations/{organisation_id:int}/bookings/{seat_id:int}/cancellation": {"version": "1"},
    "/district/rides/reports/{report_id:int}/handling": {},
    "/district/rides/people": {"email": "jemand@example.org"},
    "/district/rides/people/{person_id:int}/confirmation": {},
    "/district/rides/people/{person_id:int}/consent": {},
    "/district/rides/people/{person_id:int}/consent/revocation": {},
    "/district/rides/organisations": {"name": "Bürgerbus", "phone": "06381 5"},
    "/district/rides/organisations/{organisation_id:int}/members": {"email": "jemand@example.org", "role": "driver"},
    "/district/rides/organisations/{organisation_id:int}/members/{person_id:int}/removal": {},
    "/district/vouchers": {"district": "", "worth_visits": "3", "worth": ""},
    "/district/cards": {"district": "", "visits": "10", "price": "80,00"},
    "/district/spaces/new": {
        "name": "Neu", "street": "Weg 1", "postal_code": "66869", "town": "Kusel", "municipality": "Kusel",
        "lat": "", "lon": "", "features": "step-free", "description": "",
    },
    "/district/spaces/{space_id:int}/hosts": {"email": "jemand@example.org"},
    "/district/spaces/{space_id:int}/hosts/{person_id:int}/removal": {},
    "/district/spaces/{space_id:int}/publication": {"published": "yes"},
    "/internships/{posting_id:int}/application": APPLICATION | {"action": "submit"},
    "/internships/{posting_id:int}/application/draft": APPLICATION,
    "/internships/consent/{token:str}": {"answer": "yes"},
    "/applications/guardian": {"guardian_email": "mutter@example.org"},
    "/applications/{application_id:int}/removal": {},
    "/applications/{application_id:int}/withdrawal": {},
    "/applications/{application_id:int}/acceptance": {"version": "1"},
    "/applications/{application_id:int}/refusal": {"version": "1"},
    "/applications/{application_id:int}/messages": {"text": "Guten Tag"},
    "/applications/{application_id:int}/interview": {"time": "1"},
    "/applications/{application_id:int}/interview/cancellation": {},
    "/company/{company_id:int}/applications/{application_id:int}/shortlisting": {"version": "1"},
    "/company/{company_id:int}/applications/{application_id:int}/offer": {"version": "1"},
    "/company/{company_id:int}/applications/{application_id:int}/decline": {"reason": "skills", "version": "1"},
    "/company/{company_id:int}/applications/{application_id:int}/restoration": {"version": "1"},
    "/company/{company_id:int}/applications/{application_id:int}/messages": {"text": "Guten Tag"},
    "/company/{company_id:int}/applications/{application_id:int}/interview": {
        "day_1": DAY, "at_1": "10:00", "day_2": DAY, "at_2": "11:00", "minutes": "30", "place": "Telefon",
        "version": "1",
    },
    "/company/{company_id:int}/applications/{application_id:int}/interview/cancellation": {},
    "/placements/{placement_id:int}/signature": {"terms_version": "1"},
    "/placements/{placement_id:int}/guardian": {"guardian_email": "mutter@example.org"},
    "/placements/{placement_id:int}/days-elsewhere": {"year": "2027", "days": "3"},
    "/placements/{placement_id:int}/cancellation": {},
    "/placements/{placement_id:int}/end": {},
    "/company/{company_id:int}/placements/{placement_id:int}/proposal": {"version": "1"},
    "/company/{company_id:int}/placements/{placement_id:int}/signature": {"terms_version": "1"},
    "/company/{company_id:int}/placements/{placement_id:int}/confirmation": {"version": "1"},
    "/company/{company_id:int}/placements/{placement_id:int}/terms": {
        "space": "1", "tasks": "Lernen", "first": DAY, "last": DAY, "start": "09:00", "end": "12:00",
        "break_minutes": "0", "version": "1",
    },
    "/company/{company_id:int}/placements/{placement_id:int}/days": {
        "day": DAY, "start": "09:00", "end": "12:00", "break_minutes": "0", "version": "1",
    },
    "/company/{company_id:int}/placements/{placement_id:int}/place": {"space": "1", "version": "1"},
    "/company/{company_id:int}/placements/{placement_id:int}/school-link": {},
    "/company/{company_id:int}/placements/{placement_id:int}/instruction": {"instructed_on": DAY},
    "/company/{company_id:int}/placements/{placement_id:int}/certificate": {"certificate_seen_on": DAY},
    "/company/{company_id:int}/placements/{placement_id:int}/cancellation": {"version": "1"},
    "/company/{company_id:int}/placements/{placement_id:int}/end": {"version": "1"},
    "/district/internships/placements/{placement_id:int}/overrides": {"rule": "L6", "reason": "Grund", "day": DAY},
    "/district/internships/placements/{placement_id:int}/paper": {
        "signatory": "guardian", "name": "Maria Muster", "terms_version": "1",
    },
    "/internships/signature/{token:str}": {"answer": "yes", "name": "Maria Muster", "terms_version": "1"},
    "/district/internships/consents": {"email": "jemand@example.org"},
    "/district/internships/consents/{person_id:int}": {},
    "/district/internships/consents/{person_id:int}/revocation": {},
    "/internships/placements/{placement_id:int}/tasks": {"week": "1", "text": "Startseite entwerfen"},
    "/internships/placements/{placement_id:int}/tasks/{task_id:int}/tick": {"done": "true"},
    "/internships/placements/{placement_id:int}/tasks/{task_id:int}/removal": {},
    "/internships/placements/{placement_id:int}/diary": {"day": f"{day_after(0)}", "entry": "Viel gelernt."},
    "/internships/placements/{placement_id:int}/reconfirmation": {"answer": "yes"},
    "/internships/placements/{placement_id:int}/feedback": {"stars": "4", "words": "Gut"},
    "/internships/placements/{placement_id:int}/address": {"address": "Gartenweg 5, 66869 Kusel"},
    "/internships/placements/{placement_id:int}/collective-agreements": {"notice": "Haustarif"},
    "/internships/placements/{placement_id:int}/certificate": {},
    "/internships/placements/{placement_id:int}/certificate/revocation": {},
    "/internships/reconfirmation/{token:str}": {"answer": "yes"},
    "/rides/new": OFFER,
    "/rides/{ride_id:int}/change": {
        **{name: value for name, value in OFFER.items() if name not in ("back_1", "with_return")}, "version": "1",
    },
    "/rides/{ride_id:int}/days": {"day": DAY, "time": "08:00", "message": ""},
    "/rides/{ride_id:int}/pauses": {"first": DAY, "last": DAY, "message": ""},
    "/rides/{ride_id:int}/pauses/removal": {"first": DAY},
    "/rides/{ride_id:int}/end": {"message": ""},
    "/rides/wishes": {
        "from": "Kusel", "to": "Ferndorf", "day": DAY, "when": "arrive", "at": "08:00", "places": "1", "needs": "pets",
        "women_only": "", "repeats": "weekly", "weekdays": "1", "last": "",
    },
    "/rides/wishes/{ride_wish_id:int}/withdrawal": {},
    "/companies": {**COMPANY, "district": "", "key": "k-1"},
    "/companies/{company_id:int}/profile": {**COMPANY, "version": "1"},
    "/companies/{company_id:int}/members": {"email": "jemand@example.org", "role": "mentor"},
    "/companies/{company_id:int}/members/{person_id:int}/removal": {},
    "/companies/{company_id:int}/postings": {**POSTING, "key": "k-1"},
    "/postings/{posting_id:int}/change": {**POSTING, "version": "1"},
    "/postings/{posting_id:int}/terms": {"places": "2", "deadline": "2029-12-01", "mentor": "1", "version": "1"},
    "/postings/{posting_id:int}/steps": {"step": "take_back", "version": "1", "reason": ""},
    "/internships/searches": SEARCH,
    "/internships/searches/{saved_search_id:int}/end": {},
    "/internships/searches/end/{code:str}": {},
    "/district/internships/companies/{company_id:int}/verification": {"proof": "letter", "version": "1"},
    "/district/internships/companies/{company_id:int}/suspension": {"reason": "Unfug", "version": "1"},
    "/district/internships/postings/{posting_id:int}/steps": {
        "step": "give_back", "reason": "Bitte genauer", "version": "1",
    },
    "/meeting-points/{meeting_point_id:int}/calls": {"to": "Kusel"},
    "/district/meeting-points/new": MEETING_POINT,
    "/district/meeting-points/{meeting_point_id:int}": {
        name: value for name, value in MEETING_POINT.items() if name != "municipality"
    },
    "/district/meeting-points/{meeting_point_id:int}/retirement": {},
}  # fmt: skip

QUERIES: dict[str, dict[str, str]] = {
    "/internships": {**SEARCH, "after": "WzAsIjIwMzAtMDEtMDFUMDA6MDA6MDBaIiwxXQ"},
    "/internships/feed.rss": SEARCH,
    "/internships/{posting_id:int}": {"place": "Kusel"},
    "/host/spaces/{space_id:int}/tariffs": {"of": "space"},
    "/district/cards": {"district": ""},
    "/district/settlement": {"district": "", "month": "2026-11"},
    "/district/settlement.csv": {"district": "", "month": "2026-11"},
    "/": {},
    "/search": {"place": "Kusel", "date": DAY, "start": "09:00", "end": "12:00", "kind": "desk"},
    "/spaces/{space_id:int}": {"date": DAY},
    "/spaces/{space_id:int}/days/{day:str}": {"start": "09:00", "end": "12:00"},
    "/spaces/{space_id:int}/bookings/new": {"pool": "Tisch", "date": DAY, "start": "09:00", "end": "12:00"},
    "/resources/{resource_id:int}/bookings/new": {"date": DAY, "start": "09:00", "end": "12:00"},
    "/counter/spaces/{space_id:int}/code": {"code": "000000"},
    "/counter/spaces/{space_id:int}/bookings/new": {"date": DAY, "start": "09:00", "end": "12:00", "resource": "1"},
    "/resources/{resource_id:int}/series/new": {
        "date": DAY,
        "start": "09:00",
        "end": "12:00",
        "repeats": "monthly",
        "weekdays": "1",
        "count": "3",
        "until": "",
    },
    "/series/{series_id:int}/move": {"booking": "1"},
    "/waiting/new": {
        "date": DAY,
        "start": "09:00",
        "end": "12:00",
        "kind": "desk",
        "place": "Kusel",
        "resource": "",
        "space": "",
    },
    "/host/spaces/{space_id:int}": {"date": DAY},
    "/host/spaces/{space_id:int}/resources": {"kind": "meeting_room"},
    "/host/spaces/{space_id:int}/week": {"date": DAY},
    "/host/spaces/{space_id:int}/blackouts/new": {
        "resource": "1",
        "first": DAY,
        "from": "09:00",
        "last": DAY,
        "to": "12:00",
    },
    "/district/spaces/new": {"name": "Neu", "features": "x"},
    "/district/openings": {"before": "7"},
    "/rides/{ride_id:int}/seat-requests/new": {"day": DAY, "from": "Adorf", "to": "Dedorf", "places": "1"},
    "/rides/organisations/{organisation_id:int}": {"day": DAY},
    "/rides/organisations/{organisation_id:int}/bookings/new": {"day": DAY, "ride": "1"},
    "/sign-in": {"next": "/bookings"},
    "/internships/placements/{placement_id:int}": {"week": "2", "day": DAY},
    "/rides": {"from": "Kusel", "to": "Ferndorf", "day": DAY, "when": "arrive", "at": "08:00", "places": "1"},
    "/rides/search": {
        "from": "Kusel",
        "to": "Ferndorf",
        "day": DAY,
        "when": "leave",
        "at": "06:00",
        "places": "1",
        "needs": "pets",
        "women_only": "",
    },
    "/rides/{ride_id:int}": {"day": DAY, "from": "Kusel", "to": "Ferndorf", "places": "1", "needs": "pets"},
    "/rides/new": {"from": "Kusel", "to": "Ferndorf", "date": DAY, "time": "08:00"},
    "/rides/wishes/new": {"from": "Kusel", "to": "Ferndorf", "day": DAY, "weekdays": "1", "last": DAY},
}

BAD: list[Any] = [
    "", " ", "nonsense", "x" * 100_000, "\0", "a\0b", "\x1b[31m", "\ud800", "🪑👩‍💻", "ﷺ" * 500, "-1", "0", "1e308",
    "5e-324", "nan", "9" * 30, "9" * 5000, "2147483648", "1.5", "١٢", "'; DROP TABLE booking; --",
    "<script>alert(1)</script>", "{{7*7}}",
    "%00", "0001-01-01", "9999-12-31", "2026-02-30", "2026-13-01", "24:00", "23:59", "00:00", "25:61",
    "09:00:00.5", "09:07", "09:00+05:00", "2026-12-01T09:00:00-11:00", "../../etc/passwd", "a\r\nSet-Cookie: x=y",
    ["1", "2"], ["", "nonsense", "x"],
]  # fmt: skip

# Fields that no form and no query knows. All at once, since none of them is looked at.
UNKNOWN: dict[str, Any] = {f"unknown-{number}": bad for number, bad in enumerate(BAD)}


@asynccontextmanager
async def undone(connection: Connection) -> AsyncIterator[None]:
    """What a request changes is taken back, so that each meets the same world."""
    transaction = connection.transaction()
    await transaction.start()
    try:
        yield
    finally:
        await transaction.rollback()


def posted(values: dict[str, Any]) -> bytes:
    """As a browser sends a form; a lone surrogate as the bytes that it would be."""
    pairs = [(name, one) for name, value in values.items() for one in (value if isinstance(value, list) else [value])]
    return urlencode(pairs, errors="surrogatepass").encode()


FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept-Language": "de"}


def check(answer: httpx.Response, said: str) -> None:
    assert answer.status_code < 500, said
    assert "Traceback" not in answer.text, said
    assert "Expected `" not in answer.text, said
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == "text/html; charset=utf-8", said
        assert 'lang="de"' in answer.text, said


def test_every_form_is_tried(client: httpx.AsyncClient) -> None:
    known = {path for method, path, _handler in routes_of(app_of(client)) if method == "POST"}
    assert {path for path in known if not path.startswith(("/api/", "/covoiturage/"))} == set(FORMS)


@pytest.mark.parametrize("path", FORMS)
async def test_nothing_in_a_form_is_a_fault(
    connection: Connection, insider: httpx.AsyncClient, world: World, path: str
) -> None:
    url = address(path, world.ids)
    known = {"resource": str(world.desk), "booking": str(world.ids["dated_id"])}
    good = FORMS[path] | {name: value for name, value in known.items() if name in FORMS[path]}
    if path == "/sign-in/code":
        await insider.post("/sign-in", data=FORMS["/sign-in"])
    async with undone(connection):
        check(await insider.post(url, content=posted(good | UNKNOWN), headers=FORM), f"{path} with unknown fields")
    for field in good:
        for bad in BAD:
            async with undone(connection):
                answer = await insider.post(url, content=posted({**good, field: bad}), headers=FORM)
            said = f"{path} {field}={str(bad)[:60]!r}: {answer.status_code}"
            check(answer, said)
            if answer.status_code == 422 and path not in WITHOUT_A_PAGE:
                check_kept(answer, good, field, said)


# Buttons and lists whose form is never sent by hand with a wrong value: a page says so, and leads back.
WITHOUT_A_PAGE = {
    "/journeys", "/internships/searches", "/postings/{posting_id:int}/steps",
    "/rides/{ride_id:int}/days", "/rides/{ride_id:int}/pauses", "/rides/{ride_id:int}/pauses/removal",
    "/rides/{ride_id:int}/end",
    "/bookings/{booking_id:int}/voucher",
    "/sign-in/code", "/bookings/{booking_id:int}/cancellation", "/here/{code:str}/bookings", "/bookings/reminders",
    "/counter/spaces/{space_id:int}/bookings/{guest_booking_id:int}/cancellation",
    "/series/{series_id:int}/cancellation",
    "/district/spaces/{space_id:int}/publication", "/host/spaces/{space_id:int}/photos",
    "/host/spaces/{space_id:int}/bookings/{booking_id:int}/cancellation",
    "/host/spaces/{space_id:int}/bookings/{booking_id:int}/approval",
    "/host/spaces/{space_id:int}/resources/{resource_id:int}/retirement",
    "/rides/seats/{seat_id:int}/acceptance", "/rides/organisations/{organisation_id:int}/duties",
    "/rides/organisations/{organisation_id:int}/bookings/{seat_id:int}/cancellation", "/rides/consent/{token:str}",
    "/internships/{posting_id:int}/application/draft", "/internships/consent/{token:str}",
    "/applications/{application_id:int}/acceptance", "/applications/{application_id:int}/refusal",
    "/company/{company_id:int}/applications/{application_id:int}/shortlisting",
    "/company/{company_id:int}/applications/{application_id:int}/offer",
    "/company/{company_id:int}/applications/{application_id:int}/restoration",
    "/applications/{application_id:int}/interview",
}  # fmt: skip
CHOSEN = {
    "there",
    "back",
    "features",
    "resource",
    "language",
    "idempotency_key",
    "key",
    "version",
    "what",
    "kind",
    "published",
    "seen",
    "rest",
    "message",
    "scope",
    "ridden",
    "thumb",
    "repeats",
    "needs",
    "carries",
    "when",
    "weekdays",
    "action",
    "with_return",
    "schooling",
    "reason",
    "field",
    "km",
    "mentor",
    "spaces",
    "light_work",
    "role",
    "step",
    "proof",
    "district",
}


def check_kept(answer: httpx.Response, good: dict[str, str], wrong: str, said: str) -> None:
    """All that was typed into the other fields stands there again."""
    shown = html.unescape(answer.text)
    for name, value in good.items():
        if name != wrong and name not in CHOSEN and value and name != "open_on_public_holidays":
            assert value in shown, f"{said}: {name} is lost"


@pytest.mark.parametrize("path", QUERIES)
async def test_nothing_in_a_query_is_a_fault(
    connection: Connection, insider: httpx.AsyncClient, world: World, path: str
) -> None:
    url = address(path, world.ids)
    unknown = {name: bad[:5_000] for name, bad in UNKNOWN.items()}  # a client sends no address of 65,536 bytes
    answer = await insider.get(f"{url}?{posted(QUERIES[path] | unknown).decode()}", headers=FORM)
    check(answer, f"{path} with unknown fields: {answer.status_code}")
    for field in QUERIES[path]:
        for bad in BAD:
            value = bad[:20_000] if isinstance(bad, str) else bad
            answer = await insider.get(f"{url}?{posted({**QUERIES[path], field: value}).decode()}", headers=FORM)
            check(answer, f"{path} {field}={str(bad)[:60]!r}: {answer.status_code}")


@pytest.mark.parametrize("path", FORMS)
async def test_no_kind_of_body_is_a_fault(
    connection: Connection, insider: httpx.AsyncClient, world: World, path: str
) -> None:
    url = address(path, world.ids)
    names = list(FORMS[path]) or ["x"]
    broken = b"&".join(name.encode() + b"=%ff%fe\xff\xc3" for name in names)
    bodies: list[tuple[str, bytes]] = [
        ("application/x-www-form-urlencoded", broken),
        ("application/x-www-form-urlencoded; charset=utf-16", broken),
        ("application/x-www-form-urlencoded", b"&&==&=%&%zz"),
        ("application/json", b'{"email": 1}'),
        ("application/json", b"{"),
        ("application/octet-stream", b"\0\1\2"),
        ("application/x-msgpack", b"\xc1"),
        ("text/plain", broken),
        ("nonsense", broken),
        ("", broken),
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=", b"x"),
        ("multipart/form-data; boundary=b", b"--b\r\nnonsense"),
        ("multipart/form-data; boundary=b", b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--\r\n"),
        (
            "multipart/form-data; boundary=b",
            b'--b\r\nContent-Disposition: form-data; name="\xff"\r\n\r\n\xff\r\n--b--\r\n',
        ),
    ]
    for kind, body in bodies:
        async with undone(connection):
            answer = await insider.post(url, content=body, headers={**FORM, "Content-Type": kind})
        check(answer, f"{path} {kind} {body[:30]!r}: {answer.status_code}")
    async with undone(connection):
        answer = await insider.post(
            url, files=dict.fromkeys(names, ("a.txt", b"\xff\x00text")), headers={"Accept-Language": "de"}
        )
    check(answer, f"{path} as files: {answer.status_code}")


@pytest.mark.parametrize("number", ["0", "-1", "2147483648", "9223372036854775808", "9" * 40, "1.5", "x", "%00", "%ff"])
async def test_no_number_in_an_address_is_a_fault(insider: httpx.AsyncClient, world: World, number: str) -> None:
    for method, path, _handler in routes_of(app_of(insider)):
        if "{" in path and not path.startswith("/static"):
            for name in re.findall(r"\{(\w+):", path):
                url = address(path, {**world.ids, name: number})
                answer = await insider.request(method, url, content=b"" if method == "GET" else None)
                assert answer.status_code < 500, (method, url)
                if re.search(r":int\}", path) and f"{{{name}:int}}" in path:
                    # Taking somebody off a list, or calling off, is as content when there is nobody and nothing.
                    fine = (200, 303) if path.endswith(("/removal", "/cancellation", "/end", "/revoke")) else ()
                    assert answer.status_code in (403, 404, 422, *fine), (method, url, answer.status_code)


@pytest.mark.parametrize("day", ["0001-01-01", "1583-01-01", "1899-12-31", "9000-12-31", "9999-12-31"])
@pytest.mark.parametrize(("start", "end"), [("00:00", "00:00"), ("00:00", "23:59"), ("23:45", "00:00")])
async def test_days_at_the_ends_of_the_calendar_are_no_fault(
    connection: Connection, insider: httpx.AsyncClient, world: World, day: str, start: str, end: str
) -> None:
    wish = {
        "date": day,
        "start": start,
        "end": end,
        "place": "Kusel",
        "first": day,
        "last": day,
        "from": start,
        "to": end,
        "repeats": "monthly",
        "count": "3",
    }
    wish["resource"] = "all"
    for path in QUERIES:
        for ids in (world.ids, {**world.ids, "day": day}):
            check(await insider.get(address(path, ids), params=wish, headers=FORM), path)
    for path in FORMS:
        chosen = wish | ({"resource": str(world.desk)} if path.endswith("/move") else {})
        async with undone(connection):
            check(await insider.post(address(path, world.ids), data=chosen, headers={"Accept-Language": "de"}), path)


async def test_invalid_utf_8_in_a_query_is_no_fault(insider: httpx.AsyncClient) -> None:
    raw = quote_from_bytes(b"\xff\xfe\xc3")
    for path in ("/search?place=", "/sign-in?next=", "/?x=", "/spaces/1?date=", "/api/v1/spaces?near=", "/bookings?x="):
        assert (await insider.get(f"{path}{raw}")).status_code < 500
    assert (await insider.get(f"/{raw}")).status_code == 404
