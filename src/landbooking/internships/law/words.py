"""What is said beside every judgement."""

from landbooking.language import gettext as _


def disclaimer() -> str:
    """Stands on every page that shows findings."""
    return _(
        "Diese Prüfung ist eine Hilfe und keine Rechtsberatung. Sie kennt nicht jede Ausnahme und ersetzt nicht die "
        "Auskunft der Aufsichtsbehörde. Der Kreis kann eine Regel mit Begründung außer Kraft setzen."
    )
