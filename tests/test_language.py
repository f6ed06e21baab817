"""Which language is spoken, and how it writes days and times."""

from datetime import UTC, date, datetime

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from landbooking.language import format_clock, format_day, format_period, preferred_language, use_language


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("", "de"),
        ("*", "de"),
        ("fr", "de"),
        ("en", "en"),
        ("EN-us", "en"),
        ("de-DE,de;q=0.9,en;q=0.8", "de"),
        ("fr,en;q=0.5,de;q=0.4", "en"),
        ("en;q=0.1,de;q=0.2", "de"),
        ("en;q=0", "de"),
        ("en; q=0.9, de;q=0.1", "en"),
        ("en;q=nonsense", "de"),
        ("en;q=nan,de;q=0.1", "de"),
        (",,;q=,en", "en"),
        ("en" * 5000, "en"),
    ],
)
def test_the_browsers_wish_is_read(header: str, code: str) -> None:
    assert preferred_language(header) == code


@given(st.text())
def test_whatever_a_browser_sends_is_one_of_ours(header: str) -> None:
    assert preferred_language(header) in ("de", "en")


async def test_after_a_mistake_the_other_language_leads_back_to_the_form(client: httpx.AsyncClient) -> None:
    """The form was sent to an address that shows no page."""
    form = "http://landbooking.test/de/resources/1/bookings/new?date=2026-12-01"
    for referer, link in (
        (form, "/en/resources/1/bookings/new?date=2026-12-01"),
        ("http://elsewhere.example/x", "/en/"),
        ("", "/en/"),
    ):
        answer = await client.post("/de/sign-in", data={"email": "wer?"}, headers={"Referer": referer})
        assert answer.status_code == 422
        assert f'href="{link}" hreflang="en"' in answer.text


@pytest.mark.parametrize(
    ("path", "accepts", "code"),
    [("/", "en", "en"),
     ("/", "", "de"), ("/de", "en", "de"), ("/en", "de", "en"), ("/en/", "de", "en"), ("/de/", "en", "de"),
     ("/en/search", "de", "en")],
)  # fmt: skip
async def test_the_address_decides_before_the_browser(
    client: httpx.AsyncClient, path: str, accepts: str, code: str
) -> None:
    page = await client.get(path, headers={"Accept-Language": accepts})
    assert f'lang="{code}"' in page.text
    assert page.headers["content-language"] == code


@pytest.mark.parametrize("path", ["/english", "/deutsch", "/en-GB", "/EN", "/en/en", "/fr", "/de/de/"])
async def test_what_only_looks_like_a_language_is_not_there(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(path)).status_code == 404


async def test_one_request_does_not_speak_for_the_next(client: httpx.AsyncClient) -> None:
    assert 'lang="en"' in (await client.get("/en/")).text
    assert 'href="/en' not in (await client.get("/")).text.split("<main")[1]


def test_days_and_times_are_written_as_people_do() -> None:
    start, end = datetime(2026, 12, 1, 8, 0, tzinfo=UTC), datetime(2026, 12, 1, 11, 0, tzinfo=UTC)
    assert format_day(date(2026, 12, 1)) == "Dienstag, 1. Dezember 2026"
    assert format_clock(start, "Europe/Berlin") == "09:00"
    assert format_period(start, end, "Europe/Berlin") == "Dienstag, 1. Dezember 2026, 09:00 bis 12:00 Uhr"
    over = datetime(2026, 12, 2, 11, 0, tzinfo=UTC)
    assert "2. Dezember" in format_period(start, over, "Europe/Berlin")
    with use_language("en"):
        assert format_day(date(2026, 12, 1)) == "Tuesday, 1 December 2026"
        assert "09:00" in format_period(start, end, "Europe/Berlin")
    assert format_day(date(2026, 12, 1), "short") == "Di 1.12." or format_day(date(2026, 12, 1), "short").startswith(
        "Di"
    )
