"""Every form and every query with whatever people, programs and attackers put into them: an answer, never a fault."""

import html
import re
from typing import Any
from urllib.parse import quote_from_bytes, urlencode

import httpx
import pytest

from landbooking.database import Connection
from security.forms import FORMS, QUERIES
from support.undone import undone
from support.world import World, address, app_of, routes_of

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
            # "element" says which rows there are: where it names others, those are shown.
            if answer.status_code == 422 and path not in WITHOUT_A_PAGE and field != "element":
                check_kept(answer, good, field, said)


# Buttons and lists whose form is never sent by hand with a wrong value: a page says so, and leads back.
WITHOUT_A_PAGE = {
    "/resources/{resource_id:int}/holds", "/spaces/{space_id:int}/holds",  # in both the address alone is typed
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
