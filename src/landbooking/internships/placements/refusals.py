"""Why a placement can't go on as somebody wishes."""

from collections.abc import Sequence
from typing import Any, ClassVar

from landbooking.errors import Refusal
from landbooking.internships.law.finding import Finding
from landbooking.language import gettext as _


class NotPossible(Refusal):
    """Not from where it stands now, or not by who asks."""

    code: ClassVar[str] = "placement-moved-on"

    def __init__(self, way_on: str | None = None) -> None:
        super().__init__(
            _("Das geht bei diesem Praktikum nicht mehr. Bitte sehen Sie sich den neuen Stand an."), way_on
        )


class LawRefuses(Refusal):
    """The law does not allow the plan as it is; every finding says its rule, paragraph and day."""

    code: ClassVar[str] = "law-refuses"

    def __init__(self, findings: Sequence[Finding], way_on: str | None = None) -> None:
        sentences = [f"{each.sentence} ({each.rule}: {each.cited})" for each in findings]
        exception = _("Der Landkreis kann eine Ausnahme zulassen.")
        super().__init__(" ".join([_("So erlaubt es das Gesetz nicht."), *sentences, exception]), way_on)
        self.findings = findings

    @property
    def more(self) -> dict[str, Any]:
        return {
            "findings": [
                {
                    "rule": each.rule,
                    "paragraph": each.paragraph,
                    "day": f"{each.day or each.week}" if each.day or each.week else None,
                    "sentence": each.sentence,
                }
                for each in self.findings
            ]
        }


class OtherTerms(Refusal):
    """What was signed is not what is agreed now."""

    code: ClassVar[str] = "terms-changed"

    def __init__(self, way_on: str | None = None) -> None:
        super().__init__(
            _("Die Vereinbarung wurde inzwischen geändert. Bitte lesen und unterschreiben Sie die neue Fassung."),
            way_on,
        )


class SameAddress(Refusal):
    code: ClassVar[str] = "same-address"

    def __init__(self, field: str = "") -> None:
        super().__init__(
            _(
                "Mit dieser Adresse unterschreibt hier schon jemand anderes. Jede Unterschrift braucht ihre eigene: "
                "Niemand kann für zwei unterschreiben, auch nicht für die Eltern oder die Schule."
            )
        )
        self._field = field

    @property
    def fields(self) -> dict[str, str]:
        return {self._field: self.message} if self._field else {}


class SignaturesMissing(Refusal):
    code: ClassVar[str] = "signatures-missing"

    def __init__(self, way_on: str | None = None) -> None:
        super().__init__(_("Es fehlt noch mindestens eine Unterschrift."), way_on)


class DesksMissing(Refusal):
    """On some days no desk can be had; nothing is booked. The page says which, and what would be possible."""

    code: ClassVar[str] = "desks-missing"

    def __init__(self, reasons: dict[str, str], way_on: str | None = None) -> None:
        super().__init__(
            _("Nicht für jeden Tag gibt es einen Arbeitsplatz. Nichts ist gebucht. Bitte wählen Sie dort anders."),
            way_on,
        )
        self._reasons = reasons

    @property
    def fields(self) -> dict[str, str]:
        return self._reasons
