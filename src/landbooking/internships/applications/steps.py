"""One step of one application: what guards are asked about, and what effects follow."""

from typing import Literal

import msgspec

from landbooking.accounts.person import Person
from landbooking.internships.applications.application import Application, Status
from landbooking.internships.events import ActedAs

Verb = Literal[
    "submit",
    "shortlist",
    "interview",
    "offer",
    "accept",
    "refuse",
    "decline",
    "restore",
    "withdraw",
    "expire",
    "lapse",
    "cancel",
]


class Step(msgspec.Struct, frozen=True):
    """`before` as it stands with the locks held; `by` is None for the worker and for a guardian."""

    before: Application
    to: Status
    acted_as: ActedAs
    by: Person | None

    @property
    def way_on(self) -> str:
        """Where whoever acts sees how it stands."""
        if self.acted_as == "company":
            return f"/company/{self.before.company_id}/applications/{self.before.id}"
        return f"/applications/{self.before.id}"
