"""Presence, in words for everybody."""

from landbooking.internships.running.presence import Attendance
from landbooking.language import exact_clock, mark
from landbooking.language import gettext as _

WORDS = {
    "missed": mark("Nicht da"),
    "told": mark("Abgemeldet"),
    "due": mark("Kommt noch"),
    "dropped": mark("Entfallen"),
}


def attendance_word(attendance: Attendance, zone: str) -> str:
    if attendance.came_at:
        return _("Da seit %(clock)s Uhr") % {"clock": exact_clock(attendance.came_at, zone)}
    return _(WORDS[attendance.state])
