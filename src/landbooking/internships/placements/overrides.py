"""Rules that staff let pass, with a reason: for an application, and so for the placement that comes of it."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated

import msgspec

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.forms import InvalidInput
from landbooking.internships.law.finding import Finding
from landbooking.internships.law.plan import Override, RuleId
from landbooking.internships.placements.locking import lock_standing
from landbooking.language import gettext as _


class OverrideForm(msgspec.Struct, frozen=True):
    rule: RuleId
    reason: Annotated[str, msgspec.Meta(max_length=500)] = ""
    day: date | None = None


async def overrides_of(connection: Connection, application_id: int) -> tuple[Override, ...]:
    """In their order; the last one that is about a finding counts."""
    rows = await connection.fetch(
        """SELECT rule, reason, coalesce(nullif(person.name, ''), '–') AS by, made_at AS at, day
           FROM law_override LEFT JOIN person ON person.id = made_by
           WHERE application_id = $1 ORDER BY law_override.id""",
        application_id,
    )
    return tuple(Override(row["rule"], row["reason"], row["by"], row["at"], day=row["day"]) for row in rows)


async def override_rule(
    connection: Connection, staff: Person, placement_id: int, rule: RuleId, day: date | None, reason: str
) -> None:
    """Of a placement, until it is over. Raises NotPossible, InvalidInput."""
    placement = await lock_standing(connection, placement_id, "staff")
    await let_pass(connection, staff, placement.application_id, rule, day, reason)


async def let_pass(
    connection: Connection, staff: Person, application_id: int, rule: RuleId, day: date | None, reason: str
) -> int:
    """On one day (or the week that begins with it) or, without one, wherever it stands in the way: the row's id.

    Logged with person and time, and shown to both sides. The locks are held. Raises InvalidInput.
    """
    if not reason:
        raise InvalidInput({"reason": _("Bitte schreiben Sie, warum die Regel hier nicht gilt.")}, {})
    override_id: int = await connection.fetchval(
        """INSERT INTO law_override (application_id, rule, day, reason, made_by) VALUES ($1, $2, $3, $4, $5)
           RETURNING id""",
        application_id,
        rule,
        day,
        reason,
        staff.id,
    )
    return override_id


def rules_in_the_way(findings: Iterable[Finding]) -> list[tuple[RuleId, str]]:
    """Those that staff could let pass, each once, with its paragraphs."""
    cited: dict[RuleId, list[str]] = {}
    for one in findings:
        if one.weight != "says" and not one.overridden and one.cited not in cited.setdefault(one.rule, []):
            cited[one.rule].append(one.cited)
    return [(rule, f"{rule}: {', '.join(paragraphs)}") for rule, paragraphs in cited.items()]
