"""Whether what was asked for is still allowed when the host answers: by the rules of now, date by date."""

from collections.abc import Collection, Sequence

import msgspec

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.errors import Refusal
from landbooking.language import gettext as _
from landbooking.period import Period
from landbooking.spaces.booking import bookable
from landbooking.spaces.booking_rules import check_period
from landbooking.spaces.bookings import Booking
from landbooking.spaces.eligibility import check_person
from landbooking.spaces.equipment import check_equipment, with_pieces
from landbooking.spaces.opening_hours import RuleBroken
from landbooking.spaces.refusals import DeskGone


class Fault(msgspec.Struct, frozen=True):
    """What stands against a date: `code` names the rule, `message` says it to the host, `told` to the person."""

    code: str
    message: str
    told: str


async def faults_of(connection: Connection, person: Person, asked: Sequence[Booking]) -> dict[int, Fault]:
    """By booking, for those of a request that can't be confirmed (any more).

    One after the other, as if they were confirmed so: of what is too much for a week, only the last dates are.
    """
    found: dict[int, Fault] = {}
    for number, one in enumerate(asked):
        not_confirmed = await with_pieces(connection, [*found, *(later.id for later in asked[number + 1 :])])
        if fault := await _fault_of(connection, person, one, not_confirmed):
            found[one.id] = fault
    return found


async def _fault_of(
    connection: Connection, person: Person, booking: Booking, uncounted: Collection[int]
) -> Fault | None:
    """By the rules of now, but as asked for then: who asked in time is not late because the answer took its time."""
    period = Period(booking.start, booking.end)
    try:
        space, resource = await bookable(connection, booking.resource_id)
        check_period(space.rules_of(resource.kind, resource.id), period, booking.changed_at)
        await check_person(connection, person, space, resource, period, [booking.id, *uncounted])
        await check_equipment(connection, person, space, booking.id, period, booking.changed_at, uncounted)
    except DeskGone as gone:
        return _fault(gone.code, _("Diesen Platz kann man nicht mehr buchen."))
    except RuleBroken as broken:
        return Fault(broken.code, _said_to_host(broken), broken.message)
    except Refusal as unfit:
        return _fault(unfit.code, unfit.message)
    if await _is_blacked_out(connection, booking):
        return _fault("blackout", _("Für diese Zeit ist der Platz gesperrt."))
    return None


def _fault(code: str, sentence: str) -> Fault:
    """One that is said to both alike."""
    return Fault(code, sentence, sentence)


def _said_to_host(broken: RuleBroken) -> str:
    """Sentences about the person address the person."""
    about_person = {
        "rule-quota": _("Die Person hat in dieser Woche schon so viel gebucht, wie hier erlaubt ist."),
        "rule-audience": _("Die Person gehört nicht zu denen, die diesen Platz buchen dürfen."),
    }
    return about_person.get(broken.code) or broken.message


async def _is_blacked_out(connection: Connection, booking: Booking) -> bool:
    """The resource, or a piece that goes with it, by a blackout that was laid around the request."""
    found: bool = await connection.fetchval(
        """SELECT EXISTS (SELECT FROM booking JOIN blackout ON blackout.space_id = $2 AND blackout.lifted_at IS NULL
                               AND blackout.period && booking.period
                               AND (blackout.whole_space OR booking.resource_id = ANY(blackout.resource_ids))
                          WHERE (booking.id = $1 OR booking.part_of = $1) AND booking.status <> 'cancelled')""",
        booking.id,
        booking.space.id,
    )
    return found
