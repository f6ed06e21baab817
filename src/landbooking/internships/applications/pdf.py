"""Whether an upload is a PDF that we take: judged by its content, in a process that a bomb may eat alone."""

import asyncio
import sys
from pathlib import Path
from typing import ClassVar

import msgspec

from landbooking.errors import Refusal
from landbooking.internships.applications import pdf_check
from landbooking.language import gettext as _

LARGEST_FILE = 5 * 1024 * 1024  # bytes
PATIENCE = 15.0  # seconds: of waiting, however little of it the program may compute
_AT_ONCE = 2

_turns: dict[asyncio.AbstractEventLoop, asyncio.Semaphore] = {}


class WrongPdf(Refusal):
    """The file can't be a CV here; the sentence says why."""

    status: ClassVar[int] = 422
    code: ClassVar[str] = "not-a-pdf"

    @property
    def fields(self) -> dict[str, str]:
        return {"cv": self.message}


class _Found(msgspec.Struct, frozen=True):
    """What pdf_check.py writes."""

    pages: int = 0
    wrong: str = ""


class Pdf(msgspec.Struct, frozen=True):
    content: bytes
    pages: int


async def pdf_from(content: bytes) -> Pdf:
    """Whatever the file is called. Raises WrongPdf."""
    if not content:
        raise WrongPdf(_("Diese Datei ist leer."))
    if len(content) > LARGEST_FILE:
        raise WrongPdf(_("Diese Datei ist zu groß. Bitte nehmen Sie eine mit höchstens 5 MB."))
    if not content.startswith(b"%PDF-"):
        raise WrongPdf(_("Diese Datei ist kein PDF. Bitte speichern Sie den Lebenslauf als PDF."))
    async with _turn():
        found = await _looked_at(content)
    if found.wrong:
        raise WrongPdf(_sentence(found.wrong))
    return Pdf(content, found.pages)


def _turn() -> asyncio.Semaphore:
    """Two at once in this process; the others wait without a connection in hand."""
    return _turns.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(_AT_ONCE))


async def _looked_at(content: bytes) -> _Found:
    program = await asyncio.create_subprocess_exec(
        sys.executable,
        "-I",
        str(Path(pdf_check.__file__)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={},
    )
    try:
        async with asyncio.timeout(PATIENCE):
            output, _nothing = await program.communicate(content)
    except TimeoutError:
        program.kill()
        await program.wait()
        return _Found(wrong="too-large-inside")
    if program.returncode:
        return _Found(wrong="too-large-inside")  # stopped by its limits
    return msgspec.json.decode(output, type=_Found)


def _sentence(wrong: str) -> str:
    match wrong:
        case "encrypted":
            return _("Dieses PDF ist mit einem Passwort geschützt. Bitte speichern Sie es ohne.")
        case "too-many-pages":
            return _("Dieses PDF hat zu viele Seiten. Bitte höchstens %(most)s.") % {"most": pdf_check.MOST_PAGES}
        case "active":
            return _("In diesem PDF stecken Programme oder andere Dateien. Bitte speichern Sie es neu, ohne sie.")
        case "too-large-inside":
            return _("Dieses PDF ist zu aufwendig. Bitte speichern Sie es neu, mit kleineren Bildern.")
        case _:
            return _("Dieses PDF ist beschädigt. Bitte speichern Sie es neu.")
