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
    if attendance.came_at and attendance.left_at:
        clocks = {"came": exact_clock(attendance.came_at, zone), "left": exact_clock(attendance.left_at, zone)}
        return _("Da von %(came)s bis %(left)s Uhr") % clocks
    if attendance.came_at:
        return _("Da seit %(clock)s Uhr") % {"clock": exact_clock(attendance.came_at, zone)}
    return _(WORDS[attendance.state])
