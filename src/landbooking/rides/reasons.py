"""Why a ride fits, what stands against it, or why it does not run, in words."""

from collections.abc import Iterator
from datetime import date

from landbooking.days_off import public_holidays, school_holidays
from landbooking.language import gettext as _
from landbooking.language import language, ngettext
from landbooking.rides.journey import Halt
from landbooking.rides.matching import Match, Miss
from landbooking.rides.timetable import Absence, Timetable

NOTABLE_S = 60  # less detour than a minute is none


def reasons(match: Match) -> Iterator[str]:
    """Sentences, what is most to the point first."""
    minutes = -(-match.detour_s // 60)
    if match.detour_s < NOTABLE_S:
        yield _("Die Fahrt kommt hier ohnehin vorbei.")
    else:
        yield ngettext(
            "Für Sie fährt der Wagen %(num)d Minute Umweg, das ist vorgesehen.",
            "Für Sie fährt der Wagen %(num)d Minuten Umweg, das ist vorgesehen.",
            minutes,
        ) % {"num": minutes}
    if match.pick_up.walk_m:
        yield _("Bis zum Einstieg gehen Sie %(way)s.") % {"way": spoken_walk(match.pick_up)}
    if match.drop_off.walk_m:
        yield _("Vom Ausstieg gehen Sie noch %(way)s.") % {"way": spoken_walk(match.drop_off)}
    if match.shift_minutes:
        shift = abs(match.shift_minutes)
        sentence = (
            _("Es passt, wenn die Fahrt %(shift)s Minuten früher beginnt. So viel Spielraum ist angegeben.")
            if match.shift_minutes < 0
            else _("Es passt, wenn die Fahrt %(shift)s Minuten später beginnt. So viel Spielraum ist angegeben.")
        )
        yield sentence % {"shift": shift}


def spoken_walk(halt: Halt) -> str:
    metres = max(50, round(halt.walk_m / 50) * 50)
    return _("%(metres)s m (%(minutes)s Minuten)") % {"metres": metres, "minutes": max(1, round(halt.walk_s / 60))}


def spoken_miss(miss: Miss) -> str:
    match miss.what:
        case "day":
            return _("an einem anderen Tag")
        case "time":
            return _("zu einer anderen Zeit")
        case "detour":
            return ngettext(
                "%(num)d Minute mehr Umweg, als vorgesehen ist",
                "%(num)d Minuten mehr Umweg, als vorgesehen sind",
                miss.minutes,
            ) % {"num": miss.minutes}
        case "promises":
            return _("für andere, die mitfahren, käme der Wagen zu spät")
        case "seats":
            return _("nicht genug freie Plätze")
        case "needs":
            return _("nimmt nicht alles mit, was Sie dabeihaben")


def absence_in_words(timetable: Timetable, day: date, absence: Absence) -> str:
    """With the name of the holiday, where it is one."""
    free = [
        calendar(timetable.state, day.year, language.get()).get(day) for calendar in (public_holidays, school_holidays)
    ]
    holiday = next(filter(None, free), "")
    match absence:
        case "exception":
            return _("abgesagt")
        case "pause":
            return _("Pause")
        case "public-holiday":
            return _("nicht an Feiertagen (%(holiday)s)") % {"holiday": holiday}
        case "no-school" if holiday:
            return _("nur an Schultagen (%(holiday)s)") % {"holiday": holiday}
        case "no-school":
            return _("nur an Schultagen")


def routed_in_words(routed_by: str) -> str:
    """Said wherever times are shown."""
    if routed_by == "beeline":
        return _("Zeiten geschätzt: Luftlinie × 1,3 bei 50 km/h.")
    return _("Zeiten nach Straßenkarte (%(router)s).") % {"router": {"osrm": "OSRM", "valhalla": "Valhalla"}[routed_by]}
