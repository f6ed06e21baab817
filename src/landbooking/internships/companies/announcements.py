"""Mails to companies about themselves."""

from typing import Any

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.internships.companies.company import Company, MemberRole, managers_of
from landbooking.notifications.outbox import Mail, enqueue


async def announce_membership(connection: Connection, company: Company, person: Person, role: MemberRole) -> None:
    """To who was named."""
    context = {"company": company.name, "manages": role == "manager", "path": f"/{person.language}/companies/mine"}
    stamp = await connection.fetchval("SELECT now()")
    await enqueue(
        connection,
        Mail(
            dedupe_key=f"company:{company.id}:member:{person.id}:{role}:{stamp.isoformat()}",
            topic=f"company:{company.id}:{person.id}",
            recipient=person.email,
            language=person.language,
            template="internships/emails/membership",
            context=context,
        ),
    )


async def announce_verification(connection: Connection, company: Company) -> None:
    """`company` as it stands now."""
    for person in await managers_of(connection, company.id):
        await enqueue(connection, _mail(company, person, "verification", {}))


async def announce_suspension(connection: Connection, company: Company, paused: list[str]) -> None:
    """`paused` are the titles of what was published."""
    for person in await managers_of(connection, company.id):
        context = {"reason": company.suspended_reason, "paused": paused}
        await enqueue(connection, _mail(company, person, "suspension", context))


async def announce_renaming(connection: Connection, company: Company) -> None:
    """`company` as it is called now."""
    for person in await managers_of(connection, company.id):
        await enqueue(connection, _mail(company, person, "renaming", {}))


async def announce_name_refusal(connection: Connection, company: Company, asked: str, reason: str) -> None:
    for person in await managers_of(connection, company.id):
        await enqueue(connection, _mail(company, person, "name_refusal", {"asked": asked, "reason": reason}))


def _mail(company: Company, person: Person, template: str, more: dict[str, Any]) -> Mail:
    """About the company's version at hand."""
    return Mail(
        dedupe_key=f"company:{company.id}:{company.version}:{template}:{person.id}",
        topic=f"company:{company.id}:{person.id}",
        recipient=person.email,
        language=person.language,
        template=f"internships/emails/{template}",
        context={
            "company": company.name,
            "path": f"/{person.language}/companies/{company.id}/postings",
            **more,
        },
    )
