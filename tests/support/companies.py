"""What a company says of itself, for tests that change some of it."""

from typing import Any

from landbooking.internships.companies.company import Company
from landbooking.internships.companies.registering import CompanyProfile


def profile_of(company: Company, **changes: Any) -> CompanyProfile:
    """As it is now, but for `changes`."""
    values = {name: getattr(company, name) for name in CompanyProfile.__struct_fields__}
    return CompanyProfile(**{**values, **changes})
