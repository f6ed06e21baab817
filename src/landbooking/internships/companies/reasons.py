"""What staff decide against a company, they give a reason for: it is mailed, and stands in its events."""

from typing import ClassVar

from landbooking.errors import Refusal
from landbooking.language import gettext as _


class NoReason(Refusal):
    """A 422 on the field `reason`."""

    status: ClassVar[int] = 422
    code: ClassVar[str] = "no-reason"

    def __init__(self) -> None:
        super().__init__(_("Bitte schreiben Sie der Firma, warum."))

    @property
    def fields(self) -> dict[str, str]:
        return {"reason": self.message}


def check_reason(reason: str) -> None:
    """Raises NoReason."""
    if not reason:
        raise NoReason
