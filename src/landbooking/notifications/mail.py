"""A mail as bytes: subject, text and HTML out of a template folder, with a calendar entry where the context has one."""

from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any

import msgspec

from landbooking.language import use_language
from landbooking.notifications.calendar import Event, calendar_message
from landbooking.pages import environment
from landbooking.settings import Settings


def compose(settings: Settings, row: "OutboxRow") -> EmailMessage:
    """The message for an outbox row. Its Message-ID depends on the row alone, so a second sending can be recognised."""
    event = msgspec.convert(row.context["event"], Event) if "event" in row.context else None
    context = {**row.context, "event": event, "settings": settings, "language": row.language}
    message = EmailMessage()
    with use_language(row.language):
        message["Subject"] = " ".join(_render(row.template, "subject.txt", context).split())
        message.set_content(_render(row.template, "body.txt", context), cte="quoted-printable")
        message.add_alternative(_render(row.template, "body.html", context), subtype="html", cte="quoted-printable")
    message["From"] = Address(settings.operator, addr_spec=settings.mail_from)
    message["To"] = row.recipient
    message["Date"] = format_datetime(datetime.now(UTC))
    message["Message-ID"] = f"<outbox-{row.id}@{settings.host}>"
    message["Auto-Submitted"] = "auto-generated"
    if event:
        _attach_calendar(message, event, settings)
    return message


class OutboxRow(msgspec.Struct, frozen=True):
    """What delivery needs of a row of the outbox."""

    id: int
    recipient: str
    language: str
    template: str
    context: dict[str, Any]
    attempts: int


def _render(folder: str, name: str, context: dict[str, Any]) -> str:
    return environment().get_template(f"{folder}/{name}").render(context)


def _attach_calendar(message: EmailMessage, event: Event, settings: Settings) -> None:
    """As an alternative, which calendar programs act on, and as a file, for everybody else (RFC 6047, section 2.4)."""
    content = calendar_message(event, settings).decode()
    message.add_alternative(content, subtype="calendar", params={"method": event.method}, cte="quoted-printable")
    message.add_attachment(content.encode(), "text", "calendar", filename="buchung.ics")
