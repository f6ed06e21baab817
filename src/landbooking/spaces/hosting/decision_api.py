"""How a program decides about bookings that its change would hit: as a host does on the page."""

from typing import Annotated

import msgspec

from landbooking.spaces.hosting.consequences import Choice, Decision


class DecisionBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a change would hit bookings, the answer is 409 `bookings-affected`: it lists them in `affected`, and has
    a mark in `seen`. Send the same again with that mark, and for each `booking_id` "keep" or "cancel". Where others
    are hit by then, it says so in the same way. `message` is what those hear whose booking is cancelled.
    """

    seen: Annotated[str, msgspec.Meta(max_length=100_000)] | None = None
    choices: dict[Annotated[str, msgspec.Meta(pattern="^[0-9]{1,18}$")], Choice] = {}
    message: Annotated[str, msgspec.Meta(max_length=1000)] = ""


def decision_of(body: DecisionBody | None) -> Decision:
    if body is None:
        return Decision()
    return Decision(body.seen, {int(number): choice for number, choice in body.choices.items()}, body.message.strip())
