"""A posting as search engines read it: schema.org's JobPosting, on the page of one posting only."""

from datetime import datetime, time, timedelta
from html import escape
from typing import Any
from zoneinfo import ZoneInfo

from landbooking.internships.postings.posting import Posting, PostingSpace
from landbooking.internships.postings.words import hours_words, pay_words, when_words


def job_posting(posting: Posting, base_url: str) -> dict[str, Any]:
    """For a posting that is open. It says nothing that the page does not say to people."""
    assert posting.published_at is not None  # noqa: S101 what is open was published
    zone = ZoneInfo(posting.company.zone)
    ends = datetime.combine(posting.deadline + timedelta(days=1), time(0), zone) - timedelta(seconds=1)
    address = f"{base_url.rstrip('/')}/internships/{posting.id}"
    data: dict[str, Any] = {
        "@context": "https://schema.org/",
        "@type": "JobPosting",
        "title": posting.title,
        "description": _description(posting),
        "identifier": {"@type": "PropertyValue", "name": posting.company.name, "value": f"{posting.id}"},
        "url": address,
        "datePosted": f"{posting.published_at.astimezone(zone).date()}",
        "validThrough": ends.isoformat(),
        "employmentType": "INTERN",
        "totalJobOpenings": posting.free,
        "hiringOrganization": {
            "@type": "Organization",
            "name": posting.company.name,
            **({"sameAs": posting.company.website} if posting.company.website else {}),
        },
        "jobLocation": [_place(space) for space in posting.spaces],
        "workHours": hours_words(posting),
        "directApply": True,
    }
    if not posting.weeks:
        data["jobStartDate"] = f"{posting.first}"
    if posting.pay_cents_hour:
        value = {"@type": "QuantitativeValue", "value": posting.pay_cents_hour / 100, "unitText": "HOUR"}
        data["baseSalary"] = {"@type": "MonetaryAmount", "currency": "EUR", "value": value}
    return data


def _description(posting: Posting) -> str:
    """HTML, as the format asks for; of plain text."""
    texts = [posting.tasks, posting.learning_goals, posting.skills]
    facts = [when_words(posting), hours_words(posting), pay_words(posting)]
    lines = [line for text in [*texts, *facts] for line in text.split("\n") if line.strip()]
    return "".join(f"<p>{escape(line, quote=False)}</p>" for line in lines)


def _place(space: PostingSpace) -> dict[str, Any]:
    return {
        "@type": "Place",
        "name": space.name,
        "address": {
            "@type": "PostalAddress",
            "streetAddress": space.street,
            "postalCode": space.postal_code,
            "addressLocality": space.town,
            "addressCountry": "DE",
        },
        "geo": {"@type": "GeoCoordinates", "latitude": space.lat, "longitude": space.lon},
    }
