"""The form of a company: from what was typed to its profile."""

import re
from collections.abc import Mapping
from typing import Annotated, Any

import msgspec

from landbooking.forms import InvalidInput, parse_values, text_of
from landbooking.internships.companies.company import Company
from landbooking.internships.companies.registering import CompanyProfile
from landbooking.language import gettext as _

Line = Annotated[str, msgspec.Meta(max_length=120)]
Filled = Annotated[str, msgspec.Meta(min_length=1, max_length=120, pattern=r"\S")]
TEXTS = (
    "name", "about", "website", "street", "postal_code", "town", "contact_name", "contact_phone", "register_number",
    "accident_insurer",
)  # fmt: skip

# A host of letters, digits and hyphens with a dot in it; a scheme is added where none was typed.
_WEBSITE = re.compile(r"(?:https?://)?(?:[\w-]+\.)+[a-z]{2,24}(?::\d{1,5})?(?:/[^\s\"'<>\\]*)?", re.I)


class CompanyForm(msgspec.Struct, frozen=True, kw_only=True):
    name: Filled
    about: Annotated[str, msgspec.Meta(max_length=3000)] = ""
    website: Annotated[str, msgspec.Meta(max_length=200)] = ""
    street: Filled
    postal_code: Annotated[str, msgspec.Meta(max_length=10)]
    town: Filled
    contact_name: Filled
    contact_phone: Annotated[str, msgspec.Meta(max_length=40)] = ""
    register_number: Line = ""
    accident_insurer: Line = ""


def profile_from(posted: Mapping[str, Any], more: Mapping[str, str] | None = None) -> CompanyProfile:
    """Raises InvalidInput with all that is wrong; `more` is what is wrong with fields that are not the profile's."""
    errors: dict[str, str] = dict(more or {})
    form: CompanyForm | None = None
    try:
        form = parse_values(CompanyForm, posted)
    except InvalidInput as invalid:
        errors |= invalid.errors
    for name, sentence in mistakes_in(text_of(posted, "postal_code"), text_of(posted, "website")).items():
        errors.setdefault(name, sentence)
    if form is None or errors:
        raise InvalidInput(errors, dict(posted))
    return profile_of(form)


def mistakes_in(postal_code: str, website: str) -> dict[str, str]:
    """What no type says of the two."""
    mistakes = {}
    if not re.fullmatch(r"[0-9]{5}", postal_code):
        mistakes["postal_code"] = _("Bitte eine Postleitzahl mit fünf Ziffern angeben.")
    if website and not _WEBSITE.fullmatch(website):
        mistakes["website"] = _("Bitte eine Adresse wie www.example.org angeben.")
    return mistakes


def profile_of(form: CompanyForm) -> CompanyProfile:
    website = form.website if not form.website or "://" in form.website else f"https://{form.website}"
    return CompanyProfile(**{name: getattr(form, name) for name in TEXTS if name != "website"}, website=website)


def typed_values(posted: Mapping[str, Any]) -> dict[str, str]:
    """What was typed, for the form to show it again."""
    return {name: text_of(posted, name) for name in (*TEXTS, "district")}


def values_of(company: Company) -> dict[str, str]:
    """With the name that it has asked for, so that saving the rest does not take that back."""
    values = {name: getattr(company, name) for name in TEXTS} | {"district": f"{company.district_id}"}
    if company.asked_name is None:
        return values
    return {**values, "name": company.asked_name, "register_number": company.asked_register_number or ""}
