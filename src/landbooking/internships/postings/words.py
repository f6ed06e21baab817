"""A posting in words, the same on every page, in mails and for search engines."""

from landbooking.internships.postings.posting import Posting, Status
from landbooking.internships.postings.transitions import StepName
from landbooking.language import format_cents, format_day, gettext, mark, ngettext, weekday_names
from landbooking.language import gettext as _

_STATES: dict[Status, str] = {
    "draft": mark("Entwurf"),
    "in_review": mark("wird geprüft"),
    "published": mark("veröffentlicht"),
    "paused": mark("pausiert"),
    "closed": mark("geschlossen"),
    "archived": mark("abgelegt"),
}
_ENDS = {
    "deadline": mark("geschlossen: die Frist ist vorbei"),
    "filled": mark("geschlossen: alle Plätze sind vergeben"),
    "withdrawn": mark("zurückgezogen"),
    "taken_down": mark("vom Landkreis beendet"),
}
_STEPS: dict[StepName, str] = {
    "submit": mark("Zur Prüfung geben"),
    "take_back": mark("Aus der Prüfung zurückholen"),
    "publish": mark("Veröffentlichen"),
    "give_back": mark("Zurückgeben"),
    "pause": mark("Pausieren"),
    "resume": mark("Wieder veröffentlichen"),
    "withdraw": mark("Zurückziehen"),
    "take_down": mark("Praktikum beenden"),
    "halt": mark("Anhalten"),
}


def state_word(posting: Posting) -> str:
    if posting.closed_because and posting.status == "closed":
        return gettext(_ENDS[posting.closed_because])
    return gettext(_STATES[posting.status])


def status_word(status: Status) -> str:
    return gettext(_STATES[status])


def step_word(step: StepName) -> str:
    """On its button."""
    return gettext(_STEPS[step])


def when_words(posting: Posting) -> str:
    """The days, or the window and how long."""
    days = {"first": format_day(posting.first), "last": format_day(posting.last)}
    if posting.weeks:
        weeks = ngettext("%(num)d Woche", "%(num)d Wochen", posting.weeks) % {"num": posting.weeks}
        return _("%(weeks)s, zwischen %(first)s und %(last)s") % {"weeks": weeks, **days}
    if posting.first == posting.last:
        return days["first"]
    return _("%(first)s bis %(last)s") % days


def hours_words(posting: Posting) -> str:
    """Weekdays, clock times and how long that is without the break."""
    hours, minutes = divmod(posting.minutes_a_day, 60)
    return _("%(weekdays)s, %(starts)s bis %(ends)s Uhr: %(hours)s Stunden am Tag, dazu %(pause)s Minuten Pause") % {
        "weekdays": _weekdays(posting.weekdays),
        "starts": f"{posting.starts:%H:%M}",
        "ends": f"{posting.ends:%H:%M}",
        "hours": f"{hours}:{minutes:02}",
        "pause": posting.break_minutes,
    }


def _weekdays(weekdays: tuple[int, ...]) -> str:
    names = weekday_names()
    runs = len(weekdays) > 2 and weekdays[-1] - weekdays[0] == len(weekdays) - 1
    if runs:
        return _("%(first)s bis %(last)s") % {"first": names[weekdays[0] - 1], "last": names[weekdays[-1] - 1]}
    return ", ".join(names[weekday - 1] for weekday in weekdays)


def pay_words(posting: Posting) -> str:
    """What is paid, or why nothing is."""
    if posting.pay_cents_hour:
        return _("%(amount)s in der Stunde") % {"amount": format_cents(posting.pay_cents_hour)}
    return _("Unbezahlt. %(why)s") % {"why": posting.why_unpaid or ""}
