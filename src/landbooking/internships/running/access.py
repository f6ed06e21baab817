"""Who may do and see what of a placement that runs or has run: one table, asked by every page and the JSON API.

A school's contact is not in it: what they see stands in school.py, and is presence alone.
"""

from typing import Literal

import msgspec

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.errors import Forbidden, NotFound
from landbooking.internships.placements.placement import Placement, placement_by_id

Role = Literal["intern", "mentor", "manager", "staff"]
Right = Literal[
    "tasks", "set_tasks", "tick_tasks", "diary", "write_diary", "presence", "reconfirm", "agreement", "own_address",
    "notice_agreements", "certificate", "issue", "feedback", "give_feedback", "tell_absent",
]  # fmt: skip

# The mentor reads the diary, since it is written for them; a manager who is not the mentor does not. The agreement with
# the intern's address and pay is nothing for mentors.
RIGHTS: dict[Role, frozenset[Right]] = {
    "intern": frozenset({
        "tasks", "tick_tasks", "diary", "write_diary", "presence", "reconfirm", "agreement", "own_address",
        "certificate", "feedback", "give_feedback", "tell_absent",
    }),
    "mentor": frozenset({
        "tasks", "set_tasks", "diary", "presence", "certificate", "issue", "feedback", "give_feedback",
    }),
    "manager": frozenset({
        "tasks", "set_tasks", "presence", "agreement", "notice_agreements", "certificate", "issue", "feedback",
        "give_feedback",
    }),
    "staff": frozenset({"tasks", "presence", "agreement", "certificate", "issue", "feedback"}),
}  # fmt: skip


class Access(msgspec.Struct, frozen=True):
    """A placement as one person may see it."""

    placement: Placement
    roles: frozenset[Role]

    def may(self, right: Right) -> bool:
        return any(right in RIGHTS[role] for role in self.roles)


async def access_to(connection: Connection, person: Person, placement_id: int) -> Access:
    """Raises NotFound for who has nothing to do with it: that it exists is nobody else's business."""
    placement = await placement_by_id(connection, placement_id)
    roles = frozenset(await _roles(connection, person, placement))
    if not roles:
        raise NotFound
    return Access(placement, roles)


async def allowed(connection: Connection, person: Person, placement_id: int, right: Right) -> Access:
    """Raises NotFound, and Forbidden for who takes part but in another role."""
    access = await access_to(connection, person, placement_id)
    if not access.may(right):
        raise Forbidden
    return access


async def _roles(connection: Connection, person: Person, placement: Placement) -> set[Role]:
    roles: set[Role] = set()
    if placement.person_id == person.id:
        roles.add("intern")
    member = await connection.fetchval(
        "SELECT role FROM company_member WHERE company_id = $1 AND person_id = $2", placement.company_id, person.id
    )
    if member == "manager":
        roles.add("manager")
    if member and placement.mentor_id == person.id:
        roles.add("mentor")
    if person.is_operator or (person.is_staff and person.district_id == placement.district_id):
        roles.add("staff")
    return roles
