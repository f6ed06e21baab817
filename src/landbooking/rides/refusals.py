"""Why there is no seat, each in a sentence."""

from datetime import date, datetime
from typing import Any, ClassVar

from asyncpg import CheckViolationError

from landbooking.errors import Refusal
from landbooking.language import format_day, format_moment
from landbooking.language import gettext as _


class SeatRefused(Refusal):
    """The rider can't have this; `field` of the form is to blame."""

    status: ClassVar[int] = 422
    field: ClassVar[str] = ""

    @property
    def fields(self) -> dict[str, str]:
        return {self.field: self.message}


class DoesNotRun(SeatRefused):
    code = "ride-does-not-run"
    field = "day"

    def __init__(self) -> None:
        super().__init__(_("An diesem Tag gibt es diese Fahrt nicht. Bitte wählen Sie einen anderen."))


class RideOver(SeatRefused):
    code = "ride-over"
    field = "day"

    def __init__(self) -> None:
        super().__init__(_("Diese Fahrt hat schon begonnen."))


class TooFarAhead(SeatRefused):
    code = "too-far-ahead"
    field = "day"

    def __init__(self) -> None:
        super().__init__(_("So weit im Voraus lässt sich noch kein Platz anfragen. Möglich ist es ein Jahr vorher."))


class OwnRide(SeatRefused):
    code = "own-ride"

    def __init__(self) -> None:
        super().__init__(_("Das ist Ihre eigene Fahrt."))


class NotOnTheWay(SeatRefused):
    code = "not-on-the-way"
    field = "from"

    def __init__(self) -> None:
        super().__init__(_("In dieser Richtung kommt die Fahrt nicht an beiden Orten vorbei."))


class NotCarried(SeatRefused):
    code = "not-carried"
    field = "needs"

    def __init__(self) -> None:
        super().__init__(_("Das kann diese Fahrt nicht mitnehmen."))


class WomenOnly(SeatRefused):
    code = "women-only"

    def __init__(self) -> None:
        super().__init__(
            _("Bei dieser Fahrt fahren nur Frauen mit. Sind Sie eine Frau, so sagen Sie es bitte in Ihrem Profil."),
            "/rides/profile",
        )


class ConsentMissing(SeatRefused):
    code = "consent-missing"

    def __init__(self) -> None:
        super().__init__(
            _("Wer noch nicht 18 ist, braucht die Zustimmung eines Elternteils. Im Profil können Sie darum bitten."),
            "/rides/profile",
        )


class DetourTooLong(Refusal):
    """Of this rider alone, or together with those who ride along already."""

    code: ClassVar[str] = "detour-too-long"

    def __init__(self) -> None:
        super().__init__(_("Das ist ein größerer Umweg, als für diese Fahrt vorgesehen ist."))


class LateForOthers(Refusal):
    """Who rides along already was promised a time, which this rider's detour would break."""

    code: ClassVar[str] = "late-for-others"

    def __init__(self) -> None:
        super().__init__(_("Mit diesem Umweg käme der Wagen für andere, die schon mitfahren, zu spät."))


class LaterThanAsked(Refusal):
    """Since this was asked for, others were accepted; with their detours the car does not keep the time any more."""

    code: ClassVar[str] = "later-than-asked"

    def __init__(self) -> None:
        super().__init__(
            _("Inzwischen fahren andere mit. Mit den Umwegen für sie käme der Wagen später, als hier angefragt ist.")
        )


class RideFull(Refusal):
    code: ClassVar[str] = "ride-full"

    def __init__(self) -> None:
        super().__init__(_("Auf diesem Teil der Strecke ist kein Platz mehr frei."))


class SharesTooHigh(Refusal):
    code: ClassVar[str] = "shares-too-high"

    def __init__(self) -> None:
        super().__init__(_("Alle Mitfahrenden zusammen würden mehr geben, als das Gesetz erlaubt."))


class AlreadyAsked(Refusal):
    code: ClassVar[str] = "already-asked"

    def __init__(self, seat_id: int) -> None:
        super().__init__(_("Diese Fahrt haben Sie für diesen Tag schon angefragt."), f"/rides/seats/{seat_id}")


class AlreadyAnswered(Refusal):
    code: ClassVar[str] = "already-answered"

    def __init__(self, seat_id: int) -> None:
        super().__init__(
            _("Diese Anfrage ist nicht mehr offen: Sie ist beantwortet, zurückgezogen oder verfallen."),
            f"/rides/seats/{seat_id}",
        )


class SeatOver(Refusal):
    code: ClassVar[str] = "seat-over"

    def __init__(self, seat_id: int) -> None:
        super().__init__(_("Absagen geht nur, bevor die Fahrt beginnt."), f"/rides/seats/{seat_id}")


class NotYetRidden(Refusal):
    """Feedback comes after the ride; `ready_at` is when."""

    code: ClassVar[str] = "not-yet-ridden"

    def __init__(self, ready_at: datetime, zone: str) -> None:
        super().__init__(
            _("Wie es war, können Sie nach der Fahrt sagen: ab %(moment)s.") % {"moment": format_moment(ready_at, zone)}
        )


class AlreadySaid(Refusal):
    code: ClassVar[str] = "already-said"

    def __init__(self) -> None:
        super().__init__(_("Wie diese Fahrt war, haben Sie schon gesagt."))


class OneOfSeveralRefused(Refusal):
    """One of the seats that were asked for together can't be had, so none is; `more` names its ride and day."""

    def __init__(self, ride_id: int, day: date, way: str, cause: Refusal) -> None:
        sentence = _("%(way)s, %(day)s: %(reason)s Deshalb ist noch nichts angefragt.")
        super().__init__(sentence % {"way": way, "day": format_day(day), "reason": cause.message}, cause.way_on)
        self.status = cause.status  # type: ignore[misc]
        self.code = cause.code  # type: ignore[misc]
        self._more = {"ride_id": ride_id, "day": f"{day}"}
        self._fields = dict.fromkeys(cause.fields, self.message)

    @property
    def fields(self) -> dict[str, str]:
        return self._fields

    @property
    def more(self) -> dict[str, Any]:
        return self._more


_PROMISES: dict[str | None, type[Refusal]] = {
    "seat_capacity": RideFull,
    "seat_detour": DetourTooLong,
    "seat_shares": SharesTooHigh,
}


def broken_promise(violation: CheckViolationError) -> Exception:
    """The database's word (`guard_seats`, `guard_ride`) as ours; any other violation is a fault and stays one."""
    known = _PROMISES.get(violation.constraint_name)
    return known() if known else violation  # type: ignore[call-arg]
