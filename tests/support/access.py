"""Who gets what of internships: a row for each route of the router, a status for each role, asked cell by cell."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx

from landbooking.accounts.person import Person
from landbooking.database import Connection
from support.internships import make_company, make_member
from support.people import make_person, sign_in
from support.spaces import make_district, make_host
from support.undone import undone
from support.world import address, all_routes

# "nobody" is signed out; "rival" has applied for the same posting; "guardian" has agreed for the applicant, and has an
# account; "mentor" is that of the posting or placement, "other mentor" only of the company; "other company" manages
# one; "school" is the contact that a placement names; "host" has the space; "staff" work for the company's district.
ROLES = (
    "nobody", "resident", "applicant", "rival", "guardian", "manager", "mentor", "other mentor", "other company",
    "school", "host", "staff", "other staff",
)  # fmt: skip
GONE, REDIRECT, NOT_SIGNED_IN = 404, 303, 401

Row = dict[str, int]
Table = dict[tuple[str, str], Row]


def row(everybody_else: int, signed_out: int = NOT_SIGNED_IN, **statuses: int) -> Row:
    """`other_mentor=200` is the status for "other mentor"."""
    named = {role.replace("_", " "): status for role, status in statuses.items()}
    assert named.keys() <= set(ROLES)
    return dict.fromkeys(ROLES, everybody_else) | {"nobody": signed_out} | named


def own(status: int, signed_out: int = NOT_SIGNED_IN) -> Row:
    """Of the applicant alone: for everybody else it is not there."""
    return row(GONE, signed_out, applicant=status)


def of_company(status: int, signed_out: int = NOT_SIGNED_IN) -> Row:
    """Of who manages the company alone; applicant and mentor don't look at it from there either."""
    return row(GONE, signed_out, manager=status)


def of_staff(status: int, elsewhere: int, signed_out: int = NOT_SIGNED_IN) -> Row:
    """`elsewhere` is what staff of another district get."""
    return row(403, signed_out, staff=status, other_staff=elsewhere)


def of_all(status: int, signed_out: int = NOT_SIGNED_IN) -> Row:
    """Everybody with an account, about themselves."""
    return row(status, signed_out)


def public(status: int) -> Row:
    return row(status, status)


def routes_below(*folders: str) -> set[tuple[str, str]]:
    """Method and path of all that the router knows of these folders of internships; of all of them without any."""
    below = tuple(f"landbooking.internships.{folder}." for folder in folders) or ("landbooking.internships.",)
    return {(method, path) for method, path, handler in all_routes() if handler.fn.__module__.startswith(below)}


async def make_others(
    connection: Connection, company_id: int, space_id: int, applicant: Person, manager: Person
) -> dict[str, Person]:
    """Everybody by role. What makes the mentor and the school those of a placement, its test adds."""
    names = set(ROLES) - {"nobody", "applicant", "manager", "staff", "other staff"}
    made = {role: await make_person(connection, f"{role.replace(' ', '-')}@example.org") for role in sorted(names)}
    for role, district in (("staff", "07336"), ("other staff", "07335")):
        email = f"{role.replace(' ', '-')}@example.org"
        district_id = await make_district(connection, district)
        made[role] = await make_person(connection, email, role="staff", district_id=district_id)
    for mentor in ("mentor", "other mentor"):
        await make_member(connection, company_id, made[mentor], "mentor")
    await make_company(connection, made["other company"], name="Andere GmbH")
    await make_host(connection, made["host"], space_id)
    await connection.execute(
        """INSERT INTO guardian_consent (person_id, purpose, guardian_email, text_version, expires_at, channel,
                                         granted_at)
           VALUES ($1, 'internships', $2, 1, now(), 'link', now())""",
        applicant.id,
        made["guardian"].email,
    )
    return made | {"applicant": applicant, "manager": manager}


async def ask_each(
    connection: Connection,
    client: httpx.AsyncClient,
    table: Table,
    role: str,
    people: dict[str, Person],
    ids: dict[str, int | str],
    bodies: dict[str, dict[str, Any]],
    secrets: tuple[str, ...],
    insiders: tuple[str, ...],
    before: Callable[[str], Awaitable[None]] | None = None,
) -> None:
    """Each route as this role; what it did is rolled back, so that the next one meets the same.

    `bodies` are by the ending of a path, the first that fits. `secrets` are read by no role but `insiders`, be it in a
    list that everybody may ask for, and by these where they are not refused. `before` makes what a route is for.
    """
    if role != "nobody":
        await sign_in(connection, client, people[role])
    for (method, path), expected in table.items():
        body = next((value for ending, value in bodies.items() if path.endswith(ending)), {})
        sent: dict[str, Any] = {"json" if path.startswith("/api/") else "data": body}
        async with undone(connection):
            if before:
                await before(path)
            answer = await client.request(method, address(path, ids), **(sent if method in ("POST", "PUT") else {}))
        assert answer.status_code == expected[role], (method, path, role, answer.text[:300])
        if role not in insiders or expected[role] in (403, 404):
            assert not [secret for secret in secrets if secret in answer.text], (method, path, role)
