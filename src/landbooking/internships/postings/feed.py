"""New internships as RSS 2.0, for readers that ask now and then."""

from collections.abc import Sequence
from email.utils import format_datetime
from urllib.parse import urlencode
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from landbooking.internships.postings.fields import field_word
from landbooking.internships.postings.posting import Posting
from landbooking.internships.postings.words import pay_words, when_words
from landbooking.language import gettext as _
from landbooking.language import language

ATOM = "http://www.w3.org/2005/Atom"
NEWEST = 50

register_namespace("atom", ATOM)


def feed(postings: Sequence[Posting], query: dict[str, str], base_url: str) -> bytes:
    """`query` is the question that they answer; `base_url` as residents type it."""
    base = f"{base_url.rstrip('/')}/{language.get()}"
    asked = f"?{urlencode(query)}" if query else ""
    rss = Element("rss", version="2.0")
    channel = SubElement(rss, "channel")
    _text(channel, "title", _("Praktika im Co-Working-Raum"))
    _text(channel, "link", f"{base}/internships{asked}")
    _text(channel, "description", _("Neue Praktika im Landkreis, die nahe bei Ihnen stattfinden."))
    _text(channel, "language", language.get())
    SubElement(
        channel,
        f"{{{ATOM}}}link",
        {"href": f"{base}/internships/feed.rss{asked}", "rel": "self", "type": "application/rss+xml"},
    )
    for posting in postings:
        _item(channel, posting, f"{base}/internships/{posting.id}", f"{base_url.rstrip('/')}/internships/{posting.id}")
    written: bytes = tostring(rss, encoding="utf-8", xml_declaration=True)
    return written


def _item(channel: Element, posting: Posting, address: str, identity: str) -> None:
    """`identity` is the same in every language, so that no reader shows it twice."""
    item = SubElement(channel, "item")
    _text(item, "title", _("%(title)s bei %(company)s") % {"title": posting.title, "company": posting.company.name})
    _text(item, "link", address)
    SubElement(item, "guid", isPermaLink="true").text = identity
    if posting.published_at:
        _text(item, "pubDate", format_datetime(posting.published_at))
    _text(item, "category", field_word(posting.field))
    places = "; ".join(f"{space.name}, {space.town}" for space in posting.spaces)
    _text(item, "description", "\n".join([posting.tasks, when_words(posting), places, pay_words(posting)]))


def _text(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = text
