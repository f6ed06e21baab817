"""Printed pages: tagged (PDF/UA-1), made without the network, in fonts that typst brings along."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import msgspec

from landbooking.paths import TEMPLATES

UNKNOWN = "?"  # in place of a letter that no font has


def typeset(template: str, content: msgspec.Struct) -> bytes:
    """A template's name below templates/, and what it finds as JSON in `sys.inputs.content`. `content` is all text.

    Takes some milliseconds, and the first time 20 MiB of memory for good: call it in a thread.
    """
    import typst  # noqa: PLC0415 only where somebody prints

    written = msgspec.to_builtins(content)
    try:
        return _compile(_source(template), written)
    except typst.TypstError:
        # PDF/UA has no place for a letter that the fonts lack, such as an emoji in a name.
        return _compile(_source(template), _in_known_letters(written))


def _compile(source: bytes, content: Any) -> bytes:
    import typst  # noqa: PLC0415

    inputs = {"content": msgspec.json.encode(content).decode()}
    return bytes(typst.compile(source, sys_inputs=inputs, ignore_system_fonts=True, pdf_standards="ua-1"))


def _in_known_letters(content: Any) -> Any:
    match content:
        case str():
            return "".join(letter if _is_known(letter) else UNKNOWN for letter in content)
        case Mapping():
            return {name: _in_known_letters(value) for name, value in content.items()}
        case list() | tuple():
            return [_in_known_letters(value) for value in content]
        case _:
            return content


@cache
def _is_known(letter: str) -> bool:
    """Whether a font has it: the library tells so only by refusing a page."""
    import typst  # noqa: PLC0415

    if letter.isascii():
        return True
    try:
        _compile(b'#set document(title: "-")\n#json(bytes(sys.inputs.content))', letter)
    except typst.TypstError:
        return False
    return True


@cache
def _source(template: str) -> bytes:
    return (TEMPLATES / template).read_bytes()
