"""A mail server that can be made to refuse, to hang, and to change its mind."""

import asyncio
import email
import email.policy
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from email.message import EmailMessage

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

Answer = Callable[[EmailMessage], Awaitable[str]]
ACCEPTED = "250 kept"


class MailServer:
    """`kept` are the mails that it took, in order; `seen` those that were handed over, taken or not."""

    def __init__(self) -> None:
        self.kept: list[EmailMessage] = []
        self.seen: list[EmailMessage] = []
        self.recipients: dict[str, str] = {}  # what a recipient is answered with, by address
        self.answer: Answer = self.accept
        self.password: bytes | None = None
        self.sign_ins = 0
        self.certificate: ssl.SSLContext | None = None  # with one, STARTTLS is offered
        self.url = ""

    @property
    def subjects(self) -> list[str]:
        return [str(message["Subject"]) for message in self.kept]

    async def has(self, count: int) -> bool:
        return len(self.kept) >= count

    async def has_seen(self, count: int) -> bool:
        return len(self.seen) >= count

    async def accept(self, message: EmailMessage) -> str:
        return ACCEPTED

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.recipients.get(address, "250 yes")
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.content
        assert isinstance(content, bytes)
        message = email.message_from_bytes(content, policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        self.seen.append(message)
        answer = await self.answer(message)
        if answer.startswith("2"):
            self.kept.append(message)
        return answer

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object
    ) -> AuthResult:
        self.sign_ins += 1
        right = isinstance(data, LoginPassword) and data.password == self.password
        return AuthResult(success=right, handled=False)


def answering(*answers: str) -> Answer:
    """These answers in turn; afterwards everything is taken."""
    left = list(answers)

    async def answer(message: EmailMessage) -> str:
        return left.pop(0) if left else ACCEPTED

    return answer


@asynccontextmanager
async def mail_server(port: int = 0) -> AsyncIterator[MailServer]:
    mails = MailServer()
    open_: list[SMTP] = []

    def protocol() -> SMTP:
        smtp = SMTP(
            mails,
            hostname="mail.test",
            authenticator=mails.authenticate,
            auth_require_tls=False,
            tls_context=mails.certificate,
        )
        open_.append(smtp)
        return smtp

    listener = await asyncio.get_running_loop().create_server(protocol, "127.0.0.1", port)
    mails.url = f"smtp://127.0.0.1:{listener.sockets[0].getsockname()[1]}"
    try:
        yield mails
    finally:
        listener.close()
        for smtp in open_:
            if smtp.transport:
                smtp.transport.close()


@asynccontextmanager
async def silent_server() -> AsyncIterator[str]:
    """The URL of a server that takes connections and never says a word."""
    open_: list[asyncio.StreamWriter] = []

    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        open_.append(writer)

    listener = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
    try:
        yield f"smtp://127.0.0.1:{listener.sockets[0].getsockname()[1]}"
    finally:
        listener.close()
        for writer in open_:
            writer.close()
