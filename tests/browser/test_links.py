"""Every link of every page: it leads somewhere, and whoever reads English goes on reading English."""

import re
from collections import deque
from html import unescape

import pytest
from playwright.sync_api import APIRequestContext

from browser.demo import HOST, RESIDENT, STAFF, Demo
from browser.finding import a_free

LINK = re.compile(r"<a\b([^>]*)>")
HREF = re.compile(r'href="([^"]*)"')
MOST = 4  # addresses that differ in numbers, days and questions only


@pytest.mark.parametrize("who", [None, RESIDENT, HOST, STAFF])
def test_links_lead_somewhere_and_keep_the_language(who: str | None, demo: Demo) -> None:
    with demo.visitor(who) as context:
        results = f"/en/search?place=Kusel&{a_free(context.request).wish}"
        titles = _crawl(context.request, "/en", ["/en/", results])
    assert len(titles) >= 10
    assert len(set(titles.values())) == len(titles), titles


def _crawl(request: APIRequestContext, prefix: str, starts: list[str]) -> dict[str, str]:
    """Follows every link from `starts`; the title of one page of each shape."""
    waiting, seen = deque((start, "-") for start in starts), set(starts)
    shapes: dict[str, int] = {}
    titles: dict[str, str] = {}
    while waiting:
        path, source = waiting.popleft()
        response = request.get(path)
        assert response.status < 400, f"{source} links to {path}: {response.status}"
        if "text/html" not in response.headers["content-type"]:
            continue
        html = response.text()
        title = re.search(r"<title>(.*?)</title>", html)
        assert title, path
        titles.setdefault(_shape(response.url.partition(prefix)[2]), title[1])
        for attributes in LINK.findall(html):
            address = _address(attributes)
            if address and address not in seen:
                assert address.startswith(f"{prefix}/"), f"{path} leaves the language: {address}"
                seen.add(address)
                shapes[_shape(address)] = shapes.get(_shape(address), 0) + 1
                if shapes[_shape(address)] <= MOST:
                    waiting.append((address, path))
    return titles


def _address(attributes: str) -> str | None:
    """Where the link leads on our site; None for one that leaves it, the page or its language on purpose."""
    found = HREF.search(attributes)
    if not found or "hreflang" in attributes or not found[1].startswith("/"):
        return None
    return unescape(found[1]).partition("#")[0]


def _shape(address: str) -> str:
    path = address.partition("?")[0]
    return re.sub(r"\d[\d-]*", "N", path)
