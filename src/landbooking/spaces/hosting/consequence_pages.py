"""The page between a change and what it hits: who is concerned, and what shall happen to each."""

import re
from typing import Annotated, Any

import msgspec
from litestar import Request, Response
from litestar.datastructures import FormMultiDict

from landbooking.forms import InvalidInput, parse_values, text_of
from landbooking.language import format_period
from landbooking.language import gettext as _
from landbooking.pages import page
from landbooking.spaces.hosting.consequences import Choice, Decision, Undecided, mark_of
from landbooking.spaces.space import Space

Asked = Request[Any, Any, Any]

_CHOICE = re.compile(r"choice-([0-9]{1,18})")
_OWN_FIELDS = ("seen", "message", "rest")
_STATUS = {"first": 200, "changed": 409, "incomplete": 422}


class _DecisionForm(msgspec.Struct):
    """`rest` is the choice for all that have none of their own."""

    seen: str | None = None
    message: Annotated[str, msgspec.Meta(max_length=1000)] = ""
    rest: str = ""


def decision_from(posted: FormMultiDict) -> Decision:
    """What the page below sent back; before it was shown, nothing is decided."""
    faults: dict[str, str] = {}
    try:
        form = parse_values(_DecisionForm, posted)
    except InvalidInput as refusal:
        faults = refusal.errors
        form = _DecisionForm(seen=text_of(posted, "seen"), message=text_of(posted, "message"))
    choices: dict[int, Choice] = {}
    for part in (form.seen or "").split(","):
        name = f"choice-{part.partition(':')[0]}"
        if matched := _CHOICE.fullmatch(name):
            match posted.get(name) or form.rest:
                case ("keep" | "cancel") as choice:
                    choices[int(matched[1])] = choice
    return Decision(seen=form.seen, choices=choices, message=form.message, faults=faults)


def ask_host(
    request: Asked,
    posted: FormMultiDict,
    space: Space,
    undecided: Undecided,
    *,
    question: str,
    action: str,
    way_back: str,
    where: str | None = None,
) -> Response[str]:
    """The page. `question` is its heading, `action` the words on its button, `way_back` where one leaves all as it is.

    `where` is said in place of the space's name where it is about several.

    All that was posted is carried along, so that the answer comes back with the change it belongs to.
    """
    carried = [
        (name, value)
        for name, value in posted.multi_items()
        if isinstance(value, str) and name not in _OWN_FIELDS and not _CHOICE.fullmatch(name)
    ]
    return page(
        request,
        "spaces/hosting/consequences.html",
        status=_STATUS[undecided.why],
        where=where or space.name,
        zone=space.rules.zone,
        affected=undecided.affected,
        seen=mark_of(undecided.affected),
        choices=undecided.decision.choices,
        message=undecided.decision.message,
        changed=undecided.why == "changed",
        errors=_errors(space, undecided) if undecided.why == "incomplete" else {},
        carried=carried,
        question=question,
        action=action,
        way_back=way_back,
    )


def _errors(space: Space, undecided: Undecided) -> dict[str, str]:
    """Each sentence says which booking it is about: they also stand together, in the summary."""
    missing = {
        f"choice-{booking.booking_id}": _("%(period)s, %(desk)s: behalten oder absagen?")
        % {"period": format_period(*booking.period, space.rules.zone), "desk": booking.resource}
        for booking in undecided.affected
        if booking.booking_id not in undecided.decision.choices
    }
    return missing | undecided.decision.faults
