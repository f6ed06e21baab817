"""What stands on a paper, as text: the template templates/internships/papers/paper.typ holds no words."""

import asyncio

import msgspec
from litestar import Response

from landbooking.typesetting import typeset

TEMPLATE = "internships/papers/paper.typ"


class Section(msgspec.Struct, frozen=True):
    """A heading with whatever it has of: words with their values, paragraphs, a list, a table with its head."""

    heading: str
    rows: list[tuple[str, str]] = []
    lines: list[str] = []
    items: list[str] = []
    head: list[str] = []
    cells: list[list[str]] = []


class Paper(msgspec.Struct, frozen=True, kw_only=True):
    """`language` is "de" or "en"; `code` is to be typed or said, what is around it says what for.

    `sender` stands on top.
    """

    language: str
    title: str
    sender: str
    lead: str
    sections: list[Section]
    code_word: str = ""
    code: str = ""
    code_hint: str = ""
    code_address: str = ""
    foot: str = ""


async def as_file(paper: Paper, name: str) -> Response[bytes]:
    pdf = await asyncio.to_thread(typeset, TEMPLATE, paper)
    headers = {"Content-Disposition": f'inline; filename="{name}.pdf"', "Cache-Control": "private, no-store"}
    return Response(pdf, media_type="application/pdf", headers=headers)
