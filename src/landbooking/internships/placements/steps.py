"""One step of one placement: what guards are asked about, and what effects follow."""

from typing import Literal

import msgspec

from landbooking.accounts.person import Person
from landbooking.internships.events import ActedAs
from landbooking.internships.placements.placement import Placement, Status

Verb = Literal[
    "propose",
    "edit",
    "reopen",
    "request_approval",
    "confirm",
    "cancel",
    "begin",
    "finish",
    "miss",
    "run_out",
    "discontinue",
]


class Step(msgspec.Struct, frozen=True):
    """`before` as it stands with the locks held; `by` is None for the worker and for who comes by a link."""

    before: Placement
    to: Status
    acted_as: ActedAs
    by: Person | None

    @property
    def way_on(self) -> str | None:
        """Where whoever acts sees how it stands; nowhere for who came by a link."""
        return path_for(self.before, self.acted_as)


def path_for(placement: Placement, acted_as: ActedAs) -> str | None:
    match acted_as:
        case "company":
            return f"/company/{placement.company_id}/placements/{placement.id}"
        case "applicant":
            return f"/placements/{placement.id}"
        case "staff":
            return f"/district/internships/placements/{placement.id}"
        case _:
            return None
