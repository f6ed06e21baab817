"""Why a host's answer to a request changes nothing."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import ClassVar

from landbooking.errors import Refusal
from landbooking.language import gettext as _
from landbooking.language import ngettext
from landbooking.spaces.approval.judgement import Fault
from landbooking.spaces.bookings import Booking


class AlreadyAnswered(Refusal):
    """It is confirmed, refused, withdrawn or expired by now; the sentence says which."""

    code: ClassVar[str] = "answered"

    def __init__(self, booking: Booking) -> None:
        super().__init__(_became_of(booking), f"/host/spaces/{booking.space.id}/bookings/{booking.id}")


def _became_of(booking: Booking) -> str:
    if booking.status == "confirmed":
        return _("Diese Anfrage ist schon bestätigt.")
    if booking.status == "requested":  # the worker has not come by yet
        return _("Diese Anfrage ist abgelaufen: Niemand hat rechtzeitig geantwortet.")
    said = {
        "person": _("Die Person hat diese Anfrage zurückgezogen."),
        "declined": _("Diese Anfrage ist schon abgelehnt."),
        "expired": _("Diese Anfrage ist abgelaufen: Niemand hat rechtzeitig geantwortet."),
    }
    return said.get(booking.ended_because or "") or _("Diese Buchung ist abgesagt.")


class NotAllowedAnyMore(Refusal):
    """What was fine when it was asked for breaks a rule by now; `code` names the rule. The request stays open."""

    def __init__(self, booking: Booking, fault: Fault) -> None:
        super().__init__(self._sentence(fault), f"/host/spaces/{booking.space.id}/bookings/{booking.id}")
        self.code = fault.code  # type: ignore[misc]

    def _sentence(self, fault: Fault) -> str:
        return _(
            "So lässt sich die Anfrage nicht bestätigen. %(reason)s Sie können das ändern oder die Anfrage ablehnen."
        ) % {"reason": fault.message}


class DatesNotAllowedAnyMore(NotAllowedAnyMore):
    """The same of a series: `faults` say by date what stands against it. All of it stays open."""

    def __init__(self, asked: Sequence[Booking], faults: Mapping[int, Fault]) -> None:
        broken = [one for one in asked if one.id in faults]
        self.faults = {f"{day_of(one)}": faults[one.id].message for one in broken}
        self.others = len(asked) - len(broken)
        super().__init__(broken[0], faults[broken[0].id])

    def _sentence(self, fault: Fault) -> str:
        if not self.others:
            return f"{_('Keiner der Termine geht mehr.')} {_('Sie können das ändern oder alle ablehnen.')}"
        return ngettext(
            "%(count)s Termin geht nicht mehr. Sie können die übrigen bestätigen, das ändern oder alle ablehnen.",
            "%(count)s Termine gehen nicht mehr. Sie können die übrigen bestätigen, das ändern oder alle ablehnen.",
            len(self.faults),
        ) % {"count": len(self.faults)}

    @property
    def fields(self) -> dict[str, str]:
        return self.faults


def day_of(booking: Booking) -> date:
    """By the clock of its space; no two dates of a series have the same."""
    return booking.start.astimezone(booking.space.rules.time_zone).date()
