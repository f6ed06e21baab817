"""The demo's mailbox: an SMTP server on this machine that keeps what it gets, and a page that shows it."""

import asyncio
import email
import email.policy
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from time import time_ns
from typing import Annotated, Any

import msgspec
from aiosmtpd.smtp import SMTP, Envelope, Session
from litestar import Request, Response, get
from litestar.params import PathParameter
from litestar.types import ControllerRouterHandler

from landbooking.accounts.guards import public
from landbooking.errors import NotFound
from landbooking.pages import page

SHOWN = 50

Name = Annotated[str, PathParameter(pattern=r"^[0-9]{19}\.eml$")]
Number = Annotated[int, PathParameter(ge=0, le=100)]


@asynccontextmanager
async def catching(folder: Path) -> AsyncIterator[str]:
    """An SMTP server whose mails become files in `folder`; yields its URL."""
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(_Catcher(folder)), "127.0.0.1", 0)
    try:
        yield f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


class _Catcher:
    """Every mail becomes a file, named by the nanosecond in which it came."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.content or b""
        file = self.folder / f"{time_ns():019}.eml"
        partial = file.with_suffix(".partial")
        partial.write_bytes(content if isinstance(content, bytes) else content.encode())
        partial.rename(file)  # so that the page never shows half a mail
        return "250 kept"


class Shown(msgspec.Struct, frozen=True):
    name: str
    subject: str
    to: str
    caught: datetime
    text: str
    attachments: list[tuple[int, str, str]]


def routes(folder: Path) -> list[ControllerRouterHandler]:
    """The pages of the mailbox in `folder`: the list, and a mail's attachments."""

    @get("/demo/mail", guards=[public], include_in_schema=False, sync_to_thread=True)
    def mails(request: Request[Any, Any, Any]) -> Response[str]:
        newest = sorted(folder.glob("*.eml"), reverse=True)[:SHOWN]
        return page(request, "demo/mail.html", mails=[_shown(file) for file in newest])

    @get("/demo/mail/{name:str}/{number:int}", guards=[public], include_in_schema=False, sync_to_thread=True)
    def attachment(name: Name, number: Number) -> Response[bytes]:
        file = folder / name
        if not file.exists():
            raise NotFound
        parts = _attachments(_read(file))
        if number >= len(parts):
            raise NotFound
        return Response(
            parts[number].get_payload(decode=True),  # type: ignore[arg-type]
            headers={
                "Content-Type": parts[number].get_content_type(),
                "Content-Disposition": f'attachment; filename="{parts[number].get_filename("part.bin")}"',
            },
        )

    return [mails, attachment]


def _read(file: Path) -> EmailMessage:
    return email.message_from_bytes(file.read_bytes(), policy=email.policy.default)


def _shown(file: Path) -> Shown:
    message = _read(file)
    body = message.get_body(("plain",))
    return Shown(
        name=file.name,
        subject=str(message["Subject"]),
        to=str(message["To"]),
        caught=datetime.fromtimestamp(int(file.stem) / 1e9, UTC),
        text=body.get_content() if body else "",
        attachments=[
            (number, part.get_filename("part.bin"), part.get_content_type())
            for number, part in enumerate(_attachments(message))
        ],
    )


def _attachments(message: EmailMessage) -> list[EmailMessage]:
    return list(message.iter_attachments())
