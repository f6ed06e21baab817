"""The form of rules: the same fields for a space, a kind and a resource; the latter two may leave them empty."""

from typing import Annotated, Any, Literal

import msgspec

from landbooking.forms import Fields, InvalidInput, parse_values, text_of
from landbooking.language import gettext as _
from landbooking.spaces.opening_hours import Audience, OpeningRules, Unit, spoken_distance, spoken_length
from landbooking.spaces.overrides import Override

_LEADS = (0, 15, 30, 60, 120, 240, 720, 1440, 2880, 10080, 20160)
_LENGTHS = (15, 30, 45, 60, 90, 120, 180, 240, 300, 360, 480, 600, 720, 960, 1440)
_BUFFERS = (0, 5, 10, 15, 30, 45, 60, 90, 120, 240)
_QUOTAS = (0, 120, 240, 480, 600, 960, 1200, 2400)
_HOLDS = (10, 15, 30, 60, 120, 240, 480, 720, 1440)
_CANCELS = (0, 60, 120, 240, 720, 1440, 2880, 4320, 10080)

Length = Annotated[int, msgspec.Meta(ge=15, le=1440, multiple_of=15)]
Buffer = Annotated[int, msgspec.Meta(ge=0, le=240)]
Distance = Annotated[int, msgspec.Meta(ge=0, le=20160)]


class StandingRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The limits are those of the tables; None inherits."""

    unit: Unit | None = None
    step_minutes: Literal[15, 30, 60] | None = None
    shortest_minutes: Length | None = None
    longest_minutes: Length | None = None
    lead_minutes: Distance | None = None
    horizon_days: Annotated[int, msgspec.Meta(ge=1, le=730)] | None = None
    buffer_before_minutes: Buffer | None = None
    buffer_after_minutes: Buffer | None = None
    weekly_minutes: Annotated[int, msgspec.Meta(ge=0, le=10080)] | None = None
    cancel_minutes: Distance | None = None
    hold_minutes: Annotated[int, msgspec.Meta(ge=5, le=1440)] | None = None
    audience: Audience | None = None
    approval: bool | None = None
    around_the_clock: bool | None = None


class RulesForm(StandingRules, frozen=True):
    """The same as a form sends it, which has no third state for a box."""

    approval: Literal["yes", "no"] | None = None  # type: ignore[assignment]
    around_the_clock: Literal["yes", "no"] | None = None  # type: ignore[assignment]

    @property
    def rules(self) -> dict[str, Any]:
        """By name, as OpeningRules and Override have them."""
        words = {"yes": True, "no": False}
        return {name: words.get(value, value) for name, value in msgspec.structs.asdict(self).items()}


class Field(msgspec.Struct, frozen=True):
    """`options` None is a number to be typed. `inherited` is what holds where the field is left empty."""

    name: str
    label: str
    hint: str | None
    options: list[tuple[str, str]] | None
    inherited: str | None


NAMES = RulesForm.__struct_fields__


def typed_rules(posted: Fields) -> dict[str, str]:
    return {name: text_of(posted, name) for name in (*NAMES, "version")}


def rules_as_typed(rules: OpeningRules | Override, version: int) -> dict[str, str]:
    """The form of rules that stand, in a space of this version."""
    return {**{name: _typed(getattr(rules, name)) for name in NAMES}, "version": str(version)}


def rules_from(posted: Fields, complete: bool) -> dict[str, Any]:
    """Raises InvalidInput, also for empty fields where the rules must be complete."""
    errors: dict[str, str] = {}
    try:
        form = parse_values(RulesForm, posted)
    except InvalidInput as refusal:
        errors |= refusal.errors
    if complete:
        missing = (name for name in NAMES if not text_of(posted, name) and name not in errors)
        errors |= dict.fromkeys(missing, _("Bitte füllen Sie dieses Feld aus."))
    if errors:
        raise InvalidInput(errors, posted)
    return form.rules


def fields_of(standing: OpeningRules | Override, inherited: OpeningRules | None) -> list[Field]:
    """In the order in which a host thinks of them. The usual values can be chosen, and the one that stands."""
    return [
        _field(name, label, hint, standing, inherited)
        for name, label, hint in (
            ("unit", _("Wie bucht man?"), None),
            ("step_minutes", _("In welchen Schritten?"), None),
            ("shortest_minutes", _("Kürzeste Buchung"), None),
            ("longest_minutes", _("Längste Buchung"), None),
            ("lead_minutes", _("Wie kurz vorher kann man buchen?"), None),
            ("horizon_days", _("Wie viele Tage im Voraus?"), None),
            ("buffer_before_minutes", _("Freie Zeit davor"), None),
            ("buffer_after_minutes", _("Freie Zeit danach"), _("Zum Lüften, Putzen oder Umbauen.")),
            ("weekly_minutes", _("Wie viel bekommt eine Person in der Woche?"), None),
            ("cancel_minutes", _("Bis wann kann man absagen und verschieben?"), None),
            (
                "hold_minutes",
                _("Wie lange wird für die Warteliste freigehalten?"),
                _("Nachts, von 20 bis 8 Uhr, wird mindestens bis 8 Uhr freigehalten."),
            ),
            ("audience", _("Wer kann buchen?"), None),
            ("approval", _("Müssen Sie erst zustimmen?"), None),
            (
                "around_the_clock",
                _("Auch außerhalb der Öffnungszeiten?"),
                _("Zum Beispiel ein Auto, das vor der Tür steht."),
            ),
        )
    ]


def _field(
    name: str, label: str, hint: str | None, standing: OpeningRules | Override, inherited: OpeningRules | None
) -> Field:
    holds = said(name, getattr(inherited, name)) if inherited else None
    if name == "horizon_days":
        return Field(name, label, hint, None, holds)
    values = list(_usual(name))
    if (current := getattr(standing, name)) is not None and current not in values:
        values = sorted({*values, current})
    options = [(_typed(value), said(name, value)) for value in values]
    if holds:
        options = [("", _("wie sonst: %(rule)s") % {"rule": holds}), *options]
    return Field(name, label, hint, options, holds)


def _usual(name: str) -> tuple[Any, ...]:
    return {
        "unit": ("time", "half_day", "day"),
        "step_minutes": (15, 30, 60),
        "shortest_minutes": _LENGTHS,
        "longest_minutes": _LENGTHS,
        "lead_minutes": _LEADS,
        "buffer_before_minutes": _BUFFERS,
        "buffer_after_minutes": _BUFFERS,
        "weekly_minutes": _QUOTAS,
        "cancel_minutes": _CANCELS,
        "hold_minutes": _HOLDS,
        "audience": ("everyone", "members", "staff"),
        "approval": (False, True),
        "around_the_clock": (False, True),
    }[name]


def said(name: str, value: Any) -> str:
    """A rule's value as the form says it."""
    words = {
        ("unit", "time"): _("nach Uhrzeit"),
        ("unit", "half_day"): _("ganze und halbe Tage"),
        ("unit", "day"): _("ganze Tage"),
        ("lead_minutes", 0): _("bis zum letzten Augenblick"),
        ("buffer_before_minutes", 0): _("keine"),
        ("buffer_after_minutes", 0): _("keine"),
        ("weekly_minutes", 0): _("so viel sie möchte"),
        ("cancel_minutes", 0): _("bis zum Beginn"),
        ("audience", "everyone"): _("alle"),
        ("audience", "members"): _("nur Mitglieder"),
        ("audience", "staff"): _("nur Gastgeber"),
        ("approval", False): _("nein, es gilt sofort"),
        ("approval", True): _("ja, jedes Mal"),
        ("around_the_clock", False): _("nein, nur wenn offen ist"),
        ("around_the_clock", True): _("ja, rund um die Uhr"),
    }
    if (name, value) in words:
        return words[name, value]
    if name == "horizon_days":
        return str(value)
    if name == "cancel_minutes":
        return _("bis %(length)s vorher") % {"length": spoken_distance(value)}
    if name == "lead_minutes":
        return spoken_distance(value)
    return spoken_length(value)


def _typed(value: Any) -> str:
    """As the form sends it; what is inherited is empty."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
