"""What booking, moving and cancelling are refused for, beside the rules of a space."""

from typing import ClassVar

from landbooking.errors import NotFound, Refusal
from landbooking.language import gettext as _
from landbooking.spaces.opening_hours import OpeningRules, spoken_distance
from landbooking.spaces.terms import spoken_buffers


class DeskTaken(Refusal):
    """Somebody has the resource in this period, or a host keeps it free."""

    code: ClassVar[str] = "taken"

    def __init__(
        self, way_on: str | None = None, waiting_list: str | None = None, rules: OpeningRules | None = None
    ) -> None:
        message = _("Dieser Platz ist zu dieser Zeit gerade vergeben worden. Bitte wählen Sie einen anderen.")
        super().__init__(with_buffers(message, rules) if rules else message, way_on)
        self.waiting_list = waiting_list


def with_buffers(sentence: str, rules: OpeningRules) -> str:
    """What is taken may be only the time that has to stay free between two bookings."""
    if not (rules.buffer_before_minutes or rules.buffer_after_minutes):
        return sentence
    said = _("Auch die Zeit zwischen zwei Buchungen muss passen: %(buffers)s") % {"buffers": spoken_buffers(rules)}
    return f"{sentence} {said}"


class DeskGone(NotFound):
    """There is no such resource, it was retired, or its space is not public any more."""

    def __init__(self) -> None:
        super().__init__()
        self.message = _("Diesen Platz kann man nicht mehr buchen. Bitte wählen Sie einen anderen.")


class KeptElsewhere(Refusal):
    """Somebody counts on it: who can't come says so where it was arranged, and not among the bookings."""

    code: ClassVar[str] = "kept-elsewhere"

    def __init__(self, kept_by: str) -> None:
        super().__init__(
            _(
                "Dieser Platz gehört zu einer Vereinbarung, und jemand rechnet mit Ihnen. "
                "Wenn Sie nicht kommen können, sagen Sie es bitte dort."
            ),
            kept_by,
        )


class BookingOver(Refusal):
    """It has begun, so it can't be moved or cancelled any more."""

    code: ClassVar[str] = "begun"

    def __init__(self) -> None:
        super().__init__(_("Diese Buchung hat schon begonnen; sie lässt sich nicht mehr ändern."))


class BookingCancelled(Refusal):
    code: ClassVar[str] = "cancelled"

    def __init__(self) -> None:
        super().__init__(_("Diese Buchung ist abgesagt; sie lässt sich nicht mehr ändern."))


class TooLateToChange(Refusal):
    """The space wants to be told earlier; its hosts can still call it off."""

    code: ClassVar[str] = "rule-cancel"

    def __init__(self, rules: OpeningRules) -> None:
        super().__init__(
            _("Absagen und verschieben geht hier nur bis %(length)s vorher. Bitte sprechen Sie mit den Gastgebern.")
            % {"length": spoken_distance(rules.cancel_minutes)}
        )


class NeedsApproval(Refusal):
    """A host has to agree to every booking there, and has not agreed to this one."""

    code: ClassVar[str] = "needs-approval"

    def __init__(self) -> None:
        super().__init__(
            _(
                "Hier bestätigen die Gastgeber jede Buchung, deshalb lässt sie sich nicht verschieben. "
                "Stellen Sie eine neue Anfrage. Was Sie schon haben, behalten Sie, bis Sie es absagen."
            )
        )
