"""Mails to companies about their postings."""

from landbooking.database import Connection
from landbooking.internships.companies.company import managers_of
from landbooking.internships.postings.posting import Posting
from landbooking.notifications.outbox import Mail, enqueue


async def announce_step(connection: Connection, posting: Posting, template: str, reason: str) -> None:
    """To who manages the company; `posting` as it stands now."""
    for person in await managers_of(connection, posting.company_id):
        await enqueue(
            connection,
            Mail(
                dedupe_key=f"posting:{posting.id}:{posting.version}:{person.id}",
                topic=f"posting:{posting.id}:{person.id}",
                recipient=person.email,
                language=person.language,
                template=f"internships/emails/{template}",
                context={
                    "title": posting.title,
                    "deadline": posting.deadline.isoformat(),
                    "reason": reason,
                    "path": f"/{person.language}/postings/{posting.id}",
                    "public_path": f"/{person.language}/internships/{posting.id}",
                },
            ),
        )
