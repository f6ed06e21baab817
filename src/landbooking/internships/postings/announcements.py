"""Mails to companies about their postings."""

from landbooking.database import Connection
from landbooking.internships.companies.company import managers_of
from landbooking.internships.postings.posting import Posting
from landbooking.notifications.outbox import Mail, enqueue


async def announce_step(connection: Connection, posting: Posting, template: str, reason: str) -> None:
    """To who manages the company; `posting` as it stands now."""
    for member in await managers_of(connection, posting.company_id):
        await enqueue(
            connection,
            Mail(
                dedupe_key=f"posting:{posting.id}:{posting.version}:{member.person_id}",
                topic=f"posting:{posting.id}:{member.person_id}",
                recipient=member.email,
                language=member.language,
                template=f"internships/emails/{template}",
                context={
                    "title": posting.title,
                    "deadline": posting.deadline.isoformat(),
                    "reason": reason,
                    "path": f"/{member.language}/postings/{posting.id}",
                    "public_path": f"/{member.language}/internships/{posting.id}",
                },
            ),
        )
