"""Why an application can't go on as somebody wishes."""

from typing import ClassVar

from landbooking.errors import Refusal
from landbooking.language import gettext as _


class NotPossible(Refusal):
    """Not from where it stands now, or not by who asks."""

    code: ClassVar[str] = "application-moved-on"

    def __init__(self, way_on: str | None = None) -> None:
        super().__init__(
            _("Das geht bei dieser Bewerbung nicht mehr. Bitte sehen Sie sich den neuen Stand an."), way_on
        )


class NotOpen(Refusal):
    code: ClassVar[str] = "posting-closed"

    def __init__(self, posting_id: int) -> None:
        super().__init__(
            _("Auf dieses Praktikum kann man sich nicht mehr bewerben. Was Sie geschrieben haben, ist gespeichert."),
            f"/internships/{posting_id}",
        )


class AlreadyApplied(Refusal):
    code: ClassVar[str] = "already-applied"

    def __init__(self, application_id: int | None = None) -> None:
        way_on = f"/applications/{application_id}" if application_id else "/applications"
        super().__init__(_("Sie haben sich auf dieses Praktikum schon beworben."), way_on)


class NoPlaceLeft(Refusal):
    code: ClassVar[str] = "no-place-left"

    def __init__(self) -> None:
        super().__init__(_("Alle Plätze dieses Praktikums sind vergeben oder angeboten."))


class GuardianMissing(Refusal):
    """`for_company`: said to the company, which learns no more than that it has to wait."""

    code: ClassVar[str] = "guardian-missing"

    def __init__(self, for_company: bool) -> None:
        if for_company:
            super().__init__(
                _("Für diese Bewerbung fehlt noch eine Zustimmung. Bitte versuchen Sie es in ein paar Tagen wieder.")
            )
        else:
            super().__init__(_("Erst muss ein Elternteil zustimmen."), "/applications/guardian")


class OfAge(Refusal):
    """Said to a guardian, or to staff who act for one."""

    code: ClassVar[str] = "of-age"

    def __init__(self) -> None:
        super().__init__(_("Die Person ist inzwischen 18 und entscheidet selbst. Ein Elternteil muss nichts mehr tun."))


class AlreadyInPlacement(Refusal):
    code: ClassVar[str] = "already-in-placement"

    def __init__(self) -> None:
        super().__init__(
            _("In dieser Zeit machen Sie schon ein anderes Praktikum. Zwei zugleich gehen nicht."), "/applications"
        )


class NoSpaceChosen(Refusal):
    code: ClassVar[str] = "no-space"

    def __init__(self) -> None:
        super().__init__(_("Für dieses Praktikum steht noch nicht fest, in welchem Raum es stattfindet."))


class InterviewTaken(Refusal):
    code: ClassVar[str] = "interview-taken"

    def __init__(self, way_on: str) -> None:
        super().__init__(_("Dieser Termin ist gerade vergeben worden. Bitte wählen Sie einen anderen."), way_on)


class InterviewGone(Refusal):
    code: ClassVar[str] = "interview-gone"

    def __init__(self, way_on: str) -> None:
        super().__init__(_("Diesen Termin gibt es nicht mehr. Bitte wählen Sie einen anderen."), way_on)
